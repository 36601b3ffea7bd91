"""The content of the PDFs of a brief and of its guide."""

import json
from datetime import date

import pytest
from django.conf import settings as django_settings
from django.core.management import call_command
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from briefs.models import Brief
from briefs.page.html import page_context
from briefs.pdf import documents, typesetter, typst_blocks
from tests.factories import make_figure, make_question, make_section, make_source

from .reading import fetch, text_of

URL = "/briefs/water/brief.pdf"
HOSTILE = (
    '#panic("x") #read("/etc/passwd") $x^2$ @cite <label> *b* _i_ `code` \\ \\u{41} // no '
    "/* no */ = H - l + l ~ -- \"q\" 'q' [c] {d} #{1} \u202e\ufdd0\x1b \U0001f600 漢字"
)


def addresses_in(document):
    notes = [note.get_object() for page in document.pages for note in page.get("/Annots", [])]
    return {note["/A"]["/URI"] for note in notes if "/URI" in note.get("/A", {})}


def test_all_that_stands_in_the_brief_is_in_its_pdf(client, full_brief):
    document = fetch(client, URL)

    text = text_of(document)
    for words in (
        "Water",
        "What it is about.",
        "A flood is told.",
        "Flood line",
        "555-01",
        "In short: dig",
        "1 History",
        "1.1 The wells",
        "Wells were dug",
        "The north well gives most",
        "A film of wells",
        "12 minutes",
        "Why here?",
        "Read the meter.",
        "The water report",
        "A study of wells",
        f"Page 1 of {len(document.pages)}",
    ):
        assert words in text
    assert "Ask the oldest." not in text
    assert {"https://a.test/", "https://b.test/r", "https://c.test/film"} <= addresses_in(document)


@pytest.mark.slow
def test_every_text_of_the_long_brief_is_in_its_pdf(client, db):
    fixture = django_settings.BASE_DIR / "fixtures/human_trafficking.yaml"
    call_command("loaddata", str(fixture), verbosity=0)
    brief = Brief.objects.get()

    document = fetch(client, "/briefs/human-trafficking/brief.pdf")

    letters = "".join(text_of(document).split())
    rows = [*brief.sections.all(), *brief.questions.all()]
    missing = [row.slug for row in rows if "".join(str(row).split()) not in letters]
    assert missing == []
    # Its outline lists the sections, for the side bar of a PDF reader.
    tops = [entry.title for entry in document.outline if not isinstance(entry, list)]
    assert "1 Introduction" in tops


def test_the_pdf_is_accessible_by_the_letter(client, full_brief):
    document = fetch(client, URL)

    root = document.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"].value
    assert root["/Lang"].lower().startswith("en")
    assert document.metadata.title == "Reading"  # what a tab shows; it has an advisory
    assert "Water" in text_of(document)
    assert document.metadata.author == "Full Circle"
    assert "<pdfuaid:part>1</pdfuaid:part>" in root["/Metadata"].get_data().decode()
    assert "Two bars; the second is twice the first." in str(_figures(root["/StructTreeRoot"]))


def _figures(node):
    """The alternative texts of all figures in the structure tree of a tagged PDF."""
    node = node.get_object() if hasattr(node, "get_object") else node
    if isinstance(node, list):
        return [found for child in node for found in _figures(child)]
    if not isinstance(node, dict):
        return []
    return [*([node["/Alt"]] if "/Alt" in node else []), *_figures(node.get("/K", []))]


def test_sources_have_the_numbers_that_they_have_on_the_page(full_brief):
    on_the_page = page_context(Brief.objects.at_a_glance(full_brief.slug))["sources"]

    of = documents.brief_document(full_brief, "a4")["of"]

    in_the_pdf = [(block["number"], block["id"]) for block in of if block["is"] == "source"]
    assert in_the_pdf == [(cited.number, cited.anchor) for cited in on_the_page]


def test_a_chart_too_tall_for_a_page_is_told_in_words_and_numbers(client, section):
    rows = [[f"Well {number}", number] for number in range(60)]
    make_figure(section, summary="Sixty bars.", data={"series": [""], "rows": rows})

    text = text_of(fetch(client, URL))

    assert "Sixty bars." in text
    assert "Well 59 59" in text


def test_the_guide_as_a_pdf_has_the_plan_and_the_prompts(client, full_brief):
    document = fetch(client, "/briefs/water/guide.pdf?minutes=120&section=wells")

    text = text_of(document)
    for words in ("For a 120-minute meeting", "Welcome", "The wells", "Ask the oldest.", "Break"):
        assert words in text
    assert document.metadata.title == "Discussion guide: Reading"
    assert "Discussion guide: Water" in text


def test_paper_is_what_the_language_is_read_on_or_what_is_asked_for(client, full_brief):
    def width(query=""):
        return round(fetch(client, URL + query).pages[0].mediabox.width)

    assert width() == 595
    assert width("?paper=letter") == 612
    Brief.objects.update(language="en-US")
    assert (width(), width("?paper=a4"), width("?paper=nonsense")) == (612, 595, 612)


def test_the_file_is_shown_under_a_name_that_says_what_it_is(client, full_brief):
    brief, guide = client.get(URL), client.get("/briefs/water/guide.pdf")

    assert brief["Content-Disposition"] == 'inline; filename="water.pdf"'
    assert guide["Content-Disposition"] == 'inline; filename="water-guide-90.pdf"'


def test_text_is_only_ever_shown(client, brief):
    figure = {"series": [HOSTILE], "rows": [[HOSTILE, 1]]}
    section = make_section(brief, heading=HOSTILE, body=HOSTILE + "\n\n> - " + HOSTILE)
    make_question(section, text=HOSTILE, prompts=HOSTILE)
    source = make_source(brief, title=HOSTILE, publisher=HOSTILE, url="https://a.test/#\"')")
    make_figure(section, title=HOSTILE, summary=HOSTILE, data=figure, source=source)
    Brief.objects.update(
        title=HOSTILE[:120], summary=HOSTILE, about=HOSTILE, language='en"#', advisory=HOSTILE
    )

    for url in (URL, "/briefs/water/guide.pdf"):
        text = text_of(fetch(client, url))
        assert '#panic("x") #read("/etc/passwd") $x^2$ @cite <label>' in text
        assert "root:" not in text


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    text=st.text(
        st.sampled_from("#$@<>*_`~\\/=-+[](){}|!:;\"'&^% \n\t\x001aé漢\u202e"), max_size=80
    )
)
def test_no_text_stops_the_typesetter(text):
    quoted = typst_blocks.blocks(f"> - {text}")
    of = [typst_blocks.heading(text), *typst_blocks.blocks(text), *quoted]
    around = {"title": text, "kicker": text, "foot": text, "language": text, "keywords": [text]}

    made = typesetter.set_now(typst_blocks.document(of, day=date(2026, 1, 1), paper="a4", **around))

    assert made.startswith(b"%PDF-")


@pytest.mark.parametrize("url", [URL, "/briefs/water/guide.pdf"])
def test_a_brief_in_which_nothing_stands_yet_can_be_printed(client, brief, url):
    assert "Water" in text_of(fetch(client, url))


def test_a_figure_in_the_text_of_another_section_has_its_anchor_once(full_brief):
    make_section(full_brief, slug="dams", body="Dams.\n\n![](figure:film)", position=2)

    of = documents.brief_document(full_brief, "a4")["of"]

    films = [block["id"] for block in of if block.get("title") == "A film of wells"]
    assert sorted(films) == ["", "figure-film"]


def test_a_document_can_be_held_by_json(full_brief):
    document = documents.brief_document(full_brief, "a4")

    assert json.loads(json.dumps(document)) == document
