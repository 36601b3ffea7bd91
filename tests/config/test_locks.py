"""Locking a row reloads it once."""

import pytest

from circles.models import Circle, Membership
from tests.factories import make_circle, make_membership

pytestmark = pytest.mark.django_db


def test_a_locked_row_is_as_it_was_saved_last():
    circle = make_circle(name="Elm Street")
    Circle.objects.filter(pk=circle.pk).update(name="Oak Street")

    with circle.locked():
        assert circle.name == "Oak Street"


def test_a_lock_within_a_lock_keeps_what_was_set_since():
    circle = make_circle(name="Elm Street")

    with circle.locked():
        circle.name = "Oak Street"
        with circle.locked():
            assert circle.name == "Oak Street"
    with circle.locked():
        assert circle.name == "Elm Street"


def test_a_row_may_be_locked_by_another(django_assert_num_queries):
    membership = make_membership()
    Membership.objects.filter(pk=membership.pk).update(role=Membership.Role.FACILITATOR)

    with django_assert_num_queries(4), membership.locked(), membership.circle.locked():
        assert membership.is_facilitator


def test_what_is_read_within_a_lock_is_not_what_was_fetched_before_it():
    circle = make_circle()
    seen = Circle.objects.prefetch_related("memberships").get(pk=circle.pk)
    membership = make_membership(circle)

    with seen.locked():
        assert membership in seen.memberships.all()
