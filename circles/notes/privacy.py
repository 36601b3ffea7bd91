"""What a meeting's notes say of themselves: their privacy, and when they are deleted.

The circle's settings may have changed since.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from ..models import Circle
from .retention import retention_line_of

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

    from ..models import Meeting, Note


def privacy_lines(meeting: "Meeting", notes: "Iterable[Note]") -> "list[StrPromise | str]":
    """The sentence of the meeting's setting, one for each other setting of its notes, and when
    notes are deleted, if they are."""
    own = meeting.privacy or meeting.circle.privacy
    retention_line = retention_line_of(meeting)
    written_under = {note.privacy for note in notes} - {own}
    others = [setting for setting in Circle.Privacy if setting in written_under]
    sentence = _("Some notes use the setting “%(setting)s”: %(line)s")
    return [
        meeting.privacy_line,
        *(
            sentence % {"setting": setting.label, "line": Circle.PRIVACY_LINES[setting]}
            for setting in others
        ),
        *([retention_line] if retention_line else []),
    ]


def all_may_name(meeting: "Meeting") -> bool:
    """Whether the meeting and all its notes are under the setting “notes with names”."""
    recorded = Circle.Privacy.RECORDED
    if (meeting.privacy or meeting.circle.privacy) != recorded or not meeting.circle.shows_names:
        return False
    return not meeting.notes.not_deleted().exclude(privacy=recorded).exists()
