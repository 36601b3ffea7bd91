"""The pages of a meeting by time: what prepares it, what runs it, what is left afterward.

Each row leads to its page and says whether that is done. No one sees a row that isn't for them, or
that leads to nothing yet.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from config.addresses import reverse
from config.when import clock, short_when

from .live.moves import is_written_in
from .next_steps import at_meeting

if TYPE_CHECKING:
    from .meeting_overview import MeetingOverview


@dataclass(frozen=True)
class Row:
    """One line of a phase.

    Args:
        url: of its page; none if it only says something.
        note: how far it is, in a few words.
        is_done: None if it is nothing to be done.
        is_post: it changes something, so it is a button.
    """

    label: str
    url: str = ""
    note: str = ""
    is_done: bool | None = None
    is_post: bool = False


@dataclass(frozen=True)
class Phase:
    """One part of the meeting's page.

    Args:
        is_now: it is open, the others are folded.
        state: what it says while it is folded, such as how much is done.
    """

    name: str
    rows: list[Row]
    is_now: bool
    state: str = ""


def phases_of(overview: MeetingOverview) -> list[Phase]:
    """The phases that have anything for this member, in order."""
    meeting = overview.meeting
    is_after = bool(meeting.ended_at) or meeting.is_over or meeting.is_cancelled
    is_live = not is_after and (meeting.is_under_way or meeting.is_startable and meeting.is_near)
    prepare, live, after = _prepare(overview), _live(overview), _afterward(overview)
    to_do = [row.is_done for row in prepare if row.is_done is not None]
    done = _("%(done)d of %(all)d done") % {"done": sum(to_do), "all": len(to_do)} if to_do else ""
    begins = short_when(meeting) if meeting.is_scheduled and not is_after else ""
    phases = [
        Phase(_("Prepare"), prepare, not (is_live or is_after), done),
        Phase(pgettext("part of a meeting", "Live"), live, is_live, begins),
        Phase(_("Afterward"), after, is_after),
    ]
    return [phase for phase in phases if phase.rows]


def _prepare(overview: MeetingOverview) -> list[Row]:
    meeting, leads = overview.meeting, overview.is_led_here
    if meeting.is_cancelled:
        return []
    plans = overview.membership.is_facilitator
    rows = []
    if plans and not meeting.brief:
        edit = at_meeting("meeting_edit", meeting)
        rows.append(Row(_("Brief"), edit, _("None chosen yet"), is_done=False))
    elif plans:
        rows.append(_reading_plan(overview))
    if overview.own.parts and meeting.is_to_come:
        rows.append(_own_reading(overview))
    if meeting.agenda_revision:
        rows.append(Row(_("Agenda"), at_meeting("agenda_detail", meeting), "", is_done=True))
    elif leads:
        note = _("Not planned yet")
        rows.append(Row(_("Agenda"), at_meeting("agenda_edit", meeting), note, is_done=False))
    if overview.slots:
        rows.append(_roles(overview))
    if plans and meeting.is_to_come:
        rows.append(_answers(overview))
    if leads and meeting.has_kits and meeting.is_to_come and overview.paper_readers:
        rows.append(_kits(overview))
    if plans:
        rows.append(Row(_("Edit meeting"), at_meeting("meeting_edit", meeting)))
    return rows


def _reading_plan(overview: MeetingOverview) -> Row:
    sections = len({reading.section_id for reading in overview.given})
    note = ngettext("%d section", "%d sections", sections) % sections
    if not sections:
        note = _("None assigned yet")
    url = at_meeting("reading_edit", overview.meeting)
    return Row(_("Reading plan"), url, note, is_done=bool(sections))


def _own_reading(overview: MeetingOverview) -> Row:
    own = overview.own
    return Row(_("Your reading"), own.url, own.left_words, is_done=not own.left)


def _roles(overview: MeetingOverview) -> Row:
    """The member's own roles, or how many are open."""
    me, meeting = overview.membership.pk, overview.meeting
    free = sum(slot.person is None for slot in overview.slots)
    mine = [str(slot.label) for slot in overview.slots if slot.person and slot.person.pk == me]
    note = ngettext("%d still open", "%d still open", free) % free if free else ""
    if mine:
        note = _("You: %s") % ", ".join(mine)
    url = reverse("circles:role_list", args=[meeting.circle.slug])
    return Row(_("Roles"), f"{url}#meeting-{meeting.number}", note, is_done=not free)


def _answers(overview: MeetingOverview) -> Row:
    waiting = len(overview.unanswered)
    note = ""
    if waiting:
        note = ngettext("%d person hasn’t replied", "%d people haven’t replied", waiting) % waiting
    return Row(_("RSVPs"), "#coming", note, is_done=not waiting)


def _kits(overview: MeetingOverview) -> Row:
    number = len(overview.paper_readers)
    note = ngettext("For %d person", "For %d people", number) % number
    is_done = bool(overview.meeting.kits_given_at)
    return Row(_("Reading kits"), at_meeting("kit_list", overview.meeting), note, is_done=is_done)


def _live(overview: MeetingOverview) -> list[Row]:
    meeting, leads = overview.meeting, overview.is_led_here
    run = at_meeting("meeting_run", meeting)
    if meeting.is_draft or meeting.is_cancelled or meeting.is_over:
        return []
    if not meeting.started_at:
        if not leads:
            opens = Row(_("Live meeting"), run, _("Starts at %s") % clock(meeting))
            return [opens, *_papers(overview)]
        if meeting.is_near:  # The next step starts it.
            return _papers(overview)
        preview = Row(_("Preview the live meeting"), run)
        start = Row(_("Start the meeting"), at_meeting("meeting_start", meeting))
        rows = [start, preview] if meeting.is_startable else [preview]
        return [*rows, *_papers(overview)]
    rows = [Row(_("Live meeting"), run), Row(_("Notes"), at_meeting("note_list", meeting))]
    rows += _papers(overview)
    if not leads:
        return rows
    came = len(overview.came)
    attendance = at_meeting("attendance_edit", meeting)
    rows.append(Row(_("Attendance"), attendance, _came(came), is_done=bool(came)))
    rows.append(Row(_("End the meeting"), at_meeting("meeting_end", meeting)))
    if not (came or is_written_in(meeting)):
        undo = at_meeting("meeting_unstart", meeting)
        rows.append(Row(_("Not started after all"), undo, is_post=True))
    return rows


def _papers(overview: MeetingOverview) -> list[Row]:
    """What people who run the meeting print for it."""
    meeting, rows = overview.meeting, []
    if overview.is_led_here and overview.guide_address:
        rows.append(Row(_("Discussion guide"), overview.guide_address, _("To print")))
    if meeting.is_run_by(overview.membership):
        sheet = at_meeting("note_sheet_detail", meeting)
        rows.append(Row(_("Note-taking sheet"), sheet, _("To print")))
    return rows


def _afterward(overview: MeetingOverview) -> list[Row]:
    meeting, leads = overview.meeting, overview.is_led_here
    notes = Row(_("Notes"), at_meeting("note_list", meeting))
    if meeting.is_cancelled:
        return [notes] if meeting.scheduled_at else []
    if not (meeting.started_at or meeting.scheduled_at and meeting.is_over):
        return []
    rows = []
    if meeting.is_over:
        if leads:
            came = len(overview.came)
            attendance = at_meeting("attendance_edit", meeting)
            rows.append(Row(_("Attendance"), attendance, _came(came), is_done=bool(came)))
        rows.append(notes)
    if meeting.started_at:
        rows.append(Row(_("Wrap-up"), at_meeting("wrap_up_detail", meeting)))
    if meeting.minutes_published_at or leads:
        is_done = bool(meeting.minutes_published_at)
        note = "" if is_done else _("Draft")
        minutes = at_meeting("minutes_detail", meeting)
        rows.append(Row(_("Minutes"), minutes, note, is_done=is_done))
    if leads and meeting.is_end_undoable:
        undo = at_meeting("meeting_resume", meeting)
        rows.append(Row(_("Undo, keep going"), undo, is_post=True))
    return rows


def _came(number: int) -> str:
    return ngettext("%d person", "%d people", number) % number if number else ""
