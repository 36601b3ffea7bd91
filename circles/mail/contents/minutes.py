"""What emails about minutes tell."""

from django.urls import reverse

from config.mail import full_url

from ...models import Mail
from ..registry import Context, NotNeeded, contents, given


@contents(Mail.Kind.MINUTES)
def published(mail: Mail) -> Context:
    if not given(mail.meeting).minutes_published_at:
        raise NotNeeded("the minutes aren’t published")
    args = [given(mail.meeting).circle.slug, given(mail.meeting).number]
    return {"url": full_url(reverse("circles:minutes_detail", args=args))}
