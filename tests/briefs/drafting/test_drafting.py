"""Drafting a fixture: every format gives the same tree, and no text is lost."""

import io
import re
import zipfile
from io import StringIO
from xml.sax.saxutils import escape

import pytest
from django.core.management import CommandError, call_command

from briefs.editions import checks, fixture_reading
from briefs.editions.load import load
from briefs.models import CallToAction, Question, Section
from briefs.page import markdown

pytestmark = pytest.mark.django_db

# (level, heading or None, texts). Plain text doesn't have the levels.
CONTENT = [
    (1, "Introduction", ["Water *comes* from here & costs < 5 cents.", "It was 1931. More."]),
    (1, "Putting it in Context", []),
    (2, "By the Numbers", []),
    (3, "Who?", ["Three wells serve 9,000 people."]),
    (3, "Where?", ["North of the river."]),
    (2, "History", ["The oldest well dates from 1931.", ["In 1931 a well", "In 1950 a tower"]]),
    (1, "Current Challenges and Areas for Reform", []),
    (2, "Old Pipes", ["They leak."]),
    (2, "Working with Neighbors", []),
    (3, "Ask Neighbors", ["They know."]),
    (2, "Prosecution of Polluters", ["It is rare."]),
    (1, "What You Can Do", ["Begin small.", "Measure: Read your meter.", "Plan: Ask for a date."]),
    (1, "Discussion Questions", [["What have you seen?", "Who decides?"]]),
]
TREE = [
    ("Introduction", None),
    ("Putting it in Context", None),
    ("By the Numbers", "Putting it in Context"),
    ("Who?", "By the Numbers"),
    ("Where?", "By the Numbers"),
    ("History", "Putting it in Context"),
    ("Current Challenges and Areas for Reform", None),
    ("Old Pipes", "Current Challenges and Areas for Reform"),
    ("Working with Neighbors", "Current Challenges and Areas for Reform"),
    ("Ask Neighbors", "Working with Neighbors"),
    ("Prosecution of Polluters", "Current Challenges and Areas for Reform"),
    ("What You Can Do", None),
    ("Discussion Questions", None),
]


def as_text():
    parts = []
    for _level, heading, texts in CONTENT:
        parts.append(heading)
        parts += ["\n".join(f"  • {i}" for i in t) if isinstance(t, list) else t for t in texts]
    return "\n\n".join(parts).encode()


def as_markdown():
    parts = ["# Town water"]
    for level, heading, texts in CONTENT:
        parts.append(f"{'#' * (level + 1)} {heading}")
        for text in texts:
            bare = text if isinstance(text, list) else re.sub(r"([*<])", r"\\\1", text)
            parts.append("\n".join(f"- {i}" for i in text) if isinstance(text, list) else bare)
    return "\n\n".join(parts).encode()


def as_html():
    parts = ["<h1>Town water</h1>"]
    for level, heading, texts in CONTENT:
        parts.append(f"<h{level + 1}>{heading}</h{level + 1}>")
        for text in texts:
            if isinstance(text, list):
                parts.append("<ul>" + "".join(f"<li>{i}</li>" for i in text) + "</ul>")
            else:
                parts.append(f"<p>{escape(text)}</p>")
    page = "".join(parts)
    return f"<html><head><title>x</title></head><body><nav>Menu</nav>{page}</body></html>".encode()


TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.'
    'relationships+xml"/>'
    '<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-'
    'officedocument.wordprocessingml.document.main+xml"/></Types>'
)
RELATIONS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
    'relationships/officeDocument" Target="word/document.xml"/></Relationships>'
)


def word_file(body, **more):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", TYPES)
        archive.writestr("_rels/.rels", RELATIONS)
        archive.writestr(
            "word/document.xml",
            '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
            f"<w:body>{body}</w:body></w:document>",
        )
        for name, content in more.items():
            archive.writestr(f"word/{name}.xml", content)
    return out.getvalue()


def as_docx():
    def paragraph(text, style=""):
        style = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
        return f'<w:p>{style}<w:r><w:t xml:space="preserve">{escape(text)}</w:t></w:r></w:p>'

    parts = [paragraph("Town water", "Heading1")]
    for level, heading, texts in CONTENT:
        parts.append(paragraph(heading, f"Heading{level + 1}"))
        for text in texts:
            parts += [paragraph(i) for i in text] if isinstance(text, list) else [paragraph(text)]
    return word_file("".join(parts))


FORMATS = {
    "town-water.txt": as_text,
    "town-water.md": as_markdown,
    "town-water.html": as_html,
    "town-water.docx": as_docx,
}


@pytest.fixture
def draft(tmp_path):
    """Drafts a fixture from a file. Returns (the fixture as text, the reported guesses)."""

    def run(name, content, **options):
        path = tmp_path / name
        path.write_bytes(content)
        out, told = StringIO(), StringIO()
        call_command("draft_brief", str(path), stdout=out, stderr=told, **options)
        return out.getvalue(), told.getvalue()

    return run


def words(text):
    return re.findall(r"\w+", text)


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_gives_the_same_tree_and_loses_no_word(draft, name):
    text, _told = draft(name, FORMATS[name]())
    taken = fixture_reading.read(text.encode(), "draft.yaml")

    assert not [finding for finding in checks.check(taken) if finding.is_error]
    load(taken, named="a test")
    sections = {s.pk: s for s in Section.objects.all()}
    tree = {(s.heading, s.parent and sections[s.parent_id].heading) for s in sections.values()}
    # All below its last heading became questions.
    assert tree == set(TREE[:-1])
    assert list(CallToAction.objects.values_list("step", "text")) == [
        ("measure", "Read your meter."),
        ("plan", "Ask for a date."),
    ]
    assert {q.text for q in Question.objects.all()} == {"What have you seen?", "Who decides?"}
    introduction = Section.objects.get(slug="introduction")
    assert words(markdown.plain(introduction.body)) == words(" ".join(CONTENT[0][2]))
    assert "<em>" not in markdown.render(introduction.body)
    assert Section.objects.get(slug="what-you-can-do").body == "Begin small.\n"


def test_what_was_guessed_is_told_with_its_line(draft):
    _text, told = draft("water.txt", as_text())

    assert "line 9: We put “By the Numbers” inside “Putting it in Context.”" in told


def test_links_become_sources_and_films_become_figures(draft):
    page = (
        b'<h2>Wells</h2><p>As the <a href="https://example.org/r">report</a> says.</p>'
        b'<iframe src="https://films.example.org/1" title="A film"></iframe>'
        b'<p><img src="https://example.org/map.png" alt="A map of the wells"></p>'
        b'<p><img src="data:image/png;base64,AAAA" alt="A pump"></p>'
        b'<p><a href="javascript:alert(1)">Words</a> stay.</p><script>alert(1)</script>'
    )

    text, told = draft("water.html", page)

    assert "As the report [@report] says." in text
    assert "url: https://example.org/r" in text
    assert "kind: video" in text
    assert "kind: document\n    title: A map of the wells" in text
    assert "*A pump*" in text
    assert "Words stay." in text
    assert "alert" not in text
    assert "Video to complete" in told
    assert "Image to complete" in told


def test_slugs_that_were_given_once_are_kept(draft, tmp_path):
    text, _told = draft("water.txt", as_text())
    like = tmp_path / "like.yaml"
    like.write_text(text.replace("slug: old-pipes", "slug: the-pipes"))

    again, _told = draft("water.txt", as_text(), like=str(like))

    assert "slug: the-pipes" in again


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "windows-1252"])
def test_text_is_read_in_the_encodings_that_editors_save_in(draft, encoding):
    text, told = draft("water.txt", "Wells\n\nSylvie Légère “spoke”.".encode(encoding))

    assert "Sylvie Légère “spoke”." in text
    assert ("Windows-1252" in told) == (encoding == "windows-1252")


BOMB = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><x>&b;</x>'
ODD = {
    "unknown": ("water.pdf", b"%PDF-1.7", "isn’t one of these"),
    "empty": ("water.txt", b" \n \n", "no text"),
    "empty Markdown": ("water.md", b"\n", "no text"),
    "binary": ("water.txt", b"\x00\x01\x02\x03", "isn’t plain text"),
    "noise": ("water.txt", bytes(range(1, 256)) * 20, "isn’t plain text"),
    "huge": ("water.txt", b"x" * (20 * 1024 * 1024 + 1), "20 MB"),
    "no archive": ("water.docx", b"PK\x03\x04 and no more", "isn’t a Word file"),
    "an archive of nothing": ("water.docx", b"PK\x05\x06" + b"\x00" * 18, "isn’t a Word file"),
    "an XML bomb": ("water.docx", word_file("", bomb=BOMB), "entities"),
    "a zip bomb": ("water.docx", word_file("", bomb=b"0" * 101 * 1024 * 1024), "too large"),
    "a packed text": ("water.docx", word_file("<w:p/>" * 10 * 1024 * 1024), "too much text"),
    "deep in itself": ("water.html", b"<div>" * 20_000 + b"Hi", "nested too deep"),
    "bold without end": ("water.html", b"<b><i>" * 5_000 + b"Hi", "nested too deep"),
    "an empty page": ("water.html", b"<script>alert(1)</script>", "no text"),
}


@pytest.mark.parametrize(("name", "content", "why"), ODD.values(), ids=ODD.keys())
def test_an_odd_file_gets_one_sentence_and_no_fixture(draft, capsys, name, content, why):
    with pytest.raises(CommandError, match=why):
        draft(name, content)

    assert capsys.readouterr().out == ""


def test_a_page_of_usual_depth_and_with_tags_left_open_is_read(draft):
    page = "<div>" * 100 + "<p>Wells" + "<li>deep" * 500 + "<td>old" * 300 + "</div>" * 100

    text, _told = draft("water.html", page.encode())

    assert "Wells" in text


@pytest.mark.parametrize(
    ("name", "why"), [("nowhere.txt", "can’t find"), ("folder.txt", "directory")]
)
def test_what_is_no_file_gets_one_sentence(tmp_path, name, why):
    (tmp_path / "folder.txt").mkdir()

    with pytest.raises(CommandError, match=why):
        call_command("draft_brief", str(tmp_path / name))
