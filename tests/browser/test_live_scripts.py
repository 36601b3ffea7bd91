"""The core of the live page's scripts, by itself in a real browser: moves, queue and state."""

import json
from pathlib import Path

import pytest

pytestmark = pytest.mark.service_worker

CASES = json.loads((Path(__file__).parents[1] / "live_moves.json").read_text(encoding="utf-8"))
SCRIPTS = "/static/js/live/"
PAGE = "/live-scripts/"
STATE = {
    "revision": 3,
    "now": "2026-01-15T19:00:00+00:00",
    "notes": [],
    "agenda": {
        "started_at": None,
        "ended_at": None,
        "ends_at": None,
        "showing": "",
        "items": [
            {
                "id": number,
                "kind": "other",
                "section": "",
                "minutes": 10,
                "extra": 0,
                "used": 0,
                "deferred": False,
                "turns": [],
                "opened_at": None,
                "closed_at": None,
            }
            for number in (1, 2, 3, 4)
        ],
    },
    "attendance": [],
    "actions": [],
}
DATA = {
    "user": 7,
    "meeting": 12,
    "run": "/wire/run/",
    "notes": "/wire/notes/",
    "actions": "/wire/actions/",
    "sections": [],
    "kinds": [],
    "beside": [],
    "names": ["Marisol", "Vega"],
    "words": {},
    "state": STATE,
}


class Wire:
    """Takes the place of the server: records requests, and gives responses.

    `answers` has the responses in order: (status, data), or None for no network. After
    those, every response is 200 and {}.
    """

    def __init__(self):
        self.sent, self.answers = [], []

    def answer(self, route):
        request = route.request
        self.sent.append((request.method, request.url.split("/wire/")[1], request.post_data or ""))
        answer = self.answers.pop(0) if self.answers else (200, {})
        if answer is None:
            route.abort()
            return
        status, data = answer
        route.fulfill(status=status, content_type="application/json", body=json.dumps(data))


@pytest.fixture
def wire():
    return Wire()


@pytest.fixture
def page(browser, live_server, wire):
    """A page with the data of a meeting and nothing else, so that nothing is drawn."""
    data = f'<script id="live-data" type="application/json">{json.dumps(DATA)}</script>'
    context = browser.new_context(base_url=live_server.url)
    context.set_default_timeout(10_000)
    context.route(
        f"**{PAGE}",
        lambda route: route.fulfill(
            content_type="text/html", body=f"<!doctype html><div data-live></div>{data}"
        ),
    )
    context.route("**/wire/**", wire.answer)
    page = context.new_page()
    page.goto(PAGE)
    yield page
    context.close()


def run(page, body, argument=None):
    """Run the body of an async function that has `queue`, `state`, `moves` and `argument`."""
    script = f"""async (argument) => {{
        const [queue, state, moves] = await Promise.all(
          ["queue", "state", "moves"].map((name) => import(`{SCRIPTS}${{name}}.js`)));
        const sent = () => new Promise((resolve, reject) => {{
          const look = () => queue.entries().length === 0 && resolve();
          queue.onChange(look);
          look();
          setTimeout(() => reject(new Error("It is still waiting.")), 10_000);
        }});
        {body}
    }}"""
    return page.evaluate(script, argument)


def test_the_moves_do_on_the_page_what_the_table_says(page):
    body = """
      const start = Date.parse("2026-01-15T19:00:00Z");
      return argument.cases.map(({ moves: made }) => {
        const agenda = structuredClone(argument.agenda);
        for (const move of made) {
          const at = new Date(start + move.at * 60_000).toISOString();
          moves.makeMove(agenda, { ...move, at });
        }
        const { items } = agenda;
        const open = moves.openItem(agenda);
        const numbers = (holds) => items.filter(holds).map(({ id }) => id);
        return {
          started: (Date.parse(agenda.started_at) - start) / 60_000,
          ended: agenda.ended_at !== null,
          showing: agenda.showing,
          open: open?.id ?? null,
          next: open ? moves.itemAfter(agenda, open)?.id ?? null : null,
          opened: numbers((item) => item.opened_at),
          closed: numbers((item) => item.closed_at),
          deferred: numbers((item) => item.deferred),
          used: items.map(({ used }) => used),
          extra: items.map(({ extra }) => extra),
          turns: open?.turns ?? [],
        };
      });
    """
    found = run(page, body, {"cases": CASES, "agenda": STATE["agenda"]})

    wrong = {
        case["case"]: state
        for case, state in zip(CASES, found, strict=True)
        if {name: state[name] for name in case["then"]} != case["then"]
    }
    assert wrong == {}


def test_what_an_earlier_version_kept_is_shown_and_sent_in_its_order(page, wire):
    kept = [
        {
            "subject": "note:n1",
            "method": "PUT",
            "url": "/wire/notes/n1/",
            "fields": {"text": "Kept long ago.", "kind": "point", "section": ""},
            "base": "new",
        },
        {
            "subject": "move:start",
            "method": "POST",
            "url": "/wire/run/",
            "fields": {"do": "start", "at": "2026-01-15T19:00:00+00:00"},
        },
        {
            "subject": "attend:v:Ann",
            "method": "POST",
            "url": "/wire/run/",
            "fields": {"do": "attend", "who": "v:Ann", "on": "on"},
        },
        {
            "subject": "action:a1",
            "method": "PUT",
            "url": "/wire/actions/a1/",
            "fields": {"text": "Ask the library."},
        },
    ]
    # Before the scripts are imported, as that is when they take over old keys.
    page.evaluate(
        """(kept) => {
          kept.forEach((entry, index) => localStorage.setItem(
            `evening:7:12:queue:${String(1000 + index).padStart(15, "0")}`, JSON.stringify(entry)));
          localStorage.setItem("evening:7:12:trouble:000000000000900",
            JSON.stringify({ entry: kept[0], status: 409, data: {} }));
        }""",
        kept,
    )
    body = """
      const seen = {
        notes: state.notes().map(({ text, waits }) => [text, waits]),
        open: moves.openItem(state.agenda())?.id,
        here: [...state.attendance().keys()],
        actions: state.actions().map(({ text }) => text),
        troubles: queue.troubles().map(({ entry }) => entry.subject),
      };
      queue.flush();
      await sent();
      return seen;
    """
    seen = run(page, body)

    assert seen == {
        "notes": [["Kept long ago.", True]],
        "open": 1,
        "here": ["v:Ann"],
        "actions": ["Ask the library."],
        "troubles": [{"kind": "note", "id": "n1"}],
    }
    assert [(method, path) for method, path, _body in wire.sent] == [
        ("PUT", "notes/n1/"),
        ("POST", "run/"),
        ("POST", "run/"),
        ("PUT", "actions/a1/"),
    ]


def test_newer_words_take_the_place_of_those_that_wait(page, wire):
    wire.answers = [None]
    body = """
      const put = (kind, text) => queue.add({ subject: { kind, id: "x" }, method: "PUT",
        url: `/wire/${kind}s/x/`, fields: { text }, base: "new" });
      const offline = new Promise((resolve) => {
        queue.onChange(() => queue.status() === "offline" && resolve());
      });
      put("note", "First.");
      await offline;
      put("action", "Another thing.");
      put("note", "Second.");
      queue.heard("ready");
      await sent();
    """
    run(page, body)

    assert [(path, body) for _method, path, body in wire.sent][1:] == [
        ("notes/x/", "text=Second."),
        ("actions/x/", "text=Another+thing."),
    ]


def test_a_change_of_what_is_on_its_way_starts_from_the_answer(page, wire):
    wire.answers = [(201, {"id": "x", "version": 4})]
    body = """
      const put = (text, base) => queue.add({ subject: { kind: "note", id: "x" }, method: "PUT",
        url: "/wire/notes/x/", fields: { text }, base });
      const isOnItsWay = new Promise((resolve) => {
        const ask = window.fetch;
        window.fetch = (...request) => { resolve(); return ask(...request); };
      });
      put("First.", "new");
      await isOnItsWay;
      put("Second.", 0);
      await sent();
    """
    run(page, body)

    assert [body for _method, _path, body in wire.sent] == ["text=First.", "text=Second.&version=4"]


def test_what_is_refused_becomes_a_trouble_and_the_rest_is_sent(page, wire):
    wire.answers = [(400, {"errors": {"text": "Too long."}}), (404, {})]
    body = """
      const add = (method, id) => queue.add({ subject: { kind: "note", id }, method,
        url: `/wire/notes/${id}/`, fields: { text: id } });
      add("PUT", "refused"); add("DELETE", "gone"); add("PUT", "behind");
      await sent();
      const troubles = queue.troubles();
      troubles.forEach(({ key }) => queue.dismiss(key));
      return [troubles.map(({ entry, status }) => [entry.fields.text, status]),
        queue.troubles().length];
    """
    found = run(page, body)

    # A delete of what doesn't exist has succeeded.
    assert found == [[["refused", 400]], 0]
    assert len(wire.sent) == 3


def test_the_state_takes_in_what_is_new_and_nothing_older(page):
    body = """
      const note = (id, text) => ({ id, text, kind: "point", section: "", version: 1 });
      const heard = [];
      state.onChange(({ fresh }) => heard.push((fresh ?? []).map(({ id }) => id)));
      state.apply({ revision: 5, notes: [note("a", "One."), note("b", "Two.")] });
      state.apply({ revision: 6, notes: [note("b", "Two, changed.")] });
      state.apply({ revision: 4, attendance: [{ membership: 9, visitor: "" }] });
      return [state.revision(), state.notes().map(({ text }) => text),
        [...state.attendance().keys()], heard];
    """
    found = run(page, body)

    assert found == [6, ["One.", "Two, changed."], [], [["a", "b"], []]]


def test_what_the_server_said_last_is_there_when_the_page_opens_again(page):
    run(page, 'state.apply({ revision: 9, notes: [{ id: "a", text: "Said." }] });')

    page.reload()

    assert run(page, "return [state.revision(), state.notes()[0].text];") == [9, "Said."]


def test_no_module_draws_before_it_is_started(page):
    modules = ["conflicts", "entry", "follow", "move-buttons", "note-list", "offline", "people"]
    modules += [
        "actions",
        "into-view",
        "names-hint",
        "projector",
        "stage",
        "status-lines",
        "tabs",
        "view",
        "wake-lock",
    ]
    before = page.content()

    script = f"(names) => Promise.all(names.map((name) => import(`{SCRIPTS}${{name}}.js`)))"
    page.evaluate(f"async (names) => {{ await ({script})(names); }}", modules)

    assert page.content() == before


def test_a_hint_finds_names_as_whole_words_only(page):
    found = page.evaluate(
        """async () => {
          document.getElementById("live-data").textContent =
            document.getElementById("live-data").textContent.replace('"words": {}',
              '"words": {"says_name": "%s!"}');
          const { hintFor } = await import("/static/js/live/names-hint.js");
          return ["Marisol’s garden", "As Vega said.", "Las Vegas", "marisol", "No one"]
            .map(hintFor);
        }"""
    )

    assert found == ["Marisol!", "Vega!", "", "", ""]


def test_days_read_as_on_other_pages_and_texts_for_screen_readers_are_short(page):
    found = page.evaluate(
        """async () => {
          const { shortDay } = await import("/static/js/when.js");
          const { nameButtons, shorten } = await import("/static/js/live/boot.js");
          document.documentElement.lang = "en";
          const button = document.createElement("button");
          button.textContent = " Edit ";
          nameButtons([button], "Bring a timer for the next round of talk");
          return [shortDay("1999-12-16"), shortDay("soon"), shorten("Bring  a timer"),
            button.getAttribute("aria-label")];
        }"""
    )

    assert found[:3] == ["Thu, Dec 16, 1999", "soon", "Bring a timer"]
    assert found[3] == "Edit: Bring a timer for the next…"
