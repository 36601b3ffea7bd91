"""The cover of a brief and the pages of its sections: kept, light, and leading to each other."""

import gzip
import re

import pytest
from django.core.cache import caches
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.utils import timezone

from briefs.models import Brief, CallToAction, HelpLine, Section
from tests.factories import make_brief, make_figure, make_question, make_section, make_source

COVER = "/briefs/water/"
MOST_BYTES = 20 * 1024


@pytest.fixture(autouse=True)
def nothing_kept():
    caches["pages"].clear()


@pytest.fixture
def water(brief):
    """A brief with two sections in a group, each with what a section can have."""
    report = make_source(brief, slug="report", title="The water report")
    make_source(brief, slug="unused", title="Not cited")
    law = make_source(brief, slug="law", title="The law")
    group = make_section(brief, slug="past", heading="The past", body="", position=1)
    body = "Wells were dug [@report].\n\nSee [rain](#rain) and ![](figure:none)"
    wells = make_section(brief, slug="wells", heading="Wells", body=body, parent=group, position=1)
    rain = make_section(
        brief, slug="rain", heading="Rain", body="It rains [@law].", parent=group, position=2
    )
    make_figure(wells, slug="depth", title="How deep", source=report)
    figure = make_figure(rain, slug="fall", title="How much", source=law)
    make_question(wells, slug="why", text="Why here?", prompts="Ask.", paragraph=1)
    make_question(wells, slug="how", text="How much?", figure=figure)
    brief.questions.create(slug="all", kind="closing", text="What now?")
    CallToAction.objects.create(brief=brief, slug="look", step="measure", text="Read the meter.")
    HelpLine.objects.create(brief=brief, slug="help", name="Water line", phone="555-0100")
    return brief


def read(client, path):
    answer = client.get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


@pytest.mark.parametrize("path", ["", "wells/", "all/"])
def test_each_page_is_kept_and_costs_one_query(
    client, water, member, path, django_assert_num_queries
):
    first = client.get(COVER + path)
    client.force_login(member)

    with django_assert_num_queries(1):
        kept = client.get(COVER + path)
    with django_assert_num_queries(1):
        unchanged = client.get(COVER + path, headers={"If-None-Match": first["ETag"]})

    assert kept.content == first.content
    assert not first["ETag"].startswith("W/")
    assert not kept.cookies
    assert unchanged.status_code == 304


@pytest.mark.parametrize("path", ["", "wells/", "all/"])
def test_a_change_is_on_each_page_at_once(client, water, path):
    before = client.get(COVER + path)

    Section.objects.filter(slug="wells").update(heading="Changed")

    assert "Changed" in read(client, COVER + path)
    assert client.get(COVER + path)["ETag"] != before["ETag"]


@pytest.mark.parametrize("path", ["", "wells/", "all/"])
def test_who_may_read_the_brief_may_read_each_page(client, water, member, path):
    Brief.objects.update(audience="members")
    assert client.get(COVER + path).status_code == 302
    client.force_login(member)
    assert client.get(COVER + path)["Cache-Control"].startswith("private")
    Brief.objects.update(audience="editors")
    assert client.get(COVER + path).status_code == 404


def test_the_cover_leads_to_each_section_and_says_how_long_it_takes(client, water):
    page = read(client, COVER)

    assert re.search(r'<li id="wells">\s*<a class="toc__row" href="/briefs/water/wells/"', page)
    assert re.search(r'<li id="past">\s*<span class="toc__group">The past</span>', page)
    assert "1 min" in page
    assert "What now?" in page
    assert "555-0100" in page
    assert "Why here?" not in page
    assert "Wells were dug" not in page
    for path in ("all/", "guide/", "brief.pdf"):
        assert f'href="{COVER}{path}"' in page


def test_a_section_has_its_own_and_leads_to_the_rest(client, water):
    page = read(client, f"{COVER}wells/")

    assert '<h1 class="page__title page__title--section" id="wells">Wells</h1>' in page
    assert 'href="/briefs/water/rain/">rain</a>' in page
    assert 'href="#wells-p1" data-come-back="question-why"' in page
    assert 'href="/briefs/water/rain/#figure-fall"' in page
    assert page.index("Wells were dug") < page.index("How deep") < page.index("Why here?")
    assert "Ask." not in page
    assert "It rains" not in page
    assert re.search(r'rel="next" href="/briefs/water/rain/"', page)
    assert 'rel="prev"' not in page


def test_a_section_lists_the_sources_it_cites_with_their_numbers_in_the_whole(client, water):
    page = read(client, f"{COVER}rain/")

    assert '<li id="source-law" value="2">' in page
    assert 'href="#cite-law-1"' in page
    assert "The water report" not in page
    assert ">2</a></sup>" in page


def test_the_last_section_has_the_calls_to_action_and_leads_to_what_is_after(client, water):
    page = read(client, f"{COVER}rain/")

    assert "Read the meter." in page
    assert 'href="/briefs/water/#questions"' in page
    assert "Read the meter." not in read(client, f"{COVER}wells/")


def test_a_source_that_most_facts_come_from_is_cited_once_in_a_section(client, water):
    Section.objects.filter(slug="wells").update(body="A fact [@report][@law]. " * 12)
    Section.objects.filter(slug="rain").update(body="It [@law]. " + "More [@report]. " * 20)

    wells, rain = read(client, f"{COVER}wells/"), read(client, f"{COVER}rain/")

    assert wells.count('href="#source-report" id=') == 1
    assert wells.count('href="#source-law" id=') == 12
    assert rain.count('href="#source-report" id=') == 1
    assert "Most facts without a number come from here." in rain
    whole = read(client, f"{COVER}all/")
    assert whole.count('href="#source-report" id=') == 2
    assert whole.count("Most facts without a number come from here.") == 1
    assert set(re.findall(r'href="#(cite-report-\d+)"', whole)) == set(
        re.findall(r'id="(cite-report-\d+)"', whole)
    )


@pytest.mark.parametrize("path", ["wells/", "all/", "short/"])
def test_a_chart_can_be_enlarged_and_copied_where_it_is_read(client, water, path):
    Brief.objects.update(advisory="It may be hard to read.")
    page = read(client, COVER + path)

    figure = re.search(r'<figure [^>]*id="figure-depth".*?</figure>', page, re.DOTALL)[0]
    assert 'data-enlarge\n      aria-describedby="figure-depth-title"' in figure
    assert "data-copy-chart" in figure
    assert '<div class="source-sheet no-print" id="source-sheet" popover role="dialog"' in page
    enlarged = re.search(r'<dialog class="enlarged.*?</dialog>', page, re.DOTALL)[0]
    assert "Back to the text" in enlarged
    # It covers the bar of the page.
    assert "data-quick-exit" in enlarged


def test_a_retired_section_has_no_buttons_without_their_script(client, water):
    Section.objects.filter(slug="wells").update(retired_at=timezone.now())

    page = read(client, f"{COVER}sections/wells/")

    assert 'id="figure-depth"' in page
    assert "data-enlarge" not in page


def test_an_old_address_of_a_section_leads_to_where_it_is_now(client, water):
    assert client.get(f"{COVER}past/")["Location"] == f"{COVER}#past"
    assert client.get(f"{COVER}sections/wells/")["Location"] == f"{COVER}wells/"
    assert client.get(f"{COVER}nothing/").status_code == 404

    Section.objects.filter(slug="wells").update(retired_at=timezone.now())

    assert client.get(f"{COVER}wells/")["Location"] == f"{COVER}sections/wells/"
    assert "removed from the brief" in read(client, f"{COVER}sections/wells/")


def test_a_section_with_the_name_of_another_page_keeps_a_page_of_its_own(client, brief):
    section = make_section(brief, slug="guide", heading="A guide to wells", body="Dig.")

    assert section.get_absolute_url() == f"{COVER}sections/guide/"
    assert "Dig." in read(client, section.get_absolute_url())
    assert f'href="{COVER}sections/guide/"' in read(client, COVER)


@pytest.mark.parametrize("slug", sorted(Section.RESERVED_SLUGS))
def test_no_new_section_takes_the_name_of_another_page(brief, slug):
    with pytest.raises(ValidationError, match="Another page of the brief has this name."):
        Section(brief=brief, slug=slug, heading="New").full_clean()


def test_tabs_of_a_brief_with_an_advisory_tell_nothing(client, water):
    Brief.objects.update(advisory="It may be hard to read.")

    for path in ("", "wells/", "all/", "short/", "guide/", "changes/", "mine/"):
        title = re.search(r"<title>(.*?)</title>", read(client, COVER + path), re.DOTALL)[1]
        assert "Water" not in title and "Wells" not in title, path


def test_without_an_advisory_tabs_name_the_section(client, water):
    page = read(client, f"{COVER}wells/")
    assert "<title>Wells · Water" in page
    assert '<meta name="description" content="Wells. ' in page


def test_minutes_count_figures_and_calls_to_action(client, brief):
    section = make_section(brief, slug="wells", body="word " * 210)
    assert "1 min" in read(client, COVER)

    make_figure(section)
    assert re.search(r"\b2 min\b", read(client, COVER))

    CallToAction.objects.create(brief=brief, slug="look", step="measure", text="word " * 200)
    assert re.search(r"\b3 min\b", read(client, COVER))


def test_every_section_of_a_real_brief_is_light_on_the_wire(client, db):
    for name in ("human_trafficking", "first_meeting"):
        call_command("loaddata", f"fixtures/{name}.yaml", verbosity=0)

    sections = [section for section in Section.objects.all() if not section.is_container]
    weights = {}
    for section in sections:
        answer = client.get(section.get_absolute_url(), headers={"Accept-Encoding": "gzip"})
        assert gzip.decompress(answer.content)
        weights[section.get_absolute_url()] = len(answer.content)

    assert len(weights) > 30
    assert max(weights.values()) <= MOST_BYTES, weights


def test_a_brief_in_another_folder_of_names_is_its_own(client, water):
    other = make_brief(slug="roads")
    make_section(other, slug="wells", heading="Not these")

    assert "Not these" not in read(client, f"{COVER}wells/")
