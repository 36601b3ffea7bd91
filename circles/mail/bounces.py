"""Bounced emails: read a delivery report (RFC 3464) and note it in the outbox."""

import email
import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import policy
from email.message import Message
from typing import Any, cast

from ..models import Mail
from .delivery import give_up

REPORT = "multipart/report"
STATUS = "message/delivery-status"
# RFC 6533: the same with headers in UTF-8.
GLOBAL_STATUS = "message/global-delivery-status"
ORIGINALS = (
    *("message/rfc822", "message/rfc822-headers", "text/rfc822-headers"),
    *("message/global", "message/global-headers"),
)
# A report is at the beginning; what follows is the email that came back.
LONGEST = 4 * 1024 * 1024
MESSAGE_ID = re.compile(r"<[!-;=?-~]{1,198}>")
STATUS_CODE = re.compile(r"[245]\.\d{1,3}\.\d{1,3}")

logger = logging.getLogger(__name__)


@dataclass
class Bounce:
    """One report of a failed delivery.

    Args:
        message_id: of the email that bounced.
        status: a status code of RFC 3463, such as “5.1.1”.
        why: the message of the mail server that refused it.
    """

    message_id: str
    status: str
    why: str

    @property
    def is_for_good(self) -> bool:
        return self.status.startswith("5.")

    @property
    def is_address(self) -> bool:
        """Whether the mailbox doesn't exist or takes no email (RFC 3463, 3.2 and 3.3)."""
        return self.status.startswith("5.1.") or self.status == "5.2.1"


def read(content: bytes) -> Bounce | None:
    """The bounce that an email reports, or None.

    Args:
        content: the whole email, or its beginning. Anyone can send any bytes here.
    """
    # The default policy understands the headers, and fails on those that others get wrong.
    try:
        return _read(email.message_from_bytes(content[:LONGEST], policy=policy.compat32))
    except Exception:  # the parser fails in more ways than it documents
        logger.warning("An email couldn't be read as a bounce.")
        return None


def _read(message: Message) -> Bounce | None:
    parts = message.get_payload()
    if message.get_content_type() != REPORT or not isinstance(parts, list):
        return None
    recipient, message_id = None, ""
    for part in cast(list[Message], parts):
        kind = part.get_content_type()
        if kind in (STATUS, GLOBAL_STATUS):
            recipient = recipient or _failed_recipient(part)
        elif kind in ORIGINALS and not message_id:
            found = MESSAGE_ID.search(_words(_original(part), "Message-ID"))
            message_id = found[0] if found else ""
    status = STATUS_CODE.search(_words(recipient, "Status")) if recipient else None
    if not recipient or not status or not message_id:
        return None
    why = _words(recipient, "Diagnostic-Code").partition(";")[2].strip()
    return Bounce(message_id, status[0], why or "it was returned")


def _words(fields: Message, name: str) -> str:
    """A header on one line, without what no database takes; empty if there is none."""
    text = str(fields.get(name, "")).encode(errors="replace").decode().replace("\0", "")
    return " ".join(text.split())


def _failed_recipient(part: Message) -> Message | None:
    """The fields of the first recipient that failed (RFC 3464, section 2.1).

    The first group of fields is about the whole message, not a recipient.
    """
    for fields in _groups(part):
        if _words(fields, "Action").lower() == "failed" and _words(fields, "Status"):
            return fields
    return None


def _groups(part: Message) -> Iterator[Message]:
    groups: Any = part.get_payload()
    if part.get_content_type() == GLOBAL_STATUS:
        texts = "\n".join(str(each) for each in groups) if isinstance(groups, list) else groups
        for text in re.split(r"\n\s*\n", str(texts).replace("\r", "")):
            yield email.message_from_string(text.strip(), policy=policy.compat32)
    elif isinstance(groups, list):
        yield from groups


def _original(part: Message) -> Message:
    payload = part.get_payload()
    if isinstance(payload, list):
        return cast(Message, payload[0]) if payload else Message()
    content = part.get_payload(decode=True)
    return email.message_from_bytes(content if isinstance(content, bytes) else b"")


def record(content: bytes) -> int:
    """Note in the outbox that an email bounced for good. Returns the number of its rows.

    Reports on other emails and on delays change nothing. Message-IDs can't be guessed, so
    others can't make an address count as bouncing.
    """
    bounce = read(content)
    if bounce is None or not bounce.is_for_good:
        return 0
    mails = list(Mail.objects.filter(message_id=bounce.message_id, failed_at=None).with_subjects())
    for mail in mails:
        give_up(mail, f"{bounce.status} {bounce.why}", is_bounce=bounce.is_address)
    return len(mails)
