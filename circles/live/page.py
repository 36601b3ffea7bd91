"""The contents of the live page: the open item, who is here, and the action items."""

from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from briefs.models import CallToAction, HelpLine
from briefs.page import figures, html, markdown

from ..models import ActionItem, AgendaItem
from . import agenda
from .agenda import Agenda, LooseEnds, Row
from .moves import ends_at, find_left, find_next, find_open_item
from .person_keys import member_key, read_key, visitor_key
from .rows import LINE_OF_BRIEF, Rows

if TYPE_CHECKING:
    from briefs.models import Brief, Question, Section

    from ..models import AgendaItem, Meeting, Membership


ACTION_LENGTH = ActionItem._meta.get_field("text").max_length
RECAP_WORDS = 150  # about a minute of reading aloud
READ_BACK, PASSAGE, FIGURE = "readback", "passage", "figure"


@dataclass
class Person:
    """Someone who may be in the room."""

    key: str
    name: str
    is_here: bool = False
    said_yes: bool = False
    is_visitor: bool = False
    is_first_visit: bool = False

    @property
    def number(self) -> int | str:
        """The id of a member's membership."""
        return read_key(self.key)[0] or ""


def people(rows: Rows) -> list[Person]:
    """Members of the circle by name, then who came besides."""
    roster, attendances = rows.roster, rows.attendances
    coming = {rsvp.membership_id for rsvp in roster.rsvps if rsvp.is_named and rsvp.answer == "yes"}
    came = {attendance.membership_id for attendance in attendances}
    members = list(roster.members)
    known = {membership.pk for membership in members}
    left = (a.membership_id for a in attendances if a.membership_id not in known)
    members += [roster.known[pk] for pk in left if pk]
    found = [
        Person(member_key(one.pk), str(one), is_here=one.pk in came, said_yes=one.pk in coming)
        for one in members
    ]
    found += [
        Person(
            visitor_key(a.visitor_name),
            a.visitor_name,
            is_here=True,
            is_visitor=True,
            is_first_visit=a.is_first_visit,
        )
        for a in attendances
        if a.visitor_name
    ]
    return found


@dataclass
class Asked:
    """A question on an item, and the passage of the brief that it refers to."""

    number: str
    question: "Question"
    passage: str = ""  # as `Passage.key`
    prompts: list[str] = field(default_factory=list)

    @property
    def label(self) -> str:
        words = {"number": self.number, "question": self.question.text}
        return _("Question %(number)s: %(question)s") % words


@dataclass
class Passage:
    """A paragraph or a figure of the brief, to show it large.

    Attributes:
        key: the id of the paragraph or of the figure.
        title: the heading of its section, or the title of the figure.
        html: the whole of it.
        is_figure: whether it is one.
    """

    key: str
    title: str
    html: str
    is_figure: bool = False


def figure_key(slug: str) -> str:
    """The key of a figure, as `Passage.key`."""
    return f"{FIGURE}-{slug}"


# The kinds of items of which a page says more than their title and their questions.
KINDS_WITH_A_PART = set(AgendaItem.Kind) - {AgendaItem.Kind.SECTION, AgendaItem.Kind.OTHER}


@dataclass
class Stage:
    """An item as the page shows it: with its time, its questions, and the charts of its section."""

    row: Row
    questions: list[Asked] = field(default_factory=list)
    charts: list[html.DrawnChart] = field(default_factory=list)

    @property
    def item(self) -> "AgendaItem":
        return self.row.item

    @cached_property
    def pk(self) -> str:
        """Of the item, as a text: a template looks up how to write a number each time."""
        return str(self.item.pk)

    @cached_property
    def title(self) -> str:
        return str(self.item)

    @property
    def other_questions(self) -> list[Asked]:
        return self.questions[1:]

    @property
    def template(self) -> str:
        """The part of the page that draws what items of this kind have of their own, if any."""
        kind = self.item.kind
        return f"circles/live/stage/_{kind}.html" if kind in KINDS_WITH_A_PART else ""

    @property
    def progress(self) -> str:
        """How far the item is, in a few words; before it is open, its minutes."""
        if self.item.is_open:
            return _("now")
        if self.item.deferred_at:
            return _("left for next time")
        if self.item.closed_at:
            return _("done")
        return _("%(minutes)s min") % {"minutes": self.item.given_minutes}


class LiveMeeting:
    """Everything that the live page shows. A fixed number of queries.

    Args:
        meeting: with its circle and brief.
        membership: of the person whose page it is.
    """

    def __init__(self, meeting: "Meeting", membership: "Membership") -> None:
        self.meeting = meeting
        self.membership = membership
        self.rows = Rows(meeting, membership)

    @cached_property
    def agenda(self) -> Agenda:
        return Agenda(self.meeting, self.rows.items, self.rows.expected)

    @cached_property
    def stages(self) -> list[Stage]:
        return [
            Stage(
                row,
                [self._asked(at, question) for at, question in enumerate(questions, 1)],
                self._charts.get(row.item.section.slug, []) if row.item.section else [],
            )
            for row, questions in agenda.with_questions(self.agenda, self.rows.questions)
        ]

    @cached_property
    def _charts(self) -> dict[str, list[html.DrawnChart]]:
        brief = self.meeting.brief
        return html.charts_by_section(brief) if brief else {}

    def _asked(self, number: int, question: "Question") -> Asked:
        prompts = question.prompt_lines if self.is_run_here else []
        return Asked(str(number), question, self._passage_of(question), prompts)

    @property
    def items(self) -> "list[AgendaItem]":
        return self.agenda.items

    @property
    def ends_at(self) -> datetime:
        return ends_at(self.meeting)

    @cached_property
    def is_run_here(self) -> bool:
        return self.meeting.is_run_by(self.membership)

    @property
    def is_led_here(self) -> bool:
        return self.meeting.is_led_by(self.membership)

    @property
    def keeps_time_here(self) -> bool:
        """Whether this page says how far behind the meeting is."""
        return self.is_led_here or self.meeting.timekeeper_id == self.membership.pk

    @cached_property
    def opens_items(self) -> bool:
        """Whether this page can open another item."""
        return self.is_run_here and self.meeting.is_under_way

    @cached_property
    def here(self) -> Stage | None:
        """The open stage; before the meeting the first one, after it the last."""
        if not self.stages:
            return None
        item = find_open_item(self.items)
        last = self.stages[-1 if self.meeting.ended_at else 0]
        return next((stage for stage in self.stages if item and stage.item.pk == item.pk), last)

    @property
    def following(self) -> "AgendaItem | None":
        return find_next(self.items, self.here.item) if self.here else None

    @property
    def left_before(self) -> "AgendaItem | None":
        """The item that was left for next time when the open one was opened."""
        if not self.meeting.is_under_way:
            return None
        return find_left(self.items, find_open_item(self.items))

    @cached_property
    def people(self) -> list[Person]:
        return people(self.rows)

    @property
    def members(self) -> list[Person]:
        return [person for person in self.people if not person.is_visitor]

    @cached_property
    def loose_ends(self) -> LooseEnds:
        """As much of `agenda.loose_ends` as a circle goes through."""
        return {"actions": self.rows.open_actions, "parked": self.rows.parked}

    def _passage_of(self, question: "Question") -> str:
        if section := self._sections.get(question.section_id):
            question.section = section
        return question.anchor

    @cached_property
    def _sections(self) -> "dict[int | None, Section]":
        return {item.section_id: item.section for item in self.items if item.section}

    @cached_property
    def passages(self) -> list[Passage]:
        """What questions refer to, and the charts of the agenda's sections, each once."""
        found: dict[str, Passage] = {}
        for stage in self.stages:
            for asked in stage.questions:
                if self.meeting.brief and asked.passage and asked.passage not in found:
                    found[asked.passage] = self._draw(asked, self.meeting.brief)
            for chart in stage.charts:
                key = figure_key(chart.slug)
                found.setdefault(key, Passage(key, chart.title, chart.html, True))
        return list(found.values())

    @cached_property
    def shown_figure(self) -> str:
        """The key of the figure that the circle looks at; "" if it looks at none. Scripts draw
        what else is shown."""
        what, _colon, slug = self.meeting.showing.partition(":")
        keys = [passage.key for passage in self.passages]
        return figure_key(slug) if what == FIGURE and figure_key(slug) in keys else ""

    def _draw(self, asked: Asked, brief: "Brief") -> Passage:
        question = asked.question
        if figure := question.shows:
            drawn = html.lead_to_the_brief(figures.render(figure), brief)
            return Passage(asked.passage, figure.title, drawn, True)
        section = self._sections[question.section_id]
        paragraph = markdown.render_paragraph(section.body, question.paragraph)
        drawn = html.lead_to_the_brief(paragraph, brief)
        return Passage(asked.passage, section.heading, drawn)

    @cached_property
    def recap(self) -> str:
        """The first paragraphs of the executive summary, about a minute of reading.

        If the brief has none, this is its one-sentence summary.
        """
        brief = self.meeting.brief
        if not brief:
            return ""
        return html.lead_to_the_brief(_recap_of(brief.executive_summary, brief.summary), brief)

    @cached_property
    def advisory(self) -> str:
        """The brief's warning about content that may be hard to hear."""
        brief = self.meeting.brief
        return html.lead_to_the_brief(_advisory_of(brief.advisory), brief) if brief else ""

    @cached_property
    def actions(self) -> list[ActionItem]:
        """The action items of this meeting so far."""
        return self.rows.actions

    @cached_property
    def ideas(self) -> str:
        """The brief's calls to action, to make action items of them."""
        return _ideas_of(get_language(), *self.rows.calls) if self.rows.calls else ""

    @property
    def next_meeting(self) -> "Meeting | None":
        """The circle's next meeting with its roles, or None."""
        return self.rows.next_meeting

    @cached_property
    def help_lines(self) -> str:
        return _help_lines_of(get_language(), *self.rows.help_lines) if self.rows.help_lines else ""


# What pages of the same brief have in common. The same texts give the same HTML.


@lru_cache(maxsize=64)
def _ideas_of(language: str, *calls: tuple[str, str]) -> SafeString:
    step_of = CallToAction.Step
    ideas = [(step_of(step), markdown.plain(text)[:ACTION_LENGTH]) for step, text in calls]
    return render_to_string("circles/live/_ideas.html", {"ideas": ideas})


@lru_cache(maxsize=64)
def _help_lines_of(language: str, *lines: tuple[str, ...]) -> SafeString:
    help_lines = [HelpLine(**dict(zip(LINE_OF_BRIEF, line, strict=True))) for line in lines]
    return render_to_string("briefs/_help_lines.html", {"help_lines": help_lines})


@lru_cache(maxsize=64)
def _recap_of(executive_summary: str, summary: str) -> SafeString:
    text: list[str] = []
    words = 0
    for paragraph in executive_summary.split("\n\n"):
        words += markdown.count_words(paragraph)
        if text and words > RECAP_WORDS:
            break
        text.append(paragraph)
    return markdown.render("\n\n".join(text)) or format_html("<p>{}</p>", summary)


@lru_cache(maxsize=64)
def _advisory_of(text: str) -> SafeString:
    return markdown.render(text)
