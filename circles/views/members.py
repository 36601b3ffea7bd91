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
    people = list(circle.memberships.current().by_name())
    context = {
        "circle": circle,
        "tab": "members",
        "people": people,
        "facilitators": sum(membership.is_facilitator for membership in people),
        "asking": list(circle.memberships.waiting().by_name()),
        "address_changes": _address_changes(request, circle),
        "unanswered": circle.invitations.unanswered().count(),
        "kits_for": _kits_for(request, circle),
    }
    return render(request, "circles/members/member_list.html", context)


def _kits_for(request, circle):
    """The circle's next meeting, if it has a brief of which a facilitator can print kits."""
    if not request.membership.is_facilitator:
        return None
    meeting = circle.meetings.upcoming().with_brief().first()
    return meeting if meeting and meeting.has_kits else None


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
            messages.success(request, _("%s’s email address hasn’t changed.") % membership)
        else:
            messages.error(request, _("This request has expired or was already answered."))
        return redirect("circles:member_list", circle.slug)
    try:
        is_made = Vouch.objects.give(change, request.membership)
    except ValidationError as error:
        refuse(request, error)
    else:
        if is_made:
            get_adapter().tell_of_new_address(change.user, change.old_email)
        if is_made:
            text = _("From now on, %s signs in with the new address.")
        else:
            text = _(
                "Thank you. %s is in other circles, too. A facilitator of each needs to confirm "
                "it next."
            )
        messages.success(request, text % membership)
    return redirect("circles:member_list", circle.slug)


@facilitators
def member_role(request, circle, membership_id):
    """Make someone a facilitator, or a member again. Asks first."""
    current = circle.memberships.current().select_related("user")
    membership = get_object_or_404(current, pk=membership_id)
    if request.method == "POST":
        _change_role(request, membership)
        then = "circle_leave" if "leaving" in request.GET or "leaving" in request.POST else ""
        return redirect(f"circles:{then or 'member_list'}", circle.slug)
    context = {
        "circle": circle,
        "tab": "members",
        **_question_of_role(membership, is_own=membership == request.membership),
        "name": "role",
        "back": reverse("circles:member_list", args=[circle.slug]),
    }
    return render(request, "circles/circle_confirm.html", context)


def _change_role(request, membership):
    try:
        if request.POST.get("role") == "facilitator":
            membership.make_facilitator(by=request.user)
            text = _("%s is now a facilitator. We don’t email about this, so let them know.")
            messages.success(request, text % membership)
        else:
            membership.make_member(by=request.user)
            text = _("%s is no longer a facilitator, but still a member.")
            messages.success(request, text % membership)
    except ValidationError as error:
        refuse(request, error)


def _question_of_role(membership, *, is_own):
    """What the page asks before someone becomes a facilitator, or a member again."""
    if not membership.is_facilitator:
        return {
            "title": _("Make %s a facilitator?") % membership,
            "lede": _(
                "They’ll be able to plan meetings, publish minutes, invite and remove people, and "
                "change settings. Members can see the change. We don’t email about it. You can "
                "undo it."
            ),
            "button": _("Make a facilitator"),
            "value": "facilitator",
        }
    if is_own:
        return {
            "title": _("Step down as facilitator?"),
            "lede": _(
                "You’ll stay in the circle as a member. Members can see the change. We don’t email "
                "about it. Another facilitator can undo it."
            ),
            "button": _("Step down"),
            "value": "member",
        }
    return {
        "title": _("Change %s to a member?") % membership,
        "lede": _(
            "They’ll stay in the circle, but can’t plan meetings or change settings anymore. "
            "Members can see the change. We don’t email about it. You can undo it."
        ),
        "button": _("Change to member"),
        "value": "member",
    }


@facilitators
@require_POST
def member_approve(request, circle, membership_id):
    """Approve or decline a request to join."""
    membership = get_object_or_404(circle.memberships.select_related("user"), pk=membership_id)
    if request.POST.get("answer") == "no":
        answered, text = membership.decline(by=request.user), _("%s’s request was declined.")
    else:
        answered, text = membership.approve(by=request.user), _("%s has joined the circle.")
    if answered:
        messages.success(request, text % membership)
    else:
        messages.info(request, _("%s’s request was already answered.") % membership)
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
        "title": _("Remove %s from the circle?") % membership,
        "lede": _(
            "They’ll lose access right away, and we won’t email them about it. Their notes stay, "
            "and their action items go to the whole circle. You can invite them again. An old "
            "link won’t let them back in without your approval."
        ),
        "button": _("Remove from circle"),
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
        form.save(commit=False).save(update_fields=form.Meta.fields)
        messages.success(request, _("Settings saved."))
        return redirect("circles:membership_edit", circle.slug)
    context = {
        "circle": circle,
        "tab": "members",
        "title": _("My settings in this circle"),
        "form": form,
    }
    return render(request, "circles/circle_form.html", context, status=status_of(form))


@members
def circle_leave(request, circle):
    """Leave the circle. The only facilitator sees how to hand over first."""
    is_unused = circle.is_unused
    if request.method == "POST":
        try:
            if is_unused:
                circle.discard()
            else:
                request.membership.leave()
        except ValidationError as error:
            refuse(request, error)
            return redirect("circles:circle_leave", circle.slug)
        text = _("You deleted “%s.”") if is_unused else _("You’ve left “%s.”")
        messages.success(request, text % circle)
        return redirect("circles:home")
    must_stay = request.membership.is_last_facilitator and not is_unused
    others = circle.memberships.current().exclude(pk=request.membership.pk).by_name()
    context = {
        "circle": circle,
        "tab": "members",
        **_question(circle, deletes=is_unused),
        "back": reverse("circles:member_list", args=[circle.slug]),
        "danger": True,
        "must_stay": must_stay,
        "others": list(others) if must_stay else [],
    }
    return render(request, "circles/members/circle_leave.html", context)


def _question(circle, *, deletes):
    """What the page asks before a person leaves, or deletes a circle that was never used."""
    if deletes:
        return {
            "title": _("Delete “%s”?") % circle,
            "lede": _(
                "You’re the only member and no meeting was ever planned, so leaving deletes the "
                "circle. You can’t undo this."
            ),
            "button": _("Delete circle"),
        }
    return {
        "title": _("Leave “%s”?") % circle,
        "lede": _(
            "You’ll lose access right away, and members can see that you left. Your notes stay, "
            "and your action items go to the whole circle. To come back, you’ll need a new "
            "invitation."
        ),
        "button": _("Leave circle"),
    }
