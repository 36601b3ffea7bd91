"""Mails of a circle: from rows of the outbox to a message, at the moment it is sent.

A mail carries no word of what was said: it carries a link. Each kind has two templates in
`templates/mail/`: the text, with its subject above a line of “===”, and the same as HTML.
Several rows make one mail. `circles/models/mail.py` says how to queue one, `mail/delivery.py`
sends.
"""

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from email.utils import format_datetime, formataddr, parseaddr
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.crypto import salted_hmac
from django.utils.safestring import mark_safe
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from config.mail import draw

from .. import signed_links
from ..models import Mail
from .registry import NotNeeded, calendar_files, context_of

if TYPE_CHECKING:
    from ..models import Circle


# How long an address that refused mail is left alone, before it is tried once more.
BOUNCE_REST = timedelta(days=14)
TOLD_BESIDE = "another mail says it"


@dataclass
class Letter:
    """What becomes of some rows: one message, and what was left out of it and why."""

    message: EmailMultiAlternatives | None = None
    mails: list[Mail] = field(default_factory=list)
    not_needed: list[tuple[Mail, str]] = field(default_factory=list)
    broken: list[tuple[Mail, Exception]] = field(default_factory=list)


@dataclass
class Part:
    """One thing that is told, in both ways of writing."""

    mail: Mail
    title: str
    text: str
    html: str


def compose(mails: "Iterable[Mail]") -> Letter:
    """Make one message of these rows, all to one recipient, in the reader's zone and language.

    A row whose cause has gone, or that its reader does not want, is left out (`moot`); one
    that cannot be made does not stop the others (`broken`).
    """
    letter = Letter()
    contexts: dict[Mail, dict[str, Any]] = {}
    for mail in _one_change_each(mails, letter):
        try:
            with _as_read(mail):
                contexts[mail] = _context(mail)
        except NotNeeded as not_needed:
            letter.not_needed.append((mail, str(not_needed)))
        except Exception as error:
            letter.broken.append((mail, error))
    parts = []
    for mail in _foremost(contexts, letter):
        try:
            with _as_read(mail):
                parts.append(_part(mail, contexts[mail]))
            letter.mails.append(mail)
        except Exception as error:
            letter.broken.append((mail, error))
    if parts:
        with _as_read(letter.mails[0]):
            letter.message = _message(letter.mails, parts)
    return letter


@contextmanager
def _as_read(mail: Mail) -> Iterator[None]:
    """The reader's clock and language. Who has no account yet is written to by the clock of
    the circle, in the language of who invites."""
    reader = mail.user or (mail.invitation and mail.invitation.invited_by)
    circle = mail.of_circle
    zone = mail.user.zone if mail.user else circle.zone if circle else None
    language = reader.mail_language if reader else settings.LANGUAGE_CODE
    with translation.override(language), timezone.override(zone):
        yield


def _one_change_each(mails: "Iterable[Mail]", letter: Letter) -> Iterator[Mail]:
    """Without the later of several changes of a meeting: the first tells how it was before
    all of them, and how it is now."""
    changed = set()
    for mail in mails:
        if mail.kind == Mail.Kind.CHANGED and mail.meeting_id in changed:
            letter.not_needed.append((mail, TOLD_BESIDE))
            continue
        if mail.kind == Mail.Kind.CHANGED:
            changed.add(mail.meeting_id)
        yield mail


def _foremost(mails: dict[Mail, dict[str, Any]], letter: Letter) -> Iterator[Mail]:
    """Without what another mail beside it says better about the same meeting or poll."""

    def rank(mail: Mail) -> int:
        return Mail.PRECEDENCE.index(Mail.Kind(mail.kind))

    def subject(mail: Mail) -> tuple[int | None, int | None]:
        return mail.meeting_id, mail.poll_id

    ranked = [mail for mail in mails if mail.kind in Mail.PRECEDENCE]
    best = {subject(mail): rank(mail) for mail in sorted(ranked, key=rank, reverse=True)}
    for mail in mails:
        if mail in ranked and rank(mail) > best[subject(mail)]:
            letter.not_needed.append((mail, TOLD_BESIDE))
        else:
            yield mail


def _context(mail: Mail) -> dict[str, Any]:
    """What the templates of a mail need.

    Raises:
        NotNeeded: it need not be sent.
    """
    user = mail.user
    if user:
        if not user.is_active:
            raise NotNeeded("the account is closed")
        if mail.topic in user.mails_off:
            raise NotNeeded("turned off")
        if user.is_bouncing and user.bounced_at and timezone.now() < user.bounced_at + BOUNCE_REST:
            raise NotNeeded("the address refuses mail")
    if mail.membership and not mail.membership.is_current:
        raise NotNeeded("not in the circle any more")
    is_elsewhere = _is_elsewhere(mail)
    return {
        "mail": mail,
        "circle": mail.of_circle,
        "meeting": mail.meeting,
        "poll": mail.poll,
        "is_elsewhere": is_elsewhere,
        # How the hour is written: with its zone where it could be taken for the other one.
        "clock": "g:i a T" if is_elsewhere else "g:i a",
    } | context_of(mail)


def _is_elsewhere(mail: Mail) -> bool:
    """The reader's clock shows another time than the circle's at what the mail is about."""
    if mail.meeting:
        moments, zone = [mail.meeting.starts_at], mail.meeting.zone
    elif mail.poll:
        moments, zone = [option.starts_at for option in mail.poll.options.all()], mail.poll.zone
    else:
        return False
    return any(
        timezone.localtime(moment).utcoffset() != moment.astimezone(zone).utcoffset()
        for moment in moments
    )


def _part(mail: Mail, context: dict[str, Any]) -> Part:
    title, _line, text = _plain(f"mail/{mail.template}.txt", context).partition("\n===\n")
    # A subject is one line, whatever names stand in it.
    title = Truncator(" ".join(title.split())).chars(120)
    html = render_to_string(f"mail/{mail.template}.html", context)
    return Part(mail, title, text.strip(), mark_safe(html))


def _plain(template: str, context: dict[str, Any]) -> str:
    """Text with its gaps closed: tags leave empty lines behind."""
    text = render_to_string(template, context).strip()
    text = re.sub(r"[ \t]+\n", "\n", text)
    return re.sub(r"\n{3,}", "\n\n", text)


def _message(mails: list[Mail], parts: list[Part]) -> EmailMultiAlternatives:
    first = mails[0]
    context = {
        "parts": parts,
        "subject": _subject(parts),
        "site": settings.SITE_URL,
        "circle": _one_circle(mails),
        "choose_url": signed_links.mail_url(first.user_id) if first.user_id else "",
        "stop_url": _stop_url(first, parts),
    }
    body = _plain("mail/base.txt", context) + "\n"
    html = draw("mail/base.html", context)
    message = EmailMultiAlternatives(
        context["subject"],
        body,
        from_email=_sender(context["circle"]),
        to=[first.to],
        headers=_headers(mails, context),
    )
    message.attach_alternative(html, "text/html")
    for part in parts:
        for name, content, kind in calendar_files(part.mail):
            message.attach(name, content, kind)
    return message


def _subject(parts: list[Part]) -> str:
    if len(parts) == 1:
        return parts[0].title
    rest = len(parts) - 1
    more = ngettext("and %d more", "and %d more", rest) % rest
    return f"{parts[0].title}, {more}"


def _one_circle(mails: list[Mail]) -> "Circle | None":
    """The circle they are all of; None where they are of several, or of none."""
    circles = {mail.of_circle for mail in mails}
    return circles.pop() if len(circles) == 1 else None


def _sender(circle: "Circle | None") -> str:
    """The site's address under the circle's name. Nobody's own address is given away."""
    site, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    name = _("%(circle)s by %(site)s") % {"circle": circle, "site": site} if circle else site
    return formataddr((" ".join(name.split()), address))


def _headers(mails: list[Mail], context: dict[str, Any]) -> dict[str, str]:
    host = urlsplit(settings.SITE_URL).hostname
    # The same rows make the same id: a mail sent again after a crash is known for a twin.
    ids = "-".join(str(mail.pk) for mail in mails)
    digest = salted_hmac("circles.mail.message-id", ids, algorithm="sha256").hexdigest()[:32]
    headers = {
        "Date": format_datetime(timezone.now()),
        "Message-ID": f"<{digest}@{host}>",
        # Tells machines not to answer that someone is on holiday (RFC 3834).
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
    }
    if context["stop_url"]:
        headers["List-Unsubscribe"] = f"<{context['stop_url']}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return headers


def _stop_url(mail: Mail, parts: list[Part]) -> str:
    """One click there ends mails like this: all its topics, or the invitation."""
    if not mail.user_id:
        return signed_links.decline_url(mail.invitation_id)
    topics = sorted({str(part.mail.topic.value) for part in parts if part.mail.topic})
    if not topics:
        return ""
    return f"{signed_links.mail_url(mail.user_id)}?{urlencode({'topic': topics}, doseq=True)}"
