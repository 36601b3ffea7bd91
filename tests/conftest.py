"""The cast, by the part they play, and what they share."""

import gc
import os
import re
import time
from pathlib import Path

import hypothesis
import pytest
from django.core.cache import cache
from django.core.management.commands import loaddata
from django.test import Client
from zeal import zeal_ignore

from accounts import devices
from circles import signed_links
from circles.models import CalendarFeed, Invitation, Mail, Membership

from .database import django_db_keepdb, empty_database  # noqa: F401, fixtures
from .factories import (
    make_brief,
    make_circle,
    make_editor,
    make_mark,
    make_meeting,
    make_membership,
    make_note,
    make_poll,
    make_section,
    make_series,
    make_user,
)
from .walks import walk  # noqa: F401, a fixture

# The same examples on every machine, and no test that fails because the machine was busy.
# `make test-all` draws many more, by a seed that it prints (`--hypothesis-seed=…` repeats it).
hypothesis.settings.register_profile("house", derandomize=True, deadline=None, database=None)
hypothesis.settings.register_profile("many", max_examples=2000, deadline=None, database=None)
hypothesis.settings.load_profile("house")

TESTS = Path(__file__).parent

# Whatever needs one of these takes a second or more.
HEAVY_FIXTURES = {"walk", "nursery", "live_server", "browser"}
# Whose many tests take seconds together. `make test-quick` leaves them out too.
HEAVY_MODULES = {
    *("briefs/editions/test_load", "briefs/pdf/test_documents", "briefs/pdf/test_typesetter"),
    *("briefs/pdf/test_excerpts", "circles/reading/test_kits"),
    *("briefs/search/test_search", "circles/calendars/test_ical", "circles/mail/test_compose"),
    *("circles/management/test_demo_data", "circles/management/test_generate_network"),
    *("circles/models/test_privacy_changes",),
    *("circles/planning/test_plan", "config/test_admin_look_ups", "config/test_back"),
    *("config/test_limits", "config/test_odd_requests"),
    *("operations/backups/test_making", "operations/backups/test_restoring"),
    *("operations/backups/test_postgresql", "operations/backups/test_rows"),
}


def pytest_addoption(parser):
    parser.addoption("--long", action="store_true", help="run the tests that take minutes too")


def pytest_configure(config):
    if config.getoption("--long") and not config.getoption("--hypothesis-profile"):
        hypothesis.settings.load_profile("many")


@pytest.hookimpl(wrapper=True)
def pytest_collection():
    """What is loaded by now stays to the end. The garbage collector, which would look through
    all of it again and again, takes a fifth of all tests' time, so it passes over it."""
    gc.disable()
    result = yield
    gc.freeze()
    gc.enable()
    return result


@pytest.hookimpl(wrapper=True)
def pytest_collection_modifyitems(config, items):
    """Leave out what is long, unless asked; and begin with what takes longest, so that no
    core is left alone with it at the end."""
    if not config.getoption("--long"):
        left_out = [item for item in items if item.get_closest_marker("long")]
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if not item.get_closest_marker("long")]
    for item in items:
        used = set(item.fixturenames)
        if "browser" in used:
            item.add_marker("browser")
        module = item.path.relative_to(TESTS).with_suffix("").as_posix()
        if used & HEAVY_FIXTURES or module in HEAVY_MODULES:
            item.add_marker("slow")
    result = yield
    # After pytest-django, which puts what needs a database of its own last.
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)
    return result


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """Each test goes to whichever core is free; but one core walks for a person, and keeps what
    it found for all that is asked of it. (The groups of pytest-xdist 3.8 need an older pytest.)
    """
    from xdist.scheduler import LoadScopeScheduling

    class OneWalkEach(LoadScopeScheduling):
        def _split_scope(self, nodeid):
            found = re.search(r"walk of \w+", nodeid)
            return found[0] if found else nodeid

    return OneWalkEach(config, log)


def pytest_report_header(config):
    if config.getoption("--long"):
        return f"seeds: KILL_SEED={os.environ.get('KILL_SEED', '1789')}"
    return None


@pytest.fixture(autouse=True)
def nothing_counted_yet():
    """The limits of one test aren't used up by another."""
    cache.clear()


@pytest.fixture(autouse=True)
def device_is_noted(monkeypatch):
    """A session that a test begins is as after its first page, which notes where it is. So a
    page costs the same the first time. `tests/accounts/test_devices.py` does without."""
    force_login = Client.force_login

    def noted(client, user, backend=None):
        force_login(client, user, backend)
        session, now = client.session, int(time.time())
        session[devices.STAMP] = {"key": session.session_key, "since": now, "seen": now}
        session.save()
        found = {"session_id": session.session_key, "defaults": {"user": user}}
        devices.Device.objects.update_or_create(**found)

    monkeypatch.setattr(Client, "force_login", noted)


@pytest.fixture(autouse=True, scope="session")
def loader_may_ask_for_each_row():
    """Django's loader asks for the key of each row, and no code of ours can change that."""
    load = loaddata.Command.loaddata

    def load_unwatched(command, labels):
        with zeal_ignore():
            load(command, labels)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(loaddata.Command, "loaddata", load_unwatched)
        yield


@pytest.fixture
def no_query_in_a_loop(settings):
    """A request that asks the database once for each of many rows fails."""
    if settings.ZEAL_MIDDLEWARE not in settings.MIDDLEWARE:
        settings.MIDDLEWARE = [settings.ZEAL_MIDDLEWARE, *settings.MIDDLEWARE]


@pytest.fixture
def circle(db):
    return make_circle(name="Maple Street", slug="maple-street")


@pytest.fixture
def facilitator(circle):
    user = make_user("Fran Facilitator", email="facilitator@example.org")
    make_membership(circle, user, role=Membership.Role.FACILITATOR)
    return user


@pytest.fixture
def member(circle):
    user = make_user("Mel Member", email="member@example.org")
    make_membership(circle, user)
    return user


@pytest.fixture
def outsider(db):
    """Signed in, and in another circle."""
    user = make_user("Otto Outsider", email="outsider@example.org")
    make_membership(make_circle(), user, role=Membership.Role.FACILITATOR)
    return user


@pytest.fixture
def admin(db):
    """The site's admin: everything of briefs, nothing of circles."""
    return make_user("Ada Admin", email="admin@example.org", is_staff=True, is_superuser=True)


@pytest.fixture
def editor(db):
    """Writes and publishes briefs. No superuser, and in no circle."""
    return make_editor("Edda Editor", email="editor@example.org")


@pytest.fixture
def brief(db):
    return make_brief(slug="water", title="Water")


@pytest.fixture
def section(brief):
    return make_section(brief, slug="history", heading="History")


@pytest.fixture
def meeting(circle, brief):
    return make_meeting(circle, brief=brief)


@pytest.fixture
def addresses(circle, facilitator, member, brief, section, meeting):
    """What stands for each argument of a route."""
    note = make_note(meeting, member)
    action = meeting.action_items.create(
        text="Ask the library", owner=circle.memberships.get(user=member)
    )
    newcomer = make_membership(circle, make_user("Nora Newcomer"))
    swap = meeting.swaps.create(asker=newcomer, asked=circle.memberships.get(user=member))
    meeting.readings.create(section=section)
    invitation, token = Invitation.objects.issue(circle, invited_by=facilitator)
    feed, feed_token = CalendarFeed.objects.issue(facilitator)
    return {
        "circle_slug": circle.slug,
        "meeting_number": meeting.number,
        "note_id": note.pk,
        "mark_id": make_mark(member, section).key,
        "action_id": action.pk,
        "key": action.key,
        "membership_id": newcomer.pk,
        "swap_id": swap.pk,
        "device_id": 1,
        "feed_id": feed.pk,
        "feed_token": feed_token,
        "poll_id": make_poll(circle).pk,
        "mail_id": Mail.objects.filter(circle=circle).latest("pk").pk,
        "invitation_id": invitation.pk,
        "token": token,
        "answer_token": signed_links.sign("rsvp", newcomer.pk, meeting.pk),
        "brief_slug": brief.slug,
        "section_slug": section.slug,
        "series_slug": make_series(brief).slug,
    }
