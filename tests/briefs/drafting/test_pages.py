"""Whole pages as Google Docs, Word and content management systems write them."""

from .test_cases import sections
from .test_every_word import drafted

GOOGLE_DOCS = """<html><head><meta content="text/html; charset=UTF-8" http-equiv="content-type">
<style type="text/css">@import url(https://themes.googleusercontent.com/fonts/css?kit=x);
.lst-kix_a1-0>li:before{content:"\\0025cf  "}ol{margin:0;padding:0}
.c0{color:#000;font-weight:400}.c1{font-weight:700}.c2{font-style:italic}
.c3{vertical-align:super}.c4{text-decoration:line-through}.title{font-size:26pt}</style></head>
<body class="c9 doc-content">
<p class="c5 title" id="h.t"><span class="c0">Town water</span></p>
<p class="c5 subtitle" id="h.s"><span class="c0">Where it comes from</span></p>
<h1 class="c7" id="h.a"><span class="c1">Wells</span></h1>
<p class="c5"><span class="c0">Three </span><span class="c1">wel</span><span class="c1">ls</span>
<span class="c0">&nbsp;serve </span><span class="c2">the town</span><span class="c0">, says </span>
<span class="c0"><a class="c8" href="https://www.google.com/url?q=https://example.org/r&amp;sa=D">the
</a></span><span class="c0"><a class="c8"
href="https://www.google.com/url?q=https://example.org/r&amp;sa=E">report</a></span><span
 class="c0">.</span><sup><a href="#ftnt1" id="ftnt_ref1">[1]</a></sup><span
 class="c4">Old.</span></p>
<ul class="c6 lst-kix_a1-0 start"><li class="c5"><span class="c0">Town</span></li></ul>
<ul class="c6 lst-kix_a1-1 start"><li class="c5"><span class="c0">North</span></li>
<li class="c5"><span class="c0">River</span></li></ul>
<ul class="c6 lst-kix_a1-0"><li class="c5"><span class="c0">Hill</span></li></ul>
<ol class="c6 lst-kix_b2-0 start" start="1"><li><span>Open</span></li></ol>
<ol class="c6 lst-kix_b2-1 start" start="1"><li><span>slowly</span></li></ol>
<ol class="c6 lst-kix_b2-0" start="2"><li><span>Close</span></li></ol>
<h2 class="c7" id="h.b"><span class="c1">Old wells</span></h2>
<p class="c5"><span class="c0">See </span><a class="c8" href="#h.a"><span>above</span></a></p>
<hr class="c5"><div><p class="c5"><a href="#ftnt_ref1" id="ftnt1">[1]</a><span class="c0">&nbsp;Town
archive</span></p></div></body></html>"""


def test_a_page_of_google_docs():
    objects, guesses = drafted(GOOGLE_DOCS)

    brief = objects[0]["fields"]
    assert (brief["title"], brief["summary"]) == ("Town water", "Where it comes from")
    wells, old = sections(objects)
    assert (wells["heading"], old["heading"]) == ("Wells", "Old wells")
    assert old["parent"] == ["town-water", "wells"]
    assert wells["body"] == (
        "Three **wells** serve *the town*, says the report [@the-report]. [@town-archive]\n\n"
        "- Town\n  - North\n  - River\n- Hill\n\n"
        "1. Open\n   1. slowly\n2. Close\n"
    )
    assert old["body"] == "See [above](#wells)\n"
    assert any("crossed out: “Old.”" in guess.sentence for guess in guesses)


CMS = """<!doctype html><html><head><title>Town water – The Town</title></head><body>
<a class="skip" href="#content">Skip</a>
<header class="site"><a href="/">The Town</a><nav><ul><li><a href="/">Home</a></li></ul></nav>
<h1>Town water</h1></header>
<div class="page"><main id="content"><article>
<header><p>By Ann Reed</p></header>
<section><h2>Wells</h2><div><div><p>Three wells.</p></div>
<figure><img src="https://example.org/map.png" alt=""><figcaption>The wells</figcaption></figure>
<figure class="wp-block-embed"><div><iframe src="https://films.example.org/1"
 title="A film"></iframe></div></figure></div>
<section><h4>Old wells</h4><p>From 1931.</p></section>
<section><h3>New wells</h3><p>From 2001.</p></section></section>
<section><h2>Pumps</h2><p>Two pumps.</p></section>
</article></main><aside><h2>More</h2><p>Subscribe</p></aside></div>
<footer><p>Imprint</p></footer><script>var a = "x";</script></body></html>"""


def test_a_page_of_a_content_management_system():
    objects, guesses = drafted(CMS)

    assert objects[0]["fields"]["title"] == "Town water"
    tree = [(s["heading"], s.get("parent", ["", ""])[1]) for s in sections(objects)]
    assert tree == [
        ("Introduction", ""),
        ("Wells", ""),
        ("Old wells", "wells"),
        ("New wells", "wells"),
        ("Pumps", ""),
    ]
    figures = [item["fields"] for item in objects if item["model"] == "briefs.figure"]
    assert [(figure["kind"], figure["title"]) for figure in figures] == [
        ("document", "The wells"),
        ("video", "A film"),
    ]
    told = " ".join(guess.sentence for guess in guesses)
    for words in ("Skip", "The Town Home", "More Subscribe", "Imprint", "skips a level"):
        assert words in told
    by_words = {guess.sentence: guess.line for guess in guesses}
    assert by_words["“Old wells” skips a level. We put it inside “Wells.”"] == 11


WORD = """<html xmlns:o="urn:schemas-microsoft-com:office:office"><head>
<meta http-equiv=Content-Type content="text/html; charset=windows-1252"></head><body lang=EN-US>
<div class=WordSection1><p class=MsoTitle>Town water</p><h1>Wells<o:p></o:p></h1>
<p class=MsoNormal>Three <b style='mso-bidi-font-weight:normal'>wells</b>\x97old.<o:p></o:p></p>
<p class=MsoListParagraphCxSpFirst style='text-indent:-.25in;mso-list:l0 level1 lfo1'><![if
!supportLists]><span style='mso-list:Ignore'>1.<span>&nbsp;&nbsp; </span></span><![endif]>Open</p>
<p class=MsoListParagraphCxSpMiddle style='mso-list:l0 level2 lfo1'><![if !supportLists]><span
style='mso-list:Ignore'>\xb7<span>&nbsp; </span></span><![endif]>slowly</p>
<p class=MsoListParagraphCxSpLast style='mso-list:l0 level1 lfo1'><![if !supportLists]><span
style='mso-list:Ignore'>2.<span>&nbsp; </span></span><![endif]>Close</p></div></body></html>"""


def test_a_page_that_word_saved():
    objects, _guesses = drafted(WORD.encode("latin-1"))

    assert objects[0]["fields"]["title"] == "Town water"
    (wells,) = sections(objects)
    assert wells["body"] == "Three **wells**—old.\n\n1. Open\n   - slowly\n2. Close\n"


def test_bold_lines_are_headings_only_if_there_are_no_others():
    page = "<p><b>Wells</b></p><p>Three wells.</p><p><b>Pumps</b></p><p>Two.</p>"
    objects, guesses = drafted(page)
    assert [section["heading"] for section in sections(objects)] == ["Wells", "Pumps"]
    assert len([guess for guess in guesses if "as a heading" in guess.sentence]) == 2

    objects, guesses = drafted(f"<h2>Water</h2>{page}")
    assert [section["heading"] for section in sections(objects)] == ["Water"]
    assert len([guess for guess in guesses if "may be a heading" in guess.sentence]) == 2


def test_a_long_heading_and_a_long_title_lose_no_word():
    heading = " ".join(f"word{n}" for n in range(60))
    objects, guesses = drafted(f"<h1>Water</h1><h2>{heading}</h2><p>Text.</p>", title=heading)

    (section,) = sections(objects)
    assert f"{section['heading']} {section['body'].split(chr(10))[0]}" == heading
    rest = heading.removeprefix(objects[0]["fields"]["title"]).strip()
    assert any(rest in guess.sentence for guess in guesses)
