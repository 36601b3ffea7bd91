"""A separate folder for the PDFs of each test, and a brief with a row of every model."""

import pytest

from briefs.models import Brief, CallToAction, HelpLine
from tests.factories import make_figure, make_question, make_section, make_source


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    return tmp_path / "pdf"


@pytest.fixture
def full_brief(brief):
    """A brief with at least one row of every model."""
    Brief.objects.update(executive_summary="In short: dig [@study].", advisory="A flood is told.")
    history = make_section(brief, slug="history", heading="History", position=1)
    wells = make_section(brief, slug="wells", heading="The wells", parent=history, position=1)
    history.body = (
        "Wells were dug [@report], see [the wells](#wells) and [maps](https://a.test/).\n"
    )
    history.body += "\n![](figure:yield)"
    history.save()
    report = make_source(brief, slug="report", title="The water report", url="https://b.test/r")
    make_source(brief, slug="study", title="A study of wells")
    make_figure(history, slug="yield", title="The north well gives most", source=report)
    make_figure(
        wells, slug="film", kind="video", title="A film of wells", url="https://c.test/film",
        length_minutes=12, summary="Wells, filmed.", data={},
    )  # fmt: skip
    make_question(wells, text="Why here?", prompts="Ask the oldest.")
    CallToAction.objects.create(brief=brief, slug="m", step="measure", text="Read the meter.")
    HelpLine.objects.create(brief=brief, slug="h", name="Flood line", when="Now.", phone="555-01")
    brief.refresh_from_db()
    return brief
