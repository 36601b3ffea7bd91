"""The evening as it is run: what is open, what every page shows of it, whose turn it is.

Each move says how things shall be, not by how much they change, so a move that is sent twice
changes nothing. A device that had no network sends its moves late, each with its moment: the
later moment wins, so nobody is led back to where the circle was half an hour ago.
"""

from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property

from django.utils import timezone
from django.utils.html import format_html

from briefs.page import figures
from briefs.page import html as reader
from briefs.page import markdown as prose

from ..models import ActionItem, Attendance, Rsvp
from . import agenda
from .person_keys import member_key, read_key, visitor_key

ANOTHER_TIME = timedelta(hours=2)
EARLIEST_MOVE = timedelta(hours=12)  # before the meeting was to begin
MOST_EXTRA = 120  # minutes that one item can be given on top
PROMISE_LENGTH = ActionItem._meta.get_field("text").max_length
RECAP_WORDS = 150  # what is read aloud in a minute
READ_BACK, PASSAGE = "readback", "passage"


def begin(meeting, at=None):
    """The evening begins, and its first item is opened. Beginning again changes nothing.

    Without an agenda, one is proposed and kept.

    Raises:
        ValidationError: it is a draft, or was called off.
    """
    if meeting.started_at and meeting.agenda_items.exclude(opened_at=None).exists():
        return
    with meeting.changing("agenda"):
        meeting.start(moment_of(meeting, at))
        items = list(meeting.agenda_items.all())
        if not items:
            offered = agenda.offered_sections(meeting)
            proposed = agenda.propose(meeting, agenda.suggested(offered))
            agenda.keep(meeting, proposed, started_from=meeting.agenda_revision)
            items = list(meeting.agenda_items.all())
        if not any(item.opened_at for item in items):
            _go_on(meeting, None, items[0], meeting.started_at)


def moment_of(meeting, at):
    """When a move was made, by the device that made it: never in the future, nor long before
    the meeting."""
    now = timezone.now()
    earliest = meeting.started_at or min(now, meeting.starts_at - EARLIEST_MOVE)
    return min(max(at or now, earliest), now)


def ends_at(meeting):
    """When the evening ends: as it was said beforehand, however late it began. One that was
    held at another time altogether ends when its time is over."""
    began = meeting.started_at
    if began and abs(began - meeting.starts_at) > ANOTHER_TIME:
        return began + timedelta(minutes=meeting.duration_minutes)
    return meeting.ends_at


def open_item(meeting, item, at=None):
    """Go to an item: the one that was open is closed, and its round forgotten.

    Where another item was opened since that moment, the circle stays there.
    """
    with meeting.locked():
        items = list(meeting.agenda_items.all())
        here = next(one for one in items if one.pk == item.pk)
        standing, moment = find_open(items), moment_of(meeting, at)
        if standing and (standing.pk == here.pk or standing.opened_at > moment):
            if not here.opened_at:
                with meeting.changing("agenda"):
                    here.opened_at = here.closed_at = moment
                    here.save(update_fields=["opened_at", "closed_at"])
            return
        with meeting.changing("agenda"):
            _go_on(meeting, standing, here, moment)


def _go_on(meeting, standing, item, moment):
    """From what is open, or from nothing, to another item."""
    if standing:
        _close(standing, moment)
    item.opened_at, item.closed_at, item.deferred_at = moment, None, None
    item.save(update_fields=["opened_at", "closed_at", "deferred_at"])
    _show(meeting, "")


def find_open(items):
    """Where the circle is: the item that was opened last and is not closed; or None."""
    standing = [item for item in items if item.is_open]
    return max(standing, key=lambda item: item.opened_at, default=None)


def find_next(items, item):
    """What comes after an item: the first further down that was neither open nor left out."""
    following = [one for one in items if one.position > item.position and one.is_ahead]
    return next(iter(following), None)


def _close(item, moment):
    item.closed_at = max(moment, item.opened_at)
    item.used_seconds += int((item.closed_at - item.opened_at).total_seconds())
    item.turns = []
    item.save(update_fields=["closed_at", "used_seconds", "turns"])


def give_more(meeting, item, minutes):
    """Give an item so many minutes on top of what was planned, all told."""
    minutes = max(0, min(MOST_EXTRA, minutes))
    with meeting.locked():
        item.refresh_from_db(fields=["extra_minutes"])
        if item.extra_minutes != minutes:
            with meeting.changing("agenda"):
                item.extra_minutes = minutes
                item.save(update_fields=["extra_minutes"])


def defer(meeting, item, deferred, at=None):
    """Leave an item for next time, or take that back. If the circle is at it, it goes on."""
    with meeting.locked():
        items = list(meeting.agenda_items.all())
        here = next(one for one in items if one.pk == item.pk)
        if bool(here.deferred_at) == deferred:
            return
        moment = moment_of(meeting, at)
        with meeting.changing("agenda"):
            here.deferred_at = moment if deferred else None
            here.save(update_fields=["deferred_at"])
            following = find_next(items, here)
            is_here = here.is_open and here.opened_at <= moment
            if deferred and following and is_here:
                _go_on(meeting, here, following, moment)


def show(meeting, item, showing):
    """Show the same on every page: a passage of the brief, the notes read back, or nothing
    but the question. Nothing happens if the circle has gone on from that item."""
    with meeting.locked():
        item.refresh_from_db(fields=["opened_at", "closed_at"])
        if item.is_open and meeting.showing != showing:
            with meeting.changing("agenda"):
                _show(meeting, showing)


def _show(meeting, showing):
    meeting.showing = showing
    meeting.save(update_fields=["showing"])


def take_turn(meeting, item, who, state):
    """Mark in the round of an item that someone has spoken or wishes to; "" takes it back.

    Args:
        who: as `Person.key`; "" with an empty state begins the round anew.
        state: "spoke", "wishes" or "".
    """
    with meeting.locked():
        item.refresh_from_db(fields=["turns", "opened_at", "closed_at"])
        turns = [] if not who else [turn for turn in item.turns if turn[0] != who]
        turns += [[who, state]] if who and state else []
        if item.is_open and turns != item.turns:
            with meeting.changing("agenda"):
                item.turns = turns
                item.save(update_fields=["turns"])


def attend(meeting, person, here, *, is_first_visit=False):
    """Note that someone is here, or is not.

    Args:
        person: a membership, or the name of a visitor.
        here: whether they are.
    """
    who = {"visitor_name": person} if isinstance(person, str) else {"membership": person}
    with meeting.locked():
        standing = meeting.attendances.filter(**who)
        if standing.exists() == here:
            return
        with meeting.changing("attendance") as revision:
            if here:
                Attendance.objects.create(
                    meeting=meeting, is_first_visit=is_first_visit, revision=revision, **who
                )
            else:
                standing.delete()


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
    def number(self):
        """The id of a member's membership."""
        return read_key(self.key)[0] or ""


def people(meeting):
    """Members of the circle by name, then who came besides. A fixed number of queries."""
    coming = set(meeting.rsvps.filter(answer=Rsvp.Answer.YES).values_list("membership", flat=True))
    attendances = list(meeting.attendances.select_related("membership__user"))
    came = {attendance.membership_id for attendance in attendances}
    members = list(meeting.circle.memberships.current().by_name())
    known = {membership.pk for membership in members}
    members += [a.membership for a in attendances if a.membership and a.membership_id not in known]
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
    """A question of an item, and the passage of the brief that it points at."""

    question: object
    passage: str = ""  # as `Passage.key`


@dataclass
class Passage:
    """A paragraph or a figure of the brief, to be shown large."""

    key: str
    title: str
    html: str


@dataclass
class Stage:
    """An item as the page shows it: its place on the clock, and what is asked in it."""

    row: object
    questions: list = field(default_factory=list)

    @property
    def item(self):
        return self.row.item


class Evening:
    """All that the page of an evening shows. A fixed number of queries.

    Args:
        meeting: with its circle and brief.
        membership: whose page it is.
    """

    def __init__(self, meeting, membership):
        self.meeting = meeting
        self.membership = membership

    @cached_property
    def agenda(self):
        return agenda.Agenda.of(self.meeting)

    @cached_property
    def stages(self):
        return [
            Stage(row, [Asked(q, self._passage_of(q)) for q in questions])
            for row, questions in agenda.with_questions(self.agenda)
        ]

    @property
    def items(self):
        return self.agenda.items

    @property
    def ends_at(self):
        return ends_at(self.meeting)

    @property
    def is_run_here(self):
        return self.meeting.is_run_by(self.membership)

    @cached_property
    def here(self):
        """The stage where the circle is; before it begins the first, at last the last."""
        if not self.stages:
            return None
        item = find_open(self.items)
        last = self.stages[-1 if self.meeting.ended_at else 0]
        return next((stage for stage in self.stages if item and stage.item.pk == item.pk), last)

    @property
    def following(self):
        return find_next(self.items, self.here.item) if self.here else None

    @cached_property
    def people(self):
        return people(self.meeting)

    @cached_property
    def loose_ends(self):
        return agenda.loose_ends(self.meeting)

    @cached_property
    def _figures(self):
        """The figures that questions point at."""
        brief = self.meeting.brief
        if not brief:
            return {}
        pointed_at = brief.figures.in_edition().exclude(questions=None).distinct()
        return {figure.pk: figure for figure in pointed_at.select_related("source")}

    def _passage_of(self, question):
        if question.figure_id in self._figures:
            return f"figure-{self._figures[question.figure_id].slug}"
        section = self._sections.get(question.section_id)
        if section and question.paragraph:
            return f"{section.slug}-p{question.paragraph}"
        return ""

    @cached_property
    def _sections(self):
        return {item.section_id: item.section for item in self.items if item.section}

    @cached_property
    def passages(self):
        """Each passage once, though several questions may point at it."""
        found = {}
        for stage in self.stages:
            for asked in stage.questions:
                if asked.passage and asked.passage not in found:
                    found[asked.passage] = self._draw(asked)
        return list(found.values())

    def _draw(self, asked):
        question = asked.question
        if question.figure_id in self._figures:
            figure = self._figures[question.figure_id]
            html = reader.lead_to_the_brief(figures.render(figure), self.meeting.brief)
            return Passage(asked.passage, figure.title, html)
        section = self._sections[question.section_id]
        html = prose.render_paragraph(section.body, question.paragraph)
        html = reader.lead_to_the_brief(html, self.meeting.brief)
        return Passage(asked.passage, section.heading, html)

    @cached_property
    def recap(self):
        """What a minute holds of the executive summary, whole paragraphs; the one-sentence
        summary where the brief has no other."""
        brief = self.meeting.brief
        if not brief:
            return ""
        text, words = [], 0
        for paragraph in brief.executive_summary.split("\n\n"):
            words += prose.count_words(paragraph)
            if text and words > RECAP_WORDS:
                break
            text.append(paragraph)
        html = prose.render("\n\n".join(text)) or format_html("<p>{}</p>", brief.summary)
        return reader.lead_to_the_brief(html, brief)

    @property
    def advisory(self):
        """What the brief says beforehand of what may be hard to hear."""
        brief = self.meeting.brief
        return reader.lead_to_the_brief(prose.render(brief.advisory), brief) if brief else ""

    @cached_property
    def promised(self):
        """What was promised this evening so far."""
        return list(self.meeting.action_items.with_owner())

    @cached_property
    def calls(self):
        """The brief's calls to action, each with its `words` as a promise has them."""
        brief = self.meeting.brief
        calls = list(brief.calltoactions.in_edition()) if brief else []
        for call in calls:
            call.words = prose.plain(call.text)[:PROMISE_LENGTH]
        return calls

    @cached_property
    def next_meeting(self):
        """When the circle meets next; its roles come with it."""
        return (
            self.meeting.circle.meetings.upcoming()
            .filter(starts_at__gt=self.meeting.starts_at)
            .with_roles()
            .first()
        )

    @cached_property
    def help_lines(self):
        return list(self.meeting.brief.helplines.in_edition()) if self.meeting.brief else []
