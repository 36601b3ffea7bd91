"""A real Chromium against a real server, with the demo loaded.

Every page that a test opens through `visit` or holds by `check` is checked with axe-core where
it shows something new (`axe.py` says what that is), and any error in the browser's console (a
blocked script, a missing file) fails the test. A test that fails leaves a picture of each page
and a trace of each person in var/test-failures/; `playwright show-trace FILE` opens one.
"""

import os
import re
from contextlib import suppress
from itertools import count

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Error, sync_playwright

from accounts.models import User
from tests import demo as the_demo

from . import axe, chromium

# Playwright's synchronous API runs an event loop in this thread; the ORM is used beside it,
# never inside it.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

PHONE = {"viewport": {"width": 390, "height": 844}, "color_scheme": "light"}
DESKTOP = {"viewport": {"width": 1280, "height": 900}, "color_scheme": "dark"}
PASSWORD = "circle-demo"
FAILURES = settings.BASE_DIR / "var" / "test-failures"

# The scripts have run and what they asked for is drawn: htmx marks what it is busy with, and
# two frames let a script that has just run ask for more.
IS_SETTLED = """
() => new Promise(done => {
  const busy = ".htmx-request, .htmx-swapping, .htmx-settling, .htmx-added";
  const look = () => {
    if (document.readyState === "complete" && !document.querySelector(busy)) done(true);
    else setTimeout(look, 10);
  };
  setTimeout(look, 35);
})
"""

# Whether all that was asked for is here, as the test hears of it; asked anew in each round.
IS_QUIET = """
round => {
  window.countOpenRequests().then(number => { if (!number) window.quietIn = round; });
  return window.quietIn === round;
}
"""


@pytest.fixture(scope="session")
def browser():
    path = chromium.find()
    if path is None:
        pytest.fail("No Chromium: run `make test`, which finds or installs one.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def demo_file(tmp_path_factory):
    """Where the database with the demo is kept, once one test has loaded it."""
    return tmp_path_factory.mktemp("demo") / "demo.sqlite3"


@pytest.fixture
def demo(transactional_db, demo_file):
    """The briefs and the demo circle."""
    the_demo.load_or_copy(demo_file)


class Person:
    """Someone at a browser: opens pages as one of the three users would.

    Args:
        context: the browser context to act in.
        base: where the server is.
    """

    def __init__(self, context, base):
        self.context, self.base = context, base
        self.page = context.new_page()
        self.errors = []
        self.asked = set()
        self._rounds = count(1)
        self.page.expose_function("countOpenRequests", lambda: len(self.asked))
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("console", self._hear)
        self.page.on("request", self._watch)
        self.page.on("requestfinished", self._unwatch)
        self.page.on("requestfailed", self._unwatch)

    def _hear(self, message):
        if message.type == "error":
            self.errors.append(f"{self.page.url}: {message.text}")

    def _watch(self, request):
        self.asked.add(request)
        if not request.url.startswith((self.base, "data:", "blob:")):
            self.errors.append(f"asked another host: {request.url}")

    def _unwatch(self, request):
        self.asked.discard(request)

    def visit(self, path):
        """Open a page, and hold it to axe-core."""
        self.asked.clear()
        response = self.page.goto(self.base + path)
        self.check()
        return response

    def settle(self):
        """Wait until the page and all that it asked for are here."""
        self.page.wait_for_load_state()
        with suppress(Error):  # It went on to another page.
            self.page.evaluate(IS_SETTLED)
        self.page.wait_for_load_state()
        if self.asked:
            with suppress(Error):  # Some requests are held open.
                self.page.wait_for_function(
                    IS_QUIET, arg=next(self._rounds), polling=10, timeout=5_000
                )

    def check(self):
        """Whatever stands on the screen now: no accessibility fault, no error so far."""
        self.settle()
        assert self.errors == []
        faults = axe.faults(self.page, self.page.viewport_size["width"])
        assert faults == [], f"{self.page.url}: {faults}"
        overflow = self.page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert overflow <= 0, f"{self.page.url} scrolls sideways by {overflow} px"

    def check_on_both_screens(self):
        """As a phone by day shows it, and as a desktop does in the evening."""
        for screen in (DESKTOP, PHONE):
            self.page.set_viewport_size(screen["viewport"])
            self.page.emulate_media(color_scheme=screen["color_scheme"])
            self.check()

    def sign_in(self, email):
        """By the form, as people do it."""
        self.page.goto(self.base + "/accounts/login/")
        self.page.get_by_label("E-mail").fill(email)
        self.page.get_by_text("Sign in with a password instead").click()
        self.page.get_by_label("Password").fill(PASSWORD)
        self.page.keyboard.press("Enter")
        self.page.get_by_role("link", name="Sign out").wait_for()
        self.settle()

    def be_signed_in(self, email):
        """At once, without the form."""
        client = Client()
        client.force_login(User.objects.get(email=email))
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        cookie = {"name": settings.SESSION_COOKIE_NAME, "value": session, "url": self.base}
        self.context.add_cookies([cookie])


@pytest.fixture(params=["phone", "desktop"])
def screen(request):
    """A phone by day, and a desktop in the evening: contrast is measured in both lights."""
    return PHONE if request.param == "phone" else DESKTOP


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    if report.when == "call":
        item.failed_in_browser = report.failed
    return report


@pytest.fixture
def contexts(request, browser):
    """Makes browser contexts, and keeps what they show where the test fails."""
    made = []

    def make(**options):
        context = browser.new_context(**options)
        context.set_default_timeout(10_000)
        context.tracing.start(screenshots=True, snapshots=True)
        made.append(context)
        return context

    yield make
    has_failed = getattr(request.node, "failed_in_browser", False)
    name = re.sub(r"\W+", "-", request.node.nodeid.partition("::")[2]).strip("-")
    for number, context in enumerate(made, 1):
        if has_failed:
            keep_what_it_shows(context, FAILURES / f"{name}-{number}")
        context.close()


def keep_what_it_shows(context, path):
    path.parent.mkdir(parents=True, exist_ok=True)
    for at, page in enumerate(context.pages, 1):
        with suppress(Error):
            page.screenshot(path=f"{path}-page-{at}.png", timeout=5_000)
    with suppress(Error):
        context.tracing.stop(path=f"{path}-trace.zip")


@pytest.fixture
def someone(contexts, live_server, demo, screen):
    """Makes people at browsers of their own: `someone("member@example.org")`."""

    def arrive(email=None, **options):
        person = Person(contexts(**screen, **options), live_server.url)
        if email:
            person.be_signed_in(email)
        return person

    return arrive
