"""An editor who isn't a superuser does all of the editors' work, and nothing else of the admin."""

import pytest
from django.contrib.admin import site
from django.contrib.auth.models import Group, Permission
from django.core.management import call_command
from django.core.management.sql import emit_post_migrate_signal
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder
from django.urls import reverse

from accounts.models import EDITORS
from briefs.models import SeriesEntry
from circles.models import CircleRequest
from tests.factories import (
    make_figure,
    make_mistake_report,
    make_question,
    make_reader_question,
    make_series,
    make_source,
    make_user,
)

from .test_admin import fields_of


@pytest.fixture
def desk(client, editor):
    client.force_login(editor)
    return client


@pytest.fixture
def rows(db, section, brief):
    """A row for each page of a part."""
    source = make_source(brief)
    make_figure(section, source=source)
    make_question(section)
    make_mistake_report(section)
    make_reader_question(brief)
    make_series(brief)


def admin_page(model, name, *arguments):
    meta = model._meta
    return reverse(f"admin:{meta.app_label}_{meta.model_name}_{name}", args=arguments)


def rights_of(group):
    return {*group.permissions.values_list("content_type__app_label", "codename")}


OF_BRIEFS = [model for model in site._registry if model._meta.app_label == "briefs"]
OTHERS = [model for model in site._registry if model._meta.app_label != "briefs"]


@pytest.mark.parametrize("model", OF_BRIEFS, ids=lambda model: model._meta.label)
def test_an_editor_opens_every_list_and_page_of_briefs(desk, rows, model):
    pages = [admin_page(model, "changelist")] if model._meta.model_name != "draft" else []
    row = model._default_manager.first()
    pages += [admin_page(model, "change", row.pk)] if row else []

    assert [desk.get(page).status_code for page in pages] == [200] * len(pages)


@pytest.mark.parametrize("model", OTHERS, ids=lambda model: model._meta.label)
def test_an_editor_opens_no_other_page_of_the_admin(desk, editor, model):
    CircleRequest.objects.create(email="una@example.org")
    row = model._default_manager.first()
    pages = [admin_page(model, name) for name in ("changelist", "add")]
    pages += [admin_page(model, name, row.pk if row else 1) for name in ("change", "history")]

    answers = {
        answer.status_code for page in pages for answer in (desk.get(page), desk.post(page, {}))
    }
    # What isn't there leads back to the first page.
    assert answers <= ({403} if row else {403, 302})


def test_the_first_page_of_the_admin_shows_an_editor_briefs_alone(desk):
    assert [app["app_label"] for app in desk.get("/admin/").context["app_list"]] == ["briefs"]


def test_home_leads_an_editor_to_briefs_and_not_to_accounts(desk):
    page = desk.get("/").text

    assert "You write and publish briefs." in page
    assert "/admin/briefs/brief/" in page and "/admin/accounts/" not in page


def test_an_editor_takes_a_brief_out_of_a_series(desk, brief):
    series = make_series(brief)
    page = admin_page(type(series), "change", series.pk)
    fields = fields_of(desk.get(page))
    (name,) = [name for name in fields if name.endswith("-0-DELETE")]

    assert desk.post(page, fields | {name: "on"}).status_code == 302
    assert not SeriesEntry.objects.exists()


# --- The group ---


def test_editors_may_do_everything_with_briefs_but_delete_them(db):
    rights = rights_of(Group.objects.get(name=EDITORS))

    assert {app for app, _name in rights} == {"briefs"}
    assert {("briefs", f"{verb}_brief") for verb in ("add", "change", "view")} <= rights
    assert [name for _app, name in rights if name.startswith("delete")] == ["delete_seriesentry"]


def test_the_next_migrate_gives_editors_the_rights_that_are_new(db):
    """As if the model of the right had come with this release."""
    Permission.objects.filter(codename="change_section").delete()

    emit_post_migrate_signal(verbosity=0, interactive=False, db="default")

    assert ("briefs", "change_section") in rights_of(Group.objects.get(name=EDITORS))


def test_a_group_that_is_gone_comes_back_with_its_rights(db):
    Group.objects.all().delete()

    emit_post_migrate_signal(verbosity=0, interactive=False, db="default")

    assert ("briefs", "change_section") in rights_of(Group.objects.get(name=EDITORS))


def test_a_group_of_that_name_from_before_gets_no_rights(db):
    recorder = MigrationRecorder(connection)
    applied = [name for app, name in recorder.applied_migrations() if app == "briefs"]
    (made_in,) = [name for name in applied if name.endswith("_editors")]
    recorder.record_unapplied("briefs", made_in)
    theirs = Group.objects.get(name=EDITORS)
    theirs.permissions.clear()

    emit_post_migrate_signal(verbosity=0, interactive=False, db="default")

    assert rights_of(theirs) == set()


@pytest.fixture
def upgrade(transactional_db):
    """Takes the database back to before the group; then gives what upgrades it."""
    executor = MigrationExecutor(connection)
    executor.migrate([("briefs", "0010_from_readers")])
    Group.objects.all().delete()
    yield lambda: call_command("migrate", verbosity=0)
    call_command("migrate", verbosity=0)


@pytest.mark.long
def test_an_upgrade_makes_the_group_and_leaves_groups_alone_that_were_there(upgrade):
    clerks, theirs = Group.objects.create(name="Clerks"), Group.objects.create(name=EDITORS)
    theirs.permissions.add(Permission.objects.get(codename="change_section"))
    member = make_user()
    member.groups.add(theirs)

    upgrade()

    theirs.refresh_from_db()
    assert theirs.name == f"Editors (earlier group, {theirs.pk})"
    assert rights_of(theirs) == {("briefs", "change_section")} and not rights_of(clerks)
    assert [*member.groups.all()] == [theirs]
    assert ("briefs", "add_brief") in rights_of(Group.objects.get(name=EDITORS))


@pytest.mark.long
def test_an_upgrade_takes_a_group_with_the_same_rights_for_the_group(upgrade):
    theirs = Group.objects.create(name=EDITORS)
    of_briefs = Permission.objects.filter(content_type__app_label="briefs")
    theirs.permissions.set(of_briefs.exclude(codename__startswith="delete_"))
    theirs.permissions.add(Permission.objects.get(codename="delete_seriesentry"))
    member = make_user()
    member.groups.add(theirs)

    upgrade()

    assert member.is_editor
    assert Group.objects.count() == 1
