"""What emails about date polls tell."""

from config.mail import full_url

from ...models import DatePoll, Mail
from ..registry import Context, NotNeeded, contents, given


@contents(Mail.Kind.POLL, Mail.Kind.POLL_NUDGE)
def asked(mail: Mail) -> Context:
    if given(mail.poll).state != DatePoll.State.OPEN:
        raise NotNeeded("it takes no more replies")
    if given(mail.poll).replies.filter(membership=mail.membership).exists():
        raise NotNeeded("they have replied")
    dates = [option for option in given(mail.poll).options.all() if not option.is_past]
    return {"dates": dates, "url": full_url(given(mail.poll).get_absolute_url())}


@contents(Mail.Kind.POLL_CANCELLED)
def cancelled(mail: Mail) -> Context:
    if not given(mail.poll).cancelled_at:
        raise NotNeeded("the poll isn’t canceled after all")
    return {"url": full_url(given(mail.poll).get_absolute_url())}
