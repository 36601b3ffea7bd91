"""How a brief is used is told in counts that no single circle can be read from."""

import json
from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.utils import timezone

from briefs.counted import at_least, rounded, some_or_more
from briefs.models import BriefUse
from circles.models import AgendaItem, Meeting
from circles.models.brief_use import count_use
from config.when import full_date
from operations import worker
from tests.factories import (
    make_circle,
    make_mark,
    make_meeting,
    make_membership,
    make_note,
    make_question,
    make_section,
    make_user,
)


@pytest.fixture
def wells(brief):
    return make_section(brief, slug="wells", heading="The wells")


@pytest.fixture
def meet(brief, wells):
    """Let new circles meet on the brief some days ago: they talk about the wells for a while."""

    def meet(circles=1, *, days=10, taken=20, circle=None):
        met = []
        for _number in range(circles):
            start = timezone.now() - timedelta(days=days)
            meeting = make_meeting(circle or make_circle(), brief=brief, starts_at=start)
            item = meeting.agenda_items.create(section=wells, minutes=15)
            closed = start + timedelta(minutes=taken)
            AgendaItem.objects.filter(pk=item.pk).update(
                opened_at=start, closed_at=closed, used_seconds=60 * taken
            )
            Meeting.objects.filter(pk=meeting.pk).update(
                started_at=start, ended_at=start + timedelta(hours=1)
            )
            met.append(meeting)
        return met

    return meet


@pytest.fixture
def page(client, brief):
    """The editors' page, asked for by an editor who isn't a superuser."""
    editor = make_user(is_staff=True)
    editor.user_permissions.add(Permission.objects.get(codename="view_brief"))

    def page(query=""):
        client.force_login(editor)
        return client.get(f"/admin/briefs/brief/{brief.pk}/use/{query}").text

    return page


def count_again(*, since):
    """Count as if the last time had been long ago, up to so many days before now."""
    now = timezone.now()
    BriefUse.objects.update(
        counted_at=now - timedelta(days=8), counted_until=now - timedelta(days=since)
    )
    count_use()


def shown(brief, name="met"):
    counts = BriefUse.objects.get(brief=brief).shown.get(brief.edition.isoformat(), {})
    return counts.get(name, [0])[0]


def test_two_circles_tell_nothing_and_three_do(brief, meet, page):
    meet(2)
    count_use()
    assert "No counts of" in page() and BriefUse.objects.get().shown == {}

    meet(1, days=8)
    count_again(since=9)

    told = page()
    assert f"edition of “{brief}”: 3 or more." in told
    assert "The wells" in told and "about 15" in told and "about 20" in told


def test_editors_see_steps_and_never_a_name_or_an_exact_number(brief, meet, page):
    met = meet(7, taken=23)
    count_use()

    told = page()
    assert "5 or more" in told and "about 25" in told
    assert not any(meeting.circle.name in told for meeting in met)
    assert ">7<" not in told and "23" not in told.split("<table")[1]


def test_what_one_circle_adds_waits_until_three_do(brief, meet):
    meet(9, days=40)
    count_use()
    for days, added in ((30, 0), (20, 0), (10, 3)):
        meet(1, days=days)
        count_again(since=days + 1)
        assert shown(brief) == 9 + added


def test_a_circle_counts_once_for_an_edition_however_often_it_meets(brief, meet):
    (first, *_others) = meet(3, days=30)
    meet(1, days=28, circle=first.circle)
    count_use()
    assert shown(brief) == 3

    meet(3, days=8, circle=first.circle)
    count_again(since=9)

    assert shown(brief) == 3 and BriefUse.objects.get().waiting == {}


def test_a_circle_that_leaves_or_changes_its_notes_changes_no_count(brief, meet, wells):
    met = meet(4)
    count_use()
    before = BriefUse.objects.get().shown
    met[0].agenda_items.all().delete()
    Meeting.objects.filter(pk=met[1].pk).update(edition=None)

    count_again(since=7)

    assert BriefUse.objects.get().shown == before


def test_counts_change_once_a_week_at_most(brief, meet):
    meet(3)
    count_use()
    meet(3, days=8)
    BriefUse.objects.update(counted_until=timezone.now() - timedelta(days=9))

    worker.tidy()

    assert shown(brief) == 3


def test_a_meeting_counts_when_its_notes_are_written(brief, meet):
    meet(3, days=6)
    count_use()

    assert BriefUse.objects.get().shown == {}


def test_notes_questions_and_marks_count_by_circle(brief, meet, wells, page):
    question = make_question(wells, text="Who owns the wells?")
    for meeting in meet(3):
        AgendaItem.objects.filter(meeting=meeting).update(opened_at=None, closed_at=None)
        for _number in range(2):
            make_note(meeting, section=wells, question=question)
            membership = make_membership(meeting.circle)
            make_mark(membership.user, wells, kind="star", memberships=[membership])
    confused = make_membership(meeting.circle)
    make_mark(confused.user, wells, kind="confusing", memberships=[confused])

    count_use()

    names = {f"{what}:{wells.pk}": n for what, n in {"section": 3, "star": 3}.items()}
    names[f"question:{question.pk}"] = 3
    assert {name: shown(brief, name) for name in names} == names
    assert shown(brief, f"confusing:{wells.pk}") == 0
    assert shown(brief, f"minutes:{wells.pk}") == 0
    assert "Who owns the wells?" in page()


def test_what_was_left_for_next_time_is_not_used(brief, meet, wells):
    meet(3)
    AgendaItem.objects.update(deferred_at=timezone.now())

    count_use()

    assert shown(brief) == 3 and shown(brief, f"section:{wells.pk}") == 0


def test_each_edition_has_counts_of_its_own(brief, meet, page):
    meet(3)
    Meeting.objects.update(edition=brief.edition - timedelta(days=100))
    meet(3)

    count_use()

    assert set(BriefUse.objects.get().shown) == {
        brief.edition.isoformat(),
        (brief.edition - timedelta(days=100)).isoformat(),
    }
    older = brief.edition - timedelta(days=100)
    assert f"?edition={older}" in page("?edition=x")
    assert f"met on the {full_date(brief.edition)} edition" in page("?edition=x")
    assert f"met on the {full_date(older)} edition" in page(f"?edition={older}")


def test_what_is_kept_names_no_circle_and_no_person(brief, meet):
    met = meet(4)
    count_use()

    kept = BriefUse.objects.values("shown", "waiting").get()
    assert not any(meeting.circle.slug in json.dumps(kept) for meeting in met)


def test_the_number_of_queries_is_the_same_for_many_circles(
    brief, meet, django_assert_max_num_queries
):
    meet(12)

    with django_assert_max_num_queries(16):
        count_use()


def test_only_who_may_see_briefs_sees_how_they_are_used(client, brief):
    client.force_login(make_user(is_staff=True))

    assert client.get(f"/admin/briefs/brief/{brief.pk}/use/").status_code == 403


@pytest.mark.parametrize(
    ("number", "step"), [(0, 0), (2, 0), (3, 3), (4, 3), (9, 5), (49, 30), (99_999, 10_000)]
)
def test_a_count_is_told_in_steps(number, step):
    assert at_least(number) == step


def test_some_is_said_where_a_number_would_tell_of_one_circle():
    told = [some_or_more(number, circles=circles) for number, circles in ((40, 2), (40, 3))]

    assert told == ["some", "30 or more"]
    assert [rounded(minutes) for minutes in (0.4, 7.4, 7.6, 23)] == [5, 5, 10, 25]
