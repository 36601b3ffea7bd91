"""Drafting from Word: what its styles, notes, fields and drawings become."""

import io
import re
import zipfile

import pytest
from django.core.management import call_command

from briefs import drafting

from .drafted import drafted
from .word_files import (
    STYLES,
    item,
    numbering,
    paragraph,
    run,
    style,
    table,
    word_file,
)

TITLE = paragraph("Town water", "Title")
WELLS = paragraph("Wells", "Heading1")


def bold(text):
    return paragraph(run(text, "<w:b/>"))


def word(body, **more):
    """What is drafted from a text under the heading “Wells”."""
    return drafted(word_file(TITLE + WELLS + body, **more))


# Headings


def test_words_title_and_subtitle_are_those_of_the_brief():
    body = paragraph("Town water", "Title") + paragraph("A brief for all", "Subtitle") + WELLS

    found = drafted(word_file(body + paragraph("They are deep.")))

    assert (found.title, found.summary) == ("Town water", "A brief for all")
    assert found.texts == {"Wells": "They are deep.\n"}


def test_a_second_title_is_a_heading_and_a_later_subtitle_is_text():
    body = paragraph("Town water", "Title") + paragraph("Pipes", "Title")

    found = drafted(
        word_file(body + paragraph("How they leak", "Subtitle") + paragraph("They do."))
    )

    assert found.title == "Town water"
    assert found.texts == {"Pipes": "How they leak\n\nThey do.\n"}


# What a file calls its headings: (its styles, the XML of the heading's paragraph properties).
HEADINGS = {
    "in German": (style("berschrift2", "heading 2"), '<w:pStyle w:val="berschrift2"/>'),
    "named in German": (style("U2", "Überschrift 2"), '<w:pStyle w:val="U2"/>'),
    "named in French": (style("T2", "Titre 2"), '<w:pStyle w:val="T2"/>'),
    "named in Chinese": (style("X2", "标题 2"), '<w:pStyle w:val="X2"/>'),
    "of a style based on one": (
        style("Heading2", "heading 2")
        + style("House", "House", '<w:basedOn w:val="Heading2"/>')
        + style("Own", "Own head", '<w:basedOn w:val="House"/>'),
        '<w:pStyle w:val="Own"/>',
    ),
    "of a style with a level": (
        style("Own", "Own head", '<w:pPr><w:outlineLvl w:val="1"/></w:pPr>'),
        '<w:pStyle w:val="Own"/>',
    ),
    "with a level of its own": ("", '<w:outlineLvl w:val="1"/>'),
    "of a style that isn’t defined": ("", '<w:pStyle w:val="Heading2"/>'),
}


@pytest.mark.parametrize(("styles", "properties"), HEADINGS.values(), ids=HEADINGS.keys())
def test_a_heading_is_one_whatever_the_file_calls_it(styles, properties):
    body = paragraph("Old wells", properties=properties) + paragraph("They are deep.")

    found = word(body, styles=style("Heading1", "heading 1") + styles)

    assert found.tree == [("Wells", None), ("Old wells", "Wells")]


def test_styles_that_are_based_on_each_other_end_well():
    styles = style("A", "A", '<w:basedOn w:val="B"/>') + style("B", "B", '<w:basedOn w:val="A"/>')

    found = drafted(word_file(paragraph("Three wells.", "A"), styles=styles))

    assert "Three wells." in found.text


def test_a_heading_style_that_is_turned_into_text_is_text():
    body = paragraph("They are deep.", "Heading2", '<w:outlineLvl w:val="9"/>')

    assert word(body).texts == {"Wells": "They are deep.\n"}


def test_words_numbers_of_headings_are_told():
    place = '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>'
    body = paragraph("Wells", "Heading1", place) + paragraph("Deep.")
    body += paragraph("3. Pipes", "Heading1") + paragraph("Long.")

    found = drafted(word_file(body, parts={"numbering": numbering("upperRoman")}))

    assert found.tree == [("Wells", None), ("3. Pipes", None)]
    assert "numbers of headings are left out: “I.”" in found.all_told


def test_short_bold_paragraphs_are_headings_by_a_guess():
    body = paragraph(run("Where it comes from", "<w:b/>")) + paragraph("Three wells.")
    body += paragraph(run("Who decides", "<w:b/>")) + paragraph("The council.")

    found = drafted(word_file(body))

    assert found.texts == {"Where it comes from": "Three wells.\n", "Who decides": "The council.\n"}
    assert "“Where it comes from; Who decides”" in found.all_told


def test_a_bold_paragraph_among_styled_headings_is_one_below_them():
    body = paragraph(run("Bold head", "<w:b/>")) + paragraph("Text.")

    found = word(body)

    assert found.tree == [("Wells", None), ("Bold head", "Wells")]
    assert "Bold head: We took “Bold head” for a heading, because all of it is bold." in found.told


@pytest.mark.parametrize(
    "body",
    [
        paragraph(run("Call 911 now.", "<w:b/>")) + paragraph("Text."),
        paragraph(run("Only ", "<w:b/>") + run("half")) + paragraph("Text."),
        paragraph("Text.") + paragraph(run("The end", "<w:b/>")),
        table([paragraph(run("Use", "<w:b/>")), "Year"], ["Homes", "2024"]),
    ],
    ids=["a sentence", "half bold", "at the end", "in a table"],
)
def test_bold_words_that_head_nothing_are_text(body):
    assert list(word(body).texts) == ["Wells"]


def test_larger_bold_paragraphs_hold_smaller_ones():
    def head(text, size):
        return paragraph(run(text, f'<w:b/><w:sz w:val="{size}"/>'))

    body = head("Wells", 32) + head("Old wells", 26) + paragraph("Deep ones, from 1931.")
    body += head("New wells", 26) + paragraph("There is one.") + head("Pipes", 32)

    found = drafted(word_file(body + paragraph("They leak.")))

    assert found.tree == [
        ("Wells", None),
        ("Old wells", "Wells"),
        ("New wells", "Wells"),
        ("Pipes", None),
    ]


def test_the_first_and_largest_paragraph_is_the_title_by_a_guess():
    body = paragraph(run("Water in our town", '<w:b/><w:sz w:val="40"/>'))
    body += paragraph(run("Old wells", "<w:b/>")) + paragraph("They are deep.")

    found = drafted(word_file(body))

    assert (found.title, found.tree) == ("Water in our town", [("Old wells", None)])
    assert "for the title, because it’s the largest" in found.all_told


@pytest.mark.parametrize(
    ("body", "name"),
    [
        (bold("Town water") + WELLS, "a.docx"),
        (TITLE + bold("Town Water") + bold("Wells"), "a.docx"),
        (bold("Town water") + bold("Wells"), "town-water.docx"),
    ],
    ids=["alone above styles", "repeats the title", "repeats the name of the file"],
)
def test_a_bold_line_at_the_top_is_the_title(body, name):
    found = drafted(word_file(body + paragraph("Three wells serve us.")), name)

    assert (found.title, found.tree) == ("Town water", [("Wells", None)])
    assert found.all_told.count("line at the top is the title") == 1


def test_bold_headings_under_a_title_of_word_are_judged_by_their_words():
    body = TITLE + paragraph(run("By the Numbers", "<w:b/>")) + paragraph(run("Who", "<w:b/>"))

    found = drafted(word_file(body + paragraph("Three wells serve us.")))

    assert found.tree == [("By the Numbers", None), ("Who", "By the Numbers")]


def test_a_heading_in_a_table_is_text_and_is_told():
    found = word(table([paragraph("Use", "Heading2"), "Year"], ["Homes", "2024"]))

    assert list(found.texts) == ["Wells"]
    assert (
        "Wells: “Use” has the style of a heading, but is in a table. It’s text now." in found.told
    )


# Words


RAISED = '<w:vertAlign w:val="superscript"/>'
LOWERED = '<w:vertAlign w:val="subscript"/>'


def test_raised_and_lowered_letters_are_kept():
    body = run("10") + run("6", RAISED) + run(" liters of H") + run("2", LOWERED) + run("O")
    heading = paragraph(run("CO") + run("2", LOWERED) + run(" since 1931"), "Heading2")

    found = word(paragraph(body) + heading + paragraph("Text."))

    assert found.texts["Wells"] == "10⁶ liters of H₂O\n"
    assert "CO₂ since 1931" in found.texts


SIGNS = {
    "an arrow": ('<w:r><w:sym w:font="Wingdings" w:char="F0E0"/></w:r>', "🡪"),
    "a Greek letter": ('<w:r><w:sym w:font="Symbol" w:char="F061"/></w:r>', "α"),
    "a sign of Unicode": ('<w:r><w:sym w:font="MS Gothic" w:char="2610"/></w:r>', "☐"),
    "typed in a font of signs": (
        run("\uf0fc", '<w:rFonts w:ascii="Wingdings"/>'),
        "✓",
    ),
    "a hyphen that doesn’t break": (
        "<w:r><w:t>well</w:t><w:noBreakHyphen/><w:t>known</w:t></w:r>",
        "well\u2011known",
    ),
    "a tab": ("<w:r><w:t>one</w:t><w:tab/><w:t>two</w:t></w:r>", "one two"),
    "a page that ends": ('<w:r><w:t>one</w:t><w:br w:type="page"/><w:t>two</w:t></w:r>', "one two"),
    "a line that ends": ("<w:r><w:t>one</w:t><w:br/><w:t>two</w:t></w:r>", "one\\\ntwo"),
    "a word with its reading": (
        "<w:r><w:ruby><w:rt><w:r><w:t>mizu</w:t></w:r></w:rt>"
        "<w:rubyBase><w:r><w:t>水</w:t></w:r></w:rubyBase></w:ruby></w:r>",
        "水 (mizu)",
    ),
    "a checked box": (
        '<w:r><w:fldChar w:fldCharType="begin"><w:ffData><w:checkBox><w:checked/></w:checkBox>'
        "</w:ffData></w:fldChar></w:r><w:r><w:instrText> FORMCHECKBOX </w:instrText></w:r>"
        '<w:r><w:fldChar w:fldCharType="end"/></w:r>',
        "☒",
    ),
    "a content control": (
        "<w:sdt><w:sdtPr><w:text/></w:sdtPr><w:sdtContent>"
        + run("controlled")
        + "</w:sdtContent></w:sdt>",
        "controlled",
    ),
    "from right to left": ("<w:bdo>" + run("שלוש בארות") + "</w:bdo>", "שלוש בארות"),
}


@pytest.mark.parametrize(("xml", "shown"), SIGNS.values(), ids=SIGNS.keys())
def test_signs_and_wrapped_words_are_kept(xml, shown):
    found = word(paragraph(run("Before ") + xml + run(" after.")))

    assert f"Before {shown}" in found.texts["Wells"]
    assert found.texts["Wells"].endswith(" after.\n")


def test_an_unknown_sign_is_told_with_its_place():
    xml = '<w:r><w:sym w:font="House Icons" w:char="F041"/></w:r>'

    found = word(paragraph(run("Near the pump ") + xml))

    assert found.told == [
        "Wells: A symbol of the font House Icons is left out near “Near the pump.”"
    ]


def test_tracked_changes_are_as_if_accepted():
    body = paragraph(
        run("Kept ")
        + f"<w:del><w:r><w:delText>removed </w:delText></w:r></w:del><w:ins>{run('new ')}</w:ins>"
        + f"<w:moveFrom>{run('here')}</w:moveFrom><w:moveTo>{run('here')}</w:moveTo>"
    )
    body += "<w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr>" + run("First half ") + "</w:p>"
    body += paragraph("second half.")

    found = word(body)

    assert found.texts["Wells"] == "Kept new here\n\nFirst half second half.\n"
    assert "with its changes tracked, so left out: “removed”" in found.all_told


def test_what_no_one_filled_in_is_told():
    control = "<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>{}</w:sdtContent></w:sdt>"

    found = word(paragraph(run("By Ida. ") + control.format(run("Click here to type."))))

    assert found.texts["Wells"] == "By Ida.\n"
    assert "No one filled this in, so it’s left out: “Click here to type.”" in found.told


def test_hidden_words_are_told_and_aren_t_text():
    styles = style("Secret", "Secret", "<w:rPr><w:vanish/></w:rPr>", kind="character")
    hidden = run("one two ", "<w:vanish/>") + run("three", '<w:rStyle w:val="Secret"/>')
    usual = "".join(style(name, said) for name, said in STYLES.items())

    found = word(paragraph(run("Seen. ") + hidden), styles=usual + styles)

    assert found.texts["Wells"] == "Seen.\n"
    assert found.told == ["Wells: Hidden in Word, so left out: “one two three”"]


def test_what_is_told_before_the_first_heading_is_told_of_the_introduction():
    body = paragraph(run("Seen. ") + run("Hidden.", "<w:vanish/>"))

    found = drafted(word_file(TITLE + body + WELLS + paragraph("Deep.")))

    assert "Introduction: Hidden in Word, so left out: “Hidden.”" in found.told


def test_struck_words_are_told():
    found = word(paragraph(run("Seen. ") + run("Gone words.", "<w:dstrike/>")))

    assert found.texts["Wells"] == "Seen.\n"
    assert "Gone words" in found.all_told


def test_struck_words_right_under_a_heading_are_told():
    found = word(
        paragraph("Deep.") + paragraph("Pipes", "Heading1") + item(run("Gone", "<w:strike/>"))
    )

    assert found.texts == {"Wells": "Deep.\n", "Pipes": ""}
    assert "Gone" in found.all_told


FORMULA = (
    "<m:oMath><m:f><m:num><m:r><m:t>a+b</m:t></m:r></m:num><m:den><m:r><m:t>2</m:t></m:r></m:den>"
    "</m:f><m:sSup><m:e><m:r><m:t>x</m:t></m:r></m:e><m:sup><m:r><m:t>2</m:t></m:r></m:sup>"
    "</m:sSup></m:oMath>"
)


@pytest.mark.parametrize(
    "body",
    [
        paragraph(run("It is ") + FORMULA + run(".")),
        f"<w:p><m:oMathPara>{FORMULA}</m:oMathPara></w:p>",
        f"<m:oMathPara>{FORMULA}</m:oMathPara>",
    ],
    ids=["in a sentence", "as a paragraph", "between paragraphs"],
)
def test_a_formula_becomes_text_and_is_told(body):
    found = word(body)

    assert "(a+b)/2x²" in found.texts["Wells"]
    assert "Wells: A formula became plain text. Check it: “(a+b)/2x²”" in found.told


# Notes and comments


def note(kind, words, number=2):
    inside = words if words.startswith("<") else paragraph(words)
    return (
        f'<w:{kind}s NAMED><w:{kind} w:type="separator" w:id="0"><w:p><w:r><w:separator/></w:r>'
        f'</w:p></w:{kind}><w:{kind} w:id="{number}">{inside}</w:{kind}></w:{kind}s>'
    )


@pytest.mark.parametrize("kind", ["footnote", "endnote"])
def test_a_note_becomes_a_source(kind):
    body = run("It dates from 1931") + f'<w:r><w:{kind}Reference w:id="2"/></w:r>' + run(".")

    found = word(paragraph(body), parts={f"{kind}s": note(kind, "Town archive, box 4.")})

    assert [title for title, _address in found.sources] == ["Town archive, box 4."]
    assert re.fullmatch(r"It dates from 1931 \[@[\w-]+\]\.\n", found.texts["Wells"])


def test_notes_in_headings_or_nowhere_are_told():
    heading = paragraph(run("Pipes") + '<w:r><w:footnoteReference w:id="2"/></w:r>', "Heading1")
    body = heading + paragraph("They leak.")
    lost = paragraph(run("Hm.") + '<w:r><w:footnoteReference w:id="9"/></w:r>')

    found = word(body + lost, parts={"footnotes": note("footnote", "Archive, box 5.")})
    other = word("", parts={"endnotes": note("endnote", "Archive, box 6.")})

    assert "Pipes: A heading can’t have a footnote" in found.all_told
    assert "Archive, box 5." in found.all_told
    assert found.texts["Pipes"] == "They leak.\n\nHm.\n"
    assert "Archive, box 6." in other.all_told


def test_comments_are_told_where_they_are():
    comments = (
        '<w:comments NAMED><w:comment w:id="1" w:author="Ida">'
        + paragraph("Is this so?")
        + "</w:comment></w:comments>"
    )
    body = '<w:commentRangeStart w:id="1"/>' + run("Three wells.")
    body += '<w:commentRangeEnd w:id="1"/><w:r><w:commentReference w:id="1"/></w:r>'

    found = word(paragraph(body), parts={"comments": comments})

    assert found.texts["Wells"] == "Three wells.\n"
    assert found.told == ["Wells: A comment by Ida near “Three wells.” is left out: “Is this so?”"]


def test_heads_and_feet_of_pages_are_told_but_for_page_numbers():
    parts = {
        "header1": f"<w:hdr NAMED>{paragraph('Draft of March')}</w:hdr>",
        "footer1": f"<w:ftr NAMED>{paragraph('Page 3 of 7')}{paragraph('iv')}</w:ftr>",
    }
    relations = {"h": ("header", "header1.xml"), "f": ("footer", "footer1.xml")}

    found = word(paragraph("Deep."), parts=parts, relations=relations)

    assert found.told == ["At the top or the bottom of each page, so left out: “Draft of March”"]


# Fields and links


def field(code, *shown):
    begin, between, end = (
        f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>' for kind in ("begin", "separate", "end")
    )
    return f'{begin}<w:r><w:instrText xml:space="preserve"> {code} </w:instrText></w:r>' + (
        between + "".join(shown) + end
    )


LINKS = {
    "a link": '<w:hyperlink r:id="l1">' + run("the report") + "</w:hyperlink>",
    "a field": field(r'HYPERLINK "https://example.org/r" \o "A hint"', run("the report")),
    "a field to a place": field(r'HYPERLINK "https://example.org/r" \l "a"', run("the report")),
    "a field in two runs": field('HYPERLINK "https://example.org/r"', run("the "), run("report")),
    "a simple field": '<w:fldSimple w:instr=" HYPERLINK &quot;https://example.org/r&quot; ">'
    + run("the report")
    + "</w:fldSimple>",
}


@pytest.mark.parametrize("xml", LINKS.values(), ids=LINKS.keys())
def test_a_link_becomes_a_source(xml):
    relations = {"l1": ("hyperlink", "https://example.org/r")}

    found = word(paragraph(run("Read ") + xml + run(".")), relations=relations)

    [(title, address)] = found.sources
    assert (title, address.removesuffix("#a")) == ("the report", "https://example.org/r")
    assert found.texts["Wells"].startswith("Read the report [@")


@pytest.mark.parametrize(
    "link",
    [
        '<w:hyperlink w:anchor="old">' + run("below") + "</w:hyperlink>",
        field(r'HYPERLINK \l "old"', run("below")),
    ],
    ids=["a link", "a field"],
)
def test_a_link_inside_the_file_leads_to_its_section(link):
    heading = '<w:bookmarkStart w:id="1" w:name="old"/>' + run("Old wells")

    found = word(
        paragraph(run("See ") + link) + paragraph(heading, "Heading2") + paragraph("Deep.")
    )

    assert found.texts["Wells"] == "See [below](#old-wells)\n"


def test_cross_references_keep_their_words_and_pages_are_told():
    body = run("See ") + field("REF _Ref1", run("Old wells")) + run(", page ")

    found = word(paragraph(body + field("PAGEREF _Ref1", run("7")) + run(".")))

    assert found.texts["Wells"] == "See Old wells, page 7.\n"
    assert "A brief has no pages. Check these numbers of pages: “7”" in found.told


CONTENTS = {
    "as a field": paragraph(
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
        "<w:r><w:instrText> TOC \\o </w:instrText></w:r>"
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
        + run("Wells ")
        + '<w:fldSimple w:instr=" PAGEREF a ">'
        + run("1")
        + "</w:fldSimple>"
    )
    + paragraph(run("Pipes 2") + '<w:r><w:fldChar w:fldCharType="end"/></w:r>'),
    "in a control": "<w:sdt><w:sdtPr><w:docPartObj>"
    '<w:docPartGallery w:val="Table of Contents"/></w:docPartObj></w:sdtPr><w:sdtContent>'
    + paragraph("Wells 1")
    + paragraph("Pipes 2")
    + "</w:sdtContent></w:sdt>",
    "by its styles": paragraph("Wells 1", "TOC1") + paragraph("Pipes 2", "TOC2"),
}


@pytest.mark.parametrize("contents", CONTENTS.values(), ids=CONTENTS.keys())
def test_a_table_of_contents_is_left_out_and_told(contents):
    styles = style("TOC1", "toc 1") + style("TOC2", "toc 2") + style("Heading1", "heading 1")
    body = contents + WELLS + paragraph("Deep.")

    found = drafted(word_file(body, styles=styles))

    assert found.texts == {"Wells": "Deep.\n"}
    assert "The table of contents is left out" in found.all_told
    assert "pages" not in found.all_told


def test_a_field_without_an_end_hides_no_text():
    body = paragraph(run("Before.") + '<w:r><w:fldChar w:fldCharType="begin"/></w:r>')

    assert "After." in word(body + paragraph("After.")).text


# Lists, quotations, tables


def test_lists_are_nested_and_keep_their_numbers():
    lists = numbering("decimal", "bullet")
    body = item("Open it") + item("North", 1, 1) + item("South", 1, 1) + item("Close it")
    body += paragraph("Wait a while.") + item("Open it again")
    body += paragraph("Then:") + item("Tell Ida", 2)

    found = word(body, parts={"numbering": lists})

    assert found.texts["Wells"] == (
        "1. Open it\n   1. North\n   2. South\n2. Close it\n\nWait a while.\n\n"
        "3. Open it again\n\nThen:\n\n- Tell Ida\n"
    )


def test_lists_by_styles_are_nested_by_their_indents():
    styles = "".join(
        style(name, said, f'<w:pPr><w:numPr><w:numId w:val="{number}"/></w:numPr></w:pPr>')
        for number, (name, said) in enumerate(
            [("ListBullet", "List Bullet"), ("ListBullet2", "List Bullet 2")], start=1
        )
    )
    lists = "".join(
        f'<w:abstractNum w:abstractNumId="{number}"><w:lvl w:ilvl="0"><w:numFmt w:val="bullet"/>'
        f'<w:pStyle w:val="{name}"/><w:pPr><w:ind w:left="{360 * number}"/></w:pPr></w:lvl>'
        "</w:abstractNum>"
        for number, name in enumerate(["ListBullet", "ListBullet2"], start=1)
    ) + "".join(f'<w:num w:numId="{n}"><w:abstractNumId w:val="{n}"/></w:num>' for n in (1, 2))
    body = paragraph("Wells", "ListBullet") + paragraph("North well", "ListBullet2")
    body += paragraph("River well", "ListBullet2") + paragraph("Tower", "ListBullet")

    found = word(
        body,
        styles=style("Heading1", "heading 1") + styles,
        parts={"numbering": f"<w:numbering NAMED>{lists}</w:numbering>"},
    )

    assert found.texts["Wells"] == "- Wells\n  - North well\n  - River well\n- Tower\n"


def test_letters_of_a_list_are_kept_as_words():
    found = word(item("Open it") + item("Close it"), parts={"numbering": numbering("lowerLetter")})

    assert found.texts["Wells"] == "- a\\. Open it\n- b\\. Close it\n"


def test_numbers_that_a_brief_can_not_count_are_told_once_for_a_list():
    lists = numbering("decimal").replace('w:val="%2."', 'w:val="%1.%2"')

    found = word(
        item("Open it") + item("North", 1, 1) + item("South", 1, 1), parts={"numbering": lists}
    )

    assert found.texts["Wells"] == "1. Open it\n   1. North\n   2. South\n"
    sentence = "Word numbers a list “1.1 …,” a brief 1, 2, 3. It begins “North.”"
    assert found.told == [f"Wells: {sentence}"]


def test_quotations_and_drop_caps_are_kept():
    cap = paragraph("T", properties='<w:framePr w:dropCap="drop"/>')

    found = word(paragraph("Water is life.", "Quote") + cap + paragraph("he town is old."))

    assert found.texts["Wells"] == "> Water is life.\n\nThe town is old.\n"


def test_each_cell_of_a_table_comes_once():
    merged = "<w:tc><w:tcPr><w:vMerge{}/></w:tcPr><w:p>{}</w:p></w:tc>"
    first, second = merged.format(' w:val="restart"', run("Homes")), merged.format("", "")
    rows = (
        f"<w:tr>{first}<w:tc>{paragraph('40')}</w:tc></w:tr>"
        f"<w:tr>{second}<w:tc>{paragraph('42')}</w:tc></w:tr>"
    )
    inner = table(["outer", "beside"], [table(["deep", "deeper"], ["low", "lower"]), "below"])

    found = word(f"<w:tbl>{rows}</w:tbl>")
    nested = word(inner)

    assert re.findall(r"\w+", found.texts["Wells"]) == ["Homes", "40", "42"]
    assert "merged" in found.all_told
    expected = ["below", "beside", "deep", "deeper", "low", "lower", "outer"]
    assert sorted(re.findall(r"\w+", nested.texts["Wells"])) == expected


def test_a_table_of_one_cell_is_a_frame_around_text():
    cell = paragraph("Pipes", "Heading1") + paragraph("They leak.")

    found = word(table([f"{cell}"]))

    assert found.texts == {"Wells": "", "Pipes": "They leak.\n"}


# Drawings


def box(words):
    inside = f"<w:txbxContent>{paragraph(words)}</w:txbxContent>"
    return (
        '<w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wp:anchor><a:graphic>'
        f"<a:graphicData><wps:wsp><wps:txbx>{inside}</wps:txbx></wps:wsp></a:graphicData>"
        "</a:graphic></wp:anchor></w:drawing></mc:Choice><mc:Fallback><w:pict><v:shape><v:textbox>"
        f"{inside}</v:textbox></v:shape></w:pict></mc:Fallback></mc:AlternateContent></w:r>"
    )


def test_a_text_box_comes_once_after_its_paragraph():
    found = word(paragraph(run("Before the box") + box("In the box.") + run(" and after.")))

    assert found.texts["Wells"] == "Before the box and after.\n\nIn the box.\n"
    assert "Wells: This was in a text box. Check its place: “In the box.”" in found.told


def picture(alt):
    return (
        f'<w:r><w:drawing><wp:inline><wp:docPr id="1" name="Picture 1" descr="{alt}"/><a:graphic>'
        '<a:graphicData><pic:pic><pic:blipFill><a:blip r:embed="i1"/></pic:blipFill></pic:pic>'
        "</a:graphicData></a:graphic></wp:inline></w:drawing></w:r>"
    )


def test_the_words_of_a_picture_are_kept_and_a_picture_without_is_told():
    found = word(paragraph(run("See: ") + picture("A map of the wells") + picture("")))

    assert found.texts["Wells"] == "See:\n\n*A map of the wells*\n"
    assert "Wells: A picture without a description is left out." in found.told
    assert "A map of the wells" in found.all_told


def test_a_picture_keeps_its_title_and_its_description():
    picture = '<w:r><w:drawing><wp:docPr title="The map" descr="Two wells"/></w:drawing></w:r>'
    found = word(paragraph("Wells", "Heading1") + paragraph(picture))

    assert found.texts["Wells"] == "*The map; Two wells*\n"


def test_an_object_of_another_program_is_told():
    found = word(
        paragraph('<w:r><w:object><o:OLEObject ProgID="Excel.Sheet.12"/></w:object></w:r>')
    )

    assert found.told == ["Wells: An object of another program is left out: “Excel.Sheet.12”"]


def test_charts_and_diagrams_are_told_with_their_words():
    chart = "<c:chart><c:title><a:t>Use by year</a:t></c:title><c:v>2024</c:v></c:chart>"
    parts = {
        "chart1": f"<c:chartSpace NAMED>{chart}</c:chartSpace>",
        "data1": "<dgm:dataModel NAMED><dgm:t><a:p><a:t>Rain</a:t></a:p></dgm:t></dgm:dataModel>",
    }
    relations = {"c1": ("chart", "chart1.xml"), "d1": ("diagramData", "data1.xml")}
    drawing = "<w:r><w:drawing><wp:inline><a:graphic>{}</a:graphic></wp:inline></w:drawing></w:r>"
    shown = drawing.format('<c:chart r:id="c1"/>') + drawing.format('<dgm:relIds r:dm="d1"/>')

    found = word(paragraph(shown), parts=parts, relations=relations)

    assert "Wells: A chart is left out. Make it a figure from its data: “Use by year 2024”" in (
        found.told
    )
    assert "A diagram is left out. Put its words into the text: “Rain”" in found.all_told


# Files that aren't right


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 504
BOMB = '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE x [<!ENTITY a "aaaa">]><x>&a;</x>'


def zipped(**files):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in files.items():
            archive.writestr(name.replace("__", "/"), content)
    return out.getvalue()


ODD = {
    "an old Word file": (OLE, "older format"),
    "a password": (OLE + "EncryptedPackage".encode("utf-16-le"), "has a password"),
    "rich text": (b"{\\rtf1 Wells}", "older format"),
    "macros": (
        word_file(WELLS, kind="application/vnd.ms-word.document.macroEnabled.main+xml"),
        "has macros",
    ),
    "a spreadsheet": (
        zipped(**{"[Content_Types].xml": "<x/>", "xl__workbook.xml": "<x/>"}),
        "isn’t",
    ),
    "cut short": (word_file(WELLS)[:-40], "isn’t a Word file, or it’s damaged"),
    "not XML": (word_file("<w:p>"), "isn’t a Word file, or it’s damaged"),
    "entities in UTF-16": (
        word_file(WELLS, parts={"footnotes": BOMB.encode("utf-16")}),
        "has entities",
    ),
    "deep in itself": (word_file("<w:sdt>" * 20_000 + "</w:sdt>" * 20_000), "nested too deep"),
    "nothing": (word_file(""), "no text"),
}


def test_a_file_with_the_ending_of_macros_gets_one_sentence():
    with pytest.raises(drafting.Unreadable, match="Save it in one of these formats"):
        drafted(word_file(WELLS), "water.docm")


@pytest.mark.parametrize(("content", "why"), ODD.values(), ids=ODD.keys())
def test_an_odd_word_file_gets_one_sentence(content, why):
    with pytest.raises(drafting.Unreadable, match=why):
        drafted(content)


# The command


def test_the_command_names_the_heading_of_each_guess(db, tmp_path):
    path = tmp_path / "water.docx"
    path.write_bytes(
        word_file(TITLE + WELLS + paragraph(run("Seen. ") + run("No.", "<w:vanish/>")))
    )
    told = io.StringIO()

    call_command("draft_brief", str(path), stdout=io.StringIO(), stderr=told)

    assert told.getvalue() == "under “Wells”: Hidden in Word, so left out: “No.”\n"
