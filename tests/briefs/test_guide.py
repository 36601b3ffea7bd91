"""The discussion guide: a plan with times, the questions with prompts, room to write."""

import pytest
from django.utils import timezone

from briefs.guide import LENGTHS, Guide, nearest_length
from briefs.models import Brief, CallToAction, HelpLine
from tests.factories import make_meeting, make_question, make_section

URL = "/briefs/water/guide/"


@pytest.fixture
def sections(brief):
    made = [
        make_section(brief, slug=slug, heading=slug.title(), position=place)
        for place, slug in enumerate(["wells", "pipes", "bills", "floods"])
    ]
    for section in made:
        make_question(section, kind="evaluative", text=f"Are the {section.slug} fair?", position=1)
        make_question(
            section, kind="factual", text=f"How old are the {section.slug}?", prompts="Look it up."
        )
    return made


def page(client, query=""):
    return client.get(URL + query).content.decode()


@pytest.mark.parametrize("minutes", LENGTHS)
@pytest.mark.parametrize("number", [0, 1, 2, 4])
def test_the_plan_ends_on_time_whatever_is_chosen(brief, sections, minutes, number):
    guide = Guide(brief, minutes, [section.slug for section in sections[:number]])

    ends = [step.start + step.minutes for step in guide.plan]
    assert ends[-1] == minutes
    assert [step.start for step in guide.plan] == [0, *ends[:-1]]
    assert all(step.minutes > 0 for step in guide.plan)


@pytest.mark.parametrize("minutes", LENGTHS)
def test_a_plan_without_a_choice_gives_each_section_time_for_a_round(brief, sections, minutes):
    guide = Guide(brief, minutes)

    blanks = [step for step in guide.plan if step.is_open]
    assert len(blanks) in (2, 3)
    assert not guide.is_crowded


def test_more_sections_than_the_time_holds_are_planned_and_said_to_be_too_many(client, sections):
    chosen = "&".join(f"section={section.slug}" for section in sections)

    told = page(client, f"?minutes=60&{chosen}")

    assert "less than one round with eight people" in told
    assert "less than one round with eight people" not in page(client, "?minutes=60&section=wells")


@pytest.mark.parametrize("asked", ["", "?minutes=", "?minutes=75", "?minutes=-1", "?minutes=x"])
def test_a_length_that_is_not_offered_is_ninety_minutes(client, sections, asked):
    assert "For a 90-minute meeting." in page(client, asked)


def test_the_chosen_sections_stand_in_the_plan_and_only_their_questions_below(client, sections):
    told = page(client, "?section=pipes&section=nowhere")

    assert '<a href="#pipes">Pipes</a>' in told
    assert "How old are the pipes?" in told
    assert "How old are the wells?" not in told


def test_questions_are_asked_of_the_text_before_they_are_asked_of_us(client, sections):
    told = page(client)

    assert told.index("How old are the wells?") < told.index("Are the wells fair?")
    assert "Look it up." in told


def test_the_guide_holds_all_that_an_evening_needs(client, brief, sections):
    Brief.objects.update(
        executive_summary="Water comes from *wells*.", advisory="It is about a flood."
    )
    for kind in ("opening", "deciding", "closing", "interpretive"):
        question = make_question(sections[0], kind=kind, text=f"Our {kind} question?")
        question.section = None
        question.save()
    HelpLine.objects.create(brief=brief, slug="h", name="Flood line", when="Now.", phone="555-01")
    CallToAction.objects.create(brief=brief, slug="m", step="measure", text="Read the *meter*.")

    told = page(client)

    in_order = [
        "Welcome",
        "Our goals",
        "I speak for myself.",
        "It is about a flood.",
        "Flood line",
        "Water comes from <em>wells</em>.",
        "Our opening question?",
        "How old are the wells?",
        "Our interpretive question?",
        "Our deciding question?",
        "Read the <em>meter</em>.",
        "Our closing question?",
    ]
    places = [told.index(text) for text in in_order]
    assert places == sorted(places)


def test_what_the_summary_links_to_is_on_the_page_of_the_brief(client, sections):
    Brief.objects.update(executive_summary="Read [of the pipes](#pipes).")

    assert '<a href="/briefs/water/#pipes">of the pipes</a>' in page(client, "?section=wells")


def test_what_an_edition_dropped_is_not_in_the_guide(client, sections):
    sections[0].retired_at = timezone.now()
    sections[0].save()

    assert "Wells" not in page(client, "?section=wells")


def test_hostile_words_in_the_address_and_in_a_question_are_only_shown(client, brief, sections):
    make_question(sections[0], text="<script>alert(1)</script>")

    told = page(client, '?minutes="><script>alert(2)</script>&section=<script>')

    assert "<script>alert" not in told


def test_the_guide_of_a_brief_for_members_is_closed_to_visitors(client, sections, member):
    Brief.objects.update(audience="members")

    visitor = client.get(URL)
    client.force_login(member)

    assert visitor.status_code == 302
    assert client.get(URL).status_code == 200


def test_a_meeting_leads_its_facilitator_to_the_guide_of_its_evening(
    client, circle, brief, sections, facilitator, member
):
    meeting = make_meeting(circle, brief=brief, duration_minutes=115)
    meeting.readings.create(section=sections[1])
    address = "/briefs/water/guide/?minutes=120&amp;section=pipes"

    client.force_login(facilitator)
    for_facilitator = client.get(meeting.get_absolute_url()).content.decode()
    client.force_login(member)
    for_member = client.get(meeting.get_absolute_url()).content.decode()

    assert f'href="{address}"' in for_facilitator
    assert address not in for_member


def test_a_brief_in_which_nothing_stands_yet_has_a_guide_all_the_same(client, brief):
    told = page(client)

    assert "Closing round" in told
    assert "Choose sections" not in told


def test_the_nearest_length_is_offered():
    assert [nearest_length(n) for n in (15, 76, 100, 106, 600)] == [60, 90, 90, 120, 120]
