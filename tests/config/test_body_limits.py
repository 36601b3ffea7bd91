"""Too large a request is refused before it's read."""

import pytest
from django.urls import reverse

from config import body_limits

MEGABYTE = 1024 * 1024


class Unread:
    """A body that nobody may read."""

    def read(self, *_size):
        raise AssertionError("the body was read")

    readline = read


def send(client, path, length, method="POST", **headers):
    """Announce a body of this length; it's never sent."""
    return client.generic(
        method,
        path,
        b"",
        headers=headers,
        CONTENT_TYPE="multipart/form-data; boundary=x",
        CONTENT_LENGTH=str(length),
        **{"wsgi.input": Unread()},
    )


@pytest.mark.parametrize(
    "name", ["account_login", "circles:home", "circles:circle_create", "admin:briefs_brief_load"]
)
def test_nobody_can_have_60_megabytes_read(client, db, name):
    answer = send(client, reverse(name), 60 * MEGABYTE)

    assert answer.status_code == 413
    assert "You can send up to 1.0\xa0MB at once" in answer.text


def test_a_member_can_t_either(client, member, circle):
    client.force_login(member)

    assert send(client, f"{circle.get_absolute_url()}leave/", 2 * MEGABYTE).status_code == 413


def test_a_script_is_told_as_json(client, member, meeting):
    client.force_login(member)
    path = f"{meeting.get_absolute_url()}notes/12345678-1234-5678-1234-567812345678/"

    for method, headers in [("PUT", {}), ("POST", {"accept": "application/json"})]:
        answer = send(client, path, 2 * MEGABYTE, method, **headers)

        assert answer.status_code == 413
        assert "too long" in answer.json()["errors"]["__all__"]


def test_a_view_that_takes_files_takes_more_of_who_is_signed_in(client, admin):
    path = reverse("admin:briefs_brief_load")
    client.force_login(admin)

    assert send(client, path, 60 * MEGABYTE).status_code == 413
    with pytest.raises(AssertionError, match="was read"):
        send(client, path, 3 * MEGABYTE)


def test_a_form_that_grows_too_large_while_it_s_read_is_refused(client, member, circle, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100
    client.force_login(member)

    answer = client.post(f"{circle.get_absolute_url()}me/", {"why": "a" * 200})

    assert answer.status_code == 413
    assert "too long" in answer.text


@pytest.mark.parametrize("length", ["", "none", "-1"])
def test_an_odd_length_is_no_length(client, db, length):
    assert client.generic("GET", "/healthz", CONTENT_LENGTH=length).status_code == 200


def test_what_most_views_take_fits_into_memory(settings):
    assert body_limits.MOST <= settings.DATA_UPLOAD_MAX_MEMORY_SIZE
