"""The checks of a fixture, which find every fault, and nothing in a good fixture."""

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from briefs.editions import checks, fixture_reading

from ..samples import Draft


def found(draft):
    """The codes of the findings. Errors begin with “!”."""
    return {("!" if f.is_error else "") + f.code for f in checks.check(draft.fixture)}


def chart(rows, *, series=("",), kind="bar", **fields):
    draft = Draft()
    draft.part("source", slug="report", title="Report", publisher="The town")
    fields = {
        "slug": "yield",
        "section": ["water", "wells"],
        "kind": kind,
        "title": "The north well gives most",
        "summary": "Three bars.",
        "unit": "gallons",
        "source": ["water", "report"],
        "data": {"series": list(series), "rows": rows},
    } | fields
    return draft.part("figure", **fields)


def changed(slug, model="section", **fields):
    draft = Draft()
    draft.fields(slug, model).update(fields)
    return draft


def body(text):
    return changed("wells", body=text)


def question(text, **fields):
    return changed("wells-ask", "question", text=text, **fields)


def steps(text):
    return Draft().part("calltoaction", slug="look", step="measure", text=text)


def two_briefs():
    draft = Draft()
    draft.items.append(draft.revised("2027-01-01").items[0])
    return draft


def without_questions():
    draft = Draft()
    draft.items = [item for item in draft.items if item["model"] != "briefs.question"]
    return draft


def test_a_good_brief_has_no_findings():
    assert found(Draft()) == set()
    assert found(chart([["North", 40], ["South", None]])) == set()
    assert found(chart([["A", 39], ["B", 34], ["C", 28]], kind="share", unit="%")) == set()


@pytest.mark.parametrize(
    "path", sorted(Path("fixtures").glob("*.yaml")), ids=lambda path: path.name
)
def test_the_briefs_that_come_with_the_program_have_no_errors(path):
    findings = checks.check(fixture_reading.read_file(path))

    assert {finding.code for finding in findings} <= {"length"}
    assert not any(finding.is_error for finding in findings)


CASES = {
    "a second brief": (two_briefs, "!one-brief"),
    "a part of another brief": (lambda: changed("wells", brief=["fire"]), "!one-brief"),
    "a slug twice": (lambda: Draft().section("wells", "More wells"), "!slug"),
    "was names what stands": (lambda: changed("wells", was="pipes"), "!was"),
    "two heirs of one": (
        lambda: Draft().section("a", "A one", was="x").section("b", "B two", was="x"),
        "!was",
    ),
    "a parent that is not there": (lambda: changed("lead", parent=["water", "tin"]), "!key"),
    "a section inside itself": (lambda: changed("pipes", parent=["water", "lead"]), "!tree"),
    "a fourth level": (
        lambda: Draft().section("a", "A", parent="lead").section("b", "B", parent="a"),
        "depth",
    ),
    "a heading with nothing under it": (lambda: body(""), "empty"),
    "the same position twice": (lambda: changed("wells", position=3), "order"),
    "a citation of nothing": (lambda: body("So it is said [@nowhere]."), "!citation"),
    "a citation where none is drawn": (
        lambda: changed("water", "brief", about="By us [@report]."),
        "!citation",
    ),
    "a source that nobody cites": (
        lambda: Draft().part("source", slug="r", title="R", publisher="P"),
        "citation",
    ),
    "a link to no section": (lambda: body("See [there](#nowhere)."), "!link"),
    "a link to no figure": (lambda: body("See [it](figure:nowhere)."), "!link"),
    "a link that runs a script": (lambda: body("See [it](javascript:alert(1))."), "!link"),
    "HTML in a text": (lambda: body("See <b>this</b>."), "html"),
    "a picture": (lambda: body("![The well](https://example.org/well.png)"), "picture"),
    "a heading in a text": (lambda: body("# The well\n\nIt is deep."), "heading-in-text"),
    "a figure that is not there": (lambda: body("![](figure:nowhere)"), "!figure"),
    "a film that leads nowhere": (lambda: chart([], kind="video"), "!figure"),
    "a film of unknown length": (
        lambda: chart([], kind="video", url="https://example.org/"),
        "length",
    ),
    "a chart without rows": (lambda: chart([]), "!rows"),
    "a row too short": (lambda: chart([["North", 1]], series=["2024", "2025"]), "!rows"),
    "a number in quotes": (lambda: chart([["North", "40"]]), "!rows"),
    "a chart without a unit": (lambda: chart([["North", 40]], unit=""), "unit"),
    "a figure without a source": (lambda: chart([["North", 40]], source=None), "figure-source"),
    "a figure without words": (lambda: chart([["North", 40]], summary=""), "!value"),
    "shares of more than the whole": (
        lambda: chart([["A", 60], ["B", 60]], kind="share", unit="%"),
        "!sum",
    ),
    "a total that is not one": (lambda: chart([["A", 60], ["B", 60], ["Total", 100]]), "!sum"),
    "no questions": (without_questions, "questions"),
    "yes or no": (lambda: question("Should we pay more?"), "yes-or-no"),
    "yes or no, after a sentence": (lambda: question("It is dear. Isn’t it?"), "yes-or-no"),
    "a question on no paragraph": (lambda: question("Why is it so?", paragraph=2), "!paragraph"),
    "a help line that cannot be reached": (
        lambda: Draft().part("helpline", slug="h", name="Help", when="At night"),
        "!help-line",
    ),
    "a warning without help": (
        lambda: changed("water", "brief", advisory="It is sad."),
        "help-line",
    ),
    "a section too long": (lambda: body("word " * 2000), "length"),
    "a section too long with its steps": (lambda: steps("word " * 2000), "length"),
    "no executive summary": (
        lambda: changed("water", "brief", executive_summary=""),
        "summary",
    ),
    "facts from the future": (
        lambda: changed("water", "brief", facts_as_of="2027-01-01"),
        "dates",
    ),
    "headings in two cases": (
        lambda: Draft().section("a", "The Old Wells Here").section("b", "The old pipes here"),
        "case",
    ),
}


@pytest.mark.parametrize(("make", "code"), CASES.values(), ids=CASES.keys())
def test_each_fault_is_found(make, code):
    assert code in found(make())


@pytest.mark.parametrize(
    "text", ["Should we pay more, or use less?", "Is it so, and why?", "What should we do?"]
)
def test_a_question_that_opens_a_choice_is_not_yes_or_no(text):
    assert found(question(text)) == set()


def run(*arguments):
    out = StringIO()
    try:
        call_command("check_brief", *arguments, stdout=out)
    except SystemExit as end:
        return end.code, out.getvalue()
    return 0, out.getvalue()


def test_the_command_says_file_line_section_fault_and_remedy(tmp_path):
    path = tmp_path / "water.yaml"
    path.write_text(body("So it is said [@nowhere].").text)

    code, told = run(str(path))

    assert code == 1
    line = next(line for line in told.splitlines() if "nowhere" in line)
    assert line.strip().startswith("water.yaml:")
    assert "[wells]" in line
    assert line.endswith("Add the source, or fix the slug.")


def test_the_command_ends_well_on_warnings_alone(tmp_path):
    path = tmp_path / "water.yaml"
    path.write_text(body("").text)

    assert run(str(path))[0] == 0


def test_the_command_gives_json_of_every_file_an_unreadable_one_too(tmp_path):
    path = tmp_path / "water.yaml"
    path.write_text(body("").text)

    code, told = run(str(path), str(tmp_path / "nowhere.yaml"), "--json")

    assert code == 1
    assert [finding["code"] for finding in json.loads(told)] == ["empty", "unreadable"]
