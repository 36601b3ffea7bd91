"""Editors load editions in the admin, and download them as files."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command

from briefs.editions import fixture_reading
from briefs.models import Brief, Section
from tests.factories import make_user

from ..samples import Draft

LOAD = "/admin/briefs/brief/load/"


@pytest.fixture
def desk(client, editor):
    client.force_login(editor)
    return client


def upload(desk, content, name="water.yaml"):
    content = content if isinstance(content, bytes) else content.encode()
    return desk.post(LOAD, {"file": SimpleUploadedFile(name, content)})


def load(desk, draft):
    """Preview an edition and then load it, as the two buttons do."""
    fields = {"text": draft.text, "basis": upload(desk, draft.text).context["basis"], "load": "1"}
    return desk.post(LOAD, fields, follow=True)


def test_an_edition_is_looked_at_first_and_then_loaded_by_name(desk, editor):
    seen = upload(desk, Draft().text)
    assert not Brief.objects.exists()
    assert "Load this edition" in seen.content.decode()

    load(desk, Draft())

    assert Brief.objects.get().editions.get().loaded_by == editor
    assert Section.objects.count() == 3


def test_a_new_brief_is_for_editors_until_its_file_says_otherwise(desk):
    draft = Draft()
    del draft.fields("water", "brief")["audience"]

    seen, loaded = upload(desk, draft.text), load(desk, draft)

    for page in (seen, loaded):
        assert "Only editors can see it." in page.content.decode()
        assert "Everyone can read it." not in page.content.decode()
    assert Brief.objects.get().audience == Brief.Audience.EDITORS


def test_a_file_that_does_not_say_who_can_read_its_brief_leaves_that_as_it_is(desk):
    load(desk, Draft())
    revised = Draft().revised("2026-02-01")
    del revised.fields("water", "brief")["audience"]
    revised.fields("wells")["body"] = "Four wells serve the town."

    loaded = load(desk, revised)

    assert "Everyone can read it." in loaded.content.decode()
    assert Brief.objects.get().audience == Brief.Audience.EVERYONE


def test_what_is_worth_checking_is_above_the_button(desk):
    draft = Draft()
    draft.fields("wells")["body"] = "Three wells. TO DO: how deep?"

    page = upload(desk, draft.text).content.decode()

    assert page.index("still has to be filled in") < page.index("Load this edition")


def test_what_is_wrong_is_told_and_cannot_be_loaded(desk):
    draft = Draft()
    draft.fields("wells")["body"] = "As is said [@nowhere]."

    page = upload(desk, draft.text).content.decode()
    desk.post(LOAD, {"text": draft.text, "load": "1"})

    assert "is cited, but it’s no source of this brief" in page
    assert "Load this edition" not in page
    assert not Brief.objects.exists()


def test_the_text_comes_back_to_be_mended(desk):
    draft = Draft()
    draft.fields("wells")["heading"] = 1931

    seen = upload(desk, draft.text)

    assert seen.context["form"].initial["text"] == draft.text


def test_each_changed_section_is_shown_side_by_side(desk):
    load(desk, Draft())
    draft = Draft().revised("2027-01-01")
    draft.fields("wells")["body"] = "Four wells <script> serve the town."

    page = upload(desk, draft.text).content.decode()

    assert "<td><del>Three</del> wells serve the town.</td>" in page
    assert "<ins>Four</ins> wells" in page
    assert "&lt;script&gt;" in re.sub("</?ins>", "", page)


def test_what_changed_between_looking_and_loading_is_looked_at_again(desk):
    load(desk, Draft())
    draft = Draft().revised("2027-01-01").drop("wells")
    seen = upload(desk, draft.text)
    Section.objects.filter(slug="pipes").update(body="Another editor was here.")

    answer = desk.post(LOAD, {"text": draft.text, "basis": seen.context["basis"], "load": "1"})

    assert "Someone else just changed this brief" in answer.content.decode()
    assert Section.objects.in_edition().count() == 3


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"\x00\x01\xff", "UTF-8"),
        (b"- !!python/object:os.system ls", "tag"),
        (b" " * (fixture_reading.BIGGEST + 1), "larger"),
    ],
    ids=["binary", "hostile", "huge"],
)
def test_a_file_that_is_no_fixture_gets_one_sentence(desk, content, why):
    assert why in upload(desk, content).content.decode()
    assert not Brief.objects.exists()


def test_nothing_chosen_is_asked_for(desk):
    assert "Choose a file" in desk.post(LOAD, {}).content.decode()


def test_an_edition_is_taken_away_and_brought_back(desk):
    load(desk, Draft())
    brief = Brief.objects.get()

    taken = desk.get(f"/admin/briefs/brief/{brief.pk}/file/")
    recorded = desk.get(f"/admin/briefs/brief/editions/{brief.editions.get().pk}/")

    assert taken["Content-Disposition"] == 'attachment; filename="water_2026-01-01.yaml"'
    assert taken.content == recorded.content
    assert "Everything in it is already here." in upload(desk, taken.content).content.decode()


def test_what_loaddata_left_undone_is_said_and_done_by_a_button(desk, tmp_path):
    load(desk, Draft())
    path = tmp_path / "water.yaml"
    path.write_text(Draft().revised("2027-01-01").drop("wells").text)
    call_command("loaddata", str(path), verbosity=0)
    brief = Brief.objects.get()
    page = desk.get(f"/admin/briefs/brief/{brief.pk}/change/").content.decode()
    assert "Not in it, but still shown: The wells." in page

    desk.post(f"/admin/briefs/brief/{brief.pk}/reconcile/")

    assert Section.objects.in_edition().count() == 2
    assert (
        "still showing" not in desk.get(f"/admin/briefs/brief/{brief.pk}/change/").content.decode()
    )


def test_looking_at_the_reconcile_address_changes_nothing(desk, tmp_path):
    load(desk, Draft())
    Brief.objects.update(settled_at=None, edition="2027-01-01")

    desk.get(f"/admin/briefs/brief/{Brief.objects.get().pk}/reconcile/")

    assert Section.objects.in_edition().count() == 3


def test_only_editors_load(client, db):
    client.force_login(make_user(is_staff=True))

    assert client.get(LOAD).status_code == 403
    assert client.get("/admin/briefs/brief/1/file/").status_code == 403


def test_a_nul_in_a_title_is_told_and_the_text_stays(desk):
    text = Draft().text.replace("Town water", "Town\\0water")

    page = upload(desk, text)

    assert page.status_code == 200
    assert "has a character that doesn’t belong in text" in page.text
    assert "Town\\0water" in page.text
    assert not Brief.objects.exists()


def test_a_list_without_end_is_told_at_once(desk):
    page = upload(desk, "- a\n" * 200_000)

    assert page.status_code == 200
    assert "has too many parts" in page.text


def test_an_older_edition_is_loaded_only_with_a_check_in_its_box(desk):
    load(desk, Draft().revised("2027-01-01"))
    old = Draft(title="Old water")
    seen = upload(desk, old.text)
    assert "What’s here is newer than this file." in seen.text
    sent = {"text": old.text, "basis": seen.context["basis"], "load": "1"}

    assert "Check the box" in desk.post(LOAD, sent).text
    assert Brief.objects.get().title == "Town water"

    desk.post(LOAD, sent | {"older": "on"})
    assert Brief.objects.get().title == "Old water"


@pytest.mark.parametrize("day", ["2026-02-30", "01.11.2026", '"soon"', "", "[2026-01-01]"])
def test_an_edition_that_is_no_day_is_told_and_the_text_stays(desk, day):
    text = Draft().text.replace('"edition": 2026-01-01', f'"edition": {day}')

    page = upload(desk, text)

    assert page.status_code == 200
    assert "Write it as 2026-11-01" in page.text
    assert page.context["form"].initial["text"] == text


def test_a_file_that_cannot_be_read_stays_in_the_box(desk):
    page = upload(desk, "- model: [briefs")

    assert "isn’t YAML" in page.text
    assert page.context["form"]["text"].value() == "- model: [briefs"
