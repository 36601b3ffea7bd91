"""One brief of 31 headings gives the same draft from every format that editors have it in."""

import pytest

from .documents import (
    as_cms_html,
    as_google_html,
    as_markdown,
    as_text,
    as_word,
    brief,
    drafted,
    tree,
    words,
    words_of,
)

PARTS = brief()
SAY_LEVELS = {
    "Word": ("town-water.docx", as_word(PARTS)),
    "a page of a CMS": ("town-water.html", as_cms_html(PARTS)),
    "a page of Google Docs": ("town-water.html", as_google_html(PARTS)),
    "Markdown": ("town-water.md", as_markdown(PARTS)),
}
SAY_NONE = {
    "text": ("town-water.txt", as_text(PARTS)),
    "Word without styles": ("town-water.docx", as_word(PARTS, with_styles=False)),
}
LINKED = {name: file for name, file in (SAY_LEVELS | SAY_NONE).items() if name != "text"}


def as_drafted(file):
    name, content = file
    return drafted(content, name)


@pytest.mark.parametrize("file", SAY_LEVELS.values(), ids=SAY_LEVELS.keys())
def test_what_says_its_levels_gives_the_tree_and_guesses_none(file):
    found = as_drafted(file)

    assert len(found.tree) == 31
    assert found.tree == tree(PARTS)
    assert found.title == "Town water"
    assert "inside" not in found.all_told


@pytest.mark.parametrize("file", SAY_NONE.values(), ids=SAY_NONE.keys())
def test_what_says_no_levels_gives_the_headings_and_tells_each_wrong_parent(file):
    found, right = as_drafted(file), tree(PARTS)

    assert [heading for heading, _parent in found.tree] == [heading for heading, _parent in right]
    wrong = [one for one, other in zip(found.tree, right, strict=True) if one != other]
    # Only what plain text can't tell: whether the first parts are beside the introduction.
    assert len(wrong) <= 3
    for heading, _parent in wrong:
        assert any(told.startswith(f"{heading}: We put “{heading}”") for told in found.told)


def test_word_without_styles_gives_the_tree_of_plain_text():
    assert as_drafted(SAY_NONE["Word without styles"]).tree == as_drafted(SAY_NONE["text"]).tree


@pytest.mark.parametrize(
    "file", (SAY_LEVELS | SAY_NONE).values(), ids=(SAY_LEVELS | SAY_NONE).keys()
)
def test_no_format_loses_a_word(file):
    found = as_drafted(file)

    assert words_of(PARTS) - words(found.text) == {}


@pytest.mark.parametrize("file", LINKED.values(), ids=LINKED.keys())
def test_every_link_becomes_a_source(file):
    addresses = {address for _title, address in as_drafted(file).sources}

    assert len(addresses) == sum(bool(part.texts) for part in PARTS)
