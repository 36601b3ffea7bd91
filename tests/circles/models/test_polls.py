"""Date polls: a facilitator proposes dates, members reply, and one date is picked."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from circles.models import DateAnswer, DateOption, DatePoll, Meeting
from tests.factories import make_circle, make_membership, make_poll, make_user, say_suits

POLLS = "/circles/maple-street/polls/"
YES, IF_NEED_BE, NO = "yes", "if_need_be", "no"


def asked(**changes):
    """The form of a poll with two dates in the spring of 2031."""
    lines = {"date-0-day": "2031-03-06", "date-0-clock": "19:00"}
    lines |= {"date-1-day": "2031-03-13", "date-1-clock": "19:00"}
    evening = {"title": "Potluck", "duration_minutes": 90, "place": "The library", "do": "save"}
    return lines | evening | changes


@pytest.fixture
def poll(circle):
    return make_poll(circle, title="Potluck", place="The library")


@pytest.fixture
def dates(poll):
    return list(poll.options.all())


def page_of(client, poll):
    return client.get(poll.get_absolute_url()).content.decode()


def answer(client, poll, *marks, **more):
    """Send one answer for each date, in order, as the page does."""
    options = poll.options.all()
    fields = {f"date-{option.pk}": mark for option, mark in zip(options, marks, strict=True)}
    return client.post(f"{poll.get_absolute_url()}answer/", fields | more, follow=True)


def pick(client, poll, date, **how):
    return client.post(f"{poll.get_absolute_url()}pick/", {"date": date.pk} | how, follow=True)


def marks(poll, membership):
    reply = poll.replies.filter(membership=membership).first()
    return [a.suits for a in reply.answers.order_by("option__starts_at")] if reply else None


def let_pass(poll):
    """Move all of its dates into the past."""
    for number, option in enumerate(poll.options.all()):
        DateOption.objects.filter(pk=option.pk).update(
            starts_at=timezone.now() - timedelta(days=number + 1)
        )


def test_dates_are_asked_for_on_the_wall_clock_of_the_circle(client, facilitator, circle):
    client.force_login(facilitator)

    client.post(f"{POLLS}new/", asked())

    poll = circle.polls.get()
    assert [option.starts_at for option in poll.options.all()] == [
        datetime(2031, 3, 7, 0, tzinfo=UTC),
        datetime(2031, 3, 13, 23, tzinfo=UTC),
    ]
    assert poll.asked_by == facilitator.memberships.get()


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"date-1-day": ""}, "Suggest at least two dates."),
        ({"date-1-day": "2031-03-06"}, "Suggest at least two dates."),
        ({"date-1-day": "2020-03-16"}, "That date has passed."),
        ({"date-1-clock": ""}, "Add a time next to this date."),
        ({"date-1-day": "2031-03-09", "date-1-clock": "02:30"}, "Clocks spring forward that night"),
        ({"date-1-day": "2128-03-12"}, "That’s years away."),
        ({"date-1-day": "9999-12-31"}, "That’s years away."),
        ({"answer_by_day": "2020-01-01"}, "That date has passed."),
        ({"answer_by_day": "9999-12-31"}, "That’s after all the dates in this poll."),
    ],
)
def test_what_cannot_be_asked_comes_back_with_what_was_typed(
    client, facilitator, circle, changes, told
):
    client.force_login(facilitator)

    page = client.post(f"{POLLS}new/", asked(**changes)).content.decode()

    assert told in page
    assert 'value="2031-03-06"' in page
    assert 'value="Potluck"' in page
    assert not circle.polls.exists()


def test_a_button_pressed_twice_asks_once(client, facilitator, circle):
    client.force_login(facilitator)

    for _time in range(2):
        client.post(f"{POLLS}new/", asked())

    assert circle.polls.count() == 1


def test_the_next_dates_at_the_usual_time_are_there_to_check(client, facilitator, circle):
    circle.cadence = "third Thursday, 7 pm"
    circle.save()
    client.force_login(facilitator)

    page = client.get(f"{POLLS}new/")
    usual = [value for value, _label in page.context["form"].fields["usual"].choices]
    client.post(f"{POLLS}new/", asked(usual=usual[:2], **{"date-0-day": "", "date-1-day": ""}))

    assert "Thursdays at 7 PM" in page.text
    starts = [
        option.starts_at.astimezone(circle.zone) for option in circle.polls.get().options.all()
    ]
    assert [start.replace(tzinfo=None).isoformat() for start in starts] == usual[:2]


@pytest.mark.parametrize("typed", ["never", "1999-01-01T19:00:00", "9" * 400])
def test_a_usual_date_that_is_none_asks_nothing(client, facilitator, circle, typed):
    client.force_login(facilitator)

    answer = client.post(f"{POLLS}new/", asked(usual=typed))

    assert answer.status_code == 422
    assert not circle.polls.exists()


def test_more_lines_keep_what_was_typed(client, facilitator, circle):
    client.force_login(facilitator)

    page = client.post(f"{POLLS}new/", asked(do="more")).content.decode()

    assert 'name="date-4-day"' in page
    assert 'value="2031-03-13"' in page
    assert not circle.polls.exists()


def test_a_member_says_what_suits_and_changes_it(client, member, poll):
    client.force_login(member)
    me = member.memberships.get()

    answer(client, poll, YES, IF_NEED_BE, comment="After eight.")
    first = marks(poll, me)
    answer(client, poll, NO, "")

    assert first == [YES, IF_NEED_BE]
    assert marks(poll, me) == [NO]
    assert poll.replies.get().comment == ""


def test_a_comment_changed_by_itself_is_saved_and_the_answers_keep_their_turn(member, poll):
    me = member.memberships.get()
    said = say_suits({option.pk: YES for option in poll.options.all()})
    poll.answer(me, said, comment="After eight.")
    before = list(poll.replies.get().answers.values_list("pk", "turn"))

    poll.answer(me, said, comment="After nine.")

    reply = poll.replies.get()
    assert reply.comment == "After nine."
    assert list(reply.answers.values_list("pk", "turn")) == before


def test_all_that_is_said_of_a_date_is_compared():
    """A new field of an answer isn't saved if it is missing in `SAID`."""
    kept = {"id", "reply", "option", "turn"}
    fields = {field.name for field in DateAnswer._meta.fields}

    assert fields - kept == set(DateAnswer.SAID)


def test_everyone_in_the_circle_sees_what_suits_whom(client, member, facilitator, poll):
    client.force_login(member)
    answer(client, poll, YES, NO, comment="After eight.")
    client.force_login(facilitator)

    page = page_of(client, poll)

    assert "Replied: 1 of 2" in page
    assert "Mel Member" in page
    assert "“After eight.”" in page
    assert "No reply yet: Fran Facilitator" in page
    assert page.count("Best so far") == 1


@pytest.mark.parametrize("path", ["", "edit/"])
def test_dates_are_shown_on_the_clock_of_the_circle(client, facilitator, circle, path):
    """8 PM in New York is the next day in UTC."""
    poll = make_poll(circle)
    poll.propose([datetime(2031, 5, 16, 0, tzinfo=UTC)])
    client.force_login(facilitator)

    page = client.get(poll.get_absolute_url() + path).content.decode()

    assert "Thursday, May 15, 2031 at 8 PM" in page
    assert "May 16" not in page


def test_an_answer_without_a_mark_comes_back_with_its_word(client, member, poll):
    client.force_login(member)

    page = answer(client, poll, "", "", comment="After eight.").content.decode()

    assert "Mark at least one date: yes, if need be, or no." in page
    assert 'value="After eight."' in page
    assert not poll.replies.exists()


def test_an_answer_that_comes_too_late_is_not_kept_and_not_lost(client, member, poll):
    client.force_login(member)
    poll.close()

    response = answer(client, poll, YES, NO, comment="After eight.")

    assert response.status_code == 422
    assert "so your reply wasn’t saved" in response.content.decode()
    assert 'value="After eight."' in response.content.decode()
    assert not poll.replies.exists()


def test_a_mark_for_a_date_of_another_poll_counts_for_nothing(member, poll):
    me, other = member.memberships.get(), make_poll(make_circle()).options.first()

    poll.answer(me, say_suits({other.pk: YES, poll.options.first().pk: YES}))

    assert not other.answers.exists()


@pytest.mark.parametrize(
    ("happens", "state", "told"),
    [
        (lambda poll: None, "open", "No replies yet."),
        (lambda poll: poll.close(), "closed", "This poll is closed."),
        (let_pass, "expired", "All of these dates have passed, and none was picked."),
        (lambda poll: poll.cancel(), "cancelled", "This poll was canceled."),
        (lambda poll: poll.pick(poll.options.first(), tell=True), "picked", "Open the meeting"),
        (
            lambda poll: DatePoll.objects.update(answer_by=timezone.now() - timedelta(hours=1)),
            "closed",
            "This poll is closed.",
        ),
    ],
)
def test_each_state_says_what_it_is_and_takes_answers_only_while_open(
    client, member, poll, happens, state, told
):
    client.force_login(member)
    happens(poll)

    page = page_of(client, poll)

    poll = DatePoll.objects.get()
    assert poll.state == state
    assert told in page
    assert ("Send reply" in page) is (state == "open")
    assert DatePoll.objects.open().exists() is (state == "open")


def test_a_closed_poll_can_be_opened_again(client, facilitator, poll):
    client.force_login(facilitator)
    client.post(f"{poll.get_absolute_url()}close/")
    closed = DatePoll.objects.get().state

    client.post(f"{poll.get_absolute_url()}close/", {"again": "on"})

    assert (closed, DatePoll.objects.get().state) == ("closed", "open")


def test_a_decided_poll_is_neither_called_off_nor_opened_again(poll, dates):
    poll.pick(dates[0], tell=True)

    for verb in (poll.cancel, poll.reopen):
        with pytest.raises(ValidationError):
            verb()


def test_dates_are_added_and_taken_out_with_their_answers(client, facilitator, member, poll, dates):
    poll.answer(member.memberships.get(), say_suits({date.pk: YES for date in dates}))
    client.force_login(facilitator)
    url = f"{poll.get_absolute_url()}edit/"
    seen = client.get(url).context["form"]["seen"].value()

    client.post(url, asked(without=dates[0].pk, seen=seen, **{"date-1-day": ""}))

    poll = DatePoll.objects.get()
    assert [option.starts_at for option in poll.options.all()] == [
        dates[1].starts_at,
        datetime(2031, 3, 7, 0, tzinfo=UTC),
    ]
    assert marks(poll, member.memberships.get()) == [YES]


def test_what_another_facilitator_saved_meanwhile_is_shown_first(client, facilitator, poll):
    client.force_login(facilitator)
    url = f"{poll.get_absolute_url()}edit/"
    seen = client.get(url).context["form"]["seen"].value()
    DatePoll.objects.update(place="The church hall")

    page = client.post(url, asked(seen=seen, place="My house")).content.decode()

    assert "Place: The church hall" in page
    assert 'value="My house"' in page
    assert DatePoll.objects.get().place == "The church hall"


def test_an_open_poll_stands_on_ones_pages_until_it_is_answered(client, member, circle, poll):
    client.force_login(member)
    pages = ["/", circle.get_absolute_url()]

    before = ["Mark your dates" in client.get(page).content.decode() for page in pages]
    answer(client, poll, YES, YES)
    after = ["Mark your dates" in client.get(page).content.decode() for page in pages]

    assert (before, after) == ([True, True], [False, False])


def test_a_poll_of_another_circle_is_on_nobody_elses_page(client, member, circle):
    make_poll(make_circle(), title="Secret supper")
    client.force_login(member)

    assert "Secret supper" not in client.get("/").content.decode()


def test_a_poll_is_found_only_in_its_circle(client, facilitator):
    other = make_poll(make_circle())
    client.force_login(facilitator)

    assert client.get(f"{POLLS}{other.pk}/").status_code == 404


def test_a_date_of_another_poll_is_not_picked(client, facilitator, poll):
    foreign = make_poll(make_circle()).options.first()
    client.force_login(facilitator)

    page = pick(client, poll, foreign, tell="on").content.decode()

    assert "Choose a date" in page
    assert not Meeting.objects.exists()


def test_each_mark_can_be_told_by_a_screen_reader(client, member, poll, dates):
    client.force_login(member)

    page = page_of(client, poll)

    for value in (YES, IF_NEED_BE, NO):
        assert f'aria-labelledby="date-{dates[0].pk} suits-{value}"' in page
        assert f'id="suits-{value}"' in page
    assert f'id="date-{dates[0].pk}"' in page


def test_a_word_of_an_address_and_a_name_are_shown_as_text(client, circle, facilitator, poll):
    rude = make_membership(circle, make_user("<b>Bob</b>", email="bob@example.org"))
    poll.answer(
        rude, say_suits({poll.options.first().pk: YES}), comment="<script>alert(1)</script>"
    )
    client.force_login(facilitator)

    page = page_of(client, poll)

    assert "<b>Bob</b>" not in page
    assert "<script>alert(1)" not in page
