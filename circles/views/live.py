"""The live meeting: the page to run it and follow it, and the projector view."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from config.texts import NOTE

from ..access import find_meeting, members
from ..forms.live import MoveForm
from ..live import sync
from ..live.page import LiveMeeting
from ..models import ActionItem, Note


@members
@never_cache
def meeting_run(request, circle, meeting_number):
    """The live page. A POST makes one move: any by people who run the meeting, else a turn."""
    meeting = find_meeting(request, circle, meeting_number, reads_brief=True)
    if request.method == "POST":
        return _move(request, meeting)
    return render(request, "circles/live/meeting_run.html", _context(request, meeting))


@members
@never_cache
def meeting_projector(request, circle, meeting_number):
    """The projector view: the question and the time, without controls."""
    meeting = find_meeting(request, circle, meeting_number, reads_brief=True)
    return render(request, "circles/live/meeting_projector.html", _context(request, meeting))


def _move(request, meeting):
    by_script = not request.accepts("text/html")
    form = MoveForm(request.POST, meeting=meeting, membership=request.membership)
    if form.is_valid() and not form.is_allowed:
        sentence = _("Only facilitators and people with a role in this meeting can do that.")
        if by_script:
            return JsonResponse({"errors": {"__all__": sentence}}, status=403)
        raise PermissionDenied(sentence)
    if form.is_valid():
        try:
            form.save()
        except ValidationError as error:
            form.add_error(None, error)
    if by_script and form.errors:
        return JsonResponse({"errors": sync.sentences(form)}, status=400)
    if by_script:
        meeting.refresh_from_db()
        return JsonResponse(sync.moved_data(meeting))
    for sentence in sync.sentences(form).values():
        messages.error(request, sentence)
    return redirect("circles:meeting_run", meeting.circle.slug, meeting.number)


def _context(request, meeting):
    live = LiveMeeting(meeting, request.membership)
    return {
        "circle": meeting.circle,
        "meeting": meeting,
        "live": live,
        "closed": Note.why_closed(meeting, request.membership),
        "actions_closed": ActionItem.why_closed(meeting),
        "kinds": Note.Kind.choices,
        "longest_note": NOTE,
        "page": sync.page_data(live),
        "people_data": sync.people_data(live),
    }
