"""The privacy of a meeting's notes. The circle's setting may have changed since."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from config.when import full_date

from ..models import Circle

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

    from ..models import Meeting, Note


def privacy_lines(meeting: "Meeting", notes: "Iterable[Note]") -> "list[StrPromise | str]":
    """The sentence of the meeting's setting, one for each other setting of its notes, and when
    they are deleted, if they are."""
    own = meeting.privacy or meeting.circle.privacy
    written_under = {note.privacy for note in notes} - {own}
    others = [setting for setting in Circle.Privacy if setting in written_under]
    sentence = _("Some notes use the setting “%(setting)s”: %(line)s")
    return [
        meeting.privacy_line,
        *(
            sentence % {"setting": setting.label, "line": Circle.PRIVACY_LINES[setting]}
            for setting in others
        ),
        *retention_lines(meeting),
    ]


def retention_lines(meeting: "Meeting") -> list[str]:
    """When the meeting's notes will be deleted, or were."""
    at = meeting.notes_erased_at
    text = _("The notes of this meeting were deleted on %(day)s.")
    if not at:
        at = meeting.circle.notes_go_at(meeting.starts_at)
        text = _("The notes of this meeting will be deleted on %(day)s.")
        if not at or meeting.notes_are_over:
            return []
    return [text % {"day": full_date(at.astimezone(meeting.zone))}]


def all_may_name(meeting: "Meeting") -> bool:
    """Whether the meeting and all its notes are under the setting “notes with names”."""
    recorded = Circle.Privacy.RECORDED
    if (meeting.privacy or meeting.circle.privacy) != recorded or not meeting.circle.shows_names:
        return False
    return not meeting.notes.not_deleted().exclude(privacy=recorded).exists()
