"""A real Chromium against a real server, with the demo loaded.

Every page that a test opens through `visit` is checked with axe-core, and any error in the
browser's console (a blocked script, a missing file) fails the test.
"""

import os

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.core.management import call_command
from playwright.sync_api import sync_playwright

from . import chromium

# Playwright's synchronous API runs an event loop in this thread; the ORM is used beside it,
# never inside it.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1280, "height": 900}
PASSWORD = "circle-demo"


@pytest.fixture(scope="session")
def browser():
    path = chromium.find()
    if path is None:
        pytest.fail("No Chromium: run `make test`, which finds or installs one.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def demo(transactional_db):
    """The two briefs and the demo circle."""
    fixtures = sorted((settings.BASE_DIR / "fixtures").glob("*.yaml"))
    call_command("loaddata", *map(str, fixtures), verbosity=0)
    call_command("demo", verbosity=0)


class Person:
    """Someone at a browser: opens pages as one of the three users would.

    Args:
        context: the browser context to act in.
        base: where the server is.
    """

    def __init__(self, context, base):
        self.base = base
        self.page = context.new_page()
        self.errors = []
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("console", self._hear)
        self.page.on("request", self._watch)

    def _hear(self, message):
        if message.type == "error":
            self.errors.append(f"{self.page.url}: {message.text}")

    def _watch(self, request):
        if not request.url.startswith((self.base, "data:", "blob:")):
            self.errors.append(f"asked another host: {request.url}")

    def visit(self, path):
        """Open a page, and hold it to axe-core."""
        response = self.page.goto(self.base + path)
        self.check()
        return response

    def check(self):
        """Whatever stands on the screen now: no accessibility fault, no error so far."""
        self.page.wait_for_load_state("networkidle")
        assert self.errors == []
        results = Axe().run(self.page, options={"preload": False})
        faults = [
            f"{fault['id']}: {fault['help']} at "
            + ", ".join(str(node["target"]) for node in fault["nodes"][:3])
            for fault in results.response["violations"]
        ]
        assert faults == [], f"{self.page.url}: {faults}"
        overflow = self.page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert overflow <= 0, f"{self.page.url} scrolls sideways by {overflow} px"

    def sign_in(self, email):
        self.page.goto(self.base + "/accounts/login/")
        self.page.get_by_label("E-mail").fill(email)
        self.page.get_by_text("Sign in with a password instead").click()
        self.page.get_by_label("Password").fill(PASSWORD)
        self.page.keyboard.press("Enter")
        self.page.get_by_role("link", name="Sign out").wait_for()
        self.page.wait_for_load_state("networkidle")


@pytest.fixture(params=["phone", "desktop"])
def screen(request):
    """A phone by day, and a desktop in the evening: contrast is measured in both lights."""
    if request.param == "phone":
        return {"viewport": PHONE, "color_scheme": "light"}
    return {"viewport": DESKTOP, "color_scheme": "dark"}


@pytest.fixture
def someone(browser, live_server, demo, screen):
    """Makes people at browsers of their own: `someone("member@example.org")`."""
    contexts = []

    def arrive(email=None, **options):
        context = browser.new_context(**screen, **options)
        context.set_default_timeout(10_000)
        contexts.append(context)
        person = Person(context, live_server.url)
        if email:
            person.sign_in(email)
        return person

    yield arrive
    for context in contexts:
        context.close()
