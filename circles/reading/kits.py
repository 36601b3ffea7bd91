"""Reading kits: what a member who reads on paper gets for a meeting, as a document to typeset.

A kit has when and where, what to read, the text, and the questions with room to write. It names its
reader and tells where the circle meets, so it's never kept (`typesetter.set_now`).
"""

from collections.abc import Iterable
from functools import cached_property
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from briefs.pdf.documents import paper_for
from briefs.pdf.excerpts import (
    NEW_PAGE,
    Composed,
    Topic,
    before_you_read,
    compose_for,
    excerpt_blocks,
    topic_blocks,
)
from briefs.pdf.typst_blocks import (
    Block,
    Piece,
    apart,
    bullets,
    clean,
    document,
    heading,
    link,
    paragraph,
)
from config.addresses import reverse
from config.mail import full_url
from config.when import full_day, kept_when_for

from ..models import AgendaItem, OwnReading
from ..models.own_reading import given_for

if TYPE_CHECKING:
    from ..models import Meeting, Membership, Reading

# The looks of a kit: large print, and the usual size.
LARGE, USUAL = "large", "booklet"
# Lines to write on: below each question, and on the page for notes.
LINES = {LARGE: (3, 13), USUAL: (3, 19)}


def topics_of(meeting: "Meeting", slugs: Iterable[str]) -> list[Topic]:
    """What the meeting talks about.

    Args:
        meeting: which meeting.
        slugs: of the sections that stand in for its agenda as long as there is none.
    """
    rounds = AgendaItem.ROUNDS
    items = meeting.agenda_items.values_list("kind", "section__slug", "minutes")
    topics = [Topic(slug or "", rounds.get(kind, ""), minutes) for kind, slug, minutes in items]
    return topics or [Topic(slug) for slug in slugs]


def slugs_of(own: OwnReading) -> list[str]:
    """The sections of the meeting's brief that a member is to read."""
    return [p.section.slug for p in own.parts if p.section.brief_id == own.meeting.brief_id]


class Kits:
    """The kits for a meeting with a brief. A fixed number of queries, however many there are.

    Args:
        meeting: with its circle, and its brief with its texts.
        members: the current members, with their users.
        look: `LARGE` or `USUAL`.
        paper: as `paper_for` takes it.
    """

    def __init__(
        self,
        meeting: "Meeting",
        members: "list[Membership]",
        *,
        look: str = LARGE,
        paper: str | None = "",
    ) -> None:
        assert meeting.brief
        self.meeting, self.members, self.look = meeting, members, look
        self.brief = meeting.brief
        self.paper = paper_for(self.brief, paper)

    @cached_property
    def page(self) -> Composed:
        return compose_for(self.brief, self.look)

    @cached_property
    def _given(self) -> "list[Reading]":
        return given_for(self.meeting, 0)  # paper doesn't tell what anyone has read

    @cached_property
    def _agenda(self) -> list[Topic]:
        return topics_of(self.meeting, [])

    def document(self, member: "Membership") -> Block:
        """The kit of one member."""
        return self._document(_title(member), self._blocks(member))

    def all_of(self, readers: "list[Membership]") -> Block:
        """The kits of these members as one document, each with pages of its own, after a page
        that says whose they are."""
        names = bullets([[paragraph(clean(reader))] for reader in readers])
        of = [
            paragraph(clean(kept_when_for(self.meeting, None)), look="lede"),
            paragraph(_("Each kit begins on a right-hand page, so you can print on both sides.")),
            names,
        ]
        of += [
            apart(_title(reader), self._blocks(reader), number=number)
            for number, reader in enumerate(readers, start=1)
        ]
        return self._document(_("Reading kits"), of)

    def _document(self, title: str, of: list[Block]) -> Block:
        circle = self.meeting.circle
        return document(
            of,
            title=title,
            head=circle.name,
            language=self.brief.language,
            look=self.look,
            day=self.meeting.local_start,
            foot=_("%(circle)s, members only") % {"circle": circle},
            paper=self.paper,
        )

    def _blocks(self, member: "Membership") -> list[Block]:
        own = OwnReading(self.meeting, member, self._given)
        slugs, (lines, page_of_lines) = slugs_of(own), LINES[self.look]
        topics = self._agenda or [Topic(slug) for slug in slugs]
        return [
            *self._first_page(member, own),
            NEW_PAGE,
            *before_you_read(self.page),
            *excerpt_blocks(self.page, slugs),
            *topic_blocks(self.page, topics, lines=lines),
            NEW_PAGE,
            heading(_("My notes")),
            paragraph(clean(self.meeting.privacy_line), look="privacy"),
            {"is": "lines", "number": page_of_lines},
        ]

    def _first_page(self, member: "Membership", own: OwnReading) -> list[Block]:
        meeting = self.meeting
        of = [
            paragraph(clean(meeting), look="lede"),
            _fact(_("When"), clean(kept_when_for(meeting, member.user))),
        ]
        if meeting.where.words:
            of.append(_fact(_("Where"), clean(meeting.where.words)))
        if meeting.where.online_link:
            of.append(_fact(_("Video link"), link(meeting.where.online_link)))
        if meeting.welcome:
            of.append(_fact(_("Good to know"), *_lines(meeting.welcome)))
        if meeting.takes_answers:
            of += [heading(_("Can you make it?")), *self._how_to_answer(member)]
        of.append(heading(_("Your reading")))
        if own.parts:
            of.append(paragraph(clean(own.words)))
            items = [[paragraph(clean(f"{part.section} ({part.facts})"))] for part in own.parts]
            of.append(bullets(items, start=1))
        elif self.page.summary:
            words = _("You don’t have specific sections to read. Here’s the two-minute summary.")
            of.append(paragraph(words))
        else:
            of.append(paragraph(_("You don’t have specific sections to read.")))
        return of

    def _how_to_answer(self, member: "Membership") -> list[Block]:
        """Tell a facilitator, who enters it, or do it online."""
        meeting, of = self.meeting, []
        names = [str(each) for each in self.members if each.is_facilitator and each != member]
        if names:
            text = ngettext(
                "Tell your facilitator: %(names)s.",
                "Tell one of your facilitators: %(names)s.",
                len(names),
            )
            of.append(paragraph(clean(text % {"names": ", ".join(names)})))
        if meeting.rsvp_deadline:
            deadline = full_day(meeting.rsvp_deadline.astimezone(meeting.zone))
            of.append(_fact(_("RSVP by"), deadline))
        url = reverse("circles:rsvp_edit", args=[meeting.circle.slug, meeting.number])
        return [*of, _fact(_("RSVP online"), link(full_url(url)))]


def _title(member: "Membership") -> str:
    return _("Reading kit for %(name)s") % {"name": member}


def _fact(name: str, *pieces: Piece) -> Block:
    return paragraph({"is": "strong", "of": [name]}, ": ", *pieces, look="fact")


def _lines(text: str) -> list[Piece]:
    """The lines of a text as its writer broke them."""
    pieces: list[Piece] = []
    for line in text.splitlines():
        pieces += [{"is": "break"}] if pieces else []
        pieces.append(clean(line))
    return pieces
