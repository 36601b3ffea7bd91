"""The text of a fixture as YAML: decoded, refused if it's dangerous, and parsed.

What can't be parsed is `Unreadable`. It says on which line, and how to fix it.
"""

import json
import re
from dataclasses import dataclass

import yaml
from django.utils.translation import gettext as _

BIGGEST = 2 * 1024 * 1024  # bytes; about 15 times the longest brief so far
DEEPEST = 12
MOST_PARTS = 100_000  # keys and values; the longest brief so far has 4,000

# What ends a line for YAML, and what it doesn't take for text.
LINE_END = re.compile("\r\n|[\n\r\x85\u2028\u2029]")
NO_TEXT = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# In JSON, a backslash, or one sign written as two halves.
HALVES = re.compile(r"\\\\|\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}")

Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Unreadable(Exception):
    """The file isn't a fixture at all. The message says why, and how to fix it.

    Attributes:
        line: where the problem is; None if it isn't in one place.
    """

    def __init__(self, message: str, line: int | None = None) -> None:
        self.line = line
        super().__init__(message)


@dataclass(frozen=True)
class Parsed:
    """A text, parsed.

    Attributes:
        document: its root; None if the text is empty.
        lines: the text in lines.
        is_json: whether it is JSON, in which dates are text.
    """

    document: yaml.Node | None
    lines: list[str]
    is_json: bool


def parse(content: bytes, name: str) -> Parsed:
    """Parse the bytes of a fixture: YAML, or JSON.

    Args:
        content: UTF-8 text.
        name: the name of the file in messages.

    Raises:
        Unreadable: it is too big, not text, not YAML, or has YAML that no fixture needs.
    """
    text = _decoded(content, name)
    json_as_yaml = _json_as_yaml(text)
    text = text if json_as_yaml is None else json_as_yaml
    lines = LINE_END.split(text)
    try:
        _refuse_what_no_fixture_has(text, name)
        document = yaml.compose(text, Loader=Loader)
    except yaml.MarkedYAMLError as error:
        raise _not_yaml(lines, name, error) from None
    except yaml.YAMLError:
        raise _no_text(name) from None
    return Parsed(document, lines, json_as_yaml is not None)


def _decoded(content: bytes, name: str) -> str:
    if len(content) > BIGGEST:
        raise Unreadable(
            _("“%(name)s” is larger than %(limit)d MB. Split it into several briefs.")
            % {"name": name, "limit": BIGGEST // 1024 // 1024}
        )
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Unreadable(
            _("“%s” isn’t plain text. Save it again as plain text (UTF-8).") % name,
            content[: error.start].count(b"\n") + 1,
        ) from None
    if odd := NO_TEXT.search(text):
        raise _no_text(name, len(LINE_END.findall(text[: odd.start()])) + 1)
    return text


def _no_text(name: str, line: int | None = None) -> Unreadable:
    what = _("“%s” has characters that don’t belong in text. Save it again as plain text.")
    return Unreadable(what % name, line)


def _json_as_yaml(text: str) -> str | None:
    """JSON in the form that YAML takes, with the same lines; None if it isn't JSON."""
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return None
    # No string of JSON has a tab in it, and YAML takes none between values.
    return HALVES.sub(_joined, text.replace("\t", " "))


def _joined(halves: re.Match[str]) -> str:
    return str(json.loads(f'"{halves[0]}"')) if halves[0].startswith("\\u") else halves[0]


def _not_yaml(lines: list[str], name: str, error: yaml.MarkedYAMLError) -> Unreadable:
    """What to say of a text that can't be parsed."""
    line = error.problem_mark.line + 1 if error.problem_mark else 1
    where = {"name": name, "line": line, "problem": error.problem}
    indent = re.match(r"\s*", lines[line - 1]) if line <= len(lines) else None
    if indent and "\t" in indent[0]:
        what = _("Line %(line)d of “%(name)s” begins with a tab. Use spaces for indents.")
        return Unreadable(what % where, line)
    what = _("Line %(line)d of “%(name)s” isn’t YAML: %(problem)s.") % where
    begin = _unclosed(lines, line)
    context = error.context or ""
    if error.context_mark and ("flow" in context or "quoted" in context):
        begin = error.context_mark.line + 1
    if begin < line:
        remedy = _("A list or quotation that begins on line %d isn’t closed. Close it.") % begin
    else:
        remedy = _("Check the indents, colons, and quotation marks there and just above.")
    return Unreadable(f"{what} {remedy}", begin)


def _unclosed(lines: list[str], line: int) -> int:
    """The line of a quotation mark that isn't closed, and so took all up to the next mark, which is
    on this line; otherwise this line."""
    for quote in "\"'":
        if line <= len(lines) and quote in lines[line - 1]:
            above = next((n for n in range(line - 1, 0, -1) if quote in lines[n - 1]), line)
            opens = re.search(rf"[:\[,-]\s*{quote}", lines[above - 1])
            if opens and lines[above - 1].count(quote) % 2:
                return above
    return line


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
                % where,
                line,
            )
        if getattr(event, "anchor", None) is not None:
            raise Unreadable(
                _(
                    "Line %(line)d of “%(name)s” has an anchor or alias (“&…” or “*…”), which "
                    "fixtures don’t need. Write the text out, or use quotation marks."
                )
                % where,
                line,
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
                    "Line %(line)d of “%(name)s” is nested too deep, or begins a second list after "
                    "“---”. A fixture is one list of objects, each with “model” and “fields”."
                )
                % where,
                line,
            )
