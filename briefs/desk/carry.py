"""Carries what editors made for a brief over to a draft of its next edition from a new file.

Sections are the same if they have the same slug: the drafter gives a heading the slug that it has
in the loaded brief. Of those that stay, the draft keeps the figures, the questions, the sources
that they cite, and the Markdown of each paragraph whose words didn't change.
"""

from collections import Counter
from collections.abc import Iterable, Iterator

from django.apps import apps
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from config.slugs import free_slug

from ..drafting.front import alike
from ..page import markdown
from . import content as contents
from .content import CALL, FIGURE, HELP_LINE, QUESTION, SECTION, SOURCE, Content, Item
from .pieces import joined, pieces
from .places import repointed

# The slug of a section of the draft, or None; and a sentence about it.
Told = tuple[str | None, str]


def carry_over(new: Content, old: Content) -> tuple[Content, list[Told]]:
    """The draft of a brief's next edition: (its content, what to tell the editor).

    Args:
        new: what the drafter made of the file.
        old: the brief as it is loaded.
    """
    return _Carrying(new, old).done()


class _Carrying:
    def __init__(self, new: Content, old: Content) -> None:
        self.new = contents.under(new, contents.brief_of(old)["fields"]["slug"])
        self.old = old
        self.told: list[Told] = []
        before = {part["fields"]["slug"]: part for part in contents.items(old, SECTION)}
        after = {part["fields"]["slug"] for part in contents.items(self.new, SECTION)}
        self.stay = {slug: part for slug, part in before.items() if slug in after}
        self.gone = {slug: part for slug, part in before.items() if slug not in after}
        self.carried: Counter[str] = Counter()

    def done(self) -> tuple[Content, list[Told]]:
        sources = self._sources()
        sections = [self._section(part) for part in contents.items(self.new, SECTION)]
        figures = self._figures()
        found = [
            self._brief(),
            *contents.items(self.old, HELP_LINE),
            *sources,
            *sections,
            *figures,
            *self._questions(sections, figures),
            *self._calls(),
        ]
        self.carried[HELP_LINE] = len(contents.items(self.old, HELP_LINE))
        return found, [*self._summary(), *self.told]

    def _summary(self) -> Iterator[Told]:
        counts = [_count(label, number) for label, number in self.carried.items() if number]
        if counts:
            yield None, _("Carried over: %s.") % ", ".join(counts)
        # What is inside another one goes and comes back with it.
        outer = [p for p in self.gone.values() if contents.own(p, "parent") not in self.gone]
        headings = [f"“{part['fields']['heading']}”" for part in outer]
        if headings:
            said = ngettext(
                "This section isn’t in the file, so it will be retired: %s. Circles keep their "
                "notes on it. “Retired sections” can bring it back.",
                "These sections aren’t in the file, so they’ll be retired: %s. Circles keep their "
                "notes on them. “Retired sections” can bring each back.",
                len(headings),
            )
            yield None, said % ", ".join(headings)

    def _brief(self) -> Item:
        old, new = contents.brief_of(self.old), contents.brief_of(self.new)
        summary = new["fields"]["summary"]
        if not summary.startswith("TO DO") and summary != old["fields"]["summary"]:
            said = _("The draft keeps the brief’s summary. The file has another one: “%s.”")
            self.told.append((None, said % summary.rstrip(".")))
        return contents.with_fields(old, edition=new["fields"]["edition"])

    def _sources(self) -> list[Item]:
        """The sources that stay, and those of the file, whose citations get their slugs."""
        used = _used_by(self.old)
        kept: list[Item] = []
        lost: list[Item] = []
        for part in contents.items(self.old, SOURCE):
            places = used.get(part["fields"]["slug"], {None})
            (lost if places <= set(self.gone) else kept).append(part)
        if lost:
            titles = ", ".join(f"“{part['fields']['title']}”" for part in lost)
            said = _("Not carried over, as only sections that are gone cite them: %s.")
            self.told.append((None, said % titles))
        self.carried[SOURCE] = len(kept)
        known = {part["fields"]["url"]: part for part in kept if part["fields"].get("url")}
        taken = contents.names_in(self.old, SOURCE)
        for part in contents.items(self.new, SOURCE):
            slug = part["fields"]["slug"]
            if same := known.get(part["fields"].get("url")):
                self._cite(slug, same["fields"]["slug"])
                continue
            free = free_slug(slug, taken)
            taken.add(free)
            self._cite(slug, free)
            position = contents.next_position(kept)
            kept.append(contents.with_fields(part, slug=free, position=position))
        # What was marked in `_cite`.
        self.new = [_with_texts(part, "[@=", "[@") for part in self.new]
        return kept

    def _cite(self, slug: str, other: str) -> None:
        """Have the file's texts cite a source by another slug, marked so that it's done once."""
        self.new = [_with_texts(part, f"[@{slug}]", f"[@={other}]") for part in self.new]

    def _section(self, part: Item) -> Item:
        slug = part["fields"]["slug"]
        if slug not in self.stay:
            return part
        old = self.stay[slug]["fields"]
        kept = {name: old[name] for name in ("advisory", "was") if old.get(name)}
        body = self._body(part, old.get("body", ""))
        return contents.with_fields(part, **kept, body=body or None)

    def _body(self, part: Item, old: str) -> str:
        """The new text. A paragraph with the same words as before keeps its Markdown, and the
        figures after it."""
        before = pieces(old)
        marked = {piece.words: piece.text for piece in before if piece.words}
        texts, place = [], {"": 0}
        for piece in pieces(part["fields"].get("body", "")):
            has_own = markdown.find_citations(piece.text) or markdown.find_links(piece.text)
            texts.append(piece.text if has_own else marked.get(piece.words, piece.text))
            if piece.words:
                place.setdefault(piece.words, len(texts))
        last, moved = "", 0
        for piece in before:
            if not piece.figures:
                last = piece.words
            elif last in place:
                texts.insert(place[last] + moved, piece.text)
                moved += 1
            else:
                said = _("A figure was in the middle of this text. It’s after the text now.")
                self.told.append((part["fields"]["slug"], said))
        return joined(texts)

    def _figures(self) -> list[Item]:
        kept = [
            p for p in contents.items(self.old, FIGURE) if contents.own(p, "section") in self.stay
        ]
        self._tell_lost(FIGURE, kept, "title")
        urls = {part["fields"].get("url") for part in kept} - {None}
        new = [p for p in contents.items(self.new, FIGURE) if p["fields"].get("url") not in urls]
        return self._with_new(kept, new)

    def _questions(self, sections: list[Item], figures: list[Item]) -> list[Item]:
        bodies = {part["fields"]["slug"]: part["fields"].get("body", "") for part in sections}
        shown = {part["fields"]["slug"] for part in figures}
        kept = []
        for part in contents.items(self.old, QUESTION):
            section = contents.own(part, "section")
            if section is not None and section not in self.stay:
                continue
            if contents.own(part, "figure") not in shown:
                part = contents.with_fields(part, figure=None)
            kept.append(self._pointing(part, bodies.get(section or "", "")))
        self._tell_lost(QUESTION, kept, "text")
        asked = {alike(part["fields"]["text"]) for part in kept}
        new = [
            part
            for part in contents.items(self.new, QUESTION)
            if alike(part["fields"]["text"]) not in asked
        ]
        return self._with_new(kept, new)

    def _pointing(self, question: Item, body: str) -> Item:
        """The question with the number that its paragraph has in the new text."""
        number, section = question["fields"].get("paragraph"), contents.own(question, "section")
        if not number or not section:
            return question
        before = self.stay[section]["fields"].get("body", "")
        if now := repointed(before, body)(number):
            return contents.with_fields(question, paragraph=now)
        said = _("“%s” pointed at a paragraph that changed. It points at the section now.")
        self.told.append((section, said % question["fields"]["text"]))
        return contents.with_fields(question, paragraph=None)

    def _calls(self) -> list[Item]:
        """The file's calls to action, those that say the same as before with their slugs; the
        ones of before if the file has none."""
        old, new = contents.items(self.old, CALL), contents.items(self.new, CALL)
        if not new:
            self.carried[CALL] = len(old)
            return old
        known = {markdown.plain(part["fields"]["text"]): part for part in old}
        same = {markdown.plain(part["fields"]["text"]) for part in new} & set(known)
        kept = [known[words] for words in known if words in same]
        self._tell_lost(CALL, kept, "text")
        rest = [part for part in new if markdown.plain(part["fields"]["text"]) not in same]
        return self._with_new(kept, rest)

    def _with_new(self, kept: list[Item], new: list[Item]) -> list[Item]:
        """The parts that are carried over, and those of the file with slugs of their own."""
        label = (kept or new or [{"model": FIGURE}])[0]["model"]
        self.carried[label] = len(kept)
        taken = contents.names_in(self.old, label)
        found = list(kept)
        for part in new:
            slug = free_slug(part["fields"]["slug"], taken)
            taken.add(slug)
            position = contents.next_position(found)
            found.append(contents.with_fields(part, slug=slug, position=position))
        return found

    def _tell_lost(self, label: str, kept: list[Item], name: str) -> None:
        known = set(map(contents.key_of, kept))
        lost = [
            part for part in contents.items(self.old, label) if contents.key_of(part) not in known
        ]
        if lost:
            said = _("Not carried over (%(count)s): %(names)s")
            names = ", ".join(f"“{part['fields'][name]}”" for part in lost)
            count = _count(label, len(lost))
            self.told.append((None, said % {"count": count, "names": names}))


def _used_by(content: Content) -> dict[str, set[str | None]]:
    """Where each source is used: {its slug: slugs of sections, or None for elsewhere}."""
    used: dict[str, set[str | None]] = {}
    for part in content:
        place = (
            part["fields"]["slug"] if part["model"] == SECTION else contents.own(part, "section")
        )
        slugs: Iterable[str | None] = [
            slug
            for _name, text in contents.texts_of(part)
            for slug in markdown.find_citations(text)
        ]
        for slug in [*slugs, contents.own(part, "source") if part["model"] == FIGURE else None]:
            if slug:
                used.setdefault(slug, set()).add(place)
    return used


def _with_texts(part: Item, old: str, new: str) -> Item:
    changed = {name: text.replace(old, new) for name, text in contents.texts_of(part)}
    return contents.with_fields(part, **changed) if changed else part


def _count(label: str, number: int) -> str:
    meta = apps.get_model(label)._meta
    return f"{number} {meta.verbose_name if number == 1 else meta.verbose_name_plural}"
