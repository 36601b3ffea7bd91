"""Someone whom an admin adds is welcomed by email, with the way in."""

import re
from urllib.parse import unquote

import pytest
from django.contrib.auth.models import Permission
from django.utils import timezone
from zeal import zeal_ignore

from accounts.models import User
from circles.mail.delivery import deliver
from circles.models import Circle, Mail
from tests.factories import make_user

PEOPLE = "/admin/accounts/user/"
ANN = {"email": "Ann@Example.org", "display_name": "Ann", "time_zone": "America/Chicago"}


@pytest.fixture
def desk(client, admin):
    client.force_login(admin)
    # Each request loads two people: the admin who asks, and the person on the page.
    with zeal_ignore([{"model": "accounts.User", "field": "get()"}]):
        yield client


def add(desk, **fields):
    """What the page says once Ann is added."""
    page = desk.post(f"{PEOPLE}add/", ANN | fields, follow=True)
    return [str(message) for message in page.context["messages"]]


def save(desk, person, **fields):
    """What the page says once the person is saved."""
    names = ["email", "display_name", "time_zone", "text_size"]
    values = {name: getattr(person, name) for name in names} | {"is_active": "on"}
    page = desk.post(f"{PEOPLE}{person.pk}/change/", values | fields, follow=True)
    return [str(message) for message in page.context["messages"]]


def links_in(mail):
    return [unquote(link) for link in re.findall(r"https?://\S+", mail.body)]


def test_the_page_says_before_that_it_emails_them(desk):
    form = desk.get(f"{PEOPLE}add/").context["adminform"].form

    assert form["welcome"].value() is True
    assert "It says how to sign in and start a circle." in form["welcome"].help_text


def test_who_is_added_gets_one_email_with_the_way_in_and_starts_a_circle(client, desk, mailoutbox):
    said = add(desk, welcome="on")
    client.logout()
    deliver()
    (mail,) = mailoutbox

    assert "We’re emailing ann@example.org how to sign in." in said
    assert (mail.to, mail.subject) == (["ann@example.org"], "Welcome to Full Circle")
    assert mail.body.startswith("Ann, you have an account at Full Circle. You can start a circle.")
    link = links_in(mail)[0].removeprefix("http://localhost:8000")
    assert link == "/accounts/login/?next=/circles/new/"
    asks_code = client.post(link, {"login": "ann@example.org"}).url
    code = re.search(r"^\d{6}$", mailoutbox[-1].body, re.MULTILINE).group()
    signed_in = client.post(asks_code, {"code": code})
    assert signed_in.url == "/circles/new/"
    client.post("/circles/new/", {"name": "Springfield Circle"})
    assert Circle.objects.get().memberships.facilitators().get().user.email == "ann@example.org"


def test_someone_can_be_added_without_an_email(desk):
    said = add(desk)

    assert "Ann wasn’t emailed. You can send the welcome email from their page." in said
    assert not Mail.objects.exists()


def test_an_editor_is_led_to_the_admin(desk, mailoutbox):
    add(desk, welcome="on", is_editor="on")
    deliver()

    (mail,) = mailoutbox
    assert "Ann, you’re an editor at Full Circle. You can write and publish briefs." in mail.body
    assert "start" not in mail.body
    assert links_in(mail)[0].endswith("/accounts/login/?next=/admin/")


def test_an_address_that_is_taken_is_refused_without_an_email(desk, member):
    desk.post(f"{PEOPLE}add/", ANN | {"email": "member@example.org", "welcome": "on"})

    assert not Mail.objects.exists()


def test_someone_can_be_welcomed_again_but_has_one_email_coming_at_most(desk, member):
    first, second = (save(desk, member, welcome="on") for _time in range(2))
    deliver()
    third = save(desk, member, welcome="on")

    assert "We’re emailing member@example.org how to sign in." in first
    assert "member@example.org has a welcome email coming already." in second
    assert "We’re emailing member@example.org how to sign in." in third
    assert Mail.objects.count() == 2
    page = desk.get(f"{PEOPLE}{member.pk}/change/").text
    assert re.search(r"Waiting: \w+day, ", page)
    assert "Asked for the welcome email." in desk.get(f"{PEOPLE}{member.pk}/history/").text


def test_saving_a_person_sends_nothing_unless_asked(desk, member):
    save(desk, member, display_name="Melanie")

    assert not Mail.objects.exists()


@pytest.mark.parametrize(
    ("state", "said"),
    [
        ({"is_active": False}, "This account is closed, so no email was sent."),
        (
            {"bounced_email": "member@example.org", "bounced_at": timezone.now()},
            "Email to member@example.org comes back. Nothing was sent. Check the address.",
        ),
    ],
)
def test_an_email_that_would_reach_no_one_is_not_promised(desk, member, state, said):
    User.objects.filter(pk=member.pk).update(**state)
    closed = {} if state.get("is_active", True) else {"is_active": ""}

    assert said in save(desk, member, welcome="on", **closed)
    assert not Mail.objects.exists()


def test_an_admin_hears_that_no_email_leaves(desk, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.SITE_URL = "https://circles.example.org"

    said = add(desk, welcome="on")

    assert any("don’t reach anyone" in each for each in said)


def test_staff_who_give_no_rights_welcome_people_too(client, db):
    clerk = make_user("Cleo Clerk", is_staff=True)
    clerk.user_permissions.set(Permission.objects.filter(content_type__model="user"))
    client.force_login(clerk)

    said = add(client, welcome="on", is_editor="on")

    assert "We’re emailing ann@example.org how to sign in." in said
    assert not User.objects.get(email="ann@example.org").is_editor
