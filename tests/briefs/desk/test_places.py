"""Where the parts of a draft are used, and their order."""

import pytest

from briefs.desk import places
from briefs.desk.content import item

from ..samples import Draft as Sample
from .part_cases import BODY


def content():
    sample = Sample()
    sample.fields("wells")["body"] = BODY
    sample.fields("pipes")["body"] = "Old pipes [@survey]. Cited twice [@survey]."
    sample.part("source", slug="survey", title="The survey", publisher="A", url="https://a.org/x/")
    sample.part(
        "source", slug="again", title="Survey, again", publisher="A", url="http://www.a.org/x"
    )
    key = {"section": ["water", "wells"], "source": ["water", "again"]}
    sample.part("figure", slug="use", kind="bar", title="Use", summary="S", **key)
    return sample.fixture.data


def test_a_source_knows_each_place_that_cites_it_once():
    assert places.citing(content()) == {
        "survey": ["The wells", "The pipes"],
        "again": ["Figure: Use"],
    }


def test_the_same_web_address_is_the_same_source():
    assert places.doubles(content()) == {"again": "survey"}


def test_two_sources_become_one_wherever_they_are_cited():
    after = places.one_source(content(), "survey", "again")

    assert set(places.citing(after)) == {"again"}
    assert item(after, "briefs.source", "survey") is None


@pytest.mark.parametrize("after", [0, 1, 2, 3])
def test_a_figure_is_placed_after_a_paragraph_and_once(after):
    body = places.with_figure(BODY, "use", after)

    assert body.count("figure:use") == 1
    assert places.placed_after(body, "use") == after
    assert places.without_figure(body, "use") == places.without_figure(BODY, "use")


def test_a_list_is_not_torn_apart_by_a_figure():
    body = places.with_figure("Begin:\n\n- one\n- two\n\nEnd.", "use", 2)

    assert body == "Begin:\n\n- one\n- two\n\n![](figure:use)\n\nEnd."


@pytest.mark.parametrize(
    ("after", "there"),
    [
        ("New.\n\nOne.\n\nTwo.", 3),
        ("One.\n\nTwo, but longer.", 2),
        ("Two.", 1),
        ("One.", None),
    ],
)
def test_a_question_goes_on_pointing_at_its_paragraph(after, there):
    assert places.repointed("One.\n\nTwo.", after)(2) == there


def test_parts_are_moved_within_their_group_only():
    sample = Sample()
    for slug in ("first", "second"):
        sample.part("question", slug=slug, section=["water", "wells"], kind="factual", text=slug)

    moved = places.moved(sample.fixture.data, "briefs.question", "second", -1)

    own = [p for p in moved if p["fields"].get("section") == ["water", "wells"]]
    ordered = [part["fields"]["slug"] for part in places.in_order(own)]
    assert ordered.index("second") == ordered.index("first") - 1
    others = [p for p in moved if p["fields"].get("section") == ["water", "pipes"]]
    assert others == [
        p for p in sample.fixture.data if p["fields"].get("section") == ["water", "pipes"]
    ]
