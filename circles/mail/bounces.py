"""Mails that come back: reading a report of delivery (RFC 3464) and noting it in the outbox."""

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
    """One report.

    Args:
        message_id: of the mail that came back.
        status: as RFC 3463 numbers it, such as “5.1.1”.
        why: the words of the mail server that refused it.
    """

    message_id: str
    status: str
    why: str

    @property
    def is_for_good(self) -> bool:
        return self.status.startswith("5.")

    @property
    def is_address(self) -> bool:
        """There is no such mailbox, or it takes no mail (RFC 3463, 3.2 and 3.3)."""
        return self.status.startswith("5.1.") or self.status == "5.2.1"


def read(content: bytes) -> Bounce | None:
    """The bounce that a mail reports, from its bytes; None if it reports none."""
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
    """The fields of the first recipient whom it did not reach. The first group is the report's
    own."""
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
    """Note in the outbox that a mail of ours came back for good; gives how many rows it was.

    A report on what we did not send, or on a delay, changes nothing. Ids of mails cannot be
    guessed, so nobody else can make an address count as bouncing.
    """
    bounce = read(content)
    if bounce is None or not bounce.is_for_good:
        return 0
    mails = list(Mail.objects.filter(message_id=bounce.message_id, failed_at=None).with_subjects())
    for mail in mails:
        give_up(mail, f"{bounce.status} {bounce.why}", is_bounce=bounce.is_address)
    return len(mails)
