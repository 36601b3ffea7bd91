"""Sends the emails in the outbox: each at least once, and not twice for one cause.

Emails are claimed, composed, handed to the mail server and marked as sent, one at a time. A
worker that dies in between can leave one email in doubt. It is sent again when its claim
expires, under the same Message-ID, so that many mailboxes show it once.
"""

import logging
import math
import smtplib
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.contrib.sessions.backends.db import SessionStore
from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import close_old_connections, connection, transaction
from django.db.models import F
from django.utils import timezone

from briefs.editions.reconcile import reconcile_all
from briefs.links.check import check_asked
from briefs.models import MistakeReport
from config.mail import MAIL_FAILURES
from config.outages import DATABASE, FULL, LOCKED, MAIL, noted, outage_of

from ..models import CircleRequest, Evaluation, Heartbeat, Mail, Membership, Note
from ..models.brief_use import count_use
from .compose import compose
from .mistakes import queue_told
from .reminders import queue_due
from .sent_questions import queue_answers

# How long to wait after each temporary failure. After the last one, the email is given up.
PAUSES = [
    *(timedelta(minutes=minutes) for minutes in (1, 5, 15, 45)),
    *(timedelta(hours=hours) for hours in (2, 4, 8, 12, 24, 24)),
]

PAUSE, LONG_PAUSE = timedelta(seconds=3), timedelta(minutes=1)
LOOK_EVERY = timedelta(minutes=1)
CLEAR_EVERY = timedelta(hours=1)
# After this many emails the worker reports and looks for reminders again.
AT_A_TIME = 100

logger = logging.getLogger(__name__)


class Unreachable(Exception):
    """The mail server doesn't answer or refuses our sign-in, so no email can be sent."""


def work(should_stop: Callable[[], bool], rest: Callable[[float], object]) -> None:
    """Run rounds until told to stop. An error in a round is logged, and the next tries again.

    Args:
        should_stop: called before each email; returns whether to stop.
        rest: called with a number of seconds to wait when there is nothing to do.
    """
    looked = cleared = -math.inf
    while not should_stop():
        try:
            close_old_connections()
            if time.monotonic() - looked >= LOOK_EVERY.total_seconds():
                look()
                looked = time.monotonic()
            if time.monotonic() - cleared >= CLEAR_EVERY.total_seconds():
                tidy()
                cleared = time.monotonic()
            is_busy = deliver(most=AT_A_TIME, should_stop=should_stop) >= AT_A_TIME
            # A whole round has written to the database.
            for outage in (DATABASE, LOCKED, FULL):
                outage.over()
            if not is_busy:
                rest(PAUSE.total_seconds())
        except Unreachable as error:
            (outage_of(error) or MAIL).note(error)
            rest(LONG_PAUSE.total_seconds())
        except Exception as error:
            if not noted(error):
                logger.exception("The worker couldn't finish its round")
            # If the database went away, the next query opens a new connection.
            connection.close()
            rest(PAUSE.total_seconds())


def look() -> None:
    """Report that the worker runs, queue reminders, finish any plain `loaddata` of a brief, queue
    what readers hear of mistakes and questions that they sent, and test links if an editor asked.
    """
    Heartbeat.beat()
    Mail.objects.bring_back()
    queue_due()
    reconcile_all()
    queue_told()
    queue_answers()
    check_asked()


def tidy() -> None:
    """Delete what is of no more use: old emails and requests, texts of deleted notes, sessions
    that have ended, and who gave which feedback once it's closed or reported a mistake long ago.
    Count how briefs are used."""
    Mail.objects.forget_old()
    CircleRequest.objects.forget_old()
    MistakeReport.objects.forget_readers()
    Note.objects.erase_deleted()
    SessionStore.clear_expired()
    Evaluation.objects.forget_givers()
    count_use()


def deliver(*, most: int | None = None, should_stop: Callable[[], bool] = lambda: False) -> int:
    """Send what is due over one connection. Returns the number of emails sent.

    A refused email doesn't stop the others.

    Args:
        most: stop after this many.
        should_stop: called before each email; returns whether to stop.

    Raises:
        Unreachable: the mail server can't be used; the remaining emails aren't tried.
    """
    number = 0
    with _mail_server() as server:
        while not should_stop() and (most is None or number < most):
            ids = Mail.objects.claim()
            if not ids:
                break
            number += _send(ids, server)
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
        raise Unreachable(f"The mail server can't be reached: {error}") from error
    try:
        server.send_messages([letter.message])
        MAIL.over()
    except MAIL_FAILURES as error:
        _refused(letter.mails, error)
        # The state of the SMTP session is unknown now, so start a new one.
        _hang_up(server)
        if _is_ours(error):
            raise Unreachable(f"The mail server doesn't accept our email: {error}") from error
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


def _refused(mails: list[Mail], error: OSError) -> None:
    """Give up or retry: “no such mailbox” and “not this email” are final, “not now” isn't."""
    code, text = _answer(error)
    if not 500 <= code < 600 or _is_ours(error):
        _put_off_all(mails, error)
        return
    # RFC 3463: 5.1 and 5.2 are about the mailbox, 5.7 about the server's policy.
    is_address = " 5.1." in f" {text}" or " 5.2.1" in f" {text}"
    plain = isinstance(error, smtplib.SMTPRecipientsRefused) and "5.7." not in text
    _fail_all(mails, f"{code} {text}", is_bounce=is_address or plain)


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


def _put_off_all(mails: list[Mail], error: OSError) -> None:
    code, text = _answer(error)
    for mail in mails:
        put_off(mail, f"{code or ''} {text}")


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
