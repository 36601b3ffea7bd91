"""What the lists of a draft's parts show, and what can be inserted into a text."""

from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ..models import CallToAction, Figure, Question
from ..page import markdown
from . import content as contents
from . import places
from .content import CALL, FIGURE, HELP_LINE, QUESTION, SECTION, SOURCE, Content, Item
from .kinds import Kind
from .tree import rows as in_tree_order


@dataclass
class Row:
    """One part in a list.

    Attributes:
        about: what else to know of it, as sentences.
        to_check: what may be wrong with it.
        double: the slug of the source that it looks the same as; "" if of none.
    """

    slug: str
    name: str
    about: list[str] = field(default_factory=list)
    to_check: list[str] = field(default_factory=list)
    double: str = ""
    is_first: bool = False
    is_last: bool = False


@dataclass
class Group:
    """Parts that are ordered together, and what a new one there begins with."""

    heading: str
    rows: list[Row]
    start: str = ""
    has_order: bool = True


def groups(content: Content, kind: Kind, asked: str = "", shown: str = "") -> list[Group]:
    """The parts of one kind, in the order of the page.

    Args:
        content: of the draft.
        kind: which parts.
        asked: of sources, only those with these words.
        shown: of sources, “unused” or “double” for only those.
    """
    if kind.label == SOURCE:
        return [Group("", _sources(content, asked, shown), has_order=False)]
    ordered = places.in_order(contents.items(content, kind.label))
    beside: dict[str, list[Item]] = {}
    for part in ordered:
        beside.setdefault(places.group_of(part), []).append(part)
    headings = _headings(content, kind.label)
    found = [Group(heading, _rows(beside.pop(key, [])), start) for key, heading, start in headings]
    # Parts of a section that isn't there.
    found += [Group(_("In no section"), _rows(parts)) for parts in beside.values()]
    return [group for group in found if group.rows]


def _headings(content: Content, label: str) -> list[tuple[str, str, str]]:
    """The groups of these parts in order: [(key, heading, what a new one begins with), …]."""
    if label == HELP_LINE:
        return [("", "", "")]
    if label == CALL:
        return [(str(step), str(step.label), f"step={step}") for step in CallToAction.Step]
    found = [(slug, name, f"section={slug}") for slug, name in places.names(content).items()]
    return found + ([("", _("The whole brief"), "")] if label == QUESTION else [])


def _rows(parts: list[Item]) -> list[Row]:
    return [
        Row(
            part["fields"]["slug"],
            places.name_of(part),
            _about(part),
            is_first=number == 0,
            is_last=number == len(parts) - 1,
        )
        for number, part in enumerate(parts)
    ]


def _about(part: Item) -> list[str]:
    fields = part["fields"]
    if part["model"] == QUESTION:
        kind = dict(Question.Kind.choices).get(fields.get("kind"))
        return [_("Type: %s") % kind] if kind else []
    if part["model"] == FIGURE:
        return [str(dict(Figure.Kind.choices).get(fields.get("kind"), ""))]
    if part["model"] == HELP_LINE:
        ways = {
            "phone": _("Call %s"),
            "text_number": _("Text %s"),
            "url": "%s",
        }
        told = [words % fields[name] for name, words in ways.items() if fields.get(name)]
        return [fields.get("when", ""), " · ".join(told)]
    return []


def _sources(content: Content, asked: str, shown: str) -> list[Row]:
    cited, doubles = places.citing(content), places.doubles(content)
    names = {
        part["fields"]["slug"]: places.name_of(part) for part in contents.items(content, SOURCE)
    }
    found = []
    for part in contents.items(content, SOURCE):
        fields = part["fields"]
        slug = fields["slug"]
        used = cited.get(slug, [])
        words = [fields["title"], fields.get("publisher", ""), fields.get("url", ""), *used]
        is_asked = all(word in " ".join(words).lower() for word in asked.lower().split())
        is_shown = {"unused": not used, "double": slug in doubles}.get(shown, True)
        if is_asked and is_shown:
            found.append(_source(part, used, doubles.get(slug, ""), names))
    return sorted(found, key=lambda row: row.name.lower())


def _source(part: Item, used: list[str], double: str, names: dict[str, str]) -> Row:
    fields = part["fields"]
    by = ", ".join(filter(None, [fields.get("publisher", ""), str(fields.get("year", ""))]))
    row = Row(fields["slug"], places.name_of(part), [by, fields.get("url", "")], double=double)
    if used:
        row.about.append(_("Cited in %s.") % ", ".join(dict.fromkeys(used)))
    else:
        row.to_check.append(_("Not cited anywhere."))
    if double:
        row.to_check.append(_("It has the same link or title as “%s”.") % names[double])
    return row


def insertable(content: Content, label: str, slug: str) -> list[dict[str, Any]]:
    """What an editor can insert into a text, in lists: sources, figures of the section, and
    links to sections."""
    sources = [
        {
            "code": f"[@{part['fields']['slug']}]",
            "name": places.name_of(part),
            "about": part["fields"].get("publisher", ""),
        }
        for part in sorted(
            contents.items(content, SOURCE), key=lambda part: part["fields"]["title"].lower()
        )
    ]
    figures = [
        {"code": f"![](figure:{part['fields']['slug']})", "name": places.name_of(part)}
        for part in contents.items(content, FIGURE)
        if label == SECTION and contents.own(part, "section") == slug
    ]
    sections = [
        {"code": f"[{row.heading}](#{row.slug})", "name": row.heading}
        for row in in_tree_order(content)
        if row.slug != slug
    ]
    return [
        {"title": _("Cite a source"), "rows": sources, "is_inline": True},
        {"title": _("Place a figure"), "rows": figures, "is_inline": False},
        {"title": _("Link to a section"), "rows": sections, "is_inline": True},
    ]


def of_section(content: Content, slug: str) -> dict[str, Any]:
    """The figures and questions of a section, for its page."""
    own = {
        label: _rows(
            places.in_order(
                part
                for part in contents.items(content, label)
                if contents.own(part, "section") == slug
            )
        )
        for label in (FIGURE, QUESTION)
    }
    section = contents.item(content, SECTION, slug)
    body = section["fields"].get("body", "") if section else ""
    minutes = markdown.count_minutes(markdown.count_work(body))
    reading = ngettext("%d minute to read.", "%d minutes to read.", minutes) % minutes
    return {"figures": own[FIGURE], "questions": own[QUESTION], "reading": reading}
