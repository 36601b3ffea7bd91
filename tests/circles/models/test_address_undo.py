"""The old address undoes a change of address, for a week."""

import re
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from accounts.models import AddressChange, User
from circles import signed_links
from circles.models import CalendarFeed
from tests.factories import make_user
from tests.signing_in import sign_in

OLD, NEW = "member@example.org", "eve@example.com"
PROFILE = "/accounts/profile/"


@pytest.fixture(autouse=True)
def nothing_counted_yet():
    cache.clear()


@pytest.fixture
def change_address(mailoutbox):
    """Someone who is signed in changes the address, by the code that went to the new one."""

    def change(client, email):
        cache.clear()
        client.post(reverse("account_email"), {"email": email, "action_add": ""})
        code = re.search(r"^\d{6}$", mailoutbox[-1].body, re.MULTILINE).group()
        mailoutbox.clear()
        client.post(reverse("account_email_verification_sent"), {"code": code})

    return change


@pytest.fixture
def thief(member, change_address):
    """Whoever had a session of the member's, and has changed the address."""
    client = sign_in(Client(), member)
    change_address(client, NEW)
    return client


def to(mailoutbox, email):
    return [mail for mail in mailoutbox if mail.to == [email]]


def undo_links(mailoutbox, email):
    text = "\n".join(mail.body for mail in to(mailoutbox, email))
    return re.findall(r"http://\S+(/accounts/address/undo/\S+)", text)


def now(user):
    return User.objects.get(pk=user.pk)


def test_the_old_address_is_told_at_once_and_puts_itself_back(
    client, member, facilitator, thief, mailoutbox
):
    (told,) = to(mailoutbox, OLD)
    (link,) = undo_links(mailoutbox, OLD)
    assert told.subject == "Your email address was changed"
    assert NEW in told.body
    page = client.get(link)
    assert "Restore my old address" in page.text
    assert now(member).email == NEW
    mailoutbox.clear()

    page = client.post(link, follow=True)

    assert "Your old address is back" in page.text
    address = member.emailaddress_set.get()
    assert (now(member).email, address.email, address.verified) == (OLD, OLD, True)
    assert thief.get(PROFILE).status_code == 302
    assert sorted(mail.to[0] for mail in mailoutbox) == [NEW, "facilitator@example.org", OLD]


def test_the_link_works_once(client, member, thief, mailoutbox, change_address):
    (link,) = undo_links(mailoutbox, OLD)
    client.post(link)
    change_address(sign_in(Client(), now(member)), "mine@example.net")

    assert client.get(link).status_code == 410
    assert client.post(link).status_code == 410
    assert now(member).email == "mine@example.net"


@pytest.mark.parametrize("fault", ["cut off", "of another", "old", "of another purpose"])
def test_a_link_that_is_wrong_undoes_nothing(client, member, thief, fault):
    change = member.address_changes.get()
    token = change.undo_token
    if fault == "cut off":
        token = token[:-1]
    if fault == "of another":
        token = token.replace(f"{change.pk}.", f"{change.pk + 1}.")
    if fault == "old":
        member.address_changes.update(made_at=change.made_at - timedelta(days=7))
    if fault == "of another purpose":
        token = change.token
    link = reverse("accounts:address_undo", args=[token])

    assert client.get(link).status_code == 410
    assert client.post(link).status_code == 410
    assert now(member).email == NEW


def test_the_link_works_for_a_week(client, member, thief):
    change = member.address_changes.get()
    member.address_changes.update(made_at=change.made_at - timedelta(days=6, hours=23))

    client.post(reverse("accounts:address_undo", args=[change.undo_token]))

    assert now(member).email == OLD


def test_a_thief_who_changes_it_twice_is_undone_at_once_and_undoes_nothing(
    client, member, thief, mailoutbox, change_address
):
    (link,) = undo_links(mailoutbox, OLD)
    change_address(thief, "eve@example.net")
    (theirs,) = undo_links(mailoutbox, NEW)

    client.post(link)

    assert now(member).email == OLD
    assert client.post(theirs).status_code == 410
    assert now(member).email == OLD


def test_who_goes_back_by_themselves_leaves_the_thief_nothing_to_undo(
    client, member, thief, mailoutbox, change_address
):
    (link,) = undo_links(mailoutbox, OLD)
    change_address(sign_in(Client(), now(member)), OLD)

    assert undo_links(mailoutbox, NEW) == []
    assert len(to(mailoutbox, NEW)) == 1
    assert client.get(link).status_code == 200
    assert not AddressChange.objects.undoable().exists()


def test_a_password_of_the_thief_goes_too(client, member, thief, mailoutbox):
    user = now(member)
    user.set_password("three loud red boats")
    user.save()
    (link,) = undo_links(mailoutbox, OLD)

    client.post(link)

    assert not now(member).has_usable_password()


def test_what_an_admin_was_asked_for_meanwhile_ends(client, admin, member, thief, mailoutbox):
    asked = AddressChange.objects.ask(now(member), "eve@example.net", asked_by=admin)
    (link,) = undo_links(mailoutbox, OLD)

    client.post(link)

    asked.refresh_from_db()
    assert asked.refused_at


def test_an_address_that_someone_else_has_by_now_is_not_taken_from_them(
    client, member, thief, mailoutbox
):
    (link,) = undo_links(mailoutbox, OLD)
    make_user("Nora", email=OLD)

    page = client.post(link, follow=True)

    assert "Another account uses that address now, so it wasn’t changed." in page.text
    assert now(member).email == NEW


def test_who_only_began_to_sign_up_with_the_old_address_hinders_nothing(
    client, member, thief, mailoutbox
):
    (link,) = undo_links(mailoutbox, OLD)
    User.objects.create(email=OLD, display_name="Eve").await_proof_of_email()

    client.post(link)

    assert now(member).email == OLD
    assert User.objects.filter(email=OLD).count() == 1


def test_a_change_that_an_admin_asked_for_is_undone_in_the_same_way(
    client, admin, circle, facilitator, member, mailoutbox
):
    AddressChange.objects.ask(member, NEW, asked_by=admin)
    membership = circle.memberships.get(user=member)
    client.force_login(facilitator)
    client.post(
        reverse("circles:member_address", args=[circle.slug, membership.pk]),
        {"answer": "yes", "email": NEW},
    )
    (link,) = undo_links(mailoutbox, OLD)
    assert now(member).email == NEW

    Client().post(link)

    assert now(member).email == OLD
    assert member.emailaddress_set.get().verified


def test_calendars_that_the_thief_saw_stop(client, member, thief, mailoutbox):
    _feed, token = CalendarFeed.objects.issue(member)
    (link,) = undo_links(mailoutbox, OLD)
    feed = reverse("circles:calendar_feed", args=[token])
    before = client.get(feed).status_code

    client.post(link)

    assert (before, client.get(feed).status_code) == (200, 410)


def test_calendars_outlive_an_ordinary_change_of_address(client, member, change_address):
    _feed, token = CalendarFeed.objects.issue(member)

    change_address(sign_in(Client(), member), NEW)

    assert client.get(reverse("circles:calendar_feed", args=[token])).status_code == 200


def test_links_in_emails_to_an_address_end_with_the_address(
    client, member, mailoutbox, change_address
):
    to_old = signed_links.mail_url(member)
    change_address(sign_in(Client(), member), NEW)
    (link,) = undo_links(mailoutbox, OLD)
    to_new = signed_links.mail_url(now(member))
    with_new = [client.get(url).status_code for url in (to_old, to_new)]

    client.post(link)

    assert with_new == [410, 200]
    assert [client.get(url).status_code for url in (to_old, to_new)] == [200, 410]


def test_a_link_of_an_earlier_release_ends_with_the_address_too(client, member, change_address):
    link = reverse("circles:mail_link", args=[signed_links.sign("mail", member.pk)])
    before = client.get(link).status_code

    change_address(sign_in(Client(), member), NEW)

    assert (before, client.get(link).status_code) == (200, 410)


def test_a_link_to_one_persons_emails_does_not_open_anothers(client, member, outsider):
    token = signed_links.mail_url(member).rstrip("/").rpartition("/")[2]
    forged = token.replace(f"{member.pk}.", f"{outsider.pk}.")

    assert client.get(reverse("circles:mail_link", args=[forged])).status_code == 410
