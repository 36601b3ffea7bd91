"""Texts that people type: how long each may be, what counts as text, and how the database holds it.

A text has its limit as `max_length` of its model field and of its form field, and as a
constraint of the database (`limits`). Texts that were longer when the limits came stay whole:
`longest_before` says how long, so that they can be shortened but not lengthened.
"""

import unicodedata
from functools import reduce
from operator import and_

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Length
from django.db.models.lookups import LessThanOrEqual
from django.utils.translation import gettext as _

# The longest of each, in characters.
NAME = 80  # of a person or a circle
HEADING = 120  # the title of a meeting
ITEM = 160  # a title on the agenda
LINE = 200  # a place, when a circle meets, or a comment with an answer
SENTENCE = 300  # an action item, or a question
EMAIL = 254
LINK = 400
MESSAGE = 600  # in an invitation
PARAGRAPH = 2_000  # what a circle is for, or what's good to know
PAGE = 5_000  # ground rules, an answer, a reader's own note
NOTE = 10_000  # a note, or the summary of a meeting
SHEET = 50_000  # many notes or addresses at once

# Signs that look like a blank, though Unicode calls them letters or symbols, or keeps them free
# for signs that no one sees. Others that Python doesn't know yet may be new emoji.
BLANK_SIGNS = frozenset("\u115f\u1160\u2065\u2800\u3164\uffa0\U0001d159")
BLANK_SIGNS |= set(map(chr, [*range(0xFFF0, 0xFFF9), 0xFFFE, 0xFFFF, *range(0xE0000, 0xE1000)]))
# Controls, formats, separators, and marks that sit on another letter.
UNSEEN = {"Cc", "Cf", "Co", "Cs", "Zl", "Zp", "Zs", "Mn", "Me"}


def is_visible(text: str) -> bool:
    """Whether a reader sees at least one letter, number or sign."""
    return any(
        unicodedata.category(sign) not in UNSEEN and sign not in BLANK_SIGNS for sign in text
    )


def visible(text: str) -> None:
    """A validator: refuses a text that no one can see."""
    if not is_visible(text):
        raise ValidationError(
            _("This looks blank. Enter at least one letter or number."), code="invisible"
        )


class Typed(models.Model):
    """A row with texts that a person types."""

    # How long its longest text was when the limits came; 0 for all rows since.
    longest_before = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        abstract = True


def limits(row: str, **longest: int) -> models.CheckConstraint:
    """The constraint of a `Typed` model that holds the limits of its texts: {field: limit}."""
    holds = (
        Q(LessThanOrEqual(Length(name), limit))
        | Q(LessThanOrEqual(Length(name), F("longest_before")))
        for name, limit in longest.items()
    )
    return models.CheckConstraint(condition=reduce(and_, holds), name=f"{row}_texts_have_a_limit")
