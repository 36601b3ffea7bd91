"""Checks of slugs, keys, the tree of sections, and the order."""

from collections import Counter, defaultdict

from django.db import models
from django.utils.translation import gettext as _

from ...models import Brief, CallToAction, Figure, Section, Series, SeriesEntry, Source
from ..fixture import Entry
from .context import Context, own

DEEPEST = 3  # levels of headings; readers can't tell more apart on the page
TOO_DEEP = 10


def one_brief(context: Context) -> None:
    """A file holds one brief and its parts, or series."""
    briefs = context.fixture.of(Brief)
    for entry in briefs[1:]:
        context.error(
            "one-brief",
            entry,
            "slug",
            _("This file has more than one brief."),
            _("Put each brief in its own file."),
        )
    for entry in context.fixture.of(Series)[:1] if briefs else []:
        context.error(
            "one-brief",
            entry,
            "slug",
            _("This file has a brief and a series."),
            _("Put the series in a file of its own."),
        )
    if not context.fixture.parts:
        return
    if not briefs:
        context.error(
            "one-brief",
            context.fixture.parts[0],
            "brief",
            _("The file has parts of a brief but no brief."),
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
                _("“%(slug)s” belongs to the brief “%(other)s”, but this file is for “%(brief)s”.")
                % {"slug": entry.slug, "other": own(entry, "brief"), "brief": slug},
                _("Write “brief: [%s]”.") % slug,
            )


def slugs(context: Context) -> None:
    """Each slug is used once per model."""
    known = set()
    for entry in [*context.fixture.parts, *context.fixture.of(Series)]:
        key = (entry.model, entry.slug)
        if entry.slug and key in known:
            context.error(
                "slug",
                entry,
                "slug",
                _("Another %(kind)s also has the slug “%(slug)s”.")
                % {"kind": entry.model._meta.verbose_name, "slug": entry.slug},
                _("Give this one its own slug."),
            )
        known.add(key)


def earlier_slugs(context: Context) -> None:
    """Each earlier slug is gone, and has one successor."""
    known = {(entry.model, entry.slug) for entry in context.fixture.parts}
    renames: Counter[tuple[type[models.Model], str]] = Counter()
    for entry in context.fixture.parts:
        was = entry.get("was")
        if not was:
            continue
        renames[entry.model, was] += 1
        if was == entry.slug:
            what = _("“was: %s” is its own slug.") % was
            remedy = _("Remove “was”, or write the slug that it had before.")
        elif (entry.model, was) in known:
            what = _("“was: %s” names something that’s still in this edition.") % was
            remedy = _("Remove “was”, or remove the other one.")
        elif renames[entry.model, was] > 1:
            what = _("“was: %s” appears twice.") % was
            remedy = _("Its notes can move to only one place. Remove the other “was”.")
        else:
            continue
        context.error("was", entry, "was", what, remedy)


def reserved(context: Context) -> None:
    """No section has a name that another page of the brief has in its address."""
    for slug, entry in context.sections.items():
        if slug in Section.RESERVED_SLUGS:
            context.warn(
                "reserved",
                entry,
                "slug",
                _("Another page of the brief has the name “%s”.") % slug,
                _("Give a new section another slug. If it isn’t new, keep this one."),
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
            if own(entry, "brief") and key[0] != own(entry, "brief"):
                context.error(
                    "key",
                    entry,
                    name,
                    _("“%(slug)s” is in another brief, “%(brief)s”.")
                    % {"slug": key[-1], "brief": key[0]},
                    _("Name a %s of this brief.") % model._meta.verbose_name,
                )
            elif key[-1] not in entries:
                context.error(
                    "key",
                    entry,
                    name,
                    _("There’s no %(kind)s “%(slug)s” in this brief.")
                    % {"kind": model._meta.verbose_name, "slug": key[-1]},
                    _("Check its slug for a typo, or add it."),
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
                _("“%s” is in the same series twice.") % own(entry, "brief"),
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
                _("Change its “parent”, or remove it."),
            )
        elif len(above) >= DEEPEST:
            report = context.warn if len(above) < TOO_DEEP else context.error
            report(
                "depth",
                entry,
                "parent",
                _("“%(slug)s” is at level %(level)d.") % {"slug": slug, "level": len(above) + 1},
                _("Readers can follow three levels of headings. Move it up."),
            )
        if not entry.get("body").strip() and slug not in holders:
            context.warn(
                "empty",
                entry,
                "heading",
                _("“%s” has no text and no sections inside it.") % entry.get("heading"),
                _("Write its text, or remove the heading."),
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
                _("“%(slug)s” and “%(other)s” are both at position %(position)d.")
                % {"slug": entry.slug, "other": others[position].slug, "position": position},
                _("Number them in the order you want."),
            )
        others.setdefault(position, entry)
