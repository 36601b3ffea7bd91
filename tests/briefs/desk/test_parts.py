"""Editors work on the parts of a draft."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from briefs.desk.content import item, items
from briefs.models import Brief
from tests.factories import make_user

from ... import strict_html
from ...config.test_drawn_requests import ODD
from .part_cases import DATA, fields_of, make_draft

pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture
def draft(editor):
    return make_draft(editor)


@pytest.fixture
def desk(client, editor):
    client.force_login(editor)
    return client


def address(draft, path):
    return f"/admin/briefs/draft/{draft.pk}/{path}/"


def save(desk, draft, path, **changed):
    """Open the page of a part, change something, and save it."""
    url = address(draft, path)
    answer = desk.post(url, fields_of(desk.get(url), **changed))
    draft.refresh_from_db()
    return answer


LISTS = ["figures", "sources", "questions", "hotlines", "actions"]
PAGES = [
    *("brief", "sections/wells", "sections/pipes", "figures/use", "sources/survey"),
    *("questions/wells-ask", "add/figures", "add/sources", "add/questions", "add/hotlines"),
    *(
        "add/actions",
        "preview",
        "figures/use/preview",
        "sections/wells/preview",
        "brief/water/preview",
    ),
    *("preview/cover", "preview/all", "preview/sections/wells"),
]


@pytest.mark.parametrize("path", [*LISTS, *PAGES])
def test_an_editor_who_is_no_superuser_opens_every_page(desk, draft, path):
    assert desk.get(address(draft, path)).status_code == 200


@pytest.mark.parametrize("path", [*LISTS, *PAGES])
def test_no_one_else_does(client, draft, path):
    client.force_login(make_user("Sam Staff", is_staff=True))

    assert client.get(address(draft, path)).status_code == 403


@pytest.mark.parametrize(
    "path",
    ["sections/nowhere", "figures/no", "questions/no", "figures/no/preview", "preview/sections/no"],
)
def test_what_is_not_there_is_not_found(desk, draft, path):
    assert desk.get(address(draft, path)).status_code in (302, 404)


def test_a_saved_text_is_a_step_that_undo_takes_back(desk, draft, editor):
    before = draft.content

    answer = save(desk, draft, "sections/wells", body="Two wells.")

    assert answer.status_code == 302
    assert item(draft.content, "briefs.section", "wells")["fields"]["body"] == "Two wells."
    assert "The wells" in draft.last_step.what
    draft.undo(draft.last_step.pk, by=editor)
    assert draft.content == before


def test_saving_without_a_change_changes_nothing(desk, draft):
    before = draft.content

    for path in [page for page in PAGES if "preview" not in page and "add" not in page]:
        assert save(desk, draft, path).status_code == 302, path

    assert draft.content == before
    assert draft.last_step is None


def test_an_end_of_line_at_the_end_of_a_text_stays(desk, draft, editor):
    def edit(content):
        section = item(content, "briefs.section", "pipes")
        section["fields"]["body"] = "They are old.\n"
        return content

    content = edit([*draft.content])
    type(draft).objects.filter(pk=draft.pk).update(content=content)

    save(desk, draft, "sections/pipes", heading="Pipes")

    assert item(draft.content, "briefs.section", "pipes")["fields"]["body"] == "They are old.\n"


def test_two_editors_of_one_text_see_both_and_choose(desk, draft, client):
    url = address(draft, "sections/wells")
    mine = fields_of(desk.get(url), body="Mine.")
    save(desk, draft, "sections/wells", body="Theirs.")

    answer = desk.post(url, mine)
    page = answer.content.decode()
    draft.refresh_from_db()
    saved = item(draft.content, "briefs.section", "wells")["fields"]["body"]
    again = desk.post(url, fields_of(answer))
    draft.refresh_from_db()

    assert answer.status_code == 409
    assert "Theirs." in page and "Mine." in page and "Keep theirs" in page
    assert saved == "Theirs."
    assert again.status_code == 302
    assert item(draft.content, "briefs.section", "wells")["fields"]["body"] == "Mine."


def test_a_section_that_someone_moved_can_still_be_saved(desk, draft, editor):
    url = address(draft, "sections/lead")
    mine = fields_of(desk.get(url), body="Mine.")

    def move(content):
        part = item(content, "briefs.section", "lead")
        fields = part["fields"] | {"position": 40}
        return [part | {"fields": fields} if p is part else p for p in content]

    draft.change(by=editor, what="Moved it", edit=move)

    assert desk.post(url, mine).status_code == 302
    draft.refresh_from_db()
    fields = item(draft.content, "briefs.section", "lead")["fields"]
    assert (fields["position"], fields["body"]) == (40, "Mine.")


def test_what_someone_removed_is_added_again_only_if_its_editor_says_so(desk, draft):
    url = address(draft, "sources/unread")
    mine = fields_of(desk.get(url), note="Mine.")
    desk.post(f"{url}remove/")

    answer = desk.post(url, mine)
    desk.post(url, fields_of(answer))
    draft.refresh_from_db()

    assert answer.status_code == 409
    assert "just removed" in answer.content.decode()
    assert item(draft.content, "briefs.source", "unread")["fields"]["note"] == "Mine."


@pytest.mark.parametrize(
    ("path", "field"),
    [("sections/wells", "heading"), ("sources/survey", "title"), ("brief", "title")],
)
@pytest.mark.parametrize("value", ["", "\u200b", "x" * 5000])
def test_what_is_refused_comes_back_as_typed(desk, draft, path, field, value):
    answer = save(desk, draft, path, **{field: value})

    assert answer.status_code == 422
    assert answer.context["form"][field].value() == value
    assert draft.last_step is None


def test_a_source_is_added_without_a_slug_being_asked_for(desk, draft):
    before = len(draft.content)
    new = {"title": "Über Wasser", "publisher": "Stadt", "url": "example.org/a", "basis": ""}
    for _time in range(2):
        assert desk.post(address(draft, "add/sources"), new).status_code == 302
    draft.refresh_from_db()

    assert len(draft.content) == before + 2
    added = items(draft.content, "briefs.source")[2:]
    assert [part["fields"]["slug"] for part in added] == ["uber-wasser", "uber-wasser-2"]
    assert added[0]["fields"]["url"] == "https://example.org/a"
    assert added[0]["fields"]["brief"] == ["water"]


def test_sources_say_where_they_are_cited_and_are_found_by_it(desk, draft):
    page = desk.get(address(draft, "sources")).content.decode()
    unused = desk.get(address(draft, "sources"), {"show": "unused"}).content.decode()
    found = desk.get(address(draft, "sources"), {"q": "the wells"}).content.decode()

    assert "Cited in The wells, Figure: Who uses water." in page
    assert "Not cited anywhere." in page
    assert "Never cited" in unused and "Water survey" not in unused
    assert "Water survey" in found and "Never cited" not in found


def test_a_source_that_is_cited_stays(desk, draft):
    answer = desk.post(address(draft, "sources/survey/remove"), follow=True)
    draft.refresh_from_db()

    assert "still cited in The wells" in answer.content.decode()
    assert item(draft.content, "briefs.source", "survey")


def test_a_removed_figure_leaves_no_marker_behind(desk, draft):
    desk.post(address(draft, "figures/use/remove"))
    draft.refresh_from_db()

    assert "figure:use" not in item(draft.content, "briefs.section", "wells")["fields"]["body"]


def test_a_chart_is_made_row_by_row_without_a_script(desk, draft):
    url = address(draft, "add/figures")
    first = fields_of(desk.get(f"{url}?section=wells"), title="Rain", kind="bar")
    more = desk.post(url, fields_of_table(first) | {"do": "add-row"})
    wider = desk.post(url, fields_of(more, do="add-series"))
    sent = fields_of(wider, summary="It rains.", place="1")
    sent |= dict(zip([n for n in sent if n.startswith("series-")], ["2024", "2025"], strict=True))
    sent |= {name: f"Town {name}" for name in sent if name.startswith("row-")}
    sent |= {name: "1,5" for name in sent if name.startswith("cell-")}
    refused = desk.post(url, sent)
    sent |= {name: "1,500" for name in sent if name.startswith("cell-")}

    answer = desk.post(url, sent)
    draft.refresh_from_db()

    assert more.status_code == wider.status_code == 200
    assert refused.status_code == 422
    assert "isn’t a number" in refused.content.decode()
    assert answer.status_code == 302
    fields = item(draft.content, "briefs.figure", "rain")["fields"]
    assert fields["data"]["series"] == ["2024", "2025"]
    assert [row[1:] for row in fields["data"]["rows"]] == [[1500, 1500]] * 3
    body = item(draft.content, "briefs.section", "wells")["fields"]["body"]
    assert body.startswith("Three wells serve the town.\n\n![](figure:rain)\n\nThey")


def fields_of_table(sent):
    return {name: value for name, value in sent.items() if name != "do"}


def test_a_moved_figure_is_placed_in_its_new_section_only(desk, draft):
    save(desk, draft, "figures/use", section="pipes", place="1")

    bodies = {
        p["fields"]["slug"]: p["fields"]["body"] for p in items(draft.content, "briefs.section")
    }
    assert "figure:use" not in bodies["wells"]
    assert bodies["pipes"] == "They are old.\n\n![](figure:use)"
    assert item(draft.content, "briefs.figure", "use")["fields"]["data"] == DATA


@pytest.mark.parametrize("path", ["add/figures", "figures/use", "add/questions"])
def test_the_paragraphs_of_the_section_that_is_chosen_are_offered(desk, draft, path):
    url = address(draft, path)
    sent = fields_of(desk.get(url), section="pipes", title="Typed", text="Typed?")

    page = desk.post(url, sent | {"do": "section"})

    assert page.status_code == 200 and "They are old." in page.text and "Typed" in page.text
    assert "Not saved yet" not in page.text
    draft.refresh_from_db()
    assert not draft.steps.exists()


def test_a_source_that_no_one_cites_is_called_by_its_title(desk, draft):
    page = desk.get(address(draft, "sources/unread")).text

    assert "Nothing cites the source “Never cited”" in page and "[@unread]" not in page


def test_a_question_points_at_the_same_paragraph_after_another_is_written(desk, draft):
    section = item(draft.content, "briefs.section", "wells")["fields"]

    save(desk, draft, "sections/wells", body=f"A new beginning.\n\n{section['body']}")

    assert item(draft.content, "briefs.question", "wells-ask")["fields"]["paragraph"] == 3


@pytest.mark.parametrize(("pointer", "fields"), [("p1", {"paragraph": 1}), ("figure:use", {})])
def test_a_question_points_at_what_its_editor_picks(desk, draft, pointer, fields):
    save(desk, draft, "questions/wells-ask", points_to=pointer, kind="closing")

    saved = item(draft.content, "briefs.question", "wells-ask")["fields"]
    assert saved["kind"] == "closing"
    assert saved.get("paragraph") == fields.get("paragraph")
    assert saved.get("figure") == (None if fields else ["water", "use"])


def test_questions_are_put_in_another_order(desk, draft):
    new = {"section": "wells", "kind": "closing", "text": "What now?", "basis": ""}
    desk.post(address(draft, "add/questions"), new)

    desk.post(address(draft, "questions/what-now/move"), {"to": "up"})

    page = desk.get(address(draft, "questions")).content.decode()
    assert page.index("What now?") < page.index("What have you seen of it?")


def test_a_hotline_can_be_reached(desk, draft):
    new = {"name": "Help", "when": "Always.", "basis": ""}

    refused = desk.post(address(draft, "add/hotlines"), new)
    ways = {"phone": "911", "text_number": "988"}
    added = desk.post(address(draft, "add/hotlines"), new | ways)

    assert refused.status_code == 422
    assert added.status_code == 302
    # Which number is which.
    assert "Call 911 · Text 988" in desk.get(address(draft, "hotlines")).text


def test_what_the_checks_find_is_above_the_button(desk, draft):
    save(desk, draft, "sections/wells", body="So it is said [@nobody].")

    page = desk.get(address(draft, "sections/wells")).content.decode()

    assert "“nobody” is cited, but it’s no source of this brief" in page
    worth = page.index("Worth")
    assert page.index("“nobody” is cited") < page.index(">Save changes</button>", worth)


def test_a_closed_draft_cannot_be_changed(desk, draft, editor):
    url = address(draft, "sections/wells")
    sent = fields_of(desk.get(url), body="Late.")
    draft.set_aside(editor)

    desk.post(url, sent)
    draft.refresh_from_db()

    assert "Late." not in str(draft.content)
    assert desk.get(url).status_code == 200


def test_what_is_sent_after_the_session_ended_comes_back(desk, draft):
    url = address(draft, "sections/wells")
    form = desk.get(url)
    button = re.search(r'class="button default" name="(\w+)"\s+value="([^"]+)"', form.text)
    sent = fields_of(form, body="Written for an hour.") | {button[1]: button[2]}
    desk.logout()

    answer = desk.post(url, sent, HTTP_SEC_FETCH_SITE="same-origin")

    assert answer.status_code == 401
    page = answer.content.decode()
    assert "Written for an hour." in page
    # What the button does is told in words, and not by what only the page itself reads.
    assert "<b>Save changes</b>" in page
    assert "Basis:" not in page
    # The text is called as on its own page.
    label = re.search(r'<label for="id_body">([^<]+)</label>', form.text)[1].split(" (")[0]
    assert re.search(rf">\s*{label}\s*<", page) and label != "Body"


def test_no_input_is_an_error_of_ours(desk, draft):
    odd = {"section": "\x00", "kind": "nonsense", "place": "99", "source": "x", "basis": "y" * 99}
    for path in [*PAGES, "add/figures/preview"]:
        for more in ({}, {"do": "remove-row-x"}, {"title": "\ufdd0", "facts_as_of": "soon"}):
            answer = desk.post(address(draft, path), odd | more)
            assert answer.status_code < 500, path


def test_the_brief_in_the_database_is_not_touched(desk, draft):
    save(desk, draft, "brief", title="Another title", audience="members")

    assert not Brief.objects.exists()
    assert draft.title == "Another title"


@pytest.mark.parametrize("path", [*LISTS, *PAGES])
def test_the_html_of_every_page_is_right(desk, draft, path):
    assert strict_html.read(desk.get(address(draft, path)).content.decode()).faults == []


@pytest.mark.usefixtures("no_query_in_a_loop")
@pytest.mark.parametrize("path", ["sections/wells", "sources", "questions", "preview/all"])
def test_a_page_asks_the_same_of_a_long_draft_as_of_a_short_one(desk, draft, editor, path):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            desk.get(address(draft, path))
        return len(captured)

    queries()
    few = queries()
    for number in range(5):
        new = {"title": f"Source {number}", "publisher": "A", "basis": ""}
        desk.post(address(draft, "add/sources"), new)

    # Undo of the last step is one more.
    assert queries() <= few + 1


@pytest.mark.long
def test_no_odd_value_breaks_a_form_or_a_preview(desk, draft):
    paths = [path for path in PAGES if "preview" not in path]
    for value in ODD:
        for path in paths:
            url = address(draft, path)
            page = desk.get(url)
            # Someone removed or renamed it.
            if page.status_code != 200:
                continue
            sent = fields_of(page)
            odd = {name: value for name in sent if name not in ("basis", "section", "kind")}
            for changed in (odd, {"title": value}, {"place": value, "section": value}):
                assert desk.post(url, sent | changed).status_code < 500, (path, value)
            assert desk.post(f"{url}preview/", sent | odd).status_code < 500, (path, value)
        for path in ("preview/all", "preview/cover", "preview/sections/wells", *LISTS):
            assert desk.get(address(draft, path)).status_code < 500, (path, value)
