"""What each kind of input must give, one small page or file at a time."""

import re

import pytest

from briefs.drafting import Unreadable
from briefs.page import markdown

from .test_every_word import drafted


def sections(objects):
    return [item["fields"] for item in objects if item["model"] == "briefs.section"]


def body_of(content, name="water.html", **options):
    """The text of the only section, and what was told."""
    objects, guesses = drafted(content, name, **options)
    (section,) = sections(objects)
    return section.get("body", "").removesuffix("\n"), [guess.sentence for guess in guesses]


def page(inner):
    return body_of(f"<h2>Wells</h2>{inner}")


KEPT = {
    "10⁶": ("10<sup>6</sup>", "10⁶"),
    "water": ("H<sub>2</sub>O", "H₂O"),
    "a note’s number": ("since 1931<sup>2</sup>.", "since 1931²."),
    "a negative power": ("10<sup>−3</sup>", "10⁻³"),
    "a sum in the air": ("x<sup>n+1</sup>", "xⁿ⁺¹"),
    "by style": ('m<span style="vertical-align: super">2</span>', "m²"),
    "a trade mark": ("Well<sup>TM</sup>", "Well™"),
    "spans": ("<span>Three </span><span><b>wells</b></span><span>.</span>", "Three **wells**."),
    "less than": ("if x <y and z", r"if x \<y and z"),
    "a heart": ("I </3 you", r"I \</3 you"),
    "a declaration": ("A <!B c>", r"A \<!B c>"),
    "characters as they are": ("A <![CDATA[<b>]]>", r"A \<b>"),
    "a quotation mark too few": (
        '<p title="A>B</p><p class="c">D</p>',
        '\\<p title="A>B\n\nD',
    ),
    "an address that never ends": ("<a href='x>A</a> B", r"\<a href='x>A B"),
    "a meaning in raised letters": ('x<sup><abbr title="by Ann">2</abbr></sup>', "x2"),
    "a formula that is drawn, too": (
        "<span><math><mi>x</mi></math><span class='katex-html' aria-hidden>x</span></span>",
        "x",
    ),
    "a drawing": ("A <svg><path d='M1 2'></path><text>B</text></svg>", "A"),
    "bold parts": ("<b>Pay</b><b>ment</b> <b><b>due</b></b>", "**Payment** **due**"),
    "bold before a word": ("<b>Note:</b>the well", "**Note**:the well"),
    "bold in Japanese": ("は<b>「水」</b>です", "は「**水**」です"),
    "bold in italics": ("<i>a<b>b</b>c</i>", "*a**b**c*"),
    "bold that isn’t": ('<b style="font-weight:normal">The <i>well</i></b>', "The *well*"),
    "bold by style": ('<span style="font-weight:700">A</span> well', "**A** well"),
    "breaks": (
        "Town hall<br>12 Main Street<br/>Springfield",
        "Town hall\\\n12 Main Street\\\nSpringfield",
    ),
    "two breaks": ("One.<br><br>Two.", "One.\n\nTwo."),
    "a number after a break": ("One<br>2. Two", "One\\\n2\\. Two"),
    "a typed entity": ("Write &amp;copy; and &amp;lt;b&amp;gt;", r"Write \&copy; and \&lt;b\&gt;"),
    "a soft hyphen": ("traf&shy;fick&#173;ing &#8203;law", "trafficking law"),
    "joiners of an emoji": ("👨\u200d👩\u200d👧 wo\u200crd", "👨\u200d👩\u200d👧 word"),
    "quotation": ("<q>Old</q>", "“Old”"),
    "a reading": ("<ruby>水<rp>(</rp><rt>mizu</rt><rp>)</rp></ruby>", "水 (mizu)"),
    "a link after a cry": (
        'Look!<a href="mailto:a@b.org">here</a>',
        r"Look\![here](mailto:a@b.org)",
    ),
    "an emoji as a picture": ('<img class="emoji" alt="🌊" src="/e.png"> sea', "🌊 sea"),
}


@pytest.mark.parametrize(("inner", "text"), KEPT.values(), ids=KEPT)
def test_words_are_kept_as_they_are(inner, text):
    assert page(f"<p>{inner}</p>")[0] == text


BLOCKS = {
    "nested list": (
        "<ul><li>Town<ul><li>North</li><li>River</li></ul></li></ul>",
        "- Town\n  - North\n  - River",
    ),
    "list right in a list": ("<ul><li>Town</li><ul><li>North</li></ul></ul>", "- Town\n  - North"),
    "mixed lists": (
        "<ol><li>Open<ul><li>Slowly</li></ul></li><li>Close</li></ol>",
        "1. Open\n   - Slowly\n2. Close",
    ),
    "list that begins at 3": ("<ol start=3><li>Open.<li>Close.</ol>", "3. Open.\n4. Close."),
    "list that counts down": (
        "<ol reversed><li>Two<li>One</ol>",
        r"- 2\. Two" + "\n" + r"- 1\. One",
    ),
    "list of letters": (
        '<ol type="a"><li>Open<li>Close</ol>',
        r"- a\. Open" + "\n" + r"- b\. Close",
    ),
    "list of Roman numbers": ('<ol type="I" start="4"><li>Open</ol>', r"- IV\. Open"),
    "list with a gap": ('<ol><li>A<li value="5">B</ol>', r"- 1\. A" + "\n" + r"- 5\. B"),
    "two paragraphs in an item": ("<ul><li><p>A</p><p>B</p></ul>", "- A\n\n  B"),
    "table": (
        "<table><tr><th>Well<th>Use</tr><tr><td>North<td>9|0</tr></table>",
        "| Well | Use |\n| --- | --- |\n| North | 9\\|0 |",
    ),
    "table with a caption": (
        "<table><caption>Use</caption><tr><th>A<th>B</tr><tr><td>1<td>2</tr></table>",
        "Use\n\n| A | B |\n| --- | --- |\n| 1 | 2 |",
    ),
    "merged cells": (
        "<table><tr><th>A<th>B</tr><tr><td rowspan=2>1<td>2</tr><tr><td>3</tr></table>",
        "| A | B |\n| --- | --- |\n| 1 | 2 |\n|  | 3 |",
    ),
    "wide cells": (
        "<table><tr><th colspan=2>A<th>B</tr><tr><td>1<td>2<td>3</tr></table>",
        "| A |  | B |\n| --- | --- | --- |\n| 1 | 2 | 3 |",
    ),
    "list in a cell": (
        "<table><tr><th>A<th>B</tr><tr><td><ul><li>x<li>y</ul><td>z</tr></table>",
        "| A | B |\n| --- | --- |\n| x / y | z |",
    ),
    "table in a table": (
        "<table><tr><td>outer<table><tr><td>inner</td></tr></table></td></tr></table>",
        "outer\n\ninner",
    ),
    "terms": ("<dl><dt>Well<dd>A hole.</dl>", "**Well**\n\nA hole."),
    "lines as they are": ("<pre>a\n  b</pre>", "```\na\n  b\n```"),
    "quotation": ("<blockquote><p>A</p><p>B</p></blockquote>", "> A\n>\n> B"),
    "year": ("<p>1984. It was dry.</p>", r"1984\. It was dry."),
    "picture inside a sentence": (
        '<p>See <img src="/p.png" alt="a map"> the map.</p>',
        "See the map.\n\n*a map*",
    ),
}


@pytest.mark.parametrize(("inner", "text"), BLOCKS.values(), ids=BLOCKS)
def test_blocks_are_kept_as_they_are(inner, text):
    assert page(inner)[0] == text


TOLD = {
    "raised letters": ("x<sup>max</sup>", "“max” was raised"),
    "lowered letters": ("x<sub>q</sub>", "“q” was lowered"),
    "ordinals, once": ("the 19<sup>th</sup> and 20<sup>th</sup>", "such as “19th,”"),
    "struck": ("It costs <del>40</del> 45, <s>a month</s> a year", "“40”, “a month.”"),
    "struck by style": ('<span style="text-decoration:line-through">40</span> 45', "“40.”"),
    "hidden": ('<span style="display:none">old</span> new', "hidden text: “old.”"),
    "local link": ('<a href="/local">local</a>', "“local” led to /local"),
    "file": ('<a href="file:///C:/a.docx">file</a>', "“file” led to file:///C:/a.docx"),
    "script": ('<a href="javascript:go()">go</a>', "“go” led to javascript:go()"),
    "missing anchor": ('<a href="#gone">there</a>', "“there” led to #gone"),
    "empty link": ('<a href="">there</a>', "“there” was a link that leads nowhere"),
    "link on a picture": (
        '<a href="https://a.org/"><img src="https://a.org/p.png" alt="the map"></a>',
        "“the map” led to https://a.org/",
    ),
    "long link": (f'<a href="https://a.org/?q={"x" * 400}">long</a>', "x" * 400),
    "broken address": ('<a href="http://[">odd</a>', "“odd” led to http://["),
    "redirect to nowhere": ('<a href="https://www.google.com/url?q=x">odd</a>', "“odd” led to"),
    "MathML": ("<math><mi>x</mi><mo>=</mo><mn>2</mn></math>", "“x=2.”"),
    "TeX": ("So $E = mc^2$ holds", "“$E = mc^2$” may be a formula"),
    "a picture of a formula": ('<img class="latex" alt="x^2" src="/x.png">', "“x^2.”"),
    "picture without words": ('A <img src="wells.png">', "An image is lost: wells.png"),
    "abbreviation": ('<abbr title="Town Water Act">TWA</abbr>', "“TWA,” “Town Water Act.”"),
    "a tag that no one knows": ("A <Ann> B", "“<ann>.”"),
    "a tag that no one knows in a caption": (
        '</p><figure><img src="https://a.org/p"><figcaption>A <Ann></figcaption></figure><p>B',
        "“<ann>.”",
    ),
    "words in a tag": ("A <b and c>d</b>", "“<b and c>.”"),
    "code of a server": ("A <?php Ann ?>", "php Ann"),
    "code in raised letters": ("A<sup>2<?php Ann ?></sup>", "php Ann"),
    "code in a menu": ("</p><nav>A <?php Ann ?></nav><p>B", "php Ann"),
    "words of a tag in lines": ("</p><pre>A <b and c>d</b></pre><p>B", "“<b and c>.”"),
    "value of a field in lines": ('</p><pre>A <input value="Ann"></pre><p>B', "“Ann.”"),
    "a formula in two other ways": (
        '<math alttext="Ann"><mi>x</mi><annotation>y</annotation></math>',
        "“y, Ann.”",
    ),
    "a link in a formula": (
        '<math><mtext><a href="https://a.org/x">q</a></mtext></math>',
        "“q” led to https://a.org/x",
    ),
    "what stands in place of a film": ("<video>No film here</video>A", "“No film here.”"),
    "words of a template": ("A <template>Ann</template>", "“Ann.”"),
    "words of a map": ('A <map name="m"><area alt="the well"></map>', "“the well.”"),
    "video on this site": ('<video src="/a.mp4" title="Wells"></video>A', "Wells, /a.mp4"),
}


@pytest.mark.parametrize(("inner", "words"), TOLD.values(), ids=TOLD)
def test_what_is_not_kept_is_told(inner, words):
    objects, guesses = drafted(f"<h2>Wells</h2><p>{inner}</p>")

    (guess,) = [guess for guess in guesses if words in guess.sentence]
    assert (guess.line, guess.section) == (1, "wells")


def test_money_is_no_formula():
    prices = "<h2>Wells</h2><p>From $5 to $10, or $5-$10, and US$ or A$.</p>"
    _text, told = body_of(prices, title="Water")

    assert told == []


REDIRECTS = [
    "https://www.google.com/url?q=https://example.org/r&amp;sa=D&amp;usg=AOv",
    "https://www.google.co.uk/url?sa=t&amp;url=https%3A%2F%2Fexample.org%2Fr",
    "https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fexample.org%2Fr&amp;data=1",
    "https://l.facebook.com/l.php?u=https%3A%2F%2Fexample.org%2Fr&amp;h=AT0",
    "https://www.youtube.com/redirect?event=x&amp;q=https%3A%2F%2Fexample.org%2Fr",
    "https://urldefense.proofpoint.com/v2/url?u=https-3A__example.org_r&amp;d=Dw",
    "https://urldefense.com/v3/__https://example.org/r__;!!abc",
    "https://www.google.com/url?q=https://l.facebook.com/l.php?u%3Dhttps%253A%252F%252Fexample.org%252Fr",
    "//example.org/r",
]


@pytest.mark.parametrize("href", REDIRECTS)
def test_a_redirect_is_unwrapped(href):
    objects, _told = drafted(f'<h2>Wells</h2><p><a href="{href}">the report</a></p>')

    (source,) = [item["fields"] for item in objects if item["model"] == "briefs.source"]
    assert (source["url"], source["publisher"]) == ("https://example.org/r", "example.org")


def test_links_inside_a_page_lead_to_its_sections():
    objects, _told = drafted(
        '<h2 id="h.a">Wells</h2><p>See <a href="#h.b">pumps</a>.</p><h2 id="h.b">The pumps</h2>'
    )

    assert sections(objects)[0]["body"] == "See [pumps](#the-pumps).\n"


FOOTNOTES = {
    "Google Docs": (
        '<p>From 1931.<sup><a href="#ftnt1" id="ftnt_ref1">[1]</a></sup></p><hr><div><p>'
        '<a href="#ftnt_ref1" id="ftnt1">[1]</a><span>&nbsp;Town archive, box 4.</span></p></div>'
    ),
    "Word": (
        '<p>From 1931.<a href="#_ftn1" name="_ftnref1" title=""><span>[1]</span></a></p>'
        "<div style='mso-element:footnote-list'><hr><div id=ftn1><p class=MsoFootnoteText>"
        '<a href="#_ftnref1" name="_ftn1" title=""><span>[1]</span></a> Town archive, box 4.'
        "</p></div></div>"
    ),
    "pandoc": (
        '<p>From 1931.<a href="#fn1" class="footnote-ref" id="fnref1"><sup>1</sup></a></p>'
        '<section class="footnotes"><hr><ol><li id="fn1"><p>Town archive, box 4.'
        '<a href="#fnref1" class="footnote-back">↩︎</a></p></li></ol></section>'
    ),
    "Wikipedia": (
        '<p>From 1931.<sup id="cite_ref-1"><a href="#cite_note-1">[1]</a></sup></p>'
        '<h3>Notes</h3><ol><li id="cite_note-1"><span><b><a href="#cite_ref-1">^</a></b></span>'
        " <span>Town archive, box 4.</span></li></ol>"
    ),
    "mammoth": (
        '<p>From 1931.<sup><a href="#footnote-1" id="footnote-ref-1">[1]</a></sup></p>'
        '<ol><li id="footnote-1"><p> Town archive, box 4. <a href="#footnote-ref-1">↑</a></p></ol>'
    ),
}


@pytest.mark.parametrize("inner", FOOTNOTES.values(), ids=FOOTNOTES)
def test_a_footnote_becomes_a_source(inner):
    objects, guesses = drafted(f"<h2>Wells</h2>{inner}")

    (section,) = sections(objects)
    assert section["body"] == "From 1931. [@town-archive-box-4]\n"
    assert [i["fields"]["title"] for i in objects if i["model"] == "briefs.source"] == [
        "Town archive, box 4."
    ]
    assert any("A footnote is a source now" in guess.sentence for guess in guesses)


def test_a_long_footnote_becomes_a_paragraph():
    long = "It says so. " * 40
    text, told = body_of(f"# Wells\n\nFrom 1931.[^a]\n\n[^a]: {long}\n", "water.md")

    assert text == f"From 1931.\n\n{long.strip()}"
    assert any("more than a source can hold" in sentence for sentence in told)


MARKDOWN = {
    "year": ("1986. What a season.", r"1986\. What a season."),
    "two years": ("1986. A\n1990. B", "1986\\. A\n\n1990\\. B"),
    "list that begins at 3": ("3. Open\n4. Close", "3. Open\n4. Close"),
    "list that’s lazy": ("1. Open\n1. Close", "1. Open\n2. Close"),
    "list with a gap": ("1. A\n5. B", "- 1\\. A\n- 5\\. B"),
    "nested list": ("- Town\n  - North", "- Town\n  - North"),
    "break": ("Town hall  \nMain Street", "Town hall\\\nMain Street"),
    "HTML": ("10<sup>6</sup> of H<sub>2</sub>O", "10⁶ of H₂O"),
    "bold before a word": ("**Note:**the *x*", "**Note**:the *x*"),
    "bold in Japanese": ("は**「水」**です", "は「**水**」です"),
    "raised and lowered": ("10^6^ of H~2~O", "10⁶ of H₂O"),
    "a word in angles": ("Dear <name>, hello", r"Dear \<name>, hello"),
    "table": ("| A | B |\n| --- | --- |\n| 1 | 2 |", "| A | B |\n| --- | --- |\n| 1 | 2 |"),
    "indent": ("    An indented line", "An indented line"),
    "code": ("```\na\n  b\n```", "```\na\n  b\n```"),
    "no tag in HTML": ("<div>\n<w“8>\n</div>", r"\<w“8>"),
    "no end of a tag": ("<div>\nA </b of> B\n</div>", r"A \</b of> B"),
    "less than": ("<div>if x <y and z</div>", r"if x \<y and z"),
    "a heart": ("<div>I </3 you</div>", r"I \</3 you"),
    "a tag that never ends": ("<div not\n\nso", "\\<div not\n\nso"),
    "a quotation mark that never ends": ('<b title="not>\nso', '\\<b title="not> so'),
    "a comment that never ends": ("<!-- not\n\nso", r"\<!-- not so"),
    "characters as they are": ("A <![CDATA[<b>]]>", r"A \<b>"),
    "a declaration": ("A <!B c>", r"A \<!B c>"),
    "footnote cited twice": (
        "A[^1] and B[^1].\n\n[^1]: Box 4.",
        "A [@box-4] and B [@box-4].",
    ),
}


@pytest.mark.parametrize(("typed", "text"), MARKDOWN.values(), ids=MARKDOWN)
def test_markdown_is_kept_as_it_is(typed, text):
    assert body_of(f"# Wells\n\n{typed}\n", "water.md")[0] == text


MARKDOWN_TOLD = {
    "struck": ("It costs ~~40~~ 45", "“40.”", 3),
    "link to a script": ("[go](javascript:go())", "“go” led to javascript:go()", 3),
    "local link": ("[local](wells.md)", "“local” led to wells.md", 3),
    "comment": ("A\n\n<!-- ask Ann -->", "a comment: “ask Ann.”", 5),
    "note on a link": ('[A](https://a.org "by Ann")', "by Ann", 3),
    "too many cells": ("| A | B |\n|---|---|\n| 1 | 2 | x |", "We left out “x.”", 5),
    "script": ("A <script>go()</script>", "“go().”", 3),
    "language": ("```python\nx\n```", "“python.”", 3),
    "unused address": ("A\n\n[x]: https://a.org/unused", "https://a.org/unused", 5),
    "words in a tag": ("A <b and c>d</b>", "“<b and c>.”", 3),
    "a value in a tag": ('A\n\n<div lead="Ann">\nB\n</div>', '“<div lead="Ann">.”', 5),
    "note on a word": ('A <b title="by Ann">B</b>', "“by Ann.”", 3),
    "note on a picture": ('![A](https://a.org/p.png "by Ann")', "“by Ann.”", 3),
    "value of a field": ('A <input value="by Ann">', "“by Ann.”", 3),
    "words of an option": ('A\n\n<select><option label="Ann"></select>', "“Ann.”", 5),
    "name of a drawing": ("A <svg><title>Ann</title></svg>", "“Ann.”", 3),
    "page’s title": ("A <title>Ann</title>", "“Ann.”", 3),
    "code of a server": ("A <?php Ann ?>", "Ann", 3),
    "kind of document": ("A\n\n<!DOCTYPE Ann>", "Ann", 5),
    "uncited footnote": ("A\n\n[^x]: By Ann.", "Nothing cites the footnote “x,”", 5),
}


@pytest.mark.parametrize(("typed", "words", "line"), MARKDOWN_TOLD.values(), ids=MARKDOWN_TOLD)
def test_what_markdown_loses_is_told_with_its_line(typed, words, line):
    _objects, guesses = drafted(f"# Wells\n\n{typed}\n", "water.md")

    assert [guess.line for guess in guesses if words in guess.sentence] == [line]


def test_front_matter_gives_title_summary_and_date():
    objects, guesses = drafted(
        "---\ntitle: Town: water\nsummary: Three wells.\ndate: 2026-10-01\nauthor: Ann\n---\n\n"
        "# The wells\n\nThree wells.\n",
        "water.md",
    )

    brief = objects[0]["fields"]
    assert (brief["title"], brief["summary"]) == ("Town: water", "Three wells.")
    assert brief["edition"].isoformat() == "2026-10-01"
    assert [section["heading"] for section in sections(objects)] == ["The wells"]
    assert any("author: Ann" in guess.sentence for guess in guesses)


def test_front_matter_loses_no_word():
    objects, guesses = drafted(
        "---\ntitle: The #1 pipe\n# by Ann\ntags: [a, b]\n---\n\nText.\n", "water.md"
    )

    assert objects[0]["fields"]["title"] == "The #1 pipe"
    (told,) = [it.sentence for it in guesses if "top of the file" in it.sentence]
    assert "tags: a b" in told and "Ann" in told


def test_two_lines_of_dashes_are_no_front_matter():
    text, _told = body_of("---\n\nSee below\n\n---\n", "water.md")

    assert "See below" in text


TEXT = {
    "year": ("1984. It was dry.", r"1984\. It was dry."),
    "numbers": ("2. Open it.\n3. Close it.", "2. Open it.\n3. Close it."),
    "numbers apart": ("1. Open it.\n\n2. Close it.", "1. Open it.\n2. Close it."),
    "a number in a sentence": (
        "We all met there on the long day of May\n12. It was good to see how it went on.",
        "We all met there on the long day of May 12. It was good to see how it went on.",
    ),
    "a dash in a sentence": (
        "He said to everyone who had come to the town hall\n– and then – that.",
        "He said to everyone who had come to the town hall – and then – that.",
    ),
    "nested": ("• Town:\n  ◦ North.\n  ◦ River.", "- Town:\n  - North.\n  - River."),
    "an address": (
        "Town hall\n12 Main Street\nSpringfield",
        "Town hall\\\n12 Main Street\\\nSpringfield",
    ),
    "soft hyphens": ("The traf\u00adfick\u00ading law.", "The trafficking law."),
}


@pytest.mark.parametrize(("typed", "text"), TEXT.values(), ids=TEXT)
def test_plain_text_is_kept_as_it_is(typed, text):
    assert body_of(f"Wells\n\n{typed}\n", "water.txt")[0] == text


@pytest.mark.parametrize(
    ("first", "text", "second"),
    [
        ("בארות", "המים באים משלוש בארות.", "שאיבה"),
        ("水井", "水来自三口井。", "水泵"),
        ("الآبار", "المياه من ثلاث آبار.", "الضخ"),
        ("Колодцы", "Вода из трёх колодцев.", "Насосы"),
        ("¿Qué es?", "El agua viene de tres pozos.", "«Pozos»: 3"),
    ],
)
def test_headings_of_any_script_are_known(first, text, second):
    objects, guesses = drafted(f"{first}\n\n{text}\n\n{second}\n\n{text}\n", "water.txt")

    assert [section["heading"] for section in sections(objects)] == [first, second]
    assert 5 in [guess.line for guess in guesses]


def test_a_heading_that_was_inserted_changes_no_slug():
    parts = ["פרק א", "פרק ע", "是", "事", "★★", "Wells"]
    pages = "".join(f"<h2>{part}</h2><p>x.</p>" for part in parts)
    objects, _told = drafted(pages)
    again, _told = drafted(f"<h2>ראשון</h2><p>x.</p>{pages}")

    slugs = [section["slug"] for section in sections(objects)]
    assert len(set(slugs)) == len(parts)
    assert [section["slug"] for section in sections(again)][1:] == slugs
    assert slugs[-1] == "wells"
    assert all(re.fullmatch(r"[a-z0-9-]+", slug) for slug in slugs)


def test_two_briefs_with_titles_in_hebrew_have_slugs_of_their_own():
    slugs = {
        drafted("# Wells\n\nx.\n", "water.md", title=title)[0][0]["fields"]["slug"]
        for title in ("פרק א", "פרק ע", "🌊🌊", "水", "谁", "是", "事")
    }

    assert len(slugs) == 7


ENCODINGS = {
    "meta charset": ('<meta charset="windows-1255"><h2>בארות</h2><p>מים</p>', "windows-1255"),
    "http-equiv": (
        '<meta http-equiv="Content-Type" content="text/html; charset=iso-8859-8-i">'
        "<h2>בארות</h2><p>מים</p>",
        "iso-8859-8",
    ),
    "XML": ('<?xml version="1.0" encoding="Shift_JIS"?><h2>井戸</h2><p>水①</p>', "cp932"),
    "Latin 1, as browsers have it": ("<meta charset=iso-8859-1><h2>“Wells”</h2><p>é</p>", "cp1252"),
    "UTF-16 with a mark": ('<meta charset="utf-16"><h2>Wells</h2><p>水</p>', "utf-16"),
    "UTF-16 without": ('<meta charset="utf-16"><h2>Wells</h2><p>naïve</p>', "utf-16-le"),
    "said to be UTF-16": ('<meta charset="utf-16"><h2>Wells</h2><p>水</p>', "utf-8"),
}


@pytest.mark.parametrize(("content", "encoding"), ENCODINGS.values(), ids=ENCODINGS)
def test_a_page_is_read_in_the_encoding_that_it_declares(content, encoding):
    heading, text = re.findall(r"<(?:h2|p)>(.*?)</", content)
    objects, _told = drafted(content.encode(encoding))

    (section,) = sections(objects)
    assert (section["heading"], markdown.plain(section["body"])) == (heading, text)


@pytest.mark.parametrize("declared", ["iso-8859-1", "windows-1255", "koi8-r"])
def test_a_page_in_utf_8_that_declares_another_encoding_is_read_and_told(declared):
    body, told = body_of(f"<meta charset={declared}><h2>Wells</h2><p>Été “x”</p>")

    assert body == "Été “x”"
    assert f"“{declared},” but it’s UTF-8" in " ".join(told)


def test_a_script_declares_no_encoding():
    content = "<script>'<meta charset=shift_jis>'</script><h2>Wells</h2><p>Été</p>"

    assert body_of(content)[0] == "Été"


def test_many_comments_without_an_end_are_text():
    body, _told = body_of(f"<h2>Wells</h2><p>{'<!-- ' * 5000}</p>")

    assert body.count("<!--") == 5000


@pytest.mark.parametrize("declared", ["shift_jis", "utf-8", "windows-1255"])
def test_bytes_that_are_not_of_the_declared_encoding_are_told(declared):
    content = f"<meta charset={declared}>\n<h2>Wells</h2>\n".encode() + b"<p>\xff\xfd \x81</p>"

    with pytest.raises(Unreadable, match=f"encoding is {declared}, but line 3"):
        drafted(content)


def test_a_text_in_an_old_hebrew_encoding_is_told_to_be_saved_as_utf_8():
    with pytest.raises(Unreadable, match="isn’t UTF-8"):
        drafted("בארות\n\nהמים באים.\n".encode("windows-1255"), "water.txt")


@pytest.mark.parametrize(
    ("begin", "end"), [("<ul><li>", "</ul>"), ("<blockquote>", "</blockquote>")]
)
def test_what_is_nested_deep_loses_no_word(begin, end):
    words = [f"word{number}z" for number in range(40)]
    inner = "".join(f"{begin}{word}" for word in words) + end * len(words)
    text, told = page(inner)

    assert any("nested too deep" in sentence for sentence in told)
    shown = markdown.render(text)
    assert [word for word in words if shown.count(word) != 1] == []


def test_a_picture_that_leads_elsewhere_in_the_page_is_the_words_of_a_heading():
    objects, _guesses = drafted('<h2><a href="#x"><img alt="The map" src=""></a></h2><p>A</p>')

    assert [section["heading"] for section in sections(objects)] == ["The map"]
