"""Ten wrong guesses an account and day, in all processes, and the owner still signs in."""

import os
import re
import subprocess
import sys
from threading import Barrier, Thread

import pytest
from allauth.core import ratelimit
from django.conf import settings as django_settings
from django.contrib.auth.models import AnonymousUser
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client, RequestFactory
from django.urls import reverse

from accounts import guesses, known_browsers
from accounts.guesses import Guesses, take_guess
from accounts.models import User
from config.limits import DAY
from tests.factories import make_user

SIGN_IN, CODE = reverse("account_login"), reverse("account_confirm_login_code")
PASSWORD = "a quiet green lamp"
CODES, PASSWORDS = Guesses.Kind.CODE, Guesses.Kind.PASSWORD


@pytest.fixture
def owner(db):
    return make_user("Olga Owner", email="owner@example.org", password=PASSWORD)


@pytest.fixture
def newest_code(mailoutbox):
    """The code in the newest email; a wrong one for `wrong=True`."""

    def read(*, wrong=False):
        code = re.search(r"^\d{6}$", mailoutbox[-1].body, re.MULTILINE).group()
        return code.translate(str.maketrans("0123456789", "1234567890")) if wrong else code

    return read


@pytest.fixture
def at_home(owner):
    """The owner's browser: signed in before, and signed out now."""
    browser = Client()
    browser.post(SIGN_IN, {"login": owner.email, "password": PASSWORD})
    browser.post(reverse("account_logout"))
    return browser


def use_up(kind, user, number=Guesses.ALLOWED, request=None):
    """Wrong guesses of a stranger. Returns how many were looked at."""
    looked_at = 0
    for _guess in range(number):
        try:
            take_guess(request or stranger(), kind, user)
        except ValidationError:
            continue
        looked_at += 1
    return looked_at


def stranger(peer="127.0.0.1"):
    request = RequestFactory().post("/", REMOTE_ADDR=peer)
    request.user = AnonymousUser()
    return request


def is_signed_in(browser):
    return "_auth_user_id" in browser.session


# --- What is counted ---


def test_a_stranger_gets_ten_wrong_codes_a_day_from_however_many_addresses(
    owner, newest_code, settings
):
    settings.TRUSTED_PROXY_COUNT = 0
    for number in range(8):
        browser = Client(REMOTE_ADDR=f"8.8.8.{number}")
        answer = browser.post(SIGN_IN, {"login": owner.email}, follow=True)
        if answer.request["PATH_INFO"] != CODE:
            break
        for _guess in range(3):
            browser.post(CODE, {"code": newest_code(wrong=True)})
        cache.clear()  # codes are asked for slowly enough

    assert len(Guesses.objects.get().made_at) == 10
    assert number == 4
    assert "too many wrong codes" in answer.content.decode()


def test_after_that_not_even_the_right_code_gets_a_stranger_in(owner, newest_code):
    browser = Client()
    browser.post(SIGN_IN, {"login": owner.email})
    use_up(CODES, owner)

    page = browser.post(CODE, {"code": newest_code()})

    assert "too many wrong codes" in page.content.decode()
    assert not is_signed_in(browser)


def test_a_right_code_uses_nothing_up(owner, newest_code):
    use_up(CODES, owner, number=9)
    for _time in range(3):
        browser = Client()
        browser.post(SIGN_IN, {"login": owner.email})
        browser.post(CODE, {"code": newest_code()})
        assert is_signed_in(browser)


def test_codes_to_sign_in_and_codes_for_a_new_password_are_counted_together(
    owner, newest_code, client
):
    use_up(CODES, owner, number=9)
    client.post(reverse("account_reset_password"), {"email": owner.email})
    reset = reverse("account_confirm_password_reset_code")
    client.post(reset, {"code": newest_code(wrong=True)})

    page = client.post(reset, {"code": newest_code()})
    assert "too many wrong codes" in page.content.decode()

    page = Client().post(reverse("account_reset_password"), {"email": owner.email})
    assert "too many wrong codes" in page.content.decode()


def test_codes_for_another_address_are_counted_for_whoever_asks(owner, newest_code):
    browser = Client()
    browser.post(SIGN_IN, {"login": owner.email, "password": PASSWORD})
    del browser.cookies["known_browser"]  # as one that signed in before there was the cookie
    adding = {"email": "new@example.org", "action_add": ""}
    browser.post(reverse("account_email"), adding)
    use_up(CODES, owner, request=signed_in(owner))

    page = browser.post(reverse("account_email_verification_sent"), {"code": newest_code()})

    assert "too many wrong codes" in page.content.decode()
    owner.refresh_from_db()
    assert owner.email == "owner@example.org"


def signed_in(user):
    request = stranger()
    request.user = user
    return request


def test_wrong_passwords_are_counted_and_by_themselves(owner, newest_code):
    use_up(PASSWORDS, owner)
    browser = Client()

    page = browser.post(SIGN_IN, {"login": owner.email, "password": PASSWORD})
    assert "too many wrong passwords" in page.content.decode()
    assert not is_signed_in(browser)

    browser.post(SIGN_IN, {"login": owner.email})
    browser.post(CODE, {"code": newest_code()})
    assert is_signed_in(browser)


def test_the_password_that_is_asked_for_before_a_change_is_counted_too(owner):
    browser = Client()
    browser.force_login(owner)
    use_up(PASSWORDS, owner, request=signed_in(owner))
    new = {"password1": "three loud red boats", "password2": "three loud red boats"}

    page = browser.post(reverse("account_change_password"), {"oldpassword": PASSWORD, **new})

    assert "too many wrong passwords" in page.content.decode()
    owner.refresh_from_db()
    assert owner.check_password(PASSWORD)


def test_an_address_without_an_account_is_answered_in_the_same_way(owner, client):
    wrong = {"login": "nobody@example.org", "password": "a guess"}
    pages = [client.post(SIGN_IN, wrong).content.decode() for _guess in range(11)]
    assert "too many wrong passwords" in pages[-1]
    assert "too many wrong passwords" not in pages[-2]

    for _guess in range(10):
        take_guess(stranger(), CODES, None, "nobody@example.org")
    page = client.post(SIGN_IN, {"login": "Nobody@example.org"})
    assert "too many wrong codes" in page.content.decode()


def test_codes_of_a_second_factor_are_counted_by_account(owner):
    counted = {"action": "login_failed", "key": f"mfa-auth-user-{owner.pk}"}

    allowed = [ratelimit.consume(stranger(), **counted) for _guess in range(12)]

    assert allowed == [True] * 10 + [False] * 2


def test_a_guess_is_forgotten_after_a_day_and_not_before(owner, monkeypatch):
    now = guesses.time.time()
    monkeypatch.setattr(guesses.time, "time", lambda: now)
    use_up(CODES, owner)

    monkeypatch.setattr(guesses.time, "time", lambda: now + DAY - 1)
    assert use_up(CODES, owner) == 0
    monkeypatch.setattr(guesses.time, "time", lambda: now + DAY + 1)
    assert use_up(CODES, owner) == 10


def test_many_accounts_are_not_tried_from_one_place(db):
    people = [make_user() for _number in range(7)]

    looked_at = sum(use_up(CODES, person, number=9) for person in people)

    assert looked_at == 60
    assert use_up(CODES, people[0], request=stranger("8.8.8.8")) == 1


# --- Many processes ---


def test_two_workers_and_a_restart_look_at_ten_guesses_in_all(transactional_db, owner):
    """Each thread has a connection of its own, as a worker has; nothing else is shared."""
    together, looked_at = Barrier(2), []

    def worker():
        together.wait()
        looked_at.append(use_up(CODES, owner, number=4))
        connection.close()

    def start_workers():
        workers = [Thread(target=worker) for _number in range(2)]
        for each in workers:
            each.start()
        for each in workers:
            each.join()

    start_workers()
    cache.clear()
    start_workers()

    assert sum(looked_at) == 10


@pytest.mark.slow
def test_another_process_counts_on_where_this_one_stopped(transactional_db, owner):
    use_up(CODES, owner, number=6)
    code = (
        "from tests.accounts.test_guesses import use_up, CODES, User;"
        f"print(use_up(CODES, User.objects.get(pk={owner.pk})))"
    )
    name = connection.settings_dict["NAME"]
    url = f"sqlite:///{name}"
    if connection.vendor == "postgresql":
        url = f"{os.environ['DATABASE_URL'].rpartition('/')[0]}/{name}"

    started = subprocess.run(
        [sys.executable, "-m", "django", "shell", "--no-imports", "-c", code],
        cwd=django_settings.BASE_DIR,
        env=os.environ | {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "tests.settings"},
        capture_output=True,
        text=True,
    )

    assert (started.stdout, started.stderr) == ("4\n", "")


# --- The owner ---


def test_the_owner_signs_in_by_code_and_by_password_while_strangers_guess(
    owner, at_home, newest_code
):
    use_up(CODES, owner)
    use_up(PASSWORDS, owner)

    at_home.post(SIGN_IN, {"login": owner.email})
    at_home.post(CODE, {"code": newest_code()})
    assert is_signed_in(at_home)

    at_home.post(reverse("account_logout"))
    at_home.post(SIGN_IN, {"login": owner.email, "password": PASSWORD})
    assert is_signed_in(at_home)


def test_the_owner_gets_a_code_while_strangers_ask_for_one_after_the_other(
    owner, at_home, newest_code, mailoutbox
):
    answers = [Client().post(SIGN_IN, {"login": owner.email}).status_code for _ask in range(7)]
    assert answers == [302] * 5 + [429] * 2
    assert len(mailoutbox) == 5

    assert at_home.post(SIGN_IN, {"login": owner.email}).status_code == 302
    at_home.post(CODE, {"code": newest_code()})
    assert is_signed_in(at_home)


def test_the_owners_browser_has_ten_of_its_own_and_no_more(owner, at_home, newest_code):
    at_home.post(SIGN_IN, {"login": owner.email})
    request = stranger()
    request.COOKIES[known_browsers.COOKIE] = at_home.cookies[known_browsers.COOKIE].value
    assert use_up(CODES, owner, number=12, request=request) == 10

    page = at_home.post(CODE, {"code": newest_code()})

    assert "too many wrong codes" in page.content.decode()
    assert use_up(CODES, owner, number=12) == 10


def test_a_browser_is_known_to_the_accounts_that_signed_in_there_only(owner, at_home):
    other = make_user("Otto", email="otto@example.org", password=PASSWORD)
    request = stranger()
    request.COOKIES[known_browsers.COOKIE] = at_home.cookies[known_browsers.COOKIE].value
    assert known_browsers.browser_of(request, owner)
    assert known_browsers.browser_of(request, other) == ""

    at_home.post(SIGN_IN, {"login": other.email, "password": PASSWORD})

    request.COOKIES[known_browsers.COOKIE] = at_home.cookies[known_browsers.COOKIE].value
    assert known_browsers.browser_of(request, other)
    assert known_browsers.browser_of(request, owner)


def test_a_code_and_a_new_password_make_a_browser_known_too(owner, newest_code):
    by_code, by_reset = Client(), Client()
    by_code.post(SIGN_IN, {"login": owner.email})
    assert known_browsers.COOKIE not in by_code.cookies
    by_code.post(CODE, {"code": newest_code()})
    assert known_browsers.COOKIE in by_code.cookies

    by_reset.post(reverse("account_reset_password"), {"email": owner.email})
    by_reset.post(reverse("account_confirm_password_reset_code"), {"code": newest_code()})
    new = {"password1": "three loud red boats", "password2": "three loud red boats"}
    by_reset.post(reverse("account_complete_password_reset"), new)
    assert known_browsers.COOKIE in by_reset.cookies


def test_the_cookie_of_a_known_browser_cannot_be_forged_and_no_script_reads_it(owner, at_home):
    cookie = at_home.cookies[known_browsers.COOKIE]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert cookie["max-age"] > 300 * DAY

    request = stranger()
    for forged in ("", "x", cookie.value[:-1] + "-", f'{{"{owner.pk}": "abc"}}'):
        request.COOKIES[known_browsers.COOKIE] = forged
        assert known_browsers.browser_of(request, owner) == ""


def test_signing_in_keeps_the_id_of_a_browser(owner, at_home):
    before = at_home.cookies[known_browsers.COOKIE].value

    at_home.post(SIGN_IN, {"login": owner.email, "password": PASSWORD})

    ids = []
    for value in (before, at_home.cookies[known_browsers.COOKIE].value):
        request = stranger()
        request.COOKIES[known_browsers.COOKIE] = value
        ids.append(known_browsers.browser_of(request, owner))
    assert ids[0] == ids[1]


def test_a_session_from_before_the_cookie_counts_as_known(owner):
    use_up(PASSWORDS, owner)
    browser = Client()
    browser.force_login(owner)

    answer = browser.post(reverse("account_reauthenticate"), {"password": PASSWORD})

    assert answer.status_code == 302
    assert User.objects.get().pk == owner.pk
