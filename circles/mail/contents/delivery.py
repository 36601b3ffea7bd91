"""What facilitators are told of emails that weren't delivered."""

from django.urls import reverse

from config.mail import full_url

from ...models import Mail
from ..registry import Context, NotNeeded, contents, given


@contents(Mail.Kind.DELIVERY_FAILED)
def failed(mail: Mail) -> Context:
    lost = Mail.objects.with_subjects().filter(pk=mail.details["mail"]).first()
    if lost is None or not lost.failed_at:
        raise NotNeeded("it arrived after all")
    if not given(mail.membership).is_facilitator:
        raise NotNeeded("no longer a facilitator")
    page = reverse("circles:member_list", args=[given(mail.of_circle).slug])
    return {
        "lost": lost,
        "who": lost.user or lost.address,
        "is_bounce": lost.is_bounce,
        "url": full_url(page),
    }
