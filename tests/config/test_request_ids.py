"""Each request has a number, which its answer and pages about errors name."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.template.loader import render_to_string
from django.test import RequestFactory

from config.logs import request_id
from config.request_ids import RequestIdMiddleware
from config.unavailable import server_error

GIVEN = "edge-0123456789"


def number_of(client, **headers):
    return client.get("/healthz", headers=headers)["X-Request-ID"]


def test_each_request_gets_a_number_of_its_own(client, db):
    numbers = {number_of(client) for _each in range(3)}

    assert len(numbers) == 3
    assert all(len(number) == 16 for number in numbers)


def test_a_visitor_does_not_choose_the_number(client, db, settings):
    settings.TRUSTED_PROXY_COUNT = 0

    assert number_of(client, x_request_id=GIVEN) != GIVEN


def test_a_trusted_proxy_does(client, db, settings):
    settings.TRUSTED_PROXY_COUNT = 1

    assert number_of(client, x_request_id=GIVEN) == GIVEN


@pytest.mark.parametrize(
    "odd", ["", "short", "a" * 65, "with space 123", "ab\ncdefghi", "<script>1"]
)
def test_a_number_that_is_odd_is_replaced(client, db, settings, odd):
    settings.TRUSTED_PROXY_COUNT = 1

    assert number_of(client, x_request_id=odd) != odd


def test_pages_about_errors_name_the_number(client, member, circle):
    client.force_login(member)
    pages = [
        client.get("/no-such-page/"),
        client.get(f"{circle.get_absolute_url()}settings/"),
    ]

    assert [page.status_code for page in pages] == [404, 403]
    for page in pages:
        assert f"include this number: {page['X-Request-ID']}" in page.text


def test_the_page_of_a_server_error_needs_no_database():
    # There is no fixture `db`: a query would fail the test.
    request = RequestFactory().get("/")
    page = RequestIdMiddleware(server_error)(request)

    assert page.status_code == 500
    assert f"include this number: {page['X-Request-ID']}" in page.text
    assert request_id.get() == page["X-Request-ID"]


def test_a_failing_page_names_the_number(client, db, monkeypatch):
    def fail():
        raise RuntimeError

    monkeypatch.setattr("operations.health.views.Heartbeat.fault", fail)
    client.raise_request_exception = False

    page = client.get("/healthz")

    assert page.status_code == 500
    assert page["X-Request-ID"] in page.text


def test_a_page_asked_for_too_often_names_the_number():
    request = RequestFactory().get("/")
    request.user, request.request_id = AnonymousUser(), "0123456789abcdef"

    assert "0123456789abcdef" in render_to_string("429.html", request=request)
