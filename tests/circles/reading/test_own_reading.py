"""A member's own reading for a meeting: the list, the page of each part, and what leads there."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from briefs.models import Brief
from circles import signed_links
from circles.mail.delivery import deliver
from circles.models import Mail, Meeting, OwnReading, Reading, ReadMark
from tests.factories import (
    make_brief,
    make_figure,
    make_meeting,
    make_membership,
    make_note,
    make_question,
    make_section,
    make_source,
)

READ = "/circles/maple-street/meetings/1/read/"


@pytest.fixture
def three(brief, meeting, circle, member):
    """Three parts for the member, assigned in another order than the brief's."""
    rows = [
        make_section(brief, slug=slug, heading=heading, position=position)
        for position, (slug, heading) in enumerate(
            [("who", "Who"), ("where", "Where"), ("why", "Why")], start=1
        )
    ]
    mine = circle.memberships.get(user=member)
    Reading.objects.create(meeting=meeting, section=rows[2], membership=mine)
    Reading.objects.create(meeting=meeting, section=rows[0])
    Reading.objects.create(meeting=meeting, section=rows[1], is_required=False)
    return rows


@pytest.fixture
def mel(client, member):
    client.force_login(member)
    return client


def test_parts_come_in_the_briefs_order_with_what_is_led_and_optional(mel, three):
    page = mel.get(READ)

    own = page.context["own"]
    assert [part.section.slug for part in own.parts] == ["who", "where", "why"]
    assert own.words == "3 min · 3 parts"
    assert "you’re leading" in page.text and "optional" in page.text
    assert f'href="{READ}who/">Start: Who' in page.text
    assert "no-store" in page["Cache-Control"]


def test_what_is_anothers_isnt_ones_own_and_what_is_led_comes_once(mel, three, meeting, circle):
    mine, other = circle.memberships.get(user__email="member@example.org"), make_membership(circle)
    Reading.objects.create(meeting=meeting, section=three[2])
    other_part = make_section(meeting.brief, slug="when")
    Reading.objects.create(meeting=meeting, section=other_part, membership=other)

    assert [r.section.slug for r in OwnReading(meeting, mine).parts] == ["who", "where", "why"]
    assert mel.get(f"{READ}when/").status_code == 302


def test_done_leads_through_all_parts_and_ends_with_see_you(mel, three, meeting, circle):
    url = f"{READ}who/"
    for slug in ("who", "where", "why"):
        assert url.partition("?")[0] == f"{READ}{slug}/"
        url = mel.post(url)["Location"]

    assert url == f"{READ}?read=why"
    page = mel.get(url)
    assert "See you " in page.text and "Read again" in page.text
    assert 'name="answer" value="yes"' in page.text and "Agenda" in page.text
    assert page.text.index("See you ") < page.text.index("Agenda") < page.text.index("reading-list")
    assert ReadMark.objects.count() == 3
    assert "0 min left" not in mel.get(f"{READ}who/").text


def test_done_can_be_undone_on_the_page_that_it_leads_to(mel, three):
    url = mel.post(f"{READ}who/")["Location"]

    assert f'action="{READ}who/" class="just-read' in mel.get(url).text
    back = mel.post(f"{READ}who/", {"undo": "on"})

    assert back["Location"] == f"{READ}who/"
    assert not ReadMark.objects.exists()


def test_what_was_read_before_is_passed_over_unless_one_reads_again(mel, three, member):
    ReadMark.objects.set(member, three[1], read=True)

    assert mel.post(f"{READ}who/")["Location"].startswith(f"{READ}why/")
    mel.post(f"{READ}why/")
    assert mel.post(f"{READ}who/")["Location"].startswith(f"{READ}where/")


def test_opening_a_part_changes_nothing(mel, three):
    mel.get(f"{READ}who/?read=who")
    mel.get(f"{READ}who/?undo=on")

    assert not ReadMark.objects.exists()


def test_a_section_that_isnt_ones_own_leads_to_its_public_page(mel, three, meeting):
    retired = make_section(meeting.brief, slug="old", retired_at=timezone.now())
    Reading.objects.create(meeting=meeting, section=retired)
    other = make_section(meeting.brief, slug="other")

    assert mel.get(f"{READ}other/")["Location"] == other.get_absolute_url()
    assert mel.get(f"{READ}old/")["Location"] == retired.get_absolute_url()
    assert mel.get(f"{READ}unknown/").status_code == 404
    assert mel.post(f"{READ}other/").status_code == 302
    assert not ReadMark.objects.exists()


def test_questions_are_open_if_the_meeting_will_talk_about_the_section(mel, three, meeting):
    for section in three[:2]:
        make_question(section, text=f"What of {section}?")
    meeting.agenda_items.create(section=three[0], kind="section")

    def is_open(slug):
        (folded,) = re.findall(r"<details [^>]*asking[^>]*>", mel.get(f"{READ}{slug}/").text)
        return folded.endswith(" open>")

    assert (is_open("who"), is_open("where")) == (True, False)


def test_marks_made_without_scripts_come_back_to_the_part(mel, three):
    page = mel.get(f"{READ}who/").text
    back = f"{READ}who/#mine-who"

    marked = mel.post("/briefs/water/sections/who/mark/", {"star": "on", "next": back})
    assert f'value="{back}"' in page and marked["Location"] == back
    form = mel.get(f"/briefs/water/sections/who/marks/?next={READ}who/").text
    assert f"?next={READ.replace('/', '%2F')}who%2F" in form


def test_a_mark_made_on_a_part_brings_no_second_button_for_read(mel, three):
    answer = mel.post(
        "/briefs/water/sections/who/mark/",
        {"star": "on", "part": "on"},
        headers={"HX-Request": "true"},
    )

    assert "Starred" in answer.text and "Mark as read" not in answer.text


def test_a_brief_with_an_advisory_isnt_named_in_the_tab(mel, three, brief):
    assert "<title>Who " in mel.get(f"{READ}who/").text
    Brief.objects.filter(pk=brief.pk).update(advisory="Hard to read.")

    page = mel.get(f"{READ}who/").text
    assert "<title>Reading " in page and "data-quick-exit" in page
    assert "Before you read" in mel.get(READ).text


def test_the_list_says_what_is_the_matter(mel, circle, meeting, brief, section):
    """Nothing assigned, no brief yet, a brief in preparation, canceled, over."""
    assert "The quick version is a good place to start." in mel.get(READ).text
    bare = make_meeting(circle)
    assert "hasn’t chosen a brief yet" in mel.get(f"{bare.get_absolute_url()}read/").text

    meeting.readings.create(section=section)
    Brief.objects.filter(pk=brief.pk).update(audience="editors")
    assert "is still being prepared" in mel.get(READ).text
    assert mel.get(f"{READ}history/").status_code == 404
    Brief.objects.filter(pk=brief.pk).update(audience="members")
    Meeting.objects.filter(pk=meeting.pk).update(cancelled_at=timezone.now())
    page = mel.get(READ).text
    assert "This meeting was canceled" in page and "Start: " not in page
    long_ago = timezone.now() - timedelta(days=9)
    Meeting.objects.filter(pk=meeting.pk).update(cancelled_at=None, starts_at=long_ago)
    assert "This meeting is over." in mel.get(READ).text


def test_a_draft_is_there_for_facilitators_only(client, circle, member, facilitator, section):
    draft = make_meeting(circle, brief=section.brief, scheduled_at=None)
    draft.readings.create(section=section)
    url = f"{draft.get_absolute_url()}read/"
    client.force_login(member)
    assert {client.get(url).status_code, client.get(f"{url}history/").status_code} == {404}

    client.force_login(facilitator)
    page = client.get(url).text
    assert "This is a draft." in page and "Start: History" in page


def test_home_and_the_meeting_say_how_much_is_left_in_the_same_words(mel, three, meeting, circle):
    meeting.answer(circle.memberships.get(user__email="member@example.org"), "yes")
    mel.post(f"{READ}who/")

    for url in ("/", meeting.get_absolute_url(), READ):
        page = mel.get(url).text
        assert "2 min · 2 of 3 parts left" in page
        assert f'href="{READ}where/">Continue: Where' in page


@pytest.mark.parametrize("kind", ["scheduled", "reminder", "nudge", "reading", "restored"])
def test_every_email_about_a_meeting_leads_to_the_reading(
    mel, three, meeting, circle, mailoutbox, kind
):
    mine = circle.memberships.get(user__email="member@example.org")
    if kind == "reminder":
        meeting.answer(mine, "yes")
    Mail.objects.all().delete()
    Mail.objects.queue(Mail.Kind(kind), "x", to=[mine], meeting=meeting)
    deliver()

    (message,) = mailoutbox
    html = message.alternatives[0][0]
    assert f"{READ}\n" in message.body and f'{READ}"' in html
    if kind != "reading":
        assert "Your reading: 3 min · 3 parts left" in message.body


def test_without_parts_an_email_leads_to_the_page_that_offers_the_quick_version(
    meeting, member, circle, mailoutbox
):
    Mail.objects.all().delete()
    mine = circle.memberships.get(user=member)
    Mail.objects.queue(Mail.Kind.SCHEDULED, "x", to=[mine], meeting=meeting)
    deliver()

    assert f"Read ahead: http://localhost:8000{READ}" in mailoutbox[0].body


def test_a_part_asks_few_questions_however_much_there_is(mel, three, meeting, circle, member):
    for section in three:
        make_question(section)
        make_figure(section, source=make_source(meeting.brief))
        make_note(meeting, member, section=section)
        meeting.agenda_items.create(section=section, kind="section")
    for _time in range(3):
        mine = make_membership(user=member)
        make_meeting(mine.circle, brief=make_brief())
        make_meeting(mine.circle, brief=meeting.brief).readings.create(section=three[0])
    for url in (f"{READ}who/", READ):
        mel.get(url)
        with CaptureQueriesContext(connection) as captured:
            mel.get(url)
        asked = [query["sql"] for query in captured]
        assert len(asked) <= 12, "\n".join([str(len(asked)), *asked])


def test_continue_on_the_brief_goes_on_with_what_is_assigned(mel, three, brief):
    first = make_section(brief, slug="start", position=0)

    progress = mel.get("/briefs/water/mine/").context["progress"]
    assert progress.next.url == f"{READ}who/"
    for slug in ("who", "where", "why"):
        mel.post(f"{READ}{slug}/")

    progress = mel.get("/briefs/water/mine/").context["progress"]
    assert progress.next.url == first.get_absolute_url()


def test_after_a_yes_the_way_to_the_reading_is_offered(mel, client, three, meeting, circle):
    mine = circle.memberships.get(user__email="member@example.org")
    meeting.answer(mine, "yes")

    page = mel.get(f"{meeting.get_absolute_url()}rsvp/").text
    assert f'href="{READ}who/">Start: Who' in page and "3 min · 3 parts left" in page
    client.logout()
    token = signed_links.sign("rsvp", mine.pk, meeting.pk)
    page = client.get(f"/rsvp/{token}/").text
    assert f'href="{READ}"' in page and "Start: Who" not in page
