"""The data that the live page and the server exchange about a meeting.

This is the one page with its own protocol (docs/developers.md describes it): browsers PUT
notes under ids that they make, and every page asks “what changed since revision N?”. A note
carries its writer's name only if the circle recorded names when it was written.
"""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _

from config.addresses import reverse

from ..models import ActionItem, Note
from ..notes.names import HINTS, name_words
from .moves import ends_at
from .person_keys import member_key

if TYPE_CHECKING:
    from accounts.models import User

    from ..models import AgendaItem, Attendance, Meeting, Membership
    from .page import LiveMeeting


def changes_since(
    meeting: "Meeting", revision: int, membership: "Membership"
) -> dict[str, Any] | None:
    """What changed in a meeting after a revision, or None if nothing did.

    Args:
        meeting: with its circle and brief.
        revision: the last one that the page has seen. 0 asks for everything; -1 does too, and
            gets an answer even at revision 0.
        membership: of the person whose page asks.
    """
    if meeting.revision <= revision:
        return None
    found = _stamp(meeting)
    notes = meeting.notes.filter(revision__gt=revision).order_by("created_at", "pk")
    if revision <= 0:
        # A page that knows no note need not hear of deleted ones.
        notes = notes.not_deleted()
    found["notes"] = [note_data(note) for note in notes.shown_to(membership)]
    if meeting.agenda_revision > revision:
        found["agenda"] = agenda_data(meeting)
    if meeting.attendance_revision > revision:
        found["attendance"] = attendance_data(meeting)
    if meeting.actions_revision > revision:
        found["actions"] = actions_data(meeting, membership.user)
    return found


def page_data(live: "LiveMeeting") -> dict[str, Any]:
    """The data that the scripts of the live page start with."""
    meeting, membership = live.meeting, live.membership

    def address(name: str, *args: Any) -> str:
        return reverse(f"circles:{name}", args=[meeting.circle.slug, meeting.number, *args])

    outline = live.rows.outline
    return {
        "user": membership.user_id,
        "me": member_key(membership.pk),
        "meeting": meeting.pk,
        "privacy": meeting.circle.privacy,
        "runs": live.is_run_here,
        "opens_notes": not (meeting.started_at or meeting.is_draft or meeting.is_cancelled),
        "run": address("meeting_run"),
        "changes": address("change_list"),
        "notes": address("note_list"),
        "actions": address("action_create").removesuffix("new/"),
        # The whole on one page, to keep it for a room without a network.
        "brief": reverse("briefs:brief_all", args=[meeting.brief.slug]) if meeting.brief else "",
        "sign_in": f"{reverse('account_login')}?next={address('meeting_run')}",
        "sections": [
            {"slug": part.key, "title": part.title}
            for part in [*outline.planned, *outline.rest]
            if part.takes_notes
        ],
        "kinds": [
            # `place` is the part for notes of this kind that are on nothing in the brief.
            {"value": kind, "label": str(kind.label), "place": outline.part_of(Note(kind=kind)).key}
            for kind in Note.Kind
        ],
        "beside": [
            {"key": part.key, "title": str(part.title), "kind": part.usual_kind}
            for part in [outline.parking_lot, outline.takeaways, outline.whole_brief]
        ],
        "names": _names(live),
        "words": words(),
        "state": _state(live),
    }


def _names(live: "LiveMeeting") -> list[str]:
    """The names that a hint finds in notes; none in a circle whose notes include names."""
    if live.meeting.circle.shows_names:
        return []
    return name_words(person.name for person in live.members)


def _state(live: "LiveMeeting") -> dict[str, Any]:
    """The same as `changes_since` of everything, from what the page has read."""
    rows = live.rows
    return _stamp(live.meeting) | {
        "notes": [note_data(note) for note in rows.notes],
        "agenda": agenda_data(live.meeting, rows.items),
        "attendance": attendance_data(live.meeting, rows.attendances),
        "actions": [_action_data(action) for action in rows.actions],
    }


def people_data(live: "LiveMeeting") -> list[dict[str, Any]]:
    """Everyone who can be marked as here."""
    return [
        {"key": one.key, "name": one.name, "yes": one.said_yes, "visitor": one.is_visitor}
        for one in live.people
    ]


def words() -> dict[str, str]:
    """The scripts' visible strings, in the reader's language."""
    return _words_of_saving() | _words_of_the_page()


def _words_of_saving() -> dict[str, str]:
    return {
        "due": _("due %s"),
        "no_due": _("no due date"),
        "kept_here": _("saved on this device, not sent yet"),
        "waiting_one": _("1 entry is waiting to be sent."),
        "waiting": _("%d entries are waiting to be sent."),
        "offline": _("You’re offline. Keep going: everything is saved on this device."),
        "signed_out": _(
            "You’re signed out, so this page has stopped. Sign in again to go on. What you wrote "
            "is saved on this device."
        ),
        "no_storage": _(
            "This browser can’t save a copy of what you type. It’s sent right away, but if you go "
            "offline, write on paper. To fix this, leave private mode or free up space."
        ),
        "not_saved": _("We couldn’t save this."),
        "too_large": _("It’s too long. Shorten it and send it again."),
        "refused": _("Something went wrong. Send it again, or discard it."),
        "gone": _("You no longer have access to this circle or meeting. Ask a facilitator."),
        "note_saved": _("Note saved: %s"),
        "action_saved": _("Action item saved: %s"),
        "parked": _("Saved in the parking lot, with topics for later."),
        "parked_short": _("Saved in the parking lot: %s"),
        "yours": _("Your note"),
        "deleted": _("Deleted."),
        "joined": _("Merged."),
        "undo": _("Undo"),
    }


def _words_of_the_page() -> dict[str, str]:
    return {
        "left": _("%d min left"),
        "over": _("%d min over"),
        "on_time": _("on schedule"),
        "ahead": _("%d min ahead"),
        "behind": _("%d min behind"),
        "new_entries_one": _("1 new note: %s"),
        "new_entries": _("%d new notes. Latest: %s"),
        "now_at": _("Now: %s"),
        "chart_shown": _("Chart: %s"),
        "state_now": _("now"),
        "state_deferred": _("left for next time"),
        "state_done": _("done"),
        "state_minutes": _("%d min"),
        "sign_in": _("Sign in"),
        "changed_meanwhile": _("Someone else just changed this note. Yours isn’t saved yet."),
        "deleted_meanwhile": _("Someone else just deleted this note. Yours isn’t saved yet."),
        "yours_said": _("You wrote"),
        "theirs_said": _("It now says"),
        "was_deleted": _("The deleted note said"),
        "nothing_yet": _("No notes yet."),
        "other_notes": _("Other notes"),
        "says_name": HINTS["one"] % {"name": "%s"},
        "no_names": _("Notes in your circle don’t include names."),
        "edit_note": _("Edit note"),
        "not_yet": _("hasn’t spoken yet"),
        "spoke": _("has spoken"),
        "wishes": _("wants to speak"),
    }


def moved_data(meeting: "Meeting") -> dict[str, Any]:
    """The current state of everything that a move can change."""
    changed = {"agenda": agenda_data(meeting), "attendance": attendance_data(meeting)}
    return _stamp(meeting) | changed


def changed_actions_data(meeting: "Meeting", user: "User") -> dict[str, Any]:
    """The meeting's action items after one was saved or deleted."""
    meeting.refresh_from_db(fields=["revision"])
    return _stamp(meeting) | {"actions": actions_data(meeting, user)}


def _stamp(meeting: "Meeting") -> dict[str, Any]:
    return {"revision": meeting.revision, "now": timezone.now().isoformat()}


def sentences(form: forms.BaseForm) -> dict[str, str]:
    """A form's errors as sentences: {field: sentences}."""
    return {name: " ".join(map(str, errors)) for name, errors in form.errors.items()}


def note_data(note: Note, *, is_conflict: bool = False) -> dict[str, Any]:
    """One note, from a queryset with `shown_to`.

    The text of a deleted note is left out, except in a conflict with someone who may restore it.
    """
    is_open = not note.deleted_at or (is_conflict and note.may_edit)
    return {
        "id": str(note.pk),
        "section": note.section.slug if note.section else "",
        "question": note.question.slug if note.question else "",
        "item": note.item_id or "",
        "kind": note.kind,
        "text": note.text if is_open else "",
        "html": note.html if is_open else "",
        "author": str(note.named_author or ""),
        "mine": note.is_mine,
        "may_edit": note.may_edit,
        "version": note.version,
        "deleted": note.deleted_at is not None,
    }


def agenda_data(meeting: "Meeting", items: "list[AgendaItem] | None" = None) -> dict[str, Any]:
    """The current agenda, with the times each item was opened and closed."""
    if items is None:
        items = list(meeting.agenda_items.select_related("section"))
    return {
        "started_at": _moment(meeting.started_at),
        "ended_at": _moment(meeting.ended_at),
        "ends_at": _moment(ends_at(meeting)),
        "showing": meeting.showing,
        "items": [
            {
                "id": item.pk,
                "section": item.section.slug if item.section else "",
                "title": str(item),
                "kind": item.kind,
                "minutes": item.minutes,
                "extra": item.extra_minutes,
                "used": item.used_seconds,
                "deferred": item.deferred_at is not None,
                "turns": item.turns,
                "opened_at": _moment(item.opened_at),
                "closed_at": _moment(item.closed_at),
            }
            for item in items
        ],
    }


def attendance_data(
    meeting: "Meeting", attendances: "list[Attendance] | None" = None
) -> list[dict[str, Any]]:
    """Who is here: members by the id of their membership, visitors by name."""
    if attendances is None:
        attendances = list(meeting.attendances.order_by("pk"))
    return [
        {
            "membership": attendance.membership_id,
            "visitor": attendance.visitor_name,
            "first_visit": attendance.is_first_visit,
        }
        for attendance in attendances
    ]


def actions_data(meeting: "Meeting", user: "User") -> list[dict[str, Any]]:
    """The action items of this meeting."""
    actions = ActionItem.objects.filter(meeting=meeting).shown_to(user)
    return [_action_data(action) for action in actions.order_by("created_at", "pk")]


def _action_data(action: ActionItem) -> dict[str, Any]:
    return {
        "id": str(action.key),
        "revision": action.revision,
        "text": action.text,
        "owner": action.owner_id or "",
        "name": str(action.owner.user) if action.owner else "",
        "may_edit": action.may_edit,
        "due_on": action.due_on.isoformat() if action.due_on else "",
        "step": action.step,
        "done": action.done_at is not None,
    }


def conflict_data(
    form: forms.Form | forms.ModelForm, theirs: Note, membership: "Membership"
) -> dict[str, Any]:
    """Both texts of an edit conflict: the one that was sent and the one that is saved."""
    theirs = Note.objects.shown_to(membership).get(pk=theirs.pk)
    names = ("text", "kind", "section", "question", "item")
    yours = {name: form.data.get(name, "") for name in names}
    return {
        "yours": yours,
        "theirs": note_data(theirs, is_conflict=True),
        "version": theirs.version,
    }


def _moment(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
