"""What differs between two texts, shown so that a person sees it."""

from briefs.changes import side_by_side


def test_only_what_differs_is_marked():
    assert side_by_side("Three old wells.", "Four old wells.") == [
        ("<del>Three</del> old wells.", "<ins>Four</ins> old wells.")
    ]


def test_what_is_the_same_is_left_out_but_beside_a_change():
    old = "\n\n".join(["One", "Two", "Three", "Four", "Five"])

    rows = side_by_side(old, old.replace("Five", "Six"))

    assert rows == [("…", "…"), ("Four", "Four"), ("<del>Five</del>", "<ins>Six</ins>")]


def test_a_paragraph_that_only_one_has_stands_alone():
    assert side_by_side("One", "One\n\nTwo") == [("One", "One"), ("", "<ins>Two</ins>")]


def test_lines_that_were_only_broken_elsewhere_are_the_same():
    assert side_by_side("One\ntwo", "One two\n\n- a\n- b") == [
        ("One two", "One two"),
        ("", "<ins>- a\n- b</ins>"),
    ]


def test_markup_is_shown_and_never_obeyed():
    (old, new) = side_by_side("<b>x</b>", "<script>x</script>")[0]

    assert "<b>" not in old
    assert "<script>" not in new
