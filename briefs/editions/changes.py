"""What differs between two editions: by section, and word by word.

Both are plain lists of objects, as fixtures hold them and as `Edition.content` keeps them.
"""

import difflib
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import zip_longest
from typing import TYPE_CHECKING, Any, cast

from django.db import models
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from ..models import Brief, Section
from ..page import markdown
from .fixture import MODELS, Item

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

# Two texts as HTML: what stood there and what stands there now.
Row = tuple[str, str]
# {(kind of thing, old slug): new slug}
Renames = dict[tuple[str, str], str]

ADDED, CHANGED, MOVED = _("added"), _("changed"), _("moved")
RENAMED, RETIRED, BROUGHT_BACK = _("renamed"), _("retired"), _("brought back")
SECTION = "briefs.section"
# A line end within a paragraph, and not before an item, a quotation or a row of a table.
SOFT_BREAK = re.compile(r"(?<=\S)[ \t]*\n[ \t]*(?=\S)(?!([-*+>|#]|\d+[.)]))")
WORDS = re.compile(r"\s+|[^\s\w]|\w+")


@dataclass
class Change:
    """One part that is not what it was.

    Attributes:
        old, new: the objects; None where it was not there, or is there no more.
        kinds: what happened to it, in words; several may be true.
        hangs: what circles have on it: [(number, what), …].
    """

    model: type[models.Model]
    old: Item | None
    new: Item | None
    kinds: list["StrPromise"] = field(default_factory=list)
    hangs: list[tuple[int, str]] = field(default_factory=list)

    @property
    def item(self) -> Item:
        """As it is now; as it was, where it is there no more."""
        item = self.new or self.old
        assert item is not None
        return item

    @property
    def slug(self) -> str:
        return own_slug(self.item)

    @property
    def slug_before(self) -> str:
        return own_slug(self.old) if self.old else ""

    @property
    def title(self) -> str:
        fields = self.item["fields"]
        return fields.get("heading") or fields.get("title") or fields.get("text") or self.slug

    @property
    def is_new(self) -> bool:
        return self.old is None

    @property
    def is_dropped(self) -> bool:
        return self.new is None

    @property
    def texts(self) -> list[tuple[str, list[Row]]]:
        """What an editor sees side by side: [(name of the field, rows of `side_by_side`), …]."""
        return self._side_by_side(paragraphs)

    @property
    def words(self) -> list[tuple[str, list[Row]]]:
        """As `texts`, for readers: without the marks of Markdown."""
        return self._side_by_side(paragraphs_as_read)

    def _side_by_side(self, divide: Callable[[str], list[str]]) -> list[tuple[str, list[Row]]]:
        shown = []
        for name in SHOWN if self.model is Section else []:
            old, new = (_text(half, name) for half in (self.old, self.new))
            if old != new:
                label = str(cast(models.Field, Section._meta.get_field(name)).verbose_name)
                shown.append((label, side_by_side(divide(old), divide(new))))
        return shown


class Changes(list[Change]):
    """All that differs between two editions, in the order of the newer one."""

    @property
    def sections(self) -> list[Change]:
        """The changes of sections, which are told one by one."""
        return [change for change in self if change.model is Section]

    @property
    def others(self) -> list[str]:
        """How many of all else changed, in words."""
        numbers = Counter(
            (change.model, kind)
            for change in self
            if change.model is not Section
            for kind in change.kinds
        )
        return [f"{kind}: {_many(model, number)}" for (model, kind), number in numbers.items()]


def _many(model: type[models.Model], number: int) -> str:
    if model is Brief:
        return str(_("title, summary or other words around the sections"))
    meta = model._meta
    return f"{number} {meta.verbose_name if number == 1 else meta.verbose_name_plural}"


SHOWN = ["heading", "advisory", "body"]


def own_slug(item: Item) -> str:
    fields = item["fields"]
    return fields.get("slug") or "/".join(key[0] for key in (fields["series"], fields["brief"]))


def changes_between(old: list[Item], new: list[Item]) -> Changes:
    """The changes from one edition to the next, in the order of the newer one; what went
    comes last. A part whose text is the same and whose place is the same is none."""
    before = {(item["model"], own_slug(item)): item for item in old}
    moved = _moved(old, new)
    renames = _renames(new)
    found = Changes()
    met = set()
    for item in new:
        key = item["model"], own_slug(item)
        was = (item["model"], item["fields"].get("was"))
        earlier = before.get(key) or before.get(was)
        if earlier is None:
            found.append(Change(MODELS[item["model"]], None, item, [ADDED]))
            continue
        met.add((earlier["model"], own_slug(earlier)))
        kinds: list[StrPromise] = []
        if own_slug(earlier) != own_slug(item):
            kinds.append(RENAMED)
        if _says(earlier, renames) != _says(item, {}):
            kinds.append(CHANGED)
        if key in moved:
            kinds.append(MOVED)
        if kinds:
            found.append(Change(MODELS[item["model"]], earlier, item, kinds))
    retired = [item for key, item in before.items() if key not in met]
    found += [Change(MODELS[item["model"]], item, None, [RETIRED]) for item in retired]
    return found


# What tells where a part stands and not what it says.
PLACE = {"slug", "was", "brief", "position", "parent"}
KEYS = {"section": SECTION, "figure": "briefs.figure", "source": "briefs.source"}


def _says(item: Item, renames: Renames) -> dict[str, Any]:
    """What a part says, dates as text and keys with the slugs of today."""
    says = {name: value for name, value in item["fields"].items() if name not in PLACE}
    for name, value in says.items():
        if isinstance(value, date):
            says[name] = value.isoformat()
        elif isinstance(value, str):
            says[name] = unwrapped(value)
        elif name in KEYS and value:
            says[name] = [renames.get((KEYS[name], slug), slug) for slug in value]
    return says


def _renames(new: list[Item]) -> Renames:
    """The slugs that were renamed: {(kind of thing, old slug): new slug}."""
    return {
        (item["model"], item["fields"]["was"]): own_slug(item)
        for item in new
        if item["fields"].get("was")
    }


def _moved(old: list[Item], new: list[Item]) -> set[tuple[str, str]]:
    """Sections that stand under another, or in another order among the same neighbors."""
    renamed = {was: slug for (model, was), slug in _renames(new).items() if model == SECTION}
    before = {
        renamed.get(slug, slug): renamed.get(parent, parent) if parent else None
        for slug, parent in _places(old)
    }
    after = dict(_places(new))
    moved = {slug for slug in before.keys() & after.keys() if before[slug] != after[slug]}
    stayed = (before.keys() & after.keys()) - moved
    for parent in set(after.values()):
        old_order, new_order = (
            [slug for slug, holder in half if slug in stayed and holder == parent]
            for half in (before.items(), after.items())
        )
        matcher = difflib.SequenceMatcher(None, old_order, new_order, autojunk=False)
        kept = matcher.get_matching_blocks()
        in_order = {slug for a, _b, size in kept for slug in old_order[a : a + size]}
        moved |= set(new_order) - in_order
    return {(SECTION, slug) for slug in moved}


def _places(items: list[Item]) -> list[tuple[str, str | None]]:
    """Sections in order: [(slug, slug of the one it is in), …]."""
    sections = [item["fields"] for item in items if item["model"] == SECTION]
    sections.sort(key=lambda fields: (fields.get("position", 0), fields["slug"]))
    return [(fields["slug"], (fields.get("parent") or [None])[-1]) for fields in sections]


def _text(item: Item | None, name: str) -> str:
    return str(item["fields"].get(name, "")) if item else ""


def side_by_side(old: list[str], new: list[str]) -> list[Row]:
    """Two texts, given as paragraphs, in rows of (old html, new html); what only one of them
    has is in `<del>` or `<ins>`.

    Paragraphs are matched first, then words, so that a moved comma does not turn a page red.
    Of what is the same, only the paragraphs beside a change are shown.
    """
    rows = []
    for tag, a, b, c, d in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        for left, right in zip_longest(old[a:b], new[c:d]):
            if tag == "equal":
                rows.append((left, right))
            elif left is None or right is None:
                rows.append((_whole(left, "del"), _whole(right, "ins")))
            else:
                rows.append(_marked_words(left, right))
    return list(_near_a_change(rows))


def unwrapped(text: str) -> str:
    """A text without the line ends that Markdown does not see."""
    return SOFT_BREAK.sub(" ", text.strip())


def paragraphs(text: str) -> list[str]:
    """The paragraphs of a text, marks and all."""
    return [paragraph for paragraph in re.split(r"\n\s*\n", unwrapped(text)) if paragraph]


def paragraphs_as_read(text: str) -> list[str]:
    """The paragraphs and items of a text, as words alone."""
    words = map(markdown.plain, unwrapped(text).splitlines())
    return [line for line in words if line]


def _near_a_change(rows: list[Row]) -> Iterator[Row]:
    """The rows, with one row of dots for those that are the same and not beside a change."""
    changed = [place for place, (left, right) in enumerate(rows) if left != right]
    near = {place + step for place in changed for step in (-1, 0, 1)}
    for place, row in enumerate(rows):
        if place in near:
            yield row
        elif place == 0 or place - 1 in near:
            yield ("…", "…")


def _whole(paragraph: str | None, tag: str) -> SafeString:
    if not tag or not paragraph:
        return format_html("{}", paragraph or "")
    return format_html("<{0}>{1}</{0}>", mark_safe(tag), paragraph)


def _marked_words(old: str, new: str) -> tuple[SafeString, SafeString]:
    words: tuple[list[str], list[str]] = WORDS.findall(old), WORDS.findall(new)
    left: list[SafeString] = []
    right: list[SafeString] = []
    for tag, a, b, c, d in difflib.SequenceMatcher(None, *words, autojunk=False).get_opcodes():
        for side, run, mark in ((left, words[0][a:b], "del"), (right, words[1][c:d], "ins")):
            if run:
                side.append(_whole("".join(run), "" if tag == "equal" else mark))
    return mark_safe("".join(left)), mark_safe("".join(right))
