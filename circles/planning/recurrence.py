"""When a circle meets, in words: “third Thursday of the month, 7 PM, but not in July”.

`read` parses one line of words, and `str` writes a cadence in words that `read` can parse.
So the words are English and not translated; another language would need its own tables.
Dates and times are on the wall clock; `planning/wall_clock.py` turns them into moments.
"""

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from dateutil import rrule
from django.utils.translation import gettext as _

from .clock_words import read_clock
from .words import EXAMPLES, NUMBER_WORDS, NUMBERS, Words, any_of, not_understood, unknown

__all__ = ["ALL_MONTHS", "EXAMPLES", "LONGEST", "MONTHS", "WEEKDAYS", "Cadence", "read"]

WEEKDAYS = list(calendar.day_name)
MONTHS = list(calendar.month_name)
ALL_MONTHS = frozenset(range(1, 13))
ORDINALS = {1: "first", 2: "second", 3: "third", 4: "fourth", 5: "fifth", -1: "last"}
ORDINALS |= {-2: "second to last"}
NOON_AND_MIDNIGHT = {time(12): "noon", time(0): "midnight"}
LONGEST = 200


@dataclass(frozen=True)
class Cadence:
    """A repeating date: some weekdays of the month, some days of it, or every few weeks.

    Args:
        clock: the time on the wall clock.
        weeks: weeks from one meeting to the next; 0 if the cadence is monthly.
        months: months from one meeting to the next; 0 if the cadence is weekly.
        ordinals: which of the weekdays in a month: 1 to 5, -1 for the last.
        weekday: 0 is Monday. None takes the weekday of the first date, or `days`.
        days: days of the month; -1 for the last.
        without: numbers of the months in which the circle does not meet.
        since: the month with which it begins; 0 for at once.
    """

    clock: time = time(19)
    weeks: int = 0
    months: int = 0
    ordinals: tuple[int, ...] = ()
    weekday: int | None = None
    days: tuple[int, ...] = ()
    without: frozenset[int] = frozenset()
    since: int = 0

    def __str__(self) -> str:
        since = f", starting in {MONTHS[self.since]}" if self.since else ""
        return f"{self._how_often()} at {clock_in_words(self.clock)}{self._except()}{since}"

    def _how_often(self) -> str:
        if self.weeks:
            often = "Every week" if self.weeks == 1 else f"Every {_number(self.weeks)} weeks"
            return often if self.weekday is None else f"{often} on {WEEKDAYS[self.weekday]}"
        if self.days:
            which = listed([_day_of_month(day) for day in self.days])
        else:
            weekday = WEEKDAYS[self.weekday or 0]
            which = f"{listed([ORDINALS[n] for n in self.ordinals])} {weekday}"
        every = "of the month" if self.months == 1 else f"every {_number(self.months)} months"
        return f"The {which} {every}"

    def _except(self) -> str:
        if not self.without:
            return ""
        included = ALL_MONTHS - self.without
        if len(included) < len(self.without):
            return ", only in " + listed([MONTHS[month] for month in sorted(included)])
        return ", but not in " + listed([MONTHS[month] for month in sorted(self.without)], "or")

    def begin(self, first: date) -> date:
        """The first day on or after this one that is not before the month it begins with."""
        if self.since in (0, first.month):
            return first
        return date(first.year + (self.since < first.month), self.since, 1)

    def dates(self, first: date) -> Iterator[datetime]:
        """Every date from this day on, soonest first, without a time zone; it never ends.

        “Every four weeks” and “every two months” count from the first date found.
        """
        which: dict[str, Any] = {}
        if self.without:
            which["bymonth"] = sorted(ALL_MONTHS - self.without)
        first = self.begin(first)
        begin = datetime.combine(first, self.clock)
        if self.weeks:
            weekday = first.weekday() if self.weekday is None else self.weekday
            begin += timedelta(days=(weekday - first.weekday()) % 7)
            return iter(rrule.rrule(rrule.WEEKLY, begin, self.weeks, **which))
        if self.days:
            which["bymonthday"] = self.days
        else:
            which["byweekday"] = self._weekdays()
        soonest = next(iter(rrule.rrule(rrule.MONTHLY, begin, count=1, **which)), None)
        return iter(rrule.rrule(rrule.MONTHLY, soonest, self.months, **which) if soonest else ())

    def _weekdays(self) -> list[rrule.weekday]:
        return [rrule.weekdays[self.weekday or 0](number) for number in self.ordinals]


def clock_in_words(clock: time) -> str:
    if clock in NOON_AND_MIDNIGHT:
        return NOON_AND_MIDNIGHT[clock]
    minutes = f":{clock.minute:02}" if clock.minute else ""
    return f"{clock.hour % 12 or 12}{minutes} {'AM' if clock.hour < 12 else 'PM'}"


def listed(words: list[str], join: str = "and") -> str:
    """“July”, “July and August”, “June, July, and August”."""
    if len(words) < 3:
        return f" {join} ".join(words)
    return f"{', '.join(words[:-1])}, {join} {words[-1]}"


def _number(number: int) -> str:
    return NUMBERS.get(number, str(number))


def _day_of_month(day: int) -> str:
    if day == -1:
        return "last day"
    ending = "th" if 10 < day < 20 else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")
    return f"{day}{ending}"


# --- Reading words ---

_WEEKDAY_WORDS = {name.lower(): index for index, name in enumerate(WEEKDAYS)}
_WEEKDAY_WORDS |= {name[:3]: index for name, index in _WEEKDAY_WORDS.items()}
_WEEKDAY_WORDS |= {"tues": 1, "weds": 2, "thur": 3, "thurs": 3}
_MONTH_WORDS = {name.lower(): number for number, name in enumerate(MONTHS) if number}
_MONTH_WORDS |= {name[:3]: number for name, number in _MONTH_WORDS.items()} | {"sept": 9}
_ORDINAL_WORDS = {word: number for number, word in ORDINALS.items()}
_ORDINAL_WORDS |= {"1st": 1, "2nd": 2, "3rd": 3, "4th": 4, "5th": 5}
_ORDINAL_WORDS |= dict.fromkeys(
    ["second-to-last", "second last", "next to last", "next-to-last", "penultimate"], -2
)
_DAY_WORDS = dict(
    enumerate(
        "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth "
        "thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth "
        "twentieth".split(),
        1,
    )
)
_DAY_WORDS |= {20 + number: f"twenty-{_DAY_WORDS[number]}" for number in range(1, 10)}
_DAYS = {word: number for number, word in (_DAY_WORDS | {30: "thirtieth"}).items()}
_DAYS |= {word.replace("-", " "): number for word, number in _DAYS.items()}
_DAYS |= {"thirty-first": 31, "thirty first": 31}
_OTHERS = {"other": 2, "alternate": 2, "second": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4}
_OTHERS |= {"4th": 4, "fifth": 5, "5th": 5, "sixth": 6, "6th": 6, "eighth": 8, "8th": 8}
_FILLERS = set(
    "a an and always at circle day days each every group in meet meeting meetings meets month "
    "months of on once or our per regularly sharp so the time us usually we week weeks".split()
)
_ABBREVIATIONS = [*_WEEKDAY_WORDS, *_MONTH_WORDS]

_WEEKDAY = rf"(?:{any_of(_WEEKDAY_WORDS)})s?"
_MONTH = rf"(?:{any_of(_MONTH_WORDS)})"
_JOIN = r"(?:\s*(?:,|\s)\s*(?:and|or|nor)\s+(?:in\s+)?|\s*[,/&]\s*)"
_TO = r"(?:\s+(?:to|through|thru|until|till)\s+|\s*-\s*)"
_MONTH_LIST = rf"(?:the months? (?:of )?)?({_MONTH}(?:(?:{_TO}|{_JOIN}){_MONTH})*)\b"
_ORDINAL = rf"(?:{any_of(_ORDINAL_WORDS)})"
_NOT = r"(?:not|except|excepting|never|skip|skipping|without|excluding|leaving out|omitting|save"
_NOT += (
    r"|no meetings?|none|apart from|aside from|other than|pausing|pause|(?:every|all) months? but"
)
_NOT += r"|(?:we )?(?:don't|do not) meet)"
_SINCE = (
    r"\b(?:(?:starting|beginning|commencing|as of|effective)(?: in| from| with)?|(?:only )?from)"
)
_SINCE += rf" (?:the month of )?({_MONTH})\b(?!{_TO}{_MONTH}|{_JOIN}{_MONTH})"
_SINCE += r"(?: (?:and )?(?:on|onwards?|forward)\b(?! the))?(,? (?:the )?\d+(?:st|nd|rd|th)?\b)?"


def read(text: str, *, clock: time = time(19)) -> Cadence:
    """Parse a line of words into a cadence.

    Args:
        text: as a person typed it.
        clock: the time to use when the words name none.

    Raises:
        ValidationError: the line is not understood. The message names the unknown words or
            what is missing, and gives examples.
    """
    if len(text) > LONGEST:
        raise not_understood(_("That’s too long. Say when you meet in one short line."))
    words = Words(text, abbreviations=_ABBREVIATIONS, fillers=_FILLERS)
    clock = read_clock(words, clock)
    without, since = _read_months(words)
    weeks, months, times = _read_interval(words)
    ordinals, weekday, days = _read_days(words, is_monthly=months > 0)
    if strays := words.strays():
        raise not_understood(unknown(strays, _known()))
    if times and times != len(ordinals or days):
        raise not_understood(_("That’s two answers for how often you meet. Choose one."))
    return _whole(Cadence(clock, weeks, months, ordinals, weekday, days, without, since))


def _whole(cadence: Cadence) -> Cadence:
    """The cadence with its defaults filled in; refuses one that is vague or contradictory."""
    day = "" if cadence.weekday is None else WEEKDAYS[cadence.weekday]
    by_month = cadence.ordinals or cadence.days
    if cadence.weeks and (cadence.months or by_month) or cadence.days and day:
        raise not_understood(_("That’s two schedules in one. Choose one, by week or by month."))
    if by_month:
        return replace(cadence, months=cadence.months or 1)
    if cadence.months and day:
        raise not_understood(
            _("Which %(day)s of the month? Try “first %(day)s” or “last %(day)s”.") % {"day": day}
        )
    if cadence.months:
        raise not_understood(_("Which day of the month? Try “third Thursday”."))
    if not (cadence.weeks or day):
        raise not_understood(_("Tell us how often you meet, and on which day."))
    return replace(cadence, weeks=cadence.weeks or 1)


def _read_months(words: Words) -> tuple[frozenset[int], int]:
    """(the months in which the circle does not meet, the month with which it begins)."""
    no = rf"\b(?:but |and )?{_NOT}(?: in| for| during| from| between)* "
    without = [_months_in(match[1], match[0]) for match in words.take(rf"{no}{_MONTH_LIST}")]
    off = rf"\b{_MONTH_LIST} (?:are |is )?off\b"
    without += [_months_in(match[1], match[0]) for match in words.take(off)]
    since = set()
    for match in words.take(_SINCE):
        if match[2]:
            raise not_understood(_("Choose the first date below, under “Starting on.”"))
        since.add(_MONTH_WORDS[match[1]])
    only = r"(?:but |and )?(?:only in|only from|only|in|during|from|between|of) "
    included = [_months_in(match[1], match[0]) for match in words.take(rf"\b{only}{_MONTH_LIST}")]
    stretch = rf"\b({_MONTH}{_TO}{_MONTH}(?:{_JOIN}{_MONTH})*)\b"
    included += [_months_in(match[1], match[0]) for match in words.take(stretch)]
    left_out = frozenset().union(*without)
    if included:
        left_out |= ALL_MONTHS - frozenset().union(*included)
    if left_out == ALL_MONTHS:
        raise not_understood(_("That skips every month. Leave at least one."))
    if len(since) > 1:
        raise not_understood(_("You gave two starting months. Choose one."))
    return left_out, (since or {0}).pop()


def _months_in(text: str, whole: str) -> frozenset[int]:
    months = set()
    # “between June and August” is a range, “in June and August” is two months.
    is_stretch = "between " in whole
    parts = re.split(_JOIN, text) if not is_stretch else [" to ".join(re.split(_JOIN, text))]
    for part in parts:
        ends = [_MONTH_WORDS[word] for word in re.split(_TO, part)]
        first, last = ends[0], ends[-1]
        months |= {(first + step - 1) % 12 + 1 for step in range((last - first) % 12 + 1)}
    return frozenset(months)


def _read_interval(words: Words) -> tuple[int, int, int]:
    """(weeks, months) from one meeting to the next, and how many in that; 0 where none is named."""
    ambiguous = rf"\b(?:every|each) (?:second|2nd) ({_WEEKDAY})(?! of)\b(?! of)"
    for match in re.finditer(ambiguous, words.left):
        raise _is_ambiguous(WEEKDAYS[_weekday(match[1])])
    if words.take(r"\bbi-?monthly\b"):
        raise not_understood(
            _("“Bimonthly” can mean two things. Type “every two months”, or the days you mean.")
        )
    weeks: set[int] = set()
    months: set[int] = set()
    times: set[int] = set()
    for match in words.take(rf"\b(?:every|each) ({any_of(NUMBER_WORDS)}) (week|month)s?\b"):
        (weeks if match[2] == "week" else months).add(NUMBER_WORDS[match[1]])
    for match in words.take(rf"\b(?:of )?(?:every|each) ({any_of(_OTHERS)}) (week|month)\b"):
        (weeks if match[2] == "week" else months).add(_OTHERS[match[1]])
    others = rf"\b(?:(?:every|each) (?:other|alternate)|(?:on )?alternat(?:e|ing)) ({_WEEKDAY})\b"
    for match in words.take(others):
        weeks.add(2)
        words.left += f" {match[1]}"
    if words.take(r"\b(?:bi-?weekly|fortnightly|(?:(?:every|each|once a|a) )fortnight)\b"):
        weeks.add(2)
    if words.take(r"\b(?:weekly|(?:every|each) week|(?:once )?a week)\b"):
        weeks.add(1)
    if words.take(r"\b(?:quarterly|(?:(?:of|in) )?(?:every|each|once a|a) quarter)\b"):
        months.add(3)
    for match in words.take(r"\b(once|twice) (?:(?:a|each|every|per) month|monthly)\b"):
        times.add(1 if match[1] == "once" else 2)
    month = r"(?:(?:of|in) )?(?:the|every|each|a|per) month|monthly"
    if (words.take(rf"\b(?:{month})\b") or times) and not months:
        months.add(1)
    if len(weeks) > 1 or len(months) > 1 or len(times) > 1:
        raise not_understood(_("That’s two answers for how often you meet. Choose one."))
    return (weeks or {0}).pop(), (months or {0}).pop(), (times or {0}).pop()


def _is_ambiguous(day: str) -> Exception:
    return not_understood(
        _(
            "“Every second %(day)s” can mean two things. Type “every other %(day)s” "
            "or “second %(day)s of the month”."
        )
        % {"day": day}
    )


def _read_days(
    words: Words, *, is_monthly: bool
) -> tuple[tuple[int, ...], int | None, tuple[int, ...]]:
    """(ordinals, weekday, days of the month), as `Cadence` has them."""
    ordinals, weekdays, days = set(), set(), set()
    for match in words.take(rf"\b({_ORDINAL}(?:(?:{_JOIN})(?:the )?{_ORDINAL})*) ({_WEEKDAY})\b"):
        ordinals |= {_ORDINAL_WORDS[word] for word in re.findall(rf"\b{_ORDINAL}\b", match[1])}
        weekdays.add(_weekday(match[2]))
    days |= {-1 for _match in words.take(r"\blast day\b")}
    days |= {1 for _match in words.take(r"\bfirst day\b")}
    days |= {int(match[1]) for match in words.take(r"\b(\d{1,2})(?:st|nd|rd|th)\b")}
    if is_monthly or days:
        # “The second of the month”, but not “the second week of the month”.
        ends = r"(?=\s*(?:;|,|&|/|$|and\b|or\b))"
        days |= {_DAYS[match[1]] for match in words.take(rf"\b({any_of(_DAYS)})\b{ends}")}
    weekdays |= {_weekday(match[0]) for match in words.take(rf"\b{_WEEKDAY}\b")}
    if len(weekdays) > 1:
        raise not_understood(_("You gave two weekdays. Plan them one at a time."))
    if any(day > 31 or day == 0 for day in days):
        raise not_understood(_("A month has at most 31 days. Choose an earlier day."))
    in_order = sorted(ordinals, key=lambda number: number % 10)
    return tuple(in_order), next(iter(weekdays), None), tuple(sorted(days, key=lambda d: d % 33))


def _weekday(word: str) -> int:
    return _WEEKDAY_WORDS[word if word in _WEEKDAY_WORDS else word.removesuffix("s")]


def _known() -> list[str]:
    """Words that a mistyped one may mean."""
    known = [*_WEEKDAY_WORDS, *_MONTH_WORDS, *_ORDINAL_WORDS, *NUMBERS.values()]
    return [word for word in known if len(word) > 3] + ["every", "weeks", "month", "other"]
