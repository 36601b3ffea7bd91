"""How every kind of email is built, and that opening its links changes nothing."""

import email
import re
from datetime import timedelta
from email import policy
from urllib.parse import urlsplit

import html5lib
import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone
from icalendar import Calendar

from accounts.models import Device, User
from circles.mail.compose import LONGEST_SUBJECT
from circles.mail.delivery import deliver
from circles.mail.registry import CONTENTS
from circles.models import Invitation, Mail
from tests import voice
from tests.reading_grade import sentences, words

NEVER_STOPPED = {*Mail.ABOUT_NOTES, *Mail.OF_THE_SITE, *Mail.REQUESTS, *Mail.REPORTS}
LINK = re.compile(r"https?://[^\s\"<>]+")


def as_it_travels(message):
    return email.message_from_bytes(message.message().as_bytes(), policy=policy.default)


# --- How emails are built ---


@pytest.mark.parametrize("kind", Mail.Kind.values)
def test_every_mail_is_built_as_spam_filters_like_it(send, kind):
    mail = as_it_travels(send(kind))
    text = mail.get_body(("plain",)).get_content()
    html = mail.get_body(("html",)).get_content()

    parts = ["multipart/alternative", "text/plain", "text/html"]
    has_file = bool(CONTENTS[kind].calendar_method)
    order = ["multipart/mixed", *parts, "text/calendar"] if has_file else parts
    assert [part.get_content_type() for part in mail.walk()] == order
    for header in ("Subject", "From", "To", "Date", "Message-ID", "MIME-Version"):
        assert len(mail.get_all(header)) == 1, header
    assert abs(mail["Date"].datetime - timezone.now()) < timedelta(minutes=5)
    assert re.fullmatch(r"<[0-9a-f]{32}@localhost>", mail["Message-ID"])
    assert mail["From"].addresses[0].addr_spec == "circles@localhost"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Reply-To"] is None
    assert 10 < len(mail["Subject"]) <= LONGEST_SUBJECT
    assert not any(defect for header in mail.values() for defect in header.defects)
    assert max(map(len, text.splitlines())) < 998
    assert not re.search(r"<\w|&\w+;|\{[{%]|\n\n\n", text)
    assert not re.search(r"<img|<script|<link|\{[{%]|url\(", html)
    shown = " ".join(html5lib.parse(html, namespaceHTMLElements=False).itertext()).split()
    said = [word for word in text.split() if not word.startswith("http")]
    assert set(mail["Subject"].split()) <= {*shown}
    assert len(said) < 150


@pytest.mark.parametrize("kind", Mail.Kind.values)
def test_every_email_begins_with_who_and_says_how_to_stop_it_last(send, kind):
    message = send(kind)
    html = html5lib.parse(message.alternatives[0].content, namespaceHTMLElements=False)
    said = message.body + message.subject

    of_the_site = {*Mail.OF_THE_SITE, *Mail.REPORTS}
    who = {**dict.fromkeys(Mail.REQUESTS, "Una"), **dict.fromkeys(of_the_site, "Full Circle")}
    assert who.get(kind, "Maple Street") in message.body.split("\n\n")[0]
    assert message.body.endswith("\nFull Circle\nhttp://localhost:8000/\n")
    assert "Please don’t reply to this email." in message.body
    assert len([link for link in html.iter("a") if link.get("class") == "button"]) == 1
    assert voice.unused_words(said) + voice.odd_clocks(said) == []
    assert [it for it in sentences(said) if len(words(it)) > voice.LONGEST_SENTENCE] == []


@pytest.mark.parametrize("kind", [Mail.Kind.SCHEDULED, Mail.Kind.INVITATION, Mail.Kind.POLL])
def test_a_name_that_is_too_long_for_a_subject_is_left_out_or_cut_short(send, circle, kind):
    circle.name = "The Readers and Talkers of Maple Street and Around"
    circle.save()
    User.objects.filter(email="facilitator@example.org").update(
        display_name="Francesca Maria Facilitatoria"
    )

    assert len(send(kind).subject) <= LONGEST_SUBJECT


@pytest.mark.parametrize("kind", Mail.Kind.values)
def test_every_link_of_the_html_stands_in_the_text_too_or_ends_such_mails(send, kind):
    message = send(kind)
    html = html5lib.parse(message.alternatives[0].content, namespaceHTMLElements=False)

    for link in html.iter("a"):
        assert link.get("href") in message.body or "?topic=" in link.get("href")


@pytest.mark.parametrize("kind", sorted(NEVER_STOPPED))
def test_a_mail_that_no_one_turns_off_offers_no_way_to_stop_it(send, kind):
    message = send(kind)

    assert "List-Unsubscribe" not in message.extra_headers
    assert "Stop emails like this" not in message.alternatives[0].content


@pytest.mark.parametrize("kind", sorted(set(Mail.Kind.values) - NEVER_STOPPED))
def test_every_other_mail_can_be_stopped_with_one_click(client, send, kind):
    message = send(kind)
    url = message.extra_headers["List-Unsubscribe"].strip("<>")

    answer = client.post(_path(url), {"List-Unsubscribe": "One-Click"})

    assert message.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert answer.status_code == 200
    if kind == Mail.Kind.INVITATION:
        assert not Invitation.objects.get().is_open
    else:
        recipient = Mail.objects.get(kind=kind).user
        assert recipient.mails_off == [Mail.TOPICS[kind]]


# --- Opening the links ---


def links_of(message):
    """Every URL of this site in an email: in its text, HTML, calendar file and headers."""
    places = [message.body, message.alternatives[0].content]
    for _name, content, kind in message.attachments:
        assert kind.startswith("text/calendar")
        for event in Calendar.from_ical(content).walk("VEVENT"):
            places += [str(value) for value in event.values()]
    places.append(message.extra_headers.get("List-Unsubscribe", ""))
    links = set(LINK.findall(" ".join(places)))
    return {link for link in links if link.startswith((settings.SITE_URL, "http://testserver/"))}


def _path(url):
    parts = urlsplit(url)
    return f"{parts.path}?{parts.query}"


def rows():
    """All rows of the database except sessions and what is kept of them."""
    return {
        model._meta.label: list(model._base_manager.order_by("pk").values())
        for model in apps.get_models(include_auto_created=True)
        if model not in (Session, Device) and not model._meta.proxy
    }


@pytest.fixture
def links(send, subjects, mailoutbox):
    """The links that a scanner finds in emails of every kind, in a digest, and in one about an
    account."""
    links = set()
    for kind in Mail.Kind.values:
        links |= links_of(send(kind))
    mailoutbox.clear()
    together = [Mail.Kind.SCHEDULED, Mail.Kind.READING, Mail.Kind.POLL, Mail.Kind.MINUTES]
    for kind in together:
        recipient, about = subjects[kind]
        Mail.objects.queue(kind, f"{kind} again", to=[recipient], **about)
    Mail.objects.update(sent_at=timezone.now() - timedelta(hours=2))
    Mail.objects.filter(cause__endswith="again").update(sent_at=None)
    deliver()
    Client().post("/accounts/password/reset/", {"email": "nobody@example.org"})
    digest, account = mailoutbox
    assert digest.subject.endswith("and 3 more")
    return links | links_of(digest) | links_of(account)


@pytest.mark.slow
@pytest.mark.parametrize(
    "who",
    [
        *(pytest.param(who, marks=pytest.mark.long) for who in ("visitor", "outsider")),
        "member",
        "facilitator",
    ],
)
def test_opening_every_link_of_every_mail_changes_no_row_but_sessions(client, links, who, request):
    if who != "visitor":
        client.force_login(request.getfixturevalue(who))
    before = rows()

    statuses = {
        look(_path(link), follow=True).status_code
        for link in links
        for look in (client.get, client.head)
    }

    pages = {urlsplit(link).path.split("/")[1] for link in links}
    assert pages == {"", "accounts", "admin", "briefs", "circles", "join", "mail", "rsvp", "start"}
    # The link to a request leads into the admin, which is for others.
    refused = {"visitor": set(), "outsider": {403, 404}}.get(who, {403})
    assert statuses == {200} | refused
    assert rows() == before
