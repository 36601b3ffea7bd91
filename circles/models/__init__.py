"""The models of circles, one file per noun: circles, invitations, meetings, polls, notes, mail."""

from .actions import ActionItem
from .agenda import AgendaItem
from .attendance import Attendance
from .calendars import CalendarFeed
from .circle_requests import CircleRequest
from .circles import Circle, CircleWithoutDate
from .events import CircleEvent
from .feedback import Evaluation
from .heartbeats import Heartbeat
from .invitations import Invitation
from .mail import Mail, Topic
from .marks import Mark
from .meetings import Meeting
from .memberships import Membership
from .notes import Note
from .own_reading import OwnReading
from .poll_dates import DateAnswer, DateOption, DateReply
from .polls import DatePoll
from .privacy import PrivacyChange
from .readings import Reading, ReadMark, Swap
from .rosters import Roster
from .rsvps import Rsvp
from .sent_invitations import SentInvitation
from .sent_questions import SentQuestion
from .stale import Stale
from .vouches import Vouch

__all__ = [
    "ActionItem",
    "AgendaItem",
    "Attendance",
    "CalendarFeed",
    "Circle",
    "CircleEvent",
    "CircleRequest",
    "CircleWithoutDate",
    "DateAnswer",
    "DateOption",
    "DatePoll",
    "DateReply",
    "Evaluation",
    "Heartbeat",
    "Invitation",
    "Mail",
    "Mark",
    "Meeting",
    "Membership",
    "Note",
    "OwnReading",
    "PrivacyChange",
    "ReadMark",
    "Reading",
    "Roster",
    "Rsvp",
    "SentInvitation",
    "SentQuestion",
    "Stale",
    "Swap",
    "Topic",
    "Vouch",
]
