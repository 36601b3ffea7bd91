"""Checks of what isn't finished yet: placeholders in texts, and dates to come."""

import re
from collections.abc import Iterator

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _

from config.when import full_date

from ...models import HelpLine
from ..fixture import Entry, fields_of
from .context import Context

# What writers leave to be filled in. Only capitals count where small letters are words.
PLACEHOLDER = re.compile(
    r"\bTO[ -]?DO\b|\bTK+\b|\bTB[ACD]\b|\bFIXME\b"
    r"|(?<![-.$%\w])[X]{3,}(?![-\w])|\b[Xx]{2,}(?=\s?(?:%|percent\b|million\b|billion\b))"
    r"|\$[Xx]{2,}\b|\?{3,}|_{4,}|(?i:\blorem ipsum\b)"
    r"|(?i:[\[<](?:insert|add|fill in|enter|name of|your|source|citation|cite|check|confirm"
    r"|link|date|number|quote|tk|tbd|todo|\?+)\b[^\]>\n]*[\]>](?!\())"
)
# “Title XXX” and “Super Bowl XXX” are numbers.
ROMAN = re.compile(
    r"(?:Title|Chapter|Part|Volume|Vol\.|Article|Book|Section|Bowl|Amendment|No\.) $"
)
# Headings and titles that forms and word processors suggest.
UNTITLED = re.compile(
    r"(untitled|new section|heading|title|section title|placeholder|text|test)( \d+)?\.?",
    re.IGNORECASE,
)
TITLES = {"title", "heading", "name"}
EXAMPLE = re.compile(r"https?://([\w-]+\.)*example\.(com|org|net|edu)\b", re.IGNORECASE)
# Numbers that are reserved for stories, and those that anyone types first.
MADE_UP = re.compile(r"555\D{0,3}01\d\d|000\D?0000|(?<!\d)123\D?4567(?!\d)|(?i:x{3,})")
FEWEST_DIGITS = 3  # of a number to dial, such as 911
SPELLED = re.compile(r"\d.*[A-Z]{4,}")  # 1-800-CALL-NOW
NOT_WORDS = {"slug", "was", "language", "audience", "kind", "step"}


def placeholders(context: Context) -> None:
    """No text, link or number waits to be filled in."""
    for entry in context.fixture.entries:
        for name, text in _words(entry):
            for found in dict.fromkeys(_left_open(name, text)):
                context.warn(
                    "placeholder",
                    entry,
                    name,
                    _("“%s” still has to be filled in.") % " ".join(found.split())[:60],
                    _("Replace it with the real words, or delete it."),
                    found,
                )


def numbers(context: Context) -> None:
    """A hotline has a number that people can call or text."""
    for entry in context.fixture.of(HelpLine):
        given = {name: entry.get(name) for name in ("phone", "text_number") if entry.get(name)}
        if not given and entry.get("url"):
            context.warn(
                "hotline",
                entry,
                "name",
                _("The hotline “%s” has no number to call or text.") % entry.get("name"),
                _("Add “phone” or “text_number”. Someone in need may be unable to go online."),
            )
        for name, number in given.items():
            if MADE_UP.search(number):
                what = _("“%s” looks like a made-up number.")
            elif len(re.findall(r"\d", number)) < FEWEST_DIGITS and not SPELLED.search(number):
                what = _("“%s” isn’t a number that anyone can dial.")
            else:
                continue
            remedy = _("Enter the hotline’s real number, and try it once to be sure.")
            context.warn("hotline", entry, name, what % number, remedy)


def _words(entry: Entry) -> Iterator[tuple[str, str]]:
    """What people read of an object: (name of the field, text)."""
    for field in fields_of(entry.model):
        value = entry.values.get(field.name)
        if isinstance(field, models.CharField | models.TextField):
            if field.name not in NOT_WORDS and value:
                yield field.name, str(value)
        elif isinstance(field, models.JSONField):
            yield field.name, "\n".join(_strings(value))


def _strings(value: object) -> Iterator[str]:
    """The texts inside lists and mappings."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for one in value:
            yield from _strings(one)
    elif isinstance(value, str):
        yield value


def _left_open(name: str, text: str) -> Iterator[str]:
    if name in TITLES and UNTITLED.fullmatch(text.strip()):
        yield text.strip()
    for pattern in (PLACEHOLDER, EXAMPLE):
        for match in pattern.finditer(text):
            if not ROMAN.search(text, 0, match.start()):
                yield match[0]


def dates(context: Context) -> None:
    """No edition, and no check of its facts, is dated later than today."""
    brief = context.brief
    if not brief:
        return
    today = timezone.localdate()
    for name, what in (
        ("edition", _("The edition is dated %s. That day hasn’t come yet.")),
        ("facts_as_of", _("The facts are said to be checked on %s. That day hasn’t come yet.")),
    ):
        day = brief.get(name)
        if day and day > today:
            context.warn(
                "future",
                brief,
                name,
                what % full_date(day),
                _("Readers see this date. Use today’s, or check the year."),
            )
