"""The state of a brief: any write to what its page shows changes it."""

from datetime import date

import pytest
from django.core import serializers
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction

from briefs.models import PARTS, Brief, CallToAction, Edition, HelpLine, Series, SeriesEntry
from briefs.page import state
from tests.factories import (
    make_brief,
    make_figure,
    make_question,
    make_section,
    make_series,
    make_source,
)

on_sqlite = pytest.mark.skipif(connection.vendor != "sqlite", reason="only there are tables remade")

# A column of every table that the page shows, and a value that fits it.
COLUMNS = {
    "briefs_brief": "title",
    "briefs_section": "heading",
    "briefs_question": "text",
    "briefs_figure": "title",
    "briefs_source": "title",
    "briefs_calltoaction": "text",
    "briefs_helpline": "name",
    "briefs_series": "title",
    "briefs_seriesentry": "position",
    "briefs_edition": "loaded_as",
}
OF_A_BRIEF = sorted(
    {table for table, whose, _columns in state.TABLES if whose == "brief_id"} | {"briefs_brief"}
)


@pytest.fixture
def full(brief, section):
    """A row in every table, of one brief; and another brief."""
    make_brief(slug="wells", title="Wells")
    make_figure(section, source=make_source(brief))
    make_question(section)
    CallToAction.objects.create(brief=brief, slug="look", step="measure", text="Read the meter.")
    HelpLine.objects.create(brief=brief, slug="help", name="Water line", phone="555-0100")
    Edition.objects.create(brief=brief, date=date(2026, 1, 1), loaded_as="Ada", content={})
    make_series(brief)
    return brief


def state_of_page(slug="water"):
    return Brief.objects.at_a_glance(slug).state


def run(sql):
    with connection.cursor() as cursor:
        cursor.execute(sql)


@pytest.mark.parametrize("table", COLUMNS)
def test_plain_sql_on_any_table_of_the_page_changes_the_state(full, table):
    before = state_of_page()

    value = "7" if COLUMNS[table] == "position" else "'Changed'"
    run(f"UPDATE {table} SET {COLUMNS[table]} = {value}")
    after_update = state_of_page()

    assert before != after_update
    assert after_update == state_of_page()
    if table not in ("briefs_brief", "briefs_section", "briefs_source", "briefs_series"):
        run(f"DELETE FROM {table}")
        assert state_of_page() != after_update


def test_every_table_of_the_page_is_watched():
    models = {*PARTS, Brief, Edition, Series, SeriesEntry}

    assert {table for table, _whose, _columns in state.TABLES} == {
        model._meta.db_table for model in models
    }
    assert set(COLUMNS) == {model._meta.db_table for model in models}


@pytest.mark.parametrize("table", OF_A_BRIEF)
def test_what_changes_in_one_brief_leaves_the_state_of_another(full, table):
    (other,) = Brief.objects.exclude(pk=full.pk)
    before = state.state_of(full.pk), state.state_of(other.pk)

    whose = "id" if table == "briefs_brief" else "brief_id"
    run(f"UPDATE {table} SET {whose} = {whose} WHERE {whose} = {full.pk}")

    after = state.state_of(full.pk), state.state_of(other.pk)
    assert (before[0] != after[0], before[1] == after[1]) == (True, True)


def test_a_part_that_moves_to_another_brief_changes_the_state_of_both(full):
    (other,) = Brief.objects.exclude(pk=full.pk)
    before = state.state_of(full.pk), state.state_of(other.pk)

    run(f"UPDATE briefs_helpline SET brief_id = {other.pk}")

    after = state.state_of(full.pk), state.state_of(other.pk)
    assert before[0] != after[0]
    assert before[1] != after[1]


def test_a_text_of_another_brief_is_no_change_but_its_title_is_as_it_is_in_the_list(full):
    other = Brief.objects.exclude(pk=full.pk)
    before = state_of_page()

    other.update(summary="Of wells.")
    make_section(other.get())
    assert state_of_page() == before

    other.update(title="Springs")
    assert state_of_page() != before


def test_a_fixture_that_is_loaded_raw_changes_the_state(full, tmp_path):
    fixture = tmp_path / "water.json"
    fixture.write_text(serializers.serialize("json", full.sections.all()))
    before = state_of_page()

    call_command("loaddata", str(fixture), verbosity=0)

    assert state_of_page() != before


def test_a_state_never_comes_back_after_a_change_that_was_undone(full):
    seen = {state_of_page()}
    for _time in range(2):
        try:
            with transaction.atomic():
                Brief.objects.update(title="Springs")
                seen.add(state_of_page())
                raise IntegrityError
        except IntegrityError:
            seen.add(state_of_page())

    assert len(seen) == 3  # what stands, and one for each of the changes


def test_the_states_can_be_made_anew_over_what_is_there(full):
    connection.check_constraints()
    before = state_of_page()

    with connection.cursor() as cursor:
        state.create(cursor, state.TABLES)

    assert before != state_of_page() is not None
    before = state_of_page()
    full.sections.update(heading="Changed")
    assert state_of_page() != before


@on_sqlite
@pytest.mark.django_db
def test_every_table_has_its_triggers():
    """If a migration rebuilt a table on SQLite, its triggers are gone: the migration must end
    with `RunPython(create)` from 0005_state."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        there = {name for (name,) in cursor.fetchall()}

    assert set(state.triggers(state.TABLES)) <= there
