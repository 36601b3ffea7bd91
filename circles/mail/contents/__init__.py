"""What each kind of mail tells, and when it need not be told any more. One file a noun.

To import this package fills the table of `mail/registry.py`; a test holds that every kind is in it.
"""

from . import (
    actions,
    circle_requests,
    circles,
    delivery,
    invitations,
    meetings,
    minutes,
    mistakes,
    polls,
    sent_questions,
)

__all__ = [
    "actions",
    "circle_requests",
    "circles",
    "delivery",
    "invitations",
    "meetings",
    "minutes",
    "mistakes",
    "polls",
    "sent_questions",
]
