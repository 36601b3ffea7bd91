"""Reads a fixture with its line numbers, and checks it against the models.

Django's own loader says little about what is wrong with a file, and it would load any
model, even a user. So a fixture is read here first, into plain data in the order of the
file, and findings: what is wrong, on which line, and how to fix it.
"""

import difflib
from datetime import date, datetime
from pathlib import Path
from typing import Any

import yaml
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

from ..models import Brief, Series
from .fixture import MODELS, Entry, Finding, Fixture, fields_of, has_default

BIGGEST = 2 * 1024 * 1024  # bytes; about 15 times the longest brief so far
DEEPEST = 12
MOST_PARTS = 100_000  # keys and values; the longest brief so far has 4,000
MOST_FINDINGS = 100  # of one reading; more help no one, and each takes time
ENDINGS = {".yaml", ".yml", ".json"}

Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Unreadable(Exception):
    """The file isn't a fixture at all. The message says why, and how to fix it."""


def read_file(path: str | Path) -> Fixture:
    """Read a fixture from a file.

    Raises:
        Unreadable: the file can't be opened, or isn't a fixture.
    """
    path = Path(path)
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
    """Read a fixture from its bytes.

    Args:
        content: UTF-8 text.
        name: the name of the file in findings.

    Raises:
        Unreadable: it is too big, not text, not YAML, or has YAML that no fixture needs.
    """
    if len(content) > BIGGEST:
        raise Unreadable(
            _("“%(name)s” is larger than %(limit)d MB. Split it into several briefs.")
            % {"name": name, "limit": BIGGEST // 1024 // 1024}
        )
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Unreadable(
            _("“%s” isn’t plain text. Save it again as plain text (UTF-8).") % name
        ) from None
    try:
        _refuse_what_no_fixture_has(text, name)
        document = yaml.compose(text, Loader=Loader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise Unreadable(
            _(
                "Line %(line)d of “%(name)s” isn’t YAML: %(problem)s. Check the indents, colons, "
                "and quotation marks there and just above."
            )
            % {"name": name, "line": line, "problem": error.problem}
        ) from None
    except yaml.YAMLError:
        raise Unreadable(
            _("“%s” has characters that don’t belong in text. Save it again as plain text.") % name
        ) from None
    return _Reading(name).take(document)


def _refuse_what_no_fixture_has(text: str, name: str) -> None:
    """Refuse dangerous YAML: tags can create objects, anchors can expand to any size, and
    deep nesting can overflow the parser's stack."""
    depth = documents = 0
    for number, event in enumerate(yaml.parse(text, Loader=Loader)):
        line = event.start_mark.line + 1 if event.start_mark else 1
        where = {"name": name, "line": line}
        if getattr(event, "tag", None) is not None:
            raise Unreadable(
                _(
                    "Line %(line)d of “%(name)s” has a tag (“!…”), which fixtures don’t need. "
                    "Remove it, or put the text in quotation marks."
                )
                % where
            )
        if getattr(event, "anchor", None) is not None:
            raise Unreadable(
                _(
                    "Line %(line)d of “%(name)s” has an anchor or alias (“&…” or “*…”), which "
                    "fixtures don’t need. Write the text out, or use quotation marks."
                )
                % where
            )
        if number > MOST_PARTS:
            raise Unreadable(_("“%s” has too many parts. Split it into several briefs.") % name)
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        documents += isinstance(event, yaml.DocumentStartEvent)
        if depth > DEEPEST or documents > 1:
            raise Unreadable(
                _(
                    "Line %(line)d of “%(name)s” is nested too deep. A fixture is one list of "
                    "objects, each with “model” and “fields”."
                )
                % where
            )


class _Enough(Exception):
    """So much is wrong that reading on is of no use."""


class _Reading:
    """Builds one `Fixture` from YAML nodes."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.findings: list[Finding] = []
        self.loader = Loader("")

    def take(self, document: yaml.Node | None) -> Fixture:
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
        label = pairs["model"][1].value if "model" in pairs else None
        if not isinstance(label, str) or label.lower() not in MODELS:
            self.error(
                "model",
                pairs["model"][1] if "model" in pairs else node,
                _("“%s” isn’t part of a brief.") % label
                if label
                else _("This object has no “model”."),
                _("Use one of: %s.") % ", ".join(MODELS),
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
                % {"model": entry.model._meta.verbose_name, "name": name},
                _("Did you mean “%s”?") % near[0] if near else _("Use: %s.") % ", ".join(fields),
            )
            return
        try:
            value = self.loader.construct_object(node, deep=True)
        except (ValueError, yaml.YAMLError):
            self.error(
                "value",
                node,
                _("We can’t read the value of “%s”.") % name,
                _("Write a date as 2026-11-01. Put anything else in quotation marks."),
            )
            return
        entry.lines[name] = key.start_mark.line + 1
        if getattr(node, "style", None) == "|":
            entry.blocks[name] = node.start_mark.line + 2
        problem = problem_with(fields[name], value)
        if problem:
            what, remedy = problem
            self.error("value", key, what, remedy)
        else:
            entry.values[name] = value

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


def problem_with(field: models.Field, value: Any) -> tuple[str, str] | None:
    """What is wrong with a value, and how to fix it; None if it's right."""
    name = field.name
    if _has_nul(value):
        return _("“%s” has a character that doesn’t belong in text.") % name, _("Remove it.")
    if field.is_relation:
        return None if value is None and field.null else _problem_with_key(field, value)
    if isinstance(field, models.JSONField):
        if isinstance(value, dict):
            return None
        return _("“%s” has no rows.") % name, _("Put “series” and “rows” under it.")
    if value is None and (field.null or field.blank):
        return None
    if isinstance(field, models.CharField | models.TextField) and not isinstance(value, str):
        return (
            _("“%(name)s” was read as %(kind)s, not text.") % {"name": name, "kind": _kind(value)},
            _("Put the value in quotation marks."),
        )
    if isinstance(field, models.IntegerField) and type(value) is not int:
        return _("“%s” isn’t a whole number.") % name, _("Write it without quotation marks.")
    if isinstance(field, models.DateField) and type(value) is not date:
        return _("“%s” isn’t a date.") % name, _("Write it as 2026-11-01, with no quotation marks.")
    try:
        field.clean(value, None)
    except ValidationError as error:
        return (
            _("“%(name)s”: %(problem)s") % {"name": name, "problem": " ".join(error.messages)},
            _("Fix the value."),
        )
    return None


def _has_nul(value: Any) -> bool:
    """Whether a NUL is in a text, or in a text inside a list or mapping."""
    if isinstance(value, dict):
        return any(map(_has_nul, [*value, *value.values()]))
    if isinstance(value, list):
        return any(map(_has_nul, value))
    return isinstance(value, str) and "\0" in value


def _problem_with_key(field: models.Field, value: Any) -> tuple[str, str] | None:
    """Like `problem_with`, for a natural key: [brief, slug], or [slug]."""
    size = 1 if field.related_model in (Brief, Series) else 2
    if (
        isinstance(value, list)
        and len(value) == size
        and all(isinstance(word, str) and word for word in value)
    ):
        return None
    example = "[brief-slug]" if size == 1 else "[brief-slug, own-slug]"
    return (
        _("“%s” doesn’t name another object.") % field.name,
        _("Write it as %s.") % example,
    )


def _kind(value: Any) -> str:
    if isinstance(value, bool):
        return _("yes or no")
    if isinstance(value, date | datetime):
        return _("a date")
    if isinstance(value, int | float):
        return _("a number")
    return _("nothing") if value is None else _("a list")
