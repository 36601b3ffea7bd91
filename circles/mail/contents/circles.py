"""What emails about a circle as a whole tell."""

from django.utils import timezone

from config.mail import full_url

from ...models import Mail, Membership, PrivacyChange
from ...models.retention import months_in_words
from ..registry import Context, NotNeeded, contents, given


@contents(Mail.Kind.PRIVACY)
def privacy_changed(mail: Mail) -> Context:
    changes = PrivacyChange.objects.select_related("changed_by__user")
    change = changes.filter(pk=mail.details["change"]).first()
    if change is None:
        raise NotNeeded("the change is no longer known")
    return {
        "change": change,
        "who": change.changed_by,
        "before": change.get_before_display(),
        "after": change.get_after_display(),
        "url": full_url(given(mail.circle).get_absolute_url()),
    }


@contents(Mail.Kind.RETENTION)
def retention_changed(mail: Mail) -> Context:
    circle, months = given(mail.circle), mail.details["months"]
    if circle.retention_months != months:
        raise NotNeeded("it was changed again, and another email tells of that")
    begins = circle.retention_starts_at
    by = Membership.objects.select_related("user").filter(pk=mail.details["by"]).first()
    return {
        "who": by,
        "months": months and months_in_words(months),
        # Not if it has begun already, and only takes longer from now on.
        "begins": begins and begins > timezone.now() and begins.astimezone(circle.zone),
        "url": full_url(circle.get_absolute_url()),
    }
