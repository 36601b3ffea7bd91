"""Renames, splits, joins and retires sections of a draft, with all that names or hangs on them.

Pure functions on the content of a draft. Links, questions and figures follow the paragraphs they
belong to. Notes follow when the draft is published: those of a renamed section by `was`, those of
a joined one by `joined`.
"""

import re
from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _

from ..page import markdown
from . import content as contents
from . import tree
from .content import FIGURE, JOINED, QUESTION, SECTION, Content, Item
from .pieces import joined, pieces
from .tree import Impossible

# What a link leads to: a section, and the number of a paragraph in it, or 0.
Place = tuple[str, int]


def rename(content: Content, slug: str, heading: str) -> Content:
    """Give a section another heading. It stays the same section."""
    return contents.replace(content, contents.with_fields(_section(content, slug), heading=heading))


def rename_slug(content: Content, slug: str, new: str, *, loaded: Content) -> Content:
    """Give a section another slug. Its `was` names the one of the loaded brief, whose notes move.

    Args:
        content: the content of a draft.
        slug: the section.
        new: a slug that nothing has.
        loaded: the edition that the draft is based on; empty for a new brief.
    """
    part = _section(content, slug)
    was = part["fields"].get("was")
    if contents.item(loaded, SECTION, slug):
        was = slug
    else:
        names = [name for name in part.get(JOINED, []) if name != new]
        part = part | {JOINED: [*names, slug]}
    if was == new:
        before = contents.item(loaded, SECTION, new)
        was = before["fields"].get("was") if before else None
    content = contents.replace(content, contents.with_fields(part, slug=new, was=was), slug)
    content = [_naming(each, slug, new) for each in content]
    return _with_links(content, slug, lambda place: (new, place[1]))


def split(content: Content, slug: str, at: int, heading: str, new: str) -> Content:
    """Split a section in two. Notes stay with the first part; what's inside it goes with the
    second, as it came after its text.

    Args:
        content: the content of a draft.
        slug: the section.
        at: the index of the piece of its text that the second part begins with, from 1.
        heading: of the second part.
        new: the slug of the second part, which nothing has.
    """
    part = _section(content, slug)
    found = pieces(part["fields"].get("body", ""))
    if not 0 < at < len(found):
        raise Impossible(_("Choose a paragraph after the first one."))
    first, second = (joined(piece.text for piece in half) for half in (found[:at], found[at:]))
    count = markdown.count_paragraphs(first)
    added = {"model": SECTION, "fields": part["fields"] | {"slug": new, "heading": heading}}
    added = contents.with_fields(added, body=second, was=None, advisory=None)
    content = contents.replace(content, contents.with_fields(part, body=first))
    placed = set(markdown.find_figures(second))
    content = [_split_part(each, slug, new, count, placed) for each in content]
    content = _with_links(
        content, slug, lambda place: (new, place[1] - count) if place[1] > count else place
    )
    content = tree.place(contents.add(content, added), new, "after", slug)
    for child in tree.children(content).get(slug, []):
        content = tree.place(content, child["fields"]["slug"], "inside", new)
    return content


def _split_part(part: Item, slug: str, new: str, count: int, placed: set[str]) -> Item:
    """A figure or question of a split section, with the part of the section it belongs to."""
    if part["model"] not in (FIGURE, QUESTION) or contents.own(part, "section") != slug:
        return part
    paragraph = part["fields"].get("paragraph")
    if paragraph and paragraph > count:
        return _put(part, new, paragraph=paragraph - count)
    shows = part["fields"]["slug"] if part["model"] == FIGURE else contents.own(part, "figure")
    return _put(part, new) if shows in placed and not paragraph else part


def join(content: Content, slug: str) -> Content:
    """Join a section with the one that is read before it, which stays. Its heading goes."""
    rows = tree.rows(content)
    part = _section(content, slug)
    index = next(number for number, row in enumerate(rows) if row.slug == slug)
    if index == 0:
        raise Impossible(_("There’s no section before it."))
    stays = rows[index - 1].part
    into = stays["fields"]["slug"]
    count = markdown.count_paragraphs(stays["fields"].get("body", ""))
    content = _move_children(content, slug, into)
    content = contents.remove(content, SECTION, slug)
    content = contents.replace(content, _joined(_section(content, into), part))
    for label in (FIGURE, QUESTION):
        for each in contents.items(content, label):
            if contents.own(each, "section") == slug:
                beside = [
                    p for p in contents.items(content, label) if contents.own(p, "section") == into
                ]
                content = contents.replace(content, _after(each, beside, into, count))
    return _with_links(content, slug, lambda place: (into, place[1] and place[1] + count))


def retire(content: Content, slug: str) -> Content:
    """Take out a section, with the sections, figures and questions inside it. Links to it become
    plain words, and questions elsewhere no longer point at its figures."""
    gone = set(tree.within(content, slug))
    left = [
        part
        for part in content
        if not (part["model"] == SECTION and part["fields"]["slug"] in gone)
        and not (part["model"] in (FIGURE, QUESTION) and contents.own(part, "section") in gone)
    ]
    figures = {part["fields"]["slug"] for part in contents.items(left, FIGURE)}
    names = "|".join(map(re.escape, gone))
    link = re.compile(rf"\[((?:[^\[\]\\]|\\.)*)\]\(<?#(?:{names})(?:-p\d+)?>?\)")
    found = []
    for part in left:
        changed: dict[str, Any] = {
            name: link.sub(r"\1", text) for name, text in contents.texts_of(part)
        }
        if part["model"] == QUESTION and contents.own(part, "figure") not in figures:
            changed["figure"] = None
        found.append(contents.with_fields(part, **changed) if changed else part)
    return found


def _move_children(content: Content, slug: str, into: str) -> Content:
    """Move what is inside a section that is joined, so that the reading order stays."""
    row = next(row for row in tree.rows(content) if row.slug == slug)
    inside = [part["fields"]["slug"] for part in tree.children(content).get(slug, [])]
    if row.is_first:  # it is joined to its parent, whose other children come after its own
        for child in inside:
            content = tree.place(content, child, "before", slug)
        return content
    before = tree.siblings(content, slug)[row.number - 2]
    for child in inside:
        content = tree.place(content, child, "inside", before)
    return content


def _joined(stays: Item, part: Item) -> Item:
    """The section that stays, with the text of the other one."""
    fields, more = stays["fields"], part["fields"]
    body = joined([fields.get("body", ""), more.get("body", "")])
    advisory = " ".join(filter(None, [fields.get("advisory"), more.get("advisory")]))
    merged = contents.with_fields(stays, body=body or None, advisory=advisory or None)
    names = [*stays.get(JOINED, []), more["slug"], more.get("was"), *part.get(JOINED, [])]
    return merged | {JOINED: list(dict.fromkeys(filter(None, names)))}


def _after(part: Item, beside: list[Item], section: str, count: int) -> Item:
    """A figure or question at the end of those of another section."""
    paragraph = part["fields"].get("paragraph")
    position = contents.next_position(beside)
    return _put(part, section, position=position, paragraph=paragraph and paragraph + count)


def _put(part: Item, section: str, **changed: object) -> Item:
    brief = part["fields"]["section"][0]
    return contents.with_fields(part, section=[brief, section], **changed)


def _naming(part: Item, slug: str, new: str) -> Item:
    """The part with a section's new slug in its keys."""
    changed = {
        name: [part["fields"][name][0], new]
        for name in ("parent", "section")
        if contents.own(part, name) == slug
    }
    return contents.with_fields(part, **changed) if changed else part


def _with_links(content: Content, slug: str, lead: Callable[[Place], Place]) -> Content:
    """The content with its links to a section, or to a paragraph of it, leading elsewhere."""
    link = re.compile(rf"(\]\(<?)#{re.escape(slug)}(?:-p(\d{{1,6}}))?(?=[>)\s])")

    def led(match: re.Match[str]) -> str:
        to, number = lead((slug, int(match[2] or 0)))
        return f"{match[1]}#{to}" + (f"-p{number}" if number else "")

    def relinked(part: Item) -> Item:
        texts = {name: link.sub(led, text) for name, text in contents.texts_of(part)}
        return contents.with_fields(part, **texts) if texts else part

    return [relinked(part) for part in content]


def _section(content: Content, slug: str) -> Item:
    found = contents.item(content, SECTION, slug)
    if found is None:
        raise Impossible(_("This section isn’t in the draft anymore."))
    return found
