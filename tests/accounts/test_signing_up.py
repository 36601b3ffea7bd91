import pytest
from django.urls import reverse

from accounts.models import User

pytestmark = pytest.mark.django_db
SIGN_UP = "/accounts/signup/"


def newest():
    return User.objects.latest("pk")


def test_without_an_invitation_the_page_says_how_to_get_one(client):
    page = client.get(SIGN_UP).content.decode()

    assert "Full Circle is by invitation" in page
    assert "Ask its facilitator" in page
    assert reverse("account_login") in page
    assert "<form" not in page


def test_without_an_invitation_nobody_is_made(client, mailoutbox):
    client.post(SIGN_UP, {"display_name": "Una", "email": "una@example.org"})

    assert User.objects.count() == 0
    assert mailoutbox == []


def test_a_site_can_be_open_to_all(client, settings):
    settings.OPEN_SIGN_UP = True

    assert 'name="display_name"' in client.get(SIGN_UP).content.decode()


def test_a_link_lets_sign_up_with_a_code_and_leads_back(client, invitation, code_from):
    client.get(invitation)

    client.post(
        f"{SIGN_UP}?next={invitation}",
        {"display_name": "Una", "email": "Una@Example.org", "next": invitation},
    )
    user = newest()
    assert (user.email, user.display_name) == ("una@example.org", "Una")
    assert not user.has_usable_password()
    assert "_auth_user_id" not in client.session
    response = client.post(reverse("account_email_verification_sent"), {"code": code_from()})

    assert response.url == invitation
    assert int(client.session["_auth_user_id"]) == user.pk


def test_a_mailed_invitation_proves_the_address(client, invite, mailoutbox):
    page = invite("una@example.org")
    client.get(page)
    form = client.get(SIGN_UP).content.decode()
    assert 'value="una@example.org"' in form

    response = client.post(SIGN_UP, {"display_name": "Una", "email": "una@example.org"})

    assert response.url == page
    user = newest()
    assert int(client.session["_auth_user_id"]) == user.pk
    assert user.emailaddress_set.get().verified
    assert mailoutbox == []


def test_another_address_than_the_invited_one_needs_a_code(client, invite, mailoutbox):
    client.get(invite("una@example.org"))

    client.post(SIGN_UP, {"display_name": "Una", "email": "other@example.org"})

    assert "_auth_user_id" not in client.session
    assert mailoutbox[0].to == ["other@example.org"]
    user = newest()
    assert user.email == "other@example.org"
    assert [a.email for a in user.emailaddress_set.all()] == ["other@example.org"]


def test_an_invitation_by_link_undoes_what_a_mailed_one_proved(client, invite):
    client.get(invite("una@example.org"))
    client.get(invite())

    client.post(SIGN_UP, {"display_name": "Una", "email": "una@example.org"})

    assert "_auth_user_id" not in client.session


def test_a_mistyped_address_is_mended_before_the_code(client, invitation, code_from, mailoutbox):
    client.get(invitation)
    page = client.post(SIGN_UP, {"display_name": "Una", "email": "uan@example.org"}, follow=True)
    assert "I mistyped my address" in page.content.decode()

    client.post(
        reverse("account_email_verification_sent"),
        {"action": "change", "email": "una@example.org"},
    )
    assert mailoutbox[-1].to == ["una@example.org"]
    client.post(reverse("account_email_verification_sent"), {"code": code_from()})

    assert newest().email == "una@example.org"
    assert "_auth_user_id" in client.session


def test_a_stranger_cannot_tell_that_an_address_is_taken(client, invitation, member, mailoutbox):
    client.get(invitation)

    page = client.post(
        SIGN_UP, {"display_name": "Una", "email": member.email}, follow=True
    ).content.decode()

    assert f"six-digit code to <strong>{member.email}" in page
    assert mailoutbox[0].subject == "You already have an account"
    assert f"{reverse('account_login')}?next=%2Fjoin%2F" in mailoutbox[0].body
    assert User.objects.filter(email=member.email).count() == 1


def test_an_invited_person_who_has_an_account_signs_in_and_is_led_back(
    client, invitation, member, code_from
):
    client.get(invitation)

    client.post(reverse("account_login"), {"login": member.email})
    response = client.post(reverse("account_confirm_login_code"), {"code": code_from()})

    assert response.url == invitation
    assert not client.cookies["invitation"].value


@pytest.mark.parametrize(
    ("told", "kept"),
    [("Europe/Paris", "Europe/Paris"), ("Moon/Base", "America/New_York"), ("", "America/New_York")],
)
def test_the_time_zone_of_the_browser_is_taken_if_there_is_one(client, invitation, told, kept):
    client.get(invitation)

    client.post(SIGN_UP, {"display_name": "Una", "email": "una@example.org", "time_zone": told})

    assert newest().time_zone == kept


def test_who_joins_reads_one_message_when_they_are_in(client, invitation, code_from):
    client.get(invitation)
    client.post(SIGN_UP, {"display_name": "Una", "email": "una@example.org"})

    page = client.post(
        reverse("account_email_verification_sent"), {"code": code_from()}, follow=True
    ).content.decode()

    assert "You’re signed in as Una." in page
    assert "Your email address is now" not in page
