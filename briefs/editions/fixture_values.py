"""Whether a value of a fixture fits its field: what's wrong with it, and how to fix it."""

import difflib
import re
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from config.texts import is_visible

from ..models import Brief, Series

# What's wrong, and how to fix it.
Problem = tuple[str, str]
DATE = gettext_lazy("Write it as 2026-11-01, with no quotation marks.")

# YAML also reads 12:30 as 750, 010 as 8, 0x1F as 31 and 1_000 as 1000.
PLAIN_NUMBER = re.compile(r"[-+]?(0|[1-9][0-9]*)?(\.[0-9]*)?")
# Escapes such as “\a” bring them into a file of plain text.
ODD_SIGN = re.compile("[\0-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
# What every database can hold.
LARGEST: dict[type[models.Field], int] = {
    models.PositiveSmallIntegerField: 2**15 - 1,
    models.PositiveIntegerField: 2**31 - 1,
}


def problem_with(field: models.Field, value: Any, typed: str = "") -> Problem | None:
    """What's wrong with the value of a field, and how to fix it; None if it's right.

    Args:
        field: the field.
        value: as YAML reads it.
        typed: as it was typed, if that's known and it's one word or text.
    """
    if _has_odd_sign(value):
        return (
            _("“%s” has a character that doesn’t belong in text.") % field.name,
            _("Remove it."),
        )
    if field.is_relation:
        return None if value is None and field.null else _problem_with_key(field, value)
    if isinstance(field, models.JSONField):
        return _problem_with_data(field, value)
    if value is None:
        return None if field.null or field.blank else _is_empty(field)
    for kind, problem in (
        (models.DateField, _problem_with_date),
        (models.IntegerField, _problem_with_number),
        (models.CharField, _problem_with_text),
        (models.TextField, _problem_with_text),
    ):
        if isinstance(field, kind) and (found := problem(field, value, typed)):
            return found
    return _what_the_field_says(field, value)


def problem_unread(field: models.Field, typed: str) -> Problem:
    """The problem with a value that YAML can't read, such as February 30."""
    if isinstance(field, models.DateField):
        return _no_date(field, typed)
    return (
        _("We can’t read the value of “%s”.") % field.name,
        _("Write it in quotation marks."),
    )


def _is_empty(field: models.Field) -> Problem:
    remedy = _("Write its value.")
    if isinstance(field, models.DateField):
        remedy = str(DATE)
    elif field.has_default():
        remedy = _("Write its value, or remove the line.")
    return _("“%s” is empty.") % field.name, remedy


def _problem_with_date(field: models.Field, value: Any, typed: str) -> Problem | None:
    return None if type(value) is date else _no_date(field, typed)


def _no_date(field: models.Field, typed: str) -> Problem:
    what = _("“%(typed)s” in “%(name)s” isn’t a date.") if typed else _("“%(name)s” isn’t a date.")
    return what % {"name": field.name, "typed": shown(typed)}, str(DATE)


def _problem_with_number(field: models.Field, value: Any, typed: str) -> Problem | None:
    if type(value) is not int:
        return (
            _("“%s” isn’t a whole number.") % field.name,
            _("Write it in digits, such as 12, without quotation marks."),
        )
    if odd := odd_number(value, typed):
        return odd
    largest = next((most for kind, most in LARGEST.items() if isinstance(field, kind)), value)
    if value > largest:
        return _("“%s” is too large.") % field.name, _("Write at most %d.") % largest
    return None


def _problem_with_text(field: models.Field, value: Any, typed: str) -> Problem | None:
    if not isinstance(value, str):
        return not_text(field.name, value, typed)
    if not value and field.blank:
        return None
    if not is_visible(value) and not field.blank:
        return _is_empty(field)
    choices = [str(choice) for choice, _label in field.flatchoices]
    if choices and value not in choices:
        what = _("“%(value)s” is no choice for “%(name)s”.")
        return what % {"value": shown(value), "name": field.name}, did_you_mean(value, choices)
    if isinstance(field, models.SlugField) and not re.fullmatch(r"[-a-zA-Z0-9_]+", value):
        return (
            _("“%s” isn’t a slug.") % shown(value),
            _("Use only the letters a to z, digits, and hyphens, with no spaces."),
        )
    if field.max_length and len(value) > field.max_length:
        return (
            _("“%(name)s” has %(number)d characters.") % {"name": field.name, "number": len(value)},
            _("Shorten it to %d characters.") % field.max_length,
        )
    if isinstance(field, models.URLField):
        return _problem_with_link(field, value)
    return None


def _problem_with_link(field: models.Field, value: str) -> Problem | None:
    try:
        field.clean(value, None)
    except ValidationError:
        return (
            _("“%(name)s” isn’t a link: %(value)s.") % {"name": field.name, "value": shown(value)},
            _("Copy the whole link. It starts with https://."),
        )
    return None


def _what_the_field_says(field: models.Field, value: Any) -> Problem | None:
    try:
        field.clean(value, None)
    except ValidationError as error:
        return (
            _("“%(name)s”: %(problem)s")
            % {"name": field.name, "problem": " ".join(error.messages)},
            _("Fix the value."),
        )
    return None


def _problem_with_data(field: models.Field, value: Any) -> Problem | None:
    if isinstance(value, dict):
        return None
    return _("“%s” has no rows.") % field.name, _("Put “series” and “rows” under it.")


def _problem_with_key(field: models.Field, value: Any) -> Problem | None:
    """Like `problem_with`, for a natural key: [brief, slug], or [slug]."""
    size = 1 if field.related_model in (Brief, Series) else 2
    if isinstance(value, list) and len(value) == size:
        odd = [word for word in value if not isinstance(word, str) or not word]
        if not odd:
            return None
        if not isinstance(odd[0], list | dict) and odd[0] not in (None, ""):
            return (
                _("“%(name)s” names %(kind)s, not a slug.")
                % {"name": field.name, "kind": kind_of(odd[0])},
                _("Put the slug in quotation marks."),
            )
    example = "[brief-slug]" if size == 1 else "[brief-slug, own-slug]"
    return (
        _("“%s” doesn’t name another object.") % field.name,
        _("Write it as %s.") % example,
    )


def not_text(name: str, value: Any, typed: str = "") -> Problem:
    """The problem with a value that YAML reads as something else than text."""
    if value is None and not typed:
        return _("“%s” is empty.") % name, _("Write its text, in quotation marks.")
    if typed:
        what = _("“%(typed)s” in “%(name)s” was read as %(kind)s, not text.")
    else:
        what = _("“%(name)s” was read as %(kind)s, not text.")
    return (
        what % {"name": name, "kind": kind_of(value), "typed": shown(typed)},
        _("Write text, in quotation marks.")
        if isinstance(value, list | dict)
        else _("Put the value in quotation marks."),
    )


def odd_number(value: float, typed: str) -> Problem | None:
    """The problem with a number that YAML reads otherwise than people do."""
    if not typed or PLAIN_NUMBER.fullmatch(typed):
        return None
    return (
        _("“%(typed)s” was read as the number %(value)s.") % {"typed": typed, "value": value},
        _("Write the number in plain digits, such as 1250 or 12.5."),
    )


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """How to fix a word that isn't among the known ones."""
    known = list(known)
    if near := difflib.get_close_matches(word.lower(), known, 1):
        return _("Did you mean “%s”?") % near[0]
    return _("Use one of: %s.") % ", ".join(known)


def kind_of(value: Any) -> str:
    """What YAML took a value for, in words."""
    if value is None:
        return _("nothing")
    if isinstance(value, bool):
        return _("yes or no")
    if isinstance(value, date):
        return _("a date")
    if isinstance(value, int | float):
        return _("a number")
    return _("a list")


def shown(text: str) -> str:
    """A text as a finding shows it: on one line, and not too long."""
    line = " ".join(text.split())
    return line if len(line) <= 60 else line[:59] + "…"


def _has_odd_sign(value: Any) -> bool:
    """Whether a sign that steers a machine, or half a sign, is in a text, or in a text inside a
    list or mapping."""
    if isinstance(value, dict):
        return any(map(_has_odd_sign, [*value, *value.values()]))
    if isinstance(value, list):
        return any(map(_has_odd_sign, value))
    return isinstance(value, str) and bool(ODD_SIGN.search(value))
