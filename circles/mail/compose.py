"""Composes the emails of circles from rows of the outbox, when they are sent.

To keep notes and action items private, an email has only links to them. Each kind has two
templates in `templates/mail/`: text, with the subject above a line of “===”, and HTML. A subject
that names could make too long has shorter ones after it, between lines of “---”. Several rows can
make one email. `circles/models/mail.py` queues emails, `mail/delivery.py` sends them.
"""

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
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


# Characters. Phones cut off what is longer.
LONGEST_SUBJECT = 50
TOLD_BESIDE = "another email covers this"


@dataclass
class Letter:
    """The result for some rows: one message, and the rows left out with the reasons."""

    message: EmailMultiAlternatives | None = None
    mails: list[Mail] = field(default_factory=list)
    not_needed: list[tuple[Mail, str]] = field(default_factory=list)
    broken: list[tuple[Mail, Exception]] = field(default_factory=list)


@dataclass
class Part:
    """One row's part of an email, as text and as HTML."""

    mail: Mail
    title: str
    text: str
    html: str


def compose(mails: "Iterable[Mail]") -> Letter:
    """Make one message of these rows, all to one recipient, in the reader's zone and language.

    A row whose cause has gone, or that its reader does not want, is left out (`not_needed`); one
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
    """Use the reader's time zone and language.

    For a person without an account these are the circle's time zone and the inviter's language.
    """
    reader = mail.user or (mail.invitation and mail.invitation.invited_by)
    circle = mail.of_circle
    zone = mail.user.zone if mail.user else circle.zone if circle else None
    language = reader.mail_language if reader else settings.LANGUAGE_CODE
    with translation.override(language), timezone.override(zone):
        yield


def _one_change_each(mails: "Iterable[Mail]", letter: Letter) -> Iterator[Mail]:
    """Drop later changes of a meeting, because the first one compares the state before all of
    them with the current one."""
    changed = set()
    for mail in mails:
        if mail.kind == Mail.Kind.CHANGED and mail.meeting_id in changed:
            letter.not_needed.append((mail, TOLD_BESIDE))
            continue
        if mail.kind == Mail.Kind.CHANGED:
            changed.add(mail.meeting_id)
        yield mail


def _foremost(mails: dict[Mail, dict[str, Any]], letter: Letter) -> Iterator[Mail]:
    """Drop rows if another one in this email says more about the same meeting or poll."""

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
    """The context for the templates of an email.

    Raises:
        NotNeeded: the email need not be sent.
    """
    if mail.user and (why := Mail.why_not(mail.kind, mail.user)):
        raise NotNeeded(why)
    if mail.membership and not mail.membership.is_current:
        raise NotNeeded("no longer in the circle")
    return {
        "mail": mail,
        "circle": mail.of_circle,
        "meeting": mail.meeting,
        "poll": mail.poll,
    } | context_of(mail)


def _part(mail: Mail, context: dict[str, Any]) -> Part:
    titles, _line, text = _plain(f"mail/{mail.template}.txt", context).partition("\n===\n")
    title = _that_fits(titles)
    html = render_to_string(f"mail/{mail.template}.html", context)
    return Part(mail, title, text.strip(), mark_safe(html))


def _that_fits(titles: str) -> str:
    """The first title that fits into a subject; if none does, the last one cut short.

    Args:
        titles: the same in ever fewer words, between lines of “---”.
    """
    # A subject must be one line, even if a name has line breaks.
    each = [" ".join(title.split()) for title in re.split(r"\n\s*---\s*\n", titles)]
    fits = [title for title in each if len(title) <= LONGEST_SUBJECT]
    return fits[0] if fits else Truncator(each[-1]).chars(LONGEST_SUBJECT)


def _plain(template: str, context: dict[str, Any]) -> str:
    """The rendered text without the empty lines that template tags leave."""
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
        "choose_url": signed_links.mail_url(first.user) if first.user else "",
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
    return f"{Truncator(parts[0].title).chars(LONGEST_SUBJECT - len(more) - 2)}, {more}"


def _one_circle(mails: list[Mail]) -> "Circle | None":
    """The one circle that all of these are from, or None."""
    circles = {mail.of_circle for mail in mails}
    return circles.pop() if len(circles) == 1 else None


def _sender(circle: "Circle | None") -> str:
    """The site's address with the circle's name, so that no person's address is shown."""
    site, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    name = _("%(circle)s via %(site)s") % {"circle": circle, "site": site} if circle else site
    return formataddr((" ".join(name.split()), address))


def _headers(mails: list[Mail], context: dict[str, Any]) -> dict[str, str]:
    host = urlsplit(settings.SITE_URL).hostname
    # The same rows make the same id, so mailboxes notice an email that is sent twice.
    ids = "-".join(str(mail.pk) for mail in mails)
    digest = salted_hmac("circles.mail.message-id", ids, algorithm="sha256").hexdigest()[:32]
    headers = {
        "Date": format_datetime(timezone.now()),
        "Message-ID": f"<{digest}@{host}>",
        # Prevents automatic replies, such as from people on vacation (RFC 3834).
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
    }
    if context["stop_url"]:
        headers["List-Unsubscribe"] = f"<{context['stop_url']}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return headers


def _stop_url(mail: Mail, parts: list[Part]) -> str:
    """One click there ends mails like this: all its topics, or the invitation."""
    if not mail.user:
        return signed_links.decline_url(mail.invitation_id)
    topics = sorted({str(part.mail.topic.value) for part in parts if part.mail.topic})
    if not topics:
        return ""
    return f"{signed_links.mail_url(mail.user)}?{urlencode({'topic': topics}, doseq=True)}"
