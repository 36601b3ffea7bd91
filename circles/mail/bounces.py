"""Bounced emails: read a delivery report (RFC 3464) and note it in the outbox."""

import email
from dataclasses import dataclass
from email import policy
from email.message import Message, MIMEPart
from typing import cast

from ..models import Mail
from .delivery import give_up

REPORT = "multipart/report"
STATUS = "message/delivery-status"
ORIGINALS = ("message/rfc822", "message/rfc822-headers", "text/rfc822-headers")


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
    """The bounce that an email reports, or None. `content` is the whole email."""
    message = email.message_from_bytes(content, policy=policy.default)
    if message.get_content_type() != REPORT:
        return None
    recipient, message_id = None, ""
    for part in message.iter_parts():
        kind = part.get_content_type()
        if kind == STATUS:
            recipient = recipient or _failed_recipient(part)
        elif kind in ORIGINALS:
            message_id = _original(part).get("Message-ID", "").strip()
    if not recipient or not message_id:
        return None
    why = str(recipient.get("Diagnostic-Code", "")).partition(";")[2].strip()
    return Bounce(message_id, str(recipient["Status"]).split()[0], why or "it came back")


def _failed_recipient(part: MIMEPart) -> Message | None:
    """The fields of the first recipient that failed (RFC 3464, section 2.1).

    The first group of fields is about the whole message, not a recipient.
    """
    groups = part.get_payload()
    for fields in cast(list[Message], groups) if isinstance(groups, list) else []:
        if str(fields.get("Action", "")).strip().lower() == "failed" and fields.get("Status"):
            return fields
    return None


def _original(part: MIMEPart) -> Message:
    payload = part.get_payload()
    if isinstance(payload, list):
        return cast(Message, payload[0])
    return email.message_from_string(str(payload), policy=policy.default)


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
