"""What readers see of editions: what changed, and sections that were dropped."""

from datetime import date

import pytest
from django.urls import reverse

from briefs.editions.load import load
from briefs.models import Brief, Section
from config.when import month_day
from tests.factories import make_figure, make_meeting, make_note

from ..samples import Draft

pytestmark = pytest.mark.django_db


@pytest.fixture
def revised():
    """A brief in its second edition, which changed one section, dropped one and added one."""
    load(Draft().fixture, named="a test")
    draft = Draft().revised("2027-01-01").drop("wells").section("rain", "Rain")
    draft.fields("pipes")["body"] = "They are new."
    load(draft.fixture, named="a test")
    return Brief.objects.get()


def page(client, brief, query=""):
    return client.get(reverse("briefs:brief_changes", args=[brief.slug]) + query).content.decode()


def test_a_reader_sees_what_changed_since_the_edition_before(client, revised):
    shown = page(client, revised)

    new, old = (month_day(date(year, 1, 1)) for year in (2027, 2026))
    assert f"the {new} edition differs from the {old} edition." in shown
    assert "They are <del>old</del>." in shown
    assert "They are <ins>new</ins>." in shown
    assert "Rain" in shown


def test_the_brief_leads_to_what_changed_once_it_is_revised(client, revised):
    url = reverse("briefs:brief_changes", args=[revised.slug])

    assert url in client.get(revised.get_absolute_url()).content.decode()


def test_a_first_edition_says_so(client):
    load(Draft().fixture, named="a test")
    brief = Brief.objects.get()

    assert "This is the first edition" in page(client, brief)
    assert "What’s changed" not in client.get(brief.get_absolute_url()).content.decode()


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("?since=2026-06-30", f"from the {month_day(date(2026, 1, 1))} edition."),
        ("?since=2027-01-01", "No sections have changed since then."),
        ("?since=nonsense", f"from the {month_day(date(2026, 1, 1))} edition."),
        ("?since=2020-01-01", "We don’t have an edition from that date."),
    ],
)
def test_any_day_can_be_asked_for(client, revised, query, told):
    assert told in page(client, revised, query)


def test_a_dropped_section_is_gone_from_the_brief_and_stays_readable(client, revised):
    section = Section.objects.get(slug="wells")
    make_figure(section, title="How deep they are")

    kept = client.get(section.get_absolute_url()).content.decode()

    assert "Three wells serve the town." in kept
    assert "How deep they are" in kept
    assert "removed from the brief" in kept
    assert "Three wells serve" not in client.get(revised.get_absolute_url()).content.decode()


def test_the_address_of_a_retired_section_leads_to_its_page_if_it_comes_back(client, revised):
    answer = client.get(reverse("briefs:section_detail", args=[revised.slug, "pipes"]))

    assert answer["Location"] == f"{revised.get_absolute_url()}pipes/"


def test_a_section_of_a_brief_for_members_is_closed_to_visitors(client, revised):
    Brief.objects.update(audience=Brief.Audience.MEMBERS)

    assert client.get(Section.objects.get(slug="wells").get_absolute_url()).status_code == 302
    assert client.get(reverse("briefs:brief_changes", args=[revised.slug])).status_code == 302


def test_a_member_is_led_to_what_changed_since_their_circle_talked(client, circle, member, revised):
    meeting = make_meeting(circle, brief=revised)
    meeting.start()
    type(meeting).objects.update(edition="2026-01-01")
    client.force_login(member)

    mine = client.get(reverse("circles:brief_mine", args=[revised.slug])).content.decode()

    assert f"{circle} discussed the {month_day(date(2026, 1, 1))} edition." in mine
    assert "changes/?since=2026-01-01" in mine
    assert "changes/?since=2026-01-01" in client.get(meeting.get_absolute_url()).content.decode()


def test_a_note_on_a_dropped_section_leads_to_its_text(client, circle, member, revised):
    section = Section.objects.get(slug="wells")
    meeting = make_meeting(circle, brief=revised)
    make_note(meeting, member, section=section)
    client.force_login(member)

    notes = client.get(reverse("circles:note_list", args=[circle.slug, meeting.number]))

    assert section.get_absolute_url() in notes.content.decode()
