"""Writes a fixture as YAML that people can read and edit: text in blocks, keys on one line.

It takes plain objects, {"model": …, "fields": {…}}, and writes them in their order. The same
objects give the same bytes, and reading those gives the same objects.
"""

import re
import textwrap
from collections.abc import Iterable
from datetime import date
from itertools import groupby
from typing import Any

import yaml
from django.db import models

from .fixture import MODELS, Item, fields_of

WIDTH = 90
INDENT = "    "
# Text that a block can hold unchanged: no carriage returns, no control characters, and none of
# the line ends that only YAML has (YAML 1.1, 5.4).
PRINTABLE = re.compile(
    r"[\t\n\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010fffe]*"
)


def dump(objects: Iterable[Item]) -> str:
    """The text of a fixture, with a comment as a heading above each model."""
    parts = []
    for label, group in groupby(objects, key=lambda item: item["model"]):
        parts.append(f"# {str(MODELS[label]._meta.verbose_name_plural).capitalize()}\n")
        parts += [_object(item) for item in group]
    return "\n".join(parts)


def _object(item: Item) -> str:
    model = MODELS[item["model"]]
    lines = [f"- model: {item['model']}", "  fields:"]
    # In the order of the model: PostgreSQL reorders the keys of JSON objects.
    for field in fields_of(model):
        name = field.name
        if name not in item["fields"]:
            continue
        value = item["fields"][name]
        if isinstance(field, models.DateField) and value is not None:
            value = date.fromisoformat(str(value))
        space = "" if isinstance(value, dict) and value else " "
        lines.append(f"{INDENT}{name}:{space}{_value(value)}")
    return "\n".join(lines) + "\n"


def _value(value: Any) -> str:
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, dict) and value:
        return _rows(value)
    return _scalar(value)


def _text(text: str) -> str:
    """A block if the text has several lines, folded if it's long, otherwise on one line."""
    if PRINTABLE.fullmatch(text):
        if "\n" in text.strip("\n"):
            return _block(text)
        is_spaced = "  " in text or "\t" in text or text != text.strip()
        if len(text) > WIDTH - 20 and not is_spaced and "\n" not in text:
            return _folded(text)
        if text.endswith("\n") and text.strip("\n"):
            return _block(text)
        return _scalar(text)
    quoted = yaml.safe_dump(text, default_style='"', width=float("inf"), allow_unicode=True)
    return quoted.removesuffix("\n")


def _block(text: str) -> str:
    """A literal block with its indicators (YAML 1.1, 9.3): the indent, needed if the first
    line begins with a space, and how many line ends follow the text."""
    begin = "2" if text.lstrip("\n")[:1] in (" ", "\t") or text.startswith("\n") else ""
    end = {0: "-", 1: ""}.get(len(text) - len(text.rstrip("\n")), "+")
    lines = text.removesuffix("\n").split("\n")
    indented = [f"{INDENT}  {line}" if line else "" for line in lines]
    return f"|{begin}{end}\n" + "\n".join(indented)


def _folded(text: str) -> str:
    lines = textwrap.wrap(text, WIDTH - 6, break_long_words=False, break_on_hyphens=False)
    return ">-\n" + "\n".join(f"{INDENT}  {line}" for line in lines)


def _rows(data: dict[str, Any]) -> str:
    """The data of a chart: a list on one line, or each of its rows on one line."""
    lines = []
    for name, value in data.items():
        if isinstance(value, list) and value and all(isinstance(row, list) for row in value):
            lines.append(f"{INDENT}  {_scalar(name)}:")
            lines += [f"{INDENT}    - {_scalar(row)}" for row in value]
        else:
            lines.append(f"{INDENT}  {_scalar(name)}: {_scalar(value)}")
    return "\n" + "\n".join(lines)


def _scalar(value: Any) -> str:
    """Any value on one line, quoted where YAML needs it."""
    text = yaml.safe_dump(
        value, allow_unicode=True, default_flow_style=True, width=float("inf"), sort_keys=False
    )
    return text.removesuffix("\n").removesuffix("\n...")
