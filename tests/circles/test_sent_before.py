"""Links and calendar ids in emails from earlier releases keep their meaning.

The release of November 2026 made these values with this key. These tests fail if a salt, a
stored value or a path changes.
"""

from importlib import import_module
from urllib.parse import urlsplit

import pytest
from django.apps import apps
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.urls import resolve

from circles import signed_links
from circles.models import Mail, Meeting, Topic
from tests.factories import make_meeting

pytestmark = pytest.mark.usefixtures("old_key")


@pytest.fixture
def old_key(settings):
    settings.SECRET_KEY = "a-key-of-the-tests-" * 4


@pytest.mark.parametrize(
    ("purpose", "token"),
    [
        ("rsvp", "12-34.Qpis7z5N1EqwWpBuwhFptEVjkMeJAPPpDGwHibfLzKA"),
        ("mail", "12-34.YpwpBnddHQlOzlh57hNCIPQpIpnqlXX6EcudEsHNdAU"),
        ("decline", "12-34.3Dqx9qQK0ln3Jm0yD7-XyjEKaoRrK7lqegaQUSTmGuE"),
    ],
)
def test_a_signed_link_of_before_is_read(purpose, token):
    assert signed_links.unsign(purpose, token) == [12, 34]


def test_a_meeting_keeps_its_id_in_calendars(db, circle, settings):
    """Earlier versions made it of the key. The migration kept it."""
    loader = MigrationLoader(connection)
    (name,) = [
        name for app, name in loader.disk_migrations if name.endswith("_calendar_uid_and_giver")
    ]
    migration = import_module(f"circles.migrations.{name}")
    make_meeting(circle, pk=7)

    migration.keep_uids(apps, None)

    assert Meeting.objects.get(pk=7).calendar_uid == "cc7c0489981b9a074d17b96f2de7920ea9c67e96"
    # Set together with the upgrade, a new key changes nothing.
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another-key-of-the-tests-" * 3
    migration.keep_uids(apps, None)
    assert Meeting.objects.get(pk=7).calendar_uid == "cc7c0489981b9a074d17b96f2de7920ea9c67e96"


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/rsvp/12-34.x/", "rsvp_answer"),
        ("/mail/12.x/?topic=meetings", "mail_link"),
        ("/join/abc/", "invitation_accept"),
        ("/calendar/abc.ics", "calendar_feed"),
        ("/circles/oak/meetings/3/", "meeting_detail"),
        ("/circles/oak/meetings/3/calendar.ics", "calendar_file"),
        ("/circles/oak/meetings/3/minutes/", "minutes_detail"),
        ("/circles/oak/meetings/3/sheet/", "old_sheet_detail"),
        ("/circles/oak/meetings/3/run/room/", "old_meeting_room"),
        ("/circles/oak/meetings/3/closing/", "old_closing_detail"),
        ("/circles/oak/actions/", "action_list"),
        ("/circles/oak/polls/4/", "poll_detail"),
        ("/circles/oak/members/", "member_list"),
    ],
)
def test_a_path_of_before_leads_to_its_page(path, name):
    assert resolve(urlsplit(path).path).url_name == name


def test_the_words_for_topics_and_kinds_that_stand_in_links_and_rows_stay():
    assert set(Topic.values) >= {
        *("meetings", "dates", "reminders", "answers", "readings", "minutes", "actions", "trouble")
    }
    assert set(Mail.Kind.values) >= {
        *("invitation", "scheduled", "changed", "cancelled", "place", "reading", "reminder"),
        *("nudge", "poll", "poll_nudge", "poll_cancelled", "minutes", "action", "trouble"),
    }
