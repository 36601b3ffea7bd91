"""The attendance of a meeting."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import ngettext

from ..access import facilitators_or_leader
from ..forms.attendance import AttendanceForm
from ..forms.stale import status_of


@facilitators_or_leader
def attendance_edit(request, meeting):
    form = AttendanceForm(request.POST or None, meeting=meeting, membership=request.membership)
    if form.is_saved():
        count = meeting.attendances.count()
        saved = ngettext("Attendance saved: %d person.", "Attendance saved: %d people.", count)
        messages.success(request, saved % count)
        return redirect(meeting)
    context = {"circle": meeting.circle, "tab": "meetings", "meeting": meeting, "form": form}
    return render(request, "circles/meetings/attendance_edit.html", context, status=status_of(form))
