"""Email settings: for a person who is signed in, or by the link in the footer of an email."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from config.access import signed_in

from ..access import mail_readers
from ..forms.mails import MailForm
from ..forms.stale import status_of
from ..models import Invitation, Topic


@signed_in
def mail_edit(request):
    form = MailForm(request.POST or None, user=request.user)
    if form.is_valid():
        form.save()
        messages.success(request, _("Email settings saved."))
        return redirect("circles:mail_edit")
    return render(request, "circles/mails/mail_edit.html", {"form": form}, status=status_of(form))


@mail_readers
def mail_link(request, reader, token):
    """Change email settings by the link in an email.

    A GET shows buttons and changes nothing. A POST can also come from an email program when its
    user unsubscribes there (RFC 8058). A link without a topic is about all emails. One that
    names only unknown topics (renamed since, or cut off) turns nothing off and asks instead.
    """
    if isinstance(reader, Invitation):
        return _decline(request, reader)
    named = request.GET.getlist("topic")
    topics = [topic for topic in Topic if topic in named]
    is_unclear = bool(named and not topics)
    if "wanted" in request.POST or "save" in request.POST:
        form = MailForm(request.POST, user=reader)
        if form.is_valid():
            form.save()
            messages.success(request, _("Email settings saved."))
            return redirect("circles:mail_link", token)
    elif request.method == "POST" and not is_unclear:
        reader.turn_mails_off(topics or Topic.values)
        context = {"topics": topics, "is_done": True, "form": MailForm(user=reader)}
        return render(request, "circles/mails/mail_link.html", context)
    still_on = [topic for topic in topics if topic not in reader.mails_off]
    context = {
        "topics": still_on,
        "is_unclear": is_unclear,
        "reader": reader,
        "form": MailForm(user=reader),
    }
    return render(request, "circles/mails/mail_link.html", context)


def _decline(request, invitation):
    if request.method == "POST" and invitation.is_open:
        invitation.revoke()
    return render(request, "circles/mails/mail_decline.html", {"is_open": invitation.is_open})
