"""The one table of what each kind of mail tells. A noun registers its own contents here.

Each kind has one function, marked with `@contents(Kind.…)`. It gives what the kind's templates
need beside the mail, its circle, meeting and poll. It runs on the reader's clock, in the reader's
language (`compose.py`).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from ..calendars import ical
from ..models import Mail

Context = dict[str, Any]
Contents = Callable[[Mail], Context]
Subject = TypeVar("Subject")


class NotNeeded(Exception):
    """The mail need not be sent: what it tells of has gone, or is settled."""


@dataclass(frozen=True)
class Registered:
    """What one kind tells.

    Args:
        context: gives what its templates need; raises NotNeeded if it has nothing to tell.
        calendar_method: of the calendar file that goes with it (RFC 5546); none if empty.
    """

    context: Contents
    calendar_method: str = ""


CONTENTS: dict[str, Registered] = {}


def given(subject: Subject | None) -> Subject:
    """What a mail of this kind always has: its meeting, its poll, whom it is for."""
    assert subject is not None
    return subject


def contents(*kinds: Mail.Kind, calendar_method: str = "") -> Callable[[Contents], Contents]:
    """Register a function as what mails of these kinds tell."""

    def register(context: Contents) -> Contents:
        for kind in kinds:
            if kind in CONTENTS:
                raise ValueError(f"Two functions tell what a mail “{kind}” says.")
            CONTENTS[kind] = Registered(context, calendar_method)
        return context

    return register


def context_of(mail: Mail) -> Context:
    """What the templates of a mail need, its kind's own part.

    Raises:
        NotNeeded: it need not be sent.
    """
    return CONTENTS[mail.kind].context(mail)


def calendar_files(mail: Mail) -> list[tuple[str, bytes, str]]:
    """The calendar files that go with a mail: [(file name, content, MIME type), …]."""
    method = CONTENTS[mail.kind].calendar_method
    if not method:
        return []
    meeting = given(mail.meeting)
    content = ical.meeting_file(meeting, membership=mail.membership, method=method)
    # Django adds the charset.
    name = f"{meeting.circle.slug}-{meeting.number}.ics"
    return [(name, content, f"text/calendar; method={method}")]
