"""The worker: queues reminders that are due, and sends the emails in the outbox."""

import os
import signal
import threading
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from circles.mail import delivery


class Command(BaseCommand):
    help = (
        "Send mails and reminders. Needs no broker; may run more than once at the same time, "
        "and may be stopped or killed at any moment."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="Do what is due now, then end.")
        parser.add_argument(
            "--beside",
            action="store_true",
            help="End when the process that started this one ends.",
        )

    def handle(self, *, once: bool, beside: bool, **options: Any) -> None:
        if once:
            delivery.look()
            delivery.clear()
            try:
                self.stdout.write(f"Mails sent: {delivery.deliver()}.")
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
