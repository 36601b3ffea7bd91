import pytest
from allauth.account import urls as account_urls
from django.urls import NoReverseMatch, reverse

from accounts.models import User
from tests.factories import make_user
from tests.signing_in import sign_in

CODE = "account_confirm_login_code"


def ask_for_code(client, email, **extra):
    return client.post(reverse("account_login"), {"login": email, **extra}, follow=True)


@pytest.mark.django_db
def test_the_address_is_the_first_field_and_the_code_the_first_button(client):
    page = client.get(reverse("account_login")).content.decode()

    places = [page.index(each) for each in ('name="login"', "Email me a code", 'name="password"')]
    assert places == sorted(places)


def test_of_the_pages_of_allauth_only_these_are_here():
    routes = {route.name for route in account_urls.urlpatterns}

    assert routes == {
        "account_login",
        "account_confirm_login_code",
        "account_logout",
        "account_signup",
        "account_inactive",
        "account_email",
        "account_email_verification_sent",
        "account_change_password",
        "account_set_password",
        "account_reset_password",
        "account_confirm_password_reset_code",
        "account_complete_password_reset",
        "account_password_reset_completed",
        "account_reauthenticate",
    }
    for elsewhere in ["socialaccount_connections", "account_request_login_code"]:
        with pytest.raises(NoReverseMatch):
            reverse(elsewhere)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("route", "status"),
    [
        ("account_login", 200),
        ("account_signup", 200),
        ("account_reset_password", 200),
        ("account_inactive", 200),
        ("account_password_reset_completed", 200),
        ("account_logout", 302),
        ("account_confirm_login_code", 302),
        ("account_email_verification_sent", 302),
        ("account_confirm_password_reset_code", 302),
        ("account_complete_password_reset", 302),
    ],
)
def test_visitors_reach_every_page_for_coming_in(client, route, status):
    response = client.get(reverse(route))

    assert response.status_code == status
    assert "next=" not in response.headers.get("Location", "")


@pytest.mark.django_db
@pytest.mark.parametrize(
    "route",
    [
        "account_email",
        "account_change_password",
        "account_set_password",
        "account_reauthenticate",
        "accounts:profile_edit",
    ],
)
def test_visitors_are_asked_to_sign_in_before_they_see_an_account(client, route):
    response = client.get(reverse(route))

    assert response.url == f"{reverse('account_login')}?next={reverse(route)}"


def test_a_person_made_by_an_admin_signs_in_with_one_code(client, member, mailoutbox, code_from):
    page = ask_for_code(client, "Member@Example.org", next="/briefs/")
    assert "six-digit code to <strong>member@example.org" in page.content.decode()

    response = client.post(reverse(CODE), {"code": code_from(), "next": "/briefs/"})

    assert response.url == "/briefs/"
    assert int(client.session["_auth_user_id"]) == member.pk
    assert len(mailoutbox) == 1


@pytest.mark.parametrize("place", ["x", "circles:home", "http://testserver/briefs/", "http://[x"])
def test_signing_in_and_out_leads_to_paths_of_this_site_only(client, db, place):
    user = make_user("Pat", password="a quiet green lamp")
    answer = {"login": user.email, "password": "a quiet green lamp", "next": place}

    signed_in = client.post(reverse("account_login"), answer)
    signed_out = client.post(reverse("account_logout"), {"next": place})

    assert (signed_in.url, signed_out.url) == ("/", "/")


def test_a_person_made_by_an_admin_signs_in_with_a_password_and_no_code(client, db, mailoutbox):
    user = make_user("Pat", password="a quiet green lamp")

    response = client.post(
        reverse("account_login"), {"login": user.email, "password": "a quiet green lamp"}
    )

    assert response.url == reverse("circles:home")
    assert int(client.session["_auth_user_id"]) == user.pk
    assert mailoutbox == []


def test_a_code_may_be_typed_with_spaces(client, member, code_from):
    ask_for_code(client, member.email)
    code = code_from()

    client.post(reverse(CODE), {"code": f" {code[:3]} {code[3:]} "})

    assert int(client.session["_auth_user_id"]) == member.pk


def test_the_code_field_suits_telephones(client, member):
    page = ask_for_code(client, member.email).content.decode()

    assert 'inputmode="numeric"' in page
    assert 'autocomplete="one-time-code"' in page


def test_a_wrong_code_says_where_to_look_and_leaves_another_try(client, member, code_from):
    ask_for_code(client, member.email)
    wrong = "000000" if code_from() != "000000" else "111111"

    response = client.post(reverse(CODE), {"code": wrong})

    assert "newest email" in response.content.decode()
    client.post(reverse(CODE), {"code": code_from()})
    assert "_auth_user_id" in client.session


def test_a_new_code_can_be_asked_for(client, member, mailoutbox, code_from):
    ask_for_code(client, member.email)

    response = client.post(reverse(CODE), {"action": "resend"}, follow=True)

    assert len(mailoutbox) == 2
    client.post(response.redirect_chain[-1][0], {"code": code_from()})
    assert "_auth_user_id" in client.session


def test_starting_again_with_another_address_keeps_where_to_go(client, member):
    page = ask_for_code(client, "mistyped@example.org", next="/briefs/").content.decode()
    assert 'value="/accounts/login/?next=/briefs/"' in page

    response = client.post(
        reverse("account_logout"), {"next": "/accounts/login/?next=/briefs/"}, follow=True
    )

    assert response.request["PATH_INFO"] == reverse("account_login")
    assert 'name="next" value="/briefs/"' in response.content.decode()


def test_a_wrong_password_offers_a_code_for_the_same_address(client, member):
    response = client.post(
        reverse("account_login"), {"login": member.email, "password": "a wrong guess"}
    )

    page = response.content.decode()
    assert "don’t match" in page
    assert f"Send a code to {member.email}" in page
    assert "a wrong guess" not in page


def test_a_stranger_learns_nothing_of_who_has_an_account(client, member, mailoutbox):
    known = ask_for_code(client, member.email).content.decode()
    client.post(reverse("account_logout"))
    unknown = ask_for_code(client, "nobody@example.org").content.decode()

    assert "six-digit code to <strong>nobody@example.org" in unknown
    assert known.count("<form") == unknown.count("<form")
    assert mailoutbox[1].subject == "We couldn’t find your account"


def test_signing_in_is_limited_after_many_guesses(client, member):
    guess = {"login": member.email, "password": "a wrong guess"}
    pages = [client.post(reverse("account_login"), guess) for _ in range(11)]

    assert "too many wrong passwords" in pages[-1].content.decode()


def test_a_closed_account_is_told_so(client, db):
    user = make_user("Ina", password="a quiet green lamp", is_active=False)

    response = client.post(
        reverse("account_login"),
        {"login": user.email, "password": "a quiet green lamp"},
        follow=True,
    )

    assert "This account is closed" in response.content.decode()
    assert "_auth_user_id" not in client.session


def test_when_mail_fails_the_page_says_so(client, member, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9

    response = client.post(reverse("account_login"), {"login": member.email})

    assert response.status_code == 503
    assert "We couldn’t send the email" in response.content.decode()


def test_signing_out_asks_first_and_then_does(client, member):
    client.force_login(member)

    assert "Sign out?" in client.get(reverse("account_logout")).content.decode()
    assert "_auth_user_id" in client.session
    client.post(reverse("account_logout"))
    assert "_auth_user_id" not in client.session


def test_signing_out_drops_cached_pages_and_no_notes_that_wait_in_the_browser(client, member):
    client.force_login(member)

    asked, done = client.get(reverse("account_logout")), client.post(reverse("account_logout"))

    assert "Clear-Site-Data" not in asked
    assert done["Clear-Site-Data"] == '"cache"'


def test_who_signs_out_in_the_admin_is_asked_on_the_same_page(client, admin_client):
    response = admin_client.post(reverse("admin:logout"))

    assert response["Location"] == reverse("account_logout")


def test_every_mail_says_the_same_in_text_and_html(client, member, mailoutbox, code_from):
    ask_for_code(client, member.email)

    [mail] = mailoutbox
    html, kind = mail.alternatives[0]
    assert kind == "text/html"
    assert mail.subject == f"{code_from()} is your code for Full Circle"
    for paragraph in mail.body.split("\n\n")[:-1]:
        assert paragraph in html


def test_a_forgotten_password_is_set_anew_with_a_code(client, db, mailoutbox, code_from):
    user = make_user("Pat", password="a quiet green lamp")

    page = client.post(reverse("account_reset_password"), {"email": user.email}, follow=True)
    assert "six-digit code" in page.content.decode()
    page = client.post(
        reverse("account_confirm_password_reset_code"), {"code": code_from()}, follow=True
    )
    assert "Choose a new password" in page.content.decode()
    new = {"password1": "three loud red boats", "password2": "three loud red boats"}
    page = client.post(reverse("account_complete_password_reset"), new, follow=True)

    user.refresh_from_db()
    assert user.check_password("three loud red boats")
    assert int(client.session["_auth_user_id"]) == user.pk
    assert mailoutbox[-1].subject == "A new password was set for your account"


def test_an_unknown_address_cannot_be_told_by_asking_for_a_new_password(client, db, mailoutbox):
    page = client.post(
        reverse("account_reset_password"), {"email": "nobody@example.org"}, follow=True
    )

    assert "six-digit code" in page.content.decode()
    assert mailoutbox[0].subject == "We couldn’t find your account"


def test_whoever_is_signed_in_sets_a_first_password(client, member, mailoutbox):
    sign_in(client, member)
    page = client.get(reverse("account_set_password")).content.decode()
    assert "Set a password" in page

    new = {"password1": "three loud red boats", "password2": "three loud red boats"}
    response = client.post(reverse("account_set_password"), new)

    assert response.url == reverse("accounts:profile_edit")
    member.refresh_from_db()
    assert member.check_password("three loud red boats")
    assert mailoutbox[0].subject == "A password was set for your account"


def test_a_password_is_changed_by_who_knows_the_old_one(client, db):
    user = make_user("Pat", password="a quiet green lamp")
    client.force_login(user)
    new = {"password1": "three loud red boats", "password2": "three loud red boats"}

    refused = client.post(
        reverse("account_change_password"), {"oldpassword": "something else", **new}
    )
    assert "not your current password" in refused.content.decode()
    client.post(reverse("account_change_password"), {"oldpassword": "a quiet green lamp", **new})

    user.refresh_from_db()
    assert user.check_password("three loud red boats")


def test_an_address_is_changed_by_a_code_sent_to_the_new_one(client, member, mailoutbox, code_from):
    sign_in(client, member)
    page = client.post(
        reverse("account_email"),
        {"email": "new@example.org", "action_add": ""},
        follow=True,
    )
    assert "six-digit code to <strong>new@example.org" in page.content.decode()
    member.refresh_from_db()
    assert member.email == "member@example.org"
    assert mailoutbox[0].to == ["new@example.org"]

    client.post(reverse("account_email_verification_sent"), {"code": code_from()})

    member.refresh_from_db()
    assert member.email == "new@example.org"
    assert [address.email for address in member.emailaddress_set.all()] == ["new@example.org"]
    _code, to_the_old, to_the_new = mailoutbox
    assert to_the_old.to == ["member@example.org"]
    assert to_the_old.subject == "Your email address was changed"
    assert to_the_new.to == ["new@example.org"]


def test_nobody_takes_over_the_address_of_another(client, member, facilitator, mailoutbox):
    sign_in(client, member)

    client.post(
        reverse("account_email"), {"email": facilitator.email, "action_add": ""}, follow=True
    )

    member.refresh_from_db()
    assert member.email == "member@example.org"
    assert User.objects.filter(email=facilitator.email).count() == 1


def test_a_password_is_asked_for_again_on_our_own_page(client, db):
    user = make_user("Pat", password="a quiet green lamp")
    client.force_login(user)

    page = client.get(reverse("account_reauthenticate"))

    assert 'autocomplete="current-password"' in page.content.decode()
