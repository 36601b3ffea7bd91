"""Two members swap readings: one asks, the other accepts or declines."""

from datetime import timedelta

import pytest
from django.utils import timezone

from circles.models import Reading, Swap
from tests.factories import make_meeting, make_membership, make_section, make_user


@pytest.fixture
def mel(circle, member):
    return circle.memberships.get(user=member)


@pytest.fixture
def ann(circle):
    return make_membership(circle, make_user("Ann"))


@pytest.fixture
def url(meeting):
    return f"{meeting.get_absolute_url()}readings/swap/"


@pytest.fixture
def shared(meeting, brief, mel, ann):
    """Mel has two sections, Ann has one, and everyone reads a fourth."""
    texts = [make_section(brief, slug=slug) for slug in ("one", "two", "three", "four")]
    for section, person in zip(texts, [mel, mel, ann, None], strict=True):
        Reading.objects.create(meeting=meeting, section=section, membership=person)


def slugs_of(meeting, person):
    return [reading.section.slug for reading in meeting.readings.filter(membership=person)]


def test_a_swap_takes_one_question_and_one_yes(client, shared, url, meeting, member, mel, ann):
    client.force_login(member)
    client.post(url, {"ask": ann.pk})
    before = slugs_of(meeting, mel)
    client.force_login(ann.user)
    page = client.get("/").content.decode()
    client.post(f"{url}{meeting.swaps.get().pk}/", {"answer": "yes"})

    assert "Mel Member would like to swap sections with you." in page
    assert before == ["one", "two"]
    assert (slugs_of(meeting, mel), slugs_of(meeting, ann)) == (["three"], ["one", "two"])
    assert slugs_of(meeting, None) == ["four"]
    assert not meeting.swaps.exists()


def test_a_no_changes_nothing_and_is_told_kindly(client, shared, url, meeting, member, mel, ann):
    swap = Swap.objects.ask(meeting, mel, ann)
    client.force_login(ann.user)
    client.post(f"{url}{swap.pk}/", {"answer": "no"})
    client.force_login(member)

    page = client.get(meeting.get_absolute_url()).content.decode()

    assert "Ann can’t swap this time." in page
    assert slugs_of(meeting, mel) == ["one", "two"]


def test_pressing_yes_twice_swaps_once(client, shared, url, meeting, mel, ann):
    swap = Swap.objects.ask(meeting, mel, ann)
    client.force_login(ann.user)

    for _time in range(2):
        client.post(f"{url}{swap.pk}/", {"answer": "yes"})

    assert slugs_of(meeting, mel) == ["three"]


def test_nobody_answers_for_another(client, shared, url, meeting, member, mel, ann):
    swap = Swap.objects.ask(meeting, mel, ann)
    client.force_login(member)

    client.post(f"{url}{swap.pk}/", {"answer": "yes"})

    assert slugs_of(meeting, mel) == ["one", "two"]


def test_a_question_is_taken_back_or_asked_of_somebody_else(
    client, shared, url, meeting, member, mel, ann, circle
):
    ben = make_membership(circle, make_user("Ben"))
    client.force_login(member)

    client.post(url, {"ask": ann.pk})
    client.post(url, {"ask": ben.pk})
    asked = meeting.swaps.get().asked
    client.post(url, {"take_back": "on"})

    assert asked == ben
    assert not meeting.swaps.exists()


def test_who_has_nothing_takes_over_and_what_both_have_stays_with_both(
    shared, meeting, mel, ann, circle
):
    ben = make_membership(circle, make_user("Ben"))
    both = meeting.readings.get(section__slug="one").section
    Reading.objects.create(meeting=meeting, section=both, membership=ben)

    Swap.objects.ask(meeting, mel, ben).accept()

    assert slugs_of(meeting, mel) == ["one"]
    assert sorted(slugs_of(meeting, ben)) == ["one", "two"]


def test_sharing_out_anew_ends_what_was_asked(shared, meeting, mel, ann):
    swap = Swap.objects.ask(meeting, mel, ann)

    meeting.assign([])

    assert not swap.accept()


def test_who_left_the_circle_swaps_nothing(shared, meeting, mel, ann):
    swap = Swap.objects.ask(meeting, mel, ann)
    mel.leave()

    assert not swap.accept()
    assert slugs_of(meeting, ann) == ["three"]


def test_a_question_about_a_later_meeting_is_on_ones_own_page_too(
    client, circle, shared, meeting, mel, ann
):
    make_meeting(circle, starts_at=timezone.now() + timedelta(days=1))
    Swap.objects.ask(meeting, mel, ann)
    client.force_login(ann.user)

    assert "would like to swap sections with you for “Water.”" in client.get("/").content.decode()


def test_nobody_of_another_circle_is_asked(client, shared, url, meeting, member):
    client.force_login(member)

    assert client.post(url, {"ask": make_membership().pk}).status_code == 404
