"""The way in for someone without an account: they ask, an admin answers, they start a circle."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.core.cache import cache
from django.utils import timezone

from accounts.models import SiteEvent, User
from circles.mail.delivery import deliver
from circles.models import Circle, CircleRequest, Mail
from operations import housekeeping
from tests.factories import make_user

ASK = "/start/"
WORDS = {
    "name": "Una",
    "email": "Una@example.org",
    "place": "Springfield",
    "why": "Neighbors on my block.",
}
LIST = "/admin/circles/circlerequest/"


@pytest.fixture(autouse=True)
def nothing_counted_yet():
    """Clear the counts of attempts, which are in the cache."""
    cache.clear()


@pytest.fixture
def asked(db):
    return CircleRequest.objects.create(name="Una", email="una@example.org", place="Springfield")


@pytest.fixture
def answer(client, admin, asked, mailoutbox):
    """Answer the request in the admin, and return the email about it."""

    def answer(decision, message=""):
        client.force_login(admin)
        page = f"{LIST}{asked.pk}/change/"
        client.post(page, {"decision": decision, "message": message})
        client.logout()
        mailoutbox.clear()
        deliver()
        return next(iter(mailoutbox), None)

    return answer


def link_in(mail):
    return re.search(r"/start/\S+/", mail.body)[0]


def test_a_request_makes_no_account_and_reaches_those_who_may_answer(client, admin, mailoutbox):
    editor = make_user(is_staff=True)
    helper = make_user(is_staff=True)
    helper.user_permissions.add(Permission.objects.get(codename="change_circlerequest"))

    page = client.post(ASK, WORDS, follow=True)
    deliver()

    assert "Request sent. We’ll email our answer to una@example.org." in page.text
    assert CircleRequest.objects.get().why == "Neighbors on my block."
    assert not User.objects.filter(email="una@example.org").exists()
    assert sorted(mail.to[0] for mail in mailoutbox) == sorted([admin.email, helper.email])
    assert editor.email not in [mail.to[0] for mail in mailoutbox]
    assert "Una would like to start a circle in Springfield." in mailoutbox[0].body


def test_a_link_of_a_stranger_reaches_no_admin_by_email(client, admin, mailoutbox):
    refused = client.post(ASK, WORDS | {"name": "See evil.example.com"})
    client.post(ASK, WORDS | {"place": "evil.example.com", "why": "evil.example.com"})
    deliver()

    assert refused.status_code == 422
    assert "Una would like to start a circle." in mailoutbox[0].body
    assert "evil" not in mailoutbox[0].body


def test_the_same_request_sent_twice_is_one(client, admin):
    for _time in range(2):
        client.post(ASK, WORDS)

    assert CircleRequest.objects.count() == Mail.objects.count() == 1


def test_too_many_requests_are_refused_with_all_that_was_typed(client, db):
    for number in range(5):
        client.post(ASK, WORDS | {"email": f"{number}@example.org"})

    page = client.post(ASK, WORDS)

    assert page.status_code == 422
    assert "That’s a lot of requests for one day." in page.text
    assert "Neighbors on my block." in page.text
    assert CircleRequest.objects.count() == 5


def test_where_anyone_may_sign_up_there_is_nothing_to_ask(client, db, settings):
    settings.OPEN_SIGN_UP = True

    assert client.get(ASK).url == "/accounts/signup/?next=%2Fcircles%2Fnew%2F"


def test_the_admin_says_how_many_wait_and_shows_them_first(client, admin, asked):
    CircleRequest.objects.create(
        name="Old", email="old@example.org", place="Here", declined_at=timezone.now()
    )
    client.force_login(admin)

    assert "1 request to start a circle is waiting for an answer." in client.get("/admin/").text
    page = client.get(LIST).text
    assert "Requests to start a circle: 1 is waiting for an answer" in page
    assert page.index("Una") < page.index("Old")
    assert "Old" not in client.get(f"{LIST}?state=open").text
    assert "Una" not in client.get(f"{LIST}?state=answered").text


def test_staff_without_the_right_neither_see_nor_answer_requests(client, asked):
    client.force_login(make_user(is_staff=True))

    assert "waiting for an answer" not in client.get("/admin/").text
    assert client.get(LIST).status_code == 403
    for answer in (client.get, client.post):
        assert answer(f"{LIST}{asked.pk}/change/", {"decision": "invite"}).status_code == 403
    asked.refresh_from_db()
    assert not asked.is_answered


def test_who_may_only_view_requests_cannot_answer_them(client, asked):
    viewer = make_user(is_staff=True)
    viewer.user_permissions.add(Permission.objects.get(codename="view_circlerequest"))
    client.force_login(viewer)
    page = f"{LIST}{asked.pk}/change/"

    assert "Invite to start a circle" not in client.get(page).text
    assert client.post(page, {"decision": "invite"}).status_code == 403


def test_an_invited_person_signs_up_and_lands_on_the_form(client, answer, admin):
    mail = answer("invite", "Lovely!")
    link = link_in(mail)
    landing = client.get(link)
    form = client.get("/accounts/signup/").text
    signed_up = client.post(
        f"/accounts/signup/?next={link}", {"display_name": "Una", "email": "una@example.org"}
    )

    assert mail.to == ["una@example.org"]
    assert "Lovely!" in mail.body
    assert "I’m new here" in landing.text
    assert 'value="una@example.org"' in form and 'value="Una"' in form
    assert signed_up.url == link
    assert client.get(link).url == "/circles/new/"
    client.post("/circles/new/", {"name": "Springfield Circle"})
    assert Circle.objects.get().memberships.facilitators().get().user.email == "una@example.org"
    assert SiteEvent.objects.filter(kind=SiteEvent.Kind.REQUEST_INVITED, by=admin).exists()


def test_an_invited_person_with_an_account_finds_the_address_at_sign_in(client, answer):
    make_user("Una", email="una@example.org")
    client.get(link_in(answer("invite")))

    assert 'value="una@example.org"' in client.get("/accounts/login/").text


def test_one_invitation_makes_one_account(client, answer):
    link = link_in(answer("invite"))
    for email in ("una@example.org", "someone.else@example.org"):
        client.get(link)
        client.post("/accounts/signup/", {"display_name": "Una", "email": email})
        client.logout()

    assert not User.objects.filter(email="someone.else@example.org").exists()


def test_another_address_than_the_invited_one_needs_its_own_code(client, answer, mailoutbox):
    client.get(link_in(answer("invite")))
    mailoutbox.clear()
    client.post("/accounts/signup/", {"display_name": "Una", "email": "other@example.org"})

    assert "_auth_user_id" not in client.session
    assert mailoutbox[0].to == ["other@example.org"]


def test_the_link_ends_after_thirty_days_and_a_made_up_one_opens_nothing(client, answer, asked):
    link = link_in(answer("invite"))
    opened = client.get(link).status_code
    CircleRequest.objects.update(invited_at=timezone.now() - timedelta(days=31))

    expired = client.get(link)
    assert (opened, expired.status_code) == (200, 410)
    assert "This invitation has expired. You can ask again." in expired.text
    assert client.get(f"/start/{asked.pk}.made-up/").status_code == 410
    page = client.post("/accounts/signup/", {"display_name": "Una", "email": "una@example.org"})
    assert page.status_code == 410
    assert not User.objects.filter(email="una@example.org").exists()


def test_a_link_opens_only_once_it_was_sent(client, asked):
    from circles.signed_links import sign

    assert client.get(f"/start/{sign('start', asked.pk)}/").status_code == 410


def test_who_is_declined_hears_it_with_the_admins_own_words(client, answer, admin):
    mail = answer("decline", "There’s a circle on Elm Street. Ask Ruth.")

    assert "We can’t set one up for you right now." in mail.body
    assert "There’s a circle on Elm Street. Ask Ruth." in mail.body
    assert "/start/" not in mail.body


def test_a_request_is_answered_once(client, answer, asked, admin):
    answer("decline")

    assert answer("invite") is None
    client.force_login(admin)
    page = client.post(f"{LIST}{asked.pk}/change/", {"decision": "invite"}, follow=True)
    assert "Someone else just answered this request." in page.text
    assert "Invite to start a circle" not in page.text


def test_old_requests_are_deleted(asked):
    def kept():
        housekeeping.run()
        return CircleRequest.objects.exists()

    now = timezone.now()
    CircleRequest.objects.update(created_at=now - timedelta(days=300))
    open_for_long = kept()
    CircleRequest.objects.update(declined_at=now - timedelta(days=89))
    just_answered = kept()
    CircleRequest.objects.update(declined_at=now - timedelta(days=91))

    assert open_for_long and just_answered
    assert not kept()


def test_home_leads_an_admin_to_what_waits(client, admin, asked):
    client.force_login(admin)
    assert f'href="{LIST}"' in client.get("/").content.decode()

    client.force_login(make_user())
    assert LIST not in client.get("/").content.decode()
