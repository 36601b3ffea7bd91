"""Links for many people, their card, and reminders."""

import re
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.utils import timezone

from circles.inviting.invite import draw_code
from circles.mail.delivery import deliver
from circles.models import Invitation
from tests.factories import make_user

from .test_invite import LIST, let_pass


@pytest.fixture
def link(circle, facilitator):
    """Create an invitation and return the URL of its page."""

    def issue(**fields):
        _invitation, token = Invitation.objects.issue(circle, invited_by=facilitator, **fields)
        return f"/join/{token}/"

    return issue


def test_a_link_is_shown_on_the_page_that_made_it_and_only_its_hash_is_kept(
    client, facilitator, circle
):
    client.force_login(facilitator)

    card = client.post(f"{LIST}link/", {"days": 30}, follow=True)
    listed = client.get(LIST).content.decode()

    token = re.search(r"/join/([^/]+)/", card.content.decode())[1]
    assert re.fullmatch(r"([a-z2-9]{4}-){3}[a-z2-9]{4}", token)
    assert "<svg" in card.content.decode()
    assert card.headers["Cache-Control"].find("no-store") >= 0
    assert token not in listed
    assert token not in str(list(Invitation.objects.values()))


@pytest.mark.parametrize("days", [7, 90])
def test_a_link_is_good_for_as_long_as_was_chosen(client, facilitator, circle, days):
    client.force_login(facilitator)

    client.post(f"{LIST}link/", {"days": days, "needs_approval": "on"})

    made = circle.invitations.get()
    assert (made.expires_at - made.created_at).days == days
    assert made.needs_approval


def test_a_typed_link_opens_in_capitals_and_without_its_dashes(client, link):
    token = link().split("/")[2]

    answer = client.get(f"/join/{token.replace('-', '').upper()}/")

    assert "Maple Street" in answer.content.decode()


def test_the_code_on_the_card_leads_to_the_link(client, facilitator, settings):
    client.force_login(facilitator)

    card = client.post(f"{LIST}link/", {"days": 30}, follow=True).context

    assert card["address"].startswith(f"{settings.SITE_URL}/join/")
    assert card["code"] == draw_code(card["address"])
    assert card["code"] != draw_code(f"{card['address']}x")


def test_a_new_link_in_the_place_of_one_closes_the_old(client, facilitator, link, circle):
    old = link(needs_approval=True, days=90)
    client.force_login(facilitator)

    card = client.post(f"{LIST}{circle.invitations.get().pk}/replace/", follow=True)

    client.logout()
    new = circle.invitations.open().get()
    assert client.get(old).status_code == 410
    assert client.get(urlsplit(card.context["address"]).path).status_code == 200
    assert (new.needs_approval, (new.expires_at - new.created_at).days) == (True, 90)


def test_replacing_a_link_asks_first(client, facilitator, link, circle):
    old = link()
    client.force_login(facilitator)
    url = f"{LIST}{circle.invitations.get().pk}/replace/"

    listed = client.get(LIST).content.decode()
    asked = client.get(url).content.decode()
    client.logout()

    assert f'href="{url}"' in listed
    assert "Replace this link?" in asked
    assert "stops working for everyone who hasn’t joined yet" in asked
    assert client.get(old).status_code == 200


def test_the_card_of_a_link_that_was_taken_back_is_not_printed(client, facilitator, link, circle):
    token = link().split("/")[2]
    circle.invitations.get().revoke()
    client.force_login(facilitator)

    assert client.get(f"{LIST}card/{token}/").url == LIST


def test_a_reminder_brings_a_new_link_and_the_old_one_stops(
    client, facilitator, link, circle, mailoutbox
):
    old = link(email="ann@example.org")
    let_pass(circle, timedelta(days=20))
    client.force_login(facilitator)

    client.post(f"{LIST}remind/", {"invitation": circle.invitations.get().pk})
    deliver()

    client.logout()
    new = re.search(r"/join/\S+/", mailoutbox[0].body)[0]
    assert "This is a reminder." in mailoutbox[0].body
    assert (client.get(old).status_code, client.get(new).status_code) == (410, 200)
    assert circle.invitations.get().expires_at > timezone.now() + timedelta(days=29)


def test_nobody_is_reminded_twice_within_a_day(client, facilitator, link, circle, mailoutbox):
    link(email="ann@example.org")
    let_pass(circle, timedelta(days=2))
    client.force_login(facilitator)

    pages = [client.post(f"{LIST}remind/", follow=True).content.decode() for _press in range(2)]
    deliver()

    assert len(mailoutbox) == 1
    assert "No reminders to send. Each person can get one a day." in pages[1]


def test_only_those_who_have_not_answered_are_reminded(
    client, facilitator, member, link, circle, mailoutbox
):
    link(email="ann@example.org")
    link(email=member.email)
    taken_back = Invitation.objects.issue(circle, invited_by=facilitator, email="cy@example.org")[0]
    let_pass(circle, timedelta(days=2))
    taken_back.revoke()
    link(email="fresh@example.org")
    client.force_login(facilitator)

    client.post(f"{LIST}remind/")
    deliver()

    assert [mail.to for mail in mailoutbox] == [["ann@example.org"]]


def test_until_a_reminder_goes_out_the_link_that_they_have_opens(client, facilitator, link, circle):
    old = link(email="ann@example.org")
    let_pass(circle, timedelta(days=2))
    client.force_login(facilitator)

    client.post(f"{LIST}remind/")

    client.logout()
    assert client.get(old).status_code == 200


def test_the_inviter_sees_who_has_not_answered_and_who_came_in_by_what(
    client, facilitator, link, circle
):
    client.force_login(make_user("Nora Newcomer"))
    client.post(link(email="n.newcomer@example.org"))
    client.force_login(make_user("Lee Link"))
    client.post(link(needs_approval=True))
    link(email="ann@example.org")
    client.force_login(facilitator)

    listed = client.get(LIST).context

    assert [str(invitation) for invitation in listed["unanswered"]] == ["ann@example.org"]
    assert {
        str(invitation): [str(membership) for membership in invitation.came_in]
        for invitation in listed["used"]
    } == {"n.newcomer@example.org": ["Nora Newcomer"], "Invite link": ["Lee Link"]}


def test_who_is_let_in_after_asking_needs_the_mail_no_more_either(client, link, circle):
    newcomer = make_user("Nora Newcomer")
    mailed = link(email=newcomer.email)
    client.force_login(newcomer)
    client.post(link(needs_approval=True))
    still_good = circle.invitations.unanswered().exists()

    circle.memberships.waiting().get().approve()

    client.logout()
    assert still_good
    assert client.get(mailed).status_code == 410
