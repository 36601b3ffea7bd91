"""What `make bench` asks for is there, and answers as it expects."""

from io import StringIO

import pytest
from django.core.management import call_command

from circles.management.network import generate

from .bench import bench_pages, urls
from .bench.people import Cast
from .factories import (
    make_brief,
    make_circle,
    make_meeting,
    make_membership,
    make_question,
    make_section,
    make_user,
)

pytestmark = [pytest.mark.django_db, pytest.mark.long]


@pytest.fixture
def cast(monkeypatch):
    """A small network, and a circle with what the bench asks of the demo's."""
    monkeypatch.setattr(generate, "ORIGINALS", 2)
    brief = make_brief(slug=urls.BRIEF, summary="Labor.")
    for _section in range(4):
        make_question(make_section(brief))
    call_command("generate_network", circles=10, months=1, notes=1, stdout=StringIO())
    circle = make_circle(slug="maple-street")
    make_membership(circle, make_user(email="member@example.org"))
    for number in (1, 2, 3):
        make_meeting(circle, brief=brief, number=number)
    return Cast.gather()


def test_each_row_of_the_bench_answers_as_it_expects(cast, settings):
    settings.ROOT_URLCONF = "tests.bench.urls"

    def headers_of(asks):
        answers = [bench_pages.answer_here(ask).headers for ask in asks]
        return [{name.lower(): value for name, value in each.items()} for each in answers]

    rows = bench_pages.rows(cast, headers_of)
    answered = {row.name: bench_pages.answer_here(next(row.asks())).status_code for row in rows}

    assert answered == {row.name: row.status for row in rows}
    assert all(bench_pages.count_queries(row) for row in rows if row.name[0] not in "EB")
