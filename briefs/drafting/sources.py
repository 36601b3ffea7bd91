"""Turns the links and footnotes of a text into sources, cited after their words."""

import re
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from ..editions.fixture import Item
from ..page import markdown
from ..slugs import Names, lasting_slug
from . import links
from .blocks import Block

LINK = re.compile(r"\[((?:[^\[\]\\]|\\.)*)\]\(<([^<>]*)>\)")
MARK = re.compile(r"\[\^([^\[\]]+)\]")
ADDRESS = re.compile(r"https?://[^\s<>]+[^\s<>.,;:!?)\]”’\"']")
LONGEST_TITLE, LONGEST_PUBLISHER = 250, 160
LONGEST_SLUG = 40

Report = Callable[[str], None]


class Sources:
    """The sources of a brief, each once.

    Args:
        notes: the texts of footnotes.
        places: the slug of the section that a name in the file leads to.
    """

    def __init__(self, notes: list[Block], places: dict[str, str]) -> None:
        self.notes = {note.name: note for note in notes}
        self.places = places
        self.sources: dict[str, dict[str, Any]] = {}
        self.cited_notes: dict[str, str] = {}
        self.names = Names()

    def cite(self, text: str, report: Report) -> str:
        """The text with its links and footnotes as citations. Reports those that are lost, and
        adds the footnotes that are too long for a source as paragraphs."""
        below: list[str] = []

        def note(match: re.Match[str]) -> str:
            mark, long = self._note(match[1], report)
            below.extend(long)
            return mark

        text = LINK.sub(lambda match: self._link(match[1], match[2], report), text)
        return "\n\n".join([MARK.sub(note, text), *below])

    def without_links(self, text: str, report: Report) -> str:
        """The words of a text that can't cite, on one line. Reports its links and footnotes."""
        for words, url in LINK.findall(text):
            report(_lost(words, url))
        text = LINK.sub(r"\1", text)
        for name in MARK.findall(text):
            words = markdown.plain(self._text_of(name))
            report(_("A footnote can’t be cited here: “%s.”") % words.rstrip("."))
        return markdown.plain(MARK.sub("", text))

    def rows(self, brief: str) -> Iterator[Item]:
        for number, source in enumerate(self.sources.values(), start=1):
            fields = {"brief": [brief], **source, "position": number}
            yield {"model": "briefs.source", "fields": fields}

    def left(self) -> list[Block]:
        """The footnotes that nothing cites."""
        return [note for name, note in self.notes.items() if name not in self.cited_notes]

    def _link(self, words: str, url: str, report: Report) -> str:
        if url.startswith("#"):
            if url[1:] in self.places:
                return f"[{words}](#{self.places[url[1:]]})"
            report(_lost(words, url))
            return words
        if not url.lower().startswith(("http://", "https://")):
            return f"[{words}]({url})" if re.fullmatch(r"[^()]*", url) else f"[{words}](<{url}>)"
        if not links.target(url):
            report(_lost(words, url))
            return words
        return f"{words} [@{self._source(url, words)}]"

    def _source(self, url: str, words: str) -> str:
        if url not in self.sources:
            host = (urlsplit(url).hostname or "").removeprefix("www.")
            title = markdown.plain(words) or url
            self._add(url, title, publisher=host, url=url)
        return str(self.sources[url]["slug"])

    def _note(self, name: str, report: Report) -> tuple[str, list[str]]:
        """The citation of a footnote, and its text if it's too long for a source."""
        if name in self.cited_notes:
            return self.cited_notes[name], []
        if name not in self.notes:
            return "", []
        text = self._text_of(name)
        words = markdown.plain(LINK.sub(r"\1", MARK.sub("", text)))
        if not words:
            self.cited_notes[name] = ""
            return "", []
        if len(words) > LONGEST_TITLE or "\n" in text.strip().replace("\\\n", " "):
            self.cited_notes[name] = ""
            report(
                _("A footnote is more than a source can hold, so it’s a paragraph below its text.")
            )
            return "", [self.cite(text, report)]
        self.cited_notes[name] = f" [@{self._source_of(name, text, words, report)}]"
        return self.cited_notes[name], []

    def _source_of(self, name: str, text: str, words: str, report: Report) -> str:
        """The slug of the source that a footnote becomes."""
        urls = [(said, url) for said, url in LINK.findall(text) if url.startswith("http")]
        for said, url in LINK.findall(text):
            if (said, url) != next(iter(urls), None):
                report(_lost(said, url))
        address = ADDRESS.search(words)
        url = urls[0][1] if urls else links.target(address[0]) if address else ""
        host = (urlsplit(url).hostname or "").removeprefix("www.")
        publisher = host or _("TO DO: say who published it")
        title = _without_address(words, url)
        report(_("A footnote is a source now: “%s.” Check its title.") % title.rstrip("."))
        return self._add(f"note {name}", title, publisher=publisher, url=url)

    def _text_of(self, name: str) -> str:
        return self.notes[name].text if name in self.notes else ""

    def _add(self, key: str, title: str, *, publisher: str, url: str) -> str:
        slug = self.names.take(slug_of_source(title))
        self.sources[key] = {
            "slug": slug,
            "title": title[:LONGEST_TITLE],
            "publisher": publisher[:LONGEST_PUBLISHER],
        } | ({"url": url} if url else {})
        return slug


def _without_address(words: str, url: str) -> str:
    """The words of a source without the address at their end, which is its link already."""
    before, found, after = words.partition(url) if url else (words, "", "")
    is_at_end = found and not after.strip(" .,;)>")
    return (is_at_end and before.rstrip(" .,;:(<")) or words


def slug_of_source(title: str) -> str:
    """A slug for what has this title, which may be an address."""
    words = re.sub(r"https?://(?:www\.)?([^\s?#]+)\S*", lambda m: m[1].replace(".", " "), title)
    return lasting_slug(words, fallback="source", longest=LONGEST_SLUG)


def _lost(words: str, url: str) -> str:
    names = {"words": markdown.plain(words), "href": url}
    return _("A link is lost: “%(words)s” led to %(href)s") % names
