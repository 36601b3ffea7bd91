"""Each color of the page that a reader may choose has the contrasts of WCAG 2.2."""

import re
from itertools import product

import pytest
from django.conf import settings

from accounts.models import User

SHEET = (settings.BASE_DIR / "static/css/tokens.css").read_text()
COLOR = re.compile(r"--([\w-]+): (?:light-dark\((#\w{6}), (#\w{6})\)|(#\w{6}));")
LIGHT, DARK = 0, 1
# What it's called, whether it's light or dark, and the least contrast of text.
PAPERS = [
    ("device", LIGHT, 4.5),
    ("device", DARK, 4.5),
    ("light", LIGHT, 4.5),
    ("sepia", LIGHT, 4.5),
    ("dark", DARK, 4.5),
    ("contrast", LIGHT, 7),
    ("contrast", DARK, 7),
]
SURFACES = ["paper", "paper-raised", "paper-sunk"]
WORDS = ["ink", "ink-soft", "accent", "accent-strong", "warm", "good", "warn", "bad"]
NAMED = ["accent", "warm", "good", "warn", "bad"]
TEXTS = [
    *product(WORDS, SURFACES),
    *((word, f"{name}-soft") for name in NAMED for word in ("ink", name)),
    *product(["on-accent"], ["accent", "accent-strong"]),
    *product(["ink-soft", "accent-strong"], ["accent-soft"]),
]
DRAWINGS = [
    *product(["edge-strong", "focus", "chart-1", "chart-2", "chart-3", "chart-4"], SURFACES),
]


def colors_of(paper, scheme):
    """The colors on one paper, by their names."""
    own = re.search(rf'\[data-paper="{paper}"\] {{(.*?)}}', SHEET, re.DOTALL)
    blocks = [SHEET.partition("{")[2].partition("}")[0], own[1] if own else ""]
    return {
        name: both or (light, dark)[scheme]
        for block in blocks
        for name, light, dark, both in COLOR.findall(block)
    }


def brightness(color):
    """The relative luminance of WCAG."""
    parts = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    darker, brighter = sorted([brightness(one), brightness(other)])
    return (brighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize(("paper", "scheme", "for_text"), PAPERS)
def test_words_and_drawings_are_plain_to_see(paper, scheme, for_text):
    colors = colors_of(paper, scheme)

    least = dict.fromkeys(TEXTS, for_text) | dict.fromkeys(DRAWINGS, 3)
    faint = {
        pair: round(found, 2)
        for pair, wanted in least.items()
        if (found := contrast(colors[pair[0]], colors[pair[1]])) < wanted
    }
    assert faint == {}


def test_each_paper_that_a_person_may_choose_is_looked_at():
    assert {paper for paper, *_rest in PAPERS} == set(User.Paper.values)
