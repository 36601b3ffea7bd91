"""Loading editions of a brief on which circles already have notes."""

import shutil
import subprocess
import sys
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from briefs.editions.load import Refused
from briefs.editions.load import load as load_edition
from briefs.editions.plan import plan
from briefs.editions.reconcile import reconcile, unreconciled
from briefs.models import Brief, Section, Series, SeriesEntry
from circles.models import Note, ReadMark
from tests.factories import make_mark, make_meeting, make_note, make_user

from ..samples import Draft

pytestmark = pytest.mark.django_db


def load(draft):
    return load_edition(draft.fixture, named="a test")


def slugs_in_edition():
    return list(Section.objects.in_edition().order_by("slug").values_list("slug", flat=True))


def changes(planned):
    return {
        change.slug: [str(kind) for kind in change.kinds] for change in planned.changes.sections
    }


def test_a_new_brief_is_loaded_and_recorded():
    load(Draft())

    brief = Brief.objects.get()
    edition = brief.editions.get()
    assert slugs_in_edition() == ["lead", "pipes", "wells"]
    assert (edition.date, edition.loaded_as) == (brief.edition, "a test")


def test_loading_what_is_there_changes_and_records_nothing():
    load(Draft())

    planned = load(Draft())

    assert planned.changes == []
    assert Brief.objects.get().editions.count() == 1


def test_each_kind_of_change_is_told():
    load(Draft())
    draft = Draft().revised("2027-01-01").drop("wells").rename("lead", "lead-pipes")
    draft.section("rain", "Rain")
    draft.fields("pipes")["body"] = "They are new."
    draft.fields("lead-pipes")["parent"] = None

    planned = plan(draft.fixture)

    assert changes(planned) == {
        "pipes": ["changed"],
        "lead-pipes": ["renamed", "moved"],
        "rain": ["added"],
        "wells": ["retired"],
    }


def test_a_section_that_changed_its_place_among_its_neighbors_has_moved_and_they_have_not():
    draft = Draft().section("rain", "Rain").section("rivers", "Rivers")
    load(draft)
    later = draft.revised("2027-01-01")
    later.fields("rivers")["position"] = 0

    assert changes(plan(later.fixture)) == {"rivers": ["moved"]}


def test_an_inserted_section_moves_no_other():
    load(Draft())
    draft = Draft().revised("2027-01-01").section("rain", "Rain", position=0)
    for place, slug in enumerate(["wells", "pipes"], start=5):
        draft.fields(slug)["position"] = place

    assert changes(plan(draft.fixture)) == {"rain": ["added"]}


def test_the_plan_says_that_circles_have_notes_on_a_section_and_no_number_that_tells_of_one():
    load(Draft())
    wells = Section.objects.get(slug="wells")

    def hangs():
        planned = plan(Draft().revised("2027-01-01").drop("wells").fixture)
        return planned.changes.sections[0].hangs

    for meeting in (make_meeting(brief=wells.brief) for _circle in range(2)):
        for _number in range(3):
            make_note(meeting, section=wells, text="We said this.")
    assert hangs() == [("some", "notes")]

    make_note(make_meeting(brief=wells.brief), section=wells, text="We said this.")
    assert hangs() == [("5 or more", "notes")]


def test_what_an_edition_drops_is_retired_and_what_returns_is_brought_back():
    load(Draft())

    load(Draft().revised("2027-01-01").drop("wells"))
    assert slugs_in_edition() == ["lead", "pipes"]

    planned = load(Draft().revised("2028-01-01"))
    assert slugs_in_edition() == ["lead", "pipes", "wells"]
    assert changes(planned) == {"wells": ["restored"]}


def test_a_renamed_section_takes_its_notes_and_its_sections_along():
    load(Draft())
    pipes = Section.objects.get(slug="pipes")
    note = make_note(make_meeting(brief=pipes.brief), section=pipes)

    load(Draft().revised("2027-01-01").rename("pipes", "mains"))

    note.refresh_from_db()
    assert note.section.slug == "mains"
    assert Section.objects.get(slug="lead").parent == note.section
    assert not Section.objects.filter(slug="pipes").exists()


def test_a_section_that_seems_to_be_renamed_is_pointed_out():
    load(Draft())
    draft = Draft().revised("2027-01-01").rename("wells", "our-wells")
    del draft.fields("our-wells")["was"]

    planned = plan(draft.fixture)

    assert [finding.code for finding in planned.warnings if finding.code == "was"] == ["was"]


def test_a_fixture_with_errors_changes_nothing():
    load(Draft())
    draft = Draft().revised("2027-01-01").drop("wells")
    draft.fields("pipes")["body"] = "As one report says [@nowhere]."

    with pytest.raises(Refused):
        load(draft)

    assert slugs_in_edition() == ["lead", "pipes", "wells"]
    assert Brief.objects.get().editions.count() == 1


def test_an_edition_of_an_earlier_day_is_warned_of():
    load(Draft().revised("2027-01-01"))
    draft = Draft(edition="2026-06-01")
    draft.fields("wells")["body"] = "Four wells."

    codes = [finding.code for finding in plan(draft.fixture).warnings]

    assert "edition" in codes


def test_an_edition_of_an_earlier_day_is_loaded_only_on_demand():
    load(Draft().revised("2027-01-01"))
    draft = Draft(edition="2026-06-01")
    draft.fields("wells")["body"] = "Four wells."

    with pytest.raises(Refused, match="newer than this file"):
        load(draft)
    assert Section.objects.get(slug="wells").body == "Three wells serve the town."

    load_edition(draft.fixture, older=True)
    assert Section.objects.get(slug="wells").body == "Four wells."


def test_a_correction_in_the_admin_is_not_undone_by_its_own_edition():
    load(Draft())
    Section.objects.filter(slug="wells").update(body="Four wells serve the town.")

    planned = plan(Draft().fixture)

    assert [finding.code for finding in planned.warnings] == ["edition", "corrected"]
    assert "“The wells”" in planned.warnings[1].what
    with pytest.raises(Refused):
        load(Draft())


def test_a_later_edition_without_a_correction_is_loaded_with_a_warning():
    load(Draft())
    Section.objects.filter(slug="wells").update(body="Four wells serve the town.")

    planned = load(Draft().revised("2027-01-01"))

    assert "corrected" in [finding.code for finding in planned.warnings]


def test_a_change_to_an_edition_that_no_one_corrected_needs_no_demand():
    load(Draft())
    draft = Draft()
    draft.fields("wells")["body"] = "Four wells."

    load(draft)

    assert Section.objects.get(slug="wells").body == "Four wells."


def test_a_rename_of_nothing_is_told_at_its_line():
    load(Draft())
    draft = Draft().revised("2027-01-01").section("rain", "Rain", was="rains")

    (finding,) = [each for each in plan(draft.fixture).warnings if each.code == "was"]

    assert "“was: rains” names nothing" in finding.what
    assert '"was": "rains"' in draft.text.splitlines()[finding.line - 1]


def test_a_rename_that_was_made_may_stay_in_the_file():
    load(Draft())
    draft = Draft().revised("2027-01-01").rename("wells", "our-wells")
    load(draft)

    warnings = plan(draft.revised("2028-01-01").fixture).warnings
    assert "was" not in [finding.code for finding in warnings]


@pytest.mark.slow
def test_five_editions_under_a_thousand_notes_lose_none():
    """Each edition adds, moves, renames and drops sections, and gets notes."""
    draft = Draft()
    load(draft)
    meeting = make_meeting(brief=Brief.objects.get())
    author = make_user()
    written = {}
    for year in range(2027, 2032):
        for number in range(200):
            slugs = slugs_in_edition()
            section = Section.objects.get(slug=slugs[number % len(slugs)])
            note = Note(meeting=meeting, author=author, text=f"{year}, {number}", section=section)
            written[note.pk] = section.pk
            Note.objects.bulk_create([note])
        draft = draft.revised(f"{year}-01-01").section(f"new-{year}", f"New in {year}")
        draft.rename(draft.items[-2]["fields"]["slug"], f"renamed-{year}")
        draft.fields("lead")["parent"] = ["water", f"renamed-{year}"]
        if year > 2027:
            draft.drop(f"first-{year - 1}")
        draft.section(f"first-{year}", "To be dropped", position=0)
        load(draft)

    assert dict(meeting.notes.values_list("pk", "section")) == written
    assert len(written) == 1000
    kept = Section.objects.filter(notes__in=written).distinct()
    assert {section.pk for section in kept} == set(written.values())


def plainly(draft, tmp_path):
    """Load with Django's own command, as an admin might who hasn't read the docs."""
    path = tmp_path / "water.yaml"
    path.write_text(draft.text)
    call_command("loaddata", str(path), verbosity=0)


def test_after_a_plain_loaddata_the_dropped_stays_until_reconciled(tmp_path):
    load(Draft())
    plainly(Draft().revised("2027-01-01").drop("wells"), tmp_path)
    brief = Brief.objects.get()
    assert slugs_in_edition() == ["lead", "pipes", "wells"]
    shown = unreconciled().with_sections().get()
    assert [section.slug for section in shown.dropped] == ["wells"]

    reconcile(brief)

    assert slugs_in_edition() == ["lead", "pipes"]
    assert list(unreconciled()) == []
    assert [edition.loaded_as for edition in brief.editions.all()] == ["loaddata", "a test"]


def test_the_worker_reconciles_what_was_loaded_plainly(tmp_path):
    load(Draft())
    plainly(Draft().revised("2027-01-01").drop("wells"), tmp_path)

    call_command("worker", once=True, stdout=StringIO())

    assert slugs_in_edition() == ["lead", "pipes"]


def test_a_plain_loaddata_of_the_same_day_retires_nothing(tmp_path):
    load(Draft())
    plainly(Draft().drop("wells"), tmp_path)

    reconcile(Brief.objects.get())

    assert slugs_in_edition() == ["lead", "pipes", "wells"]


def test_an_editor_who_changes_the_day_by_hand_retires_nothing():
    load(Draft())
    brief = Brief.objects.get()
    brief.edition = "2027-01-01"
    brief.save()

    reconcile(brief)

    assert slugs_in_edition() == ["lead", "pipes", "wells"]
    assert brief.editions.first().loaded_as == "the admin pages"


def test_a_rename_that_was_loaded_plainly_is_made_good_with_all_that_hangs_on_both(tmp_path):
    load(Draft())
    old = Section.objects.get(slug="wells")
    meeting = make_meeting(brief=old.brief)
    reader, other = make_user(), make_user()
    make_note(meeting, section=old, text="On the old")
    plainly(Draft().revised("2027-01-01").rename("wells", "our-wells"), tmp_path)
    new = Section.objects.get(slug="our-wells")
    make_note(meeting, section=new, text="On the new")
    for section in (old, new):
        ReadMark.objects.create(user=reader, section=section)
        make_mark(other, section, text=f"On {section.slug}")

    reconcile(Brief.objects.get())

    assert slugs_in_edition() == ["lead", "our-wells", "pipes"]
    kept = Section.objects.get(slug="our-wells")
    assert kept.pk == old.pk
    assert [note.text for note in kept.notes.order_by("created_at")] == ["On the old", "On the new"]
    assert sorted(kept.marks.values_list("text", flat=True)) == ["On our-wells", "On wells"]


def test_a_series_is_loaded_and_a_brief_that_it_drops_leaves_it():
    load(Draft())
    load_series("water")
    assert [entry.brief.slug for entry in Series.objects.get().entries.all()] == ["water"]

    load_series()

    assert Series.objects.get().entries.count() == 0
    assert Brief.objects.exists()


def test_a_series_that_is_not_there_is_told():
    load(Draft())
    draft = Draft()
    draft.items = [
        {"model": "briefs.seriesentry", "fields": {"series": ["year"], "brief": ["water"]}}
    ]

    with pytest.raises(Refused, match="no series “year”"):
        load(draft)


def test_a_brief_leaves_one_series_of_a_file_and_stays_in_the_other():
    load(Draft())
    load_series("water", others=["water"])

    load_series("water", others=[])

    assert [entry.series.slug for entry in SeriesEntry.objects.all()] == ["year"]


def test_a_series_of_briefs_that_are_not_there_is_refused():
    with pytest.raises(Refused, match="no brief “water”"):
        load_series("water")

    assert not Series.objects.exists()


def load_series(*slugs, others=None):
    """Load a series `year` with these briefs, and `more` with the others, if there are any."""
    draft = Draft()
    draft.items = []
    for name, held in {"year": slugs, "more": others}.items():
        if held is not None:
            draft.items.append({"model": "briefs.series", "fields": {"slug": name, "title": name}})
            draft.items += [
                {"model": "briefs.seriesentry", "fields": {"series": [name], "brief": [slug]}}
                for slug in held
            ]
    return load_edition(draft.fixture)


@pytest.mark.slow
def test_a_load_that_is_killed_leaves_the_old_edition_whole(tmp_path, empty_database):
    """The load is killed at one statement after another, until one load finishes."""
    if empty_database:
        shutil.copyfile(empty_database, tmp_path / "db.sqlite3")
    draft = Draft()
    for name, text in {
        "old.yaml": draft.text,
        "new.yaml": draft.revised("2027-01-01").drop("wells").rename("lead", "leaden").text,
    }.items():
        (tmp_path / name).write_text(text)

    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "tests.briefs.editions.load_in_process",
            tmp_path / "old.yaml",
            tmp_path / "new.yaml",
        ],
        env={
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "DEBUG": "1",
            "DATA_DIR": str(tmp_path),
        },
        capture_output=True,
        text=True,
    )

    states = done.stdout.split()
    assert done.returncode == 0, done.stderr
    assert len(states) > 10
    assert set(states[:-1]) == {"old"}
    assert states[-1] == "new"


def test_the_cost_of_a_load_grows_no_faster_than_the_brief():
    """The cost is counted in statements, not in seconds."""

    def statements(sections):
        draft = Draft()
        for number in range(sections):
            draft.section(f"part-{number}", f"Part {number}")
        with CaptureQueriesContext(connection) as asked, transaction.atomic():
            load(draft)
            transaction.set_rollback(True)
        return len(asked)

    assert statements(100) <= 10 * statements(10)
