"""Every string that can be translated: what the interface says, wherever it says it."""

from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from babel.messages.extract import extract
from django.conf import settings
from django.utils.translation.template import templatize

KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
APPS = ("accounts", "briefs", "circles", "config", "operations")


@dataclass(frozen=True)
class Message:
    """One string, its context if it has one, and where it is written."""

    text: str
    context: str
    where: str


def messages() -> Iterator[Message]:
    """All strings of templates and Python, plural forms apart."""
    root = Path(settings.BASE_DIR)
    for app in APPS:
        for path in sorted((root / app).rglob("*.py")):
            if "migrations" not in path.parts:
                yield from _in(path.read_text(), path.relative_to(root))
    for path in sorted((root / "templates").rglob("*.*")):
        if path.suffix in {".html", ".txt"}:
            source = templatize(path.read_text(), origin=str(path))
            # The indents of a template mean nothing, and those of Python do.
            lines = [line.strip() for line in source.splitlines()]
            yield from _in("\n".join(lines), path.relative_to(root))


def _in(source: str, path: Path) -> Iterator[Message]:
    found = extract("python", BytesIO(source.encode()), keywords=KEYWORDS)
    for line, texts, _comments, context in found:
        for text in texts if isinstance(texts, tuple) else (texts,):
            yield Message(text, context or "", f"{path}:{line}")
