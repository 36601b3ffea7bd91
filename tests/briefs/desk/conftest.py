"""The desk of an editor who isn't a superuser, and a brief that is loaded."""

from datetime import date

import pytest

from briefs.desk import starts
from briefs.editions.reconcile import reconcile
from tests.factories import make_brief, make_figure, make_question, make_section


@pytest.fixture
def desk(client, editor):
    client.force_login(editor)
    return client


@pytest.fixture
def water(db):
    """A brief with an edition: wells (with deep inside it), rain, rivers."""
    brief = make_brief(slug="water", title="Water", edition=date(2026, 1, 1))
    wells = make_section(
        brief, slug="wells", heading="Wells", position=1, body="One.\n\nTwo.\n\nThree.\n"
    )
    make_section(brief, slug="deep", heading="Deep", parent=wells, position=1)
    make_section(brief, slug="rain", heading="Rain", position=2)
    make_section(brief, slug="rivers", heading="Rivers", position=3)
    make_question(wells, slug="why", paragraph=3, text="Why do wells run dry, and for whom?")
    make_figure(wells, slug="dry")
    reconcile(brief)
    return brief


@pytest.fixture
def draft(water, editor):
    return starts.start_revision(water, by=editor)
