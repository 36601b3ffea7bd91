"""What is on a brief's page and in which order, in any medium."""

from django.utils import timezone

from briefs.editions.content import content_of
from briefs.models import CallToAction
from briefs.page.compose import compose, rows_in_edition
from tests.factories import make_brief, make_figure, make_question, make_section, make_source


def as_words(text, *, anchor="", citations=None, figures=None):
    return text


def named(figure):
    return figure.slug


def test_figures_follow_the_text_unless_it_places_them(db):
    brief = make_brief()
    section = make_section(brief, slug="wells", body="Wells.\n\n![](figure:map)")
    make_figure(section, slug="map")
    make_figure(section, slug="yield")

    (part,) = compose(brief, text=as_words, figure=named).parts

    assert part.figures == ["yield"]


def test_calls_to_action_follow_their_own_section_else_the_last(db):
    brief = make_brief()
    CallToAction.objects.create(brief=brief, slug="m", step="measure", text="Read the meter.")
    make_section(brief, slug="wells", position=1)
    last = make_section(brief, slug="what-you-can-do", position=2)
    make_section(brief, slug="after", position=3)

    def holders():
        parts = compose(brief, text=as_words, figure=named).parts
        return {part.section.slug: part.steps for part in parts if part.steps}

    assert holders() == {"what-you-can-do": [("Measure", ["Read the meter."])]}

    last.body = ""  # it has no page of its own then, so no reader would come by
    last.save()
    assert list(holders()) == ["after"]

    last.retired_at = timezone.now()
    last.save()
    assert list(holders()) == ["after"]


def test_what_belongs_to_a_retired_section_is_on_no_page_and_in_no_file(db):
    brief = make_brief()
    section = make_section(brief, slug="wells", retired_at=timezone.now())
    make_figure(section, slug="map", source=make_source(brief))
    make_question(section)
    make_section(brief, slug="after", body="![](figure:map)")

    page = compose(brief, text=as_words, figure=named)

    assert [part.section.slug for part in page.parts] == ["after"]
    assert page.parts[0].figures == page.whole == []
    held = {row["model"] for row in content_of(brief)}
    assert held == {"briefs.brief", "briefs.section", "briefs.source"}


def test_a_page_of_many_parts_costs_as_many_queries_as_one_of_few(db, django_assert_num_queries):
    brief = make_brief()
    for number in range(3):
        section = make_section(brief, slug=f"part-{number}")
        make_figure(section, slug=f"figure-{number}", source=make_source(brief, slug=f"s{number}"))
        make_question(section, slug=f"question-{number}")

    with django_assert_num_queries(6):
        rows_in_edition(brief)
