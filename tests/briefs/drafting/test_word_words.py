"""Whatever is in a Word file, each of its words comes once in the draft, or is told."""

import re
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from briefs import drafting
from briefs.editions import checks, fixture_reading, fixture_yaml

from .drafted import drafted
from .word_files import item, numbering, paragraph, run, table, word_file

# Stems in scripts that are read in either direction, with and without spaces.
STEMS = ["water", "Wasser", "été", "вода", "水", "מים", "ماء"]
BETWEEN = [
    " ",
    ", ",
    ". ",
    " – ",
    "/",
    " * ",
    " # ",
    "? ",
    ": ",
    " [",
    "] ",
    " < ",
    " & ",
    " &amp; ",
]
LOOKS = [
    *("", "<w:b/>", "<w:i/>", "<w:b/><w:i/>", "<w:caps/>", '<w:vertAlign w:val="superscript"/>'),
    *('<w:vertAlign w:val="subscript"/>', "<w:strike/>", "<w:vanish/>", '<w:sz w:val="40"/>'),
]


class Writer:
    """Writes the XML of a drawn file. Each word ends in a number of its own and a z, so that it
    can be found whatever is around it."""

    def __init__(self, draw):
        self.draw = draw
        self.words: list[str] = []
        self.deleted: set[str] = set()
        self.notes: list[str] = []
        self.comments: list[str] = []
        self.relations = {}

    def word(self):
        word = f"{self.draw(st.sampled_from(STEMS))}{len(self.words)}z"
        self.words.append(word)
        return word

    def some(self):
        text = self.word()
        for _time in range(self.draw(st.integers(0, 3))):
            text += self.draw(st.sampled_from(BETWEEN)) + self.word()
        return text

    def run(self):
        return run(self.some(), self.draw(st.sampled_from(LOOKS)))

    def piece(self):
        """Something in a paragraph."""
        return self.draw(st.sampled_from(PIECES))(self)

    def pieces(self):
        return run(" ").join(self.piece() for _time in range(self.draw(st.integers(1, 4))))

    def block(self, depth=0):
        """A paragraph, a table and so on."""
        return self.draw(st.sampled_from(BLOCKS if depth < 2 else BLOCKS[:4]))(self, depth)

    def deleted_run(self):
        word = self.word()
        self.deleted.add(word)
        return f"<w:del><w:r><w:delText>{word}</w:delText></w:r></w:del>"

    def inserted(self):
        return f"<w:ins>{self.run()}</w:ins>"

    def control(self):
        return f"<w:sdt><w:sdtPr/><w:sdtContent>{self.run()}</w:sdtContent></w:sdt>"

    def link(self):
        name = f"l{len(self.relations)}"
        self.relations[name] = ("hyperlink", f"https://example.org/{name}")
        return f'<w:hyperlink r:id="{name}">{run(self.word())}</w:hyperlink>'

    def field(self):
        code = self.draw(st.sampled_from(["REF a", "PAGE", 'HYPERLINK "https://example.org/f"']))
        begin, between, end = (
            f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>'
            for kind in ("begin", "separate", "end")
        )
        asked = f"<w:r><w:instrText>{code}</w:instrText></w:r>"
        return begin + asked + between + run(self.word()) + end

    def formula(self):
        part = f"<m:r><m:t>{self.word()}</m:t></m:r>"
        other = f"<m:r><m:t>{self.word()}</m:t></m:r>"
        return f"<m:oMath><m:f><m:num>{part}</m:num><m:den>{other}</m:den></m:f></m:oMath>"

    def box(self):
        inside = f"<w:txbxContent>{self.block(2)}</w:txbxContent>"
        return (
            "<w:r><mc:AlternateContent><mc:Choice><w:drawing><wps:txbx>"
            f"{inside}</wps:txbx></w:drawing></mc:Choice><mc:Fallback><w:pict><v:textbox>{inside}"
            "</v:textbox></w:pict></mc:Fallback></mc:AlternateContent></w:r>"
        )

    def picture(self):
        return f'<w:r><w:drawing><wp:docPr descr="{self.word()}"/><a:blip/></w:drawing></w:r>'

    def note(self):
        self.notes.append("")
        number = len(self.notes)
        self.notes[-1] = f'<w:footnote w:id="{number}">{paragraph(run(self.some()))}</w:footnote>'
        return f'<w:r><w:footnoteReference w:id="{number}"/></w:r>'

    def comment(self):
        number = len(self.comments)
        self.comments.append(
            f'<w:comment w:id="{number}">{paragraph(run(self.some()))}</w:comment>'
        )
        return f'<w:r><w:commentReference w:id="{number}"/></w:r>'

    def parted(self):
        kind = self.draw(st.sampled_from(["<w:br/>", "<w:tab/>", '<w:br w:type="page"/>']))
        return self.run() + f"<w:r>{kind}</w:r>" + self.run()

    def plain(self, depth):
        style = self.draw(st.sampled_from(["", "", "Quote", "Subtitle", "Title"]))
        return paragraph(self.pieces(), style)

    def heading(self, depth):
        return paragraph(self.pieces(), f"Heading{self.draw(st.integers(1, 6))}")

    def item(self, depth):
        return item(self.pieces(), self.draw(st.integers(1, 3)), self.draw(st.integers(0, 2)))

    def bold(self, depth):
        return paragraph(run(self.some(), "<w:b/>"))

    def table(self, depth):
        columns = self.draw(st.integers(1, 3))
        rows = [
            [self.block(depth + 1) + paragraph("") for _column in range(columns)]
            for _row in range(self.draw(st.integers(1, 2)))
        ]
        return table(*rows)

    def joined(self, depth):
        """A paragraph whose end was deleted."""
        return f"<w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr>{self.pieces()}</w:p>"


PIECES = [
    *(Writer.run, Writer.run, Writer.run, Writer.deleted_run, Writer.inserted, Writer.control),
    *(Writer.link, Writer.field, Writer.formula, Writer.picture, Writer.note, Writer.comment),
    *(Writer.parted, Writer.box),
]
BLOCKS = [Writer.plain, Writer.heading, Writer.item, Writer.bold, Writer.table, Writer.joined]


@st.composite
def files(draw):
    """What is in a Word file, and the words that must come of it."""
    writer = Writer(draw)
    body = "".join(writer.block() for _time in range(draw(st.integers(1, 6))))
    parts = {
        "numbering": numbering("bullet", "decimal", "lowerLetter"),
        "footnotes": f"<w:footnotes NAMED>{''.join(writer.notes)}</w:footnotes>",
        "comments": f"<w:comments NAMED>{''.join(writer.comments)}</w:comments>",
    }
    expected = numbers(" ".join(word for word in writer.words if word not in writer.deleted))
    return {"body": body, "parts": parts, "relations": writer.relations}, expected


def numbers(text):
    """The numbers of the words in a text, and how often each comes."""
    return Counter(re.findall(r"\d+(?=z)", text))


def check(inside, expected):
    try:
        found = drafted(word_file(**inside))
    except drafting.Unreadable as error:
        # All there is may be hidden.
        assert "no text" in str(error)
        return
    titles = numbers(" ".join(title for title, _address in found.sources))
    text = numbers(found.text) - titles
    told = numbers(found.all_told)

    lost = [word for word in expected if not text[word] and not titles[word] and not told[word]]
    twice = [word for word in expected if text[word] > 1]
    assert (lost, twice) == ([], [])
    fixture = fixture_reading.read(fixture_yaml.dump(found.objects).encode(), "draft.yaml")
    assert [it for it in checks.check(fixture) if it.is_error] == []


@settings(max_examples=25)
@given(files())
def test_each_word_of_a_word_file_comes_once_or_is_told(file):
    check(*file)


@pytest.mark.long
@given(files())
def test_each_word_of_many_word_files_comes_once_or_is_told(file):
    check(*file)
