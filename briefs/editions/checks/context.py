"""A fixture, indexed for the checks."""

from collections.abc import Iterable, Iterator

from ...models import Brief, CallToAction, Figure, Section, Source
from ..fixture import Entry, Finding, Fixture, Path

LONGEST_QUOTE = 90


class Context:
    """A fixture, indexed for the checks, which add to `findings`."""

    def __init__(self, fixture: Fixture, findings: list[Finding]) -> None:
        self.fixture = fixture
        self.findings = findings
        self.brief = fixture.brief
        self.sections = by_slug(fixture.of(Section))
        self.figures = by_slug(fixture.of(Figure))
        self.sources = by_slug(fixture.of(Source))

    def error(
        self,
        code: str,
        entry: Entry,
        name: str,
        what: str,
        remedy: str,
        words: str = "",
        at: Path = (),
    ) -> None:
        self._find("error", code, entry, name, what, remedy, words, at)

    def warn(
        self,
        code: str,
        entry: Entry,
        name: str,
        what: str,
        remedy: str,
        words: str = "",
        at: Path = (),
    ) -> None:
        self._find("warning", code, entry, name, what, remedy, words, at)

    def _find(
        self,
        level: str,
        code: str,
        entry: Entry,
        name: str,
        what: str,
        remedy: str,
        words: str,
        at: Path,
    ) -> None:
        """Add a finding on the line of a field, or of these words in it, or of the value at this
        place in it."""
        if at in entry.marks:
            line: int | None = entry.marks[at].line
        else:
            line = entry.line_in(name, words) if words else entry.line_of(name)
        section = entry.slug if entry.model is Section else (own(entry, "section") or "")
        where = (self.fixture.name, line, section, entry.label, entry.slug, name)
        self.findings.append(Finding(level, code, what, remedy, *where))

    def above(self, slug: str | None) -> list[str]:
        """The slugs of the sections above one, nearest first. Stops if they form a loop."""
        chain: list[str] = []
        while slug and (slug := self._parent(slug)) and slug not in chain:
            chain.append(slug)
        return chain

    def _parent(self, slug: str) -> str | None:
        """The slug of the section that one is in; None if that's none of this brief."""
        entry = self.sections.get(slug)
        key = entry.values.get("parent") if entry else None
        return own(entry, "parent") if key and key[0] == own(entry, "brief") else None

    @property
    def texts(self) -> Iterator[tuple[Entry, str, str, bool]]:
        """Each Markdown text: (entry, name of the field, text, whether it may cite)."""
        for entry in self.fixture.entries:
            for name, cites in TEXTS.get(entry.model, {}).items():
                if text := entry.get(name):
                    yield entry, name, text, cites


# Markdown fields, and whether citations in them are rendered.
TEXTS = {
    Brief: {"executive_summary": True, "advisory": False, "about": False},
    Section: {"body": True},
    CallToAction: {"text": True},
}


def by_slug(entries: Iterable[Entry]) -> dict[str, Entry]:
    return {entry.slug: entry for entry in entries}


def own(entry: Entry | None, name: str) -> str | None:
    """The last slug in a key such as [brief, slug]; None if there is no key."""
    key = entry.values.get(name) if entry else None
    return key[-1] if isinstance(key, list) and key else None


def short(text: str) -> str:
    """The beginning of a text, to quote in a finding."""
    return text if len(text) <= LONGEST_QUOTE else text[:LONGEST_QUOTE].rsplit(" ", 1)[0] + "…"
