"""How the site speaks: plain words, short sentences, dates by one set of filters."""

import re
from pathlib import Path

import pytest
from django.conf import settings

from . import voice
from .catalog import messages
from .reading_grade import grade, plain, sentences, words

ROOT = Path(settings.BASE_DIR)


@pytest.fixture(scope="module")
def catalog():
    found = list(messages())
    assert len(found) > 2000
    return found


def test_no_string_has_a_word_we_dont_use(catalog):
    found = [(it.where, voice.unused_words(it.text)) for it in catalog]

    assert [(where, unused) for where, unused in found if unused] == []


def test_no_sentence_is_too_long_to_say(catalog):
    long = [
        (it.where, sentence)
        for it in catalog
        for sentence in sentences(it.text)
        if len(words(sentence)) > voice.LONGEST_SENTENCE
    ]

    assert long == []


def test_a_seventh_grader_can_read_the_interface(catalog):
    said = {sentence for it in catalog for sentence in sentences(it.text)}

    assert grade(said) <= voice.HARDEST_GRADE


def test_apostrophes_and_quotation_marks_are_curly(catalog):
    straight = [
        (it.where, it.text)
        for it in catalog
        if re.search(r"\w'\w|(?<![=\w])\"(?!>)", re.sub(r"<[^>]*>|`[^`]*`", "", it.text))
    ]

    assert straight == []


def test_subjects_about_an_account_are_short(catalog):
    subjects = [it for it in catalog if "_subject.txt" in it.where]
    long = [
        it.text
        for it in subjects
        # A code has six digits; a name may be cut short.
        if len(re.sub(r"%\(\w+\)s", "123456", it.text)) > voice.LONGEST_SUBJECT
    ]

    assert subjects and long == []


def test_dates_are_written_by_the_filters():
    """`config/when.py` has them; a format of one's own reads differently on each page."""
    own_formats = re.compile(r"\|(?:date|time)\b|strftime|date_format\(|time_format\(")
    machine = re.compile(r"strftime\((?:\"%Y-%m-%d\"|\"%H:%M\"|compact|iso)\)")
    found = [
        (str(path.relative_to(ROOT)), line.strip())
        for folder in ("accounts", "briefs", "circles", "config", "operations", "templates")
        for path in sorted((ROOT / folder).rglob("*.*"))
        if path.suffix in {".py", ".html", ".txt"}
        and path.name != "when.py"
        and "migrations" not in path.parts
        for line in path.read_text().splitlines()
        if own_formats.search(machine.sub("", line))
    ]

    assert found == []


@pytest.mark.django_db
def test_no_page_has_a_word_we_dont_use(walk):
    found = {}
    for stop in walk.stops:
        for line in stop.page.lines:
            if unused := voice.unused_words_of_prose(line) + voice.odd_clocks(line):
                found.setdefault((line, *unused), stop.path)

    assert found == {}


@pytest.mark.django_db
def test_buttons_are_short(walk, catalog):
    """Headings, ideas of a brief and items of an agenda are buttons too, but not ours to word."""
    ours = [it.text for it in catalog if len(words(plain(it.text))) > voice.LONGEST_BUTTON]
    patterns = [re.sub(r"%\\\(\w+\\\)s", ".+", re.escape(text)) for text in ours]
    is_ours = re.compile("|".join(patterns))
    long = {
        label: stop.path
        for stop in walk.stops
        for label in stop.page.buttons
        if len(words(label)) > voice.LONGEST_BUTTON and is_ours.fullmatch(label)
    }

    assert {label: path for label, path in long.items() if label not in voice.LONG_BUTTONS} == {}
