"""When a circle meets, in words: “third Thursday of the month, 7 pm, but not in July”.

`read` parses one line of words, and `str` writes a cadence in words that `read` can parse.
So the words are English and not translated; another language would need its own tables.
Dates and times are on the wall clock; `planning/wall_clock.py` turns them into moments.
"""

import calendar
import difflib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from dateutil import rrule
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

WEEKDAYS = list(calendar.day_name)
MONTHS = list(calendar.month_name)
ALL_MONTHS = frozenset(range(1, 13))
ORDINALS = {1: "first", 2: "second", 3: "third", 4: "fourth", 5: "fifth", -1: "last"}
NUMBERS = dict(
    enumerate("one two three four five six seven eight nine ten eleven twelve".split(), 1)
)
EXAMPLES = [
    "third Thursday of the month, 7 pm",
    "every four weeks on Tuesday, 7:30 pm",
    "the last Sunday at 3 pm, but not in July or December",
]
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
    """

    clock: time = time(19)
    weeks: int = 0
    months: int = 0
    ordinals: tuple[int, ...] = ()
    weekday: int | None = None
    days: tuple[int, ...] = ()
    without: frozenset[int] = frozenset()

    def __str__(self) -> str:
        return f"{self._how_often()} at {clock_in_words(self.clock)}{self._except()}"

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
        return ", but not in " + listed([MONTHS[month] for month in sorted(self.without)])

    def dates(self, first: date) -> Iterator[datetime]:
        """Every date from this day on, soonest first, without a time zone; it never ends.

        “Every four weeks” and “every two months” count from the first date found.
        """
        which: dict[str, Any] = {}
        if self.without:
            which["bymonth"] = sorted(ALL_MONTHS - self.without)
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
    minutes = f":{clock.minute:02}" if clock.minute else ""
    return f"{clock.hour % 12 or 12}{minutes} {'am' if clock.hour < 12 else 'pm'}"


def listed(words: list[str]) -> str:
    """“July”, “July and August”, “June, July and August”."""
    return " and ".join([", ".join(words[:-1]), words[-1]] if words[1:] else words)


def _number(number: int) -> str:
    return NUMBERS.get(number, str(number))


def _day_of_month(day: int) -> str:
    if day == -1:
        return "last day"
    ending = "th" if 10 < day < 20 else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")
    return f"{day}{ending}"


# --- Reading words ---

_WEEKDAY_WORDS = {}
for _index, _name in enumerate(WEEKDAYS):
    for _word in (_name, _name[:3], _name[:3] + "."):
        _WEEKDAY_WORDS[_word.lower().rstrip(".")] = _index
_WEEKDAY_WORDS |= {"tues": 1, "weds": 2, "thur": 3, "thurs": 3}
_MONTH_WORDS = {name.lower(): number for number, name in enumerate(MONTHS) if number}
_MONTH_WORDS |= {name[:3]: number for name, number in _MONTH_WORDS.items()} | {"sept": 9}
_ORDINAL_WORDS = {word: number for number, word in ORDINALS.items()}
_ORDINAL_WORDS |= {"1st": 1, "2nd": 2, "3rd": 3, "4th": 4, "5th": 5}
_NUMBER_WORDS = {word: number for number, word in NUMBERS.items()}
_NUMBER_WORDS |= {str(number): number for number in range(1, 53)}
_OTHERS = {"other": 2, "second": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4, "4th": 4}
_OTHERS |= {"fifth": 5, "5th": 5, "sixth": 6, "6th": 6, "eighth": 8, "8th": 8}
_FILLERS = set(
    "a an and always at circle day days each every group in meet meeting meetings meets month "
    "months of on or our per regularly so the time us usually we week weeks".split()
)


def _any(words: Iterable[str]) -> str:
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True))


_WEEKDAY = rf"(?:{_any(_WEEKDAY_WORDS)})s?"
_MONTH = rf"(?:{_any(_MONTH_WORDS)})"
_JOIN = r"(?:\s*(?:,|\s)\s*(?:and|or)\s+(?:in\s+)?|\s*[,/&]\s*)"
_TO = r"(?:\s+(?:to|through|thru|until|till)\s+|\s*-\s*)"
_MONTH_LIST = rf"(?:the months? of )?({_MONTH}(?:(?:{_TO}|{_JOIN}){_MONTH})*)\b"
_ORDINAL = rf"(?:{_any(_ORDINAL_WORDS)})"
_HOUR = rf"(?:\d{{1,2}}|{_any(NUMBERS.values())})"


class _Words:
    """The words not understood yet. Words that are understood are removed."""

    def __init__(self, text: str) -> None:
        text = text.lower().replace("’", "'").replace("–", "-").replace("—", "-")
        text = re.sub(r"\b([ap])\.\s?m\b\.?", r"\1m", text)
        self.left = " ".join(text.split())

    def take(self, pattern: str) -> list[re.Match[str]]:
        """Remove every match of the pattern and return the matches."""
        found = list(re.finditer(pattern, self.left))
        self.left = " ".join(re.sub(pattern, " ; ", self.left).split())
        return found

    def strays(self) -> list[str]:
        words = re.findall(r"[^\s,;.!()&/]+", self.left)
        return [word for word in words if word not in _FILLERS and word != "-"]


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
        raise _not_understood(_("These are many words. Say when you meet in one short line."))
    words = _Words(text)
    clock = _read_clock(words) or clock
    without = _read_months(words)
    weeks, months = _read_interval(words)
    ordinals, weekday, days = _read_days(words)
    strays = words.strays()
    if strays:
        raise _not_understood(_unknown(strays))
    cadence = Cadence(clock, weeks, months, ordinals, weekday, days, without)
    return _whole(cadence)


def _whole(cadence: Cadence) -> Cadence:
    """The cadence with its defaults filled in; refuses one that is vague or contradictory."""
    day = "" if cadence.weekday is None else WEEKDAYS[cadence.weekday]
    by_month = cadence.ordinals or cadence.days
    if cadence.weeks and (cadence.months or by_month) or cadence.days and day:
        raise _not_understood(_("This says two things at once. Say it either by week or by month."))
    if by_month:
        return replace(cadence, months=cadence.months or 1)
    if cadence.months and day:
        raise _not_understood(
            _("Which %(day)s of the month? Say for instance “first %(day)s” or “last %(day)s”.")
            % {"day": day}
        )
    if cadence.months:
        raise _not_understood(_("Which day of the month? Say for instance “third Thursday”."))
    if not (cadence.weeks or day):
        raise _not_understood(_("Say how often you meet, and on which day."))
    return replace(cadence, weeks=cadence.weeks or 1)


def _read_clock(words: _Words) -> time | None:
    found = []
    part_of_day = r"(?:in the (morning|afternoon|evening)|at (night))"
    for match in words.take(
        rf"\b({_HOUR})(?::(\d\d))?\s*(?:o'clock )?\s*(?:(am|pm)\b|{part_of_day})"
    ):
        hour, minute = _NUMBER_WORDS.get(match[1], -1), int(match[2] or 0)
        after_noon = match[3] == "pm" or match[4] in ("afternoon", "evening") or bool(match[5])
        found.append((hour % 12 + 12 * after_noon if 1 <= hour <= 12 else -1, minute))
    for match in words.take(r"\b(\d{1,2}):(\d\d)\b"):
        if len(match[1]) == 1:
            raise _not_understood(_half_said(match[0]))
        found.append((int(match[1]), int(match[2])))
    found += [(12, 0) for _match in words.take(r"\b(?:12 )?noon\b")]
    found += [(0, 0) for _match in words.take(r"\bmidnight\b")]
    late = words.take(r"\b(?:afternoon|evening|night)s?\b")
    early = words.take(r"\bmornings?\b")
    for match in words.take(rf"\bat ({_HOUR})(?: o'clock)?(?=\s*(?:$|[,;.]))|\b({_HOUR}) o'clock"):
        hour = _NUMBER_WORDS.get(match[1] or match[2], -1)
        if bool(late) == bool(early):
            raise _not_understood(_half_said(match[1] or match[2]))
        found.append((hour % 12 + 12 * bool(late) if 1 <= hour <= 12 else -1, 0))
    if len(set(found)) > 1:
        raise _not_understood(_("Two times are named. A circle’s meetings begin at one time."))
    for hour, minute in found:
        if not (0 <= hour <= 23 and minute <= 59):
            raise _not_understood(_("There is no such time on the clock. Write “7:30 pm”."))
        return time(hour, minute)
    return None


def _half_said(typed: str) -> str:
    return _(
        "%(typed)s in the morning or in the evening? Write “%(typed)s am” or “%(typed)s pm”."
    ) % {"typed": typed}


def _read_months(words: _Words) -> frozenset[int]:
    """The months in which the circle does not meet."""
    no = r"(?:but |and )?(?:not|except|excepting|never|skip|skipping|without|excluding|leaving out"
    no += r"|no meetings?|apart from|other than)(?: in| for| during| from| between)? "
    without = [_months_in(match[1], match[0]) for match in words.take(rf"\b{no}{_MONTH_LIST}")]
    only = r"(?:but |and )?(?:only in|only from|only|in|during|from|between) "
    included = [_months_in(match[1], match[0]) for match in words.take(rf"\b{only}{_MONTH_LIST}")]
    stretch = rf"\b({_MONTH}{_TO}{_MONTH}(?:{_JOIN}{_MONTH})*)\b"
    included += [_months_in(match[1], match[0]) for match in words.take(stretch)]
    left_out = frozenset().union(*without)
    if included:
        left_out |= ALL_MONTHS - frozenset().union(*included)
    if left_out == ALL_MONTHS:
        raise _not_understood(_("No month is left in which you would meet."))
    return left_out


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


def _read_interval(words: _Words) -> tuple[int, int]:
    """(weeks, months) from one meeting to the next; 0 where the words name none."""
    ambiguous = rf"\bevery (?:second|2nd) ({_WEEKDAY})(?! of)\b(?! of)"
    for match in re.finditer(ambiguous, words.left):
        day = WEEKDAYS[_weekday(match[1])]
        raise _not_understood(
            _(
                "“Every second %(day)s” can mean two things. Write “every other %(day)s”, "
                "or “second %(day)s of the month”."
            )
            % {"day": day}
        )
    if words.take(r"\bbi-?monthly\b"):
        raise _not_understood(
            _("“Bimonthly” can mean two things. Write “every two months”, or the days you mean.")
        )
    weeks: set[int] = set()
    months: set[int] = set()
    numbers = _any(_NUMBER_WORDS)
    for match in words.take(rf"\bevery ({numbers}) (week|month)s?\b"):
        (weeks if match[2] == "week" else months).add(_NUMBER_WORDS[match[1]])
    for match in words.take(rf"\b(?:of )?every ({_any(_OTHERS)}) (week|month)\b"):
        (weeks if match[2] == "week" else months).add(_OTHERS[match[1]])
    for match in words.take(rf"\bevery other ({_WEEKDAY})\b"):
        weeks.add(2)
        words.left += f" {match[1]}"
    if words.take(r"\b(?:bi-?weekly|fortnightly|(?:every|each|once a) fortnight)\b"):
        weeks.add(2)
    if words.take(r"\b(?:weekly|(?:every|each) week|(?:once )?a week)\b"):
        weeks.add(1)
    if words.take(r"\b(?:quarterly|(?:(?:of|in) )?(?:every|each|once a) quarter)\b"):
        months.add(3)
    month = r"(?:(?:of|in) )?(?:the|every|each) month|(?:(?:once|twice) )?a month|monthly"
    if words.take(rf"\b(?:{month})\b") and not months:
        months.add(1)
    if len(weeks) > 1 or len(months) > 1:
        raise _not_understood(_("This says two things at once about how often you meet."))
    return (weeks or {0}).pop(), (months or {0}).pop()


def _read_days(words: _Words) -> tuple[tuple[int, ...], int | None, tuple[int, ...]]:
    """(ordinals, weekday, days of the month), as `Cadence` has them."""
    ordinals, weekdays, days = set(), set(), set()
    for match in words.take(rf"\b({_ORDINAL}(?:(?:{_JOIN})(?:the )?{_ORDINAL})*) ({_WEEKDAY})\b"):
        ordinals |= {_ORDINAL_WORDS[word] for word in re.findall(rf"\b{_ORDINAL}\b", match[1])}
        weekdays.add(_weekday(match[2]))
    days |= {-1 for _match in words.take(r"\blast day\b")}
    days |= {1 for _match in words.take(r"\bfirst day\b|\bfirst(?= ;)")}
    days |= {int(match[1]) for match in words.take(r"\b(\d{1,2})(?:st|nd|rd|th)\b")}
    weekdays |= {_weekday(match[0]) for match in words.take(rf"\b{_WEEKDAY}\b")}
    if len(weekdays) > 1:
        raise _not_understood(_("Two weekdays are named. Plan one of them after the other."))
    if any(day > 31 or day == 0 for day in days):
        raise _not_understood(_("A month has 31 days at the most."))
    in_order = sorted(ordinals, key=lambda number: number % 10)
    return tuple(in_order), next(iter(weekdays), None), tuple(sorted(days, key=lambda d: d % 33))


def _weekday(word: str) -> int:
    return _WEEKDAY_WORDS[word if word in _WEEKDAY_WORDS else word.removesuffix("s")]


def _unknown(strays: list[str]) -> str:
    known = [*_WEEKDAY_WORDS, *_MONTH_WORDS, *_ORDINAL_WORDS, *NUMBERS.values()]
    known = [word for word in known if len(word) > 3] + ["every", "weeks", "month", "other"]
    named = []
    for word in dict.fromkeys(strays):
        near = difflib.get_close_matches(word, known, 1, 0.75)
        meant = _(" (did you mean “%s”?)") % near[0] if near and near[0] != word else ""
        named.append(f"“{word}”{meant}")
    if len(named) == 1:
        return _("This word is not understood: %s.") % named[0]
    return _("These words are not understood: %s.") % ", ".join(named)


def _not_understood(sentence: str) -> ValidationError:
    examples = ", ".join(f"“{example}”" for example in EXAMPLES)
    return ValidationError(
        "%(sentence)s %(examples)s",
        code="not_understood",
        params={"sentence": sentence, "examples": _("Examples: %s.") % examples},
    )
