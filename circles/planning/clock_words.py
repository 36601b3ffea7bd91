"""A time of day in words: “7 pm”, “19.30”, “half past seven in the evening”, “noon”."""

import re
from datetime import time

from django.utils.translation import gettext as _

from .words import NUMBER_WORDS, NUMBERS, Words, any_of, not_understood

HOUR = rf"(?P<hour>\d{{1,2}}|{any_of(NUMBERS.values())})"
MINUTE_WORDS = {"fifteen": 15, "thirty": 30, "forty five": 45, "forty-five": 45}
MINUTE = rf"(?:[:.h](?P<minute>\d\d)|\s(?P<words>{any_of(MINUTE_WORDS)}))"
PAST_WORDS = {"quarter past": 15, "half past": 30, "quarter to": -15}
PAST = rf"(?:(?P<past>{any_of(PAST_WORDS)}) )"
O_CLOCK = r"(?:\s*o'clock)"
WITH_PART = rf"\b{PAST}?{HOUR}{MINUTE}?{O_CLOCK}?\s*(?:(?P<half>am|pm)\b|"
WITH_PART += r"in the (?P<part>morning|afternoon|evening)\b|at night\b)"
ALONE = [
    r"\b(?P<hour>\d\d)(?P<minute>\d\d)\s*(?:hours|hrs|h)\b",
    rf"\b{HOUR}{MINUTE}\b(?![.:/]\d)",
    r"\b(?P<hour>\d{1,2})h\b",
    rf"\b{PAST}{HOUR}\b{O_CLOCK}?",
    rf"\bat {HOUR}\b{O_CLOCK}?(?![.:/]\d)",
    rf"\b{HOUR}{O_CLOCK}",
]
# The hours that each part of the day holds. Any other is asked about, not guessed.
HOURS = {
    "am": range(0, 12),
    "pm": range(12, 24),
    "morning": range(1, 12),
    "afternoon": range(12, 20),
    "evening": range(16, 24),
    "night": [*range(17, 24), 0],
}


def read_clock(words: Words, usual: time) -> time:
    """The time that the words name.

    Args:
        words: what is left to read.
        usual: the time if they name none.

    Raises:
        ValidationError: they name two, or one that is not on the clock, or half of one.
    """
    found = {
        _time(match, match["half"] or match["part"] or "night") for match in words.take(WITH_PART)
    }
    found |= {time(12) for _match in words.take(r"\b(?:12 )?(?:noon|mid-?day)\b")}
    found |= {time(0) for _match in words.take(r"\b(?:12 )?midnight\b")}
    parts = {m[1] for m in words.take(r"\b(morning|afternoon|evening|night)s?\b")}
    part = parts.pop() if len(parts) == 1 else ""
    for pattern in ALONE:
        found |= {_time(match, part) for match in words.take(pattern)}
    if len(found) > 1:
        raise not_understood(_("You gave two times. Meetings start at one time, so choose one."))
    clock = found.pop() if found else usual
    if part and clock.hour not in HOURS[part] and clock != time(0):
        raise not_understood(_("That doesn’t give one clear time. Type it like “10 am”."))
    return clock


def _time(match: re.Match[str], part: str) -> time:
    said = match.groupdict()
    hour = NUMBER_WORDS.get(said["hour"], -1) if said["hour"].isalpha() else int(said["hour"])
    minute = int(said.get("minute") or MINUTE_WORDS.get(said.get("words") or "", 0))
    if not (0 <= hour <= 23 and minute <= 59):
        raise not_understood(_("That isn’t a time on the clock. Type it like “7:30 pm”."))
    is_whole = hour > 12 or hour == 0 or (bool(said.get("minute")) and len(said["hour"]) == 2)
    if part:
        either = {hour, (hour + 12) % 24} if 1 <= hour <= 12 else {hour}
        hours = [each for each in either if each in HOURS[part]]
    else:
        hours = [hour] if is_whole else []
    if len(hours) != 1:
        minutes = f":{minute:02}" if minute else ""
        raise not_understood(_half_said(f"{said['hour']}{minutes}"))
    total = hours[0] * 60 + minute + PAST_WORDS.get(said.get("past") or "", 0)
    return time(total // 60 % 24, total % 60)


def _half_said(typed: str) -> str:
    return _("Is that morning or evening? Type “%(typed)s am” or “%(typed)s pm”.") % {
        "typed": typed
    }
