"""Markdown to the tree of a PDF."""

import json
from types import SimpleNamespace

from hypothesis import given
from hypothesis import strategies as st

from briefs.page import markdown
from briefs.pdf.typst_blocks import blocks, resolve_links


def source(slug):
    return SimpleNamespace(slug=slug, title=slug.title())


def words_in(tree):
    """All strings that the document shows."""
    if isinstance(tree, str):
        return [tree]
    if isinstance(tree, dict):
        shown = [tree[key] for key in ("of", "items", "header", "rows", "text") if key in tree]
        return words_in(shown)
    return [word for branch in tree or [] for word in words_in(branch)]


def test_a_paragraph_keeps_its_emphasis_links_and_citations():
    citations = markdown.Citations([source("report"), source("study")])
    text = "Wells *run **dry*** [@study][@report], see [the report](/briefs/) and [here](#wells)."

    (block,) = blocks(text, citations=citations)

    pieces = [piece for piece in block["of"] if isinstance(piece, dict)]
    assert [piece["is"] for piece in pieces] == ["em", "cite", "link", "link"]
    assert pieces[1]["marks"] == [
        {"number": 1, "to": "source-study"},
        {"number": 2, "to": "source-report"},
    ]


def test_a_link_within_this_site_is_written_out_for_a_reader_who_is_elsewhere(settings):
    settings.SITE_URL = "https://circles.example.org"

    (block,) = blocks("[Briefs](/briefs/)")

    assert block["of"][0]["to"] == "https://circles.example.org/briefs/"


def test_lists_quotes_tables_and_code_keep_their_form():
    text = (
        "3. three\n4. four\n\n> said\n\n| a | b |\n|---|--:|\n| 1 | 2 |\n\n```\nx = 1\n```\n\n---"
    )

    found = blocks(text)

    assert [block["is"] for block in found] == ["list", "quote", "table", "code", "rule"]
    assert found[0]["start"] == 3
    assert found[2]["sides"] == ["start", "end"]
    assert found[3]["text"] == "x = 1"


def test_a_figure_stands_where_the_text_says_and_only_once():
    figures = {"wells": {"is": "figure"}, "pipes": {"is": "figure"}}

    found = blocks("One.\n\n![](figure:wells)\n\nTwo.\n\n![](figure:wells)", figures=figures)

    assert [block["is"] for block in found] == ["paragraph", "figure", "paragraph"]
    assert list(figures) == ["pipes"]


def test_a_link_that_leads_nowhere_on_paper_becomes_plain_words():
    tree = {"of": [{"is": "heading", "id": "wells"}, *blocks("[a](#wells) [b](#gone)")]}

    resolve_links(tree)

    assert [piece["is"] for piece in tree["of"][1]["of"] if piece != " "] == ["link", "words"]


def test_a_link_to_a_paragraph_leads_to_its_section():
    tree = {"of": [{"is": "heading", "id": "wells"}, *blocks("[a](#wells-p2)")]}

    resolve_links(tree)

    assert tree["of"][1]["of"][0]["to"] == "#wells"


@given(st.text(st.characters(codec="utf-8"), max_size=300))
def test_any_text_becomes_a_tree_that_json_holds_without_characters_that_steer(text):
    tree = blocks(text)

    assert json.loads(json.dumps(tree)) == tree
    shown = "".join(words_in(tree))
    assert not any(ord(letter) < 32 for letter in shown.replace("\n", ""))


def test_quotes_in_quotes_without_end_are_set_without_their_frames():
    tree = blocks("> " * 19 + "deep")

    assert words_in(tree) == ["deep"]
    assert json.dumps(tree).count("quote") < 12
