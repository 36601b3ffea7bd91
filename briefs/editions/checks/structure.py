"""Checks of slugs, keys, the tree of sections, and the order."""

from collections import Counter, defaultdict

from django.db import models
from django.utils.translation import gettext as _

from ...models import Brief, CallToAction, Figure, Section, SeriesEntry, Source
from ..fixture import Entry
from .context import Context, own

DEEPEST = 3  # levels of headings; readers can't tell more apart on the page


def one_brief(context: Context) -> None:
    """A file holds one brief and its parts, or series."""
    briefs = context.fixture.of(Brief)
    for entry in briefs[1:]:
        context.error(
            "one-brief",
            entry,
            "slug",
            _("This is the second brief in one file."),
            _("Give each brief a file of its own."),
        )
    if not context.fixture.parts:
        return
    if not briefs:
        context.error(
            "one-brief",
            context.fixture.parts[0],
            "brief",
            _("The file has parts of a brief, and no brief."),
            _("Add an object “model: briefs.brief” at the top."),
        )
        return
    slug = briefs[0].slug
    for entry in context.fixture.parts:
        if own(entry, "brief") not in (None, slug):
            context.error(
                "one-brief",
                entry,
                "brief",
                _("“%(slug)s” belongs to the brief “%(other)s”, and the file is of “%(brief)s”.")
                % {"slug": entry.slug, "other": own(entry, "brief"), "brief": slug},
                _("Write “brief: [%s]”.") % slug,
            )


def slugs(context: Context) -> None:
    """Each slug is used once per model, and each former slug has one successor."""
    known = set()
    for entry in context.fixture.parts:
        key = (entry.model, entry.slug)
        if entry.slug and key in known:
            context.error(
                "slug",
                entry,
                "slug",
                _("Another %(kind)s has the slug “%(slug)s” too.")
                % {"kind": entry.model._meta.verbose_name, "slug": entry.slug},
                _("Give this one a slug of its own."),
            )
        known.add(key)
    renames: Counter[tuple[type[models.Model], str]] = Counter()
    for entry in context.fixture.parts:
        was = entry.get("was")
        if not was:
            continue
        renames[entry.model, was] += 1
        if (entry.model, was) in known:
            context.error(
                "was",
                entry,
                "was",
                _("“was: %s” names something that stands in this edition itself.") % was,
                _("Take out “was”, or the other."),
            )
        elif renames[entry.model, was] > 1:
            context.error(
                "was",
                entry,
                "was",
                _("“was: %s” is said twice.") % was,
                _("What hangs on it can go to one place only: keep it there."),
            )


def keys(context: Context) -> None:
    """All parts that a part refers to are in the file."""
    known = {
        "parent": (Section, context.sections),
        "section": (Section, context.sections),
        "figure": (Figure, context.figures),
        "source": (Source, context.sources),
    }
    for entry in context.fixture.parts:
        for name, (model, entries) in known.items():
            key = entry.values.get(name)
            if not key:
                continue
            if key[0] != own(entry, "brief") or key[-1] not in entries:
                context.error(
                    "key",
                    entry,
                    name,
                    _("There is no %(kind)s “%(slug)s” in this file.")
                    % {"kind": model._meta.verbose_name, "slug": key[-1]},
                    _("Look for a slip in its slug, or add it."),
                )
    in_series: Counter[tuple[str | None, str | None]] = Counter()
    for entry in context.fixture.of(SeriesEntry):
        key = (own(entry, "series"), own(entry, "brief"))
        in_series[key] += 1
        if in_series[key] > 1:
            context.error(
                "slug",
                entry,
                "brief",
                _("“%s” is twice in one series.") % own(entry, "brief"),
                _("Keep one of the two."),
            )


def tree(context: Context) -> None:
    """No section is inside itself, too deep, or empty."""
    holders = {own(entry, "parent") for entry in context.sections.values()}
    for slug, entry in context.sections.items():
        above = context.above(slug)
        if slug in above:
            context.error(
                "tree",
                entry,
                "parent",
                _("“%s” is inside itself.") % slug,
                _("Change its “parent”, or take that out."),
            )
        elif len(above) >= DEEPEST:
            context.warn(
                "depth",
                entry,
                "parent",
                _("“%(slug)s” stands on level %(level)d.")
                % {"slug": slug, "level": len(above) + 1},
                _("Readers tell three levels of headings apart: move it up."),
            )
        if not entry.get("body").strip() and slug not in holders:
            context.warn(
                "empty",
                entry,
                "heading",
                _("“%s” has no text, and no section inside it.") % entry.get("heading"),
                _("Write its text, or take the heading out."),
            )


def order(context: Context) -> None:
    """Parts in the same group have different positions, so that the order is deliberate."""

    def group_of(entry: Entry) -> tuple[str, str, str]:
        step = entry.get("step") if entry.model is CallToAction else ""
        holder = own(entry, "parent") if entry.model is Section else own(entry, "section")
        return (entry.model.__name__, holder or "", step)

    beside: dict[tuple[str, str, str], dict[int, Entry]] = defaultdict(dict)
    for entry in context.fixture.parts:
        others = beside[group_of(entry)]
        position = entry.get("position")
        if position in others:
            context.warn(
                "order",
                entry,
                "position",
                _("“%(slug)s” and “%(other)s” both stand at position %(position)d.")
                % {"slug": entry.slug, "other": others[position].slug, "position": position},
                _("Number them in the order that you mean."),
            )
        others.setdefault(position, entry)
