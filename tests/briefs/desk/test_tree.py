"""Moving, splitting and joining sections of a draft: nothing is lost or doubled."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefs.desk import content as contents
from briefs.desk import rework, tree
from briefs.desk.content import SECTION
from briefs.page import markdown

from .samples import brief, part, section, tree_of

BODY = "One.\n\nTwo.\n\n- a list\n\nThree, see [there](#wells-p3).\n\n![](figure:dry)\n\nFour.\n"


@pytest.fixture
def content():
    return [
        brief(),
        section("wells", position=1, body=BODY),
        section("deep", "wells", position=1),
        section("rain", position=2, body="It [rains](#wells) on [three](#wells-p3).\n"),
        section("rivers", position=3),
        part("figure", "dry", "wells", kind="bar", title="Dry", summary="Dry."),
        part("question", "why", "wells", kind="opening", text="Why?", paragraph=3),
        part("question", "first", "wells", kind="opening", text="How?", paragraph=1),
    ]


def fields(content, kind, slug):
    return contents.item(content, f"briefs.{kind}", slug)["fields"]


def test_a_section_moves_among_its_siblings_with_all_that_is_inside(content):
    after = tree.move(content, "wells", by=1)

    assert tree_of(after) == ["rain", "wells", ".deep", "rivers"]
    assert tree_of(tree.move(after, "wells", by=-1)) == tree_of(content)


def test_a_section_goes_into_the_one_before_it_and_out_again(content):
    after = tree.indent(content, "rain")

    assert tree_of(after) == ["wells", ".deep", ".rain", "rivers"]
    assert tree_of(tree.outdent(after, "rain")) == tree_of(content)


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        ("before", ["rivers", "wells", ".deep", "rain"]),
        ("after", ["wells", ".deep", "rivers", "rain"]),
        ("inside", ["wells", ".deep", ".rivers", "rain"]),
    ],
)
def test_a_section_is_put_beside_or_inside_another(content, where, expected):
    assert tree_of(tree.place(content, "rivers", where, "wells")) == expected


@pytest.mark.parametrize(
    "operation",
    [
        lambda content: tree.move(content, "wells", by=-1),
        lambda content: tree.indent(content, "wells"),
        lambda content: tree.outdent(content, "wells"),
        lambda content: tree.place(content, "wells", "inside", "deep"),
        lambda content: tree.place(content, "wells", "after", "wells"),
        lambda content: tree.place(content, "wells", "after", "gone"),
        lambda content: tree.move(content, "gone", by=1),
        lambda content: rework.join(content, "wells"),
        lambda content: rework.split(content, "wells", 0, "New", "new"),
        lambda content: rework.split(content, "wells", 99, "New", "new"),
    ],
)
def test_what_makes_no_sense_is_refused_with_a_sentence(content, operation):
    with pytest.raises(tree.Impossible, match=r"\w+\.$"):
        operation(content)


def test_positions_stay_where_nothing_moved(content):
    after = tree.move(content, "rain", by=1)

    assert fields(after, "section", "deep") == fields(content, "section", "deep")


def test_a_moved_section_is_still_what_its_editor_saw(content):
    before = contents.basis_of(contents.item(content, SECTION, "rain"))

    moved = tree.indent(content, "rain")
    renamed = rework.rename(content, "rain", "Showers")

    assert contents.basis_of(contents.item(moved, SECTION, "rain")) == before
    assert contents.basis_of(contents.item(renamed, SECTION, "rain")) != before


def test_sections_that_are_inside_each_other_are_shown_at_the_top(content):
    looped = [
        *content,
        section("a", "b", position=9),
        section("b", "a", position=9),
        section("c", "nowhere", position=9),
    ]

    assert Counter(each.strip(".") for each in tree_of(looped)) == Counter(
        p["fields"]["slug"] for p in looped if p["model"] == SECTION
    )
    tree.move(looped, "rain", by=1)


def test_a_new_slug_takes_links_questions_and_notes_along(content):
    after = rework.rename_slug(content, "wells", "springs", loaded=content)

    assert fields(after, "section", "springs")["was"] == "wells"
    assert contents.own(contents.item(after, SECTION, "deep"), "parent") == "springs"
    assert fields(after, "question", "why")["section"] == ["water", "springs"]
    assert fields(after, "section", "rain")["body"] == (
        "It [rains](#springs) on [three](#springs-p3).\n"
    )
    back = rework.rename_slug(after, "springs", "wells", loaded=content)
    assert "was" not in fields(back, "section", "wells")
    again = rework.rename_slug(after, "springs", "sources", loaded=content)
    assert fields(again, "section", "sources")["was"] == "wells"


def test_questions_figures_and_links_go_with_the_paragraphs_of_a_split_section(content):
    after = rework.split(content, "wells", 3, "Dry wells", "dry-wells")

    assert tree_of(after) == ["wells", "dry-wells", ".deep", "rain", "rivers"]
    assert fields(after, "section", "wells")["body"] == "One.\n\nTwo.\n\n- a list\n"
    assert fields(after, "question", "why")["section"] == ["water", "dry-wells"]
    assert fields(after, "question", "why")["paragraph"] == 1
    assert fields(after, "question", "first")["section"] == ["water", "wells"]
    assert fields(after, "figure", "dry")["section"] == ["water", "dry-wells"]
    assert "[rains](#wells) on [three](#dry-wells-p1)" in fields(after, "section", "rain")["body"]


def test_a_joined_section_leaves_its_text_questions_and_notes_to_the_one_before(content):
    split = rework.split(content, "wells", 3, "Dry wells", "dry-wells")

    after = rework.join(split, "dry-wells")

    assert tree_of(after) == tree_of(content)
    assert fields(after, "section", "wells")["body"] == BODY
    assert fields(after, "question", "why")["paragraph"] == 3
    assert contents.item(after, SECTION, "wells")["joined"] == ["dry-wells"]
    assert "on [three](#wells-p3)" in fields(after, "section", "rain")["body"]


def test_what_was_inside_a_joined_section_keeps_its_place_in_the_reading(content):
    first = rework.join(content, "deep")
    assert tree_of(first) == ["wells", "rain", "rivers"]

    nested = tree.place(content, "rivers", "inside", "rain")
    assert tree_of(rework.join(nested, "rain")) == ["wells", ".deep", ".rivers"]

    into_parent = tree.place(content, "rivers", "inside", "deep")
    assert tree_of(rework.join(into_parent, "deep")) == ["wells", ".rivers", "rain"]


def test_a_retired_section_takes_along_what_is_inside_and_comes_back_with_it(content):
    after = rework.retire(content, "wells")

    assert tree_of(after) == ["rain", "rivers"]
    assert {p["model"] for p in after} == {"briefs.brief", SECTION}
    assert fields(after, "section", "rain")["body"] == "It rains on three.\n"
    known = {contents.key_of(part) for part in after}
    back = tree.restore(after, [p for p in content if contents.key_of(p) not in known])
    assert tree_of(back) == tree_of(content)
    assert {contents.key_of(part) for part in back} == set(map(contents.key_of, content))


OPERATIONS = st.lists(
    st.tuples(
        st.sampled_from(["up", "down", "in", "out", "before", "after", "inside", "split", "join"]),
        st.integers(0, 9),
        st.integers(0, 9),
    ),
    max_size=12,
)


def done(content, name, slug, other, number):
    if name in ("up", "down"):
        return tree.move(content, slug, by=1 if name == "down" else -1)
    if name == "in":
        return tree.indent(content, slug)
    if name == "out":
        return tree.outdent(content, slug)
    if name == "split":
        return rework.split(content, slug, 1, f"Part {number}", f"part-{number}")
    if name == "join":
        return rework.join(content, slug)
    return tree.place(content, slug, name, other)


def words_of(content):
    bodies = [p["fields"].get("body", "") for p in content if p["model"] == SECTION]
    return Counter(word for body in bodies for word in markdown.plain(body).split())


@given(OPERATIONS)
def test_no_operation_loses_or_doubles_a_part_and_each_can_be_taken_back(operations):
    content = [
        brief(),
        *(section(f"s{n}", f"s{n // 2}" if n % 3 else None, position=n) for n in range(1, 6)),
        section("long", position=9, body=BODY),
        part("figure", "dry", "long", kind="bar", title="Dry", summary="Dry."),
        part("question", "why", "long", kind="opening", text="Why?", paragraph=3),
        part("question", "other", "s2", kind="opening", text="Other?"),
    ]
    words = words_of(content)
    for number, (name, which, where) in enumerate(operations):
        rows = tree.rows(content)
        slug, other = rows[which % len(rows)].slug, rows[where % len(rows)].slug
        try:
            after = done(content, name, slug, other, number)
        except tree.Impossible:
            continue
        assert words_of(after) == words
        assert len(tree.rows(after)) == len(contents.items(after, SECTION))
        assert contents.step_back(after, contents.difference(content, after)) == content
        content = after
    keys = list(map(contents.key_of, content))
    sections = {row.slug for row in tree.rows(content)}
    assert len(keys) == len(set(keys))
    assert {("briefs.figure", "dry"), ("briefs.question", "why")} <= set(keys)
    for each in contents.items(content, "briefs.question"):
        assert contents.own(each, "section") in sections
    why = fields(content, "question", "why")
    home = contents.item(content, SECTION, why["section"][-1])["fields"]["body"]
    assert markdown.paragraphs(home)[why["paragraph"] - 1].startswith("Three")
