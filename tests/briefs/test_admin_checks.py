"""What an editor saves in the admin is checked like what is loaded."""

import json

import pytest

from briefs.models import Brief, Figure, Question, Section, Source
from tests.factories import make_brief, make_figure, make_question, make_section, make_source

from .test_admin import fields_of


@pytest.fixture
def desk(client, admin):
    client.force_login(admin)
    return client


def change(row):
    return f"/admin/briefs/{row._meta.model_name}/{row.pk}/change/"


def save(desk, row, **fields):
    """Save the page of a row with some fields changed. Gives the errors by field; {} if saved."""
    page = desk.get(change(row))
    answer = desk.post(change(row), fields_of(page) | fields)
    return {} if answer.status_code == 302 else dict(answer.context["adminform"].form.errors)


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ("As is said [@nobody].", "is cited, but"),
        ("See [there](#nowhere).", "doesn’t match a section"),
        ("See [it](javascript:alert).", "won’t be shown"),
        ("![](figure:nowhere)", "places the figure"),
    ],
)
def test_a_text_that_leads_nowhere_is_refused_at_its_field(desk, section, body, why):
    errors = save(desk, section, body=body)

    assert why in errors["body"].as_text()
    section.refresh_from_db()
    assert section.body == "Some words to read."


def test_a_section_is_never_inside_itself(desk, brief, section):
    inner = make_section(brief, parent=section, slug="inner")

    assert "inside itself" in save(desk, section, parent=inner.pk)["parent"].as_text()


def test_a_part_of_another_brief_is_refused_at_its_field(desk, section):
    foreign = make_section(make_brief(), slug="foreign")
    question = make_question(section)

    errors = save(desk, question, section=foreign.pk)

    assert "in another brief" in errors["section"].as_text()


@pytest.mark.parametrize("data", [[], {"rows": [["North", "many"]]}, {"rows": []}, {"rows": 4}])
def test_data_that_cannot_be_drawn_is_refused_at_its_field(desk, section, data):
    figure = make_figure(section, kind="bar", data={"series": [""], "rows": [["North", 1]]})

    errors = save(desk, figure, data=json.dumps(data))

    assert set(errors) == {"data"}


def test_a_part_on_the_page_of_its_section_is_checked_with_it(desk, section):
    fields = {
        "body": "![](figure:yield)",
        "figures-TOTAL_FORMS": 1,
        "figures-0-slug": "yield",
        "figures-0-position": 1,
        "figures-0-kind": "bar",
        "figures-0-title": "The north well gives most",
        "figures-0-summary": "One bar.",
        "figures-0-data": '{"rows": [["North", "many"]]}',
    }
    url = change(section)
    sent = fields_of(desk.get(url)) | fields

    refused = desk.post(url, sent)
    saved = desk.post(url, sent | {"figures-0-data": '{"rows": [["North", 40]]}'})

    (_questions, figures) = refused.context["inline_admin_formsets"]
    assert "“many”" in figures.formset.forms[0].errors["data"].as_text()
    assert saved.status_code == 302
    assert Figure.objects.get().brief == section.brief


def test_what_a_save_breaks_elsewhere_is_told(desk, section):
    Section.objects.update(body="One.\n\nTwo.")
    make_question(section, slug="why", paragraph=2)

    url = change(section)
    refused = desk.post(url, fields_of(desk.get(url)) | {"body": "One."})

    (questions, _figures) = refused.context["inline_admin_formsets"]
    assert "points to paragraph 2" in questions.formset.forms[0].errors["paragraph"].as_text()


def test_what_was_wrong_elsewhere_before_keeps_no_one_from_saving(desk, brief, section):
    make_section(brief, body="As is said [@nobody].")

    assert save(desk, section, heading="Beginnings") == {}


def test_a_cited_source_cannot_be_retired(desk, brief, section):
    source = make_source(brief, slug="report")
    Section.objects.update(body="As is said [@report].")

    page = desk.post(
        "/admin/briefs/source/", {"_selected_action": [source.pk], "action": "retire"}, follow=True
    )

    assert "is cited, but" in page.content.decode()
    assert Source.objects.in_edition().count() == 1


def test_line_ends_of_browsers_are_saved_as_files_have_them(desk, section):
    assert save(desk, section, body="One.\r\n\r\nTwo.\r\n") == {}

    section.refresh_from_db()
    assert section.body == "One.\n\nTwo.\n"


def test_saving_what_is_there_changes_nothing(desk, section):
    Section.objects.update(body="One.\n\nTwo.\n")

    assert save(desk, section, body="One.\r\n\r\nTwo.\r\n", heading="New") == {}

    section.refresh_from_db()
    assert section.body == "One.\n\nTwo.\n"


def test_a_slug_left_blank_is_made_of_the_name_in_any_script(desk):
    for number in (1, 2):
        fields = {"title": "מים", "summary": "On water.", "edition": "2026-01-01"}
        sets = ("helplines", "calltoactions", "sources")
        forms = {f"{name}-{kind}_FORMS": 0 for name in sets for kind in ("TOTAL", "INITIAL")}
        chosen = {"audience": "editors", "language": "he", "slug": ""}
        desk.post("/admin/briefs/brief/add/", fields | forms | chosen)
        assert Brief.objects.count() == number

    assert set(Brief.objects.values_list("slug", flat=True)) == {"mym", "mym-2"}


def test_a_question_added_without_a_slug_gets_one(desk, section):
    url = change(section)
    fields = {
        "questions-TOTAL_FORMS": 1,
        "questions-0-slug": "",
        "questions-0-position": 1,
        "questions-0-kind": "opening",
        "questions-0-text": "Why here?",
    }

    assert desk.post(url, fields_of(desk.get(url)) | fields).status_code == 302

    assert Question.objects.get().slug == "why-here"


def test_what_raw_rows_brought_is_told_in_the_list_and_on_the_page(desk, brief, section):
    inner = make_section(brief, parent=section, slug="inner", heading="Inner")
    Section.objects.filter(pk=section.pk).update(parent=inner)

    assert "Sections are inside each other" in desk.get("/admin/briefs/brief/").text
    assert "is inside itself" in desk.get(change(brief)).text

    other = make_section(make_brief(slug="fire"), slug="stairs")
    Section.objects.filter(pk=inner.pk).update(parent=None)
    Section.objects.filter(pk=section.pk).update(parent=other)
    assert "Sections are inside each other" in desk.get("/admin/briefs/brief/").text
    assert "is inside a section of another brief" in desk.get(change(brief)).text


def test_sections_inside_each_other_are_still_read_and_downloaded(desk, client, brief, section):
    inner = make_section(brief, parent=section, slug="inner", heading="Inner")
    Section.objects.filter(pk=section.pk).update(parent=inner)

    assert "Inner" in client.get(brief.get_absolute_url()).text
    assert "heading: Inner" in desk.get(f"/admin/briefs/brief/{brief.pk}/file/").text


def test_a_brief_without_errors_has_nothing_to_fix(desk, brief, section):
    assert "Fix in this brief" not in desk.get(change(brief)).text
