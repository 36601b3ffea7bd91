"""Tells facilitators what became of the questions that their circle sent to the editors.

`briefs` doesn't know who asked. So the worker looks for what editors answered, and for editions
that answer something, and queues an email about each, once.
"""

from django.db import transaction

from ..models import Mail, Membership, SentQuestion

AT_A_TIME = 100


def queue_answers() -> int:
    """Queue an email about each question that has an answer. Returns how many there are."""
    questions = SentQuestion.objects.with_all()
    number = 0
    # Looked for one after the other: an answer and its edition may come at once.
    for sent in questions.to_tell_of_the_answer()[:AT_A_TIME]:
        _queue(sent, Mail.Kind.QUESTION_ANSWERED)
        number += 1
    for sent in questions.to_tell_of_the_edition()[:AT_A_TIME]:
        _queue(sent, Mail.Kind.QUESTION_IN_EDITION)
        number += 1
    return number


@transaction.atomic
def _queue(sent: SentQuestion, kind: Mail.Kind) -> None:
    """Queue one email. The same cause is never queued twice, so another worker does no harm."""
    meeting = sent.note.meeting
    Mail.objects.queue(
        kind,
        f"sent-question-{sent.pk}-{kind.value}",
        to=Membership.objects.facilitators().filter(circle=meeting.circle_id),
        meeting=meeting,
        details={"sent": sent.pk},
    )
    sent.note_told(of_edition=kind == Mail.Kind.QUESTION_IN_EDITION)
