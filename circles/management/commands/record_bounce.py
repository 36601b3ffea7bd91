"""Reads a bounced email from standard input, where a mail server pipes it."""

import sys
from typing import Any

from django.core.management.base import BaseCommand

from circles.mail import bounces


class Command(BaseCommand):
    help = (
        "Read a mail on standard input; if it reports that one of ours came back, note it in the "
        "outbox. Meant for an alias of the mail server. Ends well whatever the mail is."
    )

    def handle(self, **options: Any) -> None:
        content = sys.stdin.buffer.read(bounces.LONGEST)
        while sys.stdin.buffer.read(bounces.LONGEST):
            pass  # The mail server takes a pipe that is closed early for a failure.
        number = bounces.record(content)
        self.stdout.write(f"Mails that came back: {number}." if number else "No bounce of ours.")
