"""Members of a circle: their roles, requests to join, and leaving."""

from allauth.account.adapter import get_adapter
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from config.odd_requests import read_word
from config.refusal import refuse

from ..access import facilitators, members
from ..forms.members import MembershipForm
from ..forms.stale import status_of
from ..models import Vouch


@members
def member_list(request, circle):
    context = {
        "circle": circle,
        "tab": "members",
        "people": list(circle.memberships.current().by_name()),
        "asking": list(circle.memberships.waiting().by_name()),
        "address_changes": _address_changes(request, circle),
        "unanswered": circle.invitations.unanswered().count(),
    }
    return render(request, "circles/members/member_list.html", context)


def _address_changes(request, circle):
    """Members' requested address changes that this facilitator may confirm."""
    if not request.membership.is_facilitator:
        return []
    theirs = Vouch.objects.open_changes(circle).exclude(asked_by=request.user)
    return list(theirs.exclude(user=request.user))


@facilitators
@require_POST
def member_address(request, circle, membership_id):
    """Confirm or refuse the address that an admin requested for a member."""
    membership = get_object_or_404(
        circle.memberships.current().select_related("user"), pk=membership_id
    )
    changes = Vouch.objects.open_changes(circle).filter(email=read_word(request.POST.get("email")))
    change = get_object_or_404(changes, user=membership.user)
    if request.POST.get("answer") != "yes":
        if change.refuse():
            messages.success(request, _("%s keeps the address they have.") % membership)
        else:
            messages.error(request, _("This change of address is no longer open."))
        return redirect("circles:member_list", circle.slug)
    try:
        is_made = Vouch.objects.give(change, request.membership)
    except ValidationError as error:
        refuse(request, error)
    else:
        if is_made:
            get_adapter().tell_of_new_address(change.user, change.old_email)
        if is_made:
            text = _("%s signs in with the new address from now on.")
        else:
            text = _("Thank you. %s is in other circles too; their facilitators confirm it next.")
        messages.success(request, text % membership)
    return redirect("circles:member_list", circle.slug)


@facilitators
@require_POST
def member_role(request, circle, membership_id):
    """Make someone a facilitator, or a member again."""
    membership = get_object_or_404(circle.memberships.current(), pk=membership_id)
    try:
        if request.POST.get("role") == "facilitator":
            membership.make_facilitator(by=request.user)
            messages.success(request, _("%s is a facilitator now.") % membership)
        else:
            membership.make_member(by=request.user)
            messages.success(request, _("%s is a member now.") % membership)
    except ValidationError as error:
        refuse(request, error)
    then = "circle_leave" if "leaving" in request.POST else "member_list"
    return redirect(f"circles:{then}", circle.slug)


@facilitators
@require_POST
def member_approve(request, circle, membership_id):
    """Approve or decline a request to join."""
    membership = get_object_or_404(circle.memberships.select_related("user"), pk=membership_id)
    if request.POST.get("answer") == "no":
        answered, text = membership.decline(by=request.user), _("%s was not let in.")
    else:
        answered, text = membership.approve(by=request.user), _("%s is in the circle now.")
    if answered:
        messages.success(request, text % membership)
    else:
        messages.info(request, _("%s had been answered already.") % membership)
    return redirect("circles:member_list", circle.slug)


@facilitators
def member_remove(request, circle, membership_id):
    membership = get_object_or_404(
        circle.memberships.current().select_related("user"), pk=membership_id
    )
    if membership == request.membership:
        return redirect("circles:circle_leave", circle.slug)
    if request.method == "POST":
        try:
            membership.leave(by=request.user)
        except ValidationError as error:
            refuse(request, error)
        else:
            messages.success(request, _("%s is no longer in the circle.") % membership)
        return redirect("circles:member_list", circle.slug)
    context = {
        "circle": circle,
        "tab": "members",
        "title": _("Remove %s?") % membership,
        "lede": _(
            "They will see nothing of the circle any more. Notes stay, and what they promised "
            "becomes the whole circle’s. A link that they still have does not let them back in "
            "without your yes. You can invite them again."
        ),
        "button": _("Remove from the circle"),
        "back": reverse("circles:member_list", args=[circle.slug]),
        "danger": True,
    }
    return render(request, "circles/circle_confirm.html", context)


@members
def membership_edit(request, circle):
    """A member's own settings in this circle."""
    data = request.POST if request.method == "POST" else None
    form = MembershipForm(data, instance=request.membership)
    if request.method == "POST" and form.is_valid():
        form.save(commit=False).save(update_fields=["shows_reading"])
        messages.success(request, _("It is as you chose."))
        return redirect("circles:membership_edit", circle.slug)
    context = {
        "circle": circle,
        "tab": "members",
        "title": _("You in this circle"),
        "form": form,
    }
    return render(request, "circles/circle_form.html", context, status=status_of(form))


@members
def circle_leave(request, circle):
    """Leave the circle. The only facilitator sees how to hand over first."""
    if request.method == "POST":
        try:
            if circle.is_unused:
                circle.discard()
            else:
                request.membership.leave()
        except ValidationError as error:
            refuse(request, error)
            return redirect("circles:circle_leave", circle.slug)
        messages.success(request, _("You have left “%s”.") % circle)
        return redirect("circles:home")
    if circle.is_unused:
        lede = _("Nobody else is in it, and no meeting was planned. The circle goes with you.")
    else:
        lede = _(
            "You will see nothing of the circle any more. Notes stay with it, and what you "
            "promised becomes the whole circle’s. To come back you need a new invitation."
        )
    must_stay = request.membership.is_last_facilitator and not circle.is_unused
    others = circle.memberships.current().exclude(pk=request.membership.pk).by_name()
    context = {
        "circle": circle,
        "tab": "members",
        "title": _("Leave “%s”?") % circle,
        "lede": lede,
        "button": _("Leave the circle"),
        "back": reverse("circles:member_list", args=[circle.slug]),
        "danger": True,
        "must_stay": must_stay,
        "others": list(others) if must_stay else [],
    }
    return render(request, "circles/members/circle_leave.html", context)
