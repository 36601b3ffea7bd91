"""The roles of upcoming meetings: all members see and take them, facilitators assign them."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from config.back import back_to

from ..access import facilitators, find_meeting, members
from ..forms.old_names import ROLES, with_old_names
from ..forms.roles import RolesForm
from ..forms.stale import status_of
from ..mail.in_sight import Planned
from ..models import Meeting
from ..planning import rotation
from ..planning.rotation import Rotation


@members
def role_list(request, circle):
    rotation = Rotation(circle, request.membership)
    context = {"circle": circle, "tab": "meetings", "rotation": rotation}
    return render(request, "circles/roles/role_list.html", context)


@facilitators
@with_old_names(ROLES)
def role_edit(request, circle):
    """Assign the roles of all upcoming meetings. “Suggest” fills in open ones, saving nothing."""
    form, status = RolesForm(Rotation(circle, request.membership), request.POST or None), 200
    if request.POST.get("do") == "suggest":
        form.suggest()
        messages.info(request, _("Open roles are filled in by turn. Nothing is saved yet."))
    elif request.method == "POST":
        if form.is_saved():
            said = _("Roles saved. Everyone can see them on the meeting page.")
            messages.success(request, f"{said} {Planned(0).told}")
            return redirect("circles:role_list", circle.slug)
        status = status_of(form)
    context = {"circle": circle, "tab": "meetings", "form": form}
    return render(request, "circles/roles/role_edit.html", context, status=status)


@members
@require_POST
@with_old_names(ROLES)
def role_take(request, circle, meeting_number):
    """Take an open role, or take one's name off."""
    meeting = find_meeting(request, circle, meeting_number)
    role, label = request.POST.get("role") or request.POST.get("give_back"), ""
    if role not in Meeting.ROLES:
        raise Http404("there is no such role")
    label = Meeting.role_label(role).lower()
    if meeting.is_cancelled or meeting.is_over:
        messages.error(request, _("This meeting is over or canceled, so its roles can’t change."))
    elif "give_back" in request.POST:
        rotation.give_back(meeting, request.membership, role)
        messages.success(
            request, _("The %s role is open again. Thanks for letting us know.") % label
        )
    elif rotation.take(meeting, request.membership, role):
        messages.success(
            request,
            _("You’re the %(role)s for “%(meeting)s.” Thank you!")
            % {"role": label, "meeting": meeting},
        )
    else:
        newest = circle.meetings.with_roles().get(pk=meeting.pk)
        messages.info(
            request,
            _("%(who)s just took this role (%(role)s). Nothing was changed.")
            % {"who": getattr(newest, role), "role": label},
        )
    return redirect(back_to(request, meeting))
