"""What an editor would want to know of a fixture before anyone reads it.

`check` gives findings in the order of the file. Errors would break a page or mislead;
warnings are the advice of a good editor, and load all the same. Each check is a function
that takes a `Context`, and puts what it finds there.
"""

from collections.abc import Iterable, Iterator
from itertools import groupby

from django.utils.translation import gettext as _

from ..fixture import Finding, Fixture
from . import parts, structure, text
from .context import Context

CHECKS = [
    structure.one_brief,
    structure.slugs,
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
    parts.questions,
    parts.help_lines,
]


def check(fixture: Fixture) -> list[Finding]:
    """Everything to look at in a fixture: what could not be read, and what was read amiss."""
    findings = list(fixture.findings)
    context = Context(fixture, findings)
    for find in CHECKS:
        find(context)
    return sorted(findings, key=lambda finding: (finding.line or 0, finding.code))


def told(findings: Iterable[Finding]) -> Iterator[str]:
    """Findings as lines of text, errors first."""
    ordered = sorted(findings, key=lambda finding: not finding.is_error)
    for is_error, group in groupby(ordered, key=lambda finding: finding.is_error):
        yield _("Errors, to be mended before it can be loaded:") if is_error else _("Warnings:")
        for finding in group:
            place = f"{finding.file}:{finding.line}" if finding.line else finding.file
            section = f" [{finding.section}]" if finding.section else ""
            yield f"  {place}{section} {finding.what} {finding.remedy}"
