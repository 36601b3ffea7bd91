import pytest

from .reading_grade import grade, outside_quotations, sentences, syllables, words

SYLLABLES = {
    1: "a the we’ll you’re they’ve can’t trust moved helped named changed streets 2021 $22,000",
    2: "people’s reading circle tables handled hundred evening needed didn’t doesn’t being quiet"
    " business something somewhere houses police U.S. maybe",
    3: "neighborhood idea area video agreement beginning anyone FBI NGOs",
    4: "community information RSVP",
    5: "facilitator international anti-trafficking",
}


@pytest.mark.parametrize(
    ("count", "word"), [(count, word) for count, row in SYLLABLES.items() for word in row.split()]
)
def test_syllables_are_counted_as_they_are_spoken(count, word):
    assert [syllables(it) for it in words(word)] == [count]


def test_sentences_are_found_without_marks_and_through_abbreviations():
    text = """
*Come* to [our page](https://a.example/b). It rose by 4.9
million in the U.S. Senate [@one][@two]. “Who?” they ask.

1. **First.** Then
   go on, as Sen. Ann Lee did.
2. Second

| Job | What |
| --- | ---: |
| Host | Opens the door |

Hi %(name)s, see https://a.example/c?d=1. Go!
"""

    assert sentences(text) == [
        "Come to our page.",
        "It rose by 4.9 million in the U.S. Senate.",
        "“Who?” they ask.",
        "First.",
        "Then go on, as Sen. Ann Lee did.",
        "Second",
        *("Job", "What", "Host", "Opens the door"),
        "Hi Ann, see it.",
        "Go!",
    ]


def test_what_is_quoted_can_be_left_out_and_ends_the_sentence_that_ends_there():
    text = "She said, “I knew it. We all did.” Then she “left” us."

    assert sentences(outside_quotations(text)) == ["She said, .", "Then she us."]


def test_the_grade_is_that_of_flesch_and_kincaid():
    # Six words, ten syllables: 0.39 * 6 + 11.8 * 10 / 6 - 15.59
    assert grade(["The neighbors meet in our library."]) == pytest.approx(6.4167, abs=0.001)


def test_the_grade_leaves_out_what_is_shorter_than_five_words():
    easy = ["We read it and we talk."]

    assert grade([*easy, "Interdisciplinary organizational responsibilities."]) == grade(easy)
    assert grade([]) == 0
