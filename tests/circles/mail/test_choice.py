"""Email settings: in the profile, or by the link in the footer of an email."""

import pytest
from django.test import Client

from circles import signed_links
from circles.inviting.invite import invite_by_mail
from circles.mail.delivery import deliver
from circles.models import Heartbeat, Invitation, Topic
from tests.factories import make_user

PAGE = "/mail/"
# No one but facilitators hears of emails that failed.
FOR_MEMBERS = [topic for topic in Topic.values if topic not in ("questions", "trouble")]


@pytest.fixture
def link(member):
    return f"/mail/{signed_links.sign('mail', member.pk)}/"


@pytest.fixture
def decline(circle, facilitator):
    invitation, _token = Invitation.objects.issue(
        circle, invited_by=facilitator, email="ann@example.org"
    )
    return f"/mail/{signed_links.sign('decline', invitation.pk)}/"


def test_all_mails_are_on_until_they_are_turned_off(client, member):
    client.force_login(member)
    form = client.get(PAGE).context["form"]
    client.post(PAGE, {"wanted": ["meetings", "minutes"], "save": "1"})

    member.refresh_from_db()
    assert form.initial["wanted"] == FOR_MEMBERS
    assert set(member.mails_off) == {*FOR_MEMBERS} - {"meetings", "minutes"}


def test_members_are_offered_only_what_can_reach_them(client, facilitator, member):
    member.turn_mails_off(["trouble"])
    client.force_login(member)
    page = client.get(PAGE).content.decode()
    client.post(PAGE, {"wanted": FOR_MEMBERS, "save": "1"})
    client.force_login(facilitator)

    assert "For facilitators" not in page
    assert "For facilitators" in client.get(PAGE).content.decode()
    member.refresh_from_db()
    assert member.mails_off == ["trouble"]


def test_the_profile_leads_to_the_choice(client, member):
    client.force_login(member)

    assert 'href="/mail/"' in client.get("/accounts/profile/").content.decode()


def test_the_link_of_a_mail_opens_the_choice_without_signing_in(client, member, link):
    page = client.get(link).content.decode()
    client.post(link, {"wanted": ["minutes"], "save": "1"})

    member.refresh_from_db()
    assert "Email me about" in page
    assert set(member.mails_off) == {*FOR_MEMBERS} - {"minutes"}


def test_nothing_ticked_is_a_choice_too(client, member, link):
    client.post(link, {"save": "1"})

    member.refresh_from_db()
    assert set(member.mails_off) == {*FOR_MEMBERS}


def test_looking_turns_nothing_off_and_the_button_does(client, member, link):
    page = client.get(f"{link}?topic=reminders").content.decode()
    member.refresh_from_db()
    before = member.mails_off
    client.post(f"{link}?topic=reminders", {"stop": "1"})

    member.refresh_from_db()
    assert "Stop these emails" in page
    assert (before, member.mails_off) == ([], ["reminders"])


def test_the_one_click_of_a_mail_program_needs_no_cookie_and_no_csrf_token(member, link):
    machine = Client(enforce_csrf_checks=True)

    answer = machine.post(f"{link}?topic=readings&topic=minutes", {"List-Unsubscribe": "One-Click"})

    member.refresh_from_db()
    assert answer.status_code == 200
    assert member.mails_off == ["minutes", "readings"]


def test_one_click_without_a_topic_ends_all_that_can_be_ended(client, member, link):
    client.post(link, {"List-Unsubscribe": "One-Click"})

    member.refresh_from_db()
    assert set(member.mails_off) == set(Topic.values)


@pytest.mark.parametrize("query", ["?topic=parties", "?topic=", "?topic=parties&topic=picnics"])
def test_a_link_with_no_topic_that_there_is_changes_nothing_and_asks(client, member, link, query):
    member.turn_mails_off(["minutes"])

    pages = [
        client.get(link + query),
        client.post(link + query, {"List-Unsubscribe": "One-Click"}),
        client.post(link + query, {"stop": "1"}),
    ]

    member.refresh_from_db()
    assert member.mails_off == ["minutes"]
    for page in pages:
        assert "We can’t tell which emails" in page.text
        assert "Email me about" in page.text
        assert "You won’t get these emails" not in page.text


def test_of_topics_known_and_unknown_the_known_are_turned_off(client, member, link):
    client.post(f"{link}?topic=parties&topic=minutes", {"List-Unsubscribe": "One-Click"})

    member.refresh_from_db()
    assert member.mails_off == ["minutes"]


def test_the_choice_can_be_saved_on_the_page_that_asks(client, member, link):
    client.post(f"{link}?topic=parties", {"wanted": ["minutes"], "save": "1"})

    member.refresh_from_db()
    assert set(member.mails_off) == {*FOR_MEMBERS} - {"minutes"}


def test_the_link_tells_nothing_of_who_it_is_or_of_their_circles(client, circle, member, link):
    page = client.get(link).content.decode()

    assert not any(word in page for word in ("Maple Street", "Mel Member", "member@example.org"))


def test_who_does_not_want_an_invitation_ends_it_with_one_press(client, decline):
    page = client.get(decline).content.decode()
    before = Invitation.objects.get().is_open
    client.post(decline)

    assert "Decline invitation" in page
    assert "Maple Street" not in page
    assert (before, Invitation.objects.get().is_open) == (True, False)


@pytest.mark.parametrize("fault", ["tampered", "foreign", "closed account"])
def test_a_link_that_is_wrong_says_so_and_what_to_do(client, circle, member, link, fault):
    if fault == "tampered":
        link = link.replace(f"/{member.pk}.", f"/{make_user().pk}.")
    if fault == "foreign":
        link = f"/mail/{signed_links.sign('rsvp', member.pk, 1)}/"
    if fault == "closed account":
        member.is_active = False
        member.save()

    for answer in (client.get(link), client.post(link, {"List-Unsubscribe": "One-Click"})):
        assert answer.status_code == 410
        assert "This link doesn’t work" in answer.content.decode()
        assert "Maple Street" not in answer.content.decode()


@pytest.fixture
def kept(settings, tmp_path, circle, facilitator):
    """The demo, which writes emails to files."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = tmp_path
    invite_by_mail(circle, facilitator, ["ann@example.org", "bob@example.org"])
    deliver()


def test_the_mails_of_the_demo_can_be_read_by_its_admin(client, admin, kept):
    client.force_login(admin)

    page = client.get("/admin/circles/mail/kept/").content.decode()
    key = page.partition("/admin/circles/mail/kept/2")[2].partition("/")[0]
    mail = client.get(f"/admin/circles/mail/kept/2{key}/").content.decode()
    html = client.get(f"/admin/circles/mail/kept/2{key}/html/")

    assert "ann@example.org" in page
    assert "bob@example.org" in page
    assert 'href="http://localhost:8000/join/' in mail
    assert "See the invitation" in html.content.decode()
    assert "default-src 'none'" in html["Content-Security-Policy"]


@pytest.mark.parametrize("who", ["staff", "site that others use", "mail server"])
def test_nobody_else_reads_mails_anywhere_else(client, admin, kept, settings, who):
    if who == "staff":
        admin.is_superuser = False
        admin.save()
    if who == "site that others use":
        settings.SITE_URL = "https://circles.example.org"
    if who == "mail server":
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    client.force_login(admin)

    assert client.get("/admin/circles/mail/kept/").status_code == 404


def test_a_site_that_others_use_is_told_when_its_mails_reach_nobody(client, admin, kept, settings):
    settings.SITE_URL = "https://circles.example.org"
    Heartbeat.beat()
    client.force_login(admin)

    page = client.get("/admin/circles/mail/").content.decode()

    assert "Emails are saved to files and don’t reach anyone." in page
