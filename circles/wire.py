"""What the live page and the server tell each other about a meeting, as plain data.

The one page with a protocol of its own (docs/developers.md has it whole): notes come by
PUT under ids that the browser made, and every page asks “what changed since revision N?”.
Names are told only where the circle records them.
"""

from django.utils import timezone

from .models import ActionItem, Note


def changes_since(meeting, revision, membership):
    """What changed in a meeting after a revision; None where nothing did.

    Args:
        meeting: with its circle and brief.
        revision: the last that the asking page has seen; 0 for all.
        membership: whose page asks.
    """
    if meeting.revision <= revision:
        return None
    found = {"revision": meeting.revision, "now": timezone.now().isoformat()}
    notes = meeting.notes.filter(revision__gt=revision).order_by("created_at", "pk")
    found["notes"] = [note_data(note, membership) for note in notes.shown_to(membership)]
    if meeting.agenda_revision > revision:
        found["agenda"] = agenda_data(meeting)
    if meeting.attendance_revision > revision:
        found["attendance"] = attendance_data(meeting)
    if meeting.actions_revision > revision:
        found["actions"] = actions_data(meeting, membership.user)
    return found


def note_data(note, membership):
    """One note. A tombstone says only that it is one, and what it said to whoever may take it
    back. Needs what `shown_to` adds."""
    is_open = not note.deleted_at or note.may_edit
    names = membership.circle.shows_names
    return {
        "id": str(note.pk),
        "section": note.section.slug if note.section else "",
        "question": note.question.slug if note.question else "",
        "kind": note.kind,
        "text": note.text if is_open else "",
        "html": note.html if is_open else "",
        "author": str(note.author) if names and note.author else "",
        "mine": note.is_mine,
        "may_edit": note.may_edit,
        "version": note.version,
        "deleted": note.deleted_at is not None,
    }


def agenda_data(meeting):
    """The agenda as it stands, with when each item was opened and closed."""
    return {
        "started_at": _moment(meeting.started_at),
        "ended_at": _moment(meeting.ended_at),
        "items": [
            {
                "id": item.pk,
                "section": item.section.slug if item.section else "",
                "title": str(item),
                "minutes": item.minutes,
                "opened_at": _moment(item.opened_at),
                "closed_at": _moment(item.closed_at),
            }
            for item in meeting.agenda_items.select_related("section")
        ],
    }


def attendance_data(meeting):
    """Who is there: members by the id of their membership, visitors by name."""
    return [
        {
            "membership": attendance.membership_id,
            "visitor": attendance.visitor_name,
            "first_visit": attendance.is_first_visit,
        }
        for attendance in meeting.attendances.order_by("pk")
    ]


def actions_data(meeting, user):
    """What was promised at this meeting."""
    promised = ActionItem.objects.filter(meeting=meeting).shown_to(user)
    return [
        {
            "id": action.pk,
            "text": action.text,
            "owner": str(action.owner.user) if action.owner else "",
            "due_on": action.due_on.isoformat() if action.due_on else "",
            "step": action.step,
            "done": action.done_at is not None,
        }
        for action in promised.order_by("created_at", "pk")
    ]


def conflict_data(form, theirs, membership):
    """Both texts of an edit that came too late: what was sent, and what stands."""
    theirs = Note.objects.shown_to(membership).get(pk=theirs.pk)
    yours = {name: form.data.get(name, "") for name in ("text", "kind", "section", "question")}
    return {"yours": yours, "theirs": note_data(theirs, membership), "version": theirs.version}


def _moment(moment):
    return moment.isoformat() if moment else None
