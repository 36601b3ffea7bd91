"""What is drafted from a file, as tests look at it."""

import re
from collections import Counter
from dataclasses import dataclass

from briefs import drafting


@dataclass
class Drafted:
    """A draft, as tests look at it.

    Attributes:
        title, summary: of the brief.
        tree: each heading, with the heading that it's under.
        texts: the text of each section, by its heading.
        sources: the title and the address of each source.
        questions, steps, figures: the text or title of each.
        told: each guess, after the heading of its section if it has one.
        objects: all of it, as a fixture has it.
    """

    title: str
    summary: str
    tree: list[tuple[str, str | None]]
    texts: dict[str, str]
    sources: list[tuple[str, str]]
    questions: list[str]
    steps: list[str]
    figures: list[str]
    told: list[str]
    objects: list[dict]

    @property
    def text(self) -> str:
        """All words that readers would see."""
        texts = [self.title, self.summary, *self.questions, *self.steps, *self.figures]
        texts += [f"{heading}\n{text}" for heading, text in self.texts.items()]
        text = "\n".join([*texts, *(title for title, _address in self.sources)])
        return re.sub(r"\[@[^\]]+\]", "", text)

    @property
    def all_told(self) -> str:
        return "\n".join(self.told)


def drafted(content: bytes, name: str = "town-water.docx") -> Drafted:
    objects, guesses = drafting.draft(content, name, slugs={})
    rows = {}
    for one in objects:
        rows.setdefault(one["model"].removeprefix("briefs."), []).append(one["fields"])
    sections = rows.get("section", [])
    headings = {one["slug"]: one["heading"] for one in sections}
    texts = {}
    for one in sections:
        texts[one["heading"]] = texts.get(one["heading"], "") + one.get("body", "")
    parents = [one.get("parent") for one in sections]
    return Drafted(
        title=rows["brief"][0]["title"],
        summary=rows["brief"][0]["summary"],
        tree=[
            (one["heading"], parent and headings[parent[1]])
            for one, parent in zip(sections, parents, strict=True)
        ],
        texts=texts,
        sources=[(one["title"], one.get("url", "")) for one in rows.get("source", [])],
        questions=[one["text"] for one in rows.get("question", [])],
        steps=[one["text"] for one in rows.get("calltoaction", [])],
        figures=[one["title"] for one in rows.get("figure", [])],
        told=[
            f"{headings[one.section]}: {one.sentence}" if one.section else one.sentence
            for one in guesses
        ],
        objects=objects,
    )


def words(text: str) -> Counter[str]:
    """The words of a text, and how often each comes."""
    return Counter(re.findall(r"\w+", text))
