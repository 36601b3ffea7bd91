"""Readers report a mistake at the sentence where it stands; editors answer in the admin."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.core.cache import cache, caches
from django.utils import timezone

from accounts.models import SiteEvent
from briefs.mistakes import views
from briefs.models import Brief, MistakeReport, Section
from config.limits import DAY, Limit
from operations import housekeeping
from tests.factories import make_mistake_report, make_section, make_user

WORDS = {"quote": "Wells run dry.", "text": "They don’t."}
LIST = "/admin/briefs/mistakereport/"


@pytest.fixture(autouse=True)
def nothing_counted_or_kept_yet():
    cache.clear()
    caches["pages"].clear()


@pytest.fixture
def wells(brief):
    return make_section(brief, slug="wells", heading="Wells", body="Wells *run* dry. Always.")


@pytest.fixture
def form(wells):
    return f"/briefs/{wells.brief.slug}/sections/wells/mistake/"


def test_anyone_reports_a_mistake_in_a_public_brief(client, wells, form):
    assert f'href="{form}"' in client.get(wells.get_absolute_url()).text
    assert "Wells run dry.</textarea>" in client.get(f"{form}?quote=Wells+run+dry.").text

    page = client.post(form, WORDS | {"email": "Una@example.org"}, follow=True)

    report = MistakeReport.objects.get()
    assert (report.section, report.edition) == (wells, wells.brief.edition)
    assert (report.quote, report.text) == ("Wells run dry.", "They don’t.")
    assert (report.reader, report.email) == (None, "una@example.org")
    assert "Your report is with the editors." in page.text
    assert f'href="{wells.get_absolute_url()}"' in page.text


def test_a_report_needs_words_but_no_sentence_and_no_address(client, form):
    refused = client.post(form, {"quote": "Wells run dry."})
    client.post(form, {"text": "All of it."})

    assert refused.status_code == 422 and "Wells run dry." in refused.text
    assert MistakeReport.objects.get().text == "All of it."


def test_the_address_of_a_person_with_an_account_is_their_choice(client, member, form):
    client.force_login(member)
    assert f"Email the answer to {member.email}" in client.get(form).text

    client.post(form, WORDS | {"email": "other@example.org"})
    client.post(form, WORDS | {"wants_answer": "on"})

    readers = MistakeReport.objects.order_by("pk").values_list("reader", "email")
    assert list(readers) == [(None, ""), (member.pk, "")]


def test_a_report_from_ones_own_reading_leads_back_there_and_does_not_say_which_circle(
    client, member, meeting, form, wells
):
    meeting.readings.create(section=wells)
    part = f"{meeting.get_absolute_url()}read/wells/"
    client.force_login(member)
    assert f'href="{form}?next={part}"' in client.get(part).text

    sent = client.post(f"{form}?next={part}", WORDS, follow=True)

    assert f'href="{part}"' in sent.text
    report = MistakeReport.objects.values().get()
    assert "maple" not in str(report).lower()


def test_the_same_report_sent_twice_is_one(client, form):
    for _time in range(2):
        client.post(form, WORDS)

    assert MistakeReport.objects.count() == 1


@pytest.mark.parametrize("limit", ["BY_READER", "FOR_ADDRESS", "OF_ALL"])
def test_too_many_reports_are_refused_with_all_that_was_typed(client, form, limit, monkeypatch):
    monkeypatch.setattr(views, limit, Limit("few reports", times=1, seconds=DAY))
    una = {"email": "una@example.org"}
    client.post(form, WORDS | una)

    page = client.post(form, WORDS | una | {"text": "Another one."})

    assert page.status_code == 422
    assert "That’s a lot of reports for one day." in page.text and "Another one." in page.text
    assert MistakeReport.objects.count() == 1


def test_only_readers_of_a_brief_report_its_mistakes(client, form, member, wells):
    Brief.objects.update(audience="members")
    assert client.post(form, WORDS).status_code == 302
    Brief.objects.update(audience="editors")
    client.force_login(member)
    assert client.post(form, WORDS).status_code == 404
    Brief.objects.update(audience="everyone")
    Section.objects.update(retired_at=timezone.now())
    assert client.post(form, WORDS).status_code == 404

    assert not MistakeReport.objects.exists()


def test_a_visitors_device_keeps_no_draft_about_a_brief_with_an_advisory(client, member, form):
    assert "data-keep-draft" in client.get(form).text
    Brief.objects.update(advisory="It may be hard to read.")
    assert "data-keep-draft" not in client.get(form).text
    client.force_login(member)
    assert "data-keep-draft" in client.get(form).text


# --- The editors' desk ---


def test_the_admin_says_how_many_wait_and_shows_them_first(client, admin, wells):
    make_mistake_report(wells, text="Answered one.", answered_at=timezone.now())
    make_mistake_report(wells, text="Open one.", created_at=timezone.now() - timedelta(days=9))
    client.force_login(admin)

    assert "1 reported mistake is waiting for an answer." in client.get("/admin/").text
    page = client.get(LIST).text
    assert page.index("Open one.") < page.index("Answered one.")
    assert "Answered one." not in client.get(f"{LIST}?state=open").text
    assert "Open one." not in client.get(f"{LIST}?state=answered").text


def test_an_editor_sees_the_sentence_beside_the_present_text_and_no_address(client, admin, wells):
    report = make_mistake_report(wells, quote="Wells run dry.", email="una@example.org")
    client.force_login(admin)
    page = client.get(f"{LIST}{report.pk}/change/").text

    assert "Wells run dry." in page and "Wells <em>run</em> dry." in page
    assert "isn’t in the section now" not in page
    assert "The reader asked for an email." in page and "una@example.org" not in page
    Section.objects.update(body="Wells last.")
    assert "isn’t in the section now" in client.get(f"{LIST}{report.pk}/change/").text


def test_a_report_is_answered_once(client, editor, wells):
    report = make_mistake_report(wells)
    client.force_login(editor)
    page = f"{LIST}{report.pk}/change/"

    answered = client.post(page, {"decision": "close", "answer": "Right!"}, follow=True)
    again = client.post(page, {"decision": "fix", "answer": "No."}, follow=True)

    assert "The reader didn’t ask for an email." in answered.text
    assert "Someone else just answered this report." in again.text
    report.refresh_from_db()
    assert (report.answer, report.answered_by, report.fixed_after) == ("Right!", editor, None)
    assert SiteEvent.objects.filter(kind=SiteEvent.Kind.MISTAKE_ANSWERED).count() == 1


def test_staff_without_the_right_neither_see_nor_answer_reports(client, wells):
    report = make_mistake_report(wells)
    page = f"{LIST}{report.pk}/change/"
    client.force_login(make_user(is_staff=True))
    assert "waiting for an answer" not in client.get("/admin/").text
    assert {client.get(LIST).status_code, client.get(page).status_code} == {403}

    viewer = make_user(is_staff=True)
    viewer.user_permissions.add(Permission.objects.get(codename="view_mistakereport"))
    client.force_login(viewer)
    assert "Answer and close" not in client.get(page).text
    assert client.post(page, {"decision": "close"}).status_code == 403
    report.refresh_from_db()
    assert not report.is_answered


def test_a_report_forgets_after_a_year_who_sent_it(member, wells):
    long_ago = timezone.now() - timedelta(days=366)
    make_mistake_report(wells, email="una@example.org", created_at=long_ago)
    make_mistake_report(wells, reader=member, created_at=long_ago)
    make_mistake_report(wells, email="new@example.org")

    housekeeping.run()

    left = MistakeReport.objects.values_list("reader", "email").order_by("pk")
    assert list(left) == [(None, ""), (None, ""), (None, "new@example.org")]
