"""Slugs of briefs and their parts depend on their words alone, in any script."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefs.slugs import lasting_slug


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("Who decides what", "who-decides-what"),
        ("Колодцы города", "kolodtsy-goroda"),
        ("Años de sequía", "anos-de-sequia"),
        ("1984", "1984"),
        ("🌊", "ocean"),
    ],
)
def test_words_that_latin_letters_spell_well_have_a_plain_slug(text, slug):
    assert lasting_slug(text, fallback="section") == slug


@pytest.mark.parametrize(
    ("one", "other"), [("פרק א", "פרק ע"), ("是", "事"), ("★", "☆☆"), ("!", "?"), ("ا", "ع")]
)
def test_words_that_are_spelled_alike_have_slugs_of_their_own(one, other):
    slugs = {lasting_slug(text, fallback="section") for text in (one, other)}

    assert len(slugs) == 2


def test_a_slug_stays_when_only_case_and_signs_change():
    assert lasting_slug("« בארות »", fallback="s") == lasting_slug("בארות", fallback="s")


@given(st.text(min_size=1, max_size=200))
def test_any_text_has_a_slug_that_the_database_takes(text):
    assert re.fullmatch(r"[a-z0-9_-]{1,40}", lasting_slug(text, fallback="section", longest=40))
