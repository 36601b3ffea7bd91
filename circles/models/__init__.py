"""Who reads and meets. One file a noun: circles, invitations, meetings, notes, mail."""

from .actions import ActionItem
from .agenda import AgendaItem
from .attendance import Attendance, Rsvp
from .calendars import CalendarFeed
from .circles import Circle, Membership
from .invitations import Invitation
from .mail import Heartbeat, Mail, Topic
from .meetings import Meeting
from .notes import Note
from .readings import PrivateNote, Reaction, Reading, ReadMark, Swap

__all__ = [
    "ActionItem",
    "AgendaItem",
    "Attendance",
    "CalendarFeed",
    "Circle",
    "Heartbeat",
    "Invitation",
    "Mail",
    "Meeting",
    "Membership",
    "Note",
    "PrivateNote",
    "Reaction",
    "ReadMark",
    "Reading",
    "Rsvp",
    "Swap",
    "Topic",
]
