"""Invitations by email and by link: create, manage and accept them."""

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from config.odd_requests import read_number
from config.refusal import refuse

from ..access import facilitators, keep_unlisted, link_holders
from ..forms.invitations import InvitationForm, LinkForm
from ..forms.old_names import MESSAGE, with_old_names
from ..forms.stale import status_of
from ..inviting.daily_limits import remind_within_limits
from ..inviting.invite import address_of, draw_code
from ..inviting.sign_up import remember


@facilitators
def invitation_list(request, circle):
    """Unanswered invitations, open links, and who joined with which."""
    all_of_them = circle.invitations.with_people()
    context = {
        "circle": circle,
        "tab": "members",
        "unanswered": list(all_of_them.unanswered().with_mail()),
        "links": list(all_of_them.links().open()),
        "used": list(all_of_them.that_were_used()),
    }
    return render(request, "circles/invitations/invitation_list.html", context)


@facilitators
@with_old_names(MESSAGE)
def invitation_create(request, circle):
    """Invite by email. The page says line by line what was sent, and why others weren't."""
    form = InvitationForm(request.POST or None, circle=circle)
    sent, remarks = [], []
    if form.is_valid():
        try:
            sent, remarks = form.send(request.user), form.remarks
        except ValidationError as error:
            form.add_error("emails", error)
        else:
            if not remarks:
                messages.success(request, _sent(sent), extra_tags=form.draft)
                if not circle.meetings.past().exists():
                    # Back to the checklist.
                    return redirect(circle)
                return redirect("circles:invitation_list", circle.slug)
            form = form.left_over()
    context = {
        "circle": circle,
        "tab": "members",
        "form": form,
        "sent": _sent(sent) if sent else "",
        "remarks": remarks,
    }
    return render(
        request, "circles/invitations/invitation_create.html", context, status=status_of(form)
    )


def _sent(addresses):
    text = ngettext(
        "An invitation is on its way to %s.", "Invitations are on their way to %s.", len(addresses)
    )
    return text % ", ".join(addresses)


@facilitators
def invitation_link_create(request, circle):
    form = LinkForm(request.POST or None, circle=circle)
    if form.is_valid():
        return redirect("circles:invitation_card", circle.slug, form.save(request.user))
    context = {
        "circle": circle,
        "tab": "members",
        "title": _("Create an invite link"),
        "lede": _("One link for many people. Send it out, or print it as a card to post."),
        "form": form,
    }
    return render(request, "circles/circle_form.html", context, status=status_of(form))


@facilitators
def invitation_card(request, circle, token):
    """A link with its QR code, to copy or print.

    The token comes from the URL. Only its hash is saved, so no other page can show the link.
    """
    invitation = circle.invitations.links().open().by_token(token).first()
    if invitation is None:
        messages.info(request, _("That link no longer works. Create a new one."))
        return redirect("circles:invitation_list", circle.slug)
    address = address_of(token)
    context = {
        "circle": circle,
        "tab": "members",
        "invitation": invitation,
        "address": address,
        "code": draw_code(address),
    }
    return keep_unlisted(render(request, "circles/invitations/invitation_card.html", context))


@facilitators
def invitation_replace(request, circle, invitation_id):
    """Replace a link that no one can find again with a new one on the same terms. Asks first."""
    old = get_object_or_404(circle.invitations.links().open(), pk=invitation_id)
    if request.method == "POST":
        return redirect("circles:invitation_card", circle.slug, old.replace(request.user))
    question = {
        "title": _("Replace this link?"),
        "lede": _(
            "You get a new link. The old one, and any card with its QR code, stops working for "
            "everyone who hasn’t joined yet. People who joined stay in the circle. We don’t email "
            "anyone about it. You can’t undo this."
        ),
        "button": _("Replace link"),
    }
    return _ask(request, circle, question)


@facilitators
@require_POST
def invitation_remind(request, circle):
    """Remind one invited person who has not answered, or all of them."""
    unanswered = circle.invitations.unanswered().select_related("circle", "invited_by")
    one = request.POST.get("invitation", "")
    if one:
        unanswered = unanswered.filter(pk=read_number(one))
    try:
        reminded = remind_within_limits(request.user, unanswered.due_a_reminder())
    except ValidationError as error:
        refuse(request, error)
        return redirect("circles:invitation_list", circle.slug)
    if reminded:
        text = ngettext(
            "A reminder is on its way to %s.", "Reminders are on their way to %s.", len(reminded)
        )
        text += " " + _("The earlier link no longer works.")
        messages.success(request, text % ", ".join(reminded))
    else:
        messages.info(request, _("No reminders to send. Each person can get one a day."))
    return redirect("circles:invitation_list", circle.slug)


@facilitators
def invitation_revoke(request, circle, invitation_id):
    """Turn off a link, or cancel an invitation by email. Asks first."""
    invitation = get_object_or_404(circle.invitations, pk=invitation_id)
    if request.method == "POST":
        invitation.revoke(by=request.user)
        if invitation.is_link:
            said = _("Link turned off. No one else can join with it.")
        else:
            said = _("Invitation canceled. Its link no longer works.")
        messages.success(request, said)
        return redirect("circles:invitation_list", circle.slug)
    return _ask(request, circle, _question_of_revoking(invitation))


def _ask(request, circle, question):
    """Ask before an invitation or a link ends."""
    context = {
        "circle": circle,
        "tab": "members",
        **question,
        "back": reverse("circles:invitation_list", args=[circle.slug]),
        "danger": True,
    }
    return render(request, "circles/circle_confirm.html", context)


def _question_of_revoking(invitation):
    """What the page asks before a link is turned off or an invitation is canceled."""
    if invitation.is_link:
        return {
            "title": _("Turn off this link?"),
            "lede": _(
                "No one else can join with it. People who joined stay in the circle. We don’t "
                "email anyone about it. You can’t undo this, but you can create a new link."
            ),
            "button": _("Turn off link"),
        }
    return {
        "title": _("Cancel the invitation to %s?") % invitation,
        "lede": _(
            "The link in their email stops working. We don’t email them about it. You can’t undo "
            "this, but you can invite them again."
        ),
        "button": _("Cancel invitation"),
    }


@link_holders
def invitation_accept(request, invitation, token):
    """Accept an invitation. A GET writes no row: scanners open the link too."""
    circle = invitation.circle
    if not request.user.is_authenticated:
        if request.method == "POST":
            return redirect_to_login(request.get_full_path())
        context = {"invitation": invitation}
        page = render(request, "circles/invitations/invitation_visitor.html", context)
        remember(page, token)
        return page
    membership = circle.memberships.filter(user=request.user, left_at=None).first()
    if membership and membership.is_current:
        messages.info(request, _("You’re already in “%s.”") % circle)
        return redirect(circle)
    if request.method == "POST":
        try:
            membership = invitation.accept(request.user)
        except ValidationError:
            context = {"invitation": invitation}
            return render(
                request, "circles/invitations/invitation_closed.html", context, status=410
            )
        if not membership.is_current:
            return redirect(request.path)
        messages.success(request, _("Welcome to “%s”!") % circle)
        return redirect(circle)
    asks_first = invitation.asks_first(request.user)
    context = {
        "invitation": invitation,
        "circle": circle,
        "asks_first": asks_first,
        "is_waiting": membership is not None and asks_first,
        "is_other": bool(invitation.email and invitation.email != request.user.email),
    }
    return render(request, "circles/invitations/invitation_accept.html", context)
