"""Initials: what stands for a person where there is room for two letters."""

import pytest

from config.names import initials


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Ruth Delgado", "RD"),
        ("Ida", "I"),
        ("ana maria de la cruz", "AC"),
        ("Émile Zola", "ÉZ"),
        ("Sam (new) ", "S"),
        ("", ""),
    ],
)
def test_initials_are_of_the_first_and_the_last_word(name, letters):
    assert initials(name) == letters
