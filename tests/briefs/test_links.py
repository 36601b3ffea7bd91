"""Outside links of a brief are tested if the operator allows it, and only on the open internet."""

import socket
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import StringIO
from threading import Event, Thread

import pytest
from django.contrib.auth.models import Permission
from django.core.management import CommandError, call_command

from briefs.links import check, visit
from briefs.links.check import findings_of_links
from briefs.links.visit import DEAD, MOVED, OK, UNKNOWN, Answer
from briefs.models import CallToAction, HelpLine, LinkCheck, Section
from operations import worker
from tests.factories import make_figure, make_section, make_source, make_user

# What a site answers: {path: (status, where it redirects to)}.
PAGES = {
    "/": (200, ""),
    "/gone": (404, ""),
    "/old": (301, "/new"),
    "/new": (200, ""),
    "/for-now": (302, "/"),
    "/moved-away": (301, "/gone"),
    "/shut": (403, ""),
    "/busy": (503, ""),
    "/round": (302, "/round"),
    "/get-only": (200, ""),
    "/inside": (302, "http://127.0.0.1/admin"),
    "/metadata": (301, "http://169.254.169.254/latest/"),
    "/no-place": (302, ""),
}


class Site(BaseHTTPRequestHandler):
    """A site that answers by `PAGES`, or not at all."""

    asked: list = []
    leave = Event()

    def do_HEAD(self):
        self.answer("HEAD")

    def do_GET(self):
        self.answer("GET")

    def answer(self, method):
        self.asked.append((method, self.path, dict(self.headers)))
        if self.path == "/hangs":
            self.leave.wait(20)
            return
        if self.path == "/drips":
            self.drip()
            return
        status, leads_to = PAGES[self.path.split("?")[0]]
        if self.path == "/get-only" and method == "HEAD":
            status = 405
        self.send_response(status)
        if leads_to:
            self.send_header("Location", leads_to)
        self.send_header("Set-Cookie", "seen=1")
        self.end_headers()

    def drip(self):
        """Send a letter at a time, so that no timeout of a socket ever comes."""
        with suppress(OSError):
            while not self.leave.wait(0.01):
                self.wfile.write(b"H")
                self.wfile.flush()

    def log_message(self, *_args):
        pass


@pytest.fixture
def site(monkeypatch):
    """A site at any name that ends in “.test”, and no way to any other."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    Site.asked, Site.leave = [], Event()
    Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    look_up = visit.addresses_of

    def addresses_of(host, port):
        return [server.server_address] if host.endswith(".test") else look_up(host, port)

    monkeypatch.setattr(visit, "addresses_of", addresses_of)
    yield Site
    Site.leave.set()
    server.shutdown()
    server.server_close()


@pytest.fixture
def on(settings):
    settings.CHECK_LINKS = True


# --- One address ---


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("", Answer(OK, "", 200)),
        ("/gone", Answer(DEAD, "status", 404)),
        ("/old", Answer(MOVED, "", 200, "http://water.test/new")),
        ("/for-now", Answer(OK, "", 200)),
        ("/moved-away", Answer(DEAD, "status", 404)),
        ("/shut", Answer(UNKNOWN, "status", 403)),
        ("/busy", Answer(UNKNOWN, "status", 503)),
        ("/round", Answer(UNKNOWN, "loop")),
        ("/get-only", Answer(OK, "", 200)),
        ("/no-place", Answer(UNKNOWN, "status", 302)),
        ("/inside", Answer(UNKNOWN, "private")),
        ("/metadata", Answer(UNKNOWN, "private")),
        ("/?q=ä b", Answer(OK, "", 200)),
    ],
)
def test_what_is_found_at_an_address(site, path, found):
    assert visit.visit(f"http://water.test{path}") == found


@pytest.mark.parametrize(
    "url",
    [
        "http://",
        "http://water.test:99999/",
        "http://water.test:22/",
        "http://[::1/",
        "http://" + "a" * 70 + ".test" * 500,
        "ftp://water.test/",
    ],
)
def test_an_odd_address_is_not_asked(site, url):
    assert visit.visit(url) == Answer(UNKNOWN, "odd")
    assert site.asked == []


@pytest.mark.parametrize(
    "url",
    [
        *("http://127.0.0.1/", "http://localhost/", "http://2130706433/", "http://[::1]:8080/"),
        *("http://10.1.2.3/", "http://192.168.0.1/", "http://172.16.0.1/", "http://100.64.0.1/"),
        *("http://169.254.169.254/", "http://0.0.0.0/", "http://[fe80::1]/", "http://[fc00::1]/"),
        *("http://[::ffff:127.0.0.1]/", "http://[64:ff9b::7f00:1]/", "http://[2002:7f00:1::]/"),
        *("http://224.0.0.1/", "http://[fec0::1]/", "http://[::]/", "http://[::127.0.0.1]/"),
    ],
)
def test_no_private_address_is_asked(url, monkeypatch):
    def connect(*_args, **_options):
        raise AssertionError("a connection was opened")

    monkeypatch.setattr(socket, "create_connection", connect)

    assert visit.visit(url) == Answer(UNKNOWN, "private")


@pytest.mark.parametrize("host", ["93.184.216.34", "2606:2800:220:1::1", "64:ff9b::5db8:d822"])
def test_addresses_on_the_open_internet_are_public(host):
    assert visit.is_public(host)


def test_a_name_with_one_private_address_is_not_asked(monkeypatch):
    found = [(0, 0, 0, "", (host, 80)) for host in ("93.184.216.34", "10.0.0.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_options: found)

    assert visit.visit("http://water.test/") == Answer(UNKNOWN, "private")


@pytest.mark.parametrize(
    ("number", "found"),
    [
        (socket.EAI_NONAME, Answer(DEAD, "name")),
        (socket.EAI_AGAIN, Answer(UNKNOWN, "name")),
    ],
)
def test_a_name_that_does_not_exist_is_dead_and_one_that_cannot_be_looked_up_is_not(
    number, found, monkeypatch
):
    def look_up(*_args, **_options):
        raise socket.gaierror(number, "no")

    monkeypatch.setattr(socket, "getaddrinfo", look_up)

    assert visit.visit("http://water.test/") == found


@pytest.mark.parametrize("path", ["/hangs", "/drips"])
def test_a_site_that_takes_too_long_could_not_be_checked(site, path, monkeypatch):
    monkeypatch.setattr(visit, "PATIENCE", 0.3)

    assert visit.visit(f"http://water.test{path}") == Answer(UNKNOWN, "slow")


def test_a_site_without_a_certificate_could_not_be_checked(site):
    assert visit.visit("https://water.test/") == Answer(UNKNOWN, "certificate")


def test_a_site_learns_that_a_link_is_checked_and_nothing_of_readers(site, settings):
    visit.visit("http://water.test/for-now")

    assert [(method, path) for method, path, _headers in site.asked] == [
        ("HEAD", "/for-now"),
        ("HEAD", "/"),
    ]
    for _method, _path, headers in site.asked:
        assert set(headers) == {"Host", "User-Agent", "Accept", "Accept-Encoding", "Connection"}
        assert settings.SITE_URL in headers["User-Agent"]


def test_the_pages_of_one_site_are_asked_one_after_the_other(site):
    urls = [f"http://water.test/?{number}" for number in range(5)]

    assert visit.visit_all([*urls, "http://rain.test/"], seconds=20).keys() == {
        *urls,
        "http://rain.test/",
    }
    of_one = [path for _method, path, headers in site.asked if headers["Host"] == "water.test"]
    assert of_one == [f"/?{number}" for number in range(5)]


def test_what_is_not_reached_in_time_is_left(site, monkeypatch):
    monkeypatch.setattr(visit, "PATIENCE", 5)
    urls = ["http://water.test/hangs", "http://water.test/", "http://rain.test/"]

    assert visit.visit_all(urls, seconds=0.5).keys() == {"http://rain.test/"}


# --- The links of a brief ---


@pytest.fixture
def wells(brief):
    """A section with a link, and a link in each other kind of part."""
    section = make_section(
        brief, slug="wells", heading="The wells", body="See [here](http://water.test/gone#top)."
    )
    make_source(brief, title="Annual report", url="http://water.test/gone")
    make_figure(section, kind="video", title="A film", url="http://water.test/old")
    HelpLine.objects.create(
        brief=brief, slug="help", name="Water line", when="Now", url="http://water.test/"
    )
    CallToAction.objects.create(
        brief=brief, slug="ask", step="measure", text="Ask [them](http://water.test/shut)."
    )
    brief.about = "From [a friend](http://water.test/get-only), see [the wells](#wells)."
    brief.save()
    return section


def test_each_link_that_needs_a_look_is_told_with_its_places(site, wells, brief, on):
    assert findings_of_links(brief) == []
    assert LinkCheck.objects.ask(brief)
    assert not LinkCheck.objects.ask(brief)

    worker.look()

    gone, moved, shut = findings_of_links(brief)
    assert (gone.state, gone.url, gone.what) == (
        DEAD,
        "http://water.test/gone",
        "The page is gone (404).",
    )
    assert list(map(str, gone.places)) == ["Source “Annual report”", "Section “The wells”"]
    assert (moved.state, list(map(str, moved.places))) == (MOVED, ["Figure “A film”"])
    assert "http://water.test/new" in moved.what
    assert (shut.state, list(map(str, shut.places))) == (UNKNOWN, ["Call to action “Ask them.”"])


def test_a_link_that_was_fixed_is_no_longer_found(site, wells, brief, on):
    LinkCheck.objects.ask(brief)
    worker.look()
    Section.objects.filter(pk=wells.pk).update(body="No link.")

    assert list(map(str, findings_of_links(brief)[0].places)) == ["Source “Annual report”"]


def test_nothing_is_asked_unless_the_operator_allows_it(site, wells, brief):
    LinkCheck.objects.ask(brief)
    worker.look()
    with pytest.raises(CommandError, match="CHECK_LINKS=1"):
        call_command("check_links")

    assert site.asked == []


def test_the_worker_goes_on_in_the_next_round_and_gives_up_in_the_end(
    site, wells, brief, on, monkeypatch
):
    monkeypatch.setattr(check, "visit_all", lambda urls, *, seconds: {})
    monkeypatch.setattr(check, "MOST_ROUNDS", 2)
    LinkCheck.objects.ask(brief)
    worker.look()
    assert LinkCheck.objects.get().is_waiting

    worker.look()

    assert not LinkCheck.objects.get().is_waiting
    assert {finding.answer.why for finding in findings_of_links(brief)} == {"time"}


def test_an_error_ends_the_check_and_not_the_round(brief, on, monkeypatch):
    def break_down(_content):
        raise ValueError("odd")

    monkeypatch.setattr(check, "links_of", break_down)
    LinkCheck.objects.ask(brief)

    worker.look()

    assert not LinkCheck.objects.get().is_waiting


def test_two_workers_never_test_the_same_brief_at_once(brief, on):
    LinkCheck.objects.ask(brief)

    assert LinkCheck.objects.claim() and not LinkCheck.objects.claim()


def test_a_check_that_was_asked_for_again_begins_anew(site, wells, brief, on):
    LinkCheck.objects.ask(brief)
    running = LinkCheck.objects.claim()
    LinkCheck.objects.get().begin()

    running.keep({"http://water.test/": ["ok", "", 200, ""]}, is_finished=True)

    assert LinkCheck.objects.get().results == {}


def test_the_command_tells_what_is_dead(site, wells, brief, on):
    told = StringIO()
    with pytest.raises(SystemExit):
        call_command("check_links", brief.slug, stdout=told)

    assert f"{brief.slug}: links: 5, to look at: 3." in told.getvalue()
    assert "Source “Annual report”, Section “The wells”" in told.getvalue()
    with pytest.raises(CommandError, match="no brief “nowhere”"):
        call_command("check_links", "nowhere")


# --- The editors' page ---


@pytest.fixture
def editor(client, editor):
    client.force_login(editor)
    return editor


def test_an_editor_asks_for_a_check_and_sees_what_it_found(client, editor, site, wells, brief, on):
    page = f"/admin/briefs/brief/{brief.pk}/links/"
    assert "No one has checked them yet." in client.get(page).text

    asked = client.post(page, follow=True).text
    assert "We’re checking the links." in asked and "Reload this page" in asked
    worker.look()

    found = client.get(page).text
    assert "Worth a look" in found and "Section “The wells”" in found
    assert "Links to fix: 2" in client.get(f"/admin/briefs/brief/{brief.pk}/change/").text


def test_an_editor_asks_for_several_briefs_at_once(client, editor, brief, on):
    form = {"action": "check_links", "_selected_action": [brief.pk]}

    page = client.post("/admin/briefs/brief/", form, follow=True)

    assert [str(message) for message in page.context["messages"]] == [
        "We’re checking the links of 1 brief. Its page says what we find."
    ]
    assert LinkCheck.objects.get().is_waiting


def test_where_it_is_off_the_page_says_so_and_there_is_no_action(client, editor, wells, brief):
    page = f"/admin/briefs/brief/{brief.pk}/links/"

    assert "Checking links is off on this site." in client.get(page).text
    assert "Checking links is off" in client.post(page, follow=True).text
    assert "check_links" not in client.get("/admin/briefs/brief/").text
    assert not LinkCheck.objects.exists()


def test_only_who_may_change_briefs_asks_for_a_check(client, brief, on):
    page = f"/admin/briefs/brief/{brief.pk}/links/"
    viewer = make_user(is_staff=True)
    client.force_login(viewer)
    assert client.get(page).status_code == 403
    viewer.user_permissions.add(Permission.objects.get(codename="view_brief"))
    assert client.get(page).status_code == 200
    assert client.post(page).status_code == 403
    assert client.get("/admin/briefs/brief/999/links/").status_code == 404
