"""The ways into a circle."""

import re
from datetime import datetime, timedelta
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import pytest
from django.db.models import F
from django.test import Client
from django.utils import timezone

from circles.inviting.invite import draw_code
from circles.mail.delivery import deliver
from circles.models import Invitation, Mail
from tests.factories import make_membership, make_user

LIST = "/circles/maple-street/invitations/"
FORM = f"{LIST}new/"


@pytest.fixture
def link(circle, facilitator):
    """Makes an invitation; gives the address of its page."""

    def issue(**fields):
        _invitation, token = Invitation.objects.issue(circle, invited_by=facilitator, **fields)
        return f"/join/{token}/"

    return issue


def remarks(response):
    """What the page says of each address that got no invitation: line, text, why."""
    return [tuple(remark.values()) for remark in response.context["remarks"]]


def let_pass(circle, time):
    """The circle's invitations are so much older."""
    circle.invitations.update(created_at=F("created_at") - time, expires_at=F("expires_at") - time)


def test_many_addresses_are_taken_as_mail_programs_write_them(
    client, facilitator, mailoutbox, circle
):
    client.force_login(facilitator)

    client.post(
        FORM,
        {"emails": "Ann Lee <Ann@Example.org>, bob@example.org\ncy@example.org bob@example.org"},
    )
    deliver()

    assert [mail.to for mail in mailoutbox] == [
        *(["ann@example.org"], ["bob@example.org"], ["cy@example.org"])
    ]
    assert circle.invitations.open().count() == 3


def test_one_wrong_address_is_named_and_stays_in_the_box_while_the_rest_is_sent(
    client, facilitator, mailoutbox
):
    client.force_login(facilitator)

    response = client.post(FORM, {"emails": "ann@example.org,\nBob <bob.example.org>"})

    deliver()
    assert [mail.to for mail in mailoutbox] == [["ann@example.org"]]
    assert "An invitation is on its way to ann@example.org." in response.content.decode()
    assert remarks(response) == [
        (2, "Bob <bob.example.org>", "Not an e-mail address. It stands in the box to mend.")
    ]
    assert response.context["form"]["emails"].value() == "Bob <bob.example.org>"


def test_who_is_left_out_is_named_line_by_line_with_the_reason(
    client, facilitator, member, mailoutbox
):
    client.force_login(facilitator)
    client.post(FORM, {"emails": "ann@example.org"})

    response = client.post(
        FORM,
        {"emails": "member@example.org\nAnn <ann@example.org>\nnew@example.org New@Example.org"},
    )
    deliver()

    assert [mail.to for mail in mailoutbox] == [["ann@example.org"], ["new@example.org"]]
    assert remarks(response) == [
        (1, "member@example.org", "In the circle already."),
        (2, "ann@example.org", "Invited already, and not answered yet."),
        (3, "New@Example.org", "The same as in line 3."),
    ]
    assert response.context["form"]["emails"].value() == ""


def test_the_inviters_word_stands_in_the_mail_and_on_the_page_as_text(
    client, facilitator, mailoutbox, circle
):
    client.force_login(facilitator)

    client.post(FORM, {"emails": "ann@example.org", "word": "Come & <b>talk</b>,\ndear Ann."})
    deliver()

    mail = mailoutbox[0]
    client.logout()
    page = client.get(re.search(r"/join/\S+/", mail.body)[0]).content.decode()
    assert "Come & <b>talk</b>,\ndear Ann." in mail.body
    assert "Come &amp; &lt;b&gt;talk&lt;/b&gt;,<br>dear Ann." in mail.alternatives[0].content
    assert "Come &amp; &lt;b&gt;talk&lt;/b&gt;,<br>dear Ann." in page


def test_a_new_invitation_takes_the_place_of_one_that_is_past_its_date(
    client, facilitator, link, circle
):
    link(email="ann@example.org")
    let_pass(circle, timedelta(days=40))
    client.force_login(facilitator)

    client.post(FORM, {"emails": "ann@example.org"})

    assert circle.invitations.get().is_open


def test_the_mail_says_who_asks_and_carries_one_link_and_no_other_address(
    client, facilitator, member, mailoutbox
):
    client.force_login(facilitator)

    client.post(FORM, {"emails": "ann@example.org"})
    deliver()

    mail = mailoutbox[0]
    html = mail.alternatives[0].content
    assert mail.subject == "Fran Facilitator invites you to Maple Street"
    assert len(re.findall(r"/join/\S+/", mail.body)) == 1
    assert re.search(r'href="[^"]*/join/[^"]+/"', html)
    assert "member@example.org" not in mail.body + html


def test_the_inviter_sees_which_mails_are_on_their_way_and_which_have_gone(client, facilitator):
    client.force_login(facilitator)

    before = client.post(FORM, {"emails": "ann@example.org"}, follow=True).content.decode()
    deliver()
    after = client.get(LIST).content.decode()

    assert "An invitation is on its way to ann@example.org." in before
    assert "the mail is on its way" in before
    assert "the mail is on its way" not in after


def test_a_mail_that_is_sent_again_opens_the_same_door(client, facilitator, circle, mailoutbox):
    client.force_login(facilitator)
    client.post(FORM, {"emails": "ann@example.org"})
    deliver()

    Mail.objects.update(sent_at=None)
    deliver()

    links = {re.search(r"/join/\S+/", mail.body)[0] for mail in mailoutbox}
    client.logout()
    assert len(mailoutbox) == 2
    assert client.get(links.pop()).status_code == 200
    assert not links


def test_a_mail_has_a_subject_of_one_line_whatever_the_circle_is_called(
    client, facilitator, circle, mailoutbox
):
    circle.name = "Maple\nStreet"
    circle.save()
    client.force_login(facilitator)

    client.post(FORM, {"emails": "ann@example.org"})
    deliver()

    assert mailoutbox[0].subject == "Fran Facilitator invites you to Maple Street"


def test_the_last_day_is_that_of_the_circles_own_calendar(circle):
    circle.time_zone = "America/Chicago"
    evening = datetime(2026, 12, 23, 20, tzinfo=ZoneInfo("America/Chicago"))

    assert Invitation(circle=circle, expires_at=evening).good_until == evening.date()


@pytest.mark.parametrize("typed", ["", "   ", " , ;\n"])
def test_sending_without_an_address_says_what_is_missing(client, facilitator, mailoutbox, typed):
    client.force_login(facilitator)

    response = client.post(FORM, {"emails": typed})

    assert response.context["form"].errors["emails"]
    assert mailoutbox == []


def test_more_addresses_than_an_evening_could_hold_are_refused_whole(
    client, facilitator, mailoutbox
):
    client.force_login(facilitator)

    typed = " ".join(f"person{number}@example.org" for number in range(51))
    page = client.post(FORM, {"emails": typed}).content.decode()

    assert "These are more than 50 addresses." in page
    assert "person50@example.org" in page
    assert mailoutbox == []


def test_an_address_too_long_to_be_one_is_refused(client, facilitator, mailoutbox):
    client.force_login(facilitator)

    response = client.post(FORM, {"emails": f"ann@{'a.' * 130}org"})

    assert "Nothing was sent." in response.content.decode()
    assert [why for *_where, why in remarks(response)] == [
        "Not an e-mail address. It stands in the box to mend."
    ]
    assert mailoutbox == []


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
    assert "Nobody is due a reminder: one a day is enough." in pages[1]


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
    } == {"n.newcomer@example.org": ["Nora Newcomer"], "Link": ["Lee Link"]}


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


def test_its_page_is_kept_in_no_cache_and_no_search_engine_and_told_to_no_other_site(client, link):
    for url in (link(), "/join/unknown/"):
        headers = client.get(url).headers

        assert "no-store" in headers["Cache-Control"]
        assert headers["X-Robots-Tag"] == "noindex, nofollow"
        assert headers["Referrer-Policy"] == "same-origin"


def test_nobody_is_made_to_join_by_a_form_of_another_site(link, circle):
    forged = Client(enforce_csrf_checks=True)
    newcomer = make_user()
    forged.force_login(newcomer)

    forged.post(link())

    assert not circle.memberships.filter(user=newcomer).exists()


def test_who_comes_in_by_a_link_needs_the_mail_no_more(client, link, circle):
    newcomer = make_user("Nora Newcomer")
    mailed = link(email=newcomer.email)
    client.force_login(newcomer)

    client.post(link())

    client.logout()
    assert client.get(mailed).status_code == 410


def test_a_signed_in_person_accepts_with_one_press(client, link, circle):
    newcomer = make_user("Nora Newcomer")
    client.force_login(newcomer)
    url = link(email=newcomer.email)

    client.get(url)
    before = circle.memberships.filter(user=newcomer).exists()
    client.post(url)

    assert not before
    assert circle.memberships.current().filter(user=newcomer).exists()


def test_a_mailed_invitation_is_good_for_one_person_once(client, link, circle):
    url = link(email="ann@example.org")
    client.force_login(make_user())
    client.post(url)
    late = make_user("Lee Late")
    client.force_login(late)

    answer = client.post(url)

    assert answer.status_code == 410
    assert not circle.memberships.filter(user=late).exists()


def test_a_link_lets_in_many_and_makes_them_wait_if_it_is_so_meant(client, link, circle):
    url = link(needs_approval=True)
    for _number in range(2):
        client.force_login(make_user())
        page = client.post(url, follow=True).content.decode()

    assert circle.memberships.waiting().count() == 2
    assert "A facilitator looks at each request." in page


def test_pressing_twice_is_accepting_once(client, link, circle):
    newcomer = make_user("Nora Newcomer")
    client.force_login(newcomer)
    url = link(email=newcomer.email)

    answers = [client.post(url).url for _press in range(2)]

    assert answers == ["/circles/maple-street/"] * 2
    assert circle.memberships.filter(user=newcomer).count() == 1


def test_two_presses_at_once_let_the_person_in_once(link, circle):
    newcomer = make_user("Nora Newcomer")
    link(email=newcomer.email)
    first, second = circle.invitations.get(), circle.invitations.get()

    assert first.accept(newcomer) == second.accept(newcomer)


def test_who_came_in_by_a_mail_may_follow_its_link_again(client, link, circle):
    newcomer = make_user("Nora Newcomer")
    client.force_login(newcomer)
    url = link(email=newcomer.email)
    client.post(url)

    assert client.get(url).url == "/circles/maple-street/"


def test_a_mailed_invitation_lets_in_who_asked_and_still_waits(client, link, circle):
    newcomer = make_user("Nora Newcomer")
    circle.admit(newcomer, needs_approval=True)
    client.force_login(newcomer)
    url = link(email=newcomer.email)

    page = client.get(url).content.decode()
    client.post(url)

    assert "I agree; join the circle" in page
    assert circle.memberships.current().filter(user=newcomer).exists()


def test_who_was_removed_does_not_come_back_by_a_link_without_a_yes(client, link, circle, member):
    circle.memberships.get(user=member).leave()
    client.force_login(member)
    url = link()

    page = client.get(url).content.decode()
    client.post(url)

    assert "I agree; ask to join" in page
    assert circle.memberships.waiting().get().user == member


def test_who_was_removed_comes_back_by_an_invitation_of_their_own(client, link, circle, member):
    circle.memberships.get(user=member).leave()
    client.force_login(member)

    client.post(link(email=member.email))

    assert circle.memberships.current().filter(user=member).exists()


def test_a_visitor_cannot_accept(client, link, circle):
    make_membership(circle)
    url = link()

    answer = client.post(url)

    assert answer.url == f"/accounts/login/?next={url}"
    assert circle.memberships.count() == 2


def test_opening_an_invitation_changes_no_row_of_it(client, link, circle):
    url = link(email="ann@example.org")
    before = circle.invitations.values().get()

    client.get(url)

    assert circle.invitations.values().get() == before


def test_who_is_signed_in_with_another_address_is_told(client, link):
    client.force_login(make_user("Nora Newcomer"))

    url = link(email="someone.else@example.org")
    page = client.get(url).content.decode()
    out = client.post("/accounts/logout/", {"next": url})

    assert "The invitation went to someone.else@example.org" in page
    assert "join the circle as nora.newcomer@example.org" in page
    assert out.url == url
    assert "I have an account" in client.get(url).content.decode()


def test_who_is_in_already_is_led_to_the_circle(client, link, member):
    client.force_login(member)

    assert client.get(link()).url == "/circles/maple-street/"


def test_a_visitor_is_shown_the_circle_and_two_ways_to_go_on(client, link):
    url = link(email="ann@example.org")

    page = client.get(url).content.decode()

    assert "Maple Street" in page
    assert f"/accounts/signup/?next={url}" in page
    assert f"/accounts/login/?next={url}" in page
    assert client.get("/accounts/signup/").status_code == 200


@pytest.mark.parametrize("state", ["unknown", "revoked", "used", "expired"])
def test_a_link_that_is_closed_says_so_and_tells_nothing_of_the_circle(client, link, state):
    url = link(email="ann@example.org")
    now = timezone.now()
    changes = {
        "unknown": {"token_hash": "0" * 64},
        "revoked": {"revoked_at": now},
        "used": {"accepted_at": now},
        "expired": {"created_at": now - timedelta(days=9), "expires_at": now - timedelta(days=1)},
    }
    Invitation.objects.update(**changes[state])

    answer = client.get(url)

    assert answer.status_code == 410
    assert "This link does not open any more" in answer.content.decode()
    assert "Maple Street" not in answer.content.decode()


@pytest.mark.parametrize("state", ["revoked", "expired"])
def test_a_closed_link_tells_a_stranger_who_is_signed_in_nothing_either(
    client, link, outsider, state
):
    url = link()
    now = timezone.now()
    changes = {
        "revoked": {"revoked_at": now},
        "expired": {"created_at": now - timedelta(days=9), "expires_at": now - timedelta(days=1)},
    }
    Invitation.objects.update(**changes[state])
    client.force_login(outsider)

    for answer in (client.get(url), client.post(url)):
        assert answer.status_code == 410
        assert "Maple Street" not in answer.content.decode()


def test_a_facilitator_takes_an_invitation_back(client, facilitator, link, circle):
    url = link()
    client.force_login(facilitator)

    client.post(f"/circles/maple-street/invitations/{circle.invitations.get().pk}/revoke/")

    client.logout()
    assert client.get(url).status_code == 410
