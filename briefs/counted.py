"""Counts of what circles do, told so that no single circle can be read from them.

A count is told only if at least `FEWEST` circles make it up, and in steps: so a look before and a
look after a circle joins or leaves mostly say the same.
"""

from bisect import bisect_right

from django.utils.translation import gettext as _

FEWEST = 3
STEPS = [3, 5, 10, 15, 20, 30, 50, 75, 100, 150, 200, 300, 500, 750, 1_000, 2_000, 5_000, 10_000]
# Minutes are told to so many minutes.
ROUNDED_TO = 5


def at_least(number: int) -> int:
    """The step that a count has reached; 0 if it's smaller than all of them."""
    return STEPS[reached - 1] if (reached := bisect_right(STEPS, number)) else 0


def in_steps(number: int) -> str:
    """A count in words; empty if it's too small to tell."""
    step = at_least(number)
    return _("%d or more") % step if step else ""


def some_or_more(number: int, *, circles: int) -> str:
    """The same, where it must be told that there's something at all.

    Args:
        number: the count.
        circles: how many circles it's made of.
    """
    return in_steps(number) if circles >= FEWEST and at_least(number) else _("some")


def rounded(minutes: float) -> int:
    """Minutes, to the nearest `ROUNDED_TO`, and no less than that."""
    return max(ROUNDED_TO, ROUNDED_TO * round(minutes / ROUNDED_TO))
