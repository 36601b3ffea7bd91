"""Old paths: bookmarks, links in emails and pages that are still open keep working."""

import pytest

PATHS = [
    ("sheet/", "note-sheet/"),
    ("notes/type/", "note-sheet/transcribe/"),
    ("run/room/", "run/projector/"),
    ("closing/", "wrap-up/"),
    ("closing/carry/", "wrap-up/carry/"),
    ("closing/evaluation/", "wrap-up/feedback/"),
]


@pytest.mark.parametrize(("old", "new"), PATHS)
def test_an_old_path_leads_on_with_its_query(client, member, meeting, old, new):
    client.force_login(member)

    response = client.get(f"{meeting.get_absolute_url()}{old}?from=mail&n=1")

    assert response.status_code == 301
    assert response.url == f"{meeting.get_absolute_url()}{new}?from=mail&n=1"


@pytest.mark.parametrize(("old", "new"), PATHS)
def test_what_is_sent_to_an_old_path_is_sent_on(client, member, meeting, old, new):
    client.force_login(member)

    response = client.post(f"{meeting.get_absolute_url()}{old}", {"change": "Begin earlier."})

    assert response.status_code == 308
    assert response.url == f"{meeting.get_absolute_url()}{new}"


def test_an_old_path_tells_a_stranger_nothing(client, outsider, meeting):
    client.force_login(outsider)
    url = meeting.get_absolute_url()

    there = client.get(f"{url}closing/", follow=True)
    not_there = client.get("/circles/none/meetings/9/closing/", follow=True)

    assert (there.status_code, not_there.status_code) == (404, 404)
