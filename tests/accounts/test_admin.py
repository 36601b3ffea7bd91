import pytest
from django.urls import reverse
from zeal import zeal_ignore

from accounts.models import User
from tests.factories import make_user

PEOPLE = "/admin/accounts/user/"


@pytest.fixture
def admin_client(client, admin):
    client.force_login(admin)
    # The admin itself and the person it is about are both people.
    with zeal_ignore([{"model": "accounts.User", "field": "get()"}]):
        yield client


def change(person, **fields):
    """What the page of a person sends."""
    kept = ["email", "display_name", "time_zone", "text_size"]
    values = {name: getattr(person, name) for name in kept}
    return values | {"is_active": "on"} | fields


def test_people_are_found_by_name_and_by_address(admin_client, member):
    make_user("Somebody Else")

    for words in ["mel", "member@"]:
        page = admin_client.get(PEOPLE, {"q": words}).content.decode()
        assert "Mel Member" in page
        assert "Somebody Else" not in page


def test_a_person_who_is_added_signs_in_with_a_code(admin_client):
    new = {
        "email": "Ann@Example.org",
        "display_name": "Ann",
        "time_zone": "America/Chicago",
    }

    admin_client.post(f"{PEOPLE}add/", new)

    user = User.objects.get(email="ann@example.org")
    assert not user.has_usable_password()
    assert user.emailaddress_set.get().verified


def test_an_address_taken_by_another_is_refused(admin_client, member):
    new = {"email": "MEMBER@example.org", "display_name": "Ann", "time_zone": "UTC"}

    response = admin_client.post(f"{PEOPLE}add/", new)

    assert "email" in response.context["adminform"].form.errors


def test_changing_an_address_changes_what_one_signs_in_with(admin_client, member):
    url = f"{PEOPLE}{member.pk}/change/"

    admin_client.post(url, change(member, email="mel@example.org"))

    member.refresh_from_db()
    assert member.email == "mel@example.org"
    assert [address.email for address in member.emailaddress_set.all()] == ["mel@example.org"]


@pytest.mark.django_db(transaction=True)
def test_the_old_address_is_told_when_an_admin_changes_it(admin_client, member, mailoutbox):
    for _time in range(2):
        new = change(member, email="mel@example.org")
        admin_client.post(f"{PEOPLE}{member.pk}/change/", new)

    assert [mail.to for mail in mailoutbox] == [["member@example.org"]]
    assert "another e-mail address" in mailoutbox[0].body
    assert "mel@example.org" not in mailoutbox[0].body


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
