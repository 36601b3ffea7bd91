"""What the styles of a Word file say of a paragraph or a run: heading, title, bold, hidden."""

import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element

from .xml import find, find_all, is_on, value, whole

# Word names its own styles in English in every language. Other programs, and people, don't.
HEADING = re.compile(
    r"(?:heading|überschrift|titre|título|titulo|titolo|títol|kop|rubrik|overskrift|otsikko"
    r"|nagłówek|nadpis|naslov|címsor|titlu|başlık|заголовок|заглавие|επικεφαλίδα|כותרת|عنوان"
    r"|標題|标题|見出し|제목|judul|tiêu đề|หัวเรื่อง)\s*([1-9])",
    re.IGNORECASE,
)
# Pages calls its first level so.
TOP_HEADING = {"heading"}
TITLE = set(
    "title titel titre título titulo titolo títol otsikko tytuł název názov cím titlu"
    " başlık название τίτλος שם العنوان 标题 標題 タイトル 表題 제목 tittel".split()
)
SUBTITLE = set(
    "subtitle untertitel sous-titre subtítulo subtitulo sottotitolo ondertitel underrubrik"
    " undertitel undertittel podtytuł podtitul alcím subtitlu altyazı подзаголовок υπότιτλος"
    " 副標題 副标题 副題 부제".split()
)
QUOTE = re.compile(
    r"(?:intense |block )?quot(?:e|ation)s?|block ?text|zitat|citation|cita|citazione|citaat|citat"
    r"|intensives zitat|quotations",
    re.IGNORECASE,
)
CONTENTS = re.compile(r"(?:toc|contents) (?:\d|heading)|table of figures|tof \d", re.IGNORECASE)
BODY_LEVEL = 9  # the level of an outline that means "no heading"


class Styles:
    def __init__(self, root: Element | None) -> None:
        styles = find_all(root, "w:style") if root is not None else []
        self.by_id: dict[tuple[str, str], Element] = {}
        for style in styles:
            key = (style.get("w:type", "paragraph"), style.get("w:styleId", ""))
            self.by_id.setdefault(key, style)
        defaults = find(root, "w:docDefaults/w:rPrDefault/w:rPr") if root is not None else None
        self.defaults = [defaults] if defaults is not None else []
        self.usual = next(
            (
                style.get("w:styleId", "")
                for style in styles
                if style.get("w:type") == "paragraph" and is_default(style)
            ),
            None,
        )

    def chain(self, kind: str, name: str | None) -> Iterator[Element]:
        """A style and those that it's based on, nearest first."""
        seen = set()
        while name is not None and name not in seen:
            seen.add(name)
            style = self.by_id.get((kind, name))
            if style is None:
                return
            yield style
            name = value(style, "w:basedOn")

    def of_paragraph(self, paragraph: Element) -> Iterator[Element]:
        name = value(paragraph, "w:pPr", "w:pStyle")
        return self.chain("paragraph", self.usual if name is None else name)

    def names(self, paragraph: Element) -> Iterator[str]:
        """The names of a paragraph's styles, nearest first."""
        own = value(paragraph, "w:pPr", "w:pStyle")
        found = False
        for style in self.of_paragraph(paragraph):
            found = True
            yield str(value(style, "w:name") or style.get("w:styleId", "")).strip().lower()
        if own is not None and not found:
            # A style that isn't defined still says something by its name, such as "Heading1".
            yield own.strip().lower()

    def level(self, paragraph: Element) -> int | None:
        """The level of a heading, from 1; None if it isn't one."""
        said = value(paragraph, "w:pPr", "w:outlineLvl")
        if said is not None:
            return _level(said)
        styles: list[Element | None] = list(self.of_paragraph(paragraph))
        for style, name in zip(styles or [None], self.names(paragraph), strict=False):
            said = value(style, "w:pPr", "w:outlineLvl")
            if said is not None:
                return _level(said)
            if found := HEADING.fullmatch(name):
                return int(found[1])
            if name in TOP_HEADING:
                return 1
        return None

    def is_title(self, paragraph: Element) -> bool:
        return any(name in TITLE for name in self.names(paragraph))

    def is_subtitle(self, paragraph: Element) -> bool:
        return any(name in SUBTITLE for name in self.names(paragraph))

    def is_quote(self, paragraph: Element) -> bool:
        return any(QUOTE.fullmatch(name) for name in self.names(paragraph))

    def is_of_contents(self, paragraph: Element) -> bool:
        """Whether it's a line of a table of contents."""
        return any(CONTENTS.fullmatch(name) for name in self.names(paragraph))

    def properties(self, run: Element, paragraph: Element | None) -> Iterator[Element]:
        """The properties of a run, nearest first; of its paragraph's style, too, if it's given."""
        own = find(run, "w:rPr")
        if own is not None:
            yield own
        for style in self.chain("character", value(own, "w:rStyle")):
            yield from find_all(style, "w:rPr")
        if paragraph is not None:
            for style in self.of_paragraph(paragraph):
                yield from find_all(style, "w:rPr")
            yield from self.defaults

    def has(self, tag: str, run: Element, paragraph: Element | None = None) -> bool:
        """Whether a run is bold (w:b), hidden (w:vanish), and so on."""
        for properties in self.properties(run, paragraph):
            found = find(properties, tag)
            if found is not None:
                return is_on(found)
        return False

    def said(
        self, tag: str, run: Element, paragraph: Element | None = None, *, by: str = "w:val"
    ) -> str | None:
        """What a property of a run says, such as its size (w:sz)."""
        for properties in self.properties(run, paragraph):
            found = find(properties, tag)
            if found is not None and found.get(by):
                return found.get(by)
        return None


def is_default(style: Element) -> bool:
    return style.get("w:default") in ("1", "true", "on")


def _level(said: str) -> int | None:
    level = whole(said, BODY_LEVEL)
    return level + 1 if 0 <= level < BODY_LEVEL else None
