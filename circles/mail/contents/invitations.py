"""What emailed invitations tell."""

from django.urls import reverse
from django.utils.translation import gettext as _

from config.mail import full_url
from config.typed_links import find_link

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
    circle, inviter = invitation.circle, str(invitation.invited_by or "")
    return {
        "invitation": invitation,
        "circle_name": circle.name if not find_link(circle.name) else _("a discussion circle"),
        "inviter": inviter if not find_link(inviter) else "",
        # The inviter wrote these, and the reader may not know the inviter.
        "texts": [
            text for text in (invitation.message, circle.purpose) if text and not find_link(text)
        ],
        "when": circle.cadence if not find_link(circle.cadence) else "",
        "url": url,
        "decline_url": decline_url,
    }
