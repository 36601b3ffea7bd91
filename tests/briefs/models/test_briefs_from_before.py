"""Briefs of an installation from before texts had plain line ends and files said who may read."""

from datetime import date

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from briefs.models import Brief, Edition, Section
from briefs.page.state import TABLES, triggers
from briefs.search import search
from tests.factories import make_user


@pytest.fixture
def before(transactional_db):
    """The database as it was then; gives its models."""
    executor = MigrationExecutor(connection)
    apps = executor.migrate([("briefs", "0006_mistakes")]).apps
    yield lambda name: apps.get_model("briefs", name).objects
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())


@pytest.mark.long
def test_texts_get_plain_line_ends_and_editions_say_who_may_read(before):
    brief = before("Brief").create(
        slug="water", title="Water", summary="Of it.", edition=date(2026, 1, 1), advisory="a\r\nb"
    )
    body = "Of the traf\u00adfick\u00ading.\r\n\r\nOf wells.\r"
    before("Section").create(brief=brief, slug="wells", heading="Wells", body=body)
    content = [
        {"model": "briefs.brief", "fields": {"slug": "water", "advisory": "a\r\nb"}},
        {"model": "briefs.section", "fields": {"slug": "wells", "body": body}},
    ]
    before("Edition").create(brief=brief, date=brief.edition, content=content)

    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())

    plain = "Of the traf\u00adfick\u00ading.\n\nOf wells.\n"
    assert Section.objects.get().body == plain
    assert (Brief.objects.get().advisory, Brief.objects.get().audience) == ("a\nb", "everyone")
    assert Edition.objects.get().content == [
        {
            "model": "briefs.brief",
            "fields": {"slug": "water", "advisory": "a\nb", "audience": "everyone"},
        },
        {"model": "briefs.section", "fields": {"slug": "wells", "body": plain}},
    ]
    assert search("trafficking", make_user()).number == 1
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
            assert set(triggers(TABLES)) <= {name for (name,) in cursor.fetchall()}
