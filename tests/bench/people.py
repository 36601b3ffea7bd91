"""The circles that the pages are measured with, and their members, signed in."""

import time
from dataclasses import dataclass
from datetime import timedelta
from importlib import import_module

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.models import Session
from django.utils import timezone
from django.utils.crypto import get_random_string

from accounts.devices import STAMP, Device
from circles.models import Circle, Meeting, Membership, Note

# Of the network: circles that are in a meeting now, and circles that aren't.
LIVE, WAITING = slice(1, 6), slice(6, 10)
NOTES = 25  # in the middle of a meeting


@dataclass
class Person:
    """A member of one circle, in a session, with the meeting that the pages are about."""

    user: int
    session: str
    circle: Circle
    meeting: Meeting

    @property
    def path(self):
        return self.meeting.get_absolute_url()


def sign_in(users):
    """Sessions of these people, as after their first page: {user's id: session key}."""
    store = import_module(settings.SESSION_ENGINE).SessionStore()
    now, keys, rows = int(time.time()), {}, []
    expires = timezone.now() + timedelta(days=1)
    for user in users:
        key = get_random_string(32)
        data = {
            SESSION_KEY: str(user.pk),
            BACKEND_SESSION_KEY: settings.AUTHENTICATION_BACKENDS[0],
            HASH_SESSION_KEY: user.get_session_auth_hash(),
            STAMP: {"key": key, "since": now, "seen": now},
        }
        rows.append(Session(session_key=key, session_data=store.encode(data), expire_date=expires))
        keys[user.pk] = key
    Session.objects.bulk_create(rows)
    Device.objects.bulk_create(Device(session_id=key, user_id=pk) for pk, key in keys.items())
    return keys


@dataclass
class Cast:
    """All people that ask: `live` and `waiting` are of the network, `new` of the demo."""

    live: list[Person]
    waiting: list[Person]
    new_live: list[Person]
    new_waiting: list[Person]

    @classmethod
    def gather(cls):
        network = Circle.objects.filter(slug__startswith="network-").order_by("pk")
        live = [(circle, _begun(circle)) for circle in network[LIVE]]
        waiting = [(circle, _announced(circle)) for circle in network[WAITING]]
        demo = Circle.objects.get(slug="maple-street")
        sam = demo.memberships.filter(user__email="member@example.org")
        return cls(
            _people(live),
            _people(waiting),
            _people([(demo, demo.meetings.get(number=2))], sam),
            _people([(demo, demo.meetings.get(number=3))], sam),
        )

    @property
    def sessions(self):
        everyone = [*self.live, *self.waiting, *self.new_live, *self.new_waiting]
        return [person.session for person in everyone]


def _people(pairs, memberships=None):
    """Members of each circle in turn, who don't facilitate."""
    found = []
    for circle, meeting in pairs:
        asked = memberships or circle.memberships.current().filter(role=Membership.Role.MEMBER)
        users = [membership.user for membership in asked.select_related("user")]
        keys = sign_in(users)
        found.append([Person(user.pk, keys[user.pk], circle, meeting) for user in users])
    return [person for each in zip(*found, strict=True) for person in each]


def _announced(circle):
    return circle.meetings.upcoming().filter(started_at=None).order_by("starts_at")[0]


def _begun(circle):
    """The circle's meeting, with the notes of half of it."""
    under_way = circle.meetings.exclude(started_at=None).filter(ended_at=None)
    meeting = under_way.first() or _announced(circle)
    meeting.start()
    missing = NOTES - meeting.notes.count()
    if missing > 0:
        talk = [item.section for item in meeting.agenda_items.exclude(section=None)]
        notes = [
            Note(section=talk[n % len(talk)], text="We read it twice and still stumbled over it.")
            for n in range(missing)
        ]
        Note.write_all(meeting, notes, circle.memberships.first().user)
    meeting.refresh_from_db()
    return meeting
