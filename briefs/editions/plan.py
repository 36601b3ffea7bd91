"""Works out what loading an edition would change."""

from collections import defaultdict
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
from .fixture import Finding, Fixture, Item, spare
from .fixture_values import shown

# What an entry of a series names, by field.
IN_SERIES: dict[str, type[Brief] | type[Series]] = {"brief": Brief, "series": Series}


@dataclass
class Plan:
    """What loading a fixture would do.

    Attributes:
        fixture: what would be loaded.
        findings: errors and warnings. With an error, it can't be loaded.
        brief: the brief in the database; None if it is new.
        changes: in the order of the page, each with what `hangs` on it.
        is_older: what's here is newer: a later edition, or, of the same edition, what editors
            corrected since. `load` takes it only if it's told to.
    """

    fixture: Fixture
    findings: list[Finding]
    brief: Brief | None = None
    changes: Changes = field(default_factory=Changes)
    is_older: bool = False

    @property
    def errors(self) -> list[Finding]:
        return [finding for finding in self.findings if finding.is_error]

    @property
    def warnings(self) -> list[Finding]:
        return [finding for finding in self.findings if not finding.is_error]

    @property
    def audience_line(self) -> str:
        """Who will be able to read the brief; "" for a file of series."""
        entry = self.fixture.brief
        return str(Brief(audience=entry.get("audience")).audience_line) if entry else ""

    @property
    def title(self) -> str:
        entries = self.fixture.of(Brief) or self.fixture.of(Series)
        return str(entries[0].get("title")) if entries else self.fixture.name


def plan(fixture: Fixture, *, coming: Iterable[str] = ()) -> Plan:
    """What loading this fixture would change now. Changes nothing itself.

    If the fixture doesn't say who may read its brief, that stays as it is, and a new brief is
    for editors only. The fixture says so from then on.

    Args:
        fixture: from `fixture_reading.read`.
        coming: slugs of briefs that will be loaded before it.
    """
    brief = None
    if fixture.brief:
        brief = Brief.objects.filter(slug=fixture.brief.slug).first()
        fixture.brief.values.setdefault("audience", (brief or Brief()).audience)
    findings = check(fixture)
    if any(finding.is_error for finding in findings):
        return Plan(fixture, findings)
    if fixture.brief is None:
        findings += _missing_in_series(fixture, coming)
        return Plan(fixture, findings, changes=_in_series(fixture))
    content = content_of(brief) if brief else []
    changes = changes_between(content, fixture.data)
    if not brief:
        return Plan(fixture, findings, brief, changes)
    undone = _undone(fixture, brief, content, changes)
    findings += [
        *_other_date(fixture, brief, changes),
        *undone,
        *_unmarked_renames(fixture, changes),
        *_renames_of_nothing(fixture, brief),
    ]
    add_what_hangs(brief, changes)
    edition = fixture.brief.get("edition")
    is_older = (
        bool(changes) and edition < brief.edition or bool(undone) and edition == brief.edition
    )
    return Plan(fixture, findings, brief, changes, is_older)


def _missing_in_series(fixture: Fixture, coming: Iterable[str]) -> Iterator[Finding]:
    """Errors for briefs and series that an entry names and that aren't there."""
    entries = fixture.of(SeriesEntry)
    slugs = {
        model: {entry.values[name][0] for entry in entries} for name, model in IN_SERIES.items()
    }
    known = {
        model: set(model.objects.filter(slug__in=slugs[model]).values_list("slug", flat=True))
        for model in IN_SERIES.values()
    }
    known[Brief].update(coming)
    known[Series].update(series.slug for series in fixture.of(Series))
    for entry in entries:
        for name, model in IN_SERIES.items():
            if (slug := entry.values[name][0]) not in known[model]:
                yield Finding(
                    "error",
                    "key",
                    _("There’s no %(kind)s “%(slug)s”.")
                    % {"kind": model._meta.verbose_name, "slug": slug},
                    _("Load the brief first, or fix its slug.")
                    if model is Brief
                    else _("Add the series, or fix its slug."),
                    fixture.name,
                    entry.line_of(name),
                )


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


def _other_date(fixture: Fixture, brief: Brief, changes: Changes) -> Iterator[Finding]:
    """A warning if the edition isn't later than the one that's loaded."""
    entry = fixture.brief
    if entry and changes and entry.get("edition") <= brief.edition:
        yield Finding(
            "warning",
            "edition",
            _("This edition is dated %(day)s. One dated %(there)s is already loaded.")
            % {"day": full_date(entry.get("edition")), "there": full_date(brief.edition)},
            _("Give the revised brief a later date. Readers see this date."),
            fixture.name,
            entry.line_of("edition"),
        )


def _undone(fixture: Fixture, brief: Brief, content: list[Item], changes: Changes) -> list[Finding]:
    """Warnings about parts that editors changed here since the last edition was loaded, and that
    say something else in the fixture.

    Args:
        content: what the brief says now.
        changes: from that to the fixture.
    """
    last = brief.editions.first()
    if last is None:
        return []
    corrected = {
        (change.model, slug)
        for change in changes_between(last.content, content)
        for slug in (change.slug, change.slug_before)
    }
    lines = {(entry.model, entry.slug): entry.line for entry in fixture.entries}
    return [
        Finding(
            "warning",
            "corrected",
            _("Someone changed “%s” in the admin since the last edition was loaded.")
            % shown(str(change.title)),
            _("This file doesn’t have that change. Add it, or their work is replaced."),
            fixture.name,
            lines.get((change.model, change.slug)),
            change.slug if change.model is Section else "",
        )
        for change in changes
        if {(change.model, change.slug), (change.model, change.slug_before)} & corrected
    ]


def _unmarked_renames(fixture: Fixture, changes: Changes) -> Iterator[Finding]:
    """Warnings about sections that seem to have a new slug without `was`."""
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


def _renames_of_nothing(fixture: Fixture, brief: Brief) -> Iterator[Finding]:
    """Warnings about new parts whose earlier slug no part of the brief has or had.

    `was` may stay in the file for good, so it's right if the part already has its new slug.
    """
    for model in PARTS:
        renamed = [entry for entry in fixture.of(model) if entry.get("was")]
        slugs = {slug for entry in renamed for slug in (entry.slug, entry.get("was"))}
        known = set(
            model.objects.filter(brief=brief, slug__in=slugs).values_list("slug", flat=True)
        )
        for entry in renamed:
            if entry.get("was") not in known and entry.slug not in known:
                yield Finding(
                    "warning",
                    "was",
                    _("“was: %s” names nothing in this brief, so no notes would move.")
                    % entry.get("was"),
                    _("Check it for a typo, or remove it."),
                    fixture.name,
                    entry.line_of("was"),
                    entry.slug if model is Section else "",
                )


def add_what_hangs(brief: Brief, changes: Changes) -> None:
    """Mark parts that go or return as editors say it, and count what circles have on each change.

    Only counts, and only if no single circle can be read from them (`counted.py`): editors must
    not see what circles wrote, but that there's something. A model of another app says in `WHOSE`
    whom its rows belong to, and in `CALLED` what an editor understands if its name says too little.
    One query for each relation.
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
        for pk, hangs in hanging_on(model, touched).items():
            touched[pk].hangs += hangs


def hanging_on(model: type[models.Model], ids: Iterable[int]) -> dict[int, list[tuple[str, str]]]:
    """What circles have on rows of a brief: {id: [(how many, label), …]}. Only counts, and of few
    circles only “some” (`some_or_more`)."""
    found: dict[int, list[tuple[str, str]]] = defaultdict(list)
    ids = list(ids)
    for other, name in _of_circles(model):
        rows = other._base_manager.filter(**{f"{name}__in": ids}).order_by().values_list(name)
        for pk, number, circles in rows.annotate(*_counts(other)):
            found[pk].append(_told(other, number, circles))
    return found


def hanging_together(model: type[models.Model], ids: Iterable[int]) -> list[tuple[str, str]]:
    """The same of all these rows as one."""
    ids = list(ids)
    found = []
    for other, name in _of_circles(model):
        rows = other._base_manager.filter(**{f"{name}__in": ids})
        number, circles = rows.aggregate(*_counts(other)).values()
        if number:
            found.append(_told(other, number, circles))
    return found


def _of_circles(model: type[models.Model]) -> Iterator[tuple[Any, str]]:
    """The models outside this app that point at a model, and the fields that do."""
    for relation in model._meta.related_objects:
        other = cast(Any, relation.related_model)
        if other._meta.app_label != model._meta.app_label:
            yield other, relation.field.name


def _counts(other: Any) -> tuple[models.Count, models.Count]:
    """How many rows, and of how many circles or people."""
    return models.Count("pk"), models.Count(other.WHOSE, distinct=True)


def _told(other: Any, number: int, circles: int) -> tuple[str, str]:
    called = getattr(other, "CALLED", other._meta.verbose_name_plural)
    return some_or_more(number, circles=circles), str(called)
