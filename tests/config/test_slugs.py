"""Slugs of what people type, in any script."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.slugs import free_slug, slug_of


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("Maple Street", "maple-street"),
        ("Книжный круг", "knizhnyy-krug"),
        ("水のサークル", "shuinosakuru"),
        ("Ruth’s water/fire", "ruths-water-fire"),
        ("The traf\u00adfick\u00ading law", "the-trafficking-law"),
        ("—", "part"),
        ("\u200b", "part"),
    ],
)
def test_a_slug_is_spelled_in_latin_letters(text, slug):
    assert slug_of(text, fallback="part") == slug


@given(st.text(max_size=200))
def test_any_text_has_a_slug(text):
    slug = slug_of(text, fallback="part", longest=20)

    assert re.fullmatch(r"[a-z0-9_-]{1,20}", slug)


def test_a_slug_that_is_taken_gets_a_number_and_stays_short_enough():
    assert free_slug("wells", {"water"}) == "wells"
    assert free_slug("wells", {"wells", "wells-2"}) == "wells-3"
    assert free_slug("w" * 80, {"w" * 80}) == "w" * 78 + "-2"
