"""The worker's rounds: it queues and sends email, and keeps the house in order."""

import logging
import math
import time
from collections.abc import Callable

from django.contrib.sessions.backends.db import SessionStore
from django.db import close_old_connections, connection

from briefs.editions.reconcile import reconcile_all
from briefs.links.check import check_asked
from briefs.models import MistakeReport
from circles.mail.delivery import Unreachable, deliver
from circles.mail.mistakes import queue_told
from circles.mail.reminders import queue_due
from circles.mail.sent_questions import queue_answers
from circles.models import CircleRequest, Evaluation, Heartbeat, Mail, Note
from circles.models.brief_use import count_use

# Seconds.
PAUSE, LONG_PAUSE = 3, 60
LOOK_EVERY, TIDY_EVERY = 60, 3600
# After this many emails the worker reports and looks for reminders again.
AT_A_TIME = 100

logger = logging.getLogger(__name__)


def work(should_stop: Callable[[], bool], rest: Callable[[float], object]) -> None:
    """Run rounds until told to stop. An error in a round is logged, and the next tries again.

    Args:
        should_stop: called before each email; returns whether to stop.
        rest: called with a number of seconds to wait when there is nothing to do.
    """
    looked = tidied = -math.inf
    while not should_stop():
        try:
            close_old_connections()
            if time.monotonic() - looked >= LOOK_EVERY:
                look()
                looked = time.monotonic()
            if time.monotonic() - tidied >= TIDY_EVERY:
                tidy()
                tidied = time.monotonic()
            if deliver(most=AT_A_TIME, should_stop=should_stop) < AT_A_TIME:
                rest(PAUSE)
        except Unreachable as error:
            logger.warning("%s", error)
            rest(LONG_PAUSE)
        except Exception:
            logger.exception("The worker couldn't finish its round")
            # If the database went away, the next query opens a new connection.
            connection.close()
            rest(PAUSE)


def look() -> None:
    """Report that the worker runs, queue reminders, finish any plain `loaddata` of a brief, queue
    what readers hear of mistakes and questions that they sent, and test links if an editor asked.
    """
    Heartbeat.beat()
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
