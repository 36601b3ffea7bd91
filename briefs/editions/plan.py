"""Works out what loading an edition would change."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, cast

from django.db import models
from django.utils.translation import gettext as _

from config.when import full_date

from ..counted import some_or_more
from ..models import PARTS, Brief, Section, Series, SeriesEntry
from .changes import BROUGHT_BACK, RETIRED, Changes, changes_between
from .checks import check
from .content import content_of
from .fixture import Finding, Fixture, spare


@dataclass
class Plan:
    """What loading a fixture would do.

    Attributes:
        fixture: what would be loaded.
        findings: errors and warnings. With an error, it can't be loaded.
        brief: the brief in the database; None if it is new.
        changes: in the order of the page, each with what `hangs` on it.
    """

    fixture: Fixture
    findings: list[Finding]
    brief: Brief | None = None
    changes: Changes = field(default_factory=Changes)

    @property
    def errors(self) -> list[Finding]:
        return [finding for finding in self.findings if finding.is_error]

    @property
    def warnings(self) -> list[Finding]:
        return [finding for finding in self.findings if not finding.is_error]

    @property
    def title(self) -> str:
        entries = self.fixture.of(Brief) or self.fixture.of(Series)
        return str(entries[0].get("title")) if entries else self.fixture.name


def plan(fixture: Fixture, *, coming: Iterable[str] = ()) -> Plan:
    """What loading this fixture would change now. Changes nothing itself.

    Args:
        fixture: from `fixture_reading.read`.
        coming: slugs of briefs that will be loaded before it.
    """
    findings = check(fixture)
    if any(finding.is_error for finding in findings):
        return Plan(fixture, findings)
    if fixture.brief is None:
        findings += _briefs_missing(fixture, coming)
        return Plan(fixture, findings, changes=_in_series(fixture))
    brief = Brief.objects.filter(slug=fixture.brief.slug).first()
    changes = changes_between(content_of(brief) if brief else [], fixture.data)
    if brief:
        findings += _likely_slips(fixture, brief, changes)
        _add_what_hangs(brief, changes)
    return Plan(fixture, findings, brief, changes)


def _briefs_missing(fixture: Fixture, coming: Iterable[str]) -> list[Finding]:
    """Errors for briefs that a series names and that aren't loaded."""
    named = [entry.values["brief"][0] for entry in fixture.of(SeriesEntry)]
    known = {*coming, *Brief.objects.filter(slug__in=named).values_list("slug", flat=True)}
    return [
        Finding(
            "error",
            "key",
            _("There’s no brief “%s”.") % entry.values["brief"][0],
            _("Load the brief first, or fix its slug."),
            fixture.name,
            entry.line_of("brief"),
        )
        for entry in fixture.of(SeriesEntry)
        if entry.values["brief"][0] not in known
    ]


def _in_series(fixture: Fixture) -> Changes:
    """What a file of series would change."""
    slugs = [series.slug for series in fixture.of(Series)]
    rows = [*Series.objects.filter(slug__in=slugs)]
    entries = SeriesEntry.objects.filter(series__slug__in=slugs).select_related("series", "brief")
    loaded = [
        spare("briefs.series", {"slug": row.slug, "title": row.title, "summary": row.summary})
        for row in rows
    ]
    loaded += [
        spare(
            "briefs.seriesentry",
            {"series": [row.series.slug], "brief": [row.brief.slug], "position": row.position},
        )
        for row in entries
    ]
    return changes_between(loaded, fixture.data)


def _likely_slips(fixture: Fixture, brief: Brief, changes: Changes) -> Iterator[Finding]:
    """Warnings about what is valid but may be a mistake: an old date, an unmarked rename."""
    entry = fixture.brief
    if entry is None:
        return
    if changes and entry.get("edition") <= brief.edition:
        yield Finding(
            "warning",
            "edition",
            _("This edition is dated %(day)s. One dated %(there)s is already loaded.")
            % {"day": full_date(entry.get("edition")), "there": full_date(brief.edition)},
            _("Give the revised brief a later date. Readers see this date."),
            fixture.name,
            entry.line_of("edition"),
        )
    lost = {change.slug: change.item for change in changes if change.is_dropped}
    for change in changes:
        if not change.is_new or change.model is not Section:
            continue
        for slug, old in lost.items():
            if old["fields"].get("heading") == change.item["fields"]["heading"]:
                yield Finding(
                    "warning",
                    "was",
                    _("“%(new)s” will replace “%(old)s”, which has the same heading.")
                    % {"old": slug, "new": change.slug},
                    _("If it’s the same section, add “was: %s” to it so its notes move along.")
                    % slug,
                    fixture.name,
                    next((e.line for e in fixture.of(Section) if e.slug == change.slug), None),
                    change.slug,
                )


def _add_what_hangs(brief: Brief, changes: Changes) -> None:
    """Mark parts that go or return as editors say it, and count what circles have on each change.

    Only counts, and only if no single circle can be read from them (`counted.py`): editors must
    not see what circles wrote, but that there's something. A model of another app says in `WHOSE`
    whom its rows belong to. One query for each relation.
    """
    changed = {change.model for change in changes}
    for model in [model for model in PARTS if model in changed]:
        ids = dict(model.objects.filter(brief=brief).values_list("slug", "pk"))
        touched = {}
        for change in changes:
            if change.model is not model:
                continue
            if change.is_dropped:
                change.kinds = [RETIRED]
            elif change.is_new and change.slug in ids:
                change.kinds = [BROUGHT_BACK]
            pk = ids.get(change.slug_before or change.slug)
            if pk:
                touched[pk] = change
        for relation in model._meta.related_objects:
            other = cast(Any, relation.related_model)
            meta = other._meta
            if meta.app_label == model._meta.app_label:
                continue
            name = relation.field.name
            counts = (
                other._base_manager.filter(**{f"{name}__in": touched})
                .order_by()
                .values_list(name)
                .annotate(models.Count("pk"), models.Count(other.WHOSE, distinct=True))
            )
            for pk, number, circles in counts:
                told = some_or_more(number, circles=circles)
                touched[pk].hangs.append((told, str(meta.verbose_name_plural)))
