"""The worker's rounds: email, backups on a schedule, and housekeeping."""

import logging
import math
import time
from collections.abc import Callable
from typing import Any

from django.db import close_old_connections, connection

from briefs.editions.reconcile import reconcile_all
from briefs.links.check import check_asked
from circles.mail.delivery import Unreachable, deliver
from circles.mail.mistakes import queue_told
from circles.mail.reminders import queue_due
from circles.mail.sent_questions import queue_answers
from circles.models import Heartbeat, Mail
from circles.models.brief_use import count_use
from config.outages import DATABASE, FULL, LOCKED, MAIL, look_again, noted, outage_of

from . import housekeeping
from .backups.schedule import Watch
from .models import Outcome

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
    backups = Watch()
    while not should_stop():
        try:
            close_old_connections()
            backups.look()
            if time.monotonic() - looked >= LOOK_EVERY:
                look()
                looked = time.monotonic()
            if time.monotonic() - tidied >= TIDY_EVERY:
                tidy()
                tidied = time.monotonic()
            is_busy = send(most=AT_A_TIME, should_stop=should_stop) >= AT_A_TIME
            look_again()
            # A whole round has written to the database.
            for outage in (DATABASE, LOCKED, FULL):
                outage.over()
            if not is_busy:
                rest(PAUSE)
        except Unreachable as error:
            (outage_of(error) or MAIL).note(error)
            rest(LONG_PAUSE)
        except Exception as error:
            if not noted(error):
                logger.exception("The worker couldn't finish its round")
            # If the database went away, the next query opens a new connection.
            connection.close()
            rest(PAUSE)
    backups.stop()


def send(**limits: Any) -> int:
    """Send what is due (`deliver`), and note whether the mail server took it.

    Raises:
        Unreachable: it can't be used.
    """
    try:
        number = deliver(**limits)
    except Unreachable as error:
        Outcome.objects.failed(Outcome.Task.MAIL, str(error))
        raise
    if number:
        Outcome.objects.went_well(Outcome.Task.MAIL)
    return number


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
    """Delete what is of no more use, and count how briefs are used."""
    housekeeping.run()
    count_use()
