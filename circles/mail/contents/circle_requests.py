"""What emails about a request to start a circle tell, and the one that welcomes someone."""

from urllib.parse import urlencode

from django.urls import reverse

from config.mail import full_url
from config.typed_links import find_link

from ... import signed_links
from ...models import CircleRequest, Mail
from ..registry import Context, NotNeeded, contents


@contents(Mail.Kind.REQUEST)
def received(mail: Mail) -> Context:
    asked = _request_of(mail)
    if asked.is_answered:
        raise NotNeeded("it was answered")
    page = reverse("admin:circles_circlerequest_change", args=[asked.pk])
    # Someone whom no one knows wrote these.
    known = {name: getattr(asked, name) for name in ("name", "place")}
    said = {name: text for name, text in known.items() if not find_link(text)}
    return {"name": "", "place": ""} | said | {"url": full_url(page)}


@contents(Mail.Kind.START_INVITED)
def invited(mail: Mail) -> Context:
    asked = _request_of(mail)
    if not asked.is_open:
        raise NotNeeded("the invitation is closed")
    return {"asked": asked, "url": signed_links.start_url(asked.pk)}


@contents(Mail.Kind.START_DECLINED)
def declined(mail: Mail) -> Context:
    return {"asked": _request_of(mail), "url": full_url(reverse("briefs:brief_list"))}


@contents(Mail.Kind.WELCOME)
def welcome(mail: Mail) -> Context:
    """The way in: for a person, to sign in; for an address, to sign up."""
    if mail.user is None:
        asked = _request_of(mail)
        if not asked.lets_sign_up:
            raise NotNeeded("the invitation is closed")
        return {"asked": asked, "name": asked.name, "url": signed_links.start_url(asked.pk)}
    page = reverse("admin:index" if mail.user.is_staff else "circles:circle_create")
    sign_in = f"{reverse('account_login')}?{urlencode({'next': page})}"
    return {
        "name": str(mail.user),
        "is_editor": mail.user.is_editor,
        "is_staff": mail.user.is_staff,
        "url": full_url(sign_in),
    }


def _request_of(mail: Mail) -> CircleRequest:
    asked = CircleRequest.objects.filter(pk=mail.details["request"]).first()
    if asked is None:
        raise NotNeeded("the request is deleted")
    return asked
