"""What invitations by mail tell."""

from django.urls import reverse

from config.mail import full_url

from ... import signed_links
from ...models import Mail
from ..registry import Context, NotNeeded, contents, given


@contents(Mail.Kind.INVITATION)
def invited(mail: Mail) -> Context:
    invitation = given(mail.invitation)
    if not invitation.is_open:
        raise NotNeeded("the invitation is closed")
    url = full_url(reverse("circles:invitation_accept", args=[invitation.mailed_token()]))
    decline_url = signed_links.decline_url(mail.invitation_id)
    return {"invitation": invitation, "url": url, "decline_url": decline_url}
