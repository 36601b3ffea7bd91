"""The numbers of a chart as people type and paste them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefs.desk.numbers import Numbers, number


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        *[("12", 12), ("1,200", 1200), ("$5.50", 5.5), ("39%", 39), ("−3", -3), (".5", 0.5)],
        *[("", None), ("1,5", None), ("abc", None), ("1e9", None), ("nan", None), ("-", None)],
        *[("٣", 3), ("9" * 24, None)],
    ],
)
def test_a_number_is_read_as_people_write_it(typed, found):
    assert number(typed) == found


def test_what_is_no_number_is_told_at_its_cell():
    table = Numbers.read({"series-1": "", "row-1": "Homes", "cell-1-1": "many"})

    assert not table.check()
    assert "isn’t a number" in table.rows[0].errors[1]


def test_a_blank_number_is_not_known():
    table = Numbers.read({"row-1": "Homes", "cell-1-1": "", "row-2": "Farms", "cell-2-1": "4"})

    assert table.check()
    assert table.data["rows"] == [["Homes", None], ["Farms", 4]]


def test_a_row_keeps_its_name_when_another_goes():
    table = Numbers.of({"series": [""], "rows": [["a", 1], ["b", 2], ["c", 3]]})
    name = table.table[2]["name"]

    table.do("remove-row-1")

    assert [(row["name"], row["label"]) for row in table.table][-1] == (name, "c")


@pytest.mark.parametrize(
    "pasted",
    ["Use\t2024\t2025\nHomes\t1,000\t5\nFarms\t2\t", "Use;2024;2025\nHomes;1,000;5\nFarms;2;"],
)
def test_rows_of_a_spreadsheet_fill_the_table(pasted):
    table = Numbers.of({})
    table.do("fill", pasted)

    assert table.check()
    assert table.data == {
        "series": ["2024", "2025"],
        "rows": [["Homes", 1000, 5], ["Farms", 2, None]],
    }


NAMES = st.sampled_from(["series-1", "row-1", "row-2", "cell-1-1", "row-99999999", "row-x"])
DO = st.one_of(
    st.sampled_from(["add-row", "add-series", "fill", "remove-row-1", "remove-series-1"]),
    st.text(max_size=20),
)


@given(st.dictionaries(NAMES, st.text(max_size=30)), DO, st.text(max_size=80))
def test_whatever_is_sent_makes_a_table(typed, what, pasted):
    table = Numbers.read(typed)
    table.do(what, pasted)

    assert all(len(row) == len(table.series) + 1 for row in table.data["rows"])
    if table.check():
        assert Numbers.of(table.data).data["rows"] == table.data["rows"]
