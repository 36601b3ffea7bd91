"""Starts drafts: empty, from a file, or of a brief that is loaded."""

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from config.slugs import free_slug

from .. import drafting
from ..drafting.compose import slug_of_brief
from ..editions.reconcile import reconcile
from ..models import Brief, Draft, Edition
from . import content as contents
from .carry import carry_over
from .content import BRIEF, SECTION, Content

if TYPE_CHECKING:
    from accounts.models import User


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
    based_on = settled(brief)
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
    based_on = settled(brief) if brief else None
    old = based_on.content if based_on else []
    headings = {
        part["fields"]["heading"]: part["fields"]["slug"] for part in contents.items(old, SECTION)
    }
    content, guesses = drafting.draft(
        file,
        name,
        title=brief.title if brief else "",
        edition=next_date(based_on.date) if based_on else None,
        slugs=headings,
    )
    found = [_guess(guess.section or None, guess.line, guess.sentence) for guess in guesses]
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


def settled(brief: Brief) -> Edition:
    """The newest edition of a brief. What was changed since it was recorded becomes one first, so
    that the draft can be compared with what it began with."""
    reconcile(brief)
    return brief.editions.all()[0]


def slug_for(draft: Draft) -> str:
    """The slug for a draft of a new brief, by the title that it has now. It began with one made
    from the name of its file, or from an early title."""
    return _free_brief_slug(draft.title, besides=draft)


def _free_brief_slug(title: str, *, besides: Draft | None = None) -> str:
    """A slug that no brief has, and no draft of a new one besides this one."""
    drafts = Draft.objects.open().filter(brief=None)
    drafts = drafts.exclude(pk=besides.pk) if besides else drafts
    taken = set(Brief.objects.values_list("slug", flat=True))
    taken |= set(drafts.values_list("content__0__fields__slug", flat=True))
    return free_slug(slug_of_brief(title), taken)


def _guess(section: str | None, line: int | None, said: str) -> dict[str, Any]:
    return {"section": section, "line": line, "what": said, "done_at": None}
