"""The quick version of a brief: its summary and its figures."""

from briefs.models import Figure
from tests.factories import make_brief, make_figure, make_section, make_source


def test_the_summary_and_all_figures_stand_in_reading_order(client, db):
    brief = make_brief(slug="water", executive_summary="Water is short. " * 30)
    second = make_section(brief, body="See.\n\n![](figure:wells)\n\nThen more.", position=2)
    first = make_section(brief, body="Some words.", position=1)
    make_figure(second, slug="after", title="After the wells")
    make_figure(second, slug="wells", title="Wells by county")
    make_figure(first, slug="rain", title="Rain by year", source=make_source(brief, slug="survey"))
    make_figure(first, slug="film", title="A film", kind=Figure.Kind.VIDEO, data={})

    page = client.get("/briefs/water/short/").content.decode()

    places = [
        page.index(words)
        for words in ("Water is short.", "Rain by year", "Wells by county", "After the wells")
    ]
    assert places == sorted(places)
    assert page.index("A film") > page.index("Videos and documents")
    assert 'id="source-survey"' in page


def test_it_says_honestly_how_long_it_takes(client, db):
    brief = make_brief(slug="water", executive_summary="word " * 440)
    make_section(brief, body="word " * 2200)

    page = client.get("/briefs/water/short/").content.decode()

    assert "The summary takes about 2 minutes." in page
    assert "The charts" not in page
    assert "a 10-minute read." in page


def test_its_charts_are_folded_and_their_time_is_said(client, db):
    brief = make_brief(slug="water", executive_summary="word " * 440)
    section = make_section(brief)
    for _number in range(4):
        make_figure(section)

    page = client.get("/briefs/water/short/").content.decode()

    assert "The charts below it take about 2 more minutes." in page
    assert page.count("<figure") == 4
    assert page.index("short-way") < page.index("<figure") < page.index("</article>")


def test_what_the_summary_points_at_is_in_the_brief(client, db):
    brief = make_brief(slug="water", executive_summary="More in [history](#history).")
    make_section(brief, slug="history")

    assert 'href="/briefs/water/history/"' in client.get("/briefs/water/short/").content.decode()


def test_a_brief_in_preparation_has_no_short_way_for_others(client, db):
    make_brief(slug="water", audience="editors")

    assert client.get("/briefs/water/short/").status_code == 404


def test_the_page_of_the_brief_leads_to_it(client, db):
    make_brief(slug="water", executive_summary="Water is short.")

    assert 'href="/briefs/water/short/"' in client.get("/briefs/water/").content.decode()
