"""Readings for a meeting, and who reads them."""

import pytest
from django.db import IntegrityError
from django.utils import timezone

from circles.models import Reading
from tests.factories import make_meeting, make_membership, make_section


@pytest.fixture
def page(client, facilitator, meeting):
    client.force_login(facilitator)
    return f"{meeting.get_absolute_url()}readings/"


@pytest.fixture
def wells(brief):
    return make_section(brief, slug="wells", heading="Wells")


def assigned(meeting):
    return [
        (reading.section.slug, reading.membership, reading.is_required)
        for reading in meeting.readings.select_related("section", "membership")
    ]


def test_sections_are_given_to_everyone_or_to_one_who_leads(
    client, page, circle, member, meeting, section, wells
):
    lead = circle.memberships.get(user=member)

    client.post(
        page,
        {
            "save": "on",
            "history-everyone": "on",
            "wells-lead": lead.pk,
            "wells-optional": "on",
        },
    )

    assert assigned(meeting) == [("history", None, True), ("wells", lead, False)]


def test_what_is_not_chosen_any_more_is_taken_back(client, page, meeting, section, wells):
    client.post(page, {"save": "on", "history-everyone": "on", "wells-everyone": "on"})
    client.post(page, {"save": "on", "wells-everyone": "on"})

    assert assigned(meeting) == [("wells", None, True)]


def test_the_whole_brief_or_nothing_takes_one_press(client, page, meeting, section, wells):
    client.post(page, {"all": "on"})
    everything = len(assigned(meeting))
    client.post(page, {"none": "on"})

    assert (everything, assigned(meeting)) == (2, [])


def test_only_standing_sections_with_a_text_are_offered(client, page, brief, section):
    make_section(brief, slug="holder", body="")
    make_section(brief, slug="gone", retired_at=timezone.now())

    plan = client.get(page).context["plan"]

    assert [form.section.slug for form in plan.forms] == ["history"]


def test_without_a_brief_the_page_says_where_to_choose_one(client, page, circle):
    bare = make_meeting(circle)

    text = client.get(f"{bare.get_absolute_url()}readings/").content.decode()

    assert "This meeting doesn’t have a brief yet." in text


def test_each_member_sees_what_is_for_all_and_what_is_theirs(
    client, circle, facilitator, member, meeting, section, wells
):
    mine, other = (circle.memberships.get(user=user) for user in (member, facilitator))
    grown = make_section(meeting.brief, slug="rivers", heading="Rivers")
    Reading.objects.create(meeting=meeting, section=section)
    Reading.objects.create(meeting=meeting, section=wells, membership=mine)
    Reading.objects.create(meeting=meeting, section=grown, membership=other)
    client.force_login(member)

    glance = client.get(meeting.get_absolute_url()).context["glance"]

    assert [reading.section.slug for reading in glance.readings] == ["history", "wells"]


def test_a_section_is_asked_of_everyone_only_once(meeting, section):
    Reading.objects.create(meeting=meeting, section=section)

    with pytest.raises(IntegrityError):
        Reading.objects.create(meeting=meeting, section=section)


def test_the_page_adds_up_the_minutes_that_everyone_is_asked_for(
    client, page, meeting, section, wells
):
    client.post(page, {"save": "on", "history-everyone": "on"})

    assert client.get(page).context["plan"].minutes == section.minutes


def test_nobody_of_another_circle_leads(client, page, meeting, section):
    stranger = make_membership()

    response = client.post(page, {"save": "on", "history-lead": stranger.pk})

    assert "Choose someone else." in response.content.decode()
    assert assigned(meeting) == []


@pytest.mark.parametrize("button", ["all", "none"])
def test_no_button_replaces_what_another_saved_since_the_page_was_opened(
    client, page, circle, member, meeting, section, wells, button
):
    seen = client.get(page).context["plan"].seen
    theirs = Reading(meeting=meeting, section=wells, membership=circle.memberships.get(user=member))
    meeting.assign([theirs])

    stale = client.post(page, {button: "on", "seen": seen})

    assert stale.status_code == 409
    assert "Someone else just changed this reading plan" in stale.content.decode()
    assert assigned(meeting) == [("wells", theirs.membership, True)]

    client.post(page, {button: "on", "seen": stale.context["plan"].seen})
    assert len(assigned(meeting)) == (2 if button == "all" else 0)


def test_a_button_pressed_twice_is_no_conflict(client, page, meeting, section, wells):
    seen = client.get(page).context["plan"].seen

    statuses = [client.post(page, {"all": "on", "seen": seen}).status_code for _time in range(2)]

    assert statuses == [302, 302]
    assert len(assigned(meeting)) == 2
