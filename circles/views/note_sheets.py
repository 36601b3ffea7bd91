"""Notes on paper: the note-taking sheet to print, and the form to type it in."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache

from ..access import find_meeting, members
from ..forms.note_sheets import NoteSheetForm
from ..forms.stale import status_of
from ..live import agenda
from ..live.page import people
from ..live.rows import Rows
from ..models import Note
from ..notes import shorthand
from ..notes.names import hint_about
from ..notes.outline import Outline


@members
@never_cache
def note_sheet_detail(request, circle, meeting_number):
    """A sheet to write on, made from the agenda; without one, from the readings."""
    meeting = find_meeting(request, circle, meeting_number)
    rows = Rows(meeting, request.membership)
    plan = agenda.Agenda.lay_out(rows)
    if not plan.items:
        sections = agenda.suggested(agenda.offered_sections(meeting))
        plan = agenda.Agenda(meeting, agenda.propose(meeting, sections), rows.expected)
    context = {
        "circle": circle,
        "tab": "meetings",
        "meeting": meeting,
        "parts": agenda.with_questions(plan),
        "people": people(rows),
        "marks": shorthand.key(),
        "privacy_lines": [circle.privacy_line],
    }
    return render(request, "circles/note_sheets/note_sheet_detail.html", context)


@members
@never_cache
def note_sheet_transcribe(request, circle, meeting_number):
    """Type in all notes at once, section by section: each line is a note."""
    meeting = find_meeting(request, circle, meeting_number)
    outline = Outline(meeting, [])
    form = NoteSheetForm(request.POST or None, outline=outline, membership=request.membership)
    if request.method == "POST" and form.is_valid():
        number = form.save(request.user)
        sentence = ngettext("%(n)d note saved.", "%(n)d notes saved.", number)
        messages.success(request, sentence % {"n": number})
        if hint := hint_about(meeting, form.saved):
            messages.info(request, hint)
        return redirect("circles:note_list", circle.slug, meeting.number)
    context = {
        "circle": circle,
        "tab": "meetings",
        "meeting": meeting,
        "form": form,
        "marks": shorthand.key(),
        "closed": Note.why_closed(meeting, request.membership),
        "is_led_here": meeting.is_led_by(request.membership),
    }
    return render(
        request, "circles/note_sheets/note_sheet_transcribe.html", context, status=status_of(form)
    )
