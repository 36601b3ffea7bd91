"""What a facilitator learns about the reading: sums, and names only with consent."""

import pytest

from circles.meeting_overview import MeetingOverview
from circles.models import Mark, Reading, ReadMark
from tests.factories import make_mark, make_membership, make_section, make_user

STAR, CONFUSING, QUESTION = Mark.Kind.STAR, Mark.Kind.CONFUSING, Mark.Kind.QUESTION


def mark(people, section, kind, text=""):
    for person in people:
        make_mark(person.user, section, kind=kind, text=text, memberships=[person])


@pytest.fixture
def fran(circle, facilitator):
    return circle.memberships.get(user=facilitator)


@pytest.fixture
def people(circle):
    return [make_membership(circle, make_user(name)) for name in ("Ann", "Ben", "Cy")]


@pytest.fixture
def long_text(brief):
    return make_section(brief, slug="long", body="word " * 660)


def readiness(meeting, membership):
    return MeetingOverview(meeting, membership).readiness


def reads(person, *sections):
    for section in sections:
        ReadMark.objects.set(person.user, section, read=True)


def test_the_circle_is_told_as_a_whole(client, facilitator, people, meeting, section, long_text):
    ann, ben, _cy = people
    Reading.objects.create(meeting=meeting, section=section)
    Reading.objects.create(meeting=meeting, section=long_text, membership=ann)
    reads(ann, section)
    reads(ben, section)
    client.force_login(facilitator)

    page = client.get(meeting.get_absolute_url()).content.decode()

    assert "Finished the reading: 1 of 4. Minutes read: 2 of 7." in " ".join(page.split())


def test_who_does_not_come_and_what_is_optional_do_not_count(
    fran, people, meeting, section, long_text
):
    Reading.objects.create(meeting=meeting, section=section)
    Reading.objects.create(meeting=meeting, section=long_text, is_required=False)
    meeting.answer(people[0], "no")

    ready = readiness(meeting, fran)

    assert (len(ready.counted), ready.minutes) == (3, 3)


def test_only_who_agreed_is_named(client, facilitator, people, meeting, section):
    ann, ben, _cy = people
    Reading.objects.create(meeting=meeting, section=section)
    ann.shows_reading = True
    ann.save()
    reads(ann, section)
    reads(ben, section)

    shown = readiness(meeting, meeting.circle.memberships.get(user=facilitator)).shown

    assert [(str(who), is_ready) for who, _read, _minutes, is_ready in shown] == [("Ann", True)]


def test_a_sum_never_tells_of_the_one_who_keeps_it_private(fran, people, meeting, section):
    ann, ben, cy = people
    Reading.objects.create(meeting=meeting, section=section)
    for person in (ann, ben):
        person.shows_reading = True
        person.save()
    reads(cy, section)

    ready = readiness(meeting, fran)

    assert ready.leaves_one_out
    assert (ready.ready, len(ready.counted)) == (0, 3)


def test_a_member_chooses_what_facilitators_see_and_it_is_off_at_first(
    client, circle, member, meeting
):
    mine = circle.memberships.get(user=member)
    before = mine.shows_reading
    client.force_login(member)

    client.post("/circles/maple-street/me/", {"shows_reading": "on"})
    mine.refresh_from_db()
    on = mine.shows_reading
    client.post("/circles/maple-street/me/", {})
    mine.refresh_from_db()

    assert (before, on, mine.shows_reading) == (False, True, False)


def test_members_see_neither_the_sums_nor_the_marks(client, member, people, meeting, section):
    Reading.objects.create(meeting=meeting, section=section)
    mark(people, section, QUESTION, "Who paid for it?")
    client.force_login(member)

    page = client.get(meeting.get_absolute_url()).content.decode()

    assert "Reading progress" not in page
    assert "Who paid for it?" not in page


def test_marks_are_totals_by_section_without_names(client, facilitator, people, meeting, section):
    ann, ben, _cy = people
    mark([ann, ben], section, STAR)
    mark([ben], section, CONFUSING)
    mark([ann], section, QUESTION, "Who paid for it?")
    client.force_login(facilitator)

    response = client.get(meeting.get_absolute_url())

    row = response.context["glance"].marks.rows[0]
    assert (row.stars, row.confusing, row.questions) == (2, 1, ["Who paid for it?"])
    assert "2 stars" in response.content.decode()
    assert "Ann asks" not in response.content.decode()


def test_the_marks_of_one_person_alone_are_not_summed_but_their_question_is_shown(
    client, facilitator, fran, people, meeting, section
):
    mark([people[0], fran], section, STAR)
    mark([people[0]], section, QUESTION, "Who paid for it?")
    client.force_login(facilitator)

    page = client.get(meeting.get_absolute_url()).content.decode()

    assert "2 stars" not in page
    assert "“Who paid for it?”" in page


def test_who_left_takes_their_marks_along(fran, people, meeting, section):
    mark(people, section, STAR)
    people[0].leave()

    marks = MeetingOverview(meeting, fran).marks

    assert [row.stars for row in marks.rows] == [2]
