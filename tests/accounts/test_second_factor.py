"""Passkeys and a second step: offered to all, and needed by staff where the operator says so."""

import re

import pytest
from allauth.mfa import urls as mfa_urls
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from django.test import Client
from django.urls import get_resolver, reverse

from accounts.models import AddressChange
from tests.factories import make_user
from tests.signing_in import sign_in

INDEX = "/accounts/2fa/"
SECRET = "JBSWY3DPEHPK3PXP"


def code_of(secret):
    """What an authenticator app shows now."""
    _before, counter, _after = totp.yield_hotp_counters_from_time()
    return totp.format_hotp_value(totp.hotp_value(secret, counter))


def give_app(user):
    """An app for this person, and one recovery code or more."""
    from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes

    totp.TOTP.activate(user, SECRET)
    return RecoveryCodes.activate(user).get_unused_codes()


def names(patterns):
    for entry in patterns:
        if hasattr(entry, "url_patterns"):
            yield from names(entry.url_patterns)
        else:
            yield entry.name


def ask_for_code(client, user, code_from):
    client.post(reverse("account_login"), {"login": user.email})
    return client.post(reverse("account_confirm_login_code"), {"code": code_from()})


def test_of_the_pages_for_it_only_these_are_here():
    assert set(names(mfa_urls.urlpatterns)) == {
        *("mfa_index", "mfa_authenticate", "mfa_reauthenticate"),
        *("mfa_activate_totp", "mfa_deactivate_totp"),
        *("mfa_view_recovery_codes", "mfa_generate_recovery_codes"),
        "mfa_download_recovery_codes",
        *("mfa_list_webauthn", "mfa_add_webauthn", "mfa_edit_webauthn", "mfa_remove_webauthn"),
        *("mfa_reauthenticate_webauthn", "mfa_login_webauthn"),
    }


@pytest.mark.django_db
@pytest.mark.parametrize("name", sorted(set(names(mfa_urls.urlpatterns))))
def test_a_visitor_gets_into_none_of_them(client, name):
    arguments = [1] if name in ("mfa_edit_webauthn", "mfa_remove_webauthn") else []

    answer = client.get(reverse(name, args=arguments))

    assert answer.status_code == 302
    assert answer.url.startswith(reverse("account_login"))


@pytest.mark.parametrize("action", ["edit", "remove"])
def test_the_passkey_of_another_is_not_there(client, member, outsider, action):
    theirs = Authenticator.objects.create(user=outsider, type="webauthn", data={"name": "Theirs"})
    sign_in(client, member)

    assert client.get(f"{INDEX}webauthn/keys/{theirs.pk}/{action}/").status_code == 404
    assert client.post(f"{INDEX}webauthn/keys/{theirs.pk}/{action}/").status_code == 404


@pytest.mark.django_db(transaction=True)
def test_an_app_is_set_up_and_then_asked_for(client, member, mailoutbox, code_from):
    sign_in(client, member)
    page = client.get(f"{INDEX}totp/activate/").text
    assert 'src="data:image/svg+xml;base64,' in page
    secret = re.search(r"<code>(\w+)</code>", page)[1]

    page = client.post(f"{INDEX}totp/activate/", {"code": code_of(secret)}, follow=True).text

    assert len(re.findall(r"<code>\d{8}</code>", page)) == 10
    assert mailoutbox[0].subject == "An authenticator app was set up for your account"
    other = Client()
    answer = ask_for_code(other, member, code_from)
    assert answer.url == reverse("mfa_authenticate")
    assert other.get("/accounts/profile/").status_code == 302
    assert "One more step" in other.get(answer.url).text
    other.post(answer.url, {"code": code_of(secret)})
    assert other.get("/accounts/profile/").status_code == 200


def test_a_recovery_code_gets_in_once(client, member, code_from):
    first, *_others = give_app(member)

    for status in (200, 302):
        browser = Client()
        answer = ask_for_code(browser, member, code_from)
        browser.post(answer.url, {"code": first})
        assert browser.get("/accounts/profile/").status_code == status


def test_a_mailbox_alone_does_not_take_the_second_step_away(client, member):
    give_app(member)
    client.force_login(member)

    answer = client.get(f"{INDEX}totp/deactivate/")

    assert answer.url.startswith(reverse("mfa_reauthenticate"))
    assert client.get("/accounts/proof/").url == reverse("mfa_reauthenticate")
    client.post("/accounts/proof/", {"action": "send"})
    assert client.get(f"{INDEX}totp/deactivate/").status_code == 302


def test_a_password_does_not_take_it_away_either(client, db):
    user = make_user("Pat", password="a quiet green lamp")
    give_app(user)
    client.force_login(user)

    answer = client.post(reverse("account_reauthenticate"), {"password": "a quiet green lamp"})

    assert answer.url == reverse("mfa_reauthenticate")
    assert client.get(f"{INDEX}totp/deactivate/").status_code == 302


def test_the_app_is_given_up_after_proof(client, member):
    give_app(member)
    client.force_login(member)
    answer = client.get(f"{INDEX}totp/deactivate/")
    client.post(answer.url, {"code": code_of(SECRET)})

    client.post(f"{INDEX}totp/deactivate/")

    assert not Authenticator.objects.filter(user=member).exists()


@pytest.mark.parametrize("page", ["", "recovery-codes/", "recovery-codes/generate/", "webauthn/"])
def test_the_pages_have_the_look_of_the_house(client, member, page):
    give_app(member)
    Authenticator.objects.create(user=member, type="webauthn", data={"name": "My phone"})
    sign_in(client, member)

    text = client.get(f"{INDEX}{page}").text

    assert 'class="page__title"' in text
    assert ("My phone" in text) == (page in ("", "webauthn/"))


def test_recovery_codes_are_saved_as_a_file_by_who_has_proven_themselves(client, member):
    codes = give_app(member)
    client.force_login(member)
    assert client.get(f"{INDEX}recovery-codes/download/").status_code == 302

    sign_in(client, member)

    assert codes[0] in client.get(f"{INDEX}recovery-codes/download/").text


def test_an_undo_removes_what_was_added_lately_and_the_recovery_codes(member):
    give_app(member)
    passkey = Authenticator.objects.create(user=member, type="webauthn", data={"name": "Old one"})
    member.email = "eve@example.com"
    member.save()
    change = AddressChange.objects.record_own(member, "member@example.org")
    long_ago = change.made_at - AddressChange.UNDO_FOR
    Authenticator.objects.filter(pk=passkey.pk).update(created_at=long_ago)

    change.undo()

    assert list(Authenticator.objects.filter(user=member)) == [passkey]


def test_a_passkey_that_is_none_signs_nobody_in(client, member):
    page = client.post("/accounts/passkey/", {"credential": "{}"}, follow=True)

    assert page.request["PATH_INFO"] == reverse("account_login")
    assert "_auth_user_id" not in client.session


@pytest.mark.django_db
def test_what_a_browser_is_asked_for_names_the_site_and_nobody(client, settings):
    settings.SITE_URL = "https://circles.example.org"

    options = client.get("/accounts/passkey/", headers={"accept": "application/json"}).json()

    asked = options["request_options"]["publicKey"]
    assert asked["rpId"] == "circles.example.org"
    assert asked["userVerification"] == "required"
    assert not asked.get("allowCredentials")


# --- Staff ---


@pytest.fixture
def needed(settings):
    settings.STAFF_NEED_SECOND_FACTOR = True


@pytest.fixture
def admin_pages():
    """Every page of the admin that needs no row."""
    patterns = next(
        entry for entry in get_resolver().url_patterns if getattr(entry, "namespace", "") == "admin"
    )
    names = [entry.name for entry in patterns.url_patterns if getattr(entry, "name", None)]
    return [reverse(f"admin:{name}") for name in ("index", "accounts_user_changelist")] + [
        reverse(f"admin:{name}") for name in names if name in ("login", "jsi18n", "password_change")
    ]


def test_staff_without_a_second_factor_are_led_to_set_one_up(client, admin, needed, admin_pages):
    sign_in(client, admin)

    for page in admin_pages:
        answer = client.get(page, follow=True)
        assert answer.request["PATH_INFO"] == INDEX, page
        assert "need two-step sign-in" in answer.text


def test_nothing_is_changed_in_the_admin_without_it(client, admin, needed):
    sign_in(client, admin)
    new = {"email": "ann@example.org", "display_name": "Ann", "time_zone": "UTC"}

    client.post("/admin/accounts/user/add/", new)

    assert not type(admin).objects.filter(email="ann@example.org").exists()


@pytest.mark.parametrize("how", ["a form", "signed in"])
def test_the_admins_own_sign_in_is_no_way_around(client, db, needed, how):
    admin = make_user("Ada", password="a quiet green lamp", is_staff=True, is_superuser=True)
    if how == "signed in":
        sign_in(client, admin)

    form = {"username": admin.email, "password": "a quiet green lamp", "next": "/admin/"}
    client.post("/admin/login/?next=/admin/", form)

    assert client.get("/admin/").status_code == 302


def test_a_session_of_before_uses_the_second_factor_first(client, admin, needed):
    give_app(admin)
    sign_in(client, admin)

    answer = client.get("/admin/accounts/user/", follow=True)
    assert answer.request["PATH_INFO"] == reverse("mfa_reauthenticate")
    query = answer.request["QUERY_STRING"]
    answer = client.post(f"{reverse('mfa_reauthenticate')}?{query}", {"code": code_of(SECRET)})

    assert answer.url == "/admin/accounts/user/"
    assert client.get(answer.url).status_code == 200


def test_a_factor_that_was_given_up_counts_no_longer(client, admin, needed):
    sign_in(client, admin, method="mfa")

    assert client.get("/admin/").status_code == 302


def test_staff_need_none_unless_the_operator_says_so(client, admin):
    client.force_login(admin)

    assert client.get("/admin/").status_code == 200


def test_who_is_not_staff_is_led_nowhere(client, member, needed):
    sign_in(client, member)

    assert client.get("/admin/", follow=True).status_code == 403
