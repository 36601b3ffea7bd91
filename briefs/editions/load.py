"""Editions of a brief: what one would change, loading it, and reconciling what was loaded plainly.

Django's `loaddata` writes rows and deletes none. `load` wraps it: in one transaction it moves
what was renamed, loads, retires what the edition drops, and records who loaded it. Killed at
any moment, the database holds the old edition or the new one.

A plain `loaddata` can neither rename nor retire. `reconcile` does that afterwards. It knows what
the file held by `settled_at`: loading writes every column and leaves that one empty, so what
still has a moment in it was not in the file.
"""

import json
import logging
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from django.core.management import call_command
from django.core.serializers.base import DeserializationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db import IntegrityError, models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ..models import PARTS, Brief, Section, Series, SeriesEntry
from ..page.compose import rows_in_edition
from .changes import BROUGHT_BACK, Changes, changes_between
from .checks import check
from .fixture import Finding, fields_of, spare

logger = logging.getLogger(__name__)

LABELS = {model: model._meta.label_lower for model in [Brief, *PARTS]}


class Refused(Exception):
    """The fixture has errors, or the database would not take it. Nothing was changed.

    Attributes:
        findings: what is wrong.
    """

    def __init__(self, findings):
        self.findings = findings
        super().__init__(" ".join(finding.what for finding in findings))


@dataclass
class Plan:
    """What loading a fixture would do.

    Attributes:
        fixture: what would be loaded.
        findings: errors and warnings; with an error it cannot be loaded.
        brief: the brief as it is in the database; None where it is new.
        changes: in the order of the page, each with what `hangs` on it.
    """

    fixture: object
    findings: list
    brief: Brief | None = None
    changes: Changes = field(default_factory=Changes)

    @property
    def errors(self):
        return [finding for finding in self.findings if finding.is_error]

    @property
    def warnings(self):
        return [finding for finding in self.findings if not finding.is_error]

    @property
    def title(self):
        entries = self.fixture.of(Brief) or self.fixture.of(Series)
        return str(entries[0].get("title")) if entries else self.fixture.name


def plan(fixture, *, coming=()):
    """What loading this fixture would change now. Changes nothing.

    Args:
        fixture: as `fixture.read` gave it.
        coming: slugs of briefs that are loaded before it.
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
        findings += _second_thoughts(fixture, brief, changes)
        _look_at_what_is_there(brief, changes)
    return Plan(fixture, findings, brief, changes)


def load(fixture, *, by=None, named=""):
    """Load an edition: rename, load, retire and record, all or nothing. Gives the plan.

    Loading what is there already records nothing.

    Args:
        fixture: as `fixture.read` gave it.
        by: the user who loads it; None on the command line.
        named: who loads it, in words, where `by` does not tell.

    Raises:
        Refused: see there.
    """
    with transaction.atomic():
        if fixture.brief:
            # Whoever loads the same brief at the same moment waits here.
            Brief.objects.select_for_update().filter(slug=fixture.brief.slug).first()
        planned = plan(fixture)
        if planned.errors:
            raise Refused(planned.errors)
        try:
            with transaction.atomic():
                _write(planned)
        except (IntegrityError, DeserializationError) as error:
            raise Refused([_not_taken(fixture, error)]) from error
        if fixture.brief:
            brief = Brief.objects.get(slug=fixture.brief.slug)
            _retire(brief, but=fixture.parts)
            _record(brief, by=by, named=named)
    return planned


def reconcile(brief):
    """Finish what a plain `loaddata` or an editor began. Gives how many parts it retired.

    Renames what says `was`. If loading has brought an edition of a later day, retires what
    its file did not hold. Records the edition if its day is new. Safe to repeat.
    """
    with transaction.atomic():
        brief = Brief.objects.select_for_update().get(pk=brief.pk)
        _rename(brief, _renames(brief))
        retired = 0
        if brief.settled_at is None and _is_later(brief):
            now = timezone.now()
            for model in PARTS:
                left = model.objects.in_edition().filter(brief=brief, settled_at__isnull=False)
                retired += left.update(retired_at=now)
        _record(brief, named=_("loaddata") if brief.settled_at is None else _("the admin"))
    return retired


def reconcile_all():
    """Reconcile every brief that needs it. An error in one is logged and stops no other."""
    for brief in unreconciled():
        try:
            reconcile(brief)
        except Exception:
            logger.exception("The brief “%s” could not be reconciled", brief.slug)


def unreconciled():
    """Briefs that a plain `loaddata` has written, or whose edition is not recorded."""
    is_recorded = models.Q(recorded=models.F("edition"))
    return Brief.objects.with_recorded().filter(
        models.Q(settled_at=None) | models.Q(recorded=None) | ~is_recorded
    )


def content_of(brief):
    """The edition that is read now as a fixture holds it, in the order of the page.

    What hangs on a retired section is not in it; a section inside a retired one stands at
    the top, as it does on the page.
    """
    rows = rows_in_edition(brief)
    slugs = {
        model: dict(model.objects.filter(brief=brief).values_list("pk", "slug")) for model in PARTS
    }
    known = {section.pk for section in rows[Section]}
    content = [spare(LABELS[Brief], _data(brief, {}))]
    for model in PARTS:
        for row in rows[model]:
            if model is Section and row.parent_id not in known:
                row.parent_id = None
            content.append(spare(LABELS[model], _data(row, slugs)))
    return content


def _data(row, slugs):
    """The values of a row as a fixture gives them; a key of what is retired is None."""
    data = {}
    for column in fields_of(type(row)):
        value = getattr(row, column.attname)
        if column.is_relation and value is not None:
            model = column.related_model
            slug = slugs.get(model, {}).get(value)
            value = [row.brief.slug] if model is Brief else slug and [row.brief.slug, slug]
        data[column.name] = value
    return data


def _write(planned):
    """Renames first, so that loading finds the rows; then Django's own loader."""
    fixture = planned.fixture
    if planned.brief:
        renames = [(type_, entry.get("was"), entry.slug) for type_, entry in _renamed(fixture)]
        _rename(planned.brief, renames)
    with tempfile.TemporaryDirectory() as folder:
        # What was checked is what is loaded, and not the file read once more.
        path = Path(folder) / "edition.json"
        path.write_text(json.dumps(fixture.data, cls=DjangoJSONEncoder))
        call_command("loaddata", str(path), verbosity=0)
    for series in fixture.of(Series):
        kept = [
            entry.values["brief"][0]
            for entry in fixture.of(SeriesEntry)
            if entry.values["series"][0] == series.slug
        ]
        SeriesEntry.objects.filter(series__slug=series.slug).exclude(brief__slug__in=kept).delete()


def _renamed(fixture):
    return [(entry.model, entry) for entry in fixture.parts if entry.get("was")]


def _renames(brief):
    """What is in the edition and had another slug: [(model, old slug, new slug), …]."""
    return [
        (model, was, slug)
        for model in PARTS
        for was, slug in model.objects.filter(brief=brief)
        .in_edition()
        .exclude(was="")
        .values_list("was", "slug")
    ]


def _rename(brief, renames):
    """Give rows their new slugs, so that all that hangs on them comes along."""
    for model, was, slug in renames:
        old = model.objects.filter(brief=brief, slug=was).first()
        if old is None:
            continue
        new = model.objects.filter(brief=brief, slug=slug).first()
        if new:
            _merge(old, new)
        else:
            model.objects.filter(pk=old.pk).update(slug=slug, was=was)


def _merge(old, new):
    """Make one row of two: the old one, which notes hang on, with what the new one says.

    What hangs on the new one is moved, row by row. What cannot be moved, as the same
    person keeps the same on both, stays where it is, on a retired row.
    """
    for relation in new._meta.related_objects:
        name = relation.field.name
        for row in relation.related_model._base_manager.filter(**{name: new}):
            try:
                with transaction.atomic():
                    relation.related_model._base_manager.filter(pk=row.pk).update(**{name: old})
            except IntegrityError:
                continue
    values = {column.attname: getattr(new, column.attname) for column in fields_of(type(new))}
    values |= {"retired_at": new.retired_at, "settled_at": new.settled_at}
    try:
        with transaction.atomic():
            new.delete()
    except models.ProtectedError:
        rest = {"slug": f"{new.slug[:70]}-{new.pk}", "was": "", "retired_at": timezone.now()}
        type(new).objects.filter(pk=new.pk).update(**rest)
    type(old).objects.filter(pk=old.pk).update(**values)


def _retire(brief, *, but):
    """Retire what is in the database and not in the fixture."""
    kept = {}
    for entry in but:
        kept.setdefault(entry.model, set()).add(entry.slug)
    for model in PARTS:
        rows = model.objects.filter(brief=brief).in_edition().values_list("pk", "slug")
        retired = [pk for pk, slug in rows if slug not in kept.get(model, ())]
        model.objects.filter(pk__in=retired).update(retired_at=timezone.now())


def _record(brief, *, named, by=None):
    """Mark all rows as reconciled, and record the edition if it says something new."""
    now = timezone.now()
    Brief.objects.filter(pk=brief.pk).update(settled_at=now)
    for model in PARTS:
        model.objects.filter(brief=brief, settled_at=None).update(settled_at=now)
    content = json.loads(json.dumps(content_of(brief), cls=DjangoJSONEncoder))
    last = brief.editions.first()
    if last is None or last.content != content:
        brief.editions.create(
            date=brief.edition,
            loaded_at=now,
            loaded_by=by,
            loaded_as=(str(by) if by else named)[:120],
            content=content,
        )


def _is_later(brief):
    last = brief.editions.first()
    return last is not None and brief.edition > last.date


def _not_taken(fixture, error):
    return Finding(
        "error",
        "database",
        _("The database did not take “%(name)s”: %(reason)s")
        % {"name": fixture.name, "reason": str(error).splitlines()[0]},
        _("Nothing was changed. Look at the part it names, and try again."),
        fixture.name,
    )


def _briefs_missing(fixture, coming):
    """Briefs that a series names and nobody has loaded."""
    named = [entry.values["brief"][0] for entry in fixture.of(SeriesEntry)]
    known = {*coming, *Brief.objects.filter(slug__in=named).values_list("slug", flat=True)}
    return [
        Finding(
            "error",
            "key",
            _("There is no brief “%s”.") % entry.values["brief"][0],
            _("Load the brief first, or mend its slug."),
            fixture.name,
            entry.line_of("brief"),
        )
        for entry in fixture.of(SeriesEntry)
        if entry.values["brief"][0] not in known
    ]


def _in_series(fixture):
    """What a file of series would change."""
    slugs = [series.slug for series in fixture.of(Series)]
    rows = [*Series.objects.filter(slug__in=slugs)]
    entries = SeriesEntry.objects.filter(series__slug__in=slugs).select_related("series", "brief")
    there = [
        spare("briefs.series", {"slug": row.slug, "title": row.title, "summary": row.summary})
        for row in rows
    ]
    there += [
        spare(
            "briefs.seriesentry",
            {"series": [row.series.slug], "brief": [row.brief.slug], "position": row.position},
        )
        for row in entries
    ]
    return changes_between(there, fixture.data)


def _second_thoughts(fixture, brief, changes):
    """What is right in itself and perhaps not meant, told as warnings."""
    entry = fixture.brief
    if changes and entry.get("edition") <= brief.edition:
        yield Finding(
            "warning",
            "edition",
            _("The edition is of %(day)s, and one of %(there)s is loaded.")
            % {"day": entry.get("edition"), "there": brief.edition},
            _("Give a revised brief a later day: it is what readers are told."),
            fixture.name,
            entry.line_of("edition"),
        )
    lost = {change.slug: change.old for change in changes if change.is_dropped}
    for change in changes:
        if not change.is_new or change.model is not Section:
            continue
        for slug, old in lost.items():
            if old["fields"].get("heading") == change.new["fields"]["heading"]:
                yield Finding(
                    "warning",
                    "was",
                    _("“%(old)s” goes, and “%(new)s” with the same heading comes.")
                    % {"old": slug, "new": change.slug},
                    _("If it is the same section, write “was: %s” in it: its notes come along.")
                    % slug,
                    fixture.name,
                    next((e.line for e in fixture.of(Section) if e.slug == change.slug), None),
                    change.slug,
                )


def _look_at_what_is_there(brief, changes):
    """Tell what comes back from what is new, and say what hangs on each: numbers only, never
    what it says. One query for each kind of thing that can hang on a part.
    """
    for model in {change.model for change in changes} & set(PARTS):
        ids = dict(model.objects.filter(brief=brief).values_list("slug", "pk"))
        touched = {}
        for change in changes:
            if change.model is not model:
                continue
            if change.is_new and change.slug in ids:
                change.kinds = [BROUGHT_BACK]
            pk = ids.get(change.slug_before or change.slug)
            if pk:
                touched[pk] = change
        for relation in model._meta.related_objects:
            if relation.related_model._meta.app_label == model._meta.app_label:
                continue
            name = relation.field.name
            counts = (
                relation.related_model._base_manager.filter(**{f"{name}__in": touched})
                .order_by()
                .values_list(name)
                .annotate(models.Count("pk"))
            )
            for pk, number in counts:
                meta = relation.related_model._meta
                label = meta.verbose_name if number == 1 else meta.verbose_name_plural
                touched[pk].hangs.append((number, str(label)))
