import pytest
from django.contrib.auth.models import Group, Permission
from django.urls import reverse
from zeal import zeal_ignore

from accounts.admin import PersonForm
from accounts.models import User
from tests.factories import make_user

PEOPLE = "/admin/accounts/user/"


@pytest.fixture
def admin_client(client, admin):
    client.force_login(admin)
    # Each request loads two people: the admin who asks, and the person on the page.
    with zeal_ignore([{"model": "accounts.User", "field": "get()"}]):
        yield client


@pytest.fixture
def clerk(db):
    """Staff who may change people and groups but isn't a superuser."""
    clerk = make_user("Cleo Clerk", is_staff=True)
    clerk.user_permissions.set(
        Permission.objects.filter(content_type__model__in=["user", "group", "permission"])
    )
    return clerk


@pytest.fixture
def clerk_client(client, clerk):
    client.force_login(clerk)
    with zeal_ignore([{"model": "accounts.User", "field": "get()"}]):
        yield client


def change(person, **fields):
    """What the form on a person's page sends."""
    names = ["email", "display_name", "time_zone", "text_size"]
    values = {name: getattr(person, name) for name in names}
    return values | {"is_active": "on"} | fields


def test_people_are_found_by_name_and_by_address(admin_client, member):
    make_user("Somebody Else")

    for words in ["mel", "member@"]:
        page = admin_client.get(PEOPLE, {"q": words}).content.decode()
        assert "Mel Member" in page
        assert "Somebody Else" not in page


def test_a_person_who_is_added_signs_in_with_a_code(admin_client, client, mailoutbox, code_from):
    new = {
        "email": "Ann@Example.org",
        "display_name": "Ann",
        "time_zone": "America/Chicago",
    }

    admin_client.post(f"{PEOPLE}add/", new)

    user = User.objects.get(email="ann@example.org")
    assert not user.has_usable_password()
    assert not user.emailaddress_set.get().verified

    client.logout()
    client.post(reverse("account_login"), {"login": "ann@example.org"})
    client.post(reverse("account_confirm_login_code"), {"code": code_from()})

    assert client.get(reverse("accounts:profile_edit")).status_code == 200
    assert user.emailaddress_set.get().verified


def test_an_address_taken_by_another_is_refused(admin_client, member):
    new = {"email": "MEMBER@example.org", "display_name": "Ann", "time_zone": "UTC"}

    response = admin_client.post(f"{PEOPLE}add/", new)

    assert "email" in response.context["adminform"].form.errors


def test_an_address_that_an_admin_types_is_asked_for_and_not_set(admin_client, member):
    url = f"{PEOPLE}{member.pk}/change/"

    page = admin_client.post(url, change(member, email="Mel@Example.org"), follow=True).text

    member.refresh_from_db()
    assert member.email == "member@example.org"
    assert [address.email for address in member.emailaddress_set.all()] == ["member@example.org"]
    assert member.address_changes.open().get().email == "mel@example.org"
    assert "keeps member@example.org until" in page


def test_the_history_says_that_an_address_was_only_asked_for(admin_client, member):
    url = f"{PEOPLE}{member.pk}/"

    sent = change(member, email="mel@example.org", display_name="Melanie")
    admin_client.post(f"{url}change/", sent)

    page = admin_client.get(f"{url}history/").text
    assert "Changed: Name. Requested a new email address: mel@example.org." in page
    assert "Changed E" not in page


def test_what_changed_while_an_admin_saves_a_person_stays(admin_client, member, monkeypatch):
    def changed_meanwhile(form):
        meanwhile = {"email": "mel@example.net", "session_round": 5, "text_size": "larger"}
        User.objects.filter(pk=member.pk).update(**meanwhile)
        return form.cleaned_data["email"]

    monkeypatch.setattr(PersonForm, "clean_email", changed_meanwhile)
    admin_client.post(f"{PEOPLE}{member.pk}/change/", change(member, display_name="Melanie"))

    saved = User.objects.get(pk=member.pk)
    assert saved.display_name == "Melanie"
    assert (saved.email, saved.session_round) == ("mel@example.net", 5)
    assert saved.text_size == "larger"
    assert not member.address_changes.exists()


@pytest.mark.django_db(transaction=True)
def test_the_old_address_is_asked_when_an_admin_types_another(admin_client, member, mailoutbox):
    admin_client.post(f"{PEOPLE}{member.pk}/change/", change(member, email="mel@example.org"))

    assert [mail.to for mail in mailoutbox] == [["member@example.org"]]
    assert "mel@example.org" in mailoutbox[0].body
    assert "Nothing has changed yet" in mailoutbox[0].body


def test_a_person_is_deactivated_and_not_deleted(admin_client, member):
    fields = change(member)
    del fields["is_active"]

    admin_client.post(f"{PEOPLE}{member.pk}/change/", fields)

    member.refresh_from_db()
    assert not member.is_active
    assert admin_client.get(f"{PEOPLE}{member.pk}/delete/").status_code == 403


def test_the_page_of_a_person_tells_nothing_of_circles(admin_client, member):
    page = admin_client.get(f"{PEOPLE}{member.pk}/change/").content.decode()

    assert "Mel Member" in page
    assert "Maple Street" not in page


def test_admins_sign_in_on_the_same_page_as_everyone(client, db):
    response = client.get("/admin/", follow=True)

    assert response.request["PATH_INFO"] == reverse("account_login")


RIGHTS = {"is_staff": "on", "is_superuser": "on", "is_editor": "on"}


@pytest.mark.parametrize("who", ["themselves", "another"])
def test_only_a_superuser_gives_rights_away(clerk_client, clerk, member, who):
    person = clerk if who == "themselves" else member
    group = Group.objects.create(name="Everything")
    group.permissions.set(Permission.objects.all())
    page = f"{PEOPLE}{person.pk}/change/"

    sent = change(person, display_name="A new name", groups=[group.pk], **RIGHTS)
    answer = clerk_client.post(page, sent)

    before = person.is_staff
    person.refresh_from_db()
    assert answer.status_code == 302
    assert person.display_name == "A new name"
    assert (person.is_superuser, person.is_staff) == (False, before)
    assert not person.groups.exists()
    fields = clerk_client.get(page).context["adminform"].form.fields
    assert not {*RIGHTS, "groups", "user_permissions"} & set(fields)


def test_who_is_added_by_staff_has_no_rights(clerk_client):
    new = {"email": "ann@example.org", "display_name": "Ann", "time_zone": "UTC"}

    clerk_client.post(f"{PEOPLE}add/", new | RIGHTS)

    user = User.objects.get(email="ann@example.org")
    assert (user.is_staff, user.is_superuser, user.is_editor) == (False, False, False)


def test_staff_change_nothing_of_a_superuser(clerk_client, admin):
    sent = change(admin, email="cleo@example.com", display_name="Nobody")
    del sent["is_active"]

    answer = clerk_client.post(f"{PEOPLE}{admin.pk}/change/", sent)

    admin.refresh_from_db()
    assert answer.status_code == 403
    assert (admin.email, admin.display_name) == ("admin@example.org", "Ada Admin")
    assert admin.is_active


def test_staff_make_and_change_no_group(clerk_client):
    group = Group.objects.create(name="Clerks")
    pages = ["add/", f"{group.pk}/change/", f"{group.pk}/delete/"]

    answers = [clerk_client.post(f"/admin/auth/group/{page}", {"name": "x"}) for page in pages]

    assert [answer.status_code for answer in answers] == [403, 403, 403]


def test_no_one_changes_or_deletes_the_group_of_editors(admin_client, no_query_in_a_loop):
    group = Group.objects.get(name="Editors")
    page = f"/admin/auth/group/{group.pk}"
    deletion = {"action": "delete_selected", "_selected_action": [group.pk], "post": "yes"}

    sent = {"name": "Editors", "permissions": []}
    answers = [admin_client.post(f"{page}/{verb}/", sent) for verb in ("change", "delete")]
    admin_client.post("/admin/auth/group/", deletion)

    assert [answer.status_code for answer in answers] == [403, 403]
    assert "This group comes with the site" in admin_client.get(f"{page}/change/").text
    assert Group.objects.get(pk=group.pk).permissions.exists()


def test_a_superuser_adds_an_editor(admin_client):
    new = {"email": "ann@example.org", "display_name": "Ann", "time_zone": "UTC"}

    admin_client.post(f"{PEOPLE}add/", new | {"is_editor": "on"})

    user = User.objects.get(email="ann@example.org")
    assert user.is_editor and user.is_staff and not user.is_superuser


def test_a_superuser_makes_someone_an_editor_and_staff_with_it_and_ends_both(admin_client, member):
    clerks = Group.objects.create(name="Clerks")
    page = f"{PEOPLE}{member.pk}/change/"

    admin_client.post(page, change(member, is_editor="on"))
    member.refresh_from_db()
    begun = (member.is_editor, member.is_staff)
    # Saved again as the page has it now, with another group.
    admin_client.post(page, change(member, is_editor="on", is_staff="on", groups=[clerks.pk]))
    both = [group.name for group in member.groups.order_by("name")]
    admin_client.post(page, change(member, is_staff="on"))
    member.refresh_from_db()

    assert begun == (True, True)
    assert both == ["Clerks", "Editors"]
    assert (member.is_editor, member.is_staff, member.groups.exists()) == (False, False, False)


def test_someone_with_other_rights_stays_staff_when_they_stop_being_an_editor(admin_client, editor):
    editor.user_permissions.add(Permission.objects.get(codename="change_circlerequest"))

    admin_client.post(f"{PEOPLE}{editor.pk}/change/", change(editor, is_staff="on"))

    editor.refresh_from_db()
    assert (editor.is_editor, editor.is_staff) == (False, True)


def test_an_editor_who_is_no_staff_is_refused_with_the_reason(admin_client, editor):
    page = admin_client.post(f"{PEOPLE}{editor.pk}/change/", change(editor, is_editor="on"))

    assert "Editors use the admin pages. To end that, uncheck “Editor,” too." in page.text
    editor.refresh_from_db()
    assert editor.is_staff


def test_who_may_only_look_at_people_opens_their_pages(client, admin, clerk_client, member):
    viewer = make_user(is_staff=True)
    viewer.user_permissions.add(Permission.objects.get(codename="view_user"))
    # Clerks may change people, but no superuser.
    pages = [clerk_client.get(f"{PEOPLE}{admin.pk}/change/")]
    client.force_login(viewer)
    pages.append(client.get(f"{PEOPLE}{member.pk}/change/"))

    assert [page.status_code for page in pages] == [200, 200]
    assert not any("Send the welcome email" in page.text for page in pages)


def test_a_superuser_gives_rights_away(admin_client, member):
    admin_client.post(f"{PEOPLE}{member.pk}/change/", change(member, is_staff="on"))

    member.refresh_from_db()
    assert member.is_staff
