"""An editor makes a brief from a Word file, revises last year's, and takes the revision back.

All in the admin, and without superuser rights.
"""

import re

import pytest
from playwright.sync_api import expect

from briefs.models import Brief, Section
from circles.models import Note
from tests.briefs.drafting.word_files import paragraph, word_file
from tests.factories import make_editor

QUESTIONS = [
    "What surprised you about our bridges?",
    "Who should decide which bridge is repaired first?",
    "What does the budget leave out?",
    "What could we do about it this year?",
]


def word():
    body = paragraph("Town bridges", "Title")
    for heading, text in [
        ("How old they are", "Half of our bridges are older than their builders planned."),
        ("Who pays", "The county pays for most repairs, and the state for some."),
        ("What comes next", "The county board votes on a plan each spring."),
    ]:
        body += paragraph(heading, "Heading1") + paragraph(text)
    body += paragraph("Discussion questions", "Heading1")
    return word_file(body + "".join(map(paragraph, QUESTIONS)))


@pytest.fixture
def editor(someone):
    return someone(make_editor().email)


def press(editor, name):
    editor.page.get_by_role("button", name=name, exact=True).click()
    editor.settle()


def test_an_editor_makes_a_brief_from_a_word_file(demo, editor):
    page = editor.page
    editor.visit("/admin/briefs/draft/")
    page.locator("[name=file-file]").set_input_files(
        {"name": "bridges.docx", "mimeType": "application/msword", "buffer": word()}
    )
    press(editor, "Make draft")
    editor.check()
    draft = re.search(r"/admin/briefs/draft/\d+/", page.url)[0]

    editor.visit(f"{draft}guesses/")
    while page.get_by_role("button", name="Check off", exact=True).count():
        page.get_by_role("button", name="Check off", exact=True).first.click()
        editor.settle()

    editor.visit(f"{draft}brief/")
    page.locator("[name=summary]").fill("What our bridges need, and who pays for it.")
    press(editor, "Save changes")
    for title, publisher in [("Bridge report", "The county"), ("State budget", "The state")]:
        editor.visit(f"{draft}add/sources/")
        page.locator("[name=title]").fill(title)
        page.locator("[name=publisher]").fill(publisher)
        press(editor, "Save changes")
    editor.visit(f"{draft}sections/who-pays/")
    body = page.locator("[name=body]").input_value().rstrip()
    page.locator("[name=body]").fill(f"{body} [@bridge-report] [@state-budget]")
    press(editor, "Save changes")
    editor.visit(f"{draft}add/figures/?kind=bar")
    page.locator("[name=section]").select_option("how-old-they-are")
    page.locator("[name=title]").fill("Most bridges are old")
    page.locator("[name=unit]").fill("bridges")
    page.locator("[name=summary]").fill("Ten bridges are old, and six are new.")
    page.locator("[name=source]").select_option("bridge-report")
    for row, (label, number) in enumerate([("Old", "10"), ("New", "6")], 1):
        page.get_by_label(f"Label of row {row}", exact=True).fill(label)
        page.get_by_label(f"Number in row {row}, column 1").fill(number)
    press(editor, "Save changes")
    editor.visit(f"{draft}publish/")
    press(editor, "Publish edition")

    brief = Brief.objects.get(slug="town-bridges")
    assert [section.heading for section in brief.sections.in_edition()] == [
        *("How old they are", "Who pays", "What comes next")
    ]
    assert {q.text for q in brief.questions.all()} == set(QUESTIONS)
    assert (brief.sources.count(), brief.figures.get().data["rows"]) == (
        *(2, [["Old", 10], ["New", 6]]),
    )
    assert brief.audience == Brief.Audience.EDITORS


def test_an_editor_revises_a_brief_and_takes_the_revision_back(demo, editor):
    page, brief = editor.page, Brief.objects.get(slug="human-trafficking")
    [noted, *_more] = Section.objects.filter(brief=brief, notes__isnull=False).distinct()
    notes = {note.pk: note.section.slug for note in Note.objects.filter(section__brief=brief)}
    before = dict(brief.sections.in_edition().values_list("slug", "heading"))

    editor.visit(f"/admin/briefs/draft/?brief={brief.pk}")
    press(editor, "Start revision")
    editor.check_on_both_screens()
    draft = re.search(r"/admin/briefs/draft/\d+/", page.url)[0]

    # Moved with the keys, and the move undone after a reload and made again.
    page.locator("#section-conclusion").get_by_role("link").first.focus()
    page.keyboard.press("Alt+ArrowUp")
    expect(page.get_by_role("button", name="Undo: Moved “Conclusion” up")).to_be_visible()
    expect(page.locator("#section-conclusion button[value=up]")).to_be_focused()
    page.reload()
    press(editor, "Undo: Moved “Conclusion” up")
    press(editor, "Redo: Moved “Conclusion” up")
    editor.visit(f"{draft}sections/federal/arrange/")
    page.get_by_label("Heading", exact=True).fill("What Washington does")
    page.get_by_label("Name in web addresses").fill("washington")
    press(editor, "Save heading")
    editor.visit(f"{draft}sections/{noted.slug}/arrange/")
    expect(page.get_by_text("Circles have on it:")).to_be_visible()
    press(editor, "Retire section")
    editor.visit(f"{draft}publish/")
    expect(page.get_by_text("Readers will no longer see it.").first).to_be_visible()
    press(editor, "Publish edition")

    brief.refresh_from_db()
    assert brief.sections.get(slug="washington").heading == "What Washington does"
    assert brief.sections.get(slug=noted.slug).is_retired

    page.get_by_role("link", name="Go back to this edition").first.click()
    editor.check()
    press(editor, "Go back")
    expect(page.get_by_text("Taken back.")).to_be_visible()

    assert dict(brief.sections.in_edition().values_list("slug", "heading")) == before
    assert {
        note.pk: note.section.slug for note in Note.objects.filter(section__brief=brief)
    } == notes
