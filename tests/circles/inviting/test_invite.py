"""Inviting people to a circle."""

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db.models import F

from circles.mail.delivery import deliver
from circles.models import Invitation, Mail

LIST = "/circles/maple-street/invitations/"
FORM = f"{LIST}new/"


@pytest.fixture
def link(circle, facilitator):
    """Create an invitation and return the URL of its page."""

    def issue(**fields):
        _invitation, token = Invitation.objects.issue(circle, invited_by=facilitator, **fields)
        return f"/join/{token}/"

    return issue


def remarks(response):
    """What the page says about each address without an invitation: line, text, reason."""
    return [tuple(remark.values()) for remark in response.context["remarks"]]


def let_pass(circle, time):
    """Make the circle's invitations this much older."""
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
        (2, "Bob <bob.example.org>", "Not an email address. You can fix it in the box below.")
    ]
    assert response.context["form"]["emails"].value() == "Bob <bob.example.org>"


def test_what_was_copied_from_outlook_or_a_spreadsheet_leaves_nothing_to_fix(
    client, facilitator, circle, mailoutbox
):
    client.force_login(facilitator)
    pasted = "Smith, Ann <ann@example.org>; Day, Ben <ben@example.org>\r\n"
    pasted += "Ann\tSmith\tAnn@Example.org\t555-1234\r\n"

    response = client.post(FORM, {"emails": pasted})
    deliver()

    assert [mail.to for mail in mailoutbox] == [["ann@example.org"], ["ben@example.org"]]
    assert remarks(response) == [(2, "Ann@Example.org", "Same as line 1.")]
    assert response.context["form"]["emails"].value() == ""
    names = dict(circle.invitations.values_list("email", "name"))
    assert names == {"ann@example.org": "Ann Smith", "ben@example.org": "Ben Day"}
    assert "(Ben Day)" in client.get(LIST).content.decode()


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
        (1, "member@example.org", "Already in the circle."),
        (2, "ann@example.org", "Already invited. No reply yet."),
        (3, "New@Example.org", "Same as line 3."),
    ]
    assert response.context["form"]["emails"].value() == ""


def test_the_inviters_word_stands_in_the_mail_and_on_the_page_as_text(
    client, facilitator, mailoutbox, circle
):
    client.force_login(facilitator)

    client.post(FORM, {"emails": "ann@example.org", "message": "Come & <b>talk</b>,\ndear Ann."})
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
    assert mail.subject == "Fran Facilitator invited you to Maple Street"
    assert len(re.findall(r"/join/\S+/", mail.body)) == 1
    assert re.search(r'href="[^"]*/join/[^"]+/"', html)
    assert "member@example.org" not in mail.body + html


def test_the_inviter_sees_which_mails_are_on_their_way_and_which_have_gone(client, facilitator):
    client.force_login(facilitator)

    client.post(FORM, {"emails": "ann@example.org"})
    before = client.get(LIST).content.decode()
    deliver()
    after = client.get(LIST).content.decode()

    assert "An invitation is on its way to ann@example.org." in before
    assert "The email is on its way." in before
    assert "The email is on its way." not in after


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

    assert mailoutbox[0].subject == "Fran Facilitator invited you to Maple Street"


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

    assert "That’s more than 50 addresses." in page
    assert "person50@example.org" in page
    assert mailoutbox == []


def test_an_address_too_long_to_be_one_is_refused(client, facilitator, mailoutbox):
    client.force_login(facilitator)

    response = client.post(FORM, {"emails": f"ann@{'a.' * 130}org"})

    assert "No invitations were sent." in response.content.decode()
    assert [why for *_where, why in remarks(response)] == [
        "Not an email address. You can fix it in the box below."
    ]
    assert mailoutbox == []
