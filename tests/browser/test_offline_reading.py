"""A brief without a network: what opens, what is kept, what is sent, and what is gone when."""

import re
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.db.models import F
from django.utils import timezone
from playwright.sync_api import expect

from accounts.models import User
from briefs.models import Brief, HelpLine, Section
from circles.models import Mark, Meeting, ReadMark

pytestmark = pytest.mark.service_worker

MEMBER, OTHER = "member@example.org", "facilitator@example.org"
READ = "/circles/maple-street/meetings/3/read/"
HARD, EASY = "/briefs/human-trafficking/", "/briefs/first-meeting/"
KEPT = """async () => (await caches.keys()).filter((name) => /^(live|reading)-/.test(name))"""
RECORD = """async (brief) => {
  const names = (await caches.keys()).filter((name) => name.endsWith(`-${brief}`));
  return Boolean(names.length && await (await caches.open(names[0])).match("/kept-brief/"));
}"""
QUEUED = """() => Object.keys(localStorage).filter((key) => key.includes(":reading:queue:"))"""
FIRST_TEXT = "article > p:not(.advisory)"


def open_and_keep(person, path, brief):
    """Open a page of a brief, and wait until the device has all of the brief."""
    person.visit(path)
    until(person.page, RECORD, brief)


def until(page, script, argument=None):
    """Wait until an async function of the page gives something true."""
    page.evaluate(
        f"""(argument) => new Promise((done, fail) => {{
          const is = {script};
          const look = async () => ((await is(argument)) ? done() : setTimeout(look, 20));
          setTimeout(() => fail(new Error("It never was so.")), 60_000);
          look();
        }})""",
        argument,
    )


def go_offline(person):
    person.page.context.set_offline(True)


def come_back(person):
    person.page.context.set_offline(False)
    person.errors.clear()


def reads_of(email):
    user = User.objects.get(email=email)
    return sorted(ReadMark.objects.filter(user=user).values_list("section__slug", flat=True))


def notes_of(word):
    notes = Mark.objects.filter(text__contains=word)
    return [*notes.values_list("user__email", "section__slug", "text")]


def keep_hard_brief(person):
    """Say yes to keeping the brief with an advisory, from one's own reading."""
    person.visit(READ)
    person.page.get_by_role("button", name="Keep on device").click()
    saved = person.page.get_by_text("This brief is saved on this device.")
    expect(saved).to_be_visible(timeout=60_000)
    person.check()


def test_two_weeks_offline_and_all_that_was_marked_arrives_once(someone):
    member = someone(MEMBER)
    page = member.page
    before = reads_of(MEMBER)
    keep_hard_brief(member)

    go_offline(member)
    page.context.clock.set_system_time(timezone.now() + timedelta(days=14))
    page.goto(member.base + READ)
    page.get_by_role("link", name=re.compile("^(Start|Continue): ")).click()
    expect(page.locator(FIRST_TEXT).first).to_be_visible()
    expect(page.get_by_text("Offline. Saved on this device.")).to_be_visible()
    page.get_by_role("button", name=re.compile("^Done")).click()
    expect(page.get_by_text("1 mark waits to be sent.")).to_be_visible()
    page.goto(f"{member.base}{HARD}where/")
    page.get_by_role("button", name=re.compile("Mark as read")).click()
    expect(page.get_by_role("button", name=re.compile("✓ Read"))).to_be_visible()
    page.get_by_role("button", name=re.compile("Star.*: Where")).click()
    page.get_by_role("link", name=re.compile("^.*Add note")).click()
    page.get_by_role("dialog").get_by_label("Text").fill("Written in the mountains.")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("4 marks wait to be sent.")).to_be_visible()
    # It's there again when the page is, too, and what's changed before it's sent is sent once.
    page.reload()
    expect(page.get_by_role("button", name=re.compile("★ Starred"))).to_be_visible()
    mine = page.locator("#mine-where")
    mine.get_by_role("group").filter(has_text="My notes and stars").locator("summary").click()
    mine.get_by_role("link", name="Edit").click()
    page.get_by_role("dialog").get_by_label("Text").fill("Written by the sea.")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(mine.get_by_text("Written by the sea.")).to_be_visible()
    page.goto(f"{member.base}{EASY}")
    expect(page.get_by_role("heading", name="You’re offline")).to_be_visible()
    page.get_by_role("link", name="Human Trafficking").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Human Trafficking")

    # In these two weeks the session ended, and the meeting is over.
    Session.objects.all().delete()
    Meeting.objects.update(starts_at=F("starts_at") - timedelta(days=14))
    come_back(member)
    expect(page.get_by_text("You’re signed out.")).to_be_visible()
    assert reads_of(MEMBER) == before

    member.sign_in(OTHER)
    page.goto(f"{member.base}{EASY}")
    member.settle()
    assert len(page.evaluate(QUEUED)) == 4
    assert reads_of(MEMBER) == before
    assert notes_of("Written") == []
    expect(page.get_by_text("wait to be sent")).to_have_count(0)
    page.context.clear_cookies(name="sessionid")

    member.sign_in(MEMBER)
    page.goto(member.base)
    until(page, f"() => !({QUEUED})().length")
    assert reads_of(MEMBER) == sorted({*before, "history", "where"})
    assert "where" not in reads_of(OTHER)
    assert notes_of("Written") == [(MEMBER, "where", "Written by the sea.")]
    stars = Mark.objects.filter(
        kind=Mark.Kind.STAR, section__slug="where", text="", deleted_at=None
    )
    assert [star.user.email for star in stars] == [MEMBER]


def test_a_brief_that_was_opened_opens_offline_and_follows_its_edition(someone):
    member = someone(MEMBER)
    page = member.page
    open_and_keep(member, EASY, "first-meeting")
    sections = Section.objects.filter(brief__slug="first-meeting", retired_at=None)
    first, last = (sections.exclude(body="").order_by("position")[at] for at in (0, 1))

    go_offline(member)
    page.goto(f"{member.base}{first.get_absolute_url()}")
    expect(page.locator(FIRST_TEXT).first).to_be_visible()
    expect(page.locator("#mine-marks")).to_be_attached()
    come_back(member)
    # An editor changes another section; the cover has another ETag, as all of the brief's pages.
    Section.objects.filter(pk=last.pk).update(body="All new. " + "More words. " * 400)
    page.goto(f"{member.base}{EASY}")
    until(
        page,
        """async (address) => {
          const found = await caches.match(address, { ignoreVary: true });
          return found && (await found.text()).includes("All new.");
        }""",
        last.get_absolute_url(),
    )

    go_offline(member)
    page.goto(f"{member.base}{last.get_absolute_url()}")
    expect(page.get_by_text("All new.")).to_be_visible()


@pytest.mark.long
def test_a_brief_with_an_advisory_is_kept_after_a_yes_until_it_is_taken_back(someone):
    member = someone(MEMBER)
    page = member.page
    member.visit(f"{HARD}where/")
    yes = page.get_by_role("button", name="Keep on device")
    expect(yes).to_be_visible()
    assert page.evaluate(KEPT) == []

    yes.focus()
    page.keyboard.press("Enter")
    remove = page.get_by_role("button", name="Remove from device")
    expect(remove).to_be_focused()
    member.check()
    page.goto(f"{member.base}{HARD}")
    expect(remove).to_be_visible()
    remove.click()

    expect(yes).to_be_focused()
    assert page.evaluate(KEPT) == []


@pytest.mark.parametrize(
    "how",
    [
        "quick exit",
        pytest.param("sign out", marks=pytest.mark.long),
        pytest.param("the session ended", marks=pytest.mark.long),
    ],
)
def test_leaving_takes_the_copies_along(someone, how):
    member = someone(MEMBER)
    page = member.page
    keep_hard_brief(member)
    open_and_keep(member, EASY, "first-meeting")
    assert len(page.evaluate(KEPT)) == 2
    page.route("https://www.weather.gov/**", lambda route: route.fulfill(body="Weather"))

    if how == "quick exit":
        page.goto(f"{member.base}{HARD}where/")
        page.get_by_role("link", name="Quick exit").first.click()
        page.wait_for_url("https://www.weather.gov/**")
        page.goto(f"{member.base}/offline/")
    elif how == "the session ended":
        Session.objects.all().delete()
        page.goto(f"{member.base}{EASY}")
    else:
        page.goto(f"{member.base}/accounts/logout/")
        page.get_by_role("button", name="Sign out").click()
        expect(page.get_by_role("link", name="Sign in").first).to_be_visible()

    until(page, f"async () => !(await ({KEPT})()).length")


def test_a_copy_that_is_being_written_while_its_reader_leaves_is_gone_too(someone):
    member = someone(MEMBER)
    page = member.page
    open_and_keep(member, EASY, "first-meeting")
    (worker,) = page.context.service_workers
    worker.evaluate(
        """() => {
          const open = caches.open.bind(caches);
          self.isHeld = new Promise((reached) => {
            const mayGoOn = new Promise((goOn) => { self.goOn = goOn; });
            caches.open = async (name) => {
              reached();
              await mayGoOn;
              return open(name);
            };
          });
        }"""
    )
    page.evaluate(
        """(message) => {
          const { port1, port2 } = new MessageChannel();
          globalThis.isAnswered = new Promise((answer) => { port1.onmessage = answer; });
          navigator.serviceWorker.controller.postMessage(message, [port2]);
        }""",
        {
            "shelf": f"{EASY}mine/offline/",
            "person": page.evaluate("document.querySelector('[data-offline]').dataset.user"),
            "page": EASY,
        },
    )
    worker.evaluate("() => isHeld")

    page.evaluate("navigator.serviceWorker.controller.postMessage({ forget: true })")
    until(page, f"async () => !(await ({KEPT})()).length")
    worker.evaluate("goOn()")
    page.evaluate("async () => { await isAnswered; }")

    until(page, f"async () => !(await ({KEPT})()).length")


def test_a_page_that_its_reader_leaves_while_it_loads_keeps_nothing(someone):
    brief = Brief.objects.get(slug="first-meeting")
    HelpLine.objects.create(brief=brief, slug="help", name="Town line", phone="555-0100")
    member = someone(MEMBER)
    page = member.page
    open_and_keep(member, EASY, "first-meeting")
    page.add_init_script(
        """ServiceWorkerContainer.prototype.register = () => {
          globalThis.hasAsked = true;
          return Promise.reject(new Error("None."));
        }"""
    )
    page.goto(f"{member.base}{EASY}")
    expect(page.locator(".offline-bar")).to_be_attached()
    assert page.evaluate("hasAsked")

    away = "sessionStorage.setItem('quick-exit', 'https://www.weather.gov/')"
    page.add_init_script(f"addEventListener('DOMContentLoaded', () => {away})")
    page.goto(f"{member.base}{EASY}")
    expect(page.locator(".offline-bar")).to_be_attached()

    assert not page.evaluate("globalThis.hasAsked")


def test_a_visitors_device_keeps_nothing(someone):
    visitor = someone()
    page = visitor.page
    for path in (EASY, HARD, f"{HARD}where/", f"{HARD}all/"):
        visitor.visit(path)

    assert (
        page.evaluate("navigator.serviceWorker.getRegistrations().then((all) => all.length)") == 0
    )
    assert page.evaluate("caches.keys()") == []
    kept = page.evaluate("Object.keys(localStorage)")
    assert set(kept) <= {"text-size", "person"}


@pytest.mark.long
def test_a_mark_that_the_server_refuses_is_shown_until_its_writer_decides(someone):
    member = someone(MEMBER)
    page = member.page
    open_and_keep(member, EASY, "first-meeting")
    refusal = '{"errors": {"text": ["It’s too long."]}}'
    page.context.route("**/wire/**", lambda route: route.abort())
    send = """(text) => new Promise((answer) => {
      const detail = { address: "/wire/", method: "PUT", body: { text }, answer };
      document.dispatchEvent(new CustomEvent("send-mark", { cancelable: true, detail }));
    })"""
    assert page.evaluate(send, "A long note")["status"] == 202
    page.context.route(
        "**/wire/**",
        lambda route: route.fulfill(status=400, content_type="application/json", body=refusal),
    )

    expect(page.get_by_text("It’s too long.")).to_be_visible()
    expect(page.get_by_text("A long note")).to_be_visible()
    member.errors.clear()
    member.check()
    page.get_by_role("button", name="Discard mine").click()
    expect(page.get_by_text("A long note")).to_have_count(0)
    # While the form that sent it is open, the form shows what's wrong.
    answer = page.evaluate(send, "Another long note")
    assert (answer["status"], answer["json"]["errors"]["text"]) == (400, ["It’s too long."])
    expect(page.get_by_text("Another long note")).to_have_count(0)


@pytest.mark.long
def test_a_device_keeps_the_six_briefs_that_were_opened_last(someone):
    member = someone(MEMBER)
    page = member.page
    open_and_keep(member, EASY, "first-meeting")
    user = page.evaluate("document.querySelector('[data-offline]').dataset.user")
    page.evaluate(
        """async (user) => {
          for (let number = 1; number <= 6; number += 1) {
            const cache = await caches.open(`reading-${user}-old-${number}`);
            const record = { title: "Old", links: [], at: number, opened: number };
            await cache.put("/kept-brief/", new Response(JSON.stringify(record)));
          }
          const cache = await caches.open(`reading-${user}-first-meeting`);
          await cache.delete("/kept-brief/");
        }""",
        user,
    )

    open_and_keep(member, EASY, "first-meeting")

    until(page, f"async () => (await ({KEPT})()).length === 6")
    assert f"reading-{user}-old-1" not in page.evaluate(KEPT)
