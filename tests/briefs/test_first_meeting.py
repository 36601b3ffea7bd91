import re

import pytest
from django.core import serializers
from django.core.management import call_command

from briefs.models import (
    Brief,
    CallToAction,
    Figure,
    HelpLine,
    Question,
    Section,
    Source,
)

RELATED = ["sections", "sources", "questions", "calltoactions"]
YES_OR_NO = re.compile(
    r"(?:^|[.?!,]\s+(?:and|or)?\s*)(?:am|are|can|could|did|do|does|has|have|is|may|might|must|"
    r"shall|should|was|were|will|would)\s+(?:i|we|you|they|he|she|it|the|this|that|there|anyone)\b",
    re.IGNORECASE,
)


@pytest.fixture
def brief(db):
    call_command("loaddata", "first_meeting", verbosity=0)
    return Brief.objects.get(slug="first-meeting")


def everything():
    models = [Brief, Section, Source, Figure, Question, CallToAction, HelpLine]
    return {
        model: serializers.serialize("python", model.objects.order_by("pk")) for model in models
    }


def test_loading_it_twice_changes_nothing(brief):
    once = everything()

    call_command("loaddata", "first_meeting", verbosity=0)

    assert everything() == once


def test_its_sections_are_a_tree_of_two_levels(brief):
    tops = [section for section in brief.sections.all() if section.parent_id is None]
    tree = {top.slug: [child.slug for child in brief.sections.filter(parent=top)] for top in tops}

    assert tree == {
        "what-a-circle-is": [],
        "before-the-talk": ["agreements", "jobs"],
        "the-talk": ["rounds", "one-voice", "nobody-has-read"],
        "what-stays": ["notes", "ending"],
        "plan": [],
    }


def test_a_section_holds_text_or_other_sections(brief):
    sections = brief.sections.prefetch_related("children")

    for section in sections:
        assert section.is_container == bool(section.children.all()), section


def test_it_can_be_read_before_an_evening(brief):
    words = sum(len(section.body.split()) for section in brief.sections.all())

    assert 1200 <= words <= 1600
    assert len(brief.executive_summary.split()) < 220


def test_each_section_has_two_to_four_questions_of_more_than_one_kind(brief):
    sections = brief.sections.exclude(body="").prefetch_related("questions")

    for section in sections:
        questions = section.questions.all()
        assert 2 <= len(questions) <= 4, section
        assert len({question.kind for question in questions}) > 1, section
        assert len({question.position for question in questions}) == len(questions), section


def test_all_kinds_of_question_are_asked(brief):
    assert {question.kind for question in brief.questions.all()} == set(Question.Kind.values)


def test_no_question_can_be_answered_by_yes_or_no(brief):
    leading = [q.text for q in brief.questions.all() if YES_OR_NO.search(q.text)]

    assert leading == []
    assert YES_OR_NO.search("Do you like it?")
    assert YES_OR_NO.search("You read it, and would you read more?")


def test_all_steps_have_something_to_do(brief):
    assert {call.step for call in brief.calltoactions.all()} == set(CallToAction.Step.values)


def test_every_link_citation_and_pointer_leads_somewhere(brief):
    sections = {section.slug: section for section in brief.sections.all()}
    text = "\n".join([brief.executive_summary, brief.about, *(s.body for s in sections.values())])

    links = set(re.findall(r"\]\(#([\w-]+)\)", text))
    cited = set(re.findall(r"\[@([\w-]+)\]", text))

    assert links <= sections.keys()
    assert cited == {source.slug for source in brief.sources.all()}
    for question in brief.questions.filter(paragraph__isnull=False).select_related("section"):
        paragraphs = question.section.body.strip().split("\n\n")
        assert question.paragraph <= len(paragraphs), question


def test_every_row_is_what_its_model_allows(brief):
    for rows in [[brief], *(getattr(brief, name).all() for name in RELATED)]:
        for row in rows:
            row.full_clean()


def test_the_plan_fills_its_75_minutes(brief):
    rows = re.findall(r"\| (\d+) minutes \| (\d+) minutes \|", brief.sections.get(slug="plan").body)
    starts = [int(start) for start, _length in rows]
    ends = [int(start) + int(length) for start, length in rows]

    assert starts == [0, *ends[:-1]]
    assert ends[-1] == 75
