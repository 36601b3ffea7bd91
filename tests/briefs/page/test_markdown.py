"""Markdown to safe HTML: what briefs can use, and what never reaches a page."""

import random
import re
import sys
from types import SimpleNamespace

import html5lib
import pytest

from briefs.page import markdown

FORBIDDEN_TAGS = {
    *("script", "style", "iframe", "object", "embed", "img", "svg", "math", "video", "audio"),
    *("form", "input", "button", "textarea", "select", "link", "meta", "base", "template"),
    *("html", "head", "body", "title", "frame", "frameset", "applet", "noscript"),
}


def sources(*slugs):
    return [SimpleNamespace(slug=slug, title=f"The “{slug}” report") for slug in slugs]


def tree(html):
    """The elements of an HTML fragment, parsed as in a browser."""
    fragment = html5lib.parseFragment(html, namespaceHTMLElements=False)
    return [node for node in fragment.iter() if isinstance(node.tag, str)]


def words(html):
    return " ".join("".join(html5lib.parseFragment(html).itertext()).split())


def ids(html):
    return [node.get("id") for node in tree(html) if node.get("id")]


def assert_harmless(html):
    for node in tree(html)[1:]:
        assert node.tag not in FORBIDDEN_TAGS, html
        for name, value in node.attrib.items():
            assert not name.lower().startswith("on"), html
            assert name not in {"style", "src", "srcset", "formaction", "action"}, html
            if name == "href":
                seen = re.sub(r"[\x00-\x20]", "", value).lower()
                assert re.match(r"https?://|mailto:|tel:|#|/(?![/\\])", seen), html


def test_paragraphs_are_numbered_and_nothing_else_is():
    text = (
        "One.\n\n- a list\n\n> a quote\n\n![](figure:cases)\n\n## A heading\n\nTwo.\n\n![](x.png)"
    )

    html = markdown.render(text, anchor="history", figures={"cases": ""})

    assert ids(html) == ["history-p1", "history-p2"]
    assert '<p id="history-p2">Two.</p>' in html
    assert markdown.count_paragraphs(text) == 2


def test_a_text_without_an_anchor_has_no_ids():
    assert markdown.render("One.\n\nTwo.") == "<p>One.</p>\n<p>Two.</p>"


def test_a_heading_in_a_text_is_a_bold_line_and_not_a_heading():
    html = markdown.render("# Who\n\nWhat\n----", anchor="x")

    assert html == '<p class="prose__heading">Who</p>\n<p class="prose__heading">What</p>'


def test_sources_are_numbered_in_the_order_of_their_first_citation():
    citations = markdown.Citations(sources("ilo", "osce", "unused"))

    first = markdown.render("Many [@osce].", citations=citations)
    second = markdown.render("More [@ilo] and again [@osce].", citations=citations)

    assert words(first) == "Many1."
    assert words(second) == "More2 and again1."
    assert [(cited.source.slug, cited.number, cited.places) for cited in citations.listed()] == [
        ("osce", 1, ["cite-osce-1", "cite-osce-2"]),
        ("ilo", 2, ["cite-ilo-1"]),
        ("unused", 3, []),
    ]
    assert ids(first) + ids(second) == ["cite-osce-1", "cite-ilo-1", "cite-osce-2"]


def test_a_citation_leads_to_its_source_and_says_which_it_is():
    html = markdown.render("So.[@ilo]", citations=markdown.Citations(sources("ilo")))

    assert html == (
        '<p>So.<sup class="cite"><a href="#source-ilo" id="cite-ilo-1" '
        'aria-label="Source 1: The “ilo” report">1</a></sup></p>'
    )


def test_citations_side_by_side_stand_together_and_close_to_their_word():
    citations = markdown.Citations(sources("a", "b"))

    html = markdown.render("So it is\n[@a][@b] [@a]. Then", citations=citations)

    assert words(html) == "So it is1, 2. Then"
    assert html.count("<sup") == 1


def test_an_unknown_source_leaves_no_trace_but_is_found():
    text = "So it is [@nowhere], they say [@ilo]."

    html = markdown.render(text, citations=markdown.Citations(sources("ilo")))

    assert words(html) == "So it is, they say1."
    assert markdown.find_citations(text) == ["nowhere", "ilo"]


def test_a_title_cannot_break_out_of_its_citation():
    hostile = SimpleNamespace(slug="x", title='"><script>alert(1)</script>')

    html = markdown.render("So.[@x]", citations=markdown.Citations([hostile]))

    assert_harmless(html)
    assert tree(html)[-1].get("aria-label") == 'Source 1: "><script>alert(1)</script>'


def test_a_figure_stands_where_its_marker_is_and_once():
    figures = {"cases": "<figure>cases</figure>", "cities": "<figure>cities</figure>"}
    text = "Before.\n\n![](figure:cases)\n![](figure:cities)\n\nAfter.\n\n![](figure:cases)"

    html = markdown.render(text, figures=figures)

    assert html == (
        "<p>Before.</p>\n<figure>cases</figure>\n<figure>cities</figure>\n<p>After.</p>"
    )
    assert markdown.find_figures(text) == ["cases", "cities"]


def test_an_unknown_or_misplaced_figure_vanishes():
    text = "![](figure:nowhere)\n\nWords ![](figure:cases) around.\n\n- ![](figure:cases)"

    html = markdown.render(text, figures={"cases": "<figure></figure>"})

    assert "figure" not in html
    assert markdown.find_figures(text) == ["nowhere"]


def test_a_picture_is_replaced_by_its_words():
    html = markdown.render("A ![map of *Ohio*](https://example.org/map.png) here.")

    assert html == "<p>A map of Ohio here.</p>"


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("[a](#history)", '<a href="#history">a</a>'),
        ("[a](figure:cases)", '<a href="#figure-cases">a</a>'),
        ("[a](/briefs/)", '<a href="/briefs/">a</a>'),
        ("[a](tel:+1-888-373-7888)", '<a href="tel:+1-888-373-7888">a</a>'),
        ("[a](mailto:a@example.org)", '<a href="mailto:a@example.org">a</a>'),
        (
            '[a](HTTPS://example.org/?x=1&y=2 "title")',
            '<a href="HTTPS://example.org/?x=1&amp;y=2" rel="noopener noreferrer">a</a>',
        ),
        ("[*a* b](//example.org)", "<em>a</em> b"),
        ("[a](/\\\\example.org)", '<a href="/%5Cexample.org">a</a>'),
        ("[a](ftp://example.org)", "a"),
        ("[a](page.html)", "a"),
    ],
)
def test_links_lead_to_known_places_or_are_only_words(text, html):
    assert markdown.render(text) == f"<p>{html}</p>"


def test_all_links_are_found_even_those_that_are_not_kept():
    text = "[a](https://example.org) <https://example.com>\n\n- [b](#x) [c](javascript:x)"

    assert markdown.find_links(text) == [
        "https://example.org",
        "https://example.com",
        "#x",
        "javascript:x",
    ]
    assert markdown.find_links("none") == []


def test_a_table_has_column_headings_and_no_style_attribute():
    html = markdown.render("| Who | Many |\n|---|--:|\n| Adults | 39 |")

    assert '<th class="prose__end" scope="col">Many</th>' in html
    assert '<td class="prose__end">39</td>' in html
    assert "style" not in html
    assert_harmless(html)


def test_indented_lines_and_html_are_only_words():
    assert markdown.render("a\n\n    indented") == "<p>a</p>\n<p>indented</p>"
    assert markdown.render("<b>a</b>") == "<p>&lt;b&gt;a&lt;/b&gt;</p>"


def test_words_are_counted_without_markers():
    text = "# Two words\n\n[Three](https://example.org) *more words* [@ilo]\n\n![x](figure:y)"

    assert markdown.plain(text) == "Two words Three more words"
    assert markdown.count_words(text) == 5
    assert markdown.plain("a\nb  \nc `d` ![e](f)\n\n- g\n- h\n\n```\ni\n```") == "a b c d e g h i"


@pytest.mark.parametrize(("count", "minutes"), [(0, 0), (1, 1), (220, 1), (221, 2), (5100, 24)])
def test_minutes_are_rounded_up(count, minutes):
    assert markdown.count_minutes(count) == minutes


def test_nothing_gives_nothing():
    assert markdown.render("") == markdown.render(" \n") == markdown.plain("") == ""


VECTORS = [
    "<script>alert(1)</script>",
    "<SCRIPT SRC=//evil.example/x.js></SCRIPT>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<script\n>alert(1)</script\n>",
    "<img src=x onerror=alert(1)>",
    "<img/src=x/onerror=alert(1)>",
    '<img src="x" onerror="alert(1)"//',
    "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<svg><a xlink:href='javascript:alert(1)'><text>x</text></a></svg>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "<body onload=alert(1)>",
    "<iframe src=javascript:alert(1)></iframe>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<object data=javascript:alert(1)></object>",
    "<embed src=data:text/html;base64,PHNjcmlwdD4=>",
    "<form action=javascript:alert(1)><input type=submit></form>",
    "<button formaction=javascript:alert(1)>x</button>",
    "<a href=javascript:alert(1)>x</a>",
    "<a href='&#106;avascript:alert(1)'>x</a>",
    "<meta http-equiv=refresh content='0;url=javascript:alert(1)'>",
    "<base href=//evil.example/>",
    "<link rel=stylesheet href=//evil.example/x.css>",
    "<style>@import '//evil.example/x.css';</style>",
    "<div style='background:url(javascript:alert(1))'>x</div>",
    "<details open ontoggle=alert(1)>x</details>",
    "<video><source onerror=alert(1)></video>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<!--><img src=x onerror=alert(1)>-->",
    "<![CDATA[<img src=x onerror=alert(1)>]]>",
    "<?xml version='1.0'?><x onclick=alert(1)>",
    "<template><img src=x onerror=alert(1)></template>",
    "<p id=x\x00 onclick=alert(1)>x</p>",
    "[a](javascript:alert(1))",
    "[a](JaVaScRiPt:alert(1))",
    "[a](&#106;&#97;vascript:alert(1))",
    "[a](&#x6A;avascript&colon;alert(1))",
    "[a](java&Tab;script:alert(1))",
    "[a](java\tscript:alert(1))",
    "[a](<java\x01script:alert(1)>)",
    "[a](\x01javascript:alert(1))",
    "[a](<  javascript:alert(1)>)",
    "[a](\u00a0javascript:alert(1))",
    "[a](javascript://example.org/%0aalert(1))",
    "[a](vbscript:msgbox(1))",
    "[a](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)",
    "[a](DATA:text/html,x)",
    "[a](blob:https://example.org/x)",
    "[a](file:///etc/passwd)",
    "[a](//evil.example)",
    "[a](\\\\evil.example)",
    "[a](/\\evil.example)",
    "[a](/\t/evil.example)",
    "[a](https:javascript:alert(1))",
    "<javascript:alert(1)>",
    "<JAVASCRIPT:alert(1)>",
    "<data:text/html,x>",
    "[a]\n\n[a]: javascript:alert(1)",
    "[a][b]\n\n[b]: <JAVASCRIPT:alert(1)> 'x'",
    "![a](javascript:alert(1))",
    "![a](https://evil.example/pixel.png)",
    "![a](data:image/svg+xml;base64,PHN2Zz4=)",
    '![" onerror="alert(1)](figure:x)',
    "![<script>alert(1)</script>](x)",
    '![](figure:x"onload=alert(1))',
    "[![a](javascript:alert(1))](javascript:alert(1))",
    '[a](https://example.org/"onmouseover="alert(1))',
    '[a](https://example.org "\\"onmouseover=alert(1)")',
    '[a](#"><script>alert(1)</script>)',
    "[<script>alert(1)</script>](https://example.org)",
    "`<script>alert(1)</script>`",
    '```"><script>alert(1)</script>\n<script>alert(1)</script>\n```',
    "```js onload=alert(1)\n</code></pre><script>alert(1)</script>\n```",
    "# <script>alert(1)</script>",
    "| <script>alert(1)</script> |\n|---|\n| <img src=x onerror=alert(1)> |",
    '[@<script>] [@"onclick=alert(1)]',
    "[@ilo](javascript:alert(1))",
    "[a [@ilo]](javascript:alert(1))",
    "</p></div></main><script>alert(1)</script>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "\\<script>alert(1)\\</script>",
    "\u2028<script>alert(1)</script>\u2029",
    "<\u017fcript>alert(1)</\u017fcript>",
]


@pytest.mark.parametrize("text", VECTORS)
@pytest.mark.parametrize("around", ["{}", "- {}", "> {}", "a **{}** b", "# {}"])
def test_hostile_text_never_reaches_the_page(text, around):
    hostile = around.format(text)

    assert_harmless(
        markdown.render(hostile, anchor="x", citations=markdown.Citations(sources("ilo")))
    )


@pytest.mark.slow
def test_random_text_never_reaches_the_page():
    dice = random.Random(20260101)
    pieces = [*VECTORS, *"[]()!<>&;:#*_`~|\\\"'=-/ \n\t\x00\x0b", "\n\n", "](", "![", "[@ilo]"]
    pieces += ["javascript:", "data:", "https://", "&#", "&colon;", "figure:x", "onclick=", "<a "]

    for _ in range(1500):
        text = "".join(dice.choices(pieces, k=dice.randint(1, 14)))
        citations = markdown.Citations(sources("ilo"))

        html = markdown.render(text, anchor="x", citations=citations, figures={"x": ""})

        assert_harmless(html)
        assert len(ids(html)) == len(set(ids(html)))
        assert len(markdown.find_citations(text)) >= len(citations.cited)


def steps_of(do):
    """How many calls and returns it takes: the same on every machine."""
    number = 0

    def note(frame, event, argument):
        nonlocal number
        number += 1

    sys.setprofile(note)
    try:
        do()
    finally:
        sys.setprofile(None)
    return number


@pytest.mark.parametrize(
    "huge",
    [
        lambda size: ">" * 4 * size + "x",
        lambda size: "- " * size + "x",
        lambda size: "*" * 4 * size + "x",
        lambda size: "![" * size + "x" + "](y)" * size,
        lambda size: "[" * size + "x" + "](y)" * size,
        lambda size: "[@ilo]" * size,
        lambda size: "|" * size + "\n" + "|-" * size,
        lambda size: "<div>" * size,
        lambda size: "&#" * 2 * size,
        lambda size: "`" * (2 * size + 1) + " " + "`" * 2 * size,
    ],
    ids="quotes lists stars images links citations table tags entities ticks".split(),
)
def test_huge_nesting_is_drawn_in_few_steps_or_dropped(huge):
    def draw(size):
        return markdown.render(huge(size), citations=markdown.Citations(sources("ilo")))

    once, twice = steps_of(lambda: draw(500)), steps_of(lambda: draw(1_000))

    # As long a text again takes as many steps again, not their square.
    assert twice < 2.5 * once
    assert_harmless(draw(5_000))
