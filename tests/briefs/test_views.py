"""The whole brief on one page: the same for everyone, cached, and always up to date."""

import gzip
from datetime import date

import pytest
from django.core.cache import caches
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from briefs.models import Brief, CallToAction, Figure, HelpLine, Question, Section, Source
from tests.factories import (
    make_brief,
    make_figure,
    make_question,
    make_section,
    make_source,
)

URL = "/briefs/water/all/"


@pytest.fixture(autouse=True)
def nothing_kept():
    caches["pages"].clear()


@pytest.fixture
def full_brief(brief, section):
    """A brief with a row of every model."""
    source = make_source(brief, slug="report", title="The water report")
    Section.objects.filter(pk=section.pk).update(body="Wells were dug [@report].")
    figure = make_figure(section, slug="wells", title="Wells by year", source=source)
    make_question(section, slug="why", text="Why here?", prompts="Ask the oldest.", figure=figure)
    CallToAction.objects.create(brief=brief, slug="look", step="measure", text="Read the meter.")
    HelpLine.objects.create(
        brief=brief, slug="help", name="Water line", when="If it is brown.", phone="555-0100"
    )
    return brief


def test_everyone_gets_the_same_bytes_and_nobody_a_cookie(client, full_brief, member, admin):
    pages = []
    for person in (None, member, admin):
        client.logout()
        if person:
            client.force_login(person)
        pages.append(client.get(URL))

    assert len({page.content for page in pages}) == 1
    assert len({page["ETag"] for page in pages}) == 1
    assert not pages[0]["ETag"].startswith("W/")
    assert pages[0]["Cache-Control"] == "public, max-age=0, must-revalidate"
    assert {page["Vary"] for page in pages} == {"Accept-Encoding"}
    assert not any(page.cookies for page in pages)


def test_a_browser_that_unpacks_gets_the_same_page_packed_under_a_tag_of_its_own(
    client, full_brief
):
    plain = client.get(URL)
    packed = client.get(URL, headers={"Accept-Encoding": "gzip, br"})
    again = client.get(URL, headers={"Accept-Encoding": "gzip", "If-None-Match": packed["ETag"]})

    assert packed["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.content) == plain.content
    assert len(packed.content) < len(plain.content) / 2
    assert packed["ETag"] != plain["ETag"]
    assert again.status_code == 304


@pytest.mark.parametrize("accepts", ["", "br", "gzip;q=0", "gzip; q=0.0, br"])
def test_a_browser_that_does_not_unpack_gets_it_plain(client, full_brief, accepts):
    response = client.get(URL, headers={"Accept-Encoding": accepts})

    assert "Content-Encoding" not in response
    assert b"<!doctype html>" in response.content


def test_who_has_the_page_already_is_told_so_in_an_empty_answer(client, full_brief):
    etag = client.get(URL)["ETag"]

    again = client.get(URL, headers={"If-None-Match": etag})

    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize(
    ("model", "change"),
    [
        (Brief, {"title": "Changed"}),
        (Section, {"heading": "Changed"}),
        (Section, {"body": "Changed."}),
        (Question, {"text": "Changed?"}),
        (Figure, {"title": "Changed"}),
        (Source, {"title": "Changed"}),
        (CallToAction, {"text": "Changed."}),
        (HelpLine, {"name": "Changed"}),
    ],
)
def test_a_change_of_any_row_is_on_the_page_at_once(client, full_brief, model, change):
    before = client.get(URL)

    model.objects.update(**change)
    after = client.get(URL)

    assert "Changed" in after.content.decode()
    assert before["ETag"] != after["ETag"]


@pytest.mark.parametrize("model", [Section, Question, Figure, CallToAction, HelpLine])
def test_what_is_retired_is_gone_from_the_page(client, full_brief, model):
    told = {
        Section: ">History",
        Question: "Why here?",
        Figure: "Wells by year",
        CallToAction: "Read the meter.",
        HelpLine: "Water line",
    }[model]
    assert told in client.get(URL).content.decode()

    model.objects.update(retired_at=timezone.now())

    assert told not in client.get(URL).content.decode()


def test_prompts_are_never_on_the_page(client, full_brief):
    page = client.get(URL).content.decode()

    assert "Why here?" in page
    assert "Ask the oldest." not in page


def test_a_kept_page_costs_one_query_and_so_does_the_answer_that_a_reader_has_it(
    client, full_brief, django_assert_num_queries
):
    etag = client.get(URL)["ETag"]

    with django_assert_num_queries(1):
        kept = client.get(URL)
    with django_assert_num_queries(1):
        unchanged = client.get(URL, headers={"If-None-Match": etag})

    assert (kept.status_code, unchanged.status_code) == (200, 304)


def test_only_the_newest_page_of_a_brief_is_kept(client, full_brief):
    for number in range(3):
        Brief.objects.update(title=f"Water {number}")
        client.get(URL)

    assert len([key for key in caches["pages"]._cache if ":page:" in key]) == 1


def test_rendering_afresh_asks_as_many_questions_of_a_long_brief_as_of_a_short(client, full_brief):
    def queries():
        caches["pages"].clear()
        with CaptureQueriesContext(connection) as captured:
            client.get(URL)
        return len(captured)

    short = queries()
    for _number in range(5):
        section = make_section(full_brief)
        make_figure(section, source=make_source(full_brief))
        make_question(section)

    assert queries() == short


def test_sections_stand_as_a_tree_with_headings_in_order(client, brief):
    top = make_section(brief, slug="top", heading="Top", body="", position=1)
    below = make_section(brief, slug="below", heading="Below", parent=top, position=1)
    make_section(brief, slug="deepest", heading="Deepest", parent=below, position=1)
    make_section(brief, slug="second", heading="Second", position=2)

    page = client.get(URL).content.decode()

    places = [
        page.index(text)
        for text in ('<h2 id="top"', '<h3 id="below"', '<h4 id="deepest"', '<h2 id="second"')
    ]
    assert places == sorted(places)


def test_steps_stand_in_their_order_whatever_the_order_of_writing(client, full_brief):
    for step in ("execute", "plan", "identify", "reach_out"):
        CallToAction.objects.create(brief=full_brief, slug=step, step=step, text=f"Do {step}.")

    page = client.get(URL).content.decode()

    names = ["Measure", "Identify", "Reach out", "Plan", "Execute"]
    places = [page.index(f". {name}</strong>") for name in names]
    assert places == sorted(places)


def test_hostile_text_is_shown_and_never_obeyed(client, brief):
    evil = "<script>alert(1)</script> [x](javascript:alert(1))"
    Brief.objects.update(title=evil, summary=evil, advisory=evil, about=evil)
    section = make_section(brief, heading=evil, body=evil, advisory=evil)
    make_question(section, text=evil)
    make_figure(section, title=evil, summary=evil, data={"series": [evil], "rows": [[evil, 1]]})

    page = client.get(URL).content.decode()

    assert "<script>alert" not in page
    assert 'href="javascript' not in page.lower()


def test_a_brief_without_sections_says_so(client, brief):
    assert "This brief has no sections yet." in client.get(URL).content.decode()


def test_a_brief_for_members_asks_visitors_to_sign_in(client, brief, member):
    Brief.objects.update(audience="members")

    visitor = client.get(URL)
    client.force_login(member)
    reader = client.get(URL)

    assert visitor.status_code == 302
    assert visitor.url.startswith("/accounts/login/")
    assert reader.status_code == 200
    assert reader["Cache-Control"].startswith("private")


def test_a_brief_in_preparation_is_there_for_editors_only(client, brief, member, admin):
    Brief.objects.update(audience="editors")

    answers = []
    for person in (None, member, admin):
        client.logout()
        if person:
            client.force_login(person)
        answers.append(client.get(URL).status_code)

    assert answers == [404, 404, 200]


def test_the_list_shows_what_a_person_may_read(client, brief, member):
    make_brief(title="For members", audience="members")
    make_brief(title="In preparation", audience="editors")

    visitor = client.get("/briefs/").content.decode()
    client.force_login(member)
    signed_in = client.get("/briefs/").content.decode()

    assert ("Water" in visitor, "For members" in visitor) == (True, False)
    assert ("For members" in signed_in, "In preparation" in signed_in) == (True, False)


def test_an_empty_list_says_what_to_do(client, db):
    assert "No briefs yet." in client.get("/briefs/").content.decode()


def test_a_brief_that_joins_the_list_is_offered_at_the_foot_of_the_others(client, brief, section):
    client.get(URL)

    make_brief(slug="zoning", title="Zoning", edition=date(2026, 2, 1))

    assert '<a rel="next" href="/briefs/zoning/">Zoning' in client.get(URL).content.decode()
