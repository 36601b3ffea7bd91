"""What the checks find in a draft, and which part it's about."""

from ..editions.checks import check
from ..editions.fixture import Entry, Finding, Fixture
from .content import Content


def found(content: Content) -> list[Finding]:
    """All findings about a draft, errors first."""
    entries = [
        Entry(part["model"], part["fields"], line) for line, part in enumerate(content, start=1)
    ]
    return sorted(check(Fixture("", entries, [])), key=lambda finding: not finding.is_error)


def found_about(content: Content, label: str, slug: str) -> list[Finding]:
    """The findings about one part."""
    return [finding for finding in found(content) if (finding.label, finding.slug) == (label, slug)]
