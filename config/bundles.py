"""One script, and one style sheet, from many: what production serves, and browsers ask for once.

A script is joined with what it imports, and a style sheet with its `@import`s. Both are minified.
The sources stay small files, which `make dev` serves as they are.
"""

import posixpath
import re
from collections.abc import Callable

import lightningcss
import rjsmin

# Scripts are joined by their text, so imports and exports are written as biome formats them.
IMPORT = re.compile(
    r'^import (?:(?:\{(?P<names>[^}]*)\}|\* as (?P<whole>\w+)) from )?"(?P<address>\.[^"]+)";$',
    re.M,
)
EXPORT = re.compile(
    r"^export (?:(?:async )?function\*? |class |const )(?:(?P<name>\w+)|\{(?P<names>[^}]*)\})",
    re.M,
)
UNREAD = re.compile(r"^\s*(?:import|export)\b.*|\bimport\s*\(.*|^await\b.*", re.M)
STYLE_IMPORT = re.compile(r'^@import url\("(?P<address>[^"]+)"\)', re.M)


class CannotJoin(Exception):
    """A script with something that isn't understood here. Its text says where and what."""


def imported(name: str, text: str) -> list[str]:
    """The names of the scripts or style sheets that this one imports, in its order."""
    pattern = STYLE_IMPORT if name.endswith(".css") else IMPORT
    return [_address(name, found["address"]) for found in pattern.finditer(text)]


def _address(name: str, relative: str) -> str:
    return posixpath.normpath(posixpath.join(posixpath.dirname(name), relative))


def joined_style(path: str) -> str:
    """The style sheet at this path, with what it imports inside."""
    flags = lightningcss.calc_parser_flags(nesting=True)
    return lightningcss.bundle_css(path, parser_flags=flags)


def joined_script(name: str, read: Callable[[str], str]) -> str:
    """A module with all that it imports inside, in the order in which a browser would run them.

    Each module becomes a function that runs once and returns what the module exports.

    Args:
        name: its name, such as `js/page.js`.
        read: the text of a script, by its name.

    Raises:
        CannotJoin: modules import each other in a circle, or one has something other than the
            imports and exports above.
    """
    found: dict[str, str] = {}
    _add(name, read, found, ())
    variables = {name: f"m{number}" for number, name in enumerate(found)}
    parts = [_wrapped(name, text, variables) for name, text in found.items()]
    return "\n".join(parts)


def _add(
    name: str, read: Callable[[str], str], found: dict[str, str], importers: tuple[str, ...]
) -> None:
    """Add a module to those found, after the ones that it imports."""
    if name in importers:
        raise CannotJoin("These import each other: " + " → ".join([*importers, name]))
    if name in found:
        return
    text = read(name)
    for other in imported(name, text):
        _add(other, read, found, (*importers, name))
    found[name] = text


def _wrapped(name: str, text: str, variables: dict[str, str]) -> str:
    """A module as a function that runs at once."""
    exports: list[str] = []

    def constant(match: re.Match[str]) -> str:
        source = variables[_address(name, match["address"])]
        if match["whole"]:
            return f"const {match['whole']} = {source};"
        names = (match["names"] or "").replace(" as ", ": ")
        return f"const {{{names}}} = {source};" if names else ""

    def declared(match: re.Match[str]) -> str:
        names = match["name"] or match["names"]
        exports.extend(part.split(":")[-1].strip() for part in names.split(",") if part.strip())
        return match[0].removeprefix("export ")

    body = EXPORT.sub(declared, IMPORT.sub(constant, text))
    # What others minified stays as it is.
    if not name.endswith(".min.js"):
        if unread := UNREAD.search(without_comments(body)):
            raise CannotJoin(f"{name} has “{unread[0].strip()}”, which can't be joined.")
        body = rjsmin.jsmin(body)
    if not exports:
        return f"(() => {{\n{body}\n}})();"
    returned = f"return {{{', '.join(exports)}}};"
    return f"const {variables[name]} = (() => {{\n{body}\n{returned}\n}})();"


def without_comments(script: str) -> str:
    """The script without comments that are lines of their own."""
    return re.sub(r"^\s*(?://.*|/\*.*?\*/)$", "", script, flags=re.M | re.S)
