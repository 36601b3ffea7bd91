"""What the site's admins see of changes on the site, and that it tells nothing of circles."""

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.management import call_command
from django.urls import reverse
from zeal import zeal_ignore

from accounts.models import SiteEvent, User
from briefs.editions.reconcile import reconcile
from tests.briefs.samples import Draft
from tests.briefs.test_admin import fields_of
from tests.factories import make_meeting, make_note, make_section, make_user

PEOPLE = "/admin/accounts/user/"
EVENTS = "/admin/accounts/siteevent/"


@pytest.fixture
def desk(client, admin):
    client.force_login(admin)
    with zeal_ignore([{"model": "accounts.User", "field": "get()"}]):
        yield client


def told():
    """The sentences of the list, newest first."""
    return [event.sentence for event in SiteEvent.objects.with_people()]


def save_person(desk, person, **changed):
    names = ["email", "display_name", "time_zone", "text_size"]
    fields = {name: getattr(person, name) for name in names}
    fields |= {name: "on" for name in ("is_active", "is_staff") if getattr(person, name)}
    fields |= changed
    fields = {name: value for name, value in fields.items() if value is not None}
    assert desk.post(f"{PEOPLE}{person.pk}/change/", fields).status_code == 302


def test_who_adds_a_person_is_told(desk):
    new = {"email": "ann@example.org", "display_name": "Ann", "time_zone": "UTC"}

    desk.post(f"{PEOPLE}add/", new)

    assert told() == ["Ada Admin added Ann."]


def test_a_change_of_a_person_is_told_without_the_values(desk, member):
    save_person(desk, member, display_name="Melanie", email="mel@example.net")

    assert told() == [
        "Ada Admin changed Melanie: name.",
        "Ada Admin requested a new email address for Melanie.",
    ]


def test_a_person_saved_as_they_are_is_not_told(desk, member):
    save_person(desk, member)

    assert told() == []


def test_rights_that_are_given_and_taken_are_told_one_by_one(desk, member):
    clerks = Group.objects.create(name="Clerks")
    save_person(desk, member, is_staff="on", is_superuser="on", groups=[clerks.pk])
    member.refresh_from_db()
    save_person(desk, member, is_active=None, is_staff=None, groups=[clerks.pk])
    member.refresh_from_db()
    save_person(desk, member, is_active="on", groups=[clerks.pk])

    assert told() == [
        "Ada Admin activated the account of Mel Member.",
        "Ada Admin ended superuser rights for Mel Member.",
        "Ada Admin ended access to the admin pages for Mel Member.",
        "Ada Admin deactivated the account of Mel Member.",
        "Ada Admin changed Mel Member: groups.",
        "Ada Admin made Mel Member a superuser.",
        "Ada Admin gave Mel Member access to the admin pages.",
    ]


def test_who_becomes_an_editor_and_stops_being_one_is_told(desk, member):
    save_person(desk, member, is_editor="on")
    member.refresh_from_db()
    save_person(desk, member)

    assert told() == [
        "Ada Admin ended access to the admin pages for Mel Member.",
        "Ada Admin ended editor rights for Mel Member.",
        "Ada Admin gave Mel Member access to the admin pages.",
        "Ada Admin made Mel Member an editor.",
    ]


def test_a_change_of_a_group_is_told(desk):
    desk.post("/admin/auth/group/add/", {"name": "Clerks"})
    group = Group.objects.get(name="Clerks")
    permission = Permission.objects.first()
    desk.post(
        f"/admin/auth/group/{group.pk}/change/", {"name": "Clerks", "permissions": permission.pk}
    )
    desk.post(f"/admin/auth/group/{group.pk}/delete/", {"post": "yes"})

    assert told() == [
        "Ada Admin deleted “Clerks” (group).",
        "Ada Admin changed “Clerks” (group).",
        "Ada Admin added “Clerks” (group).",
    ]


def test_a_superuser_made_on_the_command_line_is_told(db, monkeypatch):
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", "three old wells")
    fields = {"email": "ada@example.org", "display_name": "Ada"}

    call_command("createsuperuser", interactive=False, verbosity=0, **fields)

    assert told() == ["Someone (on the command line) made Ada a superuser."]


def test_who_signs_up_is_told(client, db, settings):
    settings.OPEN_SIGN_UP = True

    client.post(reverse("account_signup"), {"email": "ann@example.org", "display_name": "Ann"})

    assert told() == ["Ann signed up."]


def test_an_edition_loaded_on_the_command_line_is_told_once(db, tmp_path):
    path = tmp_path / "water.yaml"
    for draft in [Draft(), Draft(), Draft().revised("2027-01-01").drop("wells")]:
        path.write_text(draft.text)
        call_command("load_brief", str(path), yes=True, verbosity=0)

    newest, oldest = told()
    assert "on the command line) loaded the January 1, 2027 edition of “Town water.”" in newest
    assert newest.endswith("It retired 2 parts.")
    assert "edition of “Town water.”" in oldest
    assert "retired" not in oldest


def test_an_edition_that_loaddata_left_is_told_when_it_is_recorded(brief, section):
    reconcile(brief)
    reconcile(brief)

    assert told() == [
        "The January 1, 2026 edition of “Water” was recorded. It was made with loaddata."
    ]


def test_an_edition_loaded_in_the_admin_is_told(desk, db):
    page = desk.post("/admin/briefs/brief/load/", {"text": Draft().text})
    load = {"text": Draft().text, "basis": page.context["basis"], "load": "yes"}
    desk.post("/admin/briefs/brief/load/", load)

    assert told()[0].startswith("Ada Admin loaded the ")


def test_a_series_loaded_from_a_file_is_told_once(brief, tmp_path):
    path = tmp_path / "series.yaml"
    path.write_text(
        "- model: briefs.series\n  fields: {slug: our-year, title: Our year, summary: Five.}\n"
        "- model: briefs.seriesentry\n"
        "  fields: {series: [our-year], brief: [water], position: 1}\n"
    )
    for _twice in range(2):
        call_command("load_brief", str(path), yes=True, verbosity=0)

    (sentence,) = told()
    assert sentence.endswith("loaded the series “Our year.”")


def test_parts_retired_and_brought_back_in_the_admin_are_told(desk, section):
    chosen = {"_selected_action": [section.pk]}
    for action in ("retire", "retire", "bring_back"):
        desk.post("/admin/briefs/section/", chosen | {"action": action})

    assert told() == [
        "Ada Admin restored 1 section.",
        "Ada Admin retired 1 section.",
    ]


def test_a_change_of_a_section_in_the_admin_is_told_once(desk, section):
    url = f"/admin/briefs/section/{section.pk}/change/"
    fields = fields_of(desk.get(url))

    desk.post(url, fields | {"heading": "Beginnings"})
    desk.post(url, fields | {"heading": "Beginnings"})

    assert told() == ["Ada Admin changed “Beginnings” (section)."]


def test_every_kind_has_a_sentence(admin, member):
    for kind in SiteEvent.Kind:
        event = SiteEvent.objects.record(
            kind,
            by=admin,
            person=member,
            subject="Water",
            model="briefs.section",
            number=2,
            fields=["display_name", "gone"],
            **({"edition": "2026-11-01", "retired": 2} if "edition" in kind else {}),
        )
        assert event.sentence.endswith((".", ".”"))
        assert "%" not in event.sentence


def test_who_has_no_account_anymore_is_not_named(db):
    ann, bob = make_user("Ann Arbor"), make_user("Bob Barker")
    SiteEvent.objects.record(SiteEvent.Kind.DEACTIVATED, by=ann, person=bob)

    ann.delete()
    bob.delete()

    assert told() == ["Someone deactivated the account of someone who deleted their account."]


def test_the_admin_lists_changes_newest_first_and_changes_none(desk, admin, member):
    SiteEvent.objects.record(SiteEvent.Kind.STAFF_GIVEN, by=admin, person=member)
    SiteEvent.objects.record(SiteEvent.Kind.STAFF_TAKEN, by=admin, person=member)
    event = SiteEvent.objects.first()

    page = desk.get(EVENTS).text
    assert page.index("ended access to the admin pages") < page.index("gave Mel Member access")
    for name in ("change", "delete", "history"):
        assert desk.get(f"{EVENTS}{event.pk}/{name}/").status_code == 403
        assert desk.post(f"{EVENTS}{event.pk}/{name}/", {"post": "yes"}).status_code == 403
    assert desk.get(f"{EVENTS}add/").status_code == 403
    sent = {"action": "delete_selected", "_selected_action": [event.pk], "post": "yes"}
    desk.post(EVENTS, sent)
    assert SiteEvent.objects.count() == 2


def test_staff_without_the_right_see_no_list(client, db):
    client.force_login(make_user(is_staff=True))

    assert client.get(EVENTS).status_code == 403


def test_a_list_of_many_changes_takes_as_many_queries_as_one_of_few(
    desk, admin, django_assert_max_num_queries
):
    for number in range(30):
        person = make_user(f"Person {number}")
        SiteEvent.objects.record(SiteEvent.Kind.PERSON_ADDED, by=person, person=admin)

    with django_assert_max_num_queries(8):
        desk.get(EVENTS)


def test_nothing_in_a_circle_is_told_to_admins(client, circle, facilitator, member, brief):
    client.force_login(facilitator)
    membership = circle.memberships.get(user=member)
    meeting = make_meeting(circle, brief=brief)
    make_note(meeting, member, section=make_section(brief))
    client.post(reverse("circles:member_role", args=[circle.slug, membership.pk]))
    client.post(
        reverse("circles:invitation_create", args=[circle.slug]), {"emails": "a@example.org"}
    )
    membership.leave(by=facilitator)

    assert circle.events.exists()
    assert not SiteEvent.objects.exists()
    assert User.objects.filter(pk=member.pk).exists()
