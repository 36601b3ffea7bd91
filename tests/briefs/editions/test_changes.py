"""Showing what differs between two texts."""

from briefs.editions.changes import paragraphs, paragraphs_as_read, side_by_side


def compared(old, new, divide=paragraphs):
    return side_by_side(divide(old), divide(new))


def test_only_what_differs_is_marked():
    assert compared("Three old wells.", "Four old wells.") == [
        ("<del>Three</del> old wells.", "<ins>Four</ins> old wells.")
    ]


def test_what_is_the_same_is_left_out_but_beside_a_change():
    old = "\n\n".join(["One", "Two", "Three", "Four", "Five"])

    rows = compared(old, old.replace("Five", "Six"))

    assert rows == [("…", "…"), ("Four", "Four"), ("<del>Five</del>", "<ins>Six</ins>")]


def test_a_paragraph_that_only_one_has_stands_alone():
    assert compared("One", "One\n\nTwo") == [("One", "One"), ("", "<ins>Two</ins>")]


def test_lines_that_were_only_broken_elsewhere_are_the_same():
    assert compared("One\ntwo", "One two\n\n- a\n- b") == [
        ("One two", "One two"),
        ("", "<ins>- a\n- b</ins>"),
    ]


def test_markup_is_shown_and_never_obeyed():
    (old, new) = compared("<b>x</b>", "<script>x</script>")[0]

    assert "<b>" not in old
    assert "<script>" not in new


def test_a_reader_sees_words_and_no_marks():
    old = "Three *old* wells [@report].\n\n- [One](https://example.org/)\n- Two"

    assert compared(old, old.replace("Two", "Four"), paragraphs_as_read) == [
        ("…", "…"),
        ("One", "One"),
        ("<del>Two</del>", "<ins>Four</ins>"),
    ]
