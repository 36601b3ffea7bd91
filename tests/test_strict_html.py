"""The reader of pages finds what browsers would mend."""

import pytest

from . import strict_html


def faults(body):
    return strict_html.read(f"<!doctype html><html><body>{body}</body></html>").faults


@pytest.mark.parametrize(
    "right",
    [
        "<p>One<p>Two</p><ul><li>a<li>b</ul>",
        "<table><tr><td>1<td>2<tr><td>3</table>",
        "<svg viewBox='0 0 1 1'><path d='M0 0'/><g><rect/></g></svg><br><img src=x alt=''>",
        "<dl><dt>a<dd>b</dl><select><option>1<option>2</select>",
        '<input type="hidden" name="x"><script type="application/json">{"a": "</p>"}</script>',
    ],
)
def test_what_html_allows_is_no_fault(right):
    assert faults(right) == []


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ("<p>One<div>Two</div></p>", "</p> closes nothing"),
        ("<div><span></div>", "</div> comes while <span> is open"),
        ("<div></div></div>", "</div> closes nothing"),
        ("<span><div></div></span>", "<div> stands in <span>"),
        ("<b/>", "is not closed by its slash"),
        ("</br>", "</br> closes nothing"),
        ('<a class="x" class="y">a</a>', "names an attribute twice"),
        ('<i id="a"></i><i id="a"></i>', "the id “a” is given twice"),
        ('<input type="hidden" aria-describedby="x">', "a hidden input has aria-describedby"),
    ],
)
def test_what_a_browser_would_mend_is_told(wrong, said):
    assert any(said in fault for fault in faults(wrong)), faults(wrong)


def test_what_is_never_closed_is_told():
    assert strict_html.read("<main>").faults == ["line 1: <main> is never closed"]
