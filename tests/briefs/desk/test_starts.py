"""Drafts from files: of new briefs, and of the next edition of a loaded one."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import resolve

from briefs import drafting
from briefs.desk import content as contents
from briefs.desk.content import FIGURE, HELP_LINE, QUESTION, SECTION, SOURCE
from briefs.models import Draft, HelpLine
from tests.briefs.drafting.word_files import paragraph, word_file
from tests.factories import make_figure, make_question, make_section, make_source

from .samples import tree_of

LIST = "/admin/briefs/draft/"


def upload(client, name, content, **typed):
    file = SimpleUploadedFile(name, content)
    form = {"start": "file", "file-file": file} | typed
    return client.post(LIST, form, follow=True)


def as_word():
    return word_file(
        paragraph("Bridges", "Title")
        + paragraph("Steel", "Heading1")
        + paragraph("Steel rusts.")
        + paragraph("Rust", "Heading2")
        + paragraph("It is red.")
        + paragraph("Discussion questions", "Heading1")
        + paragraph("Who pays for a bridge?")
    )


FILES = {
    "bridges.docx": as_word,
    "bridges.html": lambda: (
        b"<h1>Bridges</h1><h2>Steel</h2><p>Steel rusts.</p><h3>Rust</h3>"
        b"<p>It is red.</p><h2>Discussion questions</h2><p>Who pays for a bridge?</p>"
    ),
    "bridges.md": lambda: (
        b"# Bridges\n\n## Steel\n\nSteel rusts.\n\n### Rust\n\nIt is red.\n\n"
        b"## Discussion questions\n\nWho pays for a bridge?\n"
    ),
}


@pytest.mark.parametrize("name", FILES)
def test_a_file_becomes_a_draft_with_its_guesses(desk, name):
    page = upload(desk, name, FILES[name]())

    draft = Draft.objects.get()
    assert page.status_code == 200 and draft.title == "Bridges"
    assert tree_of(draft.content)[:2] == ["steel", ".rust"]
    assert [q["fields"]["text"] for q in contents.items(draft.content, QUESTION)] == [
        "Who pays for a bridge?"
    ]
    assert "to check" in page.text
    guesses = desk.get(f"{draft.get_absolute_url()}guesses/").text
    assert "“Who pays for a bridge?” is a question now. Check its type." in guesses


def test_a_guess_of_a_text_file_is_at_its_section_and_is_checked_off(desk):
    text = "Introduction\n\nWords.\n\nWells\n\nDeep wells\n\nMore words, with Caf\xe9.\n"
    upload(desk, "water.txt", text.encode("windows-1252"))
    draft = Draft.objects.get()
    [whole, _title, _top, nested] = draft.guesses
    assert whole["section"] is None and "Windows-1252" in whole["what"]
    assert nested["section"] == "deep-wells" and nested["line"] == 7

    url = f"{draft.get_absolute_url()}guesses/"
    page = desk.get(url).text
    assert "line 7 of the file" in page and "More words, with Café." in page
    desk.post(url, {"guess": 1})
    desk.post(url, {"guess": 3})
    desk.post(url, {"guess": 99})
    desk.post(url, {"guess": "x"})

    draft.refresh_from_db()
    assert [guess["section"] for guess in draft.open_guesses] == [None, "wells"]
    desk.post(url, {"guess": 1, "undo": 1})
    draft.refresh_from_db()
    assert len(draft.open_guesses) == 3 and draft.guesses[3]["done_at"]


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("brief.pdf", b"%PDF", "isn’t one of these"),
        ("brief.docx", b"not a Word file", "“brief.docx”"),
        ("brief.txt", b"  \n", "has no text"),
        ("brief.txt", b"\x00\x01", "isn’t plain text"),
        ("brief.txt", b"", "empty"),
    ],
)
def test_a_file_that_cannot_be_read_is_explained_at_its_field(desk, name, content, sentence):
    page = upload(desk, name, content, **{"file-brief": ""})

    assert (page.status_code, Draft.objects.count()) == (422, 0)
    assert sentence in page.text


def test_a_file_may_be_as_large_as_the_drafter_takes():
    assert resolve(LIST).func.most_bytes > drafting.BIGGEST


def test_a_file_that_is_too_large_is_refused(desk, monkeypatch):
    monkeypatch.setattr(drafting, "BIGGEST", 100)

    assert "larger than" in upload(desk, "brief.txt", b"Words.\n\n" * 50).text


SECOND = """# Water

## Wells

One, in new words.

Three.

## Snow

It falls, see [the report](https://example.org/report) and [a study](https://example.org/new).
"""


@pytest.fixture
def full(water):
    """Water, with sources, a hotline, and more questions."""
    wells = water.sections.get(slug="wells")
    report = make_source(water, slug="report", url="https://example.org/report")
    make_source(water, slug="rain-gauge", title="The gauge")
    make_section(water, slug="gauge", heading="Gauge", body="It [@rain-gauge] measures.")
    wells.body = "One.\n\nTwo.\n\n**Three** [@report].\n\n![](figure:dry)\n"
    wells.save()
    make_figure(water.sections.get(slug="rain"), slug="wet", title="Wet", source=report)
    make_question(wells, slug="two", paragraph=2, text="What does two mean, and why?")
    whole = make_question(wells, slug="whole", paragraph=1, text="What would you ask, and whom?")
    water.questions.filter(pk=whole.pk).update(section=None)
    HelpLine.objects.create(brief=water, slug="help", name="Help", phone="555", position=1)
    return water


def test_a_second_draft_keeps_what_was_made_for_the_sections_that_stay(desk, full):
    upload(desk, "water.md", SECOND.encode(), **{"file-brief": full.pk})
    draft = Draft.objects.get()

    content = draft.content
    assert draft.brief == full and draft.based_on == full.editions.first()
    assert tree_of(content) == ["wells", "snow"]
    wells = contents.item(content, SECTION, "wells")["fields"]
    # The paragraph whose words stayed keeps its Markdown, and the figure after it.
    assert wells["body"] == "One, in new words.\n\n**Three** [@report].\n\n![](figure:dry)\n"
    sources = {part["fields"]["slug"] for part in contents.items(content, SOURCE)}
    assert sources == {"report", "a-study"}
    assert "[@report]" in contents.item(content, SECTION, "snow")["fields"]["body"]
    assert [p["fields"]["slug"] for p in contents.items(content, FIGURE)] == ["dry"]
    assert contents.items(content, HELP_LINE)
    why, two = (contents.item(content, QUESTION, slug)["fields"] for slug in ("why", "two"))
    assert why["paragraph"] == 2 and "paragraph" not in two


def test_a_second_draft_says_what_it_kept_and_what_not(desk, full):
    upload(desk, "water.md", SECOND.encode(), **{"file-brief": full.pk})

    page = desk.get(f"{Draft.objects.get().get_absolute_url()}guesses/").text

    assert "Carried over: " in page and "3 questions" in page and "1 hotline" in page
    assert "“Wet”" in page and "“The gauge”" in page
    assert "pointed at a paragraph that changed" in page


def test_sections_that_the_file_leaves_out_are_told_once_with_the_way_back(desk, full):
    make_section(full, slug="salt", heading="Salt", parent=full.sections.get(slug="rivers"))
    upload(desk, "water.md", SECOND.encode(), **{"file-brief": full.pk})
    draft = Draft.objects.get()

    (told,) = [guess["what"] for guess in draft.guesses if "retired" in guess["what"]]
    assert all(f"“{heading}”" in told for heading in ("Deep", "Rain", "Rivers", "Gauge"))
    assert "Salt" not in told  # it goes and comes back with the rivers that it's inside
    assert "“Retired sections” can bring each back" in told
    assert "Restore section: Rivers" in desk.get(f"{draft.get_absolute_url()}retired/").text


def test_a_heading_whose_list_became_questions_is_no_section(desk):
    asked = b"## Questions for the circle\n\n- Who pays?\n- How?\n"
    upload(desk, "bridges.md", b"# Bridges\n\n## Steel\n\nRusts.\n\n" + asked)
    draft = Draft.objects.get()

    assert tree_of(draft.content) == ["steel"]
    assert len(contents.items(draft.content, QUESTION)) == 2
    page = desk.get(f"{draft.get_absolute_url()}guesses/").text
    assert "All below “Questions for the circle” became questions" in page


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("<p>Ask <a href='#q'>these</a>.</p>", ""),
        ("", "<h3>Of pay</h3><p>Words.</p>"),
        ("", "<p>Think first.</p>"),
    ],
    ids=["a link", "a section inside it", "other text"],
)
def test_a_heading_of_questions_stays_if_something_needs_it(desk, before, after):
    asked = f"<h2 id='q'>Questions</h2><p>Who pays?</p>{after}"
    upload(desk, "b.html", f"<h1>B</h1><h2>Steel</h2>{before}{asked}".encode())

    sections = contents.items(Draft.objects.get().content, SECTION)
    assert "Questions" in [part["fields"]["heading"] for part in sections]


def test_a_draft_of_a_brief_that_has_one_says_so_and_leads_there(desk, draft, water):
    assert "Water (January 1, 2026; has an open draft)" in desk.get(LIST).text
    assert "another open draft" not in desk.get(draft.get_absolute_url()).text

    page = desk.post(LIST, {"start": "revise", "revise-brief": water.pk}, follow=True).text

    assert Draft.objects.count() == 2
    assert "This brief has another open draft:" in page
    assert f'href="{draft.get_absolute_url()}"' in page


def test_a_revision_begins_with_what_the_brief_says_now(desk, water):
    water.sections.filter(slug="rain").update(body="Corrected in the admin.")

    desk.post(LIST, {"start": "revise", "revise-brief": water.pk})

    draft = Draft.objects.get()
    rain = contents.item(draft.content, SECTION, "rain")["fields"]
    assert rain["body"] == "Corrected in the admin."
    assert draft.based_on == water.editions.first() and water.editions.count() == 2
    assert "This brief has a draft already" in desk.get(f"{LIST}?brief={water.pk}").text


def test_the_link_of_a_footnote_is_not_in_the_title_of_its_source(desk):
    text = b"# Bridges\n\n## Steel\n\nRusts.[^1]\n\n[^1]: A report, page 3. https://example.com/a\n"
    upload(desk, "bridges.md", text)

    (source,) = contents.items(Draft.objects.get().content, SOURCE)
    assert source["fields"]["title"] == "A report, page 3"
    assert source["fields"]["url"] == "https://example.com/a"


def test_a_title_that_is_only_the_name_of_the_file_is_to_be_checked(desk):
    page = upload(desk, "draft-v3.txt", b"Steel rusts.\n")

    draft = Draft.objects.get()
    assert (
        f"the file’s name: “{draft.title}.”"
        in desk.get(f"{page.request['PATH_INFO']}guesses/").text
    )
