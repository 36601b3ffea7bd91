"""Who reads and meets. One file a noun: circles, meetings, notes, readings."""

from .circles import Circle, Invitation, Membership
from .meetings import AgendaItem, Attendance, Meeting, Rsvp
from .notes import ActionItem, Note
from .readings import PrivateNote, Reaction, Reading, ReadMark

__all__ = [
    "ActionItem",
    "AgendaItem",
    "Attendance",
    "Circle",
    "Invitation",
    "Meeting",
    "Membership",
    "Note",
    "PrivateNote",
    "Reaction",
    "ReadMark",
    "Reading",
    "Rsvp",
]
