"""What the worker deletes, and when: one table. docs/operators.md has the same one.

What isn't in it is kept: as long as its circle, its person, or its brief, or as long as the site.
docs/operators.md says why.
"""

import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from django.conf import settings
from django.db import close_old_connections
from django.utils import timezone

from accounts import admin_trail, sessions
from accounts.models import AddressChange, Guesses, User
from briefs.models import DraftStep, MistakeReport
from circles.models import (
    CalendarFeed,
    CircleRequest,
    DatePoll,
    Evaluation,
    Invitation,
    Mail,
    Note,
    SentInvitation,
)
from circles.models.feedback import OPEN_FOR
from circles.models.note_querysets import RESTORABLE
from circles.notes import retention
from config import shared_cache

from .backups import workplace

# Rows or files in one transaction, and transactions of each row of the table in one run: 10,000
# an hour. What is more waits, as emails wait for the run.
AT_A_TIME, MOST_TIMES = 200, 50
AT_ONCE, DAY = timedelta(0), timedelta(days=1)

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Rule:
    """One row of the table.

    Args:
        what: what is deleted or erased.
        since: from when its age counts.
        age: how old it gets.
        forget: deletes what is from before a moment, so many at most. Returns how many it found.
    """

    what: str
    since: str
    age: timedelta
    forget: Callable[[datetime, int], int]

    def carry_out(self, now: datetime) -> int:
        """Delete what is old by now. Returns how many."""
        number = 0
        for _time in range(MOST_TIMES):
            found = self.forget(now - self.age, AT_A_TIME)
            number += found
            if found < AT_A_TIME:
                break
        return number


def run() -> None:
    """Go through the table once. An error in one row is logged, and the others go on."""
    now = timezone.now()
    for rule in RULES:
        try:
            number = rule.carry_out(now)
        except Exception:
            logger.exception("Housekeeping couldn't delete: %s", rule.what)
            # If the database went away, the next query opens a new connection.
            close_old_connections()
        else:
            if number:
                logger.info("Housekeeping deleted %d: %s", number, rule.what)


def _delete_files(pattern: str, before: datetime, most: int) -> int:
    """Delete files in the data folder that were last written before this moment."""
    number = 0
    for path in settings.DATA_DIR.glob(pattern):
        with suppress(FileNotFoundError):  # another worker was quicker
            if number < most and path.stat().st_mtime < before.timestamp():
                path.unlink()
                number += 1
    return number


def _clear_workplace(_before: datetime, _most: int) -> int:
    workplace.clear_up()
    return 0


RULES = [
    # Signing in
    Rule("Sessions, with their devices", "they end", AT_ONCE, sessions.forget_ended),
    Rule(
        "Accounts whose address no one proved, unless an admin added them",
        "sign-up began",
        30 * DAY,
        User.objects.forget_unclaimed,
    ),
    Rule(
        "Wrong guesses at codes and passwords", "the last one", 2 * DAY, Guesses.objects.forget_old
    ),
    Rule("Counts in the shared cache", "they end", AT_ONCE, shared_cache.forget_ended),
    Rule(
        "Changes of address that no one confirmed",
        "they were requested",
        90 * DAY,
        AddressChange.objects.forget_unmade,
    ),
    Rule(
        "Old and new address of a change that was made",
        "it was requested",
        90 * DAY,
        AddressChange.objects.forget_addresses,
    ),
    # Email
    Rule(
        "Rows of emails", "they were sent, dropped, or failed", 200 * DAY, Mail.objects.forget_old
    ),
    Rule(
        "Emails in `DATA_DIR/mail`",
        "they were written",
        30 * DAY,
        partial(_delete_files, "mail/*.log"),
    ),
    # Circles
    Rule(
        "Invitations and invite links, used or not",
        "they expire",
        90 * DAY,
        Invitation.objects.forget_old,
    ),
    Rule(
        "Hashes of addresses that invitations went to",
        "the email",
        DAY,
        SentInvitation.objects.forget_old,
    ),
    Rule(
        "Requests to start a circle, answered",
        "the answer",
        90 * DAY,
        CircleRequest.objects.forget_answered,
    ),
    Rule(
        "Requests to start a circle, unanswered",
        "they were sent",
        365 * DAY,
        CircleRequest.objects.forget_unanswered,
    ),
    Rule(
        "Notes and summaries of meetings, in circles that set a time for it",
        "the time that the circle set",
        AT_ONCE,
        retention.erase_old,
    ),
    Rule("Texts of deleted notes", "they were deleted", RESTORABLE, Note.objects.erase_deleted),
    Rule(
        "Hashes that tell whose feedback is whose",
        "the meeting",
        # Feedback counts from the end, and no meeting is as long as a day.
        OPEN_FOR + DAY,
        Evaluation.objects.forget_givers,
    ),
    Rule(
        "Date polls whose dates are over, with all replies",
        "they were started",
        365 * DAY,
        DatePoll.objects.forget_old,
    ),
    Rule(
        "Calendar links that were turned off",
        "they were turned off",
        365 * DAY,
        CalendarFeed.objects.forget_revoked,
    ),
    # Briefs
    Rule(
        "Who reported a mistake in a brief",
        "the report",
        365 * DAY,
        MistakeReport.objects.forget_readers,
    ),
    Rule(
        "Steps of drafts that were published",
        "they were published",
        365 * DAY,
        DraftStep.objects.forget_published,
    ),
    Rule("PDFs in `DATA_DIR/pdf`", "they were made", 90 * DAY, partial(_delete_files, "pdf/*.pdf")),
    # The site
    Rule("The admin’s history of each row", "the change", 365 * DAY, admin_trail.forget_history),
    Rule(
        "Unfinished PDFs of a process that was killed",
        "they were begun",
        DAY,
        partial(_delete_files, "pdf/*.part"),
    ),
    Rule("Notes of failed PDFs", "the last try", DAY, partial(_delete_files, "pdf/*.tries")),
    Rule(
        "Copies in `DATA_DIR/backup-work` of a backup that was killed",
        "it was killed",
        AT_ONCE,
        _clear_workplace,
    ),
]
