"""The wrap-up: items not reached are carried over, and feedback is anonymous."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from circles.live import agenda
from circles.live.moves import begin, defer, open_item
from circles.live.wrap_up import carry, not_reached
from circles.models import AgendaItem, Evaluation
from circles.models.feedback import giver_hashes
from circles.notes.minutes import compose
from operations import housekeeping
from tests.factories import (
    make_brief,
    make_meeting,
    make_membership,
    make_note,
    make_section,
    make_user,
)

Kind = AgendaItem.Kind


@pytest.fixture
def meeting(circle, brief, section):
    """A meeting in progress with two sections, of which the second was not reached."""
    other = make_section(brief, slug="prices", heading="Prices")
    meeting = make_meeting(circle, brief=brief, starts_at=timezone.now() - timedelta(minutes=80))
    agenda.keep(meeting, agenda.propose(meeting, [section, other]), started_from=0)
    begin(meeting)
    open_item(meeting, meeting.agenda_items.get(section=section))
    return meeting


@pytest.fixture
def following(circle, brief):
    return make_meeting(circle, brief=brief, starts_at=timezone.now() + timedelta(days=30))


def url(meeting, name):
    return reverse(f"circles:{name}", args=[meeting.circle.slug, meeting.number])


def answer(client, meeting, **fields):
    sent = {"could_speak": 4, "understood": 3, "change": ""} | fields
    return client.post(url(meeting, "feedback_create"), sent, follow=True)


def test_what_was_left_out_or_never_opened_was_not_reached(meeting, section):
    assert [str(item) for item in not_reached(meeting)] == ["Prices"]

    defer(meeting, meeting.agenda_items.get(section=section), True)

    # The meeting went on to Prices.
    assert [str(item) for item in not_reached(meeting)] == [section.heading]


def test_the_wrap_up_and_the_minutes_agree_on_what_was_talked_about(
    client, facilitator, meeting, circle
):
    noted = meeting.agenda_items.create(kind=Kind.OTHER, title="The bus line", position=90)
    meeting.agenda_items.create(kind=Kind.OTHER, title="The new bridge", position=91)
    make_note(meeting, item=noted)
    meeting.end()
    client.force_login(facilitator)

    page = client.get(url(meeting, "wrap_up_detail")).text
    minutes = compose(meeting, circle.memberships.get(user=facilitator))

    assert [str(item) for item in minutes.left] == ["Prices", "The new bridge"]
    assert [str(item) for item in not_reached(meeting)] == ["Prices", "The new bridge"]
    assert "The new bridge" in page and "The bus line" not in page
    assert "The bus line" in map(str, minutes.talked)


def test_before_it_begins_nothing_is_missing(circle, brief, section, client, facilitator):
    ahead = make_meeting(circle, brief=brief, starts_at=timezone.now() + timedelta(days=3))
    agenda.keep(ahead, agenda.propose(ahead, [section]), started_from=0)
    client.force_login(facilitator)

    page = client.get(url(ahead, "wrap_up_detail")).text

    assert not_reached(ahead) == []
    assert "The meeting hasn’t started" in page


def test_one_tap_takes_it_to_the_next_evening_once(client, facilitator, meeting, following):
    client.force_login(facilitator)

    pages = [client.post(url(meeting, "wrap_up_carry"), follow=True).text for _again in range(2)]

    assert "Moved 1 item to the agenda" in pages[0]
    assert "Everything is already on the next agenda" in pages[1]
    talk = [str(item) for item in following.agenda_items.all() if item.is_talk]
    assert talk == ["Prices"]
    assert following.agenda_items.last().is_reserved


def test_an_agenda_that_is_there_keeps_what_it_has(meeting, following, section):
    agenda.keep(following, agenda.propose(following, [section]), started_from=0)

    assert carry(meeting, following) == 1

    talk = [str(item) for item in following.agenda_items.all() if item.is_talk]
    assert talk == [section.heading, "Prices"]


def test_an_evening_on_another_brief_takes_it_as_a_title(meeting, following):
    following.brief = make_brief(slug="bread", title="Bread")
    following.save()

    carry(meeting, following)
    carry(meeting, following)

    (talk,) = [item for item in following.agenda_items.all() if item.is_talk]
    assert (str(talk), talk.section) == ("From last time: Prices", None)


def test_without_a_next_meeting_it_says_what_to_do(client, facilitator, meeting):
    client.force_login(facilitator)

    page = client.post(url(meeting, "wrap_up_carry"), follow=True).text

    assert "Schedule one first" in page
    assert "No next meeting yet" in page


def test_only_who_runs_the_evening_carries(client, member, meeting, following):
    client.force_login(member)

    assert client.post(url(meeting, "wrap_up_carry")).status_code == 403
    assert not following.agenda_items.exists()


def test_a_member_hears_nothing_of_a_next_meeting_in_draft(client, member, meeting, following):
    following.scheduled_at = None
    following.title = "The secret plan"
    following.save()
    client.force_login(member)

    assert "The secret plan" not in client.get(url(meeting, "wrap_up_detail")).text


def test_takeaways_stand_on_the_page(client, member, meeting):
    make_note(meeting, text="I shall look at labels.", kind="takeaway")
    client.force_login(member)

    assert "I shall look at labels." in client.get(url(meeting, "wrap_up_detail")).text


def test_an_answer_names_nobody_and_no_moment(client, member, meeting, settings):
    names = {field.name for field in Evaluation._meta.get_fields()}
    answers = {"could_speak", "understood", "change"}
    # `longest_before` is 0 on all rows but those from before texts had limits.
    assert names == {"id", "meeting", "giver", "longest_before"} | answers

    client.force_login(member)
    answer(client, meeting)

    # Without the key of the site, no hash of a member is the one in the row.
    kept = meeting.evaluations.get().giver
    assert kept in giver_hashes(meeting.pk, member.pk)
    settings.SECRET_KEY = "another-key-of-the-tests-" * 3
    assert kept not in giver_hashes(meeting.pk, member.pk)


def test_another_answer_of_a_person_replaces_the_first(client, member, meeting):
    client.force_login(member)

    for times in range(1, 8):
        page = answer(client, meeting, change=f"Take {times}.").text

    assert [one.change for one in meeting.evaluations.all()] == ["Take 7."]
    assert "We have your feedback" in page
    assert "Your new answers will replace your earlier ones." in page


def test_an_answer_from_another_device_replaces_the_first(client, member, meeting):
    client.force_login(member)
    answer(client, meeting)
    client.logout()
    client.force_login(member)

    answer(client, meeting)

    assert meeting.evaluations.count() == 1


def test_an_answer_is_replaced_under_a_new_key_too(client, member, meeting, settings):
    client.force_login(member)
    answer(client, meeting)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another-key-of-the-tests-" * 3
    client.force_login(member)

    answer(client, meeting, change="Once more.")

    assert meeting.evaluations.get().change == "Once more."


def test_people_and_meetings_don_t_replace_each_other_s_answers(
    client, member, facilitator, meeting, circle
):
    other = make_meeting(circle, started_at=timezone.now())
    for person in (member, facilitator):
        client.force_login(person)
        answer(client, meeting)
        answer(client, other)

    assert (meeting.evaluations.count(), other.evaluations.count()) == (2, 2)


def test_who_gave_an_answer_is_forgotten_once_no_more_are_taken(client, member, meeting):
    client.force_login(member)
    answer(client, meeting)
    Evaluation.objects.create(meeting=meeting, could_speak=1, understood=1)  # of before

    housekeeping.run()
    assert meeting.evaluations.exclude(giver="").count() == 1

    meeting.ended_at = timezone.now() - timedelta(days=15, hours=1)
    meeting.started_at = meeting.ended_at - timedelta(hours=1)
    meeting.save()
    housekeeping.run()
    assert not meeting.evaluations.exclude(giver="").exists()
    assert meeting.evaluations.count() == 2


def test_answers_are_shown_once_three_were_given(client, circle, member, meeting):
    people = [make_membership(circle, make_user(f"Pat {number}")).user for number in range(3)]
    pages = []
    for person in people:
        client.force_login(person)
        pages.append(answer(client, meeting, change="More time for the round.").text)

    assert [page.count("More time for the round.") for page in pages] == [0, 0, 3]


def test_an_answer_that_lacks_something_keeps_what_was_typed(client, member, meeting):
    client.force_login(member)

    answered = answer(client, meeting, could_speak="", change="Begin with tea.")

    assert answered.status_code == 422
    assert "Choose the closest answer." in answered.text
    assert "Begin with tea." in answered.text
    assert not meeting.evaluations.exists()


def test_a_long_past_evening_takes_no_answers(client, member, meeting):
    meeting.ended_at = timezone.now() - timedelta(days=15)
    meeting.started_at = timezone.now() - timedelta(days=15, hours=1)
    meeting.save()
    client.force_login(member)

    assert "Feedback is open from the start" in answer(client, meeting).text
    assert not meeting.evaluations.exists()


def test_the_page_leads_to_a_new_takeaway(client, facilitator, meeting):
    meeting.start()
    client.force_login(facilitator)
    args = [meeting.circle.slug, meeting.number]

    page = client.get(reverse("circles:wrap_up_detail", args=args)).content.decode()
    link = re.search(r'href="([^"]*takeaways[^"]*)"', page)[1]
    notes = client.get(link.partition("#")[0])

    assert notes.context["open_part"].key == "~takeaways"
