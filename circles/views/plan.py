"""Planning a year: its dates, and announcing the drafts."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from config.when import short_day

from ..access import facilitators
from ..forms.plan import PlanForm
from ..forms.plan_dates import PlanDates
from ..mail.in_sight import planned_for_all, queued
from ..models import Mail


@facilitators
def plan_edit(request, circle):
    """A GET shows the dates that the query asks for. A POST changes them on the page; only the
    button “create” saves meetings."""
    asked = request.GET if "begin" in request.GET else None
    plan = PlanForm(asked, membership=request.membership)
    dates = None
    if plan.is_valid():
        dates = PlanDates(plan, request.POST if request.method == "POST" else None)
        plan.show_what_was_understood()
    if dates and request.POST.get("do") == "create" and dates.is_valid and dates.rows:
        made = dates.make()
        plan.keep_habits()
        messages.success(request, _made(len(made), len(dates.rows)))
        return redirect(reverse("circles:meeting_list", args=[circle.slug]) + "#drafts")
    is_refused = bool(dates and request.POST.get("do") == "create")
    context = {
        "circle": circle,
        "tab": "meetings",
        "form": plan,
        "dates": dates,
        "is_refused": is_refused,
        "planned": list(circle.meetings.to_come().with_brief()),
    }
    status = 422 if is_refused else 200
    return render(request, "circles/plan/plan_edit.html", context, status=status)


def _made(made, asked):
    text = ngettext("%d draft created.", "%d drafts created.", made) % made
    if made < asked:
        there = asked - made
        text += " "
        text += ngettext("%d was already planned.", "%d were already planned.", there) % there
    if made:
        text += " " + _("Only facilitators can see drafts until you announce them.")
    return text


@facilitators
def plan_schedule(request, circle):
    """Announce all drafts that can be announced."""
    drafts = list(circle.meetings.drafts().with_brief())
    if request.method == "POST":
        pressed = timezone.now()
        announced, refused = [], []
        people = list(circle.memberships.current().select_related("user"))
        for draft in drafts:
            try:
                draft.schedule(people=people)
                announced.append(draft)
            except ValidationError as error:
                refused.append(f"“{draft}”: {error.messages[0]}")
        if announced:
            number = len(announced)
            text = ngettext("%d meeting announced.", "%d meetings announced.", number) % number
            mails = Mail.objects.filter(meeting__in=announced)
            emails = queued(mails, Mail.Kind.SCHEDULED, since=pressed)
            messages.success(request, f"{text} {emails.told}")
        for sentence in refused:
            messages.warning(request, sentence)
        return redirect("circles:meeting_list", circle.slug)
    names = ", ".join(f"“{draft}” ({short_day(draft)})" for draft in drafts)
    told = _(
        "Everyone in the circle will see these meetings: %s. After that, you can edit or cancel "
        "them, but they can’t be drafts again."
    )
    context = {
        "circle": circle,
        "tab": "meetings",
        "title": _("Announce all drafts?"),
        "lede": told % names if drafts else _("No drafts yet. Plan a meeting first."),
        "button": _("Announce all drafts"),
        "email_words": planned_for_all(Mail.Kind.SCHEDULED, circle).words if drafts else "",
        "back": reverse("circles:meeting_list", args=[circle.slug]),
    }
    return render(request, "circles/circle_confirm.html", context)
