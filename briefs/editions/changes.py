"""What differs between two editions: by section, and word by word.

An edition is a plain list of objects here, as in fixtures and in `Edition.content`.
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

# Two texts as HTML: the old one and the new one.
Row = tuple[str, str]
# {(model label, old slug): new slug}
Renames = dict[tuple[str, str], str]

ADDED, CHANGED, MOVED = _("added"), _("changed"), _("moved")
RENAMED, REMOVED, BROUGHT_BACK = _("renamed"), _("removed"), _("restored")
# What editors call a part that readers no longer see.
RETIRED = _("retired")
SECTION = "briefs.section"
# A line end within a paragraph, except before a list item, a quotation or a table row.
SOFT_BREAK = re.compile(r"(?<=\S)[ \t]*\n[ \t]*(?=\S)(?!([-*+>|#]|\d+[.)]))")
WORDS = re.compile(r"\s+|[^\s\w]|\w+")


@dataclass
class Change:
    """One part that differs between two editions.

    Attributes:
        model: its model.
        old, new: the part in each edition; None in an edition that doesn't have it.
        kinds: what happened to it, as labels such as “moved”; there can be several.
        hangs: what circles have on it: [(“some” or “10 or more”, label), …].
    """

    model: type[models.Model]
    old: Item | None
    new: Item | None
    kinds: list["StrPromise"] = field(default_factory=list)
    hangs: list[tuple[str, str]] = field(default_factory=list)

    @property
    def item(self) -> Item:
        """The new part, or the old one if the part was dropped."""
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
        """For editors: [(label of a field, rows of `side_by_side`), …]."""
        return self._side_by_side(paragraphs)

    @property
    def words(self) -> list[tuple[str, list[Row]]]:
        """For readers: like `texts`, but without Markdown markup."""
        return self._side_by_side(paragraphs_as_read)

    def _side_by_side(self, divide: Callable[[str], list[str]]) -> list[tuple[str, list[Row]]]:
        shown = []
        for name in SHOWN.get(self.model, []):
            old, new = (_text(half, name) for half in (self.old, self.new))
            if old != new:
                label = str(cast(models.Field, self.model._meta.get_field(name)).verbose_name)
                shown.append((label, side_by_side(divide(old), divide(new))))
        return shown


class Changes(list[Change]):
    """All parts that differ between two editions, in the order of the newer one."""

    @property
    def sections(self) -> list[Change]:
        """The changes of sections, which are listed one by one."""
        return [change for change in self if change.model is Section]

    @property
    def with_texts(self) -> list[Change]:
        """For editors: the changes with texts to compare, the title and summaries first."""
        return [change for change in self if change.model is Brief and change.texts] + self.sections

    @property
    def others(self) -> list[str]:
        """Counts of all other changes, as text."""
        numbers = Counter(
            (change.model, kind)
            for change in self
            if change.model is not Section
            for kind in change.kinds
        )
        return [f"{kind}: {_many(model, number)}" for (model, kind), number in numbers.items()]


def _many(model: type[models.Model], number: int) -> str:
    if model is Brief:
        return str(_("title, summary, or other text around the sections"))
    meta = model._meta
    return f"{number} {meta.verbose_name if number == 1 else meta.verbose_name_plural}"


# The texts that are shown side by side, by model.
SHOWN: dict[type[models.Model], list[str]] = {
    Brief: ["title", "summary", *Brief.LONG],
    Section: ["heading", "advisory", "body"],
}


def own_slug(item: Item) -> str:
    """The slug of an object; “series/brief” for an entry of a series."""
    fields = item["fields"]
    return fields.get("slug") or "/".join(key[0] for key in (fields["series"], fields["brief"]))


def changes_between(old: list[Item], new: list[Item]) -> Changes:
    """The changes from one edition to the next.

    They are in the order of the newer edition; dropped parts come last. Parts with the same
    text in the same position are left out.

    Args:
        old, new: the objects of each edition.
    """
    before = {(item["model"], own_slug(item)): item for item in old}
    moved = _moved(old, new)
    renames = _renames(new)
    found = Changes()
    matched = set()
    for item in new:
        key = item["model"], own_slug(item)
        was = (item["model"], item["fields"].get("was"))
        earlier = before.get(key) or before.get(was)
        if earlier is None:
            found.append(Change(MODELS[item["model"]], None, item, [ADDED]))
            continue
        matched.add((earlier["model"], own_slug(earlier)))
        kinds: list[StrPromise] = []
        if own_slug(earlier) != own_slug(item):
            kinds.append(RENAMED)
        if _says(earlier, renames) != _says(item, {}):
            kinds.append(CHANGED)
        if key in moved:
            kinds.append(MOVED)
        if kinds:
            found.append(Change(MODELS[item["model"]], earlier, item, kinds))
    removed = [item for key, item in before.items() if key not in matched]
    found += [Change(MODELS[item["model"]], item, None, [REMOVED]) for item in removed]
    return found


# Fields for where a part is, not for what it says.
POSITION = {"slug", "was", "brief", "position", "parent"}
KEYS = {"section": SECTION, "figure": "briefs.figure", "source": "briefs.source"}


def _says(item: Item, renames: Renames) -> dict[str, Any]:
    """The content of a part, to compare: dates as text, and keys with the new slugs."""
    says = {name: value for name, value in item["fields"].items() if name not in POSITION}
    for name, value in says.items():
        if isinstance(value, date):
            says[name] = value.isoformat()
        elif isinstance(value, str):
            says[name] = unwrapped(value)
        elif name in KEYS and value:
            says[name] = [renames.get((KEYS[name], slug), slug) for slug in value]
    return says


def _renames(new: list[Item]) -> Renames:
    """The renamed slugs: {(model label, old slug): new slug}."""
    return {
        (item["model"], item["fields"]["was"]): own_slug(item)
        for item in new
        if item["fields"].get("was")
    }


def _moved(old: list[Item], new: list[Item]) -> set[tuple[str, str]]:
    """Sections with a different parent, or in a different order among the same siblings."""
    renamed = {was: slug for (model, was), slug in _renames(new).items() if model == SECTION}
    before = {
        renamed.get(slug, slug): renamed.get(parent, parent) if parent else None
        for slug, parent in _in_file_order(old)
    }
    after = dict(_in_file_order(new))
    moved = {slug for slug in before.keys() & after.keys() if before[slug] != after[slug]}
    stayed = (before.keys() & after.keys()) - moved
    for parent in set(after.values()):
        old_order, new_order = (
            [slug for slug, holder in half if slug in stayed and holder == parent]
            for half in (before.items(), after.items())
        )
        matcher = difflib.SequenceMatcher(None, old_order, new_order, autojunk=False)
        unmoved = matcher.get_matching_blocks()
        in_order = {slug for a, _b, size in unmoved for slug in old_order[a : a + size]}
        moved |= set(new_order) - in_order
    return {(SECTION, slug) for slug in moved}


def _in_file_order(items: list[Item]) -> list[tuple[str, str | None]]:
    """Sections by position: [(slug, slug of its parent or None), …]."""
    sections = [item["fields"] for item in items if item["model"] == SECTION]
    sections.sort(key=lambda fields: (fields.get("position", 0), fields["slug"]))
    return [(fields["slug"], (fields.get("parent") or [None])[-1]) for fields in sections]


def _text(item: Item | None, name: str) -> str:
    return str(item["fields"].get(name, "")) if item else ""


def side_by_side(old: list[str], new: list[str]) -> list[Row]:
    """Two texts side by side, as rows of (old HTML, new HTML).

    Words that only one text has are in `<del>` or `<ins>`. Paragraphs are matched first,
    then words, so that a moved comma doesn't mark a whole page. Unchanged paragraphs are
    shown only next to a change.

    Args:
        old, new: the paragraphs of each text.
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
    """A text without the line ends that Markdown ignores."""
    return SOFT_BREAK.sub(" ", text.strip())


def paragraphs(text: str) -> list[str]:
    """The paragraphs of a text, with their Markdown markup."""
    return [paragraph for paragraph in re.split(r"\n\s*\n", unwrapped(text)) if paragraph]


def paragraphs_as_read(text: str) -> list[str]:
    """The paragraphs and list items of a text, without markup."""
    words = map(markdown.plain, unwrapped(text).splitlines())
    return [line for line in words if line]


def _near_a_change(rows: list[Row]) -> Iterator[Row]:
    """The rows, with one row of dots in place of unchanged ones that aren't next to a change."""
    changed = [index for index, (left, right) in enumerate(rows) if left != right]
    near = {index + step for index in changed for step in (-1, 0, 1)}
    for index, row in enumerate(rows):
        if index in near:
            yield row
        elif index == 0 or index - 1 in near:
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
