"""Passkeys in a real browser, with an authenticator that Chromium plays."""

import re

import pytest
from allauth.mfa.models import Authenticator
from playwright.sync_api import expect

from accounts.models import User
from tests.signing_in import sign_in

MEMBER = "member@example.org"
INDEX = "/accounts/2fa/"
FINGER = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def with_finger():
    """Gives a page's browser an authenticator that says yes to everything."""

    def give(page):
        devtools = page.context.new_cdp_session(page)
        devtools.send("WebAuthn.enable")
        devtools.send("WebAuthn.addVirtualAuthenticator", {"options": FINGER})

    return give


def test_a_passkey_is_added_and_signs_in_by_itself(someone, client, settings, with_finger):
    member = User.objects.get(email=MEMBER)
    ann = someone(MEMBER)
    page = ann.page
    with_finger(page)
    cookie = settings.SESSION_COOKIE_NAME
    fresh = sign_in(client, member).cookies[cookie].value
    ann.context.add_cookies([{"name": cookie, "value": fresh, "url": ann.base}])
    ann.visit(INDEX)

    page.get_by_role("link", name="Add a passkey").click()
    ann.check_on_both_screens()
    page.get_by_label("Passkey name").fill("My phone")
    page.get_by_role("button", name="Add passkey").click()

    expect(page.get_by_role("heading", name="Your recovery codes")).to_be_visible()
    ann.check_on_both_screens()
    page.get_by_role("link", name="Done").click()
    expect(page.get_by_text("My phone").first).to_be_visible()
    ann.check_on_both_screens()
    assert Authenticator.objects.get(type="webauthn").wrap().is_passwordless
    ann.context.clear_cookies()
    ann.visit("/accounts/login/?next=/briefs/")
    page.get_by_role("button", name="Sign in with passkey").click()
    expect(page).to_have_url(f"{ann.base}/briefs/")
    ann.open_menu()
    expect(page.get_by_role("link", name="Sign out")).to_be_visible()
    ann.check()


def test_a_passkey_is_the_second_step_after_a_password(someone, client, settings, with_finger):
    ann = someone(MEMBER)
    page = ann.page
    with_finger(page)
    cookie = settings.SESSION_COOKIE_NAME
    fresh = sign_in(client, User.objects.get(email=MEMBER)).cookies[cookie].value
    ann.context.add_cookies([{"name": cookie, "value": fresh, "url": ann.base}])
    ann.visit(f"{INDEX}webauthn/add/")
    page.get_by_role("button", name="Add passkey").click()
    expect(page.get_by_role("heading", name="Your recovery codes")).to_be_visible()
    ann.context.clear_cookies()

    ann.visit("/accounts/login/")
    page.get_by_label("email address").fill(MEMBER)
    page.get_by_text("Use a password instead").click()
    page.get_by_label("Password").fill("circle-demo")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="One more step")).to_be_visible()
    ann.check_on_both_screens()
    page.get_by_role("button", name="Use my passkey").click()

    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("Hello"))
    ann.open_menu()
    expect(page.get_by_role("link", name="Sign out")).to_be_visible()
    ann.check()


def test_a_passkey_that_is_not_there_is_said_so(someone):
    visitor = someone()
    visitor.visit("/accounts/login/")
    devtools = visitor.context.new_cdp_session(visitor.page)
    devtools.send("WebAuthn.enable")
    options = FINGER | {"isUserVerified": False}
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})

    visitor.page.get_by_role("button", name="Sign in with passkey").click()

    expect(visitor.page.get_by_text("That didn’t work or was canceled.")).to_be_visible()
    visitor.check()
