"""`loaddata` never puts an older edition over a newer one, or over what editors corrected."""

import gzip
import json
import re
import shlex
import sys
from datetime import date
from glob import glob
from io import StringIO

import pytest
from django.conf import settings
from django.core import serializers
from django.core.management import CommandError, call_command

from accounts.models import User
from briefs.editions.content import content_of
from briefs.editions.load import load
from briefs.models import Brief, Section, Series, SeriesEntry
from tests.factories import make_user

from ..samples import Draft

pytestmark = pytest.mark.django_db


@pytest.fixture
def put(tmp_path):
    """Writes objects or a draft to a file of this name. Returns the path."""

    def write(draft, name="water.yaml"):
        path = tmp_path / name
        path.write_text(draft if isinstance(draft, str) else draft.text)
        return str(path)

    return write


def loaddata(*labels, **options):
    out = StringIO()
    call_command("loaddata", *labels, stdout=out, no_color=True, **options)
    return out.getvalue()


def everything():
    return [content_of(brief) for brief in Brief.objects.order_by("pk")]


def older():
    """An edition before `Draft()`'s, with other words, one section less and one more."""
    draft = Draft(edition="2025-01-01", title="Old water").drop("wells").section("old", "Old")
    draft.fields("pipes")["body"] = "They were new once."
    return draft


def test_an_older_edition_changes_nothing_and_says_so(put):
    load(Draft().fixture)
    before = everything()

    told = loaddata(put(older()))

    assert everything() == before
    assert "“Town water” stays as it is: its January 1, 2026 edition is newer" in told
    assert "load_brief --dry-run" in told


def test_a_correction_in_the_admin_outlives_its_own_edition(put):
    load(Draft().fixture)
    Section.objects.filter(slug="wells").update(body="Four wells serve the town.")
    Brief.objects.update(summary="Corrected.")
    before = everything()

    told = loaddata(put(Draft()))

    assert everything() == before
    assert "its January 1, 2026 edition is here already" in told


def test_a_later_edition_and_a_new_brief_are_loaded(put):
    loaddata(put(Draft()))
    later = Draft().revised("2027-01-01")
    later.fields("wells")["body"] = "Four wells."

    told = loaddata(put(later))

    assert Section.objects.get(slug="wells").body == "Four wells."
    assert Brief.objects.get().edition == date(2027, 1, 1)
    assert "stays" not in told


@pytest.mark.parametrize("order", [1, -1])
def test_of_several_files_the_latest_wins_in_any_order(put, order):
    files = [put(older(), "old.yaml"), put(Draft(), "new.yaml")][::order]

    loaddata(*files)

    assert Brief.objects.get().title == "Town water"
    assert Section.objects.get(slug="pipes").body == "They are old."


def test_parts_without_their_brief_change_no_edition_that_was_recorded(put):
    load(Draft().fixture)
    parts = older()
    del parts.items[0]

    told = loaddata(put(parts))

    assert not Section.objects.filter(slug="old").exists()
    assert "tells no edition" in told


def test_a_brief_after_its_parts_is_refused_whole(put):
    load(Draft().fixture)
    later = Draft().revised("2027-01-01")
    later.items.append(later.items.pop(0))
    before = everything()

    with pytest.raises(CommandError, match="Put it first. Nothing was changed"):
        loaddata(put(later))

    assert everything() == before


def test_a_fixture_with_the_ids_of_other_briefs_overwrites_none_of_them(put):
    load(Draft().fixture)
    item = older().items[0] | {"pk": Brief.objects.get().pk}
    item["fields"]["slug"] = "fire"

    loaddata(put(json.dumps([item]), "fire.json"))

    assert Brief.objects.get().slug == "water"


def test_a_series_that_has_briefs_stays_as_it_is(put):
    load(Draft().fixture)
    rows = (
        "- model: briefs.series\n  fields: {slug: year, title: A year}\n"
        "- model: briefs.seriesentry\n  fields: {series: [year], brief: [water], position: 1}\n"
    )
    loaddata(put(rows, "series.yaml"))
    SeriesEntry.objects.update(position=7)

    told = loaddata(put(rows.replace("A year", "Another"), "series.yaml"))

    assert (Series.objects.get().title, SeriesEntry.objects.get().position) == ("A year", 7)
    assert "The series “A year” stays as it is." in told


def test_rows_of_other_apps_load_as_ever_from_every_kind_of_source(tmp_path, monkeypatch):
    person = make_user("Ann")
    text = serializers.serialize("json", [person])
    User.objects.filter(pk=person.pk).update(is_active=False)
    (tmp_path / "people.json.gz").write_bytes(gzip.compress(text.encode()))
    loaddata(str(tmp_path / "people.json.gz"), database="default")
    assert User.objects.get(pk=person.pk).is_active

    User.objects.filter(pk=person.pk).update(is_active=False)
    monkeypatch.setattr(sys, "stdin", StringIO(text))
    loaddata("-", format="json")
    assert User.objects.get(pk=person.pk).is_active


def test_an_older_edition_from_standard_input_or_compressed_changes_nothing(tmp_path, monkeypatch):
    load(Draft().fixture)
    before = everything()
    monkeypatch.setattr(sys, "stdin", StringIO(older().text))
    assert "stays as it is" in loaddata("-", format="yaml")

    (tmp_path / "water.yaml.gz").write_bytes(gzip.compress(older().text.encode()))
    assert "stays as it is" in loaddata(str(tmp_path / "water.yaml.gz"))

    assert everything() == before


@pytest.mark.slow
def test_every_command_of_the_guide_leaves_newer_editions_as_they_are():
    """Running the steps of an installation again, or looking at what an upgrade would bring,
    loses nothing."""
    briefs = ["first_meeting", "human_trafficking", "reading_a_number", "who_decides_what"]
    names = [*briefs, "series"]
    loaddata(*names, verbosity=0)
    Brief.objects.update(edition=date(2099, 1, 1), summary="Newer.")
    Section.objects.filter(slug="introduction").update(body="Corrected.")
    Series.objects.update(summary="Corrected.")
    before = everything()
    guide = (settings.BASE_DIR / "docs" / "operators.md").read_text(encoding="utf-8")
    commands = re.findall(r"^ +full-circle (load\S+ .*)$", guide, re.MULTILINE)
    assert len(commands) >= 2

    for command in commands:
        here = command.replace("/srv/full-circle", str(settings.BASE_DIR))
        words = [name for word in shlex.split(here) for name in sorted(glob(word)) or [word]]
        try:
            call_command(*words, stdout=StringIO())
        except CommandError as error:
            assert "What’s here is newer" in str(error)
    loaddata(*names, verbosity=0)

    assert everything() == before
    assert Series.objects.get().summary == "Corrected."
