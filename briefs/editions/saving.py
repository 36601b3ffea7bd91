"""Checks what an editor saves in the admin as a load would check it.

The rows about to be saved take their places in the content of their brief, and the checks of
fixtures go over it.
"""

from collections.abc import Iterable, Iterator

from django.utils.translation import gettext as _

from ..models import Brief, Figure, PartOfBrief, Question, Section
from .checks import check
from .content import Row, content_of, content_with, is_in_edition
from .fixture import Finding, Fixture, Item, fields_of
from .fixture_values import problem_with

# The parts that are in a section, and the field that says in which.
HOLDERS: list[tuple[type[PartOfBrief], str]] = [
    (Section, "parent"),
    (Figure, "section"),
    (Question, "section"),
]


def errors_in(brief: Brief) -> list[Finding]:
    """What would keep the brief from being loaded as it is now, and parts that went astray."""
    return [*_astray(brief), *_errors(content_of(brief))]


def _astray(brief: Brief) -> Iterator[Finding]:
    """Parts inside a section of another brief. They aren't in the content of either."""
    for model, name in HOLDERS:
        inside = model.objects.in_edition().filter(brief=brief).exclude(**{name: None})
        for row in inside.exclude(**{f"{name}__brief": brief}):
            what = _("“%s” is inside a section of another brief.") % row
            remedy = _("Choose a section of this brief.")
            label = row._meta.label_lower
            yield Finding("error", "key", what, remedy, label=label, slug=row.slug, field=name)


def errors_of_saving(brief: Brief, rows: Iterable[Row]) -> list[Finding]:
    """What keeps these rows from being saved: errors in them, and those they'd make elsewhere.

    Args:
        brief: their brief, which may be among them.
        rows: with their new values.
    """
    rows = [row for row in rows if is_in_edition(row)]
    own = {(row._meta.label_lower, row.slug) for row in rows}
    if values := [finding for row in rows for finding in _misfits(row)]:
        return values
    found = _errors(content_with(brief, rows))
    elsewhere = [finding for finding in found if (finding.label, finding.slug) not in own]
    if elsewhere and brief.pk:
        elsewhere = new_errors(errors_in(brief), elsewhere)
    return [finding for finding in found if (finding.label, finding.slug) in own] + elsewhere


def new_errors(before: Iterable[Finding], after: Iterable[Finding]) -> list[Finding]:
    """The errors that weren't there before."""
    known = set(map(_known_by, before))
    return [finding for finding in after if _known_by(finding) not in known]


def _errors(content: list[Item]) -> list[Finding]:
    return [finding for finding in check(Fixture.of_content("", content)) if finding.is_error]


def _known_by(finding: Finding) -> tuple[str, ...]:
    return finding.code, finding.label, finding.slug, finding.field, finding.what


def _misfits(row: Row) -> Iterable[Finding]:
    """Values that their fields can't hold, such as data that isn't a chart's."""
    for field in fields_of(type(row)):
        if field.is_relation:
            continue
        if problem := problem_with(field, getattr(row, field.attname)):
            label, name = row._meta.label_lower, field.name
            yield Finding("error", "value", *problem, label=label, slug=row.slug, field=name)
