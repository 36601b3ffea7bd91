"""Once a button is pressed, the page says who gets an email, and when: what the outbox will do."""

from datetime import timedelta

import pytest
from django.utils import timezone

from circles.mail.delivery import deliver
from circles.models import Mail
from tests.factories import make_meeting, make_membership, make_poll, make_user

Kind = Mail.Kind
CIRCLE = "/circles/maple-street/"
IN_FIVE = "2 people get an email in 5 minutes."


@pytest.fixture(autouse=True)
def five_minutes(settings):
    settings.MAIL_WAIT = timedelta(minutes=5)


@pytest.fixture
def press(client, circle, facilitator, member):
    """Press a button as a facilitator. Returns what the page says then."""
    make_membership(circle, make_user(mails_off=["meetings", "dates", "minutes"]))
    client.force_login(facilitator)

    def post(url, **data):
        return " ".join(client.post(url, data, follow=True).content.decode().split())

    return post


@pytest.fixture
def draft(circle):
    start = (timezone.now() + timedelta(days=20)).replace(second=0, microsecond=0)
    fields = {"scheduled_at": None, "starts_at": start, "place": "The library"}
    return make_meeting(circle, title="Wells", **fields)


def leave():
    """Let all emails have left that wait, a while ago."""
    Mail.objects.waiting().update(sent_at=timezone.now() - timedelta(hours=2))


def form_of(meeting, **changes):
    start = meeting.local_start
    fields = {"title": "Wells", "day": start.date(), "clock": start.strftime("%H:%M")}
    fields |= {"duration_minutes": meeting.duration_minutes, "place": meeting.place}
    return fields | changes


def test_announcing_changing_canceling_and_undoing_say_who_hears_and_when(press, draft):
    here = draft.get_absolute_url()

    assert f"“Wells” is announced. {IN_FIVE}" in press(f"{here}schedule/")
    leave()
    untold = press(f"{here}edit/", **form_of(draft, title="Deep wells"))
    changed = press(f"{here}edit/", **form_of(draft, title="Deep wells", place="The mill"))
    assert "“Deep wells” is saved." in untold
    assert "get an email" not in untold
    assert f"“Deep wells” is saved. Everyone in the circle can see it. {IN_FIVE}" in changed
    leave()
    assert f"“Deep wells” was canceled. {IN_FIVE}" in press(f"{here}cancel/")
    leave()
    assert f"“Deep wells” is back on. {IN_FIVE}" in press(f"{here}cancel/undo/")


def test_a_cancellation_that_no_one_heard_of_is_undone_as_quietly(
    client, press, draft, no_query_in_a_loop
):
    here = draft.get_absolute_url()
    press(f"{here}schedule/")

    assert "“Wells” was canceled. No one gets an email." in press(f"{here}cancel/")
    assert "Emails 2 people, in 5 minutes" in client.get(here).content.decode()
    assert f"“Wells” is back on. {IN_FIVE}" in press(f"{here}cancel/undo/")
    Mail.objects.waiting().stop()
    press(f"{here}cancel/")
    Mail.objects.waiting().stop()
    assert "No one gets an email" in client.get(here).content.decode()
    assert "“Wells” is back on. No one gets an email." in press(f"{here}cancel/undo/")


def test_a_person_who_just_had_an_email_gets_the_next_within_the_hour(press, draft, member):
    Mail.objects.create(kind=Kind.POLL, cause="x", user=member, sent_at=timezone.now())

    said = press(f"{draft.get_absolute_url()}schedule/")

    assert "2 people get an email within the hour." in said
    assert "Goes to 2 people within the hour" in said


def test_what_leaves_at_once_is_said_even_if_it_left_already(press, circle, mailoutbox, settings):
    soon = timezone.now() + timedelta(hours=1)
    meeting = make_meeting(circle, title="Wells", place="Home", starts_at=soon)
    settings.MAIL_WAIT = timedelta(0)

    said = press(f"{meeting.get_absolute_url()}edit/", **form_of(meeting, place="The mill"))

    assert "can see it. 2 people get an email right away." in said


def test_minutes_polls_and_privacy_say_it_too(press, circle, draft):
    ended = make_meeting(circle, started_at=timezone.now(), minutes_summary="We met.")
    poll = make_poll(circle)
    leave()
    minutes = press(f"{ended.get_absolute_url()}minutes/publish/")
    leave()
    reminded = press(f"{poll.get_absolute_url()}remind/")
    leave()
    canceled = press(f"{poll.get_absolute_url()}cancel/")
    privacy = press(f"{CIRCLE}settings/", **settings_of(circle, privacy="recorded"))

    assert f"Minutes published. {IN_FIVE}" in minutes
    assert IN_FIVE in reminded
    assert f"Poll canceled. {IN_FIVE}" in canceled
    assert "with a new privacy setting. 3 people get an email right away." in privacy


def settings_of(circle, **changes):
    names = ["name", "purpose", "agreements", "privacy", "time_zone", "usual_minutes"]
    fields = {name: getattr(circle, name) for name in names} | changes
    return fields | {f"confirm_{changes['privacy']}": "on", "reminder_days": [1]}


def test_a_poll_that_is_canceled_before_its_email_left_is_told_to_no_one(
    client, press, circle, mailoutbox
):
    poll = make_poll(circle)
    asked = client.get(f"{poll.get_absolute_url()}cancel/").content.decode()
    said = press(f"{poll.get_absolute_url()}cancel/")
    Mail.objects.waiting().send_now()
    deliver()

    assert "No one gets an email" in asked
    assert "Poll canceled. No one gets an email." in said
    assert mailoutbox == []
    assert (
        "The poll was canceled before it left." in client.get(f"{CIRCLE}emails/").content.decode()
    )


def test_all_drafts_announced_at_once_wait_in_one_line(client, press, circle, draft, mailoutbox):
    make_meeting(circle, title="Rivers", scheduled_at=None, place="The mill")
    said = press(f"{CIRCLE}plan/schedule/")
    form = waiting_line(said)
    make_meeting(circle, title="Lakes", scheduled_at=None, place="Home").schedule()
    stopped = press(form["stop"], more=form["more"], next=f"{CIRCLE}meetings/")

    assert f"2 meetings announced. {IN_FIVE}" in said
    assert "Meeting announced (2 meetings). Goes to 2 people in 5 minutes" in said
    assert "2 emails stopped. Nothing else was changed." in stopped
    assert "Meeting announced. Goes to 2 people in 5 minutes" in stopped
    assert {mail.meeting.title for mail in Mail.objects.waiting()} == {"Lakes"}


def test_all_drafts_announced_at_once_can_be_emailed_now(press, circle, draft, mailoutbox):
    make_meeting(circle, title="Rivers", scheduled_at=None, place="The mill")
    form = waiting_line(press(f"{CIRCLE}plan/schedule/"))

    said = press(form["send"], more=form["more"], next=f"{CIRCLE}meetings/")
    deliver()

    assert "Sending 2 emails now." in said
    assert [mail.subject.endswith(", and 1 more") for mail in mailoutbox] == [True, True]


def waiting_line(page):
    """The addresses of its two buttons, and what its form carries."""
    line = page.partition('class="email-line no-print"')[2].partition("</form>")[0]
    send, stop = [part.partition('"')[0] for part in line.split('formaction="')[1:]]
    more = [part.partition('"')[0] for part in line.split('name="more" value="')[1:]]
    return {"send": send, "stop": stop, "more": more}


def test_members_do_not_see_what_waits(client, member, press, draft):
    press(f"{draft.get_absolute_url()}schedule/")
    client.force_login(member)

    assert "Goes to" not in client.get(f"{CIRCLE}meetings/").content.decode()


def test_an_action_item_says_whom_it_reminds_and_when(client, press, circle, member, meeting):
    mine = circle.memberships.get(user=member)
    day = timezone.localdate() + timedelta(days=20)
    new = f"{meeting.get_absolute_url()}actions/new/"

    without = press(new, text="Ask the library")
    said = press(new, text="Buy a timer", owner=mine.pk, due_on=day)
    url = f"{meeting.get_absolute_url()}actions/{meeting.action_items.latest('pk').pk}/"
    page = " ".join(client.get(url).content.decode().split())
    member.mails_off = ["actions"]
    member.save()

    assert "Action item saved: “Ask the library”" in without
    assert "Action item saved. Reminds Mel Member by email " in said
    assert "Reminds Mel Member by email " in page
    assert " at 10 AM, unless it’s done" in page
    assert "No one gets an email" in client.get(url).content.decode()
