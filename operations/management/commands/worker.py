"""The worker: sends email and reminders, makes scheduled backups, and deletes what is old."""

import os
import signal
import socket
import threading
from contextlib import suppress
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from circles.mail.delivery import Unreachable
from operations import worker
from operations.backups import schedule


class Command(BaseCommand):
    help = (
        "Send emails and reminders. It needs no broker. You can run several at once, and stop "
        "one at any time."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="Do what’s due now, then exit.")
        parser.add_argument(
            "--beside",
            action="store_true",
            help="Exit when the parent process exits.",
        )

    def handle(self, *, once: bool, beside: bool, **options: Any) -> None:
        if once:
            worker.look()
            worker.tidy()
            try:
                self.stdout.write(f"Emails sent: {worker.send()}.")
            except Unreachable as error:
                raise CommandError(error) from error
            finally:
                # A failure is in the log and in the admin.
                with suppress(schedule.BackupFailed):
                    if settings.BACKUP_DIR:
                        schedule.back_up(patient=True)
            return
        parent = os.getppid() if beside else None
        stopped = threading.Event()
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, lambda *_caught: stopped.set())

        def should_stop() -> bool:
            return stopped.is_set() or (parent is not None and os.getppid() != parent)

        tell_systemd("READY=1")
        worker.work(should_stop, rest=stopped.wait)


def tell_systemd(state: str) -> None:
    """Tell systemd how this process is, if that started it and listens (sd_notify(3)).

    Args:
        state: such as “READY=1”.
    """
    # In the address, “@” stands for the NUL that begins a name that's no file.
    address = os.environ.get("NOTIFY_SOCKET", "").replace("@", "\0", 1)
    with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as to_systemd:
        if address:
            to_systemd.sendto(state.encode(), address)
