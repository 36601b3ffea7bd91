"""Questions from the parking lot that a circle sends to the editors of its brief."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from config.back import back_to
from config.limits import DAY, Limit, asker
from config.refusal import refuse

from ..access import facilitators_or_leader
from ..forms.sent_questions import SendQuestionForm
from ..forms.stale import status_of
from ..models import SentQuestion
from ..notes.outline import PARKING_LOT

BY_PERSON = Limit("questions to the editors", times=20, seconds=DAY)
# The editors read them all.
OF_ALL = Limit("questions to the editors of all", times=300, seconds=DAY)


@facilitators_or_leader
@never_cache
def note_send(request, meeting, note_id):
    """Send an entry of the parking lot to the editors; the page shows exactly what they get."""
    note = _note(meeting, note_id)
    if note.sent_question:
        messages.info(request, _("This note was already sent to the editors."))
        return redirect(_back(request, note))
    if not note.may_be_sent:
        raise Http404("only the parking lot of a meeting with a brief can be sent")
    form = SendQuestionForm(request.POST or None, note=note, initial={"text": note.text})
    if form.is_valid():
        if not (BY_PERSON.take(asker(request)) and OF_ALL.take("everyone")):
            form.add_error(None, _("That’s a lot of questions for one day. Send it tomorrow."))
        elif _send(request, form, note):
            return redirect(_back(request, note))
    context = {
        "circle": meeting.circle,
        "tab": "meetings",
        "meeting": meeting,
        "note": note,
        "form": form,
        "edition": meeting.edition or meeting.brief.edition,
    }
    page = "circles/notes/note_send.html"
    return render(request, page, context, status=status_of(form))


def _send(request, form, note):
    try:
        SentQuestion.objects.send(note, form.cleaned_data["text"], by=request.user)
    except ValidationError as error:
        form.add_error(None, error)
        return False
    messages.success(
        request, _("Sent to the editors. Everyone in the circle can see that, and the answer.")
    )
    return True


@facilitators_or_leader
@require_POST
def note_unsend(request, meeting, note_id):
    note = _note(meeting, note_id)
    sent = note.sent_question
    if sent is None:
        messages.info(request, _("The editors don’t have this note."))
        return redirect(_back(request, note))
    sent.note = note
    try:
        sent.take_back(request.user)
    except ValidationError as error:
        refuse(request, error)
    else:
        messages.success(request, _("Undone. The editors don’t have the question anymore."))
    return redirect(_back(request, note))


def _note(meeting, note_id):
    notes = meeting.notes.not_deleted().with_sent()
    note = get_object_or_404(notes, pk=note_id)
    note.meeting = meeting
    return note


def _back(request, note):
    meeting = note.meeting
    page = reverse("circles:note_list", args=[meeting.circle.slug, meeting.number])
    return back_to(request, f"{page}?section={PARKING_LOT}#{note.anchor}")
