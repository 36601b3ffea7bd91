"""What emails about a circle as a whole tell."""

from config.mail import full_url

from ...models import Mail, PrivacyChange
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
