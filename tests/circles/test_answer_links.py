"""RSVPs to one meeting by the link in an email, without sign-in."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from circles import signed_links
from circles.models import Rsvp
from tests.factories import make_meeting, make_membership, make_user

YES, NO = Rsvp.Answer.YES, Rsvp.Answer.NO
SECRETS = ["Maple Street", "maple-street", "Mel Member", "Fran", "Water", "Elm Lane"]


@pytest.fixture
def mine(circle, facilitator, member):
    return circle.memberships.get(user=member)


@pytest.fixture
def meeting(circle, brief):
    return make_meeting(circle, brief=brief, place="7 Elm Lane")


def link_to(meeting, membership):
    return f"/rsvp/{signed_links.sign('rsvp', membership.pk, meeting.pk)}/"


def test_the_page_says_whose_answer_it_is_and_to_what(client, mine, meeting):
    page = client.get(link_to(meeting, mine)).content.decode()

    for shown in ("You’re replying for <b>Mel Member</b>", "Maple Street", "Water", "7 Elm Lane"):
        assert shown in page


def test_one_answers_with_guests_and_a_word_and_changes_it(client, mine, meeting):
    meeting.online_link = "https://meet.example.org/maple"
    meeting.save()
    url = link_to(meeting, mine)

    page = client.post(
        url,
        {"answer": "yes", "guests": 2, "comment": "Bringing soup.", "online": "on"},
        follow=True,
    )
    first = meeting.rsvps.values("answer", "guests", "comment", "online").get()
    client.post(url, {"answer": "no"})

    assert "You’re in. See you there!" in page.content.decode()
    assert first == {"answer": YES, "guests": 2, "comment": "Bringing soup.", "online": True}
    assert meeting.rsvps.get().answer == NO


def test_it_works_where_a_browser_keeps_no_cookie_and_checks_forms_strictly(mine, meeting):
    strict = Client(enforce_csrf_checks=True, headers={"Origin": "null"})
    url = link_to(meeting, mine)

    page = strict.get(url)
    strict.cookies.clear()
    strict.post(url, {"answer": "yes"})

    assert page.cookies == {}
    assert meeting.rsvps.get().answer == YES


def test_it_shows_nobody_elses_name_or_answer_and_nothing_that_was_said(
    client, circle, facilitator, mine, meeting
):
    other = make_membership(circle, make_user("Tess Telephone"))
    meeting.answer(other, YES, comment="Bringing soup.")
    meeting.notes.create(id="8b0d6f6e-6d7d-4d6e-9a57-6d2b7a0f2c11", text="It was said.")

    page = client.get(link_to(meeting, mine)).content.decode()

    for secret in ("Tess", "soup", "It was said", "Fran"):
        assert secret not in page


def test_it_is_kept_in_no_cache_and_no_search_engine_and_told_to_no_other_site(
    client, mine, meeting
):
    for url in (link_to(meeting, mine), "/rsvp/1-1.tampered/"):
        headers = client.get(url).headers

        assert "no-store" in headers["Cache-Control"]
        assert headers["X-Robots-Tag"] == "noindex, nofollow"
        assert headers["Referrer-Policy"] == "no-referrer"


def test_who_waits_sees_the_place_in_the_line(client, circle, mine, meeting):
    meeting.capacity = 1
    meeting.save()
    for _number in range(2):
        meeting.answer(make_membership(circle, make_user()), YES)

    page = client.post(link_to(meeting, mine), {"answer": "yes"}, follow=True).content.decode()

    assert "You’re #2 on the waitlist" in page


def test_past_the_deadline_it_shows_the_answer_and_takes_none(client, mine, meeting):
    meeting.answer(mine, YES)
    meeting.rsvp_deadline = timezone.now() - timedelta(hours=1)
    meeting.save()

    page = client.post(link_to(meeting, mine), {"answer": "no"}).content.decode()

    assert "RSVPs are closed. Mel Member replied: Yes." in page
    assert meeting.rsvps.get().answer == YES


def test_an_invalid_answer_past_the_deadline_shows_the_one_that_is_saved(client, mine, meeting):
    meeting.answer(mine, YES)
    meeting.rsvp_deadline = timezone.now() - timedelta(hours=1)
    meeting.save()

    page = client.post(link_to(meeting, mine), {"answer": "perhaps"})

    assert page.status_code == 422
    assert f"{mine} replied: Yes." in " ".join(page.text.split())


def test_a_meeting_that_is_called_off_is_said_to_be(client, mine, meeting):
    meeting.cancel()

    page = client.post(link_to(meeting, mine), {"answer": "yes"}).content.decode()

    assert "This meeting was canceled." in page
    assert "7 Elm Lane" not in page
    assert not meeting.rsvps.exists()


def test_half_a_day_after_the_end_it_still_opens_and_then_no_more(client, mine, meeting):
    url = link_to(meeting, mine)
    ends = timezone.now() - timedelta(hours=12)
    statuses = []
    for moment in (ends + timedelta(minutes=5), ends - timedelta(minutes=5)):
        meeting.starts_at = moment - timedelta(minutes=meeting.duration_minutes)
        meeting.save()
        statuses.append(client.get(url).status_code)

    assert statuses == [200, 410]


def tampered(meeting, mine):
    url = link_to(meeting, mine)
    return url.replace(f"{mine.pk}-", f"{mine.pk + 1}-")


def made_for_something_else(meeting, mine):
    return f"/rsvp/{signed_links.sign('mail', mine.pk, meeting.pk)}/"


def of_another_circles_meeting(meeting, mine):
    return link_to(make_meeting(), mine)


def of_who_left(meeting, mine):
    mine.leave()
    return link_to(meeting, mine)


def of_who_was_never_let_in(meeting, mine):
    return link_to(meeting, make_membership(meeting.circle, approved_at=None))


def of_a_closed_account(meeting, mine):
    mine.user.is_active = False
    mine.user.save()
    return link_to(meeting, mine)


def of_a_meeting_taken_back_to_a_draft(meeting, mine):
    meeting.scheduled_at = None
    meeting.save()
    return link_to(meeting, mine)


def of_a_meeting_that_is_deleted(meeting, mine):
    url = link_to(meeting, mine)
    meeting.delete()
    return url


def of_a_meeting_long_over(meeting, mine):
    meeting.starts_at = timezone.now() - timedelta(days=2)
    meeting.save()
    return link_to(meeting, mine)


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (tampered, "It may be incomplete or mistyped."),
        (made_for_something_else, "It may be incomplete or mistyped."),
        (of_another_circles_meeting, "is no longer scheduled"),
        (of_who_left, "is no longer in that circle"),
        (of_who_was_never_let_in, "is no longer in that circle"),
        (of_a_closed_account, "is no longer in that circle"),
        (of_a_meeting_taken_back_to_a_draft, "is no longer scheduled"),
        (of_a_meeting_that_is_deleted, "is no longer scheduled"),
        (of_a_meeting_long_over, "is over"),
    ],
)
def test_a_bad_link_says_what_is_wrong_and_nothing_of_the_circle(
    client, mine, meeting, spoil, says
):
    url = spoil(meeting, mine)

    for answer in (client.get(url), client.post(url, {"answer": "yes"})):
        page = answer.content.decode()
        assert answer.status_code == 410
        assert says in page
        assert [secret for secret in SECRETS if secret in page] == []
    assert not Rsvp.objects.exists()
