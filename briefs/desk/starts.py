"""Starts drafts: empty, from a file, or of a brief that is loaded."""

import re
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from config.slugs import free_slug, slug_of

from .. import drafting
from ..drafting.blocks import Block, Guess
from ..drafting.compose import alike, compose
from ..editions.reconcile import reconcile
from ..models import Brief, Draft, Edition
from . import content as contents
from .carry import carry_over
from .content import BRIEF, SECTION, Content

if TYPE_CHECKING:
    from accounts.models import User

LONGEST_TITLE = 120
QUOTED = re.compile(r"“([^”]+)”?")
EDGES = " .,…:;"


def start_empty(title: str, *, by: "User") -> Draft:
    """A draft of a new brief that has only a title."""
    fields = {
        "slug": _free_brief_slug(title),
        "title": title,
        "summary": "",
        "edition": timezone.localdate(),
        "audience": Brief.Audience.EDITORS,
    }
    return Draft.objects.start([{"model": BRIEF, "fields": fields}], by=by)


def start_revision(brief: Brief, *, by: "User") -> Draft:
    """A draft of the next edition, with the same content."""
    with transaction.atomic():
        based_on = _settled(brief)
        content = dated(based_on.content, next_date(based_on.date))
        return Draft.objects.start(content, by=by, brief=brief, based_on=based_on)


def start_from_file(file: bytes, name: str, *, by: "User", brief: Brief | None = None) -> Draft:
    """A draft made of a Word, HTML, Markdown or text file.

    Args:
        file: its bytes.
        name: its name.
        by: the editor.
        brief: the loaded brief whose next edition it is; None for a new brief.

    Raises:
        drafting.Unreadable: the file can't be read.
    """
    blocks, guesses = drafting.read(file, name)
    title = Path(name).stem.replace("-", " ").replace("_", " ").strip().capitalize()
    with transaction.atomic():
        based_on = _settled(brief) if brief else None
        old = based_on.content if based_on else []
        content, more = compose(
            blocks,
            title=brief.title if brief else title[:LONGEST_TITLE] or _("Untitled"),
            edition=next_date(based_on.date) if based_on else timezone.localdate(),
            slugs={
                part["fields"]["heading"]: part["fields"]["slug"]
                for part in contents.items(old, SECTION)
            },
        )
        found = list(_placed([*guesses, *more], blocks, content))
        if based_on:
            content, told = carry_over(content, old)
            found = [*(_guess(slug, None, said) for slug, said in told), *found]
        else:
            slug = _free_brief_slug(contents.brief_of(content)["fields"]["title"])
            content = contents.under(content, slug)
        return Draft.objects.start(
            content, by=by, brief=brief, based_on=based_on, guesses=found, source_name=name
        )


def next_date(loaded: date) -> date:
    """The date that the next edition gets: today, or the day after the loaded one."""
    return max(timezone.localdate(), loaded + timedelta(days=1))


def dated(content: Content, day: date) -> Content:
    """The content as an edition of this day."""
    brief = contents.brief_of(content)
    return contents.replace(content, contents.with_fields(brief, edition=day.isoformat()))


def _settled(brief: Brief) -> Edition:
    """The newest edition of a brief. What was changed since it was recorded becomes one first, so
    that the draft can be compared with what it began with."""
    Brief.objects.select_for_update().get(pk=brief.pk)
    reconcile(brief)
    return brief.editions.all()[0]


def _free_brief_slug(title: str) -> str:
    """A slug that no brief has, and no draft of a new one."""
    slug = slug_of(title, fallback="brief")
    drafts = Draft.objects.open().filter(brief=None)
    taken = set(Brief.objects.values_list("slug", flat=True))
    taken |= set(drafts.values_list("content__0__fields__slug", flat=True))
    return free_slug(slug, taken)


def _placed(
    guesses: Iterable[Guess], blocks: list[Block], content: Content
) -> Iterator[dict[str, Any]]:
    """The drafter's guesses, each with the section that it's about as far as that's known."""
    sections = [part["fields"] for part in contents.items(content, SECTION)]
    begun = _lines_of(sections, blocks)
    for line, said in guesses:
        slug = None
        if line:
            before = [slug for slug, first in begun if first <= line]
            slug = before[-1] if before else None
        yield _guess(slug or _section_of(said, sections), line, said)


def _lines_of(sections: list[dict[str, Any]], blocks: list[Block]) -> list[tuple[str, int]]:
    """The sections whose heading has a line in the file: [(slug, line), …]."""
    headings = [block for block in blocks if block.kind == "heading"]
    found, place = [], 0
    for section in sections:
        for index in range(place, len(headings)):
            if headings[index].text[:160] == section["heading"]:
                place = index + 1
                if line := headings[index].line:
                    found.append((section["slug"], line))
                break
    return found


def _section_of(said: str, sections: list[dict[str, Any]]) -> str | None:
    """The section whose heading or text a sentence quotes; None if there is no such one."""
    quotes = [quote.strip(EDGES) for quote in QUOTED.findall(said)]
    for quote in filter(None, quotes):
        for section in sections:
            if alike(section["heading"]) == alike(quote) or quote in section.get("body", ""):
                return str(section["slug"])
    return None


def _guess(section: str | None, line: int | None, said: str) -> dict[str, Any]:
    return {"section": section, "line": line, "what": said, "done_at": None}
