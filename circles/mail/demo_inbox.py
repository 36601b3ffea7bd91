"""The mails of the demo: written into files, and readable at a page of the admin.

Mails carry links that sign people in or let them in, so whoever reads them could be anyone.
That is for a demo on one's own machine, and never for a site that others use.
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
# What Django's file backend writes between two mails.
BETWEEN = re.compile(rb"^-{79}\n", re.MULTILINE)


def are_readable() -> bool:
    """Mails go into files, on a site that only this machine can reach."""
    host = urlsplit(settings.SITE_URL).hostname
    return settings.EMAIL_BACKEND.endswith(".filebased.EmailBackend") and (
        host in ("localhost", "127.0.0.1", "::1")
    )


def fault() -> "StrPromise | str":
    """A sentence if a site that others use writes its mails into files; empty if all is well."""
    if settings.EMAIL_BACKEND.endswith(".filebased.EmailBackend") and not are_readable():
        return _("Mails are written into files and reach nobody. Set EMAIL_URL.")
    return ""


@dataclass
class KeptMail:
    """One mail in a file. Its key is the file's name and its place in it."""

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
        """When it was written. Django names no zone, and means UTC."""
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
    """The newest mails that are kept."""
    mails = []
    folder: str = settings.EMAIL_FILE_PATH  # type: ignore[misc]  # set where mails are kept
    files = sorted(Path(folder).glob("*.log"), reverse=True)
    for path in files:
        raw = [part for part in BETWEEN.split(path.read_bytes()) if part.strip()]
        mails += [
            KeptMail(f"{path.stem}-{place}", email.message_from_bytes(part, policy=policy.default))
            for place, part in enumerate(raw)
        ]
        if len(mails) >= NEWEST:
            break
    return sorted(mails, key=lambda mail: mail.date, reverse=True)[:NEWEST]


def find(key: str) -> KeptMail | None:
    """One of the newest by its key; None if it is not there. No path is made of the key."""
    return next((mail for mail in newest_first() if mail.key == key), None)
