"""Private notes and reactions from before there were marks."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from circles.models import Mark


@pytest.fixture
def before(transactional_db):
    """The database as it was then; gives its models."""
    executor = MigrationExecutor(connection)
    apps = executor.migrate([("circles", "0040_marks")]).apps
    yield lambda app, name: apps.get_model(app, name).objects
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())


@pytest.mark.long
def test_each_note_star_confusing_mark_and_question_is_kept_as_it_was(before):
    at = timezone.now() - timedelta(days=9)
    user = before("accounts", "User").create(email="mel@example.org", display_name="Mel")
    brief = before("briefs", "Brief").create(
        slug="water", title="Water", summary="Of it.", edition=date(2026, 1, 1)
    )
    one, two = [
        before("briefs", "Section").create(brief=brief, slug=slug, heading=slug, position=1)
        for slug in ("one", "two")
    ]
    first, second = [
        before("circles", "Membership").create(
            circle=before("circles", "Circle").create(slug=slug, name=slug), user=user
        )
        for slug in ("oak", "elm")
    ]
    long_ago = {"longest_before": 6000, "updated_at": at}
    before("circles", "PrivateNote").create(user=user, section=one, text="a" * 6000, **long_ago)
    for membership, section, kind, text in [
        (first, one, "star", ""),
        (second, one, "star", ""),
        (first, one, "puzzled", ""),
        (first, two, "question", "Who paid?"),
        (second, two, "question", "Who pays?"),
    ]:
        before("circles", "Reaction").create(
            membership=membership, section=section, kind=kind, text=text, created_at=at
        )

    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())

    kept = {
        (
            mark.section.slug,
            mark.kind,
            mark.text[:9],
            *sorted(mark.memberships.values_list("circle__slug", flat=True)),
        )
        for mark in Mark.objects.all()
    }
    assert kept == {
        ("one", "note", "aaaaaaaaa"),
        ("one", "star", "", "elm", "oak"),
        ("one", "confusing", "", "oak"),
        ("two", "question", "Who paid?", "oak"),
        ("two", "question", "Who pays?", "elm"),
    }
    assert set(Mark.objects.values_list("created_at", "user")) == {(at, user.pk)}
    assert len(Mark.objects.get(kind="note").text) == 6000
