"""The command that loads editions: it shows the changes, asks, and loads all or nothing."""

import runpy
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from briefs.models import Brief, Section

from ..samples import Draft

pytestmark = pytest.mark.django_db


@pytest.fixture
def put(tmp_path):
    """Writes a draft to a file. Returns the path."""

    def write(draft, name="water.yaml"):
        path = tmp_path / name
        path.write_text(draft.text)
        return str(path)

    return write


def run(*arguments, **options):
    out = StringIO()
    call_command("load_brief", *arguments, stdout=out, no_color=True, **options)
    return out.getvalue()


def test_it_tells_what_changes_and_who_loaded_it(put):
    run(put(Draft()), yes=True)

    told = run(put(Draft().revised("2027-01-01").drop("wells")), yes=True)

    assert "retired: The wells" in told
    assert Section.objects.in_edition().count() == 2
    assert Brief.objects.get().editions.first().loaded_as.endswith("on the command line")


def test_a_dry_run_changes_nothing(put):
    told = run(put(Draft()), dry_run=True)

    assert "added: The wells" in told
    assert not Brief.objects.exists()


def test_without_a_person_to_ask_it_asks_for_a_yes(put):
    with pytest.raises(CommandError, match="--yes"):
        run(put(Draft()))

    assert not Brief.objects.exists()


@pytest.mark.parametrize(("answer", "is_loaded"), [("y", True), ("", False), ("no", False)])
def test_it_loads_only_on_a_yes(put, monkeypatch, answer, is_loaded):
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    monkeypatch.setattr("builtins.input", lambda prompt: answer)

    run(put(Draft()))

    assert Brief.objects.exists() == is_loaded


def test_one_bad_file_among_several_changes_nothing(put):
    other = Draft(slug="fire")
    del other.items[1:]
    bad = Draft()
    bad.fields("wells")["heading"] = 1931

    with pytest.raises(CommandError, match="Nothing was changed"):
        run(put(other, "fire.yaml"), put(bad), yes=True)

    assert not Brief.objects.exists()


def test_a_brief_and_the_series_that_names_it_are_loaded_together_in_any_order(put):
    series = Draft()
    series.items = [
        {"model": "briefs.series", "fields": {"slug": "year", "title": "A year"}},
        {"model": "briefs.seriesentry", "fields": {"series": ["year"], "brief": ["water"]}},
    ]

    run(put(series, "year.yaml"), put(Draft()), yes=True)

    assert Brief.objects.get().series.get().title == "A year"


def test_an_unreadable_file_gets_one_sentence(tmp_path):
    path = tmp_path / "water.yaml"
    path.write_bytes(b"\x00\x01\x02")

    with pytest.raises(CommandError, match="Nothing was changed"):
        run(str(path), yes=True)


def test_an_older_file_is_refused_unless_it_is_asked_for(put):
    run(put(Draft().revised("2027-01-01")), yes=True)
    old = put(Draft(edition="2026-06-01", title="Old water"))

    with pytest.raises(CommandError, match="newer: Old water. Add --older"):
        run(old, yes=True)
    assert Brief.objects.get().title == "Town water"
    assert "is already loaded" in run(old, dry_run=True)

    run(old, yes=True, older=True)
    assert Brief.objects.get().title == "Old water"


def test_starting_the_demo_again_keeps_what_is_newer_here_and_says_so(
    tmp_path, monkeypatch, capsys, settings
):
    load_changed = runpy.run_path(str(settings.BASE_DIR / "bin/serve"))["load_changed_fixtures"]
    monkeypatch.setitem(load_changed.__globals__, "ROOT", tmp_path)
    path = tmp_path / "fixtures" / "water.yaml"
    path.parent.mkdir()
    path.write_text(Draft().text)
    load_changed(tmp_path)
    Section.objects.filter(slug="wells").update(body="Corrected.")

    path.write_text(Draft(title="Another").text)
    load_changed(tmp_path)
    assert Section.objects.get(slug="wells").body == "Corrected."
    assert "fixtures/water.yaml: What’s here is newer" in capsys.readouterr().out

    path.write_text(Draft(title="Another", edition="2026-02-01").text)
    load_changed(tmp_path)
    assert Brief.objects.get().title == "Another"
