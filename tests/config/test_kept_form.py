import re
import uuid

import pytest
from django.test import Client
from django.urls import reverse

from circles.models import Note

PROFILE = "/accounts/profile/"
NAME = "Mel of the long and careful name"


FROM_HERE = {"Sec-Fetch-Site": "same-origin", "Origin": "http://testserver"}


@pytest.fixture
def browser(db):
    """A client that checks CSRF tokens and says where a form comes from, as browsers do."""
    return Client(enforce_csrf_checks=True, headers=FROM_HERE)


def form_fields(response):
    """What the button of the recovered form would send."""
    page = response.content.decode()
    form = page[page.index("data-fresh-token") : page.rindex("Send again")]
    hidden = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', form)
    texts = re.findall(r'<textarea[^>]* name="([^"]+)"[^>]*>\n(.*?)</textarea>', form, re.DOTALL)
    return dict(hidden + texts)


def sign_in(browser, user):
    browser.force_login(user)
    browser.get(reverse("account_logout"))
    return browser.cookies["csrftoken"].value


def typed(**fields):
    return {
        "display_name": NAME,
        "time_zone": "America/Denver",
        "text_size": "large",
        "spacing": "wide",
        "paper": "sepia",
    } | fields


def test_what_was_written_outlives_the_session_and_is_sent_again(browser, member):
    token = sign_in(browser, member)
    browser.cookies["sessionid"] = ""

    kept = browser.post(PROFILE, typed(csrfmiddlewaretoken=token))

    assert kept.status_code == 401
    assert "Nothing is lost" in kept.content.decode()
    assert f">\n{NAME}</textarea>" in kept.content.decode()
    member.refresh_from_db()
    assert member.display_name == "Mel Member"

    # Signing in, in another tab, changes the token; the script takes the new one.
    fields = form_fields(kept) | {"csrfmiddlewaretoken": sign_in(browser, member)}
    response = browser.post(PROFILE, fields)

    assert response.status_code == 302
    member.refresh_from_db()
    assert member.display_name == NAME
    assert member.time_zone == "America/Denver"


def test_a_note_written_while_the_session_ended_is_kept_once_it_is_sent_again(
    browser, member, meeting, section
):
    meeting.start()
    token = sign_in(browser, member)
    browser.cookies["sessionid"] = ""
    url = reverse("circles:note_list", args=["maple-street", meeting.number])
    text = "We all buy cheap shirts.\nNobody asks who sewed them."
    note = {"id": uuid.uuid4(), "text": text, "kind": "concern", "section": section.slug}

    kept = browser.post(f"{url}?section=history", note | {"csrfmiddlewaretoken": token})
    assert kept.status_code == 401
    assert Note.objects.count() == 0
    assert f'action="{url}?section=history"' in kept.content.decode()
    again = form_fields(kept) | {"csrfmiddlewaretoken": sign_in(browser, member)}
    browser.post(f"{url}?section=history", again)

    written = Note.objects.get()
    assert written.text.splitlines() == text.splitlines()
    assert (written.kind, written.section, written.author) == ("concern", section, member)


def test_without_the_script_the_stale_token_asks_once_more(browser, member):
    token = sign_in(browser, member)
    browser.cookies["sessionid"] = ""
    kept = browser.post(PROFILE, typed(csrfmiddlewaretoken=token))
    browser.cookies["csrftoken"] = ""
    sign_in(browser, member)

    once_more = browser.post(PROFILE, form_fields(kept))
    assert once_more.status_code == 403
    assert "Nothing is lost" in once_more.content.decode()
    response = browser.post(PROFILE, form_fields(once_more))

    assert response.status_code == 302
    member.refresh_from_db()
    assert member.display_name == NAME


def test_text_is_kept_to_the_letter(browser, member):
    text = "\n  First line & <b>second</b>\n\nlast  "

    kept = browser.post(PROFILE, {"text": text, "tags": ["a", "b"]})

    page = kept.content.decode()
    assert ">\n\n  First line &amp; &lt;b&gt;second&lt;/b&gt;\n\nlast  </textarea>" in page
    assert page.count('name="tags"') == 2


def test_only_what_was_written_is_shown(browser):
    kept = browser.post(
        PROFILE,
        {
            "text": "Housing",
            "kind": "common_ground",
            "when": "2026-11-01T19:00",
            "version": "3",
            "zone": "America/Argentina/Buenos_Aires",
            "save": "Save note",
        },
    )

    shown = [field["name"] for field in kept.context["fields"] if field["is_text"]]
    assert shown == ["text"]
    assert len(form_fields(kept)) == 7


def test_what_will_be_done_is_said_beside_the_button(browser):
    sent = {"text": "Housing", "kind": "common_ground", "version": "3", "save": "Save note"}

    page = browser.post(PROFILE, sent).text

    assert f"<b>Save note</b> ({PROFILE})" in page
    assert "<li>Kind: common ground</li>" in page
    assert "<li>Version" not in page


def test_without_words_on_its_button_a_form_is_called_by_its_page(browser):
    page = browser.post(PROFILE, {"text": "Housing prices"}).text

    assert f"<b>Profile edit</b> ({PROFILE})" in page


def test_a_password_is_never_shown_back(browser):
    response = browser.post(
        reverse("account_login"), {"login": "mel@example.org", "password": "a quiet green lamp"}
    )

    page = response.content.decode()
    assert response.status_code == 403
    assert "a quiet green lamp" not in page
    assert "Send again" not in page
    assert f'href="{reverse("account_login")}"' in page


def test_a_code_is_never_shown_back(browser):
    response = browser.post(reverse("account_confirm_login_code"), {"code": "123456"})

    assert "123456" not in response.content.decode()


def test_a_press_of_a_button_with_nothing_written_leads_back_to_its_page(
    client, browser, circle, facilitator
):
    people = reverse("circles:member_list", args=[circle.slug])
    pressed = reverse("circles:member_role", args=[circle.slug, 1])
    came_from = FROM_HERE | {"Referer": f"http://testserver{people}?page=2"}

    signed_out = client.post(pressed, {"role": "facilitator"}, headers=came_from)
    browser.force_login(facilitator)
    too_late = browser.post(pressed, {"role": "facilitator"}, headers=came_from)

    assert (signed_out.status_code, too_late.status_code) == (401, 403)
    for response in (signed_out, too_late):
        assert "that didn’t go through" in response.text
        assert "Send again" not in response.text
        assert is_not_ready(response)
    assert f"/accounts/login/?next={people.replace('/', '%2F')}%3Fpage%3D2" in signed_out.text
    assert f'href="{people}?page=2"' in too_late.text


@pytest.mark.parametrize(
    "came_from", ["", "https://evil.example/circles/", "http://[x", "http://testserver//evil/"]
)
def test_the_way_back_never_leads_to_another_site(browser, came_from):
    response = browser.post(PROFILE, {"text_size": "large"}, headers={"Referer": came_from})

    assert response.context["page"] in ("/", "/evil/")


def is_not_ready(response):
    """The page has no form that is ready to be sent."""
    return (
        "data-fresh-token" not in response.text
        and 'type="hidden"' not in (response.text.partition("<main")[2].partition("</main")[0])
    )


FOREIGN = {
    "another site": {"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"},
    "a neighbor under our domain": {
        "Sec-Fetch-Site": "same-site",
        "Origin": "http://evil.testserver",
    },
    "another site, to an old browser": {"Origin": "https://evil.example"},
    "a hidden origin": {"Origin": "null", "Referer": "http://testserver/"},
    "another port": {"Origin": "http://testserver:8001"},
    "another scheme": {"Origin": "https://testserver"},
    "an old page of another site": {"Referer": "https://evil.example/http://testserver/"},
    "a page that does not open": {"Referer": "http://[x"},
    "nobody knows": {},
    "a browser that was told an address": {"Sec-Fetch-Site": "none"},
    "two that differ": {"Sec-Fetch-Site": "same-origin", "Origin": "https://evil.example"},
}


@pytest.mark.parametrize("headers", FOREIGN.values(), ids=FOREIGN)
@pytest.mark.parametrize("who", ["signed in", "signed out"])
def test_a_form_from_elsewhere_is_never_ready_to_be_sent(circle, facilitator, headers, who):
    # Django checks the token first. Without that check, the session's end stops the form.
    victim = Client(enforce_csrf_checks=who == "signed in")
    if who == "signed in":
        victim.force_login(facilitator)
    url = reverse("circles:member_role", args=[circle.slug, 1])

    pressed = victim.post(url, {"role": "facilitator"}, headers=headers)
    written = victim.post(url, {"role": "facilitator", "comment": "See <b>me</b>"}, headers=headers)

    for response in (pressed, written):
        assert response.status_code == (403 if who == "signed in" else 401)
        assert "Send again" not in response.text
        assert "facilitator" not in response.text.partition("<main")[2].partition("</main")[0]
        assert is_not_ready(response)
    assert "readonly>\nSee &lt;b&gt;me&lt;/b&gt;</textarea>" in written.text
    assert 'name="word"' not in written.text


def test_a_form_from_elsewhere_is_not_ready_on_a_page_of_allauth_either(facilitator):
    victim = Client(enforce_csrf_checks=True)
    victim.force_login(facilitator)

    response = victim.post(
        reverse("account_email"),
        {"email": "Eve <eve@evil.example>", "action_add": ""},
        headers=FOREIGN["another site"],
    )

    assert response.status_code == 403
    assert is_not_ready(response)


OURS = {
    "a browser of today": FROM_HERE,
    "one that hides the origin": {"Sec-Fetch-Site": "same-origin", "Origin": "null"},
    "one without Sec-Fetch-Site": {"Origin": "http://testserver"},
    "behind a proxy": {"Origin": "http://localhost:8000"},
    "an old one": {"Referer": "http://testserver/accounts/profile/"},
}


@pytest.mark.parametrize("headers", OURS.values(), ids=OURS)
def test_a_form_from_here_is_ready_to_be_sent(client, db, headers):
    response = client.post(PROFILE, typed(), headers=headers)

    assert "Send again" in response.text


def test_htmx_shows_the_kept_form_in_place_of_the_page(client, db):
    response = client.post(PROFILE, typed(), headers=FROM_HERE | {"HX-Request": "true"})

    assert response.status_code == 200
    assert response["HX-Retarget"] == "body"
    assert f">\n{NAME}</textarea>" in response.content.decode()


def test_htmx_leaves_for_the_sign_in_page_and_comes_back(client, db):
    response = client.get(
        PROFILE,
        headers={"HX-Request": "true", "HX-Current-URL": "http://testserver/circles/?page=2"},
    )

    assert response["HX-Redirect"] == "/accounts/login/?next=/circles/%3Fpage%3D2"


@pytest.mark.parametrize("method", ["put", "delete", "patch"])
def test_a_script_that_writes_is_told_401(client, db, method):
    response = getattr(client, method)(PROFILE)

    assert response.status_code == 401


def test_a_script_that_asks_for_news_is_told_401(client, db):
    by_accept = client.get(PROFILE, headers={"Accept": "application/json"})
    by_fetch = client.get(PROFILE, headers={"Sec-Fetch-Dest": "empty"})
    by_person = client.get(PROFILE, headers={"Sec-Fetch-Dest": "document"})

    assert (by_accept.status_code, by_fetch.status_code, by_person.status_code) == (401, 401, 302)


def test_a_page_that_a_service_worker_asks_for_leads_to_signing_in(client, db):
    as_chromium_does = {"Sec-Fetch-Dest": "empty", "Sec-Fetch-Mode": "navigate"}

    response = client.get(PROFILE, headers=as_chromium_does)

    assert response["Location"] == f"/accounts/login/?next={PROFILE}"
