"""Which scheduled backups are kept, whatever the clock did."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from operations.backups.rotation import delete_expendable, expendable, files, path_of

START = datetime(2026, 1, 1, 2, 30, tzinfo=UTC)
DAY = timedelta(days=1)

moments = st.datetimes(
    min_value=datetime(2025, 1, 1), max_value=datetime(2028, 1, 1), timezones=st.just(UTC)
).map(lambda moment: moment.replace(microsecond=0))


def periods(kept):
    """How many days, weeks, and months these are of."""
    return [
        len({moment.date() for moment in kept}),
        len({moment.isocalendar()[:2] for moment in kept}),
        len({(moment.year, moment.month) for moment in kept}),
    ]


@given(st.sets(moments, max_size=60), moments)
def test_of_the_newest_7_days_4_weeks_and_12_months_the_newest_stay(found, now):
    past = {moment for moment in found if moment <= now}

    old = expendable(found, now)

    kept = past - old
    # What's from the future stays, too.
    assert old <= past
    assert len(kept) <= 7 + 4 + 12
    for number, most, period_of in [
        (0, 7, lambda moment: moment.date()),
        (1, 4, lambda moment: moment.isocalendar()[:2]),
        (2, 12, lambda moment: (moment.year, moment.month)),
    ]:
        newest = {period_of(moment): moment for moment in sorted(past)}
        assert set(sorted(newest.values())[-most:]) <= kept
        assert periods(kept)[number] >= min(most, periods(past)[number])
    # A second look finds nothing more.
    assert expendable(found - old, now) == set()


@pytest.mark.parametrize("hours", [12, 36])
def test_after_a_year_there_is_one_of_each_day_week_and_month(hours):
    kept, now = set(), START
    while now < START + 400 * DAY:
        now += timedelta(hours=hours)
        kept.add(now)
        kept -= expendable(kept, now)

    newest = sorted(kept, reverse=True)
    assert newest[0] == now
    assert newest[6] > now - 7 * max(DAY, timedelta(hours=hours))
    assert periods(kept)[2] == 12
    # None of the last twelve months is left out.
    assert newest[-1] < now - timedelta(days=300)


def test_years_of_downtime_delete_nothing():
    kept = {START - timedelta(days=number) for number in range(5)}

    assert expendable(kept, START + timedelta(days=2000)) == set()


def test_a_clock_that_was_ahead_or_set_back_deletes_nothing_more_than_one_new_backup_replaces():
    kept = {START + timedelta(days=number) for number in range(400)}
    now = START + timedelta(days=400)
    kept -= expendable(kept, now)

    ahead = now + timedelta(days=3650)
    behind = now - timedelta(days=100)

    assert len(expendable(kept | {ahead}, ahead)) <= 3
    # Back at the right time, what was made ahead stays and takes no other's place.
    assert expendable(kept | {ahead}, now) == set()
    assert expendable(kept | {behind}, behind) == set()


@pytest.fixture
def folder(tmp_path, settings):
    settings.BACKUP_DIR, settings.SITE_URL = tmp_path, "https://circles.example.org"
    return tmp_path


def test_only_what_the_schedule_made_for_this_site_is_ever_deleted(folder):
    for number in range(30):
        path_of(START + timedelta(days=number)).touch()
    others = {
        "before-the-move.age",
        "circles.example.org-2026-01-02T023000Z.tar.gz",
        "circles.example.org-2026-01-02T023000Z (copy).age",
        "circles.example.org-2026-02-30T023000Z.age",
        "other.example.org-2026-01-02T023000Z.age",
        "circles.example.org-8443-2026-01-02T023000Z.age",
    }
    for name in others:
        (folder / name).touch()
    (folder / "circles.example.org-2026-01-03T000000Z.age").mkdir()
    (folder / "circles.example.org-2026-01-03T000001Z.age").symlink_to(folder / "nowhere")

    # By now, these are all in the past.
    deleted = delete_expendable()

    left = {path.name for path in folder.iterdir()}
    # Seven days, and the last days of two weeks before those.
    assert deleted == 30 - 9
    assert others <= left and len(left) == 9 + len(others) + 2
    assert max(files()) == START + timedelta(days=29)
