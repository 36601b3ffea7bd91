"""Reads a bounced email from standard input, where a mail server pipes it."""

import sys
from typing import Any

from django.core.management.base import BaseCommand

from circles.mail import bounces


class Command(BaseCommand):
    help = (
        "Read an email on standard input. If it says that one of ours bounced, record that in the "
        "outbox. Meant for an alias of the mail server. Succeeds whatever the email is."
    )

    def handle(self, **options: Any) -> None:
        content = sys.stdin.buffer.read(bounces.LONGEST)
        while sys.stdin.buffer.read(bounces.LONGEST):
            pass  # The mail server takes a pipe that is closed early for a failure.
        number = bounces.record(content)
        self.stdout.write(f"Bounced emails: {number}." if number else "None of our emails bounced.")
