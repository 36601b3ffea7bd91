"""Loads an edition of a brief.

Django's own `loaddata` writes rows and deletes none. `load` wraps it: in one transaction it
renames, loads, retires what the edition drops, and records who loaded it. If the process is
killed, the database has either the old edition or the new one.
"""

import json
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from django.core.management import call_command
from django.core.management.commands import loaddata
from django.core.serializers.base import DeserializationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db import DataError, IntegrityError, models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import SiteEvent

from ..models import PARTS, Brief, Series, SeriesEntry
from .content import record
from .fixture import Entry, Finding, Fixture
from .plan import Plan, plan
from .renames import Rename, rename

if TYPE_CHECKING:
    from accounts.models import User


class Refused(Exception):
    """The fixture has errors, or the database refused it. Nothing was changed.

    Attributes:
        findings: what is wrong.
    """

    def __init__(self, findings: list[Finding]) -> None:
        self.findings = findings
        super().__init__(" ".join(finding.what for finding in findings))


def load(
    fixture: Fixture,
    *,
    by: "User | None" = None,
    named: str = "",
    older: bool = False,
    joins: Iterable[Rename] = (),
) -> Plan:
    """Load an edition: rename, load, retire and record, all or nothing.

    Loading the current edition again records nothing.

    Args:
        fixture: from `fixture_reading.read`.
        by: the user who loads it; None on the command line.
        named: who loads it, in words, if `by` is None.
        older: load it even if what's here is newer (see `Plan.is_older`).
        joins: parts that went into others of the edition, whose notes move there.

    Returns:
        The plan that was carried out.

    Raises:
        Refused: the fixture has errors or is older, or the database refused it.
    """
    with transaction.atomic():
        if fixture.brief:
            # Others who load the same brief now wait here.
            Brief.objects.select_for_update().filter(slug=fixture.brief.slug).first()
        planned = plan(fixture)
        if planned.errors:
            raise Refused(planned.errors)
        if planned.is_older and not older:
            raise Refused([_older_finding(planned)])
        try:
            with transaction.atomic():
                _write(planned, joins)
        except (IntegrityError, DataError, DeserializationError) as error:
            raise Refused([_database_finding(fixture, error)]) from error
        if fixture.brief:
            brief = Brief.objects.get(slug=fixture.brief.slug)
            retired = _retire(brief, but=fixture.parts)
            record(brief, by=by, named=named, retired=retired)
        elif planned.changes:
            kind = SiteEvent.Kind.SERIES_LOADED
            SiteEvent.objects.record(kind, by=by, named=named, subject=planned.title)
    return planned


def _write(planned: Plan, joins: Iterable[Rename]) -> None:
    """Rename rows first, so that Django's loader finds them, then load."""
    fixture = planned.fixture
    if planned.brief:
        rename(planned.brief, [*_renames_in(fixture), *joins])
    with tempfile.TemporaryDirectory() as folder:
        # Load what was checked; the file itself may have changed since.
        path = Path(folder) / "edition.json"
        path.write_text(json.dumps(fixture.data, cls=DjangoJSONEncoder))
        call_command(loaddata.Command(), str(path), verbosity=0)
    for series in fixture.of(Series):
        in_file = [
            entry.values["brief"][0]
            for entry in fixture.of(SeriesEntry)
            if entry.values["series"][0] == series.slug
        ]
        SeriesEntry.objects.filter(series__slug=series.slug).exclude(
            brief__slug__in=in_file
        ).delete()


def _renames_in(fixture: Fixture) -> list[Rename]:
    return [
        (model, entry.get("was"), entry.slug)
        for model in PARTS
        for entry in fixture.of(model)
        if entry.get("was")
    ]


def _retire(brief: Brief, *, but: Iterable[Entry]) -> int:
    """Retire all rows of the edition that aren't in the fixture.

    Args:
        brief: the brief.
        but: the entries of the fixture.

    Returns:
        How many rows it retired.
    """
    number = 0
    in_file: dict[type[models.Model], set[str]] = {}
    for entry in but:
        in_file.setdefault(entry.model, set()).add(entry.slug)
    for model in PARTS:
        rows = model.objects.filter(brief=brief).in_edition().values_list("pk", "slug")
        retired = [pk for pk, slug in rows if slug not in in_file.get(model, ())]
        number += model.objects.filter(pk__in=retired).update(retired_at=timezone.now())
    return number


def _older_finding(planned: Plan) -> Finding:
    entry = planned.fixture.brief
    return Finding(
        "error",
        "older",
        _("What’s here of “%s” is newer than this file.") % planned.title,
        _("Check the edition again, and choose to replace it."),
        planned.fixture.name,
        entry.line_of("edition") if entry else None,
    )


def _database_finding(fixture: Fixture, error: Exception) -> Finding:
    return Finding(
        "error",
        "database",
        _("The database rejected “%(name)s”: %(reason)s")
        % {"name": fixture.name, "reason": str(error).splitlines()[0]},
        _("Nothing was changed. Check the part it names, then try again."),
        fixture.name,
    )
