"""Turns blocks into a fixture: sections, sources, questions, calls to action, figures."""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from django.utils.text import slugify
from django.utils.translation import gettext as _

from ..editions.fixture import Item
from ..models import CallToAction, Figure, Question, Section
from .blocks import Block, Guess, escaped

LINK = re.compile(r"\[((?:[^\[\]\\]|\\.)*)\]\(<(https?://[^>]*)>\)")
MAIL = re.compile(r"\[((?:[^\[\]\\]|\\.)*)\]\(<(mailto:[^>]*)>\)")
STEPS = {label.lower(): value for value, label in CallToAction.Step.choices}
STEP = re.compile(rf"({'|'.join(STEPS)}):\s*(.*)", re.IGNORECASE | re.DOTALL)
ASKED = re.compile(r"(discussion )?questions\b.*", re.IGNORECASE)
LOST_LINK = re.compile(
    r"(\bhere ?[.)]|\bwatch the\b|\bthis video\b|\bin the chart\b|\bbelow\b)", re.I
)
HERE_ARE_STEPS = "what-you-can-do"
LONGEST_SLUG = 80


def compose(
    blocks: list[Block], *, title: str, edition: date, slugs: dict[str, str] | None = None
) -> tuple[list[Item], list[Guess]]:
    """Compose the objects of a fixture: (objects, guesses).

    Args:
        blocks: from a reader.
        title: the title of the brief, unless its first heading is the title.
        edition: the date of the edition.
        slugs: slugs to reuse, by the heading of the section.
    """
    return _Composer(title, edition, slugs or {}).take(blocks)


def alike(heading: str) -> str:
    """A heading without case and punctuation, to compare."""
    return " ".join(re.findall(r"\w+", heading.lower()))


class _Composer:
    def __init__(self, title: str, edition: date, slugs: dict[str, str]) -> None:
        self.title, self.edition = title, edition
        self.known_slugs = {alike(heading): slug for heading, slug in slugs.items()}
        self.taken: set[str] = set()
        self.guesses: list[Guess] = []
        self.sections: list[dict[str, Any]] = []
        self.sources: dict[str, dict[str, str]] = {}
        self.figures: list[tuple[str, str, str, str]] = []
        self.questions: list[str] = []
        self.steps: list[tuple[str, str]] = []
        self.step = ""

    def take(self, blocks: list[Block]) -> tuple[list[Item], list[Guess]]:
        blocks = self._without_title([block for block in blocks if block.kind != "break"])
        self.brief = self._slug(self.title, reuse=False)
        self.taken.clear()
        # (level, slug) of the sections around the current block.
        above: list[tuple[int, str]] = []
        for block in blocks:
            if block.kind == "heading":
                self.step = ""
                above = [pair for pair in above if pair[0] < block.level]
                self._open(block, above)
                above.append((block.level, self.sections[-1]["slug"]))
            else:
                if not self.sections:
                    self._open(_introduction(block), [])
                    self._guess(
                        block.line,
                        _("The opening text has no heading, so we called it “Introduction.”"),
                    )
                self._put(block)
        return self._objects(), self.guesses

    def _without_title(self, blocks: list[Block]) -> list[Block]:
        """The blocks without the brief's title: a first heading that is the only one of level 1."""
        headings = [block for block in blocks if block.kind == "heading" and block.level]
        tops = [block for block in headings if block.level == 1]
        if len(tops) == 1 and len(headings) > 1 and blocks[0] is tops[0] and tops[0].line is None:
            self.title = tops[0].text
            return blocks[1:]
        return blocks

    def _guess(self, line: int | None, sentence: str) -> None:
        self.guesses.append((line, sentence))

    def _slug(self, heading: str, *, reuse: bool = True) -> str:
        if reuse and alike(heading) in self.known_slugs:
            slug = self.known_slugs[alike(heading)]
        elif reuse and "what you can do" in alike(heading):
            # The calls to action follow the section with this slug.
            slug = HERE_ARE_STEPS
        else:
            slug = slugify(heading.replace("/", " ").replace("’", ""))[:LONGEST_SLUG].strip("-")
        slug = base = slug or "section"
        number = 2
        # A section that had such a slug before keeps it.
        is_new = reuse and alike(heading) not in self.known_slugs
        taken = self.taken | Section.RESERVED_SLUGS if is_new else self.taken
        while slug in taken:
            slug, number = f"{base[: LONGEST_SLUG - 4]}-{number}", number + 1
        self.taken.add(slug)
        return slug

    def _open(self, block: Block, above: list[tuple[int, str]]) -> None:
        heading = block.text[:160]
        self.sections.append(
            {
                "slug": self._slug(heading),
                "parent": above[-1][1] if above else None,
                "heading": heading,
                "texts": [],
            }
        )

    def _put(self, block: Block) -> None:
        section = self.sections[-1]
        if ASKED.fullmatch(section["heading"]) and self._ask(block):
            return
        if self._do(block):
            return
        if block.url:
            self._show(block)
            return
        if block.kind == "list":
            text = "\n".join(f"- {self._cited(item)}" for item in block.items)
        elif block.kind == "quote":
            text = "\n".join(f"> {line}".rstrip() for line in self._cited(block.text).split("\n"))
        elif block.kind == "picture":
            text = f"*{escaped(block.text)}*"
            self._guess(block.line, _("An image won’t show, only its words: “%s.”") % block.text)
        else:
            text = self._cited(block.text)
        if LOST_LINK.search(block.text):
            self._guess(
                block.line,
                _("A link, video, or chart may be missing here: “…%s”. If so, add it.")
                % block.text[-60:],
            )
        section["texts"].append(text)

    def _ask(self, block: Block) -> bool:
        """Take questions, each as a row of its own. Returns whether the block was questions."""
        asked = block.items if block.kind == "list" else [block.text]
        if not all(text.rstrip().endswith("?") for text in asked):
            return False
        for text in asked:
            self.questions.append(re.sub(r"\\(.)", r"\1", text))
        self._guess(block.line, _("Questions found: %d. Check their types.") % len(asked))
        return True

    def _do(self, block: Block) -> bool:
        """Take calls to action: a paragraph such as “Measure: …”, and the list below it.

        Returns whether the block was one."""
        found = STEP.fullmatch(block.text) if block.kind == "paragraph" else None
        if found:
            self.step = STEPS[found[1].lower()]
            if found[2].strip():
                self.steps.append((self.step, self._cited(found[2].strip())))
            return True
        if self.step and block.kind == "list":
            self.steps += [(self.step, self._cited(item)) for item in block.items]
            return True
        self.step = ""
        return False

    def _show(self, block: Block) -> None:
        """Take a video or a picture on another site, as a figure for the editor to complete."""
        is_film = block.kind == "media"
        kind = Figure.Kind.VIDEO if is_film else Figure.Kind.DOCUMENT
        title = block.text or _("TO DO: say what it shows, in one sentence")
        self.figures.append((self.sections[-1]["slug"], kind.value, title[:160], block.url[:400]))
        sentence = _("Video to complete: %s.") if is_film else _("Image to complete: %s.")
        self._guess(block.line, sentence % block.url)

    def _cited(self, text: str) -> str:
        """The text with links to pages turned into sources, cited after the words of the link."""

        def cite(match: re.Match[str]) -> str:
            words, url = match[1], match[2]
            if len(url) > 400:
                return words
            if url not in self.sources:
                plain = re.sub(r"[\\*_]", "", words).strip() or url
                host = urlsplit(url).hostname or ""
                slug = slugify(plain)[:40].strip("-") or slugify(host) or "source"
                known = {source["slug"] for source in self.sources.values()}
                base, number = slug, 2
                while slug in known:
                    slug, number = f"{base}-{number}", number + 1
                publisher = host.removeprefix("www.")
                self.sources[url] = {"slug": slug, "title": plain[:250], "publisher": publisher}
            return f"{words} [@{self.sources[url]['slug']}]"

        return MAIL.sub(r"[\1](\2)", LINK.sub(cite, text))

    def _objects(self) -> list[Item]:
        return [
            _row(
                "brief",
                slug=self.brief,
                title=self.title[:120],
                summary=_("TO DO: say in one sentence what this brief is about."),
                edition=self.edition,
                audience="editors",
            ),
            *self._source_rows(),
            *self._section_rows(),
            *self._figure_rows(),
            *self._question_rows(),
            *self._step_rows(),
        ]

    def _source_rows(self) -> Iterator[Item]:
        for number, (url, source) in enumerate(self.sources.items(), start=1):
            yield _row("source", brief=[self.brief], **source, position=number, url=url)

    def _section_rows(self) -> Iterator[Item]:
        positions: Counter[str | None] = Counter()
        for section in self.sections:
            parent = section["parent"]
            positions[parent] += 1
            fields = {"heading": section["heading"], "position": positions[parent]}
            if parent:
                fields["parent"] = [self.brief, parent]
            if section["texts"]:
                fields["body"] = "\n\n".join(section["texts"]) + "\n"
            yield _row("section", brief=[self.brief], slug=section["slug"], **fields)

    def _figure_rows(self) -> Iterator[Item]:
        for number, (section, kind, title, url) in enumerate(self.figures, start=1):
            yield _row(
                "figure",
                brief=[self.brief],
                slug=f"{kind}-{number}",
                section=[self.brief, section],
                position=number,
                kind=kind,
                title=title,
                summary=_("TO DO: say what it is and where the link goes."),
                url=url,
            )

    def _question_rows(self) -> Iterator[Item]:
        kind = Question.Kind.INTERPRETIVE.value
        for number, text in enumerate(self.questions, start=1):
            yield _row(
                "question",
                brief=[self.brief],
                slug=f"question-{number}",
                position=number,
                kind=kind,
                text=text,
            )

    def _step_rows(self) -> Iterator[Item]:
        numbers: Counter[str] = Counter()
        for step, text in self.steps:
            numbers[step] += 1
            slug = f"{slugify(step.replace('_', '-'))}-{numbers[step]}"
            yield _row(
                "calltoaction",
                brief=[self.brief],
                slug=slug,
                position=numbers[step],
                step=step,
                text=text,
            )


def _introduction(block: Block) -> Block:
    return type(block)("heading", "Introduction", level=1, line=block.line)


def _row(model: str, **fields: Any) -> Item:
    return {"model": f"briefs.{model}", "fields": fields}
