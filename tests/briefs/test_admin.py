"""The editors' pages."""

import pytest
from django.utils import timezone

from briefs.models import Question, Section
from tests.factories import make_brief, make_figure, make_question, make_section, make_source


@pytest.fixture
def desk(client, editor):
    client.force_login(editor)
    return client


def fields_of(response):
    """What the form of an admin page sends if nothing is changed."""
    form = response.context["adminform"].form
    fields = {name: form[name].value() for name in form.fields}
    for formset in response.context["inline_admin_formsets"]:
        for inner in [formset.formset.management_form, *formset.formset.forms]:
            fields |= {inner.add_prefix(name): inner[name].value() for name in inner.fields}
    return {name: "" if value is None else value for name, value in fields.items()}


def test_the_page_of_a_brief_lists_its_sections_in_their_order(desk, brief, section):
    page = desk.get(f"/admin/briefs/brief/{brief.pk}/change/").content.decode()

    assert f"/admin/briefs/section/{section.pk}/change/" in page
    assert f"/admin/briefs/section/add/?brief={brief.pk}" in page


def test_the_list_of_sections_keeps_each_brief_together(desk):
    for title in ("Bridges", "Alleys"):
        brief = make_brief(slug=title.lower(), title=title)
        for position in (1, 2):
            make_section(brief, slug=f"s{position}", heading=title, position=position)

    rows = desk.get("/admin/briefs/section/").context["cl"].result_list

    assert [row.heading for row in rows] == ["Alleys", "Alleys", "Bridges", "Bridges"]


def test_a_section_shows_its_text_as_readers_see_it(desk, section):
    Section.objects.update(body="Wells are *old*.")

    page = desk.get(f"/admin/briefs/section/{section.pk}/change/").content.decode()

    assert "Wells are <em>old</em>." in page


def test_a_slug_cannot_be_changed_once_it_is_there(desk, section):
    url = f"/admin/briefs/section/{section.pk}/change/"
    fields = fields_of(desk.get(url))

    desk.post(url, fields | {"slug": "other", "heading": "Beginnings"})

    section.refresh_from_db()
    assert (section.slug, section.heading) == ("history", "Beginnings")


def test_a_question_added_under_a_section_stands_in_its_brief(desk, section):
    url = f"/admin/briefs/section/{section.pk}/change/"
    fields = fields_of(desk.get(url))
    fields |= {
        "questions-TOTAL_FORMS": 1,
        "questions-0-slug": "why",
        "questions-0-position": 1,
        "questions-0-kind": "opening",
        "questions-0-text": "Why here?",
    }

    desk.post(url, fields)

    assert Question.objects.get(slug="why").brief == section.brief


def test_a_section_is_saved_with_all_that_stands_in_it(desk, section):
    for _number in range(3):
        make_figure(section, source=make_source(section.brief))
        make_question(section)
    url = f"/admin/briefs/section/{section.pk}/change/"
    fields = fields_of(desk.get(url))

    answer = desk.post(url, fields | {"questions-2-text": "And now?"})

    assert answer.status_code == 302
    assert section.questions.filter(text="And now?").count() == 1


def test_sections_are_retired_and_brought_back(desk, section):
    chosen = {"_selected_action": [section.pk]}

    desk.post("/admin/briefs/section/", chosen | {"action": "retire"})
    section.refresh_from_db()
    retired = section.retired_at
    desk.post("/admin/briefs/section/", chosen | {"action": "bring_back"})
    section.refresh_from_db()

    assert retired <= timezone.now()
    assert section.retired_at is None


@pytest.mark.parametrize("kind", ["brief", "section", "question"])
def test_nothing_of_a_brief_can_be_deleted(desk, brief, section, kind):
    row = {"brief": brief, "section": section, "question": make_question(section)}[kind]

    answer = desk.post(f"/admin/briefs/{kind}/{row.pk}/delete/", {"post": "yes"})

    assert answer.status_code == 403
    assert type(row).objects.filter(pk=row.pk).exists()


def test_a_citation_of_nothing_is_told_in_the_list_of_briefs(desk, section):
    Section.objects.update(body="So it is said [@nobody].")

    assert "not in the sources: nobody" in desk.get("/admin/briefs/brief/").content.decode()


def test_a_member_is_not_let_in(client, member):
    client.force_login(member)

    assert client.get("/admin/briefs/brief/").status_code == 302
