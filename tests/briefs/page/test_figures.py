"""Figures: the drawing shows exactly the data, and hostile text stays text."""

import random
import re
from types import SimpleNamespace
from xml.etree import ElementTree

import html5lib
import pytest

from briefs.models import Figure, Source
from briefs.page.figures import charts
from briefs.page.figures.svg import WIDTH, text_width, wrap

CHARTS = ["bar", "grouped_bar", "line", "share", "steps"]
REGIONS = [["Asia and the Pacific", 15.4], ["Africa", 5.7], ["The Americas", 1.2]]


def make_figure(kind="bar", rows=REGIONS, series=("",), **fields):
    """An unsaved figure, so that these tests need no database."""
    fields = {"slug": "regions", "title": "Where", "summary": "Mostly in Asia."} | fields
    return Figure(kind=kind, data={"series": list(series), "rows": rows}, **fields)


def elements(drawing, kind):
    root = ElementTree.fromstring(drawing)
    return [node for node in root.iter() if kind in node.get("class", "").split()]


def texts(drawing, kind):
    return [" ".join("".join(node.itertext()).split()) for node in elements(drawing, kind)]


def widths(drawing):
    return [float(bar.get("width")[:-1]) for bar in elements(drawing, "figure__fill")]


def boxes(drawing):
    """The box of each line of text in em, in the narrowest drawing."""
    for text in ElementTree.fromstring(drawing).iter("text"):
        size = charts.BIG if text.get("class") == "figure__big" else 1
        for line in text.findall("tspan") or [text]:
            words = line.text.strip()
            width = text_width(words) * size
            x = across(line.get("x")) * size if "em" in line.get("x") else across(line.get("x"))
            x += across(text.get("dx", "0")) * size
            x -= {"middle": width / 2, "end": width}.get(text.get("text-anchor"), 0)
            y = float(line.get("y")[:-2]) * size
            yield words, x, x + width, y - 0.9 * size, y + 0.3 * size


def across(length):
    if length.endswith("%"):
        return float(length[:-1]) * WIDTH / 100
    return float(length.removesuffix("em"))


def assert_nothing_touches(drawing):
    placed = list(boxes(drawing))
    height = float(re.search(r'height="([\d.]+)em"', drawing)[1])
    for number, (words, left, right, top, bottom) in enumerate(placed):
        assert left > -0.05 and right < WIDTH + 0.05, words
        assert top > -0.3 and bottom < height + 0.05, words
        for others, left2, right2, top2, bottom2 in placed[number + 1 :]:
            is_apart = left2 >= right - 0.02 or right2 <= left + 0.02
            assert is_apart or top2 >= bottom - 0.02 or bottom2 <= top + 0.02, (words, others)


def test_bars_say_what_the_data_say():
    drawing = charts.draw(make_figure())

    assert texts(drawing, "figure__label") == ["Asia and the Pacific", "Africa", "The Americas"]
    assert texts(drawing, "figure__value") == ["15.4", "5.7", "1.2"]


def test_bars_are_as_long_as_their_values():
    longest, *others = widths(charts.draw(make_figure()))

    assert [round(longest * share, 1) for share in (5.7 / 15.4, 1.2 / 15.4)] == [
        round(width, 1) for width in others
    ]


def test_percent_of_a_whole_are_drawn_against_the_whole():
    drawing = charts.draw(make_figure(rows=[["Operational", 24]], unit="%"))

    (whole,) = elements(drawing, "figure__whole")
    assert widths(drawing)[0] == pytest.approx(float(whole.get("width")[:-1]) * 0.24, abs=0.02)


def test_percent_more_or_less_are_not_drawn_against_a_whole():
    rows = [["Facebook", 125], ["Elsewhere", -22]]

    drawing = charts.draw(make_figure(rows=rows, unit="% change"))

    assert elements(drawing, "figure__whole") == []
    assert texts(drawing, "figure__value") == ["125%", "\N{MINUS SIGN}22%"]


def test_bars_below_zero_end_where_those_above_begin():
    drawing = charts.draw(make_figure(rows=[["Up", 30], ["Down", -10]]))

    up, down = elements(drawing, "figure__fill")
    end_of_down = float(down.get("x")[:-1]) + float(down.get("width")[:-1])
    assert end_of_down == pytest.approx(float(up.get("x")[:-1]), abs=0.02)
    assert widths(drawing)[1] == pytest.approx(widths(drawing)[0] / 3, abs=0.02)


def test_each_bar_of_a_group_says_its_name():
    rows = [["Labor trafficking", 80, 35], ["Sex trafficking", 20, 65]]

    drawing = charts.draw(make_figure("grouped_bar", rows, ["Victims", "Profits"], unit="%"))

    assert texts(drawing, "figure__name") == ["Victims", "Profits"] * 2
    assert texts(drawing, "figure__value") == ["80%", "35%", "20%", "65%"]


def test_shares_fill_the_strip_even_when_rounding_makes_101():
    rows = [["Adult", 39], ["Minor", 34], ["Unknown", 28]]

    drawing = charts.draw(make_figure("share", rows, unit="%"))

    strip = [bar for bar in elements(drawing, "figure__fill") if bar.get("width").endswith("%")]
    assert sum(float(bar.get("width")[:-1]) for bar in strip) == pytest.approx(100, abs=0.05)
    assert texts(drawing, "figure__value") == ["39%", "34%", "28%"]


def test_a_share_that_nobody_counted_stays_empty():
    drawing = charts.draw(make_figure("share", [["Adult", 50], ["Minor", 30]], unit="%"))

    strip = [bar for bar in elements(drawing, "figure__fill") if bar.get("width").endswith("%")]
    assert [bar.get("width") for bar in strip] == ["50%", "30%"]


def test_squares_of_steps_are_to_scale_by_area_and_say_so():
    drawing = charts.draw(make_figure("steps", [["All", 1600], ["Some", 400]]))

    large, small = (float(s.get("width")[:-2]) for s in elements(drawing, "figure__fill"))
    assert (large / small) ** 2 == pytest.approx(4, abs=0.05)
    assert "the largest is 4.0 times the smallest" in texts(drawing, "figure__name")[0]


def test_a_quantity_too_small_to_be_seen_is_a_dot_in_a_ring():
    rows = [["Victims of forced labor", 16_000_000], ["Prosecutions", 1_000]]

    drawing = charts.draw(make_figure("steps", rows))

    assert texts(drawing, "figure__big") == ["16,000,000", "1,000"]
    assert len(elements(drawing, "figure__ring")) == 1
    assert "the largest is 16,000 times the smallest" in texts(drawing, "figure__name")[0]


def test_a_line_carries_every_value_where_there_is_room():
    drawing = charts.draw(make_figure("line", [["2011", 1360], ["2020", 2198]], unit="persons"))

    assert texts(drawing, "figure__value") == ["1,360", "2,198"]
    assert texts(drawing, "figure__name") == ["2011", "2020"]
    assert len(elements(drawing, "figure__line")) == 1


def test_years_on_a_line_stand_at_their_distance():
    rows = [["2000", 1], ["2010", 2], ["2015", 3]]

    drawing = charts.draw(make_figure("line", rows))

    first, second = elements(drawing, "figure__line")
    x1, x2, x3 = (float(x[:-1]) for x in (first.get("x1"), first.get("x2"), second.get("x2")))
    assert x2 - x1 == pytest.approx(2 * (x3 - x2), abs=0.05)


def test_a_crowded_line_gets_a_scale_and_still_says_where_it_ends():
    rows = [[str(year), year * 7 % 97 * 1000, year * 5 % 89 * 1000] for year in range(2000, 2020)]

    drawing = charts.draw(make_figure("line", rows, ["Begun", "Ended"]))

    assert len(elements(drawing, "figure__grid")) >= 2
    assert f"{rows[-1][1]:,}" in texts(drawing, "figure__value")
    assert texts(drawing, "figure__label") == ["Begun", "Ended"]


def test_a_line_breaks_where_nothing_is_known_and_says_so():
    rows = [["2015", 4], ["2016", 5], ["2017", None], ["2018", 6], ["2019", 7]]

    drawing = charts.draw(make_figure("line", rows))

    assert len(elements(drawing, "figure__line")) == 2
    assert "Unknown: 2017." in texts(drawing, "figure__name")


@pytest.mark.parametrize("kind", ["bar", "grouped_bar", "share", "steps"])
def test_what_is_not_known_is_said_and_not_drawn(kind):
    drawing = charts.draw(make_figure(kind, [["One", 10], ["Two", None]]))

    assert texts(drawing, "figure__unknown") == ["unknown"]


@pytest.mark.parametrize(
    ("unit", "value", "shown"),
    [
        ("US dollars a year", 22000, "$22,000"),
        ("US dollars", -5, "\N{MINUS SIGN}$5"),
        ("%", 39, "39%"),
        ("% of victims", 0, "0%"),
        ("million people", 15.4, "15.4"),
        ("people", 16_000_000, "16,000,000"),
        ("people", 0.1, "0.1"),
        ("people", None, "unknown"),
        ("people", float("nan"), "unknown"),
        ("people", True, "unknown"),
        ("people", "many", "unknown"),
    ],
)
def test_values_are_written_with_their_unit(unit, value, shown):
    figure = make_figure(rows=[["One", value]], unit=unit)

    assert charts.table(figure)["rows"] == [["One", shown]]
    assert shown in charts.draw(figure)


def test_the_table_carries_every_number_and_names_its_columns():
    rows = [["Labor", 80, None], ["Sex", 20, 65]]
    figure = make_figure("grouped_bar", rows, ["Victims", "Profits"], unit="%")

    assert charts.table(figure) == {
        "header": ["", "Victims", "Profits"],
        "rows": [["Labor", "80%", "unknown"], ["Sex", "20%", "65%"]],
    }
    assert charts.table(make_figure(unit="million people"))["header"] == ["", "Million people"]
    assert charts.table(make_figure())["header"] == ["", "Number"]


def test_rows_of_unequal_length_are_made_regular():
    figure = make_figure(rows=[["One", 1, 2], ["Two"]], series=["A"])

    assert charts.table(figure)["header"] == ["", "A", "Number"]
    assert charts.table(figure)["rows"][1] == ["Two", "unknown", "unknown"]


@pytest.mark.parametrize(
    "data", [{}, [], None, {"rows": []}, {"rows": 3, "series": "x"}, {"rows": [[], "x", {}]}]
)
@pytest.mark.parametrize("kind", CHARTS)
def test_a_figure_without_numbers_shows_its_summary(kind, data):
    figure = make_figure(kind)
    figure.data = data

    html = charts.render(figure)

    assert charts.draw(figure) == ""
    assert "Mostly in Asia." in html
    assert "<table" not in html


@pytest.mark.parametrize("kind", CHARTS)
@pytest.mark.parametrize(
    "rows",
    [
        [["One", 0]],
        [["One", None]],
        [["One"]],
        [["One", -4]],
        [["", 4]],
        [["2020", 4], ["2020", 5]],
        [["Zero", 0], ["Still zero", 0]],
        [["Tiny", 1e-9], ["Huge", 10**17]],
        [["Huge", 10**400]],
    ],
)
def test_odd_data_are_drawn_all_the_same(kind, rows):
    drawing = charts.draw(make_figure(kind, rows))

    ElementTree.fromstring(drawing)
    assert "nan" not in drawing


@pytest.mark.parametrize("kind", CHARTS)
def test_hostile_words_are_only_words(kind):
    hostile = '"><script>alert(1)</script>\x00\x08'
    source = Source(slug="x", title=hostile, publisher=hostile)
    figure = make_figure(
        kind,
        [[hostile, 1, 2], [hostile, 3, 4]],
        [hostile, hostile],
        unit=hostile,
        title=hostile,
        summary=hostile,
        as_of=hostile,
        note=hostile,
        source=source,
    )

    ElementTree.fromstring(charts.draw(figure))
    page = html5lib.parseFragment(charts.render(figure), namespaceHTMLElements=False)
    assert not [node for node in page.iter() if str(node.tag).endswith("script")]


@pytest.mark.parametrize("kind", CHARTS)
def test_a_chart_is_one_image_named_by_its_summary_and_has_no_style_attribute(kind):
    html = charts.render(make_figure(kind, [["A", 1, 2, 3], ["B", 4, 5, 6]], ["x", "y", "z"]))

    page = html5lib.parseFragment(html, namespaceHTMLElements=False)
    (drawing,) = [node for node in page.iter() if node.get("role") == "img"]
    names = [node for node in page.iter() if node.get("id") == drawing.get("aria-labelledby")]
    assert [name.text for name in names] == ["Mostly in Asia."]
    assert not [node for node in page.iter() if "style" in node.attrib]


def test_ids_are_unique_on_a_page_and_patterns_are_found():
    pages = [make_figure("share", slug="one"), make_figure("share", slug="two")]

    html = "".join(charts.render(figure) for figure in pages)

    ids = re.findall(r' id="([^"]+)"', html)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r"url\(#([^)]+)\)", html)) <= set(ids)
    assert {"figure-one", "figure-two"} <= set(ids)


def test_the_whole_figure_says_what_when_and_whence():
    source = Source(slug="ilo", title="Global Estimates", publisher="ILO", year=2022)
    figure = make_figure(unit="million people", as_of="2016", note="Rounded.", source=source)

    html = charts.render(figure)

    assert '<figure class="figure figure--bar" id="figure-regions">' in html
    assert "Million people, 2016" in html
    assert "Rounded." in html
    assert '<a href="#source-ilo">Global Estimates</a>, ILO, 2022' in " ".join(html.split())
    assert "Show the numbers" in html
    assert '<th scope="row">Africa</th><td>5.7</td>' in " ".join(html.split()).replace("> <", "><")


def test_a_film_is_a_card_that_says_where_it_leads():
    source = Source(slug="pbs", title="Frontline", publisher="PBS")
    url = "https://www.pbs.org/film/?a=1&b=2"
    figure = make_figure("video", [], url=url, length_minutes=54, source=source)

    html = charts.render(figure)

    assert "Video · 54 minutes · PBS" in " ".join(html.split())
    assert 'href="https://www.pbs.org/film/?a=1&amp;b=2" rel="noopener noreferrer"' in html
    assert "Watch on pbs.org" in html
    assert "<svg" not in html and "<table" not in html


def test_a_document_of_one_minute_is_read():
    figure = make_figure("document", [], url="https://example.org/report.pdf", length_minutes=1)

    html = charts.render(figure)

    assert "Document · 1 minute </p>" in " ".join(html.split())
    assert "Read on example.org" in html


@pytest.mark.parametrize("url", ["", "javascript:alert(1)", "//example.org", "http://[", "http:"])
def test_without_an_address_the_reader_is_told_to_search(url):
    html = charts.render(make_figure("video", [], url=url))

    assert "No link available. Try searching the web for the title." in html
    assert "<a " not in html


def test_words_are_wrapped_and_none_is_lost():
    text = "Safe accommodation for survivors, Donaudampfschifffahrtsgesellschaftskapitän"

    lines = wrap(text, 10)

    assert all(text_width(line) <= 10 for line in lines)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert wrap("", 10) == []


@pytest.mark.parametrize("kind", CHARTS)
def test_no_words_touch_in_the_narrowest_drawing(kind):
    dice = random.Random(f"{kind}20260101")
    vocabulary = "Asia and the Pacific Europe, Central MINING work W forced labour 2021".split()

    for _ in range(150):
        columns = dice.choice([1, 1, 2, 3, 4])
        low = dice.choice([0, 0, 0, -1]) * dice.choice([50, 5_000])
        high = dice.choice([10, 100, 3_000, 1_000_000])
        rows = [
            [
                dice.choice(
                    [str(2000 + n), " ".join(dice.choices(vocabulary, k=dice.randint(1, 14)))]
                ),
                *(dice.choice([None, 0, *[dice.randint(low, high)] * 6]) for _c in range(columns)),
            ]
            for n in range(dice.randint(1, 12))
        ]
        names = ["".join(dice.choices(vocabulary)) for _c in range(columns)]
        unit = dice.choice(["%", "US dollars", "people"])

        assert_nothing_touches(charts.draw(make_figure(kind, rows, names, unit=unit)))


def test_a_figure_is_anything_with_its_fields():
    figure = SimpleNamespace(
        slug="x", kind="bar", unit="", as_of="", summary="", data={"rows": [["One", 1]]}
    )

    assert charts.draw(figure).startswith("<svg")
