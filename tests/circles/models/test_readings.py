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
            "history-who": "all",
            "wells-who": lead.pk,
            "wells-optional": "on",
        },
    )

    assert assigned(meeting) == [("history", None, True), ("wells", lead, False)]


def test_what_is_not_chosen_any_more_is_taken_back(client, page, meeting, section, wells):
    client.post(page, {"save": "on", "history-who": "all", "wells-who": "all"})
    client.post(page, {"save": "on", "history-who": "", "wells-who": "all"})

    assert assigned(meeting) == [("wells", None, True)]


def test_everyone_reads_and_one_leads(client, page, circle, member, meeting, section):
    lead = circle.memberships.get(user=member)

    client.post(page, {"save": "on", "history-who": f"all,{lead.pk}"})

    assert assigned(meeting) == [("history", None, True), ("history", lead, True)]


@pytest.mark.parametrize("wish", ["all", "none"])
def test_the_whole_brief_or_nothing_is_shown_before_it_is_saved(
    client, page, meeting, section, wells, wish
):
    Reading.objects.create(meeting=meeting, section=section)
    for each in (section, wells):
        each.body = "word " * 300
        each.save()

    shown = client.get(page, {"divide": wish})

    plan = shown.context["plan"]
    assert plan.minutes == (
        sum(form.section.minutes for form in plan.forms) if wish == "all" else 0
    )
    assert "nothing is saved yet" in shown.text
    assert assigned(meeting) == [("history", None, True)]


def test_lists_at_the_end_of_a_brief_are_one_chapter_that_whole_brief_leaves_out(
    client, page, brief, meeting, section, wells
):
    make_section(brief, slug="links", position=30000, body="- [A](https://a.example)\n- B")

    plan = client.get(page, {"divide": "all"}).context["plan"]

    chapter = plan.chapters[-1]
    assert ([form.section.slug for form in chapter.forms], chapter.assigned) == (["links"], 0)
    assert [each.slug for each in plan.divisible] == ["history", "wells"]


def test_minutes_add_up_as_one_chooses_and_nothing_is_saved(client, page, meeting, section):
    look = client.post(page, {"look": "on", "history-who": "all"})

    assert look.context["plan"].minutes == 1
    assert look.status_code == 200
    assert assigned(meeting) == []


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

    assert [reading.section.slug for reading in glance.own.parts] == ["history", "wells"]


def test_a_section_is_asked_of_everyone_only_once(meeting, section):
    Reading.objects.create(meeting=meeting, section=section)

    with pytest.raises(IntegrityError):
        Reading.objects.create(meeting=meeting, section=section)


def test_the_page_adds_up_the_minutes_that_everyone_is_asked_for(
    client, page, meeting, section, wells
):
    client.post(page, {"save": "on", "history-who": "all"})

    assert client.get(page).context["plan"].minutes == 1


def test_nobody_of_another_circle_leads(client, page, meeting, section):
    stranger = make_membership()

    response = client.post(page, {"save": "on", "history-who": stranger.pk})

    assert "Choose someone else." in response.content.decode()
    assert assigned(meeting) == []
