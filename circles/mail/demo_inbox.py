"""The emails of the demo: written to files, and readable on a page of the admin.

Emails have links that sign people in, so anyone who reads them can act as any person. This is
only for a demo on one's own machine, never for a site that others use.
"""

import email
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email import policy
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise


NEWEST = 200
# Django's file backend writes this between two emails.
BETWEEN = re.compile(rb"^-{79}\n", re.MULTILINE)


def are_readable() -> bool:
    """Whether emails go to files and only this machine can reach the site."""
    host = urlsplit(settings.SITE_URL).hostname
    return settings.EMAIL_BACKEND.endswith(".filebased.EmailBackend") and (
        host in ("localhost", "127.0.0.1", "::1")
    )


def fault() -> "StrPromise | str":
    """A sentence if a site that others can reach writes emails to files; otherwise empty."""
    if settings.EMAIL_BACKEND.endswith(".filebased.EmailBackend") and not are_readable():
        return _("Emails are saved to files and don’t reach anyone. To send them, set EMAIL_URL.")
    return ""


@dataclass
class KeptMail:
    """One email in a file. Its key is the file's name and its position in the file."""

    key: str
    message: email.message.EmailMessage

    @property
    def subject(self) -> str:
        return self.message["Subject"]

    @property
    def to(self) -> str:
        return self.message["To"]

    @property
    def date(self) -> datetime:
        """When it was written. Django's Date header is in UTC but says “-0000”."""
        date = self.message["Date"].datetime
        return date if date.tzinfo else date.replace(tzinfo=UTC)

    @property
    def text(self) -> str:
        return self._body("plain")

    @property
    def html(self) -> str:
        return self._body("html")

    def _body(self, kind: str) -> str:
        part = self.message.get_body((kind,))
        return part.get_content() if part else ""

    @property
    def attachments(self) -> list[str | None]:
        return [part.get_filename() for part in self.message.iter_attachments()]


def newest_first() -> list[KeptMail]:
    """The newest saved emails."""
    mails = []
    folder: str = settings.EMAIL_FILE_PATH  # type: ignore[misc]  # set where mails are kept
    files = sorted(Path(folder).glob("*.log"), reverse=True)
    for path in files:
        raw = [part for part in BETWEEN.split(path.read_bytes()) if part.strip()]
        mails += [
            KeptMail(f"{path.stem}-{number}", email.message_from_bytes(part, policy=policy.default))
            for number, part in enumerate(raw)
        ]
        if len(mails) >= NEWEST:
            break
    return sorted(mails, key=lambda mail: mail.date, reverse=True)[:NEWEST]


def find(key: str) -> KeptMail | None:
    """The email with this key among the newest, or None. The key never becomes a file path."""
    return next((mail for mail in newest_first() if mail.key == key), None)
