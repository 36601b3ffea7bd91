"""The proposal of who reads what: from the RSVPs to the page and the saved plan."""

import pytest

from circles.models import Reading
from tests.factories import make_meeting, make_membership, make_section, make_user


@pytest.fixture
def page(client, facilitator, meeting):
    client.force_login(facilitator)
    return f"{meeting.get_absolute_url()}readings/"


@pytest.fixture
def texts(brief):
    return [make_section(brief, slug=f"part-{n}", heading=f"Part {n}") for n in range(1, 7)]


@pytest.fixture
def three(circle, meeting):
    people = [make_membership(circle, make_user(name)) for name in ("Ann", "Ben", "Cy")]
    for person in people:
        meeting.answer(person, "yes")
    return people


def proposal(client, page, people, of="whole"):
    asked = {"divide": "on", "of": of, "among": [person.pk for person in people]}
    response = client.get(page, asked)
    shares = response.context["plan"].shares
    return {str(who): [section.slug for section in sections] for who, _minutes, sections in shares}


def test_who_said_yes_is_ticked_beforehand(client, page, texts, three, circle, meeting):
    meeting.answer(make_membership(circle, make_user("Dee")), "maybe")

    division = client.get(page).context["division"]

    assert division.initial["among"] == [str(person.pk) for person in three]


def test_before_anyone_answered_all_but_those_who_said_no_are_ticked(
    client, page, texts, circle, meeting, facilitator
):
    away = make_membership(circle, make_user("Dee"))
    meeting.answer(away, "no")

    division = client.get(page).context["division"]

    assert division.initial["among"] == [str(circle.memberships.get(user=facilitator).pk)]


def test_a_proposal_gives_each_the_same_minutes_in_order_and_saves_nothing(
    client, page, texts, three, meeting
):
    shares = proposal(client, page, three)

    assert sorted(shares.values()) == [
        ["part-1", "part-2"],
        ["part-3", "part-4"],
        ["part-5", "part-6"],
    ]
    assert not meeting.readings.exists()


def test_somebody_else_begins_at_each_meeting(client, page, texts, three, circle, brief):
    first = proposal(client, page, three)
    later = make_meeting(circle, brief=brief)
    second = proposal(client, f"{later.get_absolute_url()}readings/", three)

    begins = [
        next(who for who, slugs in shares.items() if "part-1" in slugs)
        for shares in (first, second)
    ]
    assert len(set(begins)) == 2


def test_a_proposal_is_changed_and_saved_like_any_plan(client, page, texts, three, meeting):
    asked = {"divide": "on", "of": "whole", "among": [person.pk for person in three]}
    plan = client.get(page, asked).context["plan"]
    sent = {form.add_prefix("who"): form["who"].value() for form in plan.forms}

    client.post(page, {"save": "on", "seen": plan.seen, **sent, "part-6-who": three[0].pk})

    assert meeting.readings.count() == 6
    assert meeting.readings.get(section=texts[5]).membership == three[0]


def test_more_people_than_sections_share_them_and_are_saved_together(
    client, page, three, brief, meeting
):
    only = make_section(brief, slug="only", heading="Only")

    shares = proposal(client, page, three)
    together = ",".join(str(person.pk) for person in three)
    client.post(page, {"save": "on", "only-who": together})

    assert shares == {"Ann": ["only"], "Ben": ["only"], "Cy": ["only"]}
    assert {reading.membership for reading in meeting.readings.filter(section=only)} == set(three)


def test_after_somebody_withdraws_what_was_shared_out_is_divided_anew(
    client, page, texts, three, meeting
):
    ann, ben, cy = three
    Reading.objects.create(meeting=meeting, section=texts[0])
    for section, person in zip(texts[1:4], three, strict=True):
        Reading.objects.create(meeting=meeting, section=section, membership=person)
    meeting.answer(cy, "no")

    division = client.get(page).context["division"]
    shares = proposal(client, page, [ann, ben], of="shared")

    assert [str(person) for person in division.absent] == ["Cy"]
    assert sorted(slug for slugs in shares.values() for slug in slugs) == [
        "part-2",
        "part-3",
        "part-4",
    ]
    assert set(shares) == {"Ann", "Ben"}


def test_what_somebody_who_left_the_circle_had_is_pointed_out(client, page, texts, three, meeting):
    Reading.objects.create(meeting=meeting, section=texts[0], membership=three[0])
    three[0].leave()

    text = client.get(page).content.decode()

    assert "Someone with a section has left the circle." in text


def test_what_everyone_reads_can_be_left_as_it_is(client, page, texts, three, meeting):
    Reading.objects.create(meeting=meeting, section=texts[0])

    shares = proposal(client, page, three, of="rest")

    assert "part-1" not in {slug for slugs in shares.values() for slug in slugs}


def test_nobody_ticked_is_said_and_proposes_nothing(client, page, texts, three):
    response = client.get(page, {"divide": "on", "of": "whole"})

    assert "Check at least one person" in response.content.decode()
    assert response.context["plan"].shares == []


def test_a_plan_does_not_undo_what_was_saved_since_it_was_opened(
    client, page, texts, three, meeting
):
    seen = client.get(page).context["plan"].seen
    Reading.objects.create(meeting=meeting, section=texts[1], membership=three[2])

    stale = client.post(page, {"save": "on", "seen": seen, "part-1-who": "all", "part-2-who": ""})
    text = stale.content.decode()
    again = stale.context["plan"].seen
    untouched = meeting.readings.get().membership
    client.post(page, {"save": "on", "seen": again, "part-1-who": "all", "part-2-who": ""})

    assert stale.status_code == 409
    assert "Part 2: Cy" in text
    assert stale.context["plan"].forms[0].is_for_everyone
    assert untouched == three[2]
    assert meeting.readings.get().section == texts[0]
