"""`prepared`: SQL that Django builds once."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.db.models import Count, FilteredRelation, Q
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from circles.models import Circle, Meeting, Membership
from config.prepared import CannotPrepare, prepared

from ..factories import make_brief, make_circle, make_meeting, make_membership

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def counted(build):
    """The function, and how often it was called."""
    calls = []

    @prepared
    def counting(*values, **shape):
        calls.append(values)
        return build(*values, **shape)

    return counting, calls


def test_other_values_find_other_rows_without_building_sql_again():
    first, second = make_circle(), make_circle()
    one, other = make_meeting(first), make_meeting(second)
    meetings_of, calls = counted(
        lambda circle: Meeting.objects.filter(circle=circle).select_related("circle")
    )
    assert meetings_of(first.pk) == [one]
    built = len(calls)
    with CaptureQueriesContext(connection) as queries:
        [found] = meetings_of(second.pk)
        assert found == other
        assert found.circle == second
    assert len(queries) == 1
    assert len(calls) == built


def test_rows_are_those_of_the_queryset():
    circle = make_circle()
    for _turn in range(3):
        make_membership(circle)
    meeting = make_meeting(circle)

    def people(circle, meeting):
        said = FilteredRelation("rsvps", condition=Q(rsvps__meeting=meeting))
        return (
            Membership.objects.filter(circle=circle)
            .annotate(said=said, answers=Count("said"))
            .order_by("-joined_at", "pk")
        )

    found = prepared(people)(circle.pk, meeting.pk)
    assert found == list(people(circle.pk, meeting.pk))
    assert [person.answers for person in found] == [0] * len(found)
    values = prepared(lambda circle: people(circle, 1).values_list("pk", "role"))(circle.pk)
    assert values == [(person.pk, person.role) for person in found]


@pytest.mark.parametrize("number", [1, 2, 3, 5, 70])
def test_a_list_may_have_any_length(number):
    circles = [make_circle() for _ in range(number)]
    make_circle()
    in_order = prepared(lambda ids: Circle.objects.filter(pk__in=ids).order_by("pk"))
    assert in_order({circle.pk for circle in circles}) == circles
    assert in_order([]) == []


def test_an_empty_list_finds_what_the_rest_finds_and_builds_once():
    circle, other = make_circle(), make_circle()
    either, calls = counted(
        lambda ids, one: Circle.objects.filter(Q(pk__in=ids) | Q(pk=one)).order_by("pk")
    )
    neither, empty_calls = counted(lambda ids, one: Circle.objects.filter(pk__in=ids, slug=one))

    assert (either([], circle.pk), neither([], "elm")) == ([circle], [])
    built = len(calls), len(empty_calls)
    assert (either([], other.pk), neither([], "oak")) == ([other], [])
    assert (len(calls), len(empty_calls)) == built
    assert either([circle.pk], other.pk) == [circle, other]


def test_moments_days_and_texts_are_values():
    circle = make_circle(name="Elm Street")
    now = timezone.now()
    soon = make_meeting(circle, starts_at=now + HOUR, brief=make_brief())

    @prepared
    def of_circle(name, after, edition):
        return Meeting.objects.filter(
            circle__name=name, starts_at__gt=after, brief__edition__gte=edition
        )

    edition = soon.brief.edition
    assert of_circle("Elm Street", now, edition) == [soon]
    assert of_circle("Elm Street", now + 2 * HOUR, edition) == []
    assert of_circle("Oak Street", now, edition) == []
    assert of_circle("Elm Street", now, edition + timedelta(days=1)) == []


def test_what_is_given_by_name_may_change_the_sql():
    circle = make_circle()
    make_meeting(circle)
    draft = make_meeting(circle, scheduled_at=None)

    @prepared
    def meetings(circle, *, drafts):
        rows = Meeting.objects.filter(circle=circle)
        return rows.filter(scheduled_at=None) if drafts else rows

    assert meetings(circle.pk, drafts=True) == [draft]
    assert len(meetings(circle.pk, drafts=False)) == 2


@pytest.mark.parametrize(
    "build",
    [
        lambda _circle: Meeting.objects.filter(starts_at__gt=timezone.now()),
        lambda circle: Meeting.objects.filter(circle=circle, starts_at__gt=timezone.now()),
        lambda circle: Meeting.objects.filter(circle=circle, brief__edition=date(2026, 1, 1)),
        lambda circle: Meeting.objects.filter(circle=circle + 1),
        lambda circle: Meeting.objects.all()[:circle],
        lambda circle: Meeting.objects.filter(circle=1),
    ],
)
def test_a_statement_that_would_grow_old_is_refused(build):
    with pytest.raises(CannotPrepare):
        prepared(build)(7)


@pytest.mark.parametrize("value", [None, True, 1.5])
def test_a_value_that_changes_the_sql_is_refused(value):
    with pytest.raises(CannotPrepare):
        prepared(lambda one: Meeting.objects.filter(cancelled_at=one))(value)
