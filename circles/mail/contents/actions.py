"""What emails about action items tell."""

from django.urls import reverse
from django.utils import timezone

from config.mail import full_url

from ...models import Mail
from ..registry import Context, NotNeeded, contents, given


@contents(Mail.Kind.ACTION)
def due(mail: Mail) -> Context:
    action = given(mail.action_item)
    if action.done_at:
        raise NotNeeded("it is done")
    if action.owner_id != mail.membership_id:
        raise NotNeeded("it is someone else's now")
    if not action.due_on:
        raise NotNeeded("it no longer has a date")
    circle = given(mail.of_circle)
    days = (action.due_on - timezone.localdate(timezone=circle.zone)).days
    page = reverse("circles:action_list", args=[circle.slug])
    return {"action": action, "days": days, "url": full_url(f"{page}#{action.anchor}")}
