"""A circle's emails, as its facilitators see them, and which emails a person wants."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from config.access import signed_in
from config.back import back_to
from config.odd_requests import LONGEST_NUMBER, read_number

from ..access import facilitators, mail_readers
from ..forms.mails import MailForm
from ..forms.stale import status_of
from ..mail.causes import causes_of, read_causes
from ..models import Invitation, Mail, Topic

CAUSES_A_PAGE = 25
# More meetings than a circle may announce in a day.
MOST_TOGETHER = 200


@facilitators
def mail_list(request, circle):
    """What the circle emailed: kind, to whom, when, and whether it left. Never what it said."""
    page = Paginator(causes_of(circle), CAUSES_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "circle": circle,
        "tab": "settings",
        "page": page,
        "emails": read_causes(circle, page.object_list),
    }
    return render(request, "circles/mails/mail_list.html", context)


@facilitators
@require_POST
def mail_send(request, circle, mail_id):
    """Send all emails of these causes now. Any of them names its cause."""
    mails = _same_causes(request, circle, mail_id)
    number = mails.unclaimed().recipients()
    if number and mails.send_now():
        text = ngettext("Sending %d email now.", "Sending %d emails now.", number)
        messages.success(request, text % number)
    else:
        messages.info(request, _("That email has already left."))
    return redirect(_back(request, circle))


@facilitators
@require_POST
def mail_stop(request, circle, mail_id):
    """Don't send the emails of these causes, as far as they haven't left."""
    mails = _same_causes(request, circle, mail_id)
    number, sent = mails.unclaimed().recipients(), mails.exclude(sent_at=None).recipients()
    number = number if mails.stop() else 0
    if number and sent:
        text = ngettext(
            "%(stopped)d email stopped. %(sent)d had already left, and can’t be taken back.",
            "%(stopped)d emails stopped. %(sent)d had already left, and can’t be taken back.",
            number,
        )
        messages.warning(request, text % {"stopped": number, "sent": sent})
    elif number:
        text = ngettext("%d email stopped.", "%d emails stopped.", number)
        messages.success(request, text % number + " " + _("Nothing else was changed."))
    else:
        messages.error(request, _("That email has already left. It can’t be taken back."))
    return redirect(_back(request, circle))


def _same_causes(request, circle, mail_id):
    """The emails of the cause of this one, and of what is shown together with it."""
    mails = Mail.objects.filter(circle=circle)
    more = [read_number(each) or 0 for each in request.POST.getlist("more")[:MOST_TOGETHER]]
    ids = [min(mail_id, 10**LONGEST_NUMBER), *more]
    causes = list(mails.filter(pk__in=ids).values_list("cause", flat=True))
    if not causes:
        raise Http404
    return mails.filter(cause__in=causes)


def _back(request, circle):
    return back_to(request, reverse("circles:mail_list", args=[circle.slug]))


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
