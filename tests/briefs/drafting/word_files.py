"""Word files by hand, for tests of the drafter."""

import io
import zipfile
from html import escape

SPACES = {
    "w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    "r": "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    "m": "http://schemas.openxmlformats.org/officeDocument/2006/math",
    "mc": "http://schemas.openxmlformats.org/markup-compatibility/2006",
    "wp": "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing",
    "wps": "http://schemas.microsoft.com/office/word/2010/wordprocessingShape",
    "w14": "http://schemas.microsoft.com/office/word/2010/wordml",
    "a": "http://schemas.openxmlformats.org/drawingml/2006/main",
    "pic": "http://schemas.openxmlformats.org/drawingml/2006/picture",
    "c": "http://schemas.openxmlformats.org/drawingml/2006/chart",
    "dgm": "http://schemas.openxmlformats.org/drawingml/2006/diagram",
    "v": "urn:schemas-microsoft-com:vml",
    "o": "urn:schemas-microsoft-com:office:office",
}
NAMED = " ".join(f'xmlns:{prefix}="{space}"' for prefix, space in SPACES.items())
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
STYLES = {
    "Normal": "Normal",
    "Title": "Title",
    "Subtitle": "Subtitle",
    "Quote": "Quote",
    **{f"Heading{level}": f"heading {level}" for level in range(1, 7)},
}


def word_file(
    body: str,
    *,
    styles: str | None = None,
    parts: dict[str, str | bytes] | None = None,
    relations: dict[str, tuple[str, str]] | None = None,
    kind: str = MAIN,
) -> bytes:
    """A Word file with no more than it needs.

    Args:
        body: the XML of its text.
        styles: the XML of its styles; None for the usual ones.
        parts: the XML of other parts, by name, such as "footnotes".
        relations: (kind, target) by id. A target with "://" is outside.
        kind: the content type of the text.
    """
    usual = "".join(style(name, said) for name, said in STYLES.items())
    parts = {"styles": f"<w:styles {NAMED}>{usual if styles is None else styles}</w:styles>"} | {
        name: xml if isinstance(xml, bytes) else xml.replace(" NAMED", f" {NAMED}", 1)
        for name, xml in (parts or {}).items()
    }
    links = "".join(
        f'<Relationship Id="{name}" Type="{SPACES["r"]}/{kind_of}" Target="{escape(target)}"'
        + (' TargetMode="External"/>' if ":" in target else "/>")
        for name, (kind_of, target) in (relations or {}).items()
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "[Content_Types].xml",
            f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" ContentType='
            '"application/vnd.openxmlformats-package.relationships+xml"/><Override '
            f'PartName="/word/document.xml" ContentType="{kind}"/></Types>',
        )
        archive.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="r1" '
            f'Type="{SPACES["r"]}/officeDocument" Target="word/document.xml"/></Relationships>',
        )
        archive.writestr(
            "word/document.xml", f"<w:document {NAMED}><w:body>{body}</w:body></w:document>"
        )
        archive.writestr(
            "word/_rels/document.xml.rels",
            f'<Relationships xmlns="{PACKAGE}/relationships">{links}</Relationships>',
        )
        for name, xml in parts.items():
            archive.writestr(f"word/{name}.xml", xml)
    return out.getvalue()


def style(name: str, said: str, inside: str = "", kind: str = "paragraph") -> str:
    return f'<w:style w:type="{kind}" w:styleId="{name}"><w:name w:val="{said}"/>{inside}</w:style>'


def paragraph(text: str, style: str = "", properties: str = "") -> str:
    """A paragraph of Word. Text that begins with < is XML of runs already."""
    named = f'<w:pStyle w:val="{style}"/>' if style else ""
    inside = text if text.startswith("<") else run(text)
    return f"<w:p><w:pPr>{named}{properties}</w:pPr>{inside}</w:p>"


def run(text: str, properties: str = "") -> str:
    look = f"<w:rPr>{properties}</w:rPr>" if properties else ""
    return f'<w:r>{look}<w:t xml:space="preserve">{escape(text)}</w:t></w:r>'


def item(text: str, number: int = 1, level: int = 0) -> str:
    place = f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>'
    return paragraph(text, properties=place)


def numbering(*lists: str) -> str:
    """The numbering of a file: list 1, 2, … each “bullet”, “decimal”, “lowerLetter” and so on."""
    levels = [
        "".join(
            f'<w:lvl w:ilvl="{level}"><w:start w:val="1"/><w:numFmt w:val="{shown}"/>'
            f'<w:lvlText w:val="%{level + 1}."/></w:lvl>'
            for level in range(3)
        )
        for shown in lists
    ]
    defined = "".join(
        f'<w:abstractNum w:abstractNumId="{number}">{level}</w:abstractNum>'
        for number, level in enumerate(levels, start=1)
    )
    named = "".join(
        f'<w:num w:numId="{number}"><w:abstractNumId w:val="{number}"/></w:num>'
        for number, _level in enumerate(levels, start=1)
    )
    return f"<w:numbering NAMED>{defined}{named}</w:numbering>"


def table(*rows: list[str]) -> str:
    """A table of Word. A cell that begins with < is XML already."""
    cells = [
        "".join(f"<w:tc>{c if c.startswith('<') else paragraph(c)}</w:tc>" for c in row)
        for row in rows
    ]
    return "<w:tbl>" + "".join(f"<w:tr>{row}</w:tr>" for row in cells) + "</w:tbl>"
