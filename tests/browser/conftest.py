"""A real Chromium with a real server and the demo data.

`visit` and `check` run axe-core on what is new on the page (see `axe.py`). Any error in the
browser's console (a blocked script, a missing file) fails the test. A test that fails leaves a
screenshot of each page and a trace of each person in var/test-failures/. `playwright
show-trace FILE` opens a trace. With `--long`, a trace shows the page at every step too, which
takes a fifth of the time.
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

from . import axe, chromium, joined, sizes

# Playwright's synchronous API runs an event loop in this thread, so Django would refuse to use
# the ORM here. The tests never use it inside the loop.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

PHONE = {"viewport": {"width": 390, "height": 844}, "color_scheme": "light"}
DESKTOP = {"viewport": {"width": 1280, "height": 900}, "color_scheme": "dark"}
on_both_screens = pytest.mark.parametrize("screen", ["phone", "desktop"], indirect=True)
PASSWORD = "circle-demo"
FAILURES = settings.BASE_DIR / "var" / "test-failures"

# Whether scripts and their requests are done: htmx marks elements with a request in progress,
# and two frames give a script that just ran the time to start one.
IS_SETTLED = """
() => new Promise(done => {
  const busy = ".htmx-request, .htmx-swapping, .htmx-settling, .htmx-added";
  const look = () => {
    const moving = document.getAnimations().some(({ playState }) => playState === "running");
    if (document.readyState === "complete" && !moving && !document.querySelector(busy)) done(true);
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
    """The path of the saved database with the demo, once a test has loaded it."""
    return tmp_path_factory.mktemp("demo") / "demo.sqlite3"


@pytest.fixture(scope="session")
def joined_files(tmp_path_factory):
    """The settings for pages with joined files (see `joined.py`)."""
    with joined.served_from(tmp_path_factory.mktemp("static")) as names:
        yield names


@pytest.fixture
def pages_with_joined_files(joined_files, settings):
    for name, value in joined_files.items():
        setattr(settings, name, value)


@pytest.fixture
def demo(transactional_db, demo_file):
    """The briefs and the demo circle."""
    the_demo.load_or_copy(demo_file)


class Person:
    """A person with a browser.

    Args:
        context: the browser context.
        base: the URL of the server.
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
        # A trace with pages looks into every frame by a script. The frame of a preview runs none.
        is_of_trace = "frame is sandboxed" in message.text
        if message.type == "error" and not is_of_trace:
            self.errors.append(f"{self.page.url}: {message.text}")

    def _watch(self, request):
        self.asked.add(request)
        if not request.url.startswith((self.base, "data:", "blob:")):
            self.errors.append(f"asked another host: {request.url}")

    def _unwatch(self, request):
        self.asked.discard(request)

    def visit(self, path):
        """Open a page and check it (see `check`)."""
        self.asked.clear()
        response = self.page.goto(self.base + path)
        self.check()
        return response

    def settle(self):
        """Wait until the page and everything it requested is loaded."""
        self.page.wait_for_load_state()
        with suppress(Error):  # It navigated to another page.
            self.page.evaluate(IS_SETTLED)
        self.page.wait_for_load_state()
        if self.asked:
            with suppress(Error):  # Some requests are held open.
                self.page.wait_for_function(
                    IS_QUIET, arg=next(self._rounds), polling=10, timeout=5_000
                )

    def check(self):
        """Assert that the page has no accessibility fault, and that there was no error so far."""
        self.settle()
        assert self.errors == []
        faults = axe.faults(self.page, self.page.viewport_size["width"])
        assert faults == [], f"{self.page.url}: {faults}"
        overflow = self.page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert overflow <= 0, f"{self.page.url} scrolls sideways by {overflow} px"

    def check_on_both_screens(self):
        """Check the page as on a phone in light mode and on a desktop in dark mode."""
        for screen in (DESKTOP, PHONE):
            self.page.set_viewport_size(screen["viewport"])
            self.page.emulate_media(color_scheme=screen["color_scheme"])
            self.check()

    def faults_in_every_size(self):
        """Check the page, then list what is wrong in each size, and in which."""
        self.check()
        found = {}
        for size in sizes.in_each(self.page):
            self.settle()
            for fault in axe.faults_of_the_screen(self.page) + sizes.misfits(self.page):
                found.setdefault(f"{self.page.url}: {fault}", []).append(size)
        return found

    def faults_on_each_paper(self):
        """Check the page, then list what is wrong on each color of the page, and on which."""
        self.check()
        found = {}
        for paper in sizes.on_each_paper(self.page):
            self.settle()
            faults = axe.faults_of_the_screen(self.page, is_strict="contrast" in paper)
            for fault in faults:
                found.setdefault(f"{self.page.url}: {fault}", []).append(paper)
        return found

    def sign_in(self, email):
        """Sign in with the form, as people do."""
        self.page.goto(self.base + "/accounts/login/")
        self.page.get_by_label("email address").fill(email)
        self.page.get_by_text("Use a password instead").click()
        self.page.get_by_label("Password").fill(PASSWORD)
        self.page.keyboard.press("Enter")
        self.page.locator("#account-nav", has_text="Sign out").wait_for(state="attached")
        self.settle()

    def open_menu(self):
        """Open the main menu, which a narrow window folds into a button."""
        button = self.page.get_by_role("button", name="Menu")
        if button.is_visible():
            button.click()

    def be_signed_in(self, email):
        """Be signed in at once, without the form."""
        client = Client()
        client.force_login(User.objects.get(email=email))
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        cookie = {"name": settings.SESSION_COOKIE_NAME, "value": session, "url": self.base}
        self.context.add_cookies([cookie])


@pytest.fixture(params=["phone", pytest.param("desktop", marks=pytest.mark.long)])
def screen(request):
    """A phone in light mode; with `--long` a desktop in dark mode too.

    A test whose page is arranged differently on a desktop asks for `on_both_screens`.
    """
    return PHONE if request.param == "phone" else DESKTOP


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    if report.when == "call":
        item.failed_in_browser = report.failed
    return report


@pytest.fixture
def contexts(request, browser):
    """Makes browser contexts, and saves screenshots and traces if the test fails."""
    made = []
    with_pages = request.config.getoption("--long")

    # A device that keeps a brief asks for all of its pages: only tests of that wait for it.
    keeps = request.node.get_closest_marker("service_worker")

    def make(**options):
        context = browser.new_context(service_workers="allow" if keeps else "block", **options)
        context.set_default_timeout(10_000)
        context.tracing.start(screenshots=with_pages, snapshots=with_pages)
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
def someone(contexts, live_server, demo, pages_with_joined_files, screen):
    """Makes people with browsers of their own: `someone("member@example.org")`."""

    def arrive(email=None, **options):
        person = Person(contexts(**screen, **options), live_server.url)
        if email:
            person.be_signed_in(email)
        return person

    return arrive
