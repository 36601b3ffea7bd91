"""Reads a fixture with its line numbers, and checks it against the models.

Django's own loader says little about what is wrong with a file, and it would load any
model, even a user. So a fixture is read here first, into plain data in the order of the
file, and findings: what is wrong, on which line, and how to fix it.
"""

import difflib
import pathlib
import re
from datetime import date
from typing import Any

import yaml
from django.db import models
from django.utils.translation import gettext as _

from .fixture import MODELS, Entry, Finding, Fixture, Mark, Path, fields_of, has_default
from .fixture_parsing import BIGGEST, Loader, Parsed, Unreadable, parse
from .fixture_values import did_you_mean, problem_unread, problem_with, shown

MOST_FINDINGS = 100  # of one reading; more help no one, and each takes time
ENDINGS = {".yaml", ".yml", ".json"}
# What reading a value raises, such as February 30.
UNREAD = (ValueError, ArithmeticError, TypeError, yaml.YAMLError)
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def read_file(path: str | pathlib.Path) -> Fixture:
    """Read a fixture from a file.

    Raises:
        Unreadable: the file can't be opened, or isn't a fixture.
    """
    path = pathlib.Path(path)
    if path.suffix.lower() not in ENDINGS:
        raise Unreadable(
            _(
                "“%s” isn’t a fixture: its name must end in .yaml. To make one from a Word file, "
                "web page, Markdown, or plain text, use draft_brief."
            )
            % path.name
        )
    try:
        with path.open("rb") as file:
            content = file.read(BIGGEST + 1)
    except FileNotFoundError:
        raise Unreadable(_("We can’t find the file “%s”. Check its name.") % path) from None
    except OSError as error:
        raise Unreadable(
            _("We can’t read “%(name)s”: %(reason)s.") % {"name": path, "reason": error.strerror}
        ) from None
    return read(content, path.name)


def read(content: bytes, name: str) -> Fixture:
    """Read a fixture from its bytes: YAML, or JSON.

    Args:
        content: UTF-8 text.
        name: the name of the file in findings.

    Raises:
        Unreadable: it is too big, not text, not YAML, or has YAML that no fixture needs.
    """
    return _Reading(name, parse(content, name)).take()


class _Enough(Exception):
    """So much is wrong that reading on is of no use."""


class _Reading:
    """Builds one `Fixture` from YAML nodes."""

    def __init__(self, name: str, parsed: Parsed) -> None:
        self.name = name
        self.document, self.lines, self.is_json = parsed.document, parsed.lines, parsed.is_json
        self.findings: list[Finding] = []
        self.loader = Loader("")

    def take(self) -> Fixture:
        document = self.document
        if not isinstance(document, yaml.SequenceNode) or not document.value:
            raise Unreadable(
                _(
                    "“%s” has no list of objects. A fixture is a list. Each object starts with "
                    "“- model: briefs.…” and has “fields:”."
                )
                % self.name
            )
        entries: list[Entry] = []
        try:
            for node in document.value:
                if entry := self.entry(node):
                    entries.append(entry)
        except _Enough:
            pass
        return Fixture(self.name, entries, self.findings)

    def error(self, code: str, node: yaml.Node, what: str, remedy: str) -> None:
        """Add a finding.

        Raises:
            _Enough: it is one too many. The last finding says that there may be more.
        """
        line = node.start_mark.line + 1
        if len(self.findings) >= MOST_FINDINGS:
            what, remedy = _("There may be more to fix after this line."), _("Fix these first.")
            self.findings.append(Finding("error", "more", what, remedy, self.name, line))
            raise _Enough
        self.findings.append(Finding("error", code, what, remedy, self.name, line))

    def pairs(self, node: yaml.MappingNode) -> dict[str, tuple[yaml.Node, yaml.Node]]:
        """The pairs of a mapping: {key: (node of the key, node of the value)}."""
        found: dict[str, tuple[yaml.Node, yaml.Node]] = {}
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                self.error("schema", key, _("The name of a field isn’t a word."), _("Use a word."))
            elif key.value in found:
                self.error(
                    "twice",
                    key,
                    _("“%s” appears twice in one object.") % key.value,
                    _("Keep one of them."),
                )
            else:
                found[key.value] = (key, value)
        return found

    def entry(self, node: yaml.Node) -> Entry | None:
        """One object; None if it can't be used."""
        if not isinstance(node, yaml.MappingNode):
            self.error(
                "schema",
                node,
                _("This list item isn’t an object."),
                _("Start it with “- model: briefs.…”, and add its “fields:”."),
            )
            return None
        pairs = self.pairs(node)
        label = pairs["model"][1].value if "model" in pairs else ""
        label = label if isinstance(label, str) else ""
        if label.lower() not in MODELS:
            self.error(
                "model",
                pairs["model"][1] if "model" in pairs else node,
                _("“%s” isn’t part of a brief.") % shown(label)
                if label
                else _("This object has no “model”."),
                did_you_mean(label, MODELS),
            )
            return None
        for name, (key, _value) in pairs.items():
            if name not in ("model", "fields"):
                self.error(
                    "schema",
                    key,
                    _("“%s” doesn’t belong next to “model” and “fields”.") % name,
                    _("Remove it. Objects are identified by their slugs."),
                )
        given = pairs.get("fields", (node, None))[1]
        if not isinstance(given, yaml.MappingNode):
            self.error(
                "schema", node, _("This object has no fields."), _("Add them under “fields:”.")
            )
            return None
        entry = Entry(label.lower(), {}, node.start_mark.line + 1)
        for name, (key, value) in self.pairs(given).items():
            self.take_value(entry, name, key, value)
        self.look_for_missing(entry, node)
        return entry

    def take_value(self, entry: Entry, name: str, key: yaml.Node, node: yaml.Node) -> None:
        fields = {field.name: field for field in fields_of(entry.model)}
        if name not in fields:
            near = difflib.get_close_matches(name, fields, 1)
            self.error(
                "field",
                key,
                _("“%(name)s” isn’t a field of this object (%(model)s).")
                % {"model": entry.model._meta.verbose_name, "name": shown(name)},
                _("Did you mean “%s”?") % near[0] if near else _("Use: %s.") % ", ".join(fields),
            )
            return
        field = fields[name]
        entry.lines[name] = key.start_mark.line + 1
        if isinstance(field, models.JSONField) and not self.mark(entry, (name,), node):
            return
        if not _is_one_word(field) and (rest := self.cut_off(key, node)):
            self.error(
                "cut",
                key,
                _("“%(name)s” ends before “%(rest)s”. A “#” after a space starts a comment.")
                % {"name": name, "rest": shown(rest)},
                _("Put the whole text in quotation marks, or the comment on a line of its own."),
            )
            return
        value: Any = None
        try:
            value = self.value(field, node)
            problem = problem_with(field, value, _typed(node))
        except UNREAD:
            problem = problem_unread(field, _typed(node))
        if problem:
            what, remedy = problem
            self.error("value", key, what, remedy)
            return
        entry.values[name] = value
        if getattr(node, "style", None) == "|":
            entry.blocks[name] = node.start_mark.line + 2

    def value(self, field: models.Field, node: yaml.Node) -> Any:
        """The value of a node. JSON has no dates, so a date is text there."""
        value = self.loader.construct_object(node, deep=True)
        if self.is_json and isinstance(field, models.DateField) and isinstance(value, str):
            return date.fromisoformat(value) if DAY.fullmatch(value) else value
        return value

    def mark(self, entry: Entry, path: Path, node: yaml.Node) -> bool:
        """Note the lines of all values inside a value. Returns whether all can be read."""
        entry.marks[path] = Mark(node.start_mark.line + 1, _typed(node))
        inner: list[tuple[str | int, yaml.Node]] = []
        if isinstance(node, yaml.MappingNode):
            inner = [(name, value) for name, (_key, value) in self.pairs(node).items()]
        elif isinstance(node, yaml.SequenceNode):
            inner = list(enumerate(node.value))
        else:
            try:
                self.loader.construct_object(node)
            except UNREAD:
                self.error(
                    "value",
                    node,
                    _("We can’t read “%s”.") % shown(node.value),
                    _("Write it in quotation marks."),
                )
                return False
        return all([self.mark(entry, (*path, name), value) for name, value in inner])

    def cut_off(self, key: yaml.Node, node: yaml.Node) -> str:
        """The words after a text that YAML takes for a comment, as in “heading: The #1 pipe”."""
        if not isinstance(node, yaml.ScalarNode) or node.style:
            return ""
        line, column = node.end_mark.line, node.end_mark.column
        rest = self.lines[line][column:].strip() if line < len(self.lines) else ""
        if rest.startswith("#"):
            return rest
        if not node.value:
            return ""
        below = self.lines[line + 1] if line + 1 < len(self.lines) else ""
        indent = len(below) - len(below.lstrip(" "))
        return below.strip() if below.strip()[:1] == "#" and indent > key.start_mark.column else ""

    def look_for_missing(self, entry: Entry, node: yaml.Node) -> None:
        for field in fields_of(entry.model):
            if not has_default(field) and field.name not in entry.lines:
                self.error(
                    "missing",
                    node,
                    _("This %(model)s has no “%(name)s”.")
                    % {"model": entry.model._meta.verbose_name, "name": field.name},
                    _("Add the field."),
                )


def _typed(node: yaml.Node) -> str:
    return str(node.value) if isinstance(node, yaml.ScalarNode) else ""


def _is_one_word(field: models.Field) -> bool:
    """Whether a value of this field has no blanks, so that a comment may follow it."""
    is_text = isinstance(field, models.CharField | models.TextField)
    is_word = isinstance(field, models.SlugField | models.URLField) or bool(field.choices)
    return is_word or not is_text
