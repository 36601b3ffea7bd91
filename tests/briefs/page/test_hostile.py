"""Hostile text is only ever text on a page.

html5lib parses the pages as browsers do (by the HTML standard). Each element, attribute and
URL must be one that the project itself writes.
"""

from pathlib import Path

import html5lib
import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from briefs.page import markdown
from tests.factories import (
    make_brief,
    make_figure,
    make_meeting,
    make_note,
    make_question,
    make_section,
    make_source,
)

LINES = (Path(__file__).parent / "xss_vectors.txt").read_text().splitlines()
VECTORS = [
    line.replace("\\n", "\n").replace("\\t", "\t").replace("\\0", "\0").replace("\\x01", "\x01")
    for line in LINES
    if line and not line.startswith("# ") or line.startswith("# <")
]

ELEMENTS = set("p blockquote ul ol li pre hr div a br code em strong sup".split())
ELEMENTS |= set("table thead tbody tr th td".split())
ATTRIBUTES = {"class", "href", "id", "rel", "role", "tabindex", "aria-label", "scope", "start"}
SCHEMES = ("https://", "http://", "mailto:", "tel:", "#", "/")


def elements_of(html):
    body = html5lib.parse(html, namespaceHTMLElements=False).find("body")
    return [element for element in body.iter() if element is not body]


def dangers_in(html):
    """Everything in a rendered text that isn't allowed: elements, attributes, URLs."""
    found = []
    for element in elements_of(html):
        if element.tag not in ELEMENTS:
            found.append(str(element.tag))
        found += [name for name in element.attrib if name not in ATTRIBUTES]
        href = element.get("href", "#")
        if not href.lower().startswith(SCHEMES) or href.startswith(("//", "/\\")):
            found.append(href)
    return found


def test_the_vectors_are_many():
    assert len(VECTORS) > 100


@pytest.mark.parametrize("vector", VECTORS)
def test_a_published_vector_is_only_text(vector):
    assert dangers_in(markdown.render(vector)) == []
    assert dangers_in(markdown.render(f"Before {vector} after\n\n* {vector}\n\n> {vector}")) == []


pieces = st.sampled_from(
    [
        *("<", ">", "</", "/>", '"', "'", "`", "(", ")", "[", "]", "!", "&", ";", ":", "\\", "\n"),
        *("script", "img ", "svg", "a ", "src=", "href=", "onload=", "onerror=", "style=", "x"),
        *("javascript:", "data:text/html,", "vbscript:", "//", "https://example.org", "#", "|"),
        *("&#106;", "&colon;", "\x00", "\t", "\x0b", "\u2028", "<!--", "-->", "<![CDATA[", "]]>"),
        *("---", "```", "[@x]", "![](figure:x)", "alert(1)", " ", "- ", "> ", "1. ", "é", "😀"),
    ]
)


@given(st.lists(pieces, max_size=40).map("".join))
def test_generated_text_is_only_text(text):
    assert dangers_in(markdown.render(text, anchor="x")) == []


@given(st.text(max_size=200))
def test_any_text_at_all_is_only_text(text):
    assert dangers_in(markdown.render(text)) == []


BREAKOUT = "\"'><img src=x onerror=alert(1)><script>alert(1)</script>&lt;"


def test_every_field_of_a_brief_is_only_text_on_its_page(client, db):
    brief = make_brief(
        title=BREAKOUT,
        summary=BREAKOUT,
        executive_summary=BREAKOUT,
        about=BREAKOUT,
        advisory=BREAKOUT,
        language=BREAKOUT[:16],
    )
    source = make_source(brief, title=BREAKOUT, publisher=BREAKOUT, note=BREAKOUT, year=2020)
    section = make_section(brief, heading=BREAKOUT, body=BREAKOUT, advisory=BREAKOUT)
    make_figure(
        section,
        title=BREAKOUT,
        summary=BREAKOUT,
        unit=BREAKOUT[:60],
        as_of=BREAKOUT,
        note=BREAKOUT,
        source=source,
        data={"series": [BREAKOUT], "rows": [[BREAKOUT, 1], ["two", 2]]},
    )
    make_figure(section, kind="video", title=BREAKOUT, url="javascript:alert(1)", data={})
    make_source(brief, url="javascript:alert(1)")
    brief.helplines.create(slug="help", name=BREAKOUT, when=BREAKOUT, phone=BREAKOUT[:40])
    brief.calltoactions.create(slug="do", step="plan", text=BREAKOUT)
    make_question(section, text=BREAKOUT)

    names = ("brief_detail", "brief_all", "guide_detail", "brief_changes")
    paths = [reverse(f"briefs:{name}", args=[brief.slug]) for name in names]
    for path in [*paths, section.get_absolute_url()]:
        page = client.get(path).content.decode()

        assert page_dangers(page) == []

    found = client.get("/briefs/", {"q": "alert"})

    assert found.context["results"].number >= 8
    assert page_dangers(found.content.decode()) == []
    assert page_dangers(client.get("/briefs/", {"q": BREAKOUT}).content.decode()) == []


def test_what_people_type_in_a_circle_is_only_text(client, circle, member):
    circle.purpose = circle.agreements = BREAKOUT
    circle.save()
    meeting = make_meeting(circle, title=BREAKOUT, welcome=BREAKOUT, place=BREAKOUT)
    meeting.start()
    make_note(meeting, member, text=BREAKOUT)
    client.force_login(member)

    for name in ("meeting_detail", "note_list", "agenda_detail"):
        url = reverse(f"circles:{name}", args=[circle.slug, meeting.number])

        assert page_dangers(client.get(url).content.decode()) == []


def page_dangers(page):
    """Scripts other than our own files, event handlers, and URLs that run code."""
    found = []
    for element in html5lib.parse(page, namespaceHTMLElements=False).iter():
        if element.tag == "script" and not element.get("src", "").startswith("/static/"):
            found.append("script")
        if element.tag == "img" and not element.get("src", "").startswith("/static/"):
            found.append("img")
        found += [name for name in element.attrib if str(name).startswith("on")]
        if element.get("href", "").strip().lower().startswith(("javascript:", "data:text")):
            found.append(element.get("href"))
    return found
