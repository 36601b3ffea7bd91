"""How many invitations can be emailed in a day: by one person, and to one address.

The sums are over all circles. They are checked and raised under one lock, so that requests at
the same moment can't each take what is left.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from config.locks import one_at_a_time
from config.when import when

from ..models import SentInvitation
from ..models.sent_invitations import DAY
from .invite import invite_by_mail, remind

if TYPE_CHECKING:
    from accounts.models import User

    from ..models import Circle, Invitation

MOST_TO_AN_ADDRESS = 3
MOST_BY_A_PERSON = 100
MOST_BY_A_NEW_PERSON = 30
IS_NEW_FOR = timedelta(days=7)


def invite_within_limits(
    circle: "Circle",
    sender: "User",
    addresses: list[str],
    message: str = "",
    *,
    names: dict[str, str] | None = None,
) -> list[str]:
    """Invite all of these addresses, as `invite_by_mail` does, or none.

    Raises:
        ValidationError: these would be too many today.
    """
    with one_at_a_time("invitations"):
        is_open = circle.invitations.mailed().open().filter(email__in=addresses)
        invited = set(is_open.values_list("email", flat=True))
        _check(sender, [address for address in addresses if address not in invited])
        sent = invite_by_mail(circle, sender, addresses, message, names=names)
        SentInvitation.objects.note(sender, sent)
    return sent


def remind_within_limits(sender: "User", invitations: "Iterable[Invitation]") -> list[str]:
    """Email all of these invitations again, as `remind` does, or none.

    Raises:
        ValidationError: these would be too many today.
    """
    with one_at_a_time("invitations"):
        invitations = list(invitations)
        _check(sender, [invitation.email for invitation in invitations])
        reminded = remind(invitations)
        SentInvitation.objects.note(sender, reminded)
    return reminded


def _check(sender: "User", addresses: list[str]) -> None:
    got = SentInvitation.objects.within_a_day().moments_by_address(addresses)
    faults = [
        _fault_of_address(sender, address, moments)
        for address, moments in got.items()
        if len(moments) >= MOST_TO_AN_ADDRESS
    ]
    if fault := _fault_of_sender(sender, len(addresses)):
        faults.append(fault)
    if faults:
        raise ValidationError([*faults, _("No invitations were sent.")], code="limit")


def _fault_of_address(sender: "User", address: str, moments: list[datetime]) -> str:
    return _(
        "%(email)s already got %(most)d invitations in the last 24 hours. "
        "Leave that address out until %(when)s."
    ) % {
        "email": address,
        "most": MOST_TO_AN_ADDRESS,
        "when": _in_words(moments[-MOST_TO_AN_ADDRESS] + DAY, sender),
    }


def _fault_of_sender(sender: "User", wanted: int) -> str:
    is_new = timezone.now() - sender.date_joined < IS_NEW_FOR
    most = MOST_BY_A_NEW_PERSON if is_new else MOST_BY_A_PERSON
    sent = SentInvitation.objects.within_a_day().filter(sender=sender).moments()
    too_many = len(sent) + wanted - most
    if not wanted or too_many <= 0:
        return ""
    if is_new:
        rule = _("In your first week, you can invite %d people by email in 24 hours.") % most
    else:
        rule = _("You can invite %d people by email in 24 hours.") % most
    left = max(0, most - len(sent))
    if wanted > most:
        return f"{rule} " + _("You have %d left. Invite the others on another day.") % left
    room = {"left": left, "when": _in_words(sent[too_many - 1] + DAY, sender)}
    return f"{rule} " + (
        _("You have %(left)d left. You can invite all of these people after %(when)s.") % room
    )


def _in_words(moment: datetime, reader: "User") -> str:
    """A minute later, as seconds aren't named."""
    local = (moment + timedelta(minutes=1)).astimezone(reader.zone)
    return when(local)
