"""The agenda of a meeting: facilitators and the leader edit it, all members read it."""

from itertools import zip_longest

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from ..access import facilitators_or_leader, find_meeting, members
from ..forms.agenda import AgendaForm
from ..forms.stale import status_of
from ..live import agenda
from ..live.agenda import Agenda
from ..live.rows import Rows
from ..models import AgendaItem, Stale


@members
def agenda_detail(request, circle, meeting_number):
    """The agenda to read and print. Facilitators have a copy with prompts and times."""
    meeting = find_meeting(request, circle, meeting_number)
    wants_own = request.GET.get("copy") == "facilitator"
    plan = Agenda.lay_out(Rows(meeting, request.membership))
    context = _context(
        meeting,
        agenda=plan,
        parts=agenda.with_questions(plan),
        is_led_here=meeting.is_led_by(request.membership),
        is_own_copy=wants_own and meeting.is_led_by(request.membership),
        loose_ends=agenda.loose_ends(meeting),
        privacy_lines=[meeting.privacy_line],
    )
    return render(request, "circles/agendas/agenda_detail.html", context)


@facilitators_or_leader
def agenda_edit(request, meeting):
    """Edit the agenda. Every button keeps what was typed; “look” only tells the new times, and
    “propose” shows a new agenda beside the one that it keeps."""
    offered, rows = agenda.offered_sections(meeting), Rows(meeting, request.membership)
    items = list(meeting.agenda_items.select_related("section"))
    is_proposal = request.GET.get("new") == "agenda" or not (items or request.POST)
    if is_proposal and not request.POST:
        items = agenda.propose(meeting, agenda.suggested(offered))
    sections = {choice.section.slug: choice.section for choice in offered}
    sections |= {item.section.slug: item.section for item in items if item.section}
    form = AgendaForm(
        meeting,
        sections,
        items,
        request.POST or None,
        counted=len(rows.attendances) or rows.counted,
    )
    theirs, is_look = None, request.POST.get("do") == "look"
    if is_look and not form.is_valid():
        return HttpResponse(status=204)
    if form.is_bound and not is_look and form.is_valid():
        try:
            return _save(request, meeting, form)
        except Stale as stale:
            form.errors.append(
                _(
                    "Someone else just changed this agenda. Theirs is below yours, and yours isn’t "
                    "saved yet. To replace theirs, save again."
                )
            )
            form.is_stale, form.revision = True, stale.theirs.agenda_revision
            theirs = Agenda.lay_out(rows)
    plan = Agenda(meeting, form.items, form.people or rows.expected)
    context = _context(
        meeting,
        form=form,
        agenda=plan,
        lines=zip_longest(form.lines, plan.rows[: len(form.rows)]),
        offered=offered,
        theirs=theirs,
        is_proposal=is_proposal and not request.POST and bool(meeting.agenda_revision),
        kinds=[kind for kind in AgendaItem.Kind if kind not in ("section", "other")],
    )
    return render(request, "circles/agendas/agenda_edit.html", context, status=status_of(form))


def _save(request, meeting, form):
    what = request.POST.get("do", "save").partition("-")[0]
    agenda.keep(meeting, form.items, started_from=form.revision, people=form.other_people)
    edit = reverse("circles:agenda_edit", args=[meeting.circle.slug, meeting.number])
    if what == "template":
        if not request.membership.is_facilitator:
            raise PermissionDenied(_("Only facilitators choose the agenda of new meetings."))
        meeting.circle.keep_agenda_template(agenda.template_of(form.items))
        messages.success(request, _("New meetings in this circle will start with this agenda."))
    elif what == "save":
        messages.success(request, _("Agenda saved. Everyone in the circle can see it."))
        return redirect("circles:agenda_detail", meeting.circle.slug, meeting.number)
    return redirect(edit + "?new=agenda" if what == "propose" else edit)


def _context(meeting, **more):
    return {"circle": meeting.circle, "tab": "meetings", "meeting": meeting} | more
