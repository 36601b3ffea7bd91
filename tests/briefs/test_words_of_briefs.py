"""The briefs that come with the site are in plain words and short sentences."""

from pathlib import Path

import pytest
import yaml

from ..reading_grade import grade, outside_quotations, sentences, words
from ..voice import unused_words_of_prose

FIXTURES = sorted((Path(__file__).resolve().parents[2] / "fixtures").glob("*.yaml"))
HARDEST_GRADE = 9.0
LONGEST_SENTENCE = 30  # words

# What people read of a brief. The titles of sources are as their publishers wrote them.
READ = {
    *("title", "heading", "name", "summary", "executive_summary", "about", "advisory", "body"),
    *("text", "prompts", "note", "when", "hours", "unit", "as_of"),
}

every_fixture = pytest.mark.parametrize("path", FIXTURES, ids=lambda path: path.stem)


def texts(path):
    """What people read of the rows in a fixture, without quotations: (model, slug, text)."""
    for row in yaml.safe_load(path.read_text()):
        model, fields = row["model"].removeprefix("briefs."), row["fields"]
        names = READ - {"title"} if model == "source" else READ
        labels = [label for label, *_values in fields.get("data", {}).get("rows", [])]
        for text in [*(fields[name] for name in fields if name in names), *labels]:
            yield model, fields.get("slug"), outside_quotations(text)


@every_fixture
def test_a_ninth_grader_can_read_it(path):
    read = [(model, sentences(text)) for model, _slug, text in texts(path)]
    # Short questions and captions don't make up for hard pages.
    pages = [it for model, found in read if model == "section" for it in found]

    assert grade(it for _model, found in read for it in found) <= HARDEST_GRADE
    assert grade(pages) <= HARDEST_GRADE


@every_fixture
def test_it_has_no_word_we_dont_use(path):
    found = [(*where, word) for *where, text in texts(path) for word in unused_words_of_prose(text)]

    assert found == []


@every_fixture
def test_no_sentence_is_too_long(path):
    long = [
        (*where, sentence)
        for *where, text in texts(path)
        for sentence in sentences(text)
        if len(words(sentence)) > LONGEST_SENTENCE
    ]

    assert long == []
