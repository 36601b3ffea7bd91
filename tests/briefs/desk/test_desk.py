"""The desk: drafts, their tree, and what takes each step back."""

import re

import pytest

from briefs.desk import content as contents
from briefs.desk.content import SECTION, Stale
from briefs.models import Draft
from tests.factories import make_circle, make_meeting, make_membership, make_note, make_user

from .samples import tree_of

LIST = "/admin/briefs/draft/"


def address(draft, *rest):
    return "/".join([draft.get_absolute_url().rstrip("/"), *rest, ""])


def arrange(client, draft, section, /, **typed):
    return client.post(address(draft, "sections", section, "arrange"), typed, follow=True)


@pytest.mark.parametrize("rights", ["", "briefs.change_brief"])
def test_the_desk_is_for_those_who_may_add_and_change_briefs(client, draft, rights, member):
    someone = make_user("Sam Staff", is_staff=True)
    client.force_login(someone)
    assert client.get(LIST).status_code == 403
    assert client.get(address(draft)).status_code == 403
    assert client.post(address(draft, "undo"), {"step": 1}).status_code == 403
    assert "/admin/briefs/draft/" not in client.get("/admin/").text

    client.force_login(member)
    assert client.get(LIST).status_code == 302


def test_an_editor_finds_the_drafts_from_the_first_page(desk, draft):
    assert f'href="{LIST}"' in desk.get("/admin/").text
    page = desk.get(LIST).text

    assert f'href="{address(draft)}"' in page
    brief_page = desk.get(f"/admin/briefs/brief/{draft.brief_id}/change/").text
    assert f"{LIST}?brief={draft.brief_id}" in brief_page


def test_no_link_of_a_draft_leads_to_the_lists_of_what_readers_see_now(desk, draft):
    page = desk.get(address(draft)).text
    assert "/admin/briefs/figure/" not in page and "/admin/briefs/section/" not in page


def test_an_empty_brief_begins_with_a_title_and_a_section(desk):
    page = desk.post(LIST, {"start": "empty", "empty-title": "Brücken"}, follow=True)
    draft = Draft.objects.get()
    assert "No sections yet." in page.text
    assert contents.brief_of(draft.content)["fields"]["audience"] == "editors"

    desk.post(address(draft, "sections"), {"heading": "Steel"})
    desk.post(address(draft, "sections"), {"heading": "Steel"})
    long = desk.post(address(draft, "sections"), {"heading": "x" * 161})
    assert long.status_code == 422 and "x" * 161 in long.text

    draft.refresh_from_db()
    assert (draft.brief_slug, tree_of(draft.content)) == ("brucken", ["steel", "steel-2"])


@pytest.mark.parametrize("typed", [{"start": "empty"}, {"start": "revise"}, {"start": "x"}, {}])
def test_a_draft_of_nothing_is_not_started(desk, typed):
    page = desk.post(LIST, typed)

    assert (page.status_code, Draft.objects.count()) == (422, 0)
    assert "This is required." in page.text


def test_a_section_is_moved_undone_and_moved_again(desk, draft):
    page = arrange(desk, draft, "rain", do="up").text
    draft.refresh_from_db()
    assert tree_of(draft.content) == ["rain", "wells", ".deep", "rivers"]
    assert "Undo: Moved “Rain” up" in page
    # It's still there on another day.
    assert "Undo: Moved “Rain” up" in desk.get(address(draft)).text

    desk.post(address(draft, "undo"), {"step": draft.last_step.pk})
    draft.refresh_from_db()
    assert tree_of(draft.content) == ["wells", ".deep", "rain", "rivers"]
    assert "Redo: Moved “Rain” up" in desk.get(address(draft)).text

    desk.post(address(draft, "undo"), {"step": draft.last_undo.pk, "redo": "1"})
    draft.refresh_from_db()
    assert tree_of(draft.content) == ["rain", "wells", ".deep", "rivers"]
    assert (draft.last_step.what, draft.last_undo) == ("Moved “Rain” up", None)


def test_every_step_can_be_undone_to_the_beginning(desk, draft):
    begun = draft.content
    arrange(desk, draft, "rain", do="in")
    arrange(desk, draft, "wells", do="retire")
    arrange(desk, draft, "rivers", do="rename", heading="Streams", slug="streams")
    assert desk.get(address(draft)).text.count("Undo: ") == 1

    for what in ("Renamed “Rivers” to “Streams”", "Retired “Wells”", "Moved “Rain” to the right"):
        draft.refresh_from_db()
        assert draft.last_step.what == what
        desk.post(address(draft, "undo"), {"step": draft.last_step.pk})

    draft.refresh_from_db()
    assert (draft.content, draft.last_step) == (begun, None)
    steps = desk.get(address(draft, "steps")).text
    assert "Undid: Retired “Wells”" in steps and "Edda Editor" in steps


def test_an_undo_of_what_is_no_longer_last_changes_nothing(desk, draft):
    arrange(desk, draft, "rain", do="up")
    seen = draft.last_step.pk
    arrange(desk, draft, "rivers", do="up")

    for step in (seen, 999, "x", ""):
        page = desk.post(address(draft, "undo"), {"step": step}, follow=True)
        assert "Someone else just changed this draft" in page.text

    draft.refresh_from_db()
    assert tree_of(draft.content) == ["rain", "rivers", "wells", ".deep"]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ({"do": "place", "where": "inside", "to": "rain"}, ["wells", ".deep", "rain", ".rivers"]),
        ({"where": "before", "to": "wells"}, ["rivers", "wells", ".deep", "rain"]),
        ({"where": "inside", "to": "gone"}, ["wells", ".deep", "rain", "rivers"]),
        ({"where": "inside", "to": "rivers"}, ["wells", ".deep", "rain", "rivers"]),
        ({"where": "\0", "to": "\0"}, ["wells", ".deep", "rain", "rivers"]),
        ({"do": "down"}, ["wells", ".deep", "rain", "rivers"]),
        ({"do": "join"}, ["wells", ".deep", "rain"]),
        ({}, ["wells", ".deep", "rain", "rivers"]),
    ],
)
def test_a_section_goes_where_it_is_dropped(desk, draft, typed, expected):
    page = arrange(desk, draft, "rivers", **typed)

    draft.refresh_from_db()
    assert page.status_code == 200
    assert tree_of(draft.content) == expected


def test_a_section_that_someone_removed_is_said_to_be_gone(desk, draft):
    arrange(desk, draft, "rain", do="retire")

    assert "removed this section" in arrange(desk, draft, "rain", do="up").text
    assert desk.get(address(draft, "sections", "rain", "arrange")).status_code == 404


def test_a_heading_is_renamed_and_a_taken_name_is_refused(desk, draft):
    arrange(desk, draft, "wells", do="rename", heading="Old wells", slug="wells")
    refused = desk.post(
        address(draft, "sections", "rain", "arrange"),
        {"do": "rename", "heading": "Showers", "slug": "wells"},
    )

    draft.refresh_from_db()
    assert refused.status_code == 422 and "Something else has this name" in refused.text
    assert 'value="Showers"' in refused.text
    assert contents.item(draft.content, SECTION, "wells")["fields"]["heading"] == "Old wells"


def test_a_section_is_split_at_a_paragraph(desk, draft):
    page = desk.get(address(draft, "sections", "wells", "arrange")).text
    assert "Two." in page
    refused = desk.post(
        address(draft, "sections", "wells", "arrange"), {"do": "split", "heading": "Dry"}
    )
    assert refused.status_code == 422

    arrange(desk, draft, "wells", do="split", at="2", heading="Rain")

    draft.refresh_from_db()
    assert tree_of(draft.content) == ["wells", "rain-2", ".deep", "rain", "rivers"]
    assert contents.item(draft.content, SECTION, "rain-2")["fields"]["body"] == "Three.\n"


def test_the_page_of_a_section_counts_what_circles_have_on_it_and_quotes_nothing(desk, draft):
    circle = make_circle()
    member = make_user()
    make_membership(circle, member)
    meeting = make_meeting(circle, brief=draft.brief)
    meeting.start()
    make_note(meeting, member, section=draft.brief.sections.get(slug="wells"), text="Secret words")

    page = desk.get(address(draft, "sections", "wells", "arrange")).text

    assert "some notes" in page and "Secret" not in page


def test_a_retired_section_is_restored_with_its_parts(desk, draft):
    begun = draft.content
    arrange(desk, draft, "wells", do="retire")
    page = desk.get(address(draft, "retired")).text
    assert "Wells" in page and "Deep" not in page

    desk.post(address(draft, "retired"), {"slug": "wells"})
    again = desk.post(address(draft, "retired"), {"slug": "wells"}, follow=True)

    draft.refresh_from_db()
    assert sorted(map(str, draft.content)) == sorted(map(str, begun))
    assert "in the draft already" in again.text


def test_two_editors_of_one_part_meet_and_of_two_do_not(draft, editor):
    seen = contents.basis_of(contents.item(draft.content, SECTION, "rain"))

    def write(text):
        def edit(content):
            contents.check_basis(content, SECTION, "rain", seen)
            now = contents.item(content, SECTION, "rain")
            return contents.replace(content, contents.with_fields(now, body=text))

        return edit

    Draft.objects.change(draft.pk, by=editor, what="Moved", edit=lambda c: c[:1] + c[1:][::-1])
    Draft.objects.change(draft.pk, by=editor, what="Rain", edit=write("Hers."))
    with pytest.raises(Stale) as stale:
        Draft.objects.change(draft.pk, by=editor, what="Rain", edit=write("His."))

    assert stale.value.theirs["fields"]["body"] == "Hers."
    draft.refresh_from_db()
    assert contents.item(draft.content, SECTION, "rain")["fields"]["body"] == "Hers."


def test_a_draft_is_set_aside_and_reopened(desk, draft):
    asked = desk.get(address(draft, "set-aside"))
    assert "Set this draft aside?" in asked.text and not Draft.objects.get().is_closed

    desk.post(address(draft, "set-aside"))
    typed = {"do": "rename", "heading": "Typed with care", "slug": "rain"}
    refused = desk.post(address(draft, "sections", "rain", "arrange"), typed)
    assert "This draft is closed" in refused.text and "Typed with care" in refused.text
    assert "Published or set aside" in desk.get(LIST).text

    desk.post(address(draft, "set-aside"), {"reopen": "1"})
    arrange(desk, draft, "rain", do="up")
    draft.refresh_from_db()
    assert tree_of(draft.content)[0] == "rain"


def test_the_page_of_a_long_draft_asks_no_more_than_a_short_one(
    desk, draft, django_assert_max_num_queries
):
    for number in range(30):
        desk.post(address(draft, "sections"), {"heading": f"More {number}"})

    with django_assert_max_num_queries(16):
        desk.get(address(draft))


def test_an_arrow_can_be_pressed_again_as_long_as_it_leads_somewhere(desk, draft):
    def begins_with(page):
        (tag,) = re.findall(r"<(?:a|button)[^>]*\bautofocus\b[^>]*>", page.text)
        return re.search(r'(?:value|href)="([^"]*)"', tag)[1]

    assert begins_with(arrange(desk, draft, "rivers", do="up")) == "up"
    first = arrange(desk, draft, "rivers", do="up")
    assert begins_with(first) == address(draft, "sections", "rivers")


def test_a_heading_that_ends_with_a_question_mark_needs_no_period(desk, draft):
    page = arrange(desk, draft, "rain", do="rename", heading="Why rain?", slug="rain")
    assert "to “Why rain?”<" in page.text
    assert "Retired “Why rain?”<" in arrange(desk, draft, "rain", do="retire").text


def test_an_editor_gets_from_a_section_to_where_it_is_retired(desk, draft):
    assert (
        address(draft, "sections", "rain", "arrange")
        in desk.get(address(draft, "sections", "rain")).text
    )


def test_a_split_at_a_figure_is_offered_by_its_title(desk, draft, editor):
    def placed(content):
        wells = contents.item(content, SECTION, "wells")
        body = "One.\n\n![](figure:dry)\n\nTwo.\n"
        return contents.replace(content, contents.with_fields(wells, body=body))

    draft.change(by=editor, what="Placed", edit=placed)
    page = desk.get(address(draft, "sections", "wells", "arrange")).text
    title = contents.item(draft.content, "briefs.figure", "dry")["fields"]["title"]

    assert f"The figure “{title}”" in page and "figure:dry" not in page


def test_who_adds_a_brief_learns_that_a_word_file_begins_a_draft(desk, draft):
    assert "Start a draft instead" in desk.get("/admin/briefs/brief/add/").text
    page = desk.get(f"/admin/briefs/brief/{draft.brief_id}/change/").text
    assert "Start a draft instead" not in page
