"""A soft hint about notes that say a member's name in a circle whose notes don't include names.

It never keeps a note from being saved. The live page's script (static/js/live/names-hint.js)
finds names by the same rule while someone types.
"""

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from ..models import Membership

if TYPE_CHECKING:
    from ..models import Circle, Meeting, Note

SHORTEST = 2  # letters

HINTS = {
    "one": _("This note says “%(name)s.” Notes in your circle don’t include names."),
    "several": _("One of these notes says “%(name)s.” Notes in your circle don’t include names."),
}


def name_words(people: Iterable[str]) -> list[str]:
    """The words of people's names that are written like names, each once.

    An email address in place of a name has none, and neither has a title such as “Dr.”.
    """
    words = (word for person in people if "@" not in person for word in person.split())
    named = {word.strip(',()“”"') for word in words if not word.endswith(".")}
    return sorted(word for word in named if len(word) >= SHORTEST and not word[0].islower())


def name_in(text: str, names: Iterable[str]) -> str:
    """The first of these names that a text says, as a whole word; empty if it says none."""
    either = "|".join(map(re.escape, names))
    found = re.search(rf"(?<!\w)(?:{either})(?!\w)", text) if either else None
    return found.group() if found else ""


def names_of_members(circle: int) -> list[str]:
    """The words of the names of those who are in this circle now."""
    members = Membership.objects.current().filter(circle=circle)
    return name_words(members.values_list("user__display_name", flat=True))


def name_told(text: str, circle: "Circle") -> str:
    """What a text that leaves the circle tells of it: its name, or a member's; empty if nothing."""
    return name_in(text, [circle.name, *names_of_members(circle.pk)])


def hint_about(meeting: "Meeting", notes: "Iterable[Note]") -> str:
    """The hint about new notes of a meeting, as a sentence; empty if there is none."""
    nameless = [note for note in notes if not note.is_named]
    if not nameless:
        return ""
    name = name_in("\n".join(note.text for note in nameless), names_of_members(meeting.circle_id))
    return HINTS["several" if len(nameless) > 1 else "one"] % {"name": name} if name else ""
