"""A change of the privacy setting is confirmed, and announced to every member."""

import pytest
from django.urls import reverse
from django.utils import timezone

from circles.mail.delivery import deliver
from circles.models import Circle, Mail, Membership, PrivacyChange
from tests.factories import make_membership, make_user

OFF, CHATHAM, RECORDED = Circle.Privacy.values
NOTICE = "Privacy setting changed"


def settings_of(client, circle, facilitator, **changes):
    """The settings form of a circle, as a browser sends it back."""
    client.force_login(facilitator)
    form = client.get(reverse("circles:circle_edit", args=[circle.slug])).context["form"]
    sent = {name: value for name, value in form.initial.items() if value is not None}
    return sent | changes


def switch_privacy(client, circle, facilitator, privacy):
    """Change the privacy setting as a facilitator does, with the check that it asks for."""
    page = reverse("circles:circle_edit", args=[circle.slug])
    sent = settings_of(client, circle, facilitator, privacy=privacy)
    answer = client.post(page, sent | {f"confirm_{privacy}": "on"})
    assert answer.status_code == 302


@pytest.fixture
def page(circle):
    return reverse("circles:circle_edit", args=[circle.slug])


@pytest.fixture
def switch(client, circle, facilitator, member):
    def switch(privacy):
        switch_privacy(client, circle, facilitator, privacy)

    return switch


def circle_page(client, circle, person):
    client.force_login(person)
    return client.get(circle.get_absolute_url())


def hide(client, circle, shown):
    newest = shown.context["glance"].privacy_changes[-1].pk
    client.post(reverse("circles:privacy_seen", args=[circle.slug]), {"newest": newest})


# --- The settings form ---


def test_the_form_says_beside_its_button_that_a_change_is_emailed(client, facilitator, page):
    client.force_login(facilitator)

    assert "If you change the privacy setting or when" in client.get(page).text
    assert "If you change the privacy setting" not in client.get("/circles/new/").text


def test_a_change_asks_for_a_check_first_and_keeps_what_was_typed(
    client, circle, facilitator, member, page
):
    sent = settings_of(client, circle, facilitator, privacy=RECORDED, purpose="To read.")
    asked = client.post(page, sent)
    circle.refresh_from_db()

    assert asked.status_code == 422
    assert "To confirm, check this box and save again." in asked.text
    assert "To read." in asked.text
    assert (circle.privacy, circle.purpose) == (OFF, "")
    assert not PrivacyChange.objects.exists() and not Mail.objects.exists()


def test_a_check_for_one_setting_is_none_for_another(client, circle, facilitator, member, page):
    sent = settings_of(client, circle, facilitator, privacy=RECORDED)

    answer = client.post(page, sent | {f"confirm_{CHATHAM}": "on"})

    assert answer.status_code == 422
    assert not PrivacyChange.objects.exists()


def test_other_settings_ask_for_no_check_and_tell_no_one(client, circle, facilitator, member, page):
    client.post(page, settings_of(client, circle, facilitator, purpose="To read."))

    circle.refresh_from_db()
    assert circle.purpose == "To read."
    assert not PrivacyChange.objects.exists() and not Mail.objects.exists()


def test_who_is_alone_is_asked_nothing(client, circle, facilitator, page):
    client.post(page, settings_of(client, circle, facilitator, privacy=RECORDED))

    circle.refresh_from_db()
    assert circle.privacy == RECORDED


def test_what_another_facilitator_changed_first_is_shown_before_the_check(
    client, circle, facilitator, member, page, switch
):
    sent = settings_of(client, circle, facilitator, privacy=OFF)
    switch(RECORDED)

    stale = client.post(page, sent)
    again = client.post(page, sent | {"seen": stale.context["form"]["seen"].value()})

    assert stale.status_code == 409
    assert again.status_code == 422 and f"confirm_{OFF}" in again.context["form"].fields
    assert PrivacyChange.objects.count() == 1


# --- The email ---


def test_every_member_is_emailed_who_changed_it_from_what_to_what_and_what_it_means(
    circle, facilitator, member, switch, mailoutbox
):
    switch(RECORDED)
    deliver()

    assert {mail.to[0] for mail in mailoutbox} == {facilitator.email, member.email}
    mail = mailoutbox[0]
    text = " ".join(mail.body.split())
    assert mail.subject == "New privacy setting: Notes with names"
    assert (
        "Fran Facilitator changed the privacy setting for Maple Street from “Off the record” to "
        "“Notes with names.”" in text
    )
    assert f"From now on: {Circle.PRIVACY_LINES[RECORDED]}" in text
    assert "Notes written before this change stay without names." in text


@pytest.mark.parametrize(
    ("before", "after", "of_before"),
    [
        (OFF, RECORDED, "stay without names"),
        (RECORDED, OFF, "keep the names they have"),
        (OFF, CHATHAM, "keep the setting they were written under"),
    ],
)
def test_each_change_says_what_holds_for_the_notes_of_before(before, after, of_before):
    assert of_before in str(PrivacyChange(before=before, after=after).of_before)


def test_the_longest_subject_fits(circle, switch, mailoutbox):
    for privacy in (RECORDED, CHATHAM, OFF):
        switch(privacy)
        deliver()

    assert max(len(mail.subject) for mail in mailoutbox) <= 50


def test_no_choice_of_emails_turns_it_off_and_none_waits_for_an_hour(
    client, member, switch, mailoutbox
):
    client.force_login(member)
    client.post("/mail/", {"save": "1"})
    Mail.objects.create(kind="minutes", cause="x", user=member, sent_at=timezone.now())
    switch(RECORDED)
    deliver()

    assert [mail.to for mail in mailoutbox].count([member.email]) == 1


def test_a_switch_there_and_back_is_told_as_two_changes(client, circle, member, switch, mailoutbox):
    switch(RECORDED)
    switch(OFF)
    deliver()

    (told,) = (mail for mail in mailoutbox if mail.to == [member.email])
    text = " ".join(told.body.split())
    assert "from “Off the record” to “Notes with names.”" in text
    assert "from “Notes with names” to “Off the record.”" in text
    shown = circle_page(client, circle, member)
    assert shown.text.count("changed it from") == 2
    assert str(Circle.PRIVACY_LINES[OFF]) in shown.text


def test_it_is_queued_with_the_change_or_not_at_all(circle, facilitator, member, monkeypatch):
    class Broken(Exception):
        pass

    def fail(*args, **kwargs):
        raise Broken

    monkeypatch.setattr(type(Mail.objects.all()), "queue", fail)
    monkeypatch.setattr(type(Mail.objects), "queue", fail)
    circle.privacy = RECORDED

    with pytest.raises(Broken):
        circle.keep_settings(["privacy"], by=circle.memberships.get(user=facilitator))

    circle.refresh_from_db()
    assert circle.privacy == OFF
    assert not PrivacyChange.objects.exists()


# --- The circle's page ---


def test_the_circles_page_shows_it_until_each_member_hides_it(
    client, circle, facilitator, member, switch
):
    other = make_user("Olga Other")
    make_membership(circle, other)
    switch(RECORDED)

    shown = [circle_page(client, circle, person) for person in (member, member, other)]
    hide(client, circle, shown[2])
    after = [circle_page(client, circle, person) for person in (member, other)]

    assert [NOTICE in page.text for page in shown] == [True] * 3
    assert [NOTICE in page.text for page in after] == [True, False]


def test_who_changed_it_sees_it_done_and_no_notice(client, circle, facilitator, member, page):
    sent = settings_of(client, circle, facilitator, privacy=RECORDED)
    done = client.post(page, sent | {f"confirm_{RECORDED}": "on"}, follow=True)

    assert "with a new privacy setting. 2 people get an email right away." in done.text
    assert NOTICE not in done.text


def test_hiding_hides_only_what_the_page_showed(client, circle, member, switch):
    switch(RECORDED)
    shown = circle_page(client, circle, member)
    switch(CHATHAM)
    client.force_login(member)
    hide(client, circle, shown)

    again = circle_page(client, circle, member)

    assert [change.after for change in again.context["glance"].privacy_changes] == [CHATHAM]


@pytest.mark.parametrize("newest", ["", "x", "-1", "9" * 50])
def test_a_form_of_another_kind_hides_nothing_wrong(client, circle, member, switch, newest):
    switch(RECORDED)
    client.force_login(member)

    answer = client.post(reverse("circles:privacy_seen", args=[circle.slug]), {"newest": newest})

    assert answer.status_code == 302


def test_a_member_hides_it_for_no_one_else(client, circle, member, switch):
    other = make_membership(circle, make_user("Olga Other"))
    switch(RECORDED)

    hide(client, circle, circle_page(client, circle, member))

    assert other.unseen_privacy_changes.exists()


def test_who_joins_later_finds_the_setting_and_no_notice(client, circle, switch):
    switch(RECORDED)
    newcomer = make_user("Nora Newcomer")
    circle.admit(newcomer)

    page = circle_page(client, circle, newcomer)

    assert NOTICE not in page.text
    assert str(Circle.PRIVACY_LINES[RECORDED]) in page.text


def test_who_asked_to_join_under_the_old_setting_is_shown_the_change_once_approved(
    client, circle, switch, mailoutbox
):
    asking = make_user("Asa Asking")
    membership = circle.admit(asking, needs_approval=True)
    switch(RECORDED)
    deliver()
    membership.approve()

    assert [asking.email] not in [mail.to for mail in mailoutbox]
    assert NOTICE in circle_page(client, circle, asking).text


def test_who_left_and_comes_back_finds_no_notice_of_before(client, circle, member, switch):
    switch(RECORDED)
    circle.memberships.get(user=member).leave()
    circle.admit(member)

    assert NOTICE not in circle_page(client, circle, member).text


def test_a_visitor_without_an_account_is_no_obstacle(circle, meeting, member, switch):
    meeting.note_attendance(set(), [("Vic Visitor", True)])

    switch(RECORDED)

    assert Mail.objects.filter(kind=Mail.Kind.PRIVACY).count() == Membership.objects.count()


def test_a_circle_that_is_discarded_takes_its_changes_along(client, circle, facilitator, page):
    client.post(page, settings_of(client, circle, facilitator, privacy=RECORDED))

    circle.discard()

    assert not PrivacyChange.objects.exists()
