"""The scripts about what a browser keeps of a person, by themselves in a real browser."""

import json

import pytest

pytestmark = pytest.mark.service_worker

PAGES = {
    "/ann/": '<!doctype html><html data-user="7">',
    "/ben/": '<!doctype html><html data-user="8">',
    "/nobody/": "<!doctype html><html data-visitor>",
    "/same-for-all/": "<!doctype html><html>",
}
BODY = """<body><main></main><p data-unsent-here hidden>Not sent.</p>
  <form data-keep-draft="wish"><textarea name="text"></textarea></form>
  <script type="module" src="/static/js/who-is-here.js"></script>
  <script type="module" src="/static/js/keep-draft.js"></script>"""
WEEK = 7 * 24 * 3600 * 1000

WAITS = {"subject": {"kind": "note", "id": "n"}, "method": "PUT", "url": "/n/", "fields": {}}
OF_ANN = {
    "live:7:12:told": {"revision": 1},
    "live:7:12:queue:000000000000001": WAITS,
    "evening:7:13:queue:000000000000002": WAITS,
    "live:7:12:queue:broken": None,
    "live:7:12:trouble:000000000000003": {"entry": WAITS, "status": 409},
    "live:7:12:typing": "Half a thou",
    "live:7:12:changing:n": " ",
    "live:7:12:action-form": {"text": "", "due_on": "2026-12-01"},
    "draft:7:meeting-2": {"texts": {"text": "A title"}, "sent": False, "at": 1},
}
OF_BEN = {
    "live:8:12:told": {"revision": 1},
    "live:8:12:queue:000000000000004": WAITS,
    "draft:8:meeting-2": {"texts": {"text": "Another"}, "sent": False, "at": 1},
}


@pytest.fixture
def tablet(browser, live_server):
    """A browser whose pages load nothing but the scripts. `answers` has the pages that the server
    would give, and `loaded` the paths that were asked for."""
    context = browser.new_context(base_url=live_server.url)
    context.set_default_timeout(10_000)
    context.loaded, context.answers = [], dict(PAGES)

    def answer(route):
        path = route.request.url.removeprefix(live_server.url)
        context.loaded.append(path)
        route.fulfill(
            content_type="text/html", body=f"<!doctype html>{context.answers[path]}{BODY}"
        )

    for path in PAGES:
        context.route(f"**{path}", answer)
    yield context
    context.close()


def keep(page, kept):
    """Put values into local storage."""
    page.evaluate(
        """(kept) => Object.entries(kept).forEach(
          ([key, value]) => localStorage.setItem(key, JSON.stringify(value)))""",
        kept,
    )


def kept(page):
    keys = page.evaluate("Object.keys(localStorage)")
    return {key for key in keys if key not in ("person", "text-size", "spacing", "paper")}


def run(page, body):
    """Run the body of an async function that has `kept`, the module kept-here.js."""
    script = f'async () => {{ const kept = await import("/static/js/kept-here.js"); {body} }}'
    return page.evaluate(script)


def visit(context, path, page=None):
    page = page or context.new_page()
    page.goto(path)
    return page


def test_what_is_only_here_is_counted_and_discarded_by_person(tablet):
    page = visit(tablet, "/same-for-all/")
    keep(page, OF_ANN | OF_BEN)

    counted = run(page, "return [kept.unsentOf('7'), kept.waitingPlaces('7').sort()];")
    run(page, "kept.forgetTyped('7');")

    assert counted == [{"waiting": 2, "unfinished": 3}, ["12", "13"]]
    assert kept(page) == set(OF_BEN)


def test_copies_of_live_pages_go_after_four_weeks(tablet):
    """The circle may have deleted the notes since."""
    page = visit(tablet, "/same-for-all/")
    [old, new] = page.evaluate(
        "weeks => weeks.map(number => new Date(Date.now() - number).toISOString())",
        [4 * WEEK + 1, 3 * WEEK],
    )
    keep(page, {"live:7:12:told": {"now": old}, "live:7:13:told": {"now": new}})
    page.evaluate(
        """async (dates) => {
          const cache = await caches.open("live-7");
          for (const [path, date] of Object.entries(dates)) {
            await cache.put(path, new Response("notes", { headers: { date } }));
          }
        }""",
        {"/12/": old, "/13/": new, "/static/js/live.js": old},
    )

    visit(tablet, "/ann/", page)

    left = "caches.open('live-7').then(it => it.keys()).then(it => String(it.map(one => one.url)))"
    page.wait_for_function(f"{left}.then(urls => !urls.includes('/12/'))")
    assert [url.rpartition("/")[0][-3:] for url in page.evaluate(left).split(",")] == ["/13", "/js"]
    assert {key for key in kept(page) if key.endswith(":told")} == {"live:7:13:told"}


@pytest.mark.parametrize(
    ("path", "left"), [("/ann/", ["live-7"]), ("/ben/", ["live-8"]), ("/nobody/", [])]
)
def test_copies_stay_only_while_their_person_is_signed_in(tablet, path, left):
    page = visit(tablet, "/same-for-all/")
    fresh = {"at": page.evaluate("Date.now()")}
    keep(page, OF_ANN | OF_BEN | {"draft:7:meeting-2": fresh, "draft:8:meeting-2": fresh})
    page.evaluate(
        "Promise.all(['live-7', 'live-8', 'evening-7', 'other'].map(name => caches.open(name)))"
    )

    visit(tablet, path, page)

    wanted = [*(["evening-7"] if path == "/ann/" else []), *left, "other"]
    page.wait_for_function(
        "async (wanted) => String((await caches.keys()).sort()) === String(wanted)",
        arg=sorted(wanted),
    )
    told = {f"live:{name[-1]}:12:told" for name in left}
    assert {key for key in kept(page) if key.endswith(":told")} == told
    typed = {key for key in OF_ANN | OF_BEN if not key.endswith(":told")}
    assert typed <= kept(page)
    assert page.locator("[data-unsent-here]").is_visible() == (path == "/nobody/")


def test_another_tab_of_who_signed_out_is_loaded_again(tablet):
    anns, other = visit(tablet, "/ann/"), visit(tablet, "/ann/")
    tablet.loaded.clear()

    # The session ended by itself: nothing is taken away from under its writer.
    visit(tablet, "/nobody/", other)
    visit(tablet, "/ann/", other)
    assert tablet.loaded == ["/nobody/", "/ann/"]
    tablet.answers["/ann/"] = PAGES["/nobody/"]
    with anns.expect_navigation():
        other.evaluate("sessionStorage.setItem('signed-out', '1')")
        visit(tablet, "/nobody/", other)

    assert tablet.loaded[2:] == ["/nobody/", "/ann/"]


def test_another_tab_is_loaded_again_when_someone_else_signs_in(tablet):
    anns, other = visit(tablet, "/ann/"), tablet.new_page()
    tablet.loaded.clear()

    tablet.answers["/ann/"] = PAGES["/ben/"]
    with anns.expect_navigation():
        visit(tablet, "/ben/", other)

    assert tablet.loaded == ["/ben/", "/ann/"]


def test_a_page_that_the_browser_kept_for_back_is_loaded_again_for_another_person(tablet):
    anns, other = visit(tablet, "/ann/"), tablet.new_page()
    back = "dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))"
    tablet.loaded.clear()

    anns.evaluate(back)
    visit(tablet, "/nobody/", other)
    tablet.answers["/ann/"] = PAGES["/nobody/"]
    with anns.expect_navigation():
        anns.evaluate(back)

    assert tablet.loaded == ["/nobody/", "/ann/"]


def test_a_draft_comes_back_for_its_writer_for_four_weeks(tablet):
    page = visit(tablet, "/nobody/")
    now = page.evaluate("Date.now()")
    draft = {"texts": {"text": "Half a wish"}, "sent": False}
    keep(
        page,
        {
            "draft:7:wish": draft | {"at": now - 3 * WEEK},
            "draft:7:old": draft | {"at": now - 5 * WEEK},
            "draft:7:of-an-earlier-version": draft,
        },
    )

    bens = visit(tablet, "/ben/", page).locator("textarea").input_value()
    anns = visit(tablet, "/ann/", page).locator("textarea").input_value()

    assert (bens, anns) == ("", "Half a wish")
    assert kept(page) == {"draft:7:wish", "draft:7:of-an-earlier-version"}
    undated = json.loads(page.evaluate("localStorage['draft:7:of-an-earlier-version']"))
    assert undated["at"] >= now
