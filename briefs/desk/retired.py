"""Sections that a draft doesn't have anymore, and what to restore them from."""

from collections.abc import Iterator
from dataclasses import dataclass

from ..models import Draft, DraftStep
from . import content as contents
from . import tree
from .content import FIGURE, QUESTION, SECTION, Content


@dataclass(frozen=True)
class Retired:
    """A section that can be restored, with all that was inside it.

    Attributes:
        step: the step that took it out; None if the draft never had it.
        parts: the section, the sections inside it, and their figures and questions.
    """

    slug: str
    heading: str
    step: DraftStep | None
    parts: Content


def retired(draft: Draft) -> list[Retired]:
    """The sections that can be restored, those taken out last first. Of sections that were inside
    each other, only the outermost."""
    known = contents.names_in(draft.content, SECTION)
    found: list[Retired] = []
    for step, content in _earlier(draft):
        missing = [
            part for part in contents.items(content, SECTION) if part["fields"]["slug"] not in known
        ]
        slugs = {part["fields"]["slug"] for part in missing}
        for part in missing:
            slug = part["fields"]["slug"]
            if contents.own(part, "parent") not in slugs:
                parts = _with_inside(content, slug, known)
                found.append(Retired(slug, part["fields"]["heading"], step, parts))
        known |= slugs
    return found


def _with_inside(content: Content, slug: str, known: set[str]) -> Content:
    """A section and what was inside it, without sections that are in the draft."""
    inside = [each for each in tree.within(content, slug) if each not in known]
    return [
        part
        for part in content
        if (part["model"] == SECTION and part["fields"]["slug"] in inside)
        or (part["model"] in (FIGURE, QUESTION) and contents.own(part, "section") in inside)
    ]


def _earlier(draft: Draft) -> Iterator[tuple[DraftStep | None, Content]]:
    """What the draft had before, newest first, and then the editions of its brief."""
    for step in draft.steps.filter(undoes=None, undone_at=None):
        yield step, step.before["parts"]
    if draft.brief:
        for edition in draft.brief.editions.all():
            yield None, edition.content
