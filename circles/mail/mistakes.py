"""Tells readers what became of the mistakes that they reported in briefs.

`briefs` doesn't know the outbox. So the worker looks for what editors answered, and for editions
that fix something, and queues an email about each, once.
"""

from django.db import transaction

from briefs.models import MistakeReport

from ..models import Mail

AT_A_TIME = 100


def queue_told() -> int:
    """Queue an email to each reader who waits to hear of a report. Returns how many there are."""
    reports = MistakeReport.objects
    # Looked for one after the other: an answer and its fix may come at once.
    return sum(
        _queue(report, kind, moment)
        for kind, moment, find in (
            (Mail.Kind.MISTAKE_ANSWERED, "answer_told_at", reports.to_tell_of_the_answer),
            (Mail.Kind.MISTAKE_FIXED, "fix_told_at", reports.to_tell_of_the_fix),
        )
        for report in find()[:AT_A_TIME]
    )


@transaction.atomic
def _queue(report: MistakeReport, kind: Mail.Kind, moment: str) -> bool:
    """Queue one email, unless another worker just did."""
    recipient = report.recipient
    with report.locked():
        if getattr(report, moment) or not report.has_reader:
            return False
        cause = f"mistake-{report.pk}-{kind.value}"
        Mail.objects.queue(kind, cause, to=[recipient], details={"report": report.pk})
        report.note_told(moment)
    return True
