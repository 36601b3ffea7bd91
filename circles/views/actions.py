"""Action items: added at a meeting, checked off when they are done."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from briefs.page.markdown import plain
from config.back import back_to
from config.odd_requests import read_word

from ..access import find_meeting, members
from ..forms.actions import ActionForm
from ..forms.stale import status_of
from ..mail.in_sight import action_reminder
from ..models import ActionItem


@members
def action_list(request, circle):
    """All action items of the circle: open ones first, the person's own before others."""
    actions = ActionItem.objects.of_circle(circle).shown_to(request.user)
    open_ones, me = list(actions.open()), request.membership.pk
    context = {
        "circle": circle,
        "tab": "actions",
        "mine": [action for action in open_ones if action.owner_id == me],
        "others": [action for action in open_ones if action.owner_id != me],
        "done": actions.done(),
        "meeting": _meeting_for_new_items(circle),
    }
    return render(request, "circles/actions/action_list.html", context)


@members
def action_create(request, circle, meeting_number):
    meeting = find_meeting(request, circle, meeting_number)
    prefilled = _from_call_to_action(request, meeting)
    action = ActionItem(meeting=meeting, author=request.user, **prefilled)
    form = ActionForm(request.POST or None, instance=action)
    if request.method == "POST" and (closed := ActionItem.why_closed(meeting)):
        form.add_error(None, closed)
    elif request.method == "POST" and form.is_saved():
        messages.success(request, _saved(form.saved))
        return redirect(_back(request, meeting))
    return _form_page(request, form, _("New action item"))


@members
def action_edit(request, circle, meeting_number, action_id):
    action = _own_action(request, circle, meeting_number, action_id)
    form = ActionForm(request.POST or None, instance=action)
    if request.method == "POST" and form.is_saved():
        messages.success(request, _saved(form.saved))
        return redirect(_back(request, action.meeting))
    return _form_page(request, form, _("Edit action item"))


@members
@require_POST
def action_toggle(request, circle, meeting_number, action_id):
    """Check an item off or open it again: `done` says which, so sending it twice is harmless."""
    action = _action(request, circle, meeting_number, action_id)
    if not action.may_tick:
        raise PermissionDenied(
            _("Only the person who took this on or added it, or a facilitator, can check it off.")
        )
    action.set_done(bool(request.POST.get("done")))
    back = _back(request, action.meeting)
    if request.htmx:
        shown = {name: name in request.POST for name in ["show_meeting", "show_circle"]}
        context = {"action": action, "next": back, **shown}
        return render(request, "circles/actions/_action.html", context)
    if action.done_at:
        messages.success(request, _("Nice work! Done: “%s”") % action)
    else:
        messages.success(request, _("Open again: “%s”") % action)
    return redirect(f"{back.partition('#')[0]}#{action.anchor}")


@members
@require_POST
def action_delete(request, circle, meeting_number, action_id):
    action = _own_action(request, circle, meeting_number, action_id)
    action.take_back()
    messages.success(request, _("Action item deleted: “%s”") % action)
    return redirect(_back(request, action.meeting))


def _saved(action):
    """That it's saved, and whom we email about it."""
    if reminder := action_reminder(action):
        return _("Action item saved.") + f" {reminder}."
    return _("Action item saved: “%s”") % action


def _meeting_for_new_items(circle):
    """The meeting for items that are added here: the one that began last, else the next."""
    begun = circle.meetings.filter(starts_at__lte=timezone.now(), cancelled_at=None)
    last = begun.exclude(scheduled_at=None).order_by("-starts_at").first()
    return last or circle.meetings.upcoming().first()


def _action(request, circle, meeting_number, action_id):
    meetings = circle.meetings.visible_to(request.membership)
    actions = ActionItem.objects.filter(meeting__in=meetings, meeting__number=meeting_number)
    return get_object_or_404(actions.shown_to(request.user), pk=action_id)


def _own_action(request, circle, meeting_number, action_id):
    action = _action(request, circle, meeting_number, action_id)
    if not action.may_edit:
        raise PermissionDenied(
            _("Only the person who took this on or added it, or a facilitator, can edit it.")
        )
    return action


def _from_call_to_action(request, meeting):
    """Fields of a new item from one of the brief's calls to action (`?from=slug`)."""
    slug = read_word(request.GET.get("from"))
    if not slug or meeting.brief is None:
        return {}
    call = meeting.brief.calltoactions.in_edition().filter(slug=slug).first()
    return {"text": plain(call.text)[:300], "step": call.step} if call else {}


def _back(request, meeting):
    """The URL that the person came from, else the circle's action items."""
    return back_to(request, reverse("circles:action_list", args=[meeting.circle.slug]))


def _form_page(request, form, title):
    action = form.instance
    context = {
        "circle": action.meeting.circle,
        "tab": "actions",
        "meeting": action.meeting,
        "action": action,
        "title": title,
        "form": form,
        "back": _back(request, action.meeting),
    }
    return render(request, "circles/actions/action_edit.html", context, status=status_of(form))
