"""Date polls: facilitators ask, members reply, a facilitator picks the date."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from config.odd_requests import read_number
from config.refusal import refuse

from ..access import facilitators, members
from ..forms.old_names import COMMENT, with_old_names
from ..forms.polls import AnswerForm, PollForm
from ..forms.stale import status_of
from ..mail.causes import waiting_about
from ..mail.in_sight import planned_at_poll, planned_for, queued
from ..models import DatePoll, Mail
from ..next_steps import notice_of_poll
from ..planning.poll_results import Tally


@members
def poll_list(request, circle):
    context = {"circle": circle, "tab": "meetings", "polls": circle.polls.with_dates()}
    return render(request, "circles/polls/poll_list.html", context)


@facilitators
def poll_create(request, circle):
    poll = DatePoll(
        circle=circle,
        time_zone=circle.time_zone,
        duration_minutes=circle.usual_minutes,
        place=circle.usual_place,
        asked_by=request.membership,
    )
    form = PollForm(request.POST or None, instance=poll, user=request.user)
    draft, pressed = form.draft, timezone.now()
    if request.POST.get("do") != "more" and form.is_saved():
        emails = queued(form.saved.mails, Mail.Kind.POLL, since=pressed).told
        own = _("Don’t forget your own reply.")
        messages.success(request, f"{_('Poll saved.')} {emails} {own}", extra_tags=draft)
        return redirect(form.saved)
    return _form_page(request, circle, form, _("Start a date poll"), _("Send poll"))


@facilitators
def poll_edit(request, circle, poll_id):
    poll = _find(circle, poll_id)
    if not poll.is_undecided:
        messages.error(request, _("This poll is over. To ask again, start a new one."))
        return redirect(poll)
    form = PollForm(request.POST or None, instance=poll, user=request.user)
    if request.POST.get("do") != "more" and form.is_saved():
        messages.success(request, _("Poll saved."), extra_tags=form.draft)
        return redirect(poll)
    return _form_page(request, circle, form, _("Edit poll"), _("Save poll"))


def _form_page(request, circle, form, title, button):
    # The “more” button only adds lines, so it isn't an error.
    shows_errors = form.is_bound and request.POST.get("do") != "more"
    context = {
        "circle": circle,
        "tab": "meetings",
        "form": form,
        "title": title,
        "button": button,
        "shows_errors": shows_errors,
        "email_words": "" if form.instance.pk else planned_for(Mail.Kind.POLL, form.instance).words,
    }
    status = status_of(form) if shows_errors else 200
    return render(request, "circles/polls/poll_form.html", context, status=status)


@members
def poll_detail(request, circle, poll_id):
    return _poll_page(request, Tally(_find(circle, poll_id), request.membership))


def _poll_page(request, tally, form=None, status=200):
    context = {
        "circle": tally.poll.circle,
        "tab": "meetings",
        "poll": tally.poll,
        "notice": notice_of_poll(tally.poll, is_facilitator=request.membership.is_facilitator),
        "tally": tally,
        "form": form or AnswerForm(options=tally.dates, reply=tally.mine),
    }
    if request.membership.is_facilitator:
        context["emails"] = waiting_about(tally.poll)
        if tally.poll.is_undecided:
            context["planned"] = planned_at_poll(tally.poll)
    return render(request, "circles/polls/poll_detail.html", context, status=status)


@members
@require_POST
@with_old_names(COMMENT)
def poll_answer(request, circle, poll_id):
    """Save a member's reply. If the poll is closed by now, the page shows it again."""
    poll = _find(circle, poll_id)
    tally = Tally(poll, request.membership)
    form = AnswerForm(request.POST, options=tally.dates, reply=tally.mine)
    if not form.is_valid():
        return _poll_page(request, tally, form, status=status_of(form))
    try:
        poll.answer(request.membership, form.said, comment=form.cleaned_data["comment"])
    except ValidationError as error:
        form.add_error(None, error)
        return _poll_page(request, tally, form, status=status_of(form))
    messages.success(request, _("Reply saved. You can change it until the poll closes."))
    return redirect(poll)


@facilitators
@require_POST
def poll_pick(request, circle, poll_id):
    """Create the meeting at the chosen date. If two people pick at once, only one creates it."""
    poll = _find(circle, poll_id)
    option = poll.options.filter(pk=read_number(request.POST.get("date"))).first()
    if option is None:
        messages.error(request, _("Choose a date, then try again."))
        return redirect(poll)
    pressed = timezone.now()
    try:
        meeting = poll.pick(option, tell="tell" in request.POST)
    except ValidationError as error:
        refuse(request, error)
        return redirect(poll)
    if meeting is None or meeting.starts_at != option.starts_at:
        messages.info(request, _("Someone already picked another date. Nothing was changed."))
        return redirect(poll)
    emails = ""
    if meeting.is_draft:
        text = _("“%s” is saved as a draft, with everyone’s replies. Announce it when it’s ready.")
    else:
        text = _("“%s” is scheduled. Replies are now RSVPs.")
        emails = queued(meeting.mails, Mail.Kind.SCHEDULED, since=pressed).told
    messages.success(request, f"{text % meeting} {emails}".rstrip())
    return redirect(meeting)


@facilitators
@require_POST
def poll_close(request, circle, poll_id):
    """Close the poll or reopen it."""
    poll = _find(circle, poll_id)
    try:
        if "again" in request.POST:
            poll.reopen()
            messages.success(
                request, _("Poll reopened. People can reply again. We didn’t email anyone.")
            )
        else:
            poll.close()
            messages.success(
                request, _("Poll closed. We didn’t email anyone. Pick a date when you’re ready.")
            )
    except ValidationError as error:
        refuse(request, error)
    return redirect(poll)


@facilitators
@require_POST
def poll_remind(request, circle, poll_id):
    """Remind the members who have not replied."""
    poll, pressed = _find(circle, poll_id), timezone.now()
    try:
        number = poll.remind()
    except ValidationError as error:
        refuse(request, error)
        return redirect(poll)
    if number:
        emails = queued(poll.mails, Mail.Kind.POLL_NUDGE, since=pressed)
        messages.success(request, emails.told)
    else:
        messages.info(request, _("Everyone has replied or already got a reminder today."))
    return redirect(poll)


@facilitators
def poll_cancel(request, circle, poll_id):
    poll = _find(circle, poll_id)
    if request.method == "POST":
        pressed = timezone.now()
        try:
            poll.cancel()
        except ValidationError as error:
            refuse(request, error)
        else:
            emails = queued(poll.mails, Mail.Kind.POLL_CANCELLED, since=pressed)
            messages.success(request, _("Poll canceled.") + f" {emails.told}")
        return redirect(poll)
    context = {
        "circle": circle,
        "tab": "meetings",
        "title": _("Cancel this poll?"),
        "lede": _("Replies are kept. You can’t reopen a canceled poll."),
        "button": _("Cancel poll"),
        "email_words": planned_for(Mail.Kind.POLL_CANCELLED, poll).words,
        "back": poll.get_absolute_url(),
        "danger": True,
    }
    return render(request, "circles/circle_confirm.html", context)


def _find(circle, poll_id):
    poll = get_object_or_404(circle.polls.with_dates(), pk=poll_id)
    poll.circle = circle
    return poll
