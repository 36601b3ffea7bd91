"""“Reading a number” and “Who decides what”: short, sourced, and with invented numbers only in
charts that say so."""

import math
import re
from collections import defaultdict
from functools import cache

import pytest
import yaml
from django.conf import settings
from django.core import serializers
from django.core.management import call_command

from briefs.editions import checks, fixture_reading
from briefs.models import PARTS, Brief, CallToAction, Question
from briefs.page import markdown

NUMBER, WHO = "reading_a_number", "who_decides_what"

each_brief = pytest.mark.parametrize("name", [NUMBER, WHO])

# One row for each fact: its brief, its section, and words that must be in one paragraph of it.
FACTS = [
    (NUMBER, "what-a-number-is", ["past four weeks", "layoff", "labor force", "[@bls]"]),
    (NUMBER, "twice-as-much", ["1995", "7,000", "about one", "about two", "[@health-statistics]"]),
    (NUMBER, "who-was-asked", ["1936", "10 million", "1,293,669", "972,897", "[@literary-digest]"]),
    (NUMBER, "who-was-asked", ["46 of the 48 states", "[@electoral-college-1936]"]),
    (NUMBER, "who-was-asked", ["everyone on the list", "right winner", "[@digest-study]"]),
    (NUMBER, "margin-of-error", ["95 times in 100", "90 times in 100", "[@census-handbook]"]),
    (NUMBER, "margin-of-error", ["who paid", "what was asked", "when", "[@pollsters-code]"]),
    (NUMBER, "how-it-was-asked", ["1941", "75% said no", "54% said yes", "[@allow-or-forbid]"]),
    (NUMBER, "where-the-scale-starts", ["lengths or angles", "[@graphical-perception]"]),
    (WHO, "many-governments", ["2022", "90,837", "3,031", "19,491", "16,214", "12,546", "39,555"]),
    (WHO, "federal", ["tax and spend", "coin money", "post offices", "[@constitution]"]),
    (WHO, "federal", ["Tenth Amendment", "the states or the people", "[@bill-of-rights]"]),
    (WHO, "state", ["times, places, and manner", "lets Congress change", "[@constitution]"]),
    (WHO, "counties-and-cities", ["1907", "“political subdivisions of the State,”", "[@hunter]"]),
    (WHO, "counties-and-cities", ["Louisiana", "Alaska", "Connecticut and Rhode Island"]),
    (WHO, "counties-and-cities", ["zoning", "1926", "[@euclid]"]),
    (WHO, "school-boards", ["Hawaii’s belongs to the state", "[@state-descriptions]"]),
    (WHO, "school-boards", ["no federal agency control over what a school", "[@school-control]"]),
    (WHO, "water", ["[@water-limits]", "at least as strict", "[@water-states]"]),
    (WHO, "money", ["highway money", "21", "[@drinking-age]", "1987", "[@dole]"]),
    (WHO, "money", ["1992", "can’t make a state pass or enforce", "[@new-york]"]),
    (WHO, "when-rules-clash", ["“the supreme Law of the Land”", "[@constitution]", "preemption"]),
    (WHO, "when-rules-clash", ["must rest on a power", "its own constitution", "only a floor"]),
    (WHO, "closer-or-same", ["1932", "dissent", "Brandeis", "serve as a laboratory”"]),
    (WHO, "closer-or-same", ["1787", "Madison", "“Extend the sphere, and you take in a greater"]),
]

DRAWN = {
    "library-cards": [400, 2000],
    "park-poll": [49, 52, 55],
    "fire-calls": [50, 52],
    "fire-calls-above-48": [2, 4],
    "library-visits": [60, 58, 55, 50, 44, 40, 42, 45, 47, 49],
    "tax-bill": [52, 22, 18, 5, 3],
    "road-miles": [310, 120, 90],
}


def path_of(name):
    return settings.BASE_DIR / "fixtures" / f"{name}.yaml"


@cache
def rows_of(name):
    """The rows of a fixture: {model: {slug: fields}}."""
    rows = defaultdict(dict)
    for row in yaml.safe_load(path_of(name).read_text()):
        rows[row["model"].removeprefix("briefs.")][row["fields"]["slug"]] = row["fields"]
    return rows


def words_of(text):
    return " ".join(text.split())


@each_brief
def test_an_editor_has_nothing_to_fix_in_it(name):
    assert checks.check(fixture_reading.read_file(path_of(name))) == []


@each_brief
def test_it_can_be_read_before_a_meeting_and_its_summary_in_two_minutes(name):
    rows = rows_of(name)
    (brief,) = rows["brief"].values()

    assert 1200 <= sum(len(it.get("body", "").split()) for it in rows["section"].values()) <= 1800
    assert 150 <= len(brief["executive_summary"].split()) <= 250


@each_brief
def test_it_asks_all_kinds_of_questions_with_prompts_and_has_something_to_do_in_each_step(name):
    asked = rows_of(name)["question"].values()

    assert 6 <= len(asked) <= 10
    assert {question["kind"] for question in asked} == set(Question.Kind.values)
    assert all(question["prompts"].strip() for question in asked)
    steps = {call["step"] for call in rows_of(name)["calltoaction"].values()}
    assert steps == set(CallToAction.Step.values)


@pytest.mark.parametrize(
    ("name", "slug", "words"), FACTS, ids=[f"{slug}: {words[0]}" for _name, slug, words in FACTS]
)
def test_every_fact_is_in_its_section_with_its_number_and_source(name, slug, words):
    paragraphs = map(words_of, re.split(r"\n\s*\n", rows_of(name)["section"][slug]["body"]))

    assert any(all(word in paragraph for word in words) for paragraph in paragraphs)


@each_brief
def test_every_source_but_our_examples_is_published_where_readers_can_find_it(name):
    for slug, source in rows_of(name)["source"].items():
        page = re.search(r"\bpages? \d", source["publisher"])
        assert page or slug == "our-examples" or source["url"].startswith("https://"), slug


def test_charts_draw_only_invented_numbers_and_say_so():
    figures = {**rows_of(NUMBER)["figure"], **rows_of(WHO)["figure"]}

    assert {
        slug: [row[1] for row in figure["data"]["rows"]] for slug, figure in figures.items()
    } == DRAWN
    for figure in figures.values():
        assert figure["title"].startswith("Example: ")
        assert figure["as_of"] == "example with invented numbers"
        assert figure["source"][-1] == "our-examples"


def test_what_the_text_says_of_the_invented_numbers_is_right():
    alder, birch = DRAWN["library-cards"]
    visits = DRAWN["library-visits"]

    assert (alder, birch) == (0.4 * 1000, 0.25 * 8000)
    assert alder / (1000 / 2) == 0.8
    # At 95 in 100, the margin is 98 percentage points over the root of how many were asked.
    assert [round(98 / math.sqrt(asked)) for asked in (1000, 100)] == [3, 10]
    assert [call - 48 for call in DRAWN["fire-calls"]] == DRAWN["fire-calls-above-48"]
    assert 0.2 < visits[9] / visits[5] - 1 < 0.25  # up by more than a fifth since year 6
    assert 0.15 < 1 - visits[9] / visits[0] < 0.2  # down by almost a fifth since year 1


def test_the_counts_of_governments_add_up():
    text = rows_of(WHO)["section"]["many-governments"]["body"].split("[@")[0]
    total, *kinds = (int(it.replace(",", "")) for it in re.findall(r"\d+,\d{3}", text))

    assert total == sum(kinds)
    assert 0.4 < kinds[-1] / total < 0.5  # more than four in 10 are special districts


def test_both_sides_of_local_control_get_the_same_room():
    blocks = rows_of(WHO)["section"]["closer-or-same"]["body"].split("\n\n")
    closer, same = (
        markdown.count_words(next(block for block in blocks if block.startswith(f"**{side}")))
        for side in ("Closer to home", "The same for everyone")
    )

    assert abs(closer - same) < 20


def everything():
    return {
        model: serializers.serialize("python", model.objects.order_by("pk"))
        for model in (Brief, *PARTS)
    }


@pytest.mark.django_db
@each_brief
def test_loading_it_again_leaves_every_row_as_it_was(name):
    call_command("loaddata", str(path_of(name)), verbosity=0)
    once = everything()
    call_command("loaddata", str(path_of(name)), verbosity=0)

    assert everything() == once
    assert len(once[Question]) == len(rows_of(name)["question"])
