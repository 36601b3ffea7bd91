"""What the email about a failed backup tells."""

from django.urls import reverse

from circles.mail.registry import Context, NotNeeded, contents
from circles.models import Mail
from config.mail import full_url

from ..models import Outcome


@contents(Mail.Kind.BACKUP_FAILED)
def failed(mail: Mail) -> Context:
    task = Outcome.objects.of(Outcome.Task.BACKUP)
    if not task.failed_at:
        raise NotNeeded("a backup was made since")
    return {"task": task, "url": full_url(reverse("admin:index"))}
