"""The checks of a fixture, which find every fault, and nothing in a good fixture."""

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.utils import timezone

from briefs.editions import checks, fixture_reading, fixture_yaml

from ..samples import Draft, Raw, Typed


def found(draft):
    """The codes of the findings. Errors begin with “!”."""
    return {("!" if f.is_error else "") + f.code for f in checks.check(draft.fixture)}


def chart(rows, *, series=("",), kind="bar", **fields):
    draft = Draft()
    draft.part("source", slug="report", title="Water report", publisher="The town")
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


def in_series(*slugs):
    draft = Draft()
    draft.items += [
        {"model": "briefs.series", "fields": {"slug": slug, "title": "Year"}} for slug in slugs
    ]
    return draft


def nested(levels):
    draft = Draft()
    for level in range(levels):
        draft.section(f"s{level}", f"Part {level}", parent=f"s{level - 1}" if level else None)
    return draft


def placed_twice():
    draft = chart([["North", 40]])
    draft.fields("wells")["body"] = "![](figure:yield)\n\nAgain:\n\n![](figure:yield)"
    return draft


def charted(data):
    return chart([], data=data)


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

    # Some films don't say how long they are, and two programs share the only page they have.
    assert {finding.code for finding in findings} <= {"length", "double"}
    assert len(findings) < 10
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
    "was is its own slug": (lambda: changed("wells", was="wells"), "!was"),
    "a parent of another brief": (lambda: changed("lead", parent=["fire", "pipes"]), "!key"),
    "a series twice": (lambda: in_series("a", "a"), "!slug"),
    "a series beside a brief": (lambda: in_series("a"), "!one-brief"),
    "a level that no page has": (lambda: nested(11), "!depth"),
    "a figure twice": (lambda: placed_twice(), "marker"),
    "a chart without numbers": (lambda: chart([["North", None]]), "!rows"),
    "a chart of unknown parts": (lambda: charted({"row": [["A", 1]]}), "!rows"),
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
    "a row without a name": (lambda: chart([["", 40], ["South", 1]]), "!label"),
    "columns without names": (lambda: chart([["A", 1, 2]], series=["", "2025"]), "!label"),
    "two rows of one name": (lambda: chart([["North", 40], ["North ", 1]]), "label"),
    "a part below zero": (lambda: chart([["A", -1], ["B", 101]], kind="share"), "!rows"),
    "an area below zero": (lambda: chart([["A", -1], ["B", 1]], kind="steps"), "!rows"),
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


HARD = "The interdepartmental implementation of organizational responsibilities necessitates " * 20
CLAIMS = "About 40% of the pipes are made of lead."
THREE = "\n\n".join(f"In {place}, 4 in 10 pipes leak." for place in ("Ash", "Elm", "Oak"))


def sources(*rows):
    """A draft that cites sources with these fields."""
    draft = Draft()
    for number, fields in enumerate(rows):
        named = {"slug": f"s{number}", "title": f"Report {number}", "publisher": "The town"}
        draft.part("source", position=number, **named | fields)
        draft.fields("wells")["body"] += f" See it [@s{number}]."
    return draft


def hotline(**fields):
    return Draft().part("helpline", slug="h", name="Help", when="At night", **fields)


# What a good editor would say.
ADVICE = {
    "a text to write": (lambda: body("The wells are old. TO DO: how old?"), "placeholder"),
    "a number to come": (lambda: body("They gave TK gallons."), "placeholder"),
    "a share to come": (lambda: body("They gave xx% of it."), "placeholder"),
    "words to come": (lambda: body("It was built by [insert name] and others."), "placeholder"),
    "questions to oneself": (lambda: body("It was built in 1931 (???)."), "placeholder"),
    "words of a printer": (lambda: body("Lorem ipsum dolor sit amet."), "placeholder"),
    "a heading to write": (lambda: changed("wells", heading="Untitled"), "placeholder"),
    "a label to write": (lambda: chart([["XXX", 40], ["South", 1]]), "placeholder"),
    "a page that is no page": (lambda: body("See [it all](https://example.com/a)."), "placeholder"),
    "an edition of next year": (
        lambda: Draft().revised(f"{timezone.localdate().year + 1}-02-01"),
        "future",
    ),
    "a number and no source": (lambda: body(CLAIMS), "thin"),
    "a study and no source": (lambda: body("Researchers found lead in them."), "thin"),
    "a quotation and no source": (
        lambda: body("They are “a danger to everyone who drinks from them” today."),
        "thin",
    ),
    "one source for many numbers": (
        lambda: changed("lead", body=THREE).part("source", slug="s", title="A b", publisher="C"),
        "thin",
    ),
    "a source called here": (lambda: sources({"title": "here"}), "vague"),
    "a source called by its address": (lambda: sources({"title": "www.a.org/b"}), "vague"),
    "a link called here": (lambda: body("Click [here](https://a.org/b)."), "vague"),
    "a source twice by its link": (
        lambda: sources({"url": "https://www.a.org/b/"}, {"url": "http://a.org/b"}),
        "double",
    ),
    "a source twice by its title": (
        lambda: sources({"title": "Water, 2020"}, {"title": "Water 2020"}),
        "double",
    ),
    "a question twice": (
        lambda: question("What have you seen of it", section=["water", "pipes"]),
        "double",
    ),
    "a heading twice": (lambda: changed("pipes", heading="The Wells"), "double"),
    "a hotline of a page alone": (lambda: hotline(url="https://a.org/"), "hotline"),
    "a hotline of a story": (lambda: hotline(phone="555-0123"), "hotline"),
    "a hotline that can't be dialed": (lambda: hotline(phone="ask the desk"), "hotline"),
    "a brief for scholars": (lambda: body(HARD + "."), "grade"),
    "two questions in one": (
        lambda: question("What do you know about it, and what would you like to know?"),
        "double-barreled",
    ),
    "two questions in a row": (
        lambda: question("What do you know about it? What would you like to know?"),
        "double-barreled",
    ),
}


@pytest.mark.parametrize(("make", "code"), ADVICE.values(), ids=ADVICE.keys())
def test_advice_is_given_as_a_warning(make, code):
    assert code in found(make())


@pytest.mark.parametrize(
    "draft",
    [
        body("Super Bowl XXX was in Title XXX of the code. He did what there was to do."),
        body("The wells […] “are old.” [The town](#pipes) [added](https://a.org/b) one."),
        body("Ask them: “What would make this easier for you to keep?” It takes 20 minutes."),
        body("In 1931, the town dug a well."),
        changed("lead", heading="The wells"),
        sources({"url": "https://a.org/"}, {"url": "https://a.org"}),
        sources({"url": "https://a.org/?id=1"}, {"url": "https://a.org/?id=2"}),
        sources({"title": "Water", "year": 2020}, {"title": "Water", "year": 2021}),
        hotline(phone="1-800-CALL-NOW"),
        question("What would you ask of the town, and why?"),
        question("Which wells do you know? Why those?"),
        question("What do highways and small towns have to do with it?"),
    ],
    ids=lambda draft: str(draft.fields("wells")["body"])[:40],
)
def test_what_a_good_editor_would_leave_is_left(draft):
    assert found(draft) == set()


def test_advice_names_the_line_and_the_words(tmp_path):
    draft = body("The wells are old.\n\nThey gave TK gallons, [insert share] of it.")
    text = fixture_yaml.dump(draft.fixture.data)
    findings = checks.check(fixture_reading.read(text.encode(), "water.yaml"))

    line = next(n for n, it in enumerate(text.splitlines(), 1) if "TK gallons" in it)
    assert [(finding.line, finding.what) for finding in findings] == [
        (line, "“TK” still has to be filled in."),
        (line, "“[insert share]” still has to be filled in."),
    ]


@pytest.mark.parametrize(("make", "code"), CASES.values(), ids=CASES.keys())
def test_each_fault_is_found(make, code):
    assert code in found(make())


@pytest.mark.parametrize(
    "text", ["Should we pay more, or use less?", "Is it so, and why?", "What should we do?"]
)
def test_a_question_that_opens_a_choice_is_not_yes_or_no(text):
    assert found(question(text)) == set()


LABELS = ["No", "750", "1:30", "12:30:45", "2026-11-01", "0x1F", "1_000", "~", ".5", "on", "010"]


@pytest.mark.parametrize("label", LABELS)
def test_a_label_that_yaml_reads_as_something_else_is_told_at_its_line(label):
    draft = chart([["North", 40]])
    draft.fields("yield", "figure")["data"] = Raw(f'{{series: [""],\n rows: [[{label}, 40]]}}')
    typed = Typed(draft.items)

    (error,) = [finding for finding in checks.check(typed.fixture) if finding.is_error]

    assert error.line == typed.places[len(draft.items) - 1, "data"] + 1
    assert f"“{label}”" in error.what
    assert error.remedy == "Put the label in quotation marks."


def test_each_row_of_a_chart_that_is_wrong_is_told_at_its_line():
    rows = [
        "[No, 40]",
        "[12:30, 60]",
        "[A, forty]",
        "[B, 010]",
        "[C, 1,000]",
        "[D, .nan]",
        "[E, 1]",
    ]
    draft = chart([["North", 40]])
    draft.fields("yield", "figure")["data"] = Raw(
        '\n      series: [""]\n      rows:\n' + "\n".join(f"      - {row}" for row in rows)
    )
    typed = Typed(draft.items)
    first = typed.places[len(draft.items) - 1, "data"] + 3

    errors = [finding for finding in checks.check(typed.fixture) if finding.is_error]

    assert [error.line for error in errors] == [first + row for row in range(6)]


def test_what_is_no_number_at_all_is_not_called_a_large_one():
    draft = chart([])
    draft.fields("yield", "figure")["data"] = Raw('{series: [""], rows: [[A, .nan], [B, 1]]}')
    (error,) = checks.check(Typed(draft.items).fixture)

    assert "null if unknown" in error.remedy


def test_a_parent_of_another_brief_is_told_once():
    draft = changed("pipes", parent=["fire", "pipes"])

    assert [it.code for it in checks.check(draft.fixture) if it.is_error] == ["key"]


@pytest.mark.parametrize(
    "text",
    [
        "As ![](figure:yield) shows.",
        "- ![](figure:yield)",
        "> ![](figure:yield)",
        "It shows:\n![](figure:yield)",
        "![](figure:yield)\n\nAnd ![](figure:yield).",
        "[](figure:yield)",
        "![](figure: yield)",
    ],
)
def test_a_figure_that_would_not_show_is_told(text):
    draft = chart([["North", 40]])
    draft.fields("wells")["body"] = text

    assert "!marker" in found(draft)


def test_a_figure_outside_the_text_of_a_section_is_told():
    draft = chart([["North", 40]])
    draft.fields("water", "brief")["executive_summary"] = "![](figure:yield)"

    assert "!marker" in found(draft)


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
    assert line.endswith("Add the source, or remove the citation.")


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
