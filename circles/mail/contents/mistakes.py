"""What emails about a mistake that a reader reported tell.

They quote nothing that the reader wrote, as no one proved the address. An email about a brief
with an advisory doesn't name it: someone else may see the mailbox.
"""

from django.urls import reverse

from briefs.models import MistakeReport
from config.mail import full_url

from ...models import Mail
from ..registry import Context, NotNeeded, contents


@contents(Mail.Kind.MISTAKE_ANSWERED, Mail.Kind.MISTAKE_FIXED)
def reported(mail: Mail) -> Context:
    reports = MistakeReport.objects.select_related("section__brief")
    report = reports.filter(pk=mail.details["report"]).first()
    if report is None:
        raise NotNeeded("the report is deleted")
    section, brief = report.section, report.section.brief
    return {
        "report": report,
        "heading": "" if brief.has_exit else section.heading,
        "url": full_url(section.get_absolute_url()),
        "changes_url": full_url(reverse("briefs:brief_changes", args=[brief.slug])),
    }
