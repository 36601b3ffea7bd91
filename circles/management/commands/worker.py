"""The worker: queues reminders that are due, and sends the emails in the outbox."""

import os
import signal
import threading
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from circles.mail import delivery


class Command(BaseCommand):
    help = (
        "Send emails and reminders. Needs no broker. You can run several at once, "
        "and stop or kill them at any time."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="Do what’s due now, then stop.")
        parser.add_argument(
            "--beside",
            action="store_true",
            help="Stop when the process that started this one stops.",
        )

    def handle(self, *, once: bool, beside: bool, **options: Any) -> None:
        if once:
            delivery.look()
            delivery.tidy()
            try:
                self.stdout.write(f"Emails sent: {delivery.deliver()}.")
            except delivery.Unreachable as error:
                raise CommandError(error) from error
            return
        parent = os.getppid() if beside else None
        stopped = threading.Event()
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, lambda *_caught: stopped.set())

        def should_stop() -> bool:
            return stopped.is_set() or (parent is not None and os.getppid() != parent)

        delivery.work(should_stop, rest=stopped.wait)
