"""Sends the emails in the outbox: each at least once, and not twice for one cause.

Emails are claimed, composed, handed to the mail server and marked as sent, one at a time. A
worker that dies in between can leave one email in doubt. It is sent again when its claim
expires, under the same Message-ID, so that many mailboxes show it once.
"""

import logging
import smtplib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from config.mail import MAIL_FAILURES
from config.outages import MAIL

from ..models import Mail, Membership
from .compose import compose

# How long to wait after each temporary failure. After the last one, the email is given up.
PAUSES = [
    *(timedelta(minutes=minutes) for minutes in (1, 5, 15, 45)),
    *(timedelta(hours=hours) for hours in (2, 4, 8, 12, 24, 24)),
]

logger = logging.getLogger(__name__)


class Unreachable(Exception):
    """The mail server doesn't answer, refuses our sign-in, or takes no email for anyone."""


class NotNow(Exception):
    """The mail server may take an email to this address later: not for a fault of the mailbox."""

    def __init__(self, to: str, reason: str) -> None:
        super().__init__(reason)
        self.to = to


def deliver(*, most: int | None = None, should_stop: Callable[[], bool] = lambda: False) -> int:
    """Send what is due over one connection. Returns the number of emails sent.

    A refused email doesn't stop the others.

    Args:
        most: stop after this many.
        should_stop: called before each email; returns whether to stop.

    Raises:
        Unreachable: the mail server can't be used, or takes no email for anyone now.
    """
    number = 0
    not_now: dict[str, NotNow] = {}
    with _mail_server() as server:
        while not should_stop() and (most is None or number < most):
            ids = Mail.objects.claim()
            if not ids:
                break
            try:
                number += _send(ids, server)
            except NotNow as answer:
                not_now[answer.to] = answer
    # If no one gets any, it's the server.
    if len(not_now) > 1 and not number:
        raise Unreachable(f"The email server takes no email for now: {not_now.popitem()[1]}")
    return number


@contextmanager
def _mail_server() -> Iterator[BaseEmailBackend]:
    server = get_connection()
    try:
        yield server
    finally:
        _hang_up(server)


def _hang_up(server: BaseEmailBackend) -> None:
    try:
        server.close()
    except MAIL_FAILURES:
        logger.info("The mail server closed the connection first.")


def _send(ids: list[int], server: BaseEmailBackend) -> bool:
    """Compose and send one email of these rows. Returns whether it was sent."""
    letter = compose(Mail.objects.filter(pk__in=ids).with_subjects().order_by("pk"))
    for mail, why in letter.not_needed:
        Mail.objects.filter(pk=mail.pk).drop(why)
    for mail, error in letter.broken:
        logger.error("Email %d (%s) couldn't be composed", mail.pk, mail.kind, exc_info=error)
        put_off(mail, f"{type(error).__name__} while it was composed")
    if not letter.message:
        return False
    try:
        server.open()
    except MAIL_FAILURES as error:
        _put_off_all(letter.mails, error)
        raise Unreachable(f"The email server can’t be reached: {_words(error)}") from error
    try:
        server.send_messages([letter.message])
        MAIL.over()
    except MAIL_FAILURES as error:
        is_put_off = _refused(letter.mails, error)
        # The state of the SMTP session is unknown now, so start a new one.
        _hang_up(server)
        if _is_ours(error):
            raise Unreachable(f"The email server refuses our email: {_words(error)}") from error
        if is_put_off and not _is_about_mailbox(error):
            raise NotNow(letter.mails[0].to, _words(error)) from error
        return False
    except (ValueError, UnicodeError) as error:
        _fail_all(letter.mails, str(error), is_bounce=False)
        return False
    sent = Mail.objects.filter(pk__in=[mail.pk for mail in letter.mails])
    sent.mark_sent(letter.message.extra_headers["Message-ID"])
    if any(mail.kind in Mail.REPORTS for mail in letter.mails):
        # Who reported a mistake was promised that we erase their address.
        sent.filter(kind__in=Mail.REPORTS).delete()
    return True


def _is_ours(error: OSError) -> bool:
    """Whether the fault is ours or the network's, so that no other email would go either."""
    return isinstance(
        error, (smtplib.SMTPSenderRefused, smtplib.SMTPAuthenticationError)
    ) or not isinstance(error, smtplib.SMTPException)


def _refused(mails: list[Mail], error: OSError) -> bool:
    """Give up or retry: “no such mailbox” and “not this email” are final, “not now” isn't.

    Returns:
        Whether they are tried again.
    """
    code, text = _answer(error)
    if not 500 <= code < 600 or _is_ours(error):
        _put_off_all(mails, error)
        return True
    # RFC 3463: 5.1 and 5.2 are about the mailbox, 5.7 about the server's policy.
    is_address = " 5.1." in f" {text}" or " 5.2.1" in f" {text}"
    plain = isinstance(error, smtplib.SMTPRecipientsRefused) and "5.7." not in text
    _fail_all(mails, f"{code} {text}", is_bounce=is_address or plain)
    return False


def _is_about_mailbox(error: OSError) -> bool:
    """Whether the server said “not now” of this mailbox, such as a full one: RFC 5321, section
    4.2.3, and RFC 3463, sections 3.2 and 3.3."""
    code, text = _answer(error)
    return code == 450 or any(part in f" {text}" for part in (" 4.1.", " 4.2."))


def _answer(error: OSError) -> tuple[int, str]:
    """The code and message of the mail server; code 0 if it sent none."""
    text: bytes | str
    if isinstance(error, smtplib.SMTPRecipientsRefused) and error.recipients:
        code, text = next(iter(error.recipients.values()))
    elif isinstance(error, smtplib.SMTPResponseException):
        code, text = error.smtp_code, error.smtp_error
    else:
        code, text = 0, f"{type(error).__name__}: {error}"
    return code, text.decode(errors="replace") if isinstance(text, bytes) else str(text)


def _words(error: OSError) -> str:
    code, text = _answer(error)
    return f"{code or ''} {text}".strip()


def _put_off_all(mails: list[Mail], error: OSError) -> None:
    for mail in mails:
        put_off(mail, _words(error))


def put_off(mail: Mail, why: str) -> None:
    """Retry after a pause, each longer than the one before. After the last one, give up."""
    if mail.attempts >= len(PAUSES):
        give_up(mail, why)
        return
    Mail.objects.filter(pk=mail.pk).update(
        attempts=F("attempts") + 1,
        due_at=timezone.now() + PAUSES[mail.attempts],
        claimed_until=None,
        last_error=_unnamed(mail, why),
    )


def _fail_all(mails: list[Mail], why: str, *, is_bounce: bool) -> None:
    for mail in mails:
        give_up(mail, why, is_bounce=is_bounce)


@transaction.atomic
def give_up(mail: Mail, why: str, *, is_bounce: bool = False) -> None:
    """Mark an email as failed, and tell the circle's facilitators, once a day per person."""
    now = timezone.now()
    Mail.objects.filter(pk=mail.pk).update(
        attempts=F("attempts") + 1,
        failed_at=now,
        is_bounce=is_bounce,
        claimed_until=None,
        last_error=_unnamed(mail, why),
    )
    if is_bounce and mail.user:
        mail.user.note_bounce()
    circle = mail.of_circle
    if circle is None or mail.kind == Mail.Kind.DELIVERY_FAILED:
        return
    facilitators = Membership.objects.facilitators().filter(circle=circle)
    whom = mail.user_id or f"invitation-{mail.invitation_id}"
    Mail.objects.queue(
        Mail.Kind.DELIVERY_FAILED,
        f"trouble-{circle.pk}-{whom}-{now.date()}",
        to=facilitators.exclude(user=mail.user_id) if mail.user_id else facilitators,
        circle=circle,
        details={"mail": mail.pk},
    )


def _unnamed(mail: Mail, why: str) -> str:
    """The mail server's message without the recipient's address, because admins read it."""
    return " ".join(why.replace(mail.to, "the address").split())[:300]
