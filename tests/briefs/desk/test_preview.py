"""A draft as its readers will see it, and that it stays nowhere."""

import re

import pytest
from django.core.cache import caches
from django.db import connection
from django.test.utils import CaptureQueriesContext

from briefs.desk.drafted import rows_of
from briefs.editions.content import content_of
from briefs.editions.load import load
from briefs.models import Brief
from briefs.page.section_page import composed

from ..samples import Draft as Sample
from .part_cases import make_draft, make_sample

pytestmark = pytest.mark.usefixtures("db")


def test_a_draft_has_the_page_that_its_edition_will_have():
    load(make_sample().fixture)
    brief = Brief.objects.get()

    drafted = composed(*rows_of(content_of(brief), brief.pk))
    saved = composed(brief)

    assert [
        (p.section.slug, p.above, p.text, p.figures, p.words, p.steps) for p in drafted.parts
    ] == [(p.section.slug, p.above, p.text, p.figures, p.words, p.steps) for p in saved.parts]
    assert [(c.source.slug, c.number) for c in drafted.sources] == [
        (c.source.slug, c.number) for c in saved.sources
    ]
    assert drafted.minutes == saved.minutes


def test_a_preview_writes_nothing_and_is_kept_nowhere(desk):
    draft = make_draft(brief=None)
    caches["pages"].clear()
    desk.get(f"/admin/briefs/draft/{draft.pk}/")
    pages = ["cover", "all", "sections/wells"]
    kept = set(caches["pages"]._cache)

    with CaptureQueriesContext(connection) as captured:
        found = [desk.get(f"/admin/briefs/draft/{draft.pk}/preview/{page}/") for page in pages]

    written = [
        query["sql"]
        for query in captured
        if re.match(r"INSERT|UPDATE|DELETE|SAVEPOINT|BEGIN", query["sql"])
        and "briefs_" in query["sql"]
    ]
    assert written == []
    # Parts of every page, such as its foot.
    new = {key for key in set(caches["pages"]._cache) - kept if "template.cache" not in key}
    assert new == set()
    assert all("no-store" in answer["Cache-Control"] for answer in found)
    assert all("Three wells serve" in answer.content.decode() for answer in found[1:])


def test_readers_see_nothing_of_a_draft_of_their_brief(desk, client):
    load(Sample().fixture)
    brief = Brief.objects.get()
    before = client.get("/briefs/water/all/").content
    draft = make_draft(brief=brief)

    seen = desk.get(f"/admin/briefs/draft/{draft.pk}/preview/all/").content

    assert b"They are old<sup" in seen
    assert client.get("/briefs/water/all/").content == before


def test_only_a_preview_may_be_framed_and_it_runs_no_script(desk):
    draft = make_draft()

    answer = desk.get(f"/admin/briefs/draft/{draft.pk}/preview/sections/wells/")
    host = desk.get(f"/admin/briefs/draft/{draft.pk}/preview/")

    assert answer["X-Frame-Options"] == "SAMEORIGIN"
    assert "frame-ancestors 'self'" in answer["Content-Security-Policy"]
    assert "script-src 'none'" in answer["Content-Security-Policy"]
    assert "<script" not in answer.content.decode()
    assert host["X-Frame-Options"] == "DENY"
    assert "frame-ancestors 'none'" in host["Content-Security-Policy"]


def test_links_of_a_preview_stay_in_it(desk):
    draft = make_draft()
    root = f"/admin/briefs/draft/{draft.pk}/preview/"

    for page in ("cover", "all", "sections/wells"):
        html = desk.get(f"{root}{page}/").content.decode()
        links = re.findall(r'<a\b[^>]*?\shref="([^"]*)"', html)
        inside = [link for link in links if not link.startswith("#")]
        assert inside
        assert all(link.startswith(root) for link in inside), page


def test_what_is_typed_is_shown_before_it_is_saved(desk):
    draft = make_draft()
    root = f"/admin/briefs/draft/{draft.pk}"
    chart = {"kind": "bar", "title": "Rain", "section": "wells", "row-1": "May", "cell-1-1": "77"}

    text = desk.post(
        f"{root}/sections/wells/preview/", {"heading": "", "body": "So *new* [@survey]."}
    )
    drawn = desk.post(f"{root}/add/figures/preview/", chart).content.decode()
    draft.refresh_from_db()

    assert "<em>new</em>" in text.content.decode()
    assert "Source 1: Water survey" in text.content.decode()
    assert "<svg" in drawn and "77" in drawn and "Rain" in drawn
    assert draft.revision == 0


def test_a_draft_with_mistakes_has_a_preview_too(desk):
    draft = make_draft()
    for part in draft.content:
        if part["model"] == "briefs.section":
            part["fields"] |= {
                "parent": ["water", "nowhere"],
                "body": "[@nobody] ![](figure:no)\n\nx",
            }
        if part["model"] == "briefs.figure":
            part["fields"] |= {"source": ["water", "no"], "data": [], "section": ["water", "no"]}
    draft.save()

    for page in ("cover", "all", "sections/wells"):
        url = f"/admin/briefs/draft/{draft.pk}/preview/{page}/"
        assert desk.get(url).status_code == 200


def test_a_draft_is_read_on_paper_and_leaves_no_file(desk, settings, tmp_path):
    settings.DATA_DIR = tmp_path
    draft = make_draft()

    answer = desk.get(f"/admin/briefs/draft/{draft.pk}/preview/brief.pdf")

    assert answer["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF")
    assert "no-store" in answer["Cache-Control"]
    assert [path.name for path in (tmp_path / "pdf").iterdir()] == ["lock"]
