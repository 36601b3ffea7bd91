"""The SVG elements and measures that charts are made of.

Horizontal positions are in percent, vertical ones in em. No drawing is narrower than `WIDTH`
em, so labels that don't touch at that width never touch.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.html import conditional_escape, escape
from django.utils.safestring import SafeString, mark_safe

WIDTH = 18  # em, of the narrowest drawing; `figure.css` sets the same minimum
LINE = 1.3  # em from one line of text to the next
COLORS = 4
MARKERS = [  # circle, square, diamond, triangle
    "M-4 0a4 4 0 1 0 8 0a4 4 0 1 0-8 0z",
    "M-4-4H4V4H-4z",
    "M-5.5 0 0-5.5 5.5 0 0 5.5z",
    "M-5 4 0-5 5 4z",
]

# In em, for any common sans-serif font. All other letters count as 0.62. Digits have their
# bold width, as values are bold.
LETTER_WIDTHS = {
    **dict.fromkeys("fijlrtI.,:;'’|!()[] ", 0.42),
    **dict.fromkeys("0123456789$", 0.7),
    **dict.fromkeys("ABCDEFGHJKLNOPQRSTUVXYZ&", 0.76),
    **dict.fromkeys("mwMW%@—", 1.0),
}


class Scale:
    """Maps values to percent across the drawing. Includes zero. Margins are in em."""

    def __init__(self, values: Iterable[float], *, left: float = 0.0, right: float = 0.0) -> None:
        self.low, self.high = min([0, *values]), max([0, *values])
        self.left = 100 * left / WIDTH
        self.width = max(100 - self.left - 100 * right / WIDTH, 15)

    def __call__(self, value: float) -> float:
        share = (value - self.low) / ((self.high - self.low) or 1)
        return self.left + self.width * share


@dataclass
class Box:
    """The box of a label: its middle in percent across, its width, top and bottom in em."""

    middle: float
    width: float
    top: float
    bottom: float

    @property
    def is_inside(self) -> bool:
        """Whether it fits within the narrowest drawing."""
        middle = self.middle * WIDTH / 100
        return self.width / 2 <= middle <= WIDTH - self.width / 2

    def touches(self, other: "Box") -> bool:
        apart = abs(self.middle - other.middle) * WIDTH / 100
        is_beside = apart >= (self.width + other.width) / 2
        return not (is_beside or self.bottom <= other.top or other.bottom <= self.top)


def words(
    lines: list[str], y: float, kind: str, *, x: str = "0", size: float = 1, **attributes: Any
) -> str:
    """A `<text>` element of these lines; "" without any.

    Args:
        lines: the lines of text.
        y: the top of the first line, in em.
        kind: the part of the class after “figure__”.
        x: the position across, with its unit.
        size: the font size, as a multiple of the drawing's.
        attributes: more attributes, as `tag` takes them.
    """
    if not lines:
        return ""
    shared = {"x": x, "class_": f"figure__{kind}", **attributes}
    heights = [em((y + 0.98 * size + LINE * size * n) / size) for n in range(len(lines))]
    if len(lines) == 1:
        return tag("text", lines[0], y=heights[0], **shared)
    # A space after each line keeps words apart in copied text and in screen readers.
    spans = [tag("tspan", f"{line} ", x=x, y=h) for line, h in zip(lines, heights, strict=True)]
    return tag("text", *spans, **shared)


def stroke(kind: str, x1: float, y1: float, x2: float, y2: float) -> SafeString:
    """A line of this class. Each x is in percent, each y in em."""
    ends = {"x1": percent(x1), "y1": em(y1), "x2": percent(x2), "y2": em(y2)}
    return tag("line", **ends, class_=f"figure__{kind}")


def marker(index: int, x: str, y: float) -> SafeString:
    """The marker of a series. `x` has its unit; `y` is in em."""
    shape = tag("path", d=MARKERS[index % len(MARKERS)], class_=color_class("fill", index))
    return tag("svg", shape, x=x, y=em(y), overflow="visible")


def color_class(kind: str, index: int) -> str:
    """The classes for the color of a series or share, counted from 0."""
    return f"figure__{kind} figure__{kind}--{index % COLORS + 1}"


def tag(name: str, *content: str, **attributes: object) -> SafeString:
    """An SVG element. Escapes all content that isn't marked safe. In the names of attributes,
    `_` becomes a hyphen, and a final `_` is dropped."""
    pairs = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(value)}"'
        for key, value in attributes.items()
    )
    inside = "".join(conditional_escape(part) for part in content)
    return mark_safe(f"<{name}{pairs}>{inside}</{name}>" if inside else f"<{name}{pairs}/>")


def em(number: float) -> str:
    return f"{round(number, 2):g}em"


def percent(number: float) -> str:
    return f"{round(number, 2):g}%"


def text_width(text: str) -> float:
    """The width of a text in em: a cautious estimate for any common sans-serif font."""
    return sum(LETTER_WIDTHS.get(letter, 0.62 if letter < "\u2e80" else 1.05) for letter in text)


def widest(texts: Iterable[str]) -> float:
    """The width of the widest text in em, with a little space beside it; 0 without texts."""
    return max((text_width(text) + 0.6 for text in texts), default=0)


def wrap(text: str, width: float) -> list[str]:
    """The text in lines of at most `width` em. Words longer than a line are cut."""
    lines: list[str] = []
    for word in text.split():
        if lines and text_width(f"{lines[-1]} {word}") <= width:
            lines[-1] += f" {word}"
            continue
        lines.append("")
        for letter in word:
            if text_width(lines[-1] + letter) > width:
                lines.append("")
            lines[-1] += letter
    return lines
