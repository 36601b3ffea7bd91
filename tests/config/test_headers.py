"""Headers that every response has, whatever answers. `test_served.py` looks at static files."""

from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.http import HttpResponse

from config.headers import HEADERS, HeadersMiddleware


@pytest.mark.parametrize("path", ["/", "/healthz", "/no-such-page/", "/circles/", "/join/x/"])
def test_every_page_has_them(client, db, path):
    answer = client.get(path)

    assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS


def test_a_calendar_feed_has_them(client, addresses):
    answer = client.get(f"/calendar/{addresses['feed_token']}.ics")

    assert answer["Content-Type"].startswith("text/calendar")
    assert answer["Cross-Origin-Resource-Policy"] == "same-origin"


def test_what_our_scripts_use_is_not_forbidden():
    """The live page keeps the screen on, and people copy links."""
    policy = HEADERS["Permissions-Policy"]

    assert "wakeLock.request" in Path(finders.find("js/live/wake-lock.js")).read_text()
    for used in ("screen-wake-lock", "clipboard-write", "publickey-credentials"):
        assert used not in policy
    assert "camera=()" in policy


def test_a_view_may_say_otherwise(rf):
    def view(request):
        return HttpResponse(headers={"Cross-Origin-Resource-Policy": "cross-origin"})

    answer = HeadersMiddleware(view)(rf.get("/"))

    assert answer["Cross-Origin-Resource-Policy"] == "cross-origin"
