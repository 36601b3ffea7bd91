"""Turns blocks into a fixture: sections, sources, questions, calls to action, figures."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from ..editions.fixture import Item
from ..models import CallToAction, Figure, Question, Section
from ..page import markdown
from ..slugs import Names, lasting_slug
from .blocks import Block, Guess, escaped
from .front import Front, alike, cut
from .levels import NUMBER
from .sources import Sources, slug_of_source

STEPS = {label.lower(): value for value, label in CallToAction.Step.choices}
STEP = re.compile(rf"({'|'.join(STEPS)})\s*:\s*(.*)", re.IGNORECASE | re.DOTALL)
STARRED = re.compile(r"^(\*{1,3}|_)([^*_]+)\1")
ASKED = re.compile(r"(discussion )?questions\b.*", re.IGNORECASE)
LOST_LINK = re.compile(
    r"(\bhere ?[.)]|\bwatch the\b|\bthis video\b|\bin the chart\b|\bbelow\b)", re.I
)
# Between dollar signs, with a sign that only formulas have, or a single letter.
FORMULA = re.compile(
    r"\$\$.+?\$\$|\\\(.+?\\\)|\\\[.+?\\\]"
    r"|\$(?!\s)(?:[A-Za-z]|[^$\n]*?[\\^_{}=<>+][^$\n]*?)(?<!\s)\$(?!\d)",
    re.DOTALL,
)
HERE_ARE_STEPS = "what-you-can-do"
LONGEST_HEADING, LONGEST_FIGURE = 160, 160
LONGEST_SLUG = 60


def compose(
    blocks: list[Block],
    *,
    title: str = "",
    fallback: str = "",
    edition: date | None = None,
    slugs: dict[str, str] | None = None,
) -> tuple[list[Item], list[Guess]]:
    """Compose the objects of a fixture: (objects, guesses in the order of the file).

    Args:
        blocks: from a reader.
        title: the title of the brief; "" for the one of the file.
        fallback: the title if the file has none.
        edition: the date of the edition; None for the date of the file, or today.
        slugs: slugs to reuse, by the heading of the section.
    """
    front = Front(blocks, title, fallback, edition)
    return _Composer(front, slugs or {}).take()


def slug_of_brief(title: str) -> str:
    """The slug of a brief with this title."""
    return lasting_slug(title, fallback="brief")


class _Composer:
    def __init__(self, front: Front, slugs: dict[str, str]) -> None:
        self.front = front
        self.brief = slug_of_brief(front.title)
        self.known_slugs = {alike(heading): slug for heading, slug in slugs.items()}
        self.kept: set[str] = set()
        self.names = Names(Section.RESERVED_SLUGS | set(slugs.values()))
        self.figure_names = Names()
        self.guesses = list(front.guesses)
        self.sections: list[dict[str, Any]] = []
        self.figures: list[dict[str, Any]] = []
        self.questions: list[str] = []
        # The slugs of the sections that had them.
        self.asked: set[str] = set()
        self.steps: list[tuple[str, str]] = []
        self.step = ""
        self.section: dict[str, Any] = {}
        self.line: int | None = None

    def take(self) -> tuple[list[Item], list[Guess]]:
        notes = [block for block in self.front.blocks if block.kind == "note"]
        blocks = [b for b in self.front.blocks if b.kind not in ("break", "note")]
        if blocks and blocks[0].kind != "heading":
            blocks.insert(0, _introduction(blocks))
        opened = self._open_all(blocks)
        places = {
            name: opened[id(b)]["slug"] for b in blocks if id(b) in opened for name in b.names
        }
        self.sources = Sources(notes, places)
        for block in blocks:
            self._take(block, opened.get(id(block)))
        self._take_left()
        self._drop_asked()
        return self._objects(), self.guesses

    # Sections

    def _open_all(self, blocks: list[Block]) -> dict[int, dict[str, Any]]:
        """Open a section for each heading, by the identity of its block."""
        opened: dict[int, dict[str, Any]] = {}
        # The headings around the next one, each with its section.
        above: list[tuple[Block, dict[str, Any]]] = []
        headings = [block for block in blocks if block.kind == "heading"]
        highest = min([block.level for block in headings], default=0)
        for block in headings:
            above = [pair for pair in above if pair[0].level < block.level]
            holder = above[-1] if above else None
            _judge_jump(block, holder[0] if holder else None, highest)
            heading, rest = cut(block.text, LONGEST_HEADING)
            section = {
                "slug": self._slug(block.text, holder[1]["slug"] if holder else ""),
                "parent": holder[1]["slug"] if holder else None,
                "heading": heading,
                "line": block.line,
                "texts": [escaped(rest)] if rest else [],
            }
            if rest:
                block.guess(_("A heading was too long. The text below it begins with its end."))
            self.sections.append(section)
            opened[id(block)] = section
            above.append((block, section))
        return opened

    def _slug(self, heading: str, holder: str) -> str:
        """The slug of a section. Like headings have that of the section around them in it, so
        that one more of them changes no other."""
        known = self.known_slugs.get(alike(heading), "")
        if known and known not in self.kept:
            # A section that had such a slug before keeps it, even one that's reserved by now.
            self.kept.add(known)
            return known
        if "what you can do" in alike(heading):
            # The calls to action follow the section with this slug.
            slug = HERE_ARE_STEPS
        else:
            # Numbers of headings change when one comes before them.
            words = NUMBER.sub("", heading) or heading
            slug = lasting_slug(words, fallback="section", longest=LONGEST_SLUG)
        if slug in self.names and holder:
            slug = f"{holder}-{slug}"
        return self.names.take(slug)

    # Blocks

    def _take(self, block: Block, section: dict[str, Any] | None) -> None:
        self.line = block.line
        if section:
            self.section, self.step = section, ""
        self.guesses += [Guess(it.line, it.sentence, self.section["slug"]) for it in block.guesses]
        if not section:
            self._put(block)

    def _guess(self, sentence: str) -> None:
        self.guesses.append(Guess(self.line, sentence, self.section.get("slug", "")))

    def _put(self, block: Block) -> None:
        if ASKED.fullmatch(self.section["heading"]) and self._ask(block):
            return
        if self._do(block):
            return
        if block.url:
            self._show(block)
            return
        plain = markdown.plain(block.markdown)
        if LOST_LINK.search(block.text):
            self._guess(
                _("A link, video, or chart may be missing here: “…%s”. If so, add it.")
                % plain[-60:]
            )
        if block.kind != "code":
            for formula in FORMULA.findall(plain):
                self._guess(_("“%s” may be a formula. Readers see it as it’s typed.") % formula)
            text = self.sources.cite(block.markdown, self._guess)
        else:
            text = block.markdown
        self.section["texts"].append(text)

    def _ask(self, block: Block) -> bool:
        """Take questions, each as a row of its own. Returns whether the block was questions."""
        if block.kind not in ("paragraph", "list"):
            return False
        asked = block.items if block.kind == "list" else [block.text]
        if not all(markdown.plain(text).endswith("?") for text in asked):
            return False
        self.asked.add(self.section["slug"])
        self.questions += [self.sources.without_links(text, self._guess) for text in asked]
        if len(asked) == 1:
            one = markdown.plain(asked[0])
            self._guess(_("“%s” is a question now. Check its type.") % one)
        else:
            self._guess(_("Questions found: %d. Check their types.") % len(asked))
        return True

    def _do(self, block: Block) -> bool:
        """Take calls to action: a paragraph such as “Measure: …”, and the list below it.

        Returns whether the block was one."""
        is_text = block.kind == "paragraph"
        found = STEP.fullmatch(STARRED.sub(r"\2", block.text)) if is_text else None
        if found:
            self.step = STEPS[found[1].lower()]
            if found[2].strip():
                self._step(found[2].strip())
            self._guess(_("“%s: …” is a call to action now. Check its step.") % found[1])
            return True
        if self.step and block.kind == "list":
            for item in block.items:
                self._step(item)
            return True
        self.step = ""
        return False

    def _step(self, text: str) -> None:
        self.steps.append((self.step, self.sources.cite(text, self._guess)))

    def _show(self, block: Block) -> None:
        """Take a video or a picture on another site, as a figure for the editor to complete."""
        is_film = block.kind == "media"
        kind = Figure.Kind.VIDEO if is_film else Figure.Kind.DOCUMENT
        title = block.text or _("TO DO: say what it shows, in one sentence")
        title, rest = cut(title, LONGEST_FIGURE)
        if rest:
            self._guess(_("The title of a figure was too long. We left out “%s.”") % rest)
        slug = slug_of_source(block.text or block.url)
        figure = {
            "slug": self.figure_names.take(slug),
            "section": self.section["slug"],
            "kind": kind.value,
            "title": title,
            "url": block.url,
        }
        self.figures.append(figure)

    def _drop_asked(self) -> None:
        """Drop a heading such as “Questions” if all below it became questions. One that the
        brief had before stays, as circles may have notes on it."""
        holders = {section["parent"] for section in self.sections}
        holders |= {figure["section"] for figure in self.figures}
        found = [text for section in self.sections for text in section["texts"]]
        texts = "".join([*found, *(text for _step, text in self.steps)])
        for section in list(self.sections):
            slug = section["slug"]
            is_empty = slug in self.asked and not section["texts"] and slug not in holders
            if not is_empty or slug in self.kept or f"(#{slug})" in texts:
                continue
            self.sections.remove(section)
            said = _("All below “%s” became questions, so it’s no section.") % section["heading"]
            guesses = [replace(it, section="") if it.section == slug else it for it in self.guesses]
            self.guesses = [*guesses, Guess(section["line"], said)]

    def _take_left(self) -> None:
        """Keep the footnotes that nothing cites, at the end of the last section."""
        for note in self.sources.left():
            self.line = note.line
            self._guess(_("Nothing in the draft cites this footnote, so it’s a paragraph."))
            self.section.setdefault("texts", []).append(self.sources.cite(note.text, self._guess))
        for note in self.sources.notes.values():
            slug = self.section.get("slug", "")
            self.guesses += [Guess(it.line, it.sentence, slug) for it in note.guesses]

    # Rows

    def _objects(self) -> list[Item]:
        return [
            _row(
                "brief",
                slug=self.brief,
                title=self.front.title,
                summary=self.front.summary,
                edition=self.front.edition,
                audience="editors",
            ),
            *self.sources.rows(self.brief),
            *self._section_rows(),
            *self._figure_rows(),
            *self._question_rows(),
            *self._step_rows(),
        ]

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
        for number, figure in enumerate(self.figures, start=1):
            yield _row(
                "figure",
                brief=[self.brief],
                **figure | {"section": [self.brief, figure["section"]]},
                position=number,
                summary=_("TO DO: say what it is and where the link goes."),
            )

    def _question_rows(self) -> Iterator[Item]:
        names = Names()
        for number, text in enumerate(self.questions, start=1):
            slug = lasting_slug(text, fallback="question", longest=LONGEST_SLUG)
            yield _row(
                "question",
                brief=[self.brief],
                slug=names.take(slug),
                position=number,
                kind=Question.Kind.INTERPRETIVE.value,
                text=text,
            )

    def _step_rows(self) -> Iterator[Item]:
        numbers: Counter[str] = Counter()
        for step, text in self.steps:
            numbers[step] += 1
            yield _row(
                "calltoaction",
                brief=[self.brief],
                slug=f"{step.replace('_', '-')}-{numbers[step]}",
                position=numbers[step],
                step=step,
                text=text,
            )


def _judge_jump(block: Block, above: Block | None, highest: int) -> None:
    """Report where a heading is put that skips a level."""
    if block.is_guess:
        return
    if above and block.level > above.level + 1:
        names = {"heading": block.text, "above": above.text}
        block.guess(_("“%(heading)s” skips a level. We put it inside “%(above)s.”") % names)
    elif not above and block.level > highest:
        block.guess(
            _("“%s” has no higher heading above it, so it’s on the top level.") % block.text
        )


def _introduction(blocks: list[Block]) -> Block:
    """The heading of a text that has none, on the level of the highest one."""
    level = min([block.level for block in blocks if block.kind == "heading"], default=1)
    heading = Block("heading", _("Introduction"), level=level, line=blocks[0].line)
    heading.guess(_("The opening text has no heading, so we called it “Introduction.”"))
    return heading


def _row(model: str, **fields: Any) -> Item:
    return {"model": f"briefs.{model}", "fields": fields}
