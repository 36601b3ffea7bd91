"""Checks a fixture for what an editor should know before anyone reads it.

`check` gives findings in the order of the file. Errors would break a page or mislead.
Warnings are a good editor's advice, and the file can still be loaded. Each check is a
function that takes a `Context` and adds its findings to it.
"""

from collections.abc import Iterable, Iterator
from itertools import groupby

from django.utils.translation import gettext as _

from ..fixture import Finding, Fixture
from . import doubles, parts, sourcing, structure, style, text, unfinished
from .context import Context

CHECKS = [
    structure.one_brief,
    structure.slugs,
    structure.reserved,
    structure.keys,
    structure.tree,
    structure.order,
    text.citations,
    text.links,
    text.markup,
    text.length,
    text.frame,
    text.heading_case,
    parts.placed_figures,
    parts.figures,
    parts.lengths,
    parts.questions,
    parts.help_lines,
    unfinished.placeholders,
    unfinished.numbers,
    unfinished.dates,
    sourcing.thin,
    sourcing.names,
    doubles.doubles,
    style.reading,
    style.double_barreled,
]


def check(fixture: Fixture) -> list[Finding]:
    """All findings about a fixture: what couldn't be read, and what the checks found."""
    findings = list(fixture.findings)
    context = Context(fixture, findings)
    for find in CHECKS:
        find(context)
    return sorted(findings, key=lambda finding: (finding.line or 0, finding.code))


def as_lines(findings: Iterable[Finding]) -> Iterator[str]:
    """Findings as lines of text, errors first."""
    ordered = sorted(findings, key=lambda finding: not finding.is_error)
    for is_error, group in groupby(ordered, key=lambda finding: finding.is_error):
        yield _("Errors (fix before loading):") if is_error else _("Warnings (worth checking):")
        for finding in group:
            location = f"{finding.file}:{finding.line}" if finding.line else finding.file
            section = f" [{finding.section}]" if finding.section else ""
            yield f"  {location}{section} {finding.what} {finding.remedy}"
