"""The outside links of a brief, and the parts that each of them is in."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urldefrag

from django.db.models import Model
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from ..editions.checks.context import TEXTS
from ..editions.fixture import MODELS, Item
from ..models import Brief, CallToAction, Figure, HelpLine, Section, Source
from ..page import markdown

# Fields that hold one address, and the one that names the part.
ADDRESSES: dict[type[Model], str] = {Source: "url", Figure: "url", HelpLine: "url"}
NAMES: dict[type[Model], str] = {
    Section: "heading",
    Source: "title",
    Figure: "title",
    HelpLine: "name",
    CallToAction: "text",
}


@dataclass(frozen=True)
class Place:
    """A part of a brief that has a link.

    Args:
        model: what kind of part; `Brief` for a text of the brief itself.
        slug: its slug.
        name: its heading, title or name; of the brief, the name of the field.
    """

    model: type[Model]
    slug: str
    name: str

    def __str__(self) -> str:
        if self.model is Brief:
            return self.name
        kind = str(self.model._meta.verbose_name).capitalize()
        return _("%(kind)s “%(name)s”") % {"kind": kind, "name": self.name}


def links_of(content: Iterable[Item]) -> dict[str, list[Place]]:
    """The addresses that a brief leads to, in the order of its parts: {address: places}.

    Args:
        content: the objects of a fixture, as `content_of(brief)` and drafts have them.
    """
    found: dict[str, list[Place]] = {}
    for item in content:
        for address, place in _links_in(MODELS[item["model"]], item["fields"]):
            places = found.setdefault(urldefrag(address).url, [])
            if place not in places:
                places.append(place)
    return found


def _links_in(model: type[Model], fields: dict[str, Any]) -> Iterator[tuple[str, Place]]:
    slug = fields.get("slug") or ""
    if name := ADDRESSES.get(model):
        address = fields.get(name) or ""
        if markdown.outside_link(address):
            yield address, Place(model, slug, _name(model, fields, name))
    for name in TEXTS.get(model, {}):
        for address in markdown.find_links(fields.get(name) or ""):
            if markdown.outside_link(address):
                yield address, Place(model, slug, _name(model, fields, name))


def _name(model: type[Model], fields: dict[str, Any], field: str) -> str:
    if model is Brief:
        # These are columns of their own, so they have a name.
        return str(Brief._meta.get_field(field).verbose_name).capitalize()  # type: ignore[union-attr]
    name = markdown.plain(str(fields.get(NAMES[model]) or ""))
    return Truncator(name or fields.get("slug") or "").chars(80)
