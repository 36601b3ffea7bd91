"""The protocol of the live page: what changed, and one note or action item at a time.

See `circles/live/sync.py`.
"""

from django.http import HttpResponse, JsonResponse, QueryDict
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from config.odd_requests import read_number

from ..access import find_meeting, members
from ..forms.actions import ActionForm
from ..forms.notes import NoteForm
from ..live import sync
from ..live.changes_ticket import HEADER, ticket_for, ticket_holders_first
from ..models import ActionItem, Note, Stale
from ..notes.outline import outline_to_write_in


@ticket_holders_first
@members
@never_cache
@require_GET
def change_list(request, circle, meeting_number):
    """What changed after revision `?since=`; 204 if nothing did."""
    seen = read_number(request.GET.get("since")) or 0
    visible = circle.meetings.visible_to(request.membership).values_list("pk", "revision")
    meeting_id, revision = get_object_or_404(visible, number=meeting_number)
    response = HttpResponse(status=204)
    if revision > seen:
        # Only now is the meeting worth reading: most pages have seen everything.
        meeting = find_meeting(request, circle, meeting_number)
        response = JsonResponse(sync.changes_since(meeting, seen, request.membership))
    response[HEADER] = ticket_for(request, meeting_id)
    return response


def note_put(request, circle, meeting_number, note_id):
    """Save a note as its writer's browser sent it. Sending it again changes nothing.

    Called only by `notes.note_edit`, which checks that the person is a member.
    """
    meeting = find_meeting(request, circle, meeting_number)
    saved = Note.objects.filter(pk=note_id).shown_to(request.membership).first()
    if saved and saved.meeting_id != meeting.pk:
        return HttpResponse(status=404)
    bound = {
        "outline": outline_to_write_in(meeting),
        "membership": request.membership,
        "note": saved,
    }
    form = NoteForm(QueryDict(request.body), **bound)
    if not form.is_valid():
        return JsonResponse({"errors": sync.sentences(form)}, status=400)
    try:
        if saved is None or form.cleaned_data["version"] is None:
            return _write(request, meeting, saved, form, note_id)
        if not saved.may_edit:
            return _refused(_("Only the person who wrote a note, or a facilitator, can edit it."))
        edited = saved.edit(
            started_from=form.cleaned_data["version"], shown=form.shown_privacy, **form.content
        )
    except Stale as stale:
        status = 410 if stale.theirs.deleted_at else 409
        data = sync.conflict_data(form, stale.theirs, request.membership)
        return JsonResponse(data, status=status)
    return note_json(request, edited.pk, status=200)


def _write(request, meeting, saved, form, note_id):
    """Save a note without a version: a new one, or one sent again because the answer was lost."""
    if saved and not saved.is_mine:
        return _refused(_("Another note has this ID. Send yours with a new one."))
    note = form.new_note()
    note.pk, note.meeting = note_id, meeting
    written = note.write(request.user)
    return note_json(request, written.pk, status=200 if saved else 201)


def note_remove(request, circle, meeting_number, note_id):
    """Delete a note. This can be undone."""
    meeting = find_meeting(request, circle, meeting_number)
    note = get_object_or_404(meeting.notes.shown_to(request.membership), pk=note_id)
    if not note.may_edit:
        return _refused(_("Only the person who wrote a note, or a facilitator, can delete it."))
    if closed := Note.why_closed(meeting, request.membership):
        return _refused(closed)
    note.meeting = meeting
    note.delete_softly()
    return note_json(request, note.pk, status=200)


def note_json(request, note_id, *, status):
    note = Note.objects.shown_to(request.membership).get(pk=note_id)
    return JsonResponse(sync.note_data(note), status=status)


@members
@require_http_methods(["PUT", "DELETE"])
def action_sync(request, circle, meeting_number, key):
    """Save an action item as its writer's browser sent it (PUT), or delete it (DELETE).

    Sending either again changes nothing.
    """
    meeting = find_meeting(request, circle, meeting_number)
    saved = ActionItem.objects.filter(key=key).shown_to(request.user).first()
    if saved and saved.meeting_id != meeting.pk:
        return HttpResponse(status=404)
    if saved and not saved.may_edit:
        return _refused(
            _("Only the person who took this on or added it, or a facilitator, can do that.")
        )
    if not saved and request.method == "PUT" and (closed := ActionItem.why_closed(meeting)):
        return _refused(closed)
    if request.method == "DELETE":
        if saved:
            saved.take_back()
        return JsonResponse(sync.changed_actions_data(meeting, request.user))
    action = saved or ActionItem(meeting=meeting, key=key, author=request.user)
    form = ActionForm(QueryDict(request.body), instance=action)
    if not form.is_saved():
        status = 409 if form.is_stale else 400
        return JsonResponse({"errors": sync.sentences(form)}, status=status)
    status = 200 if saved else 201
    return JsonResponse(sync.changed_actions_data(meeting, request.user), status=status)


def _refused(sentence):
    return JsonResponse({"errors": {"__all__": sentence}}, status=403)


def gone(error):
    """What a script is told that can't be undone any more."""
    return JsonResponse({"errors": {"__all__": " ".join(error.messages)}}, status=410)
