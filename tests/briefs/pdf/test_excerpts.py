"""Some sections of a brief in large print, with their sources and a meeting's questions."""

import pytest

from briefs.models import Brief
from briefs.page.html import page_context
from briefs.pdf import excerpts, typst_blocks
from briefs.pdf.excerpts import Topic
from tests.factories import make_question, make_section, make_source

from .reading import pdf_of, sizes_of, text_of


@pytest.fixture
def made(full_brief):
    """The document of some sections: how it's made, with what most tests leave as it is."""

    def make(slugs=("history", "wells"), topics=(), *, paper="a4", prompts=False):
        brief = Brief.objects.get(pk=full_brief.pk)
        facts = {"facts": "3 min · 2 parts", "prompts": prompts, "paper": paper}
        return excerpts.large_print(brief, slugs, topics, **facts)

    return make


def headings_of(document):
    return [block["text"] for block in document["of"] if block["is"] == "heading"]


def test_sections_come_in_the_briefs_order_then_their_sources_then_the_questions(made):
    document = made(["wells", "history"], [Topic("wells")])

    assert headings_of(document) == [
        *("Contents", "History", "The wells", "Sources", "Questions for the meeting", "The wells")
    ]


def test_only_what_is_cited_is_listed_with_the_number_that_it_has_on_the_page(made, full_brief):
    make_source(full_brief, slug="dams")
    make_section(full_brief, slug="dams", body="Dams [@dams].", position=0)
    page = page_context(Brief.objects.at_a_glance(full_brief.slug))
    numbers = {cited.source.slug: cited.number for cited in page["sources"]}

    sources = [block for block in made(["history"])["of"] if block["is"] == "source"]

    assert [(s["id"], s["number"]) for s in sources] == [("source-report", numbers["report"])]


def test_without_sections_there_is_the_summary(made):
    document = made([])

    assert headings_of(document)[1:] == ["Two-minute summary", "Sources"]


def test_prompts_and_minutes_are_for_who_leads(made, full_brief):
    make_question(section=full_brief.sections.get(slug="history"), text="What came first?")
    full_brief.questions.create(slug="water", kind="opening", text="Why water?", position=1)
    topics = [Topic(kind="opening", minutes=10), Topic("wells", minutes=20), Topic("gone")]

    mine, guide = (text_of(pdf_of(made(topics=topics, prompts=p))) for p in (False, True))

    for text in (mine, guide):
        assert text.index("Why water?") < text.index("Why here?")
        assert "What came first?" not in text
    assert "Ask the oldest." in guide and "20 minutes" in guide
    assert "Ask the oldest." not in mine and "20 minutes" not in mine


@pytest.mark.parametrize(("paper", "width"), [("a4", 595), ("letter", 612)])
def test_text_is_large_on_both_papers_and_nothing_is_small(made, paper, width):
    document = pdf_of(made(topics=[Topic("wells")], paper=paper))

    assert round(document.pages[0].mediabox.width) == width
    sizes = sizes_of(document)
    assert max(sizes, key=lambda size: sizes[size]) == 18
    assert min(sizes) >= 14, sizes


def test_large_print_is_accessible_and_its_tab_doesnt_name_the_brief(made):
    document = pdf_of(made())

    root = document.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"].value
    assert "<pdfuaid:part>1</pdfuaid:part>" in root["/Metadata"].get_data().decode()
    assert document.metadata.title == "Your reading"
    text = text_of(document)
    for words in ("Water", "A flood is told.", "555-01", f"Page 1 of {len(document.pages)}"):
        assert words in text


def test_a_part_of_a_document_has_links_and_pages_of_its_own(made):
    whole = made(["history"])
    # The same section twice, as two people's kits have it.
    twice = [
        typst_blocks.apart(f"For {who}", made(["history"])["of"][5:], number=number)
        for number, who in enumerate(["Ann", "Bob"], start=1)
    ]
    document = pdf_of(whole | {"of": twice})

    begins = [
        number
        for number, page in enumerate(document.pages, start=1)
        if "Page 1 of" in page.extract_text()
    ]
    # Page 1 has the title, and no number.
    assert len(begins) == 2 and all(number % 2 for number in begins) and begins[0] == 3
    assert [part["of"][0]["id"] for part in twice] == ["part-1.history", "part-2.history"]


def test_what_is_composed_isnt_changed_by_making_a_document_of_it(full_brief):
    page = excerpts.compose_for(full_brief, "large")

    first, again = (excerpts.excerpt_blocks(page, ["history"]) for _time in range(2))
    typst_blocks.apart("For Ann", first, number=1)

    assert again == excerpts.excerpt_blocks(page, ["history"]) != first
