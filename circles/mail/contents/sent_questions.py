"""What emails about a question that a circle sent to the editors tell: that there's an answer.

They quote neither the question, which was said in the circle, nor the answer, which tells of it.
"""

from django.urls import reverse

from config.mail import full_url

from ...models import Mail, SentQuestion
from ..registry import Context, NotNeeded, contents, given


@contents(Mail.Kind.QUESTION_ANSWERED, Mail.Kind.QUESTION_IN_EDITION)
def answered(mail: Mail) -> Context:
    sent = SentQuestion.objects.with_all().filter(pk=mail.details["sent"]).first()
    if sent is None or sent.note.deleted_at:
        raise NotNeeded("the note is deleted")
    if not given(mail.membership).is_facilitator:
        raise NotNeeded("no longer a facilitator")
    meeting = given(mail.meeting)
    page = reverse("circles:note_list", args=[meeting.circle.slug, meeting.number])
    return {
        "question": sent.question,
        "url": full_url(f"{page}?section=~parking-lot#{sent.note.anchor}"),
    }
