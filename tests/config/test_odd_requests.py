"""Requests that no page of ours makes are refused, and none is a server error."""

from urllib.parse import quote

import pytest
from django.core.exceptions import ValidationError
from django.test import RequestFactory
from django.urls import reverse

from briefs.models import Brief
from circles.forms.fields import RowsField
from config.odd_requests import read_number, read_word
from config.wsgi import application
from tests.factories import make_meeting, make_poll
from tests.routes import routes

DIGITS = "9" * 5000
REST = ["1" * 18, "²", "٣", "-1", "1.5", "", "1\0"]
ODD = [DIGITS, "\0", *REST]


@pytest.mark.parametrize(
    ("text", "number"),
    [("0", 0), ("12", 12), ("٣", 3), *((odd, None) for odd in ODD if odd != "٣"), (None, None)],
)
def test_a_number_of_a_request_is_read_or_is_none(text, number):
    assert read_number(text) == number


@pytest.fixture
def opened(client, facilitator, circle, brief, section):
    """A facilitator's client, and the addresses of a meeting and a poll."""
    client.force_login(facilitator)
    meeting, poll = make_meeting(circle, brief=brief), make_poll(circle)
    return client, meeting.get_absolute_url(), poll.get_absolute_url(), circle.get_absolute_url()


@pytest.mark.slow
@pytest.mark.parametrize(
    "odd", [DIGITS, "\0", *(pytest.param(odd, marks=pytest.mark.long) for odd in REST)]
)
def test_no_number_or_text_of_a_form_is_a_server_error(opened, odd):
    client, meeting, poll, circle = opened
    forms = {
        f"{poll}pick/": ["date"],
        f"{poll}answer/": ["comment"],
        f"{circle}invitations/remind/": ["invitation"],
        f"{meeting}agenda/edit/": ["revision", "row", "do", "row-0-minutes"],
        f"{meeting}attendance/": ["seen", "members", "visitor_0"],
        f"{meeting}readings/": ["seen", "save", "all", "none"],
        f"{meeting}readings/swap/": ["ask"],
        f"{meeting}edit/": ["seen", "title", "duration_minutes", "host", "brief"],
        f"{meeting}rsvp/": ["answer", "guests", "comment"],
        f"{meeting}notes/": ["text", "id", "section", "kind", "version"],
        f"{meeting}note-sheet/transcribe/": ["text", "line-0", "id", "seen"],
        f"{meeting}run/": ["item", "extra", "who", "at", "showing"],
        f"{meeting}minutes/edit/": ["summary", "started_from", "seen"],
        f"{circle}roles/edit/": ["seen", "initial-meeting-1-host", "meeting-1-host", "role"],
        f"{circle}plan/": ["row", "do", "seen", "which", "rule"],
        f"{circle}settings/": ["seen", "name"],
        f"{meeting}actions/new/": ["text", "owner", "due_on", "seen"],
    }

    statuses = {
        (path, name): client.post(path, {name: odd, **more}).status_code
        for path, names in forms.items()
        for name in names
        for more in ({}, {"do": "save"}, {"do": f"up-{odd}"})
    }

    assert {where: status for where, status in statuses.items() if status >= 500} == {}
    # They are addresses of ours.
    assert {path for (path, _name), status in statuses.items() if status == 404} <= {
        f"{meeting}readings/swap/"
    }


@pytest.mark.parametrize("odd", ODD)
@pytest.mark.parametrize(
    "path",
    [
        "{meeting}changes/?since={odd}",
        "{meeting}changes/?ticket={odd}&since={odd}",
        "{meeting}rsvp/record/?membership={odd}",
        "{meeting}notes/?section={odd}&deleted={odd}",
        "{meeting}actions/new/?from={odd}",
        "{meeting}readings/?divide=1&people={odd}&everyone={odd}",
        "{meeting}minutes/minutes.pdf?paper={odd}",
        "{meeting}?{odd}={odd}",
        "{circle}polls/{odd}/",
        "{circle}meetings/{odd}/",
        "{meeting}actions/{odd}/",
        "/search/?q={odd}",
        "/briefs/water/guide/?minutes={odd}&section={odd}",
        "/briefs/water/history/?since={odd}",
        "/mail/x/?topic={odd}",
        "/join/{odd}/",
        "/rsvp/{odd}/",
    ],
)
def test_no_address_is_a_server_error(opened, path, odd):
    client, meeting, _poll, circle = opened
    url = path.format(meeting=meeting, circle=circle, odd=quote(odd))

    assert client.get(url).status_code < 500


@pytest.mark.parametrize("charset", ["base64", "utf-16", "no-such", "idna", "latin-1", "\xe9"])
@pytest.mark.parametrize("method", ["POST", "GET", "PUT"])
def test_an_odd_charset_is_refused(db, method, charset):
    assert status_of(method, f"application/x-www-form-urlencoded; charset={charset}") == 400


def test_utf_8_may_be_named(db):
    assert status_of("GET", "application/x-www-form-urlencoded; charset=UTF-8") == 200


def status_of(method, content_type):
    """As the server asks for it: the test client makes requests of its own."""
    told = {"REQUEST_METHOD": method, "CONTENT_TYPE": content_type, "QUERY_STRING": "q=%ff"}
    environ = RequestFactory()._base_environ(PATH_INFO="/briefs/", **told)
    return int(application(environ, lambda status, headers: None).status_code)


@pytest.mark.parametrize("address", ["http://[x", "//[", "\x00", "http://testserver/"])
def test_an_odd_page_of_htmx_is_left_out_of_account(client, address, circle):
    answer = client.get("/", headers={"HX-Request": "true", "HX-Current-URL": address})
    inside = client.get(
        reverse("circles:circle_detail", args=[circle.slug]),
        headers={"HX-Request": "true", "HX-Current-URL": address},
    )

    assert answer.status_code < 500
    assert inside.status_code < 500


def test_an_encoded_odd_page_of_htmx_is_left_out_of_account(client, member, circle):
    client.force_login(member)
    headers = {
        "HX-Request": "true",
        "HX-Current-URL": "http%3A//%5Bx",
        "HX-Current-URL-URI-AutoEncoded": "true",
    }

    pages = ["/", reverse("circles:circle_detail", args=[circle.slug])]
    assert [client.get(page, headers=headers).status_code for page in pages] == [200, 200]
    client.logout()
    assert client.get(pages[1], headers=headers).status_code < 500


def test_a_nul_in_a_path_is_refused(client):
    assert client.get("/join/%00/").status_code == 400


@pytest.mark.parametrize(
    "query", ["q", "from", "section", "deleted", "since", "topic", "paper", "next", "membership"]
)
def test_a_nul_in_a_query_is_no_error(client, facilitator, addresses, query):
    """A name that is looked up finds nothing; words that were typed are shown again."""
    client.force_login(facilitator)
    names = [
        *("circles:action_create", "circles:note_list", "circles:minutes_detail"),
        *("circles:rsvp_record", "circles:change_list", "briefs:search"),
        *("briefs:guide_detail", "briefs:brief_changes", "circles:meeting_list"),
    ]
    wanted = {name: arguments for name, _view, arguments in routes() if name in names}

    answers = {
        name: client.get(
            reverse(name, kwargs={argument: addresses[argument] for argument in arguments}),
            query_params={query: "a\0b"},
        ).status_code
        for name, arguments in wanted.items()
    }

    assert len(answers) > 5
    assert {name: status for name, status in answers.items() if status >= 500} == {}


@pytest.mark.parametrize("number", ["9" * 30, "-1", "x", DIGITS])
def test_a_number_that_no_column_takes_is_none_of_the_choices(brief, number):
    with pytest.raises(ValidationError):
        RowsField(Brief.objects.all()).clean([number])

    assert list(RowsField(Brief.objects.all()).clean([str(brief.pk)])) == [brief]


def test_a_word_with_a_nul_is_none():
    assert [read_word(text) for text in ("maple-street", "a\0b", "", None)] == [
        "maple-street",
        "",
        "",
        "",
    ]
