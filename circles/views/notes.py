"""Notes on the sections of a meeting's brief, and the parking lot."""

from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from config.locks import RowGone
from config.refusal import refuse

from ..access import find_meeting, members
from ..forms.notes import AnswerForm, NoteEditForm, PartNoteForm
from ..forms.stale import status_of
from ..models import ActionItem, Note, Stale
from ..notes.names import hint_about
from ..notes.outline import Outline
from ..notes.privacy import privacy_lines
from . import live_sync


@members
@never_cache
def note_list(request, circle, meeting_number):
    """The note taker's page: one part is open for writing, the others are a list."""
    meeting = find_meeting(request, circle, meeting_number)
    outline = _outline(request, meeting)
    asked_for = request.GET.get("section") or request.POST.get("section")
    part = outline.find(asked_for) or outline.where_to_begin()
    form = PartNoteForm(
        request.POST or None, outline=outline, membership=request.membership, part=part
    )
    if request.method == "POST" and form.is_valid():
        return _add(request, form)
    return _note_page(request, outline, part, form, status=status_of(form))


@members
@never_cache
def note_edit(request, circle, meeting_number, note_id):
    """Edit one note: GET and POST on a page, PUT and DELETE from the live page's scripts."""
    if request.method == "PUT":
        return live_sync.note_put(request, circle, meeting_number, note_id)
    if request.method == "DELETE":
        return live_sync.note_remove(request, circle, meeting_number, note_id)
    note = _own_note(request, circle, meeting_number, note_id)
    bound = {"outline": _outline(request, note.meeting), "membership": request.membership}
    if request.method != "POST":
        if note.deleted_at:
            return _back_to(bound["outline"], note, deleted=note.pk)
        form = NoteEditForm.filled_with(note, **bound)
        return render(request, "circles/notes/note_edit.html", _context(note, form=form))
    form = NoteEditForm(request.POST, note=note, **bound)
    if not form.is_valid():
        context = _context(note, form=form)
        return render(request, "circles/notes/note_edit.html", context, status=status_of(form))
    try:
        saved = note.edit(
            started_from=form.cleaned_data["version"], shown=form.shown_privacy, **form.content
        )
    except Stale as stale:
        return _conflict(request, form, stale.theirs)
    messages.success(request, _("Note saved."))
    _hint(request, saved)
    return _back_to(form.outline, saved)


@members
@require_POST
def note_delete(request, circle, meeting_number, note_id):
    note = _own_note(request, circle, meeting_number, note_id)
    outline = _outline(request, note.meeting)
    closed = Note.why_closed(note.meeting, request.membership)
    if closed:
        messages.error(request, closed)
        return _back_to(outline, note)
    note.delete_softly()
    return _back_to(outline, note, deleted=note.pk)


@members
@require_POST
def note_restore(request, circle, meeting_number, note_id):
    note = _own_note(request, circle, meeting_number, note_id)
    is_script = request.accepts("application/json") and not request.accepts("text/html")
    closed = Note.why_closed(note.meeting, request.membership)
    if closed:
        messages.error(request, closed)
        return _back_to(_outline(request, note.meeting), note)
    try:
        note.restore()
    except ValidationError as error:
        if is_script:
            return live_sync.gone(error)
        refuse(request, error)
    else:
        if is_script:
            return live_sync.note_json(request, note.pk, status=200)
        messages.success(request, _("Note restored."))
    return _back_to(_outline(request, note.meeting), note)


@members
@never_cache
def note_answer(request, circle, meeting_number, note_id):
    """Answer a question. Any member may do this, also after the minutes are published."""
    meeting = find_meeting(request, circle, meeting_number)
    note = get_object_or_404(meeting.notes.shown_to(request.membership), pk=note_id)
    if note.deleted_at:
        raise RowGone if request.method == "POST" else Http404
    form = AnswerForm(
        request.POST or None,
        note=note,
        initial={"answer": note.answer, "started_from": note.answer},
    )
    if request.method == "POST" and form.is_valid():
        answer, started_from = form.cleaned_data["answer"], form.cleaned_data["started_from"]
        try:
            note.keep_answer(answer, started_from=started_from)
        except Stale as stale:
            note.answer = stale.theirs.answer
            form = AnswerForm(
                note=note, initial={"answer": answer, "started_from": stale.theirs.answer}
            )
            context = _context(note, form=form, is_stale=True)
            return render(request, "circles/notes/note_answer.html", context, status=409)
        messages.success(request, _("Answer saved. It appears with the question."))
        return _back_to(_outline(request, meeting), note)
    context = _context(note, form=form, closed=meeting.why_no_words)
    return render(request, "circles/notes/note_answer.html", context, status=status_of(form))


def _add(request, form):
    """Save the note of a valid form, and return to the same part for the next note."""
    note = form.new_note()
    try:
        saved = note.write(request.user)
    except Note.Gone:
        form.take_fresh_id()
        form.add_error(None, _("This note was deleted. To bring it back, add it as a new note."))
        return _note_page(request, form.outline, form.part, form, status=410)
    except Stale as stale:
        return _conflict(request, form, stale.theirs)
    if saved.said_before:
        said = _("We saved your latest version. Before, it said: “%s”")
        messages.info(request, said % saved.said_before)
    _hint(request, saved)
    return redirect(_address(form.outline.meeting, form.part, "note-text"))


def _hint(request, note):
    if hint := hint_about(note.meeting, [note]):
        messages.info(request, hint)


def _note_page(request, outline, part, form, status=200):
    meeting = outline.meeting
    before, after = outline.neighbors(part)
    deleted = meeting.notes.deleted().editable_by(request.membership).shown_to(request.membership)
    context = {
        "circle": meeting.circle,
        "tab": "meetings",
        "meeting": meeting,
        "outline": outline,
        "open_part": part,
        "before": before,
        "after": after,
        "form": form,
        "closed": Note.why_closed(meeting, request.membership),
        "privacy_lines": privacy_lines(meeting, outline.notes),
        "deleted": deleted,
        "just_deleted": request.GET.get("deleted", ""),
        "actions_closed": ActionItem.why_closed(meeting),
        "is_led_here": meeting.is_led_by(request.membership),
        "actions": ActionItem.objects.filter(meeting=meeting).shown_to(request.user),
    }
    return render(request, "circles/notes/note_list.html", context, status=status)


def _conflict(request, form, theirs):
    """Both texts on one page: theirs to read, yours to save over it, merge or add as a new one."""
    is_gone = bool(theirs.deleted_at)
    title = _("This note was just deleted") if is_gone else _("Someone else just changed this note")
    context = _context(
        theirs,
        form=NoteEditForm.again(form, theirs),
        title=title,
        is_gone=is_gone,
        back=_address(form.outline.meeting, form.outline.part_of(theirs), theirs.anchor),
    )
    status = 410 if is_gone else 409
    return render(request, "circles/notes/note_conflict.html", context, status=status)


def _own_note(request, circle, meeting_number, note_id):
    meeting = find_meeting(request, circle, meeting_number)
    mine = meeting.notes.editable_by(request.membership).shown_to(request.membership)
    note = get_object_or_404(mine, pk=note_id)
    note.meeting = meeting
    return note


def _outline(request, meeting):
    return Outline(meeting, meeting.notes.not_deleted().shown_to(request.membership).with_sent())


def _context(note, **more):
    meeting = note.meeting
    return {
        "circle": meeting.circle,
        "tab": "meetings",
        "meeting": meeting,
        "note": note,
    } | more


def _back_to(outline, note, **query):
    """Redirect to the note in the list."""
    return redirect(_address(outline.meeting, outline.part_of(note), note.anchor, **query))


def _address(meeting, part, anchor, **query):
    url = reverse("circles:note_list", args=[meeting.circle.slug, meeting.number])
    return f"{url}?{urlencode({'section': part.key} | query)}#{anchor}"
