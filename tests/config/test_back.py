"""Redirects by `next` lead only to paths on this site, and never to an error."""

import pytest
from django.test import RequestFactory
from django.urls import reverse

from config.back import back_to
from tests.routes import routes

HOME = "/"
# Each form that sends `next`, by its route, with the fields it needs.
FORMS = {
    "accounts:text_size": {"text_size": "large"},
    "circles:action_create": {"text": "Call the library."},
    "circles:action_edit": {"text": "Call the library."},
    "circles:action_toggle": {"done": "on"},
    "circles:action_delete": {},
    "circles:role_take": {"role": "timekeeper"},
    "circles:rsvp_edit": {"answer": "yes"},
    "circles:section_read": {"read": "on"},
    "circles:swap_answer": {"answer": "no"},
}
ELSEWHERE = [
    "",
    "x",
    "circles:home",
    "javascript:alert(1)",
    "https://evil.example/",
    "http://testserver/circles/",
    "//evil.example/",
    "/\\evil.example/",
    "///evil.example/",
    "\\\\evil.example",
    "http://[x",
    "/\x00//evil.example" * 200,
]


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_path_of_ours_is_gone_back_to(method):
    request = getattr(RequestFactory(), method)("/", {"next": "/briefs/?page=2#water"})

    assert back_to(request, "circles:home") == "/briefs/?page=2#water"


@pytest.mark.parametrize("place", ELSEWHERE[:-1])
def test_whatever_else_leads_to_the_default(place):
    request = RequestFactory().post("/", {"next": place})

    assert back_to(request, "circles:home") == HOME


@pytest.mark.parametrize("place", ELSEWHERE)
@pytest.mark.parametrize("name", FORMS)
def test_every_form_leads_to_a_page_of_ours_whatever_it_names(
    client, member, addresses, name, place
):
    (wanted,) = [arguments for route, _view, arguments in routes() if route == name]
    url = reverse(name, kwargs={one: addresses[one] for one in wanted})
    client.force_login(member)

    response = client.post(url, FORMS[name] | {"next": place})

    assert response.status_code == 302
    assert response["Location"].startswith("/")
    assert not response["Location"].startswith("//")


def test_no_page_breaks_on_a_link_that_names_another_site(client, member, addresses):
    client.force_login(member)
    client.raise_request_exception = False

    broken = []
    for name, _view, arguments in routes():
        url = reverse(name, kwargs={one: addresses[one] for one in arguments})
        if client.get(url, {"next": "//evil.example/"}).status_code == 500:
            broken.append(name)

    assert broken == []
