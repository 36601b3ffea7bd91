"""What mails say, and what they are made of."""

import email
import re
from datetime import timedelta
from email import policy
from urllib.parse import urlsplit

import html5lib
import pytest
from django.apps import apps
from django.contrib.sessions.models import Session
from django.core import serializers
from django.utils import timezone

from circles import letters
from circles.invitations import invite_by_mail
from circles.models import Heartbeat, Invitation, Mail, Meeting, Reading, ReadMark
from circles.outbox import deliver
from tests.factories import make_meeting, make_membership, make_note, make_user

LINK = re.compile(r"https?://[^\s\"<>]+")


@pytest.fixture
def membership(circle, member):
    return circle.memberships.get(user=member)


@pytest.fixture
def soon(circle, member, brief):
    """A meeting that the circle was told of, some days ahead."""
    meeting = make_meeting(circle, brief=brief, place="The library", time_zone="America/New_York")
    meeting.schedule()
    return meeting


@pytest.fixture
def one_of_each(soon, section, membership, facilitator, circle):
    """A mail of every kind, each for itself: (kind, the mail as it travels)."""
    Mail.objects.all().delete()
    before = {
        "starts_at": "2026-01-01T19:00Z",
        "duration_minutes": 60,
        "place": "",
        "online_link": "",
    }
    Reading.objects.create(meeting=soon, section=section)
    held = make_meeting(circle, minutes_published_at=timezone.now())
    off = make_meeting(circle, cancelled_at=timezone.now())
    guest = make_membership(circle, make_user("Gus Guest"))
    soon.rsvps.create(membership=guest, answer="yes")
    action = soon.action_items.create(
        text="Nobody else's business",
        owner=membership,
        due_on=timezone.localdate(timezone=soon.zone),
    )
    invite_by_mail(circle, facilitator, ["ann@example.org"])
    lost = Mail.objects.get()
    details = {
        Mail.Kind.CHANGED: {"meeting": soon, "details": {"before": before}},
        Mail.Kind.CANCELLED: {"meeting": off},
        Mail.Kind.MINUTES: {"meeting": held},
        Mail.Kind.ACTION: {"action_item": action},
        Mail.Kind.TROUBLE: {"circle": circle, "details": {"mail": lost.pk}},
    }
    owners = {
        Mail.Kind.PLACE: guest,
        Mail.Kind.TROUBLE: circle.memberships.get(user=facilitator),
    }

    def send(kind, mailoutbox):
        mailoutbox.clear()
        if kind != Mail.Kind.INVITATION:
            Mail.objects.filter(pk=lost.pk).update(failed_at=timezone.now())
            about = details.get(kind, {"meeting": soon})
            Mail.objects.queue(kind, kind, to=[owners.get(kind, membership)], **about)
        deliver()
        Mail.objects.exclude(pk=lost.pk).update(sent_at=timezone.now() - timedelta(hours=2))
        (message,) = mailoutbox
        return message

    return send


def as_it_travels(message):
    return email.message_from_bytes(message.message().as_bytes(), policy=policy.default)


# --- How mails are built ---


@pytest.mark.parametrize("kind", Mail.Kind.values)
def test_every_mail_is_built_as_spam_filters_like_it(one_of_each, mailoutbox, settings, kind):
    mail = as_it_travels(one_of_each(kind, mailoutbox))
    text = mail.get_body(("plain",)).get_content()
    html = mail.get_body(("html",)).get_content()

    words = ["multipart/alternative", "text/plain", "text/html"]
    has_file = kind in letters.CALENDAR_METHODS
    order = ["multipart/mixed", *words, "text/calendar"] if has_file else words
    assert [part.get_content_type() for part in mail.walk()] == order
    for header in ("Subject", "From", "To", "Date", "Message-ID", "MIME-Version"):
        assert len(mail.get_all(header)) == 1, header
    assert abs(mail["Date"].datetime - timezone.now()) < timedelta(minutes=5)
    assert re.fullmatch(r"<[0-9a-f]{32}@localhost>", mail["Message-ID"])
    assert mail["From"].addresses[0].addr_spec == "circles@localhost"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Reply-To"] is None
    assert 10 < len(mail["Subject"]) <= 130
    assert not any(defect for header in mail.values() for defect in header.defects)
    assert max(map(len, text.splitlines())) < 998
    assert not re.search(r"<\w|&\w+;|\{[{%]|\n\n\n", text)
    assert not re.search(r"<img|<script|<link|\{[{%]|url\(", html)
    words = " ".join(html5lib.parse(html, namespaceHTMLElements=False).itertext()).split()
    said = [word for word in text.split() if not word.startswith("http")]
    assert set(mail["Subject"].split()) <= {*words}
    assert len(said) < 150


@pytest.mark.parametrize("kind", Mail.Kind.values)
def test_every_link_of_the_html_stands_in_the_text_too_or_ends_such_mails(
    one_of_each, mailoutbox, kind
):
    message = one_of_each(kind, mailoutbox)
    html = html5lib.parse(message.alternatives[0].content, namespaceHTMLElements=False)

    for link in html.iter("a"):
        assert link.get("href") in message.body or "?topic=" in link.get("href")


@pytest.mark.parametrize("kind", Mail.Kind.values)
def test_every_mail_can_be_stopped_with_one_click(client, one_of_each, mailoutbox, kind):
    message = one_of_each(kind, mailoutbox)
    url = message.extra_headers["List-Unsubscribe"].strip("<>")

    answer = client.post(_path(url), {"List-Unsubscribe": "One-Click"})

    assert message.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert answer.status_code == 200
    if kind == Mail.Kind.INVITATION:
        assert not Invitation.objects.get().is_open
    else:
        recipient = Mail.objects.get(kind=kind).user
        assert recipient.mails_off == [Mail.TOPICS[kind]]


def _path(url):
    parts = urlsplit(url)
    return f"{parts.path}?{parts.query}"


def rows():
    """All there is in the database, sessions left out."""
    models = [model for model in apps.get_models() if model is not Session]
    return {
        model._meta.label: serializers.serialize("json", model.objects.order_by("pk"))
        for model in models
        if model._meta.managed and not model._meta.proxy
    }


@pytest.mark.parametrize("who", ["visitor", "member"])
def test_opening_every_link_of_every_mail_changes_no_row_but_sessions(
    client, member, one_of_each, mailoutbox, who
):
    links = set()
    for kind in Mail.Kind.values:
        message = one_of_each(kind, mailoutbox)
        links |= set(LINK.findall(message.body + message.alternatives[0].content))
        links.add(message.extra_headers["List-Unsubscribe"].strip("<>"))
    if who == "member":
        client.force_login(member)
    before = rows()

    answers = {}
    for link in sorted(links):
        answers[link] = {client.get(_path(link)).status_code, client.head(_path(link)).status_code}

    assert len(links) > 15
    assert not any(status >= 500 for statuses in answers.values() for status in statuses)
    assert rows() == before


def test_a_mail_is_from_the_circle_by_the_site_and_gives_nobodys_address(
    soon, facilitator, mailoutbox
):
    deliver()

    senders = {message.from_email for message in mailoutbox}
    assert senders == {"Maple Street by Full Circle <circles@localhost>"}
    assert not any("member@" in m.body for m in mailoutbox if m.to != ["member@example.org"])


# --- What they say ---


def test_a_meeting_is_told_with_the_way_to_answer(soon, membership, mailoutbox):
    deliver()

    (mail,) = mailoutbox
    assert mail.subject.startswith("Maple Street meets on ")
    assert "Where: The library" in mail.body
    assert re.search(rf"/rsvp/{membership.pk}-{soon.pk}\.[\w-]+/", mail.body)


def test_a_reader_elsewhere_finds_their_own_clock_too(soon, member, mailoutbox):
    member.time_zone = "Europe/Berlin"
    member.save()
    deliver()

    body = mailoutbox[0].body
    assert re.search(r"When: .* (EST|EDT)\n", body)
    assert re.search(r"On your clock: .* (CET|CEST)\n", body)


def test_a_reader_in_the_circles_time_finds_one_clock(soon, mailoutbox):
    deliver()

    assert "On your clock" not in mailoutbox[0].body


def test_a_change_says_first_what_changed(soon, mailoutbox):
    deliver()
    soon.place, soon.starts_at = "The school", soon.starts_at + timedelta(days=1)
    soon.keep(calendars_hear=True)
    deliver()

    mail = mailoutbox[1]
    assert mail.subject.startswith("New time for “Water”: ")
    assert mail.body.startswith("What changed:\n\nIt was: ")
    assert "The place was: The library" in mail.body
    assert "Where: The school" in mail.body


def test_two_changes_before_the_mail_goes_are_told_as_one(soon, mailoutbox):
    deliver()
    for place in ("The school", "The church"):
        soon.place = place
        soon.keep(calendars_hear=True)
    deliver()

    assert len(mailoutbox) == 2
    assert "The place was: The library" in mailoutbox[1].body
    assert "Where: The church" in mailoutbox[1].body


def test_what_was_changed_and_changed_back_is_not_told(soon, mailoutbox):
    deliver()
    for place in ("The school", "The library"):
        soon.place = place
        soon.keep(calendars_hear=True)
    deliver()

    assert len(mailoutbox) == 1


def test_what_is_louder_and_moot_hides_nothing(soon, member, membership, mailoutbox):
    member.turn_mails_off(["meetings"])
    Mail.objects.queue(Mail.Kind.NUDGE, "7d", to=[membership], meeting=soon)
    deliver()

    (mail,) = mailoutbox
    assert mail.subject.startswith("Do you come on ")


def test_a_meeting_that_is_told_now_is_not_reminded_of_beside(soon, membership, mailoutbox):
    Mail.objects.queue(Mail.Kind.NUDGE, "7d", to=[membership], meeting=soon)
    deliver()

    (mail,) = mailoutbox
    assert mail.subject.startswith("Maple Street meets on ")
    assert "put out a chair" not in mail.body


def test_a_draft_is_told_to_nobody(circle, member, mailoutbox):
    draft = make_meeting(circle, scheduled_at=None, place="The library")
    draft.place = "The school"
    draft.keep(calendars_hear=True)
    draft.cancel()
    deliver()

    assert mailoutbox == []


def test_the_mail_about_the_minutes_carries_not_a_word_of_them(
    soon, member, facilitator, mailoutbox
):
    deliver()
    make_note(soon, facilitator, text="Something said in confidence")
    soon.minutes_summary = "A summary in confidence"
    soon.save()
    Meeting.objects.update(starts_at=timezone.now() - timedelta(hours=3))
    soon.start()
    soon.end()
    soon.publish_minutes()
    soon.publish_minutes()
    Mail.objects.filter(kind="scheduled").update(sent_at=timezone.now() - timedelta(hours=2))
    deliver()

    mails = [mail for mail in mailoutbox if "minutes" in mail.subject]
    assert len(mails) == 2
    assert not any("confidence" in str(mail.message()) for mail in mails)


def test_a_promise_that_is_due_is_not_named(one_of_each, mailoutbox):
    message = one_of_each(Mail.Kind.ACTION, mailoutbox)

    assert message.subject == "Due today: something that you promised"
    assert "business" not in str(message.message())


def test_who_moves_up_from_the_waiting_list_is_told(circle, soon, membership, mailoutbox):
    deliver()
    other = make_membership(circle)
    Meeting.objects.update(capacity=1)
    soon.answer(other, "yes")
    soon.answer(membership, "yes")
    soon.answer(other, "no")
    deliver()

    assert mailoutbox[1].to == ["member@example.org"]
    assert mailoutbox[1].subject.startswith("You have a place: “Water”")


def test_the_reminder_of_reading_names_what_is_left_and_its_minutes(
    soon, section, membership, member, one_of_each, mailoutbox
):
    message = one_of_each(Mail.Kind.READING, mailoutbox)
    ReadMark.objects.create(user=member, section=section)
    Mail.objects.queue(Mail.Kind.READING, "again", to=[membership], meeting=soon)
    deliver()

    assert message.subject.startswith("1 minute of reading before ")
    assert "- History (1 minute)" in message.body
    assert "/briefs/water/#history" in message.body
    assert len(mailoutbox) == 1


def test_who_has_left_or_has_no_account_any_more_gets_nothing(soon, membership, mailoutbox):
    make_membership(soon.circle, role=2)
    gone = make_membership(soon.circle, make_user("Gone", is_active=False))
    soon.tell(Mail.Kind.CANCELLED, "x")
    membership.leave()
    soon.cancel()
    deliver()

    why = Mail.objects.filter(user__in=[membership.user, gone.user])
    assert {mail.last_error for mail in why} == {
        "not in the circle any more",
        "the account is closed",
    }


def test_what_is_turned_off_is_not_sent_even_if_it_was_queued_before(soon, member, mailoutbox):
    member.turn_mails_off(["meetings"])
    deliver()

    assert mailoutbox == []


def test_the_calendar_file_goes_along(soon, mailoutbox):
    pytest.importorskip("circles.calendars")
    deliver()

    (attachment,) = as_it_travels(mailoutbox[0]).iter_attachments()
    assert attachment.get_content_type() == "text/calendar"
    assert attachment["Content-Type"].params["method"] == "REQUEST"
    assert b"BEGIN:VCALENDAR" in attachment.get_payload(decode=True)


def test_the_worker_says_in_the_admin_when_it_does_not_run(client, admin, soon):
    client.force_login(admin)
    page = "/admin/circles/mail/"

    before = client.get(page).content.decode()
    Heartbeat.beat()
    after = client.get(page).content.decode()

    assert "The worker has never run" in before
    assert "The worker has never run" not in after
    assert "Meeting set" in after
    assert not re.search("Maple|member@|Mel Member|Water", after)
