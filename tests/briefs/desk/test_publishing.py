"""Publishing a draft, what it shows before, and taking an edition back."""

import re
from datetime import date, timedelta

import pytest
from django.utils import timezone

from briefs.desk import content as contents
from briefs.desk import rework, starts, tree
from briefs.desk.content import SECTION
from briefs.models import Brief, Draft, Section
from circles.models import Note
from tests.briefs.desk.samples import tree_of
from tests.factories import make_circle, make_meeting, make_membership, make_note, make_user


@pytest.fixture
def meeting(water):
    circle = make_circle()
    make_membership(circle, make_user("Mel"))
    meeting = make_meeting(circle, brief=water)
    meeting.start()
    return meeting


@pytest.fixture
def note_on(meeting):
    """Write a note on a section."""

    def write(slug):
        section = meeting.brief.sections.get(slug=slug)
        author = meeting.circle.memberships.get(user__display_name="Mel").user
        return make_note(meeting, author, section=section, text=f"Secret of {slug}")

    return write


def change(draft, editor, edit, what="Changed"):
    draft.change(by=editor, what=what, edit=edit)


def brief_with(content, **fields):
    return contents.replace(content, contents.with_fields(contents.brief_of(content), **fields))


def form_of(client, draft):
    """What the form on the page sends."""
    page = client.get(f"{draft.get_absolute_url()}publish/").text
    fields = re.findall(r'<input type="(?:hidden|date)" name="(\w+)" value="([^"]*)"', page)
    return {name: value for name, value in fields if name != "csrfmiddlewaretoken"}


def publish(client, draft, **typed):
    form = form_of(client, draft) | typed
    return client.post(f"{draft.get_absolute_url()}publish/", form, follow=True)


def take_back(client, brief):
    earlier = brief.editions.all()[1]
    url = f"/admin/briefs/draft/editions/{earlier.pk}/take-back/"
    asked = client.get(url)
    basis = re.search(r'name="basis" value="(\w+)"', asked.text)[1]
    return asked, client.post(url, {"basis": basis}, follow=True)


def tree_in_database(brief):
    rows = Section.objects.in_edition().filter(brief=brief).order_by("slug")
    return {row.slug: row.parent and row.parent.slug for row in rows}


def test_a_revision_is_published_with_what_it_means_for_circles(desk, draft, editor, note_on):
    note = note_on("rain")
    change(draft, editor, lambda c: rework.retire(c, "rain"))
    change(draft, editor, lambda c: tree.indent(c, "rivers"))
    change(draft, editor, lambda c: rework.rename_slug(c, "deep", "depths", loaded=c))

    page = desk.get(f"{draft.get_absolute_url()}publish/").text
    assert "retired" in page and "some notes" in page and "Secret" not in page
    assert Section.objects.get(slug="rain").retired_at is None  # looking changes nothing

    answer = publish(desk, draft)

    draft.refresh_from_db()
    assert "Published" in answer.text
    assert draft.published_as == draft.brief.editions.first()
    assert tree_in_database(draft.brief) == {"wells": None, "depths": "wells", "rivers": "wells"}
    assert Section.objects.get(slug="rain").is_retired
    assert Note.objects.get(pk=note.pk).section.slug == "rain"


def test_notes_on_joined_and_renamed_sections_move_and_come_back(desk, draft, editor, note_on):
    notes = {slug: note_on(slug).pk for slug in ("wells", "deep", "rain", "rivers")}
    loaded = draft.content
    change(draft, editor, lambda c: rework.join(c, "deep"))
    change(draft, editor, lambda c: rework.join(c, "rain"))
    change(draft, editor, lambda c: rework.rename_slug(c, "rivers", "streams", loaded=loaded))
    assert "joined to “Wells”" in desk.get(f"{draft.get_absolute_url()}publish/").text

    publish(desk, draft)

    def places():
        return {slug: Note.objects.get(pk=pk).section.slug for slug, pk in notes.items()}

    water = Brief.objects.get()
    assert tree_in_database(water) == {"wells": None, "streams": None}
    assert places() == {"wells": "wells", "deep": "wells", "rain": "wells", "rivers": "streams"}

    asked, done = take_back(desk, water)
    assert "Go back to this edition?" in asked.text and "Taken back" in done.text
    assert tree_in_database(water) == {
        **{"wells": None, "deep": "wells", "rain": None, "rivers": None}
    }
    assert places() == {slug: slug for slug in notes}
    water.refresh_from_db()
    assert water.editions.count() == 3 and water.edition > date(2026, 1, 1)


def test_split_sections_leave_their_notes_with_the_first_part(desk, draft, editor, note_on):
    note = note_on("wells")
    change(draft, editor, lambda c: rework.split(c, "wells", 1, "More wells", "more-wells"))

    publish(desk, draft)

    assert Note.objects.get(pk=note.pk).section.slug == "wells"
    assert tree_in_database(draft.brief)["deep"] == "more-wells"
    question = draft.brief.questions.get(slug="why")
    assert (question.section.slug, question.paragraph) == ("more-wells", 2)


def test_an_edition_that_is_not_later_is_refused_with_the_fix(desk, draft):
    for day in ("2026-01-01", "2020-05-05", "", "x"):
        page = publish(desk, draft, edition=day)
        assert page.status_code == 422
    assert (
        "dated January 1, 2026. Choose a later date."
        in publish(desk, draft, edition="2026-01-01").text
    )

    assert draft.brief.editions.count() == 1


def test_a_draft_with_errors_is_not_published_and_says_where(desk, draft, editor):
    def break_it(content):
        part = contents.item(content, SECTION, "rain")
        body = {"body": "See [there](#nowhere) and [@no-source].\n"}
        return contents.replace(content, contents.with_fields(part, **body))

    change(draft, editor, break_it)
    page = desk.get(f"{draft.get_absolute_url()}publish/").text
    assert "Fix before publishing" in page and ">Rain</a>" in page
    assert "Publish edition" not in page

    form = {"edition": timezone.localdate(), "revision": draft.revision, "basis": "x"}
    answer = desk.post(f"{draft.get_absolute_url()}publish/", form)

    assert answer.status_code in (409, 422) and draft.brief.editions.count() == 1


def test_a_draft_with_errors_also_says_what_it_means_for_circles(desk, draft, editor, note_on):
    note_on("rain")
    change(draft, editor, lambda c: rework.retire(c, "rain"))
    rivers = contents.item(draft.content, SECTION, "rivers")
    wrong = contents.with_fields(rivers, body="See [there](#nowhere).\n")
    change(draft, editor, lambda c: contents.replace(c, wrong))

    page = desk.get(f"{draft.get_absolute_url()}publish/").text

    assert "Fix before publishing" in page
    assert "retired" in page and "removed" not in page and "some notes" in page


def test_who_publishes_what_someone_else_just_changed_looks_first(desk, draft, editor):
    form = form_of(desk, draft)
    url = f"{draft.get_absolute_url()}publish/"
    change(draft, editor, lambda c: tree.move(c, "rain", by=1))

    stale = desk.post(url, form)
    assert stale.status_code == 409 and "changed this draft" in stale.text

    other = starts.start_revision(draft.brief, by=editor)
    publish(desk, other)
    form = form_of(desk, draft)
    assert "Changed since this draft began" in desk.get(url).text

    refused = desk.post(url, form)
    assert refused.status_code == 422 and "This is required." in refused.text

    brief = Brief.objects.get()
    assert brief.editions.count() == 2


def test_what_was_changed_in_the_admin_is_shown_before_it_is_overwritten(desk, draft, editor):
    form = form_of(desk, draft)
    Section.objects.filter(slug="rain").update(body="A correction.")
    url = f"{draft.get_absolute_url()}publish/"

    told = desk.post(url, form)
    assert told.status_code == 422 and "<ins>correction</ins>" in told.text
    again = form_of(desk, draft)
    assert desk.post(url, again).status_code == 422
    desk.post(url, again | {"replace": "on"})

    assert Section.objects.get(slug="rain").body == "Some words to read."


def test_what_was_changed_in_the_admin_is_added_to_the_draft(desk, draft, editor):
    def write(content):
        part = contents.item(content, SECTION, "wells")
        return contents.replace(content, contents.with_fields(part, body="Ours.\n"))

    change(draft, editor, write)
    change(draft, editor, lambda c: tree.move(c, "rain", by=1))
    Section.objects.filter(slug="rain").update(body="A correction.")
    Section.objects.filter(slug="wells").update(body="Theirs.")
    Section.objects.filter(slug="deep").update(retired_at=timezone.now())
    url = f"{draft.get_absolute_url()}publish/"
    assert "Add to draft" in desk.get(url).text

    page = desk.post(url, {"bring_in": "1"}, follow=True).text

    draft.refresh_from_db()
    assert "the draft keeps its own: “Wells”" in page and "Add to draft" not in page
    assert tree_of(draft.content) == ["wells", "rivers", "rain"]
    bodies = {p["fields"]["slug"]: p["fields"]["body"] for p in draft.content[1:4]}
    assert (bodies["rain"], bodies["wells"]) == ("A correction.", "Ours.\n")

    # Undone, the draft lacks the changes again, and says so.
    desk.post(f"{draft.get_absolute_url()}undo/", {"step": draft.last_step.pk})
    assert "Add to draft" in desk.get(url).text


def test_the_date_alone_is_told_as_nothing_but_the_date(desk, draft):
    assert "Nothing but the date." in desk.get(f"{draft.get_absolute_url()}publish/").text


def test_what_is_worth_checking_stands_above_the_button(desk, draft):
    page = desk.get(f"{draft.get_absolute_url()}publish/").text

    assert 0 < page.index("Worth checking") < page.index("Publish edition")


def test_a_draft_is_published_once(desk, draft):
    form = form_of(desk, draft)
    publish(desk, draft)

    again = desk.post(f"{draft.get_absolute_url()}publish/", form, follow=True)

    assert "closed" in again.text and draft.brief.editions.count() == 2


def test_two_new_briefs_of_one_name_do_not_overwrite_each_other(desk, editor):
    def ready(content):
        brief = contents.with_fields(contents.brief_of(content), summary="Over a river.")
        return tree.added(contents.replace(content, brief), "steel", "Steel")

    first = starts.start_empty("Bridges", by=editor)
    second = starts.start_empty("Bridges", by=editor)
    assert first.brief_slug != second.brief_slug
    Draft.objects.filter(pk=second.pk).update(
        content=contents.under(second.content, first.brief_slug)
    )
    second.refresh_from_db()
    for draft in (first, second):
        change(draft, editor, ready)
    publish(desk, first)

    assert "Another brief has this name" in desk.get(f"{second.get_absolute_url()}publish/").text
    publish(desk, second, slug="bridges")
    assert Brief.objects.count() == 1
    publish(desk, second, slug="more-bridges")

    assert set(Brief.objects.values_list("slug", flat=True)) == {"bridges", "more-bridges"}
    assert set(Brief.objects.values_list("audience", flat=True)) == {"editors"}


def test_the_current_edition_cannot_be_taken_back_to_itself(desk, draft):
    newest = draft.brief.editions.first()

    page = desk.get(f"/admin/briefs/draft/editions/{newest.pk}/take-back/", follow=True)

    assert "nothing to take back" in page.text


def test_who_takes_back_what_was_just_changed_looks_again(desk, draft):
    publish(desk, draft)
    brief = Brief.objects.get()
    url = f"/admin/briefs/draft/editions/{brief.editions.last().pk}/take-back/"

    page = desk.post(url, {"basis": "of before"})

    assert "Someone else just changed this brief" in page.text
    assert brief.editions.count() == 2


def test_editions_of_one_day_come_a_day_apart(draft):
    today = timezone.localdate()

    assert starts.next_date(today) == today + timedelta(days=1)
    assert starts.next_date(date(2026, 1, 1)) == today


def test_who_can_read_it_is_said_before_publishing(desk, draft, editor):
    address = f"{draft.get_absolute_url()}publish/"
    assert "Everyone can read it." in desk.get(address).text

    change(draft, editor, lambda c: brief_with(c, audience="editors"))
    assert "Only editors can see it." in desk.get(address).text


def test_an_earlier_edition_comes_back_for_those_who_can_read_the_brief_now(desk, draft, water):
    publish(desk, draft)
    Brief.objects.update(audience="members")

    asked, _done = take_back(desk, water)

    assert "Everyone who’s signed in can read it." in asked.text
    water.refresh_from_db()
    assert water.audience == "members"


def test_a_changed_summary_is_shown_before_and_after(desk, draft, editor):
    change(draft, editor, lambda c: brief_with(c, summary="Rain, and where it goes."))
    page = desk.get(f"{draft.get_absolute_url()}publish/").text
    assert "<ins>" in page and "Rain" in page


def test_no_advice_is_about_the_day_that_the_page_itself_proposes(desk, draft, editor):
    Brief.objects.update(edition=timezone.localdate())
    change(draft, editor, lambda c: rework.retire(c, "rain"))
    page = desk.get(f"{draft.get_absolute_url()}publish/").text
    assert "hasn’t come yet" not in page


def test_a_change_of_the_brief_is_said_once_and_not_as_of_a_file(desk, draft, editor):
    Section.objects.filter(slug="wells").update(body="Someone fixed a word here.")
    mine = contents.with_fields(contents.item(draft.content, SECTION, "wells"), body="Mine.")
    change(draft, editor, lambda c: contents.replace(c, mine))
    page = desk.get(f"{draft.get_absolute_url()}publish/").text
    assert "Changed since this draft began" in page and "This file" not in page


def test_a_new_brief_is_called_by_its_title_and_not_by_an_early_name(desk, editor):
    draft = starts.start_empty("final v3", by=editor)

    def ready(content):
        brief = contents.with_fields(contents.brief_of(content), title="Dams", summary="Water.")
        return tree.added(contents.replace(content, brief), "steel", "Steel")

    change(draft, editor, ready)
    page = desk.get(f"{draft.get_absolute_url()}publish/").text
    assert 'name="slug" value="dams"' in page
    publish(desk, draft, slug="dams")

    assert Brief.objects.get().slug == "dams"
