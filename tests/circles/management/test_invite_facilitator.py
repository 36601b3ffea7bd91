"""The operator's way to invite the first people of a site."""

import re
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts.models import SiteEvent, User
from circles.mail.delivery import deliver, give_up
from circles.models import CircleRequest, Heartbeat, Mail
from tests.factories import make_user

pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture(autouse=True)
def worker(db):
    Heartbeat.beat()


@pytest.fixture
def invite(capsys):
    def invite(*arguments):
        """What the command prints."""
        call_command("invite_facilitator", *arguments)
        return capsys.readouterr().out

    return invite


@pytest.fixture
def unclaimed():
    """Someone whom an admin added, and who hasn't signed in yet."""
    person = make_user("Una", email="una@example.org")
    person.await_proof_of_email()
    return person


def test_someone_without_an_account_signs_up_and_lands_on_the_form(client, invite, mailoutbox):
    said = invite("Una@Example.org", "--name", "Una")
    deliver()
    (mail,) = mailoutbox
    link = re.search(r"/start/\S+/", mail.body)[0]
    client.get(link)
    form = client.get("/accounts/signup/").text
    client.post("/accounts/signup/", {"display_name": "Una", "email": "una@example.org"})

    assert said == "We’re emailing una@example.org how to start a circle.\n"
    assert (mail.to, mail.subject) == (["una@example.org"], "You’re invited to start a circle")
    assert mail.body.startswith("Una, you’re invited to start a circle.")
    assert 'value="una@example.org"' in form and 'value="Una"' in form
    assert client.get(link).url == "/circles/new/"
    event = SiteEvent.objects.get(kind=SiteEvent.Kind.REQUEST_INVITED)
    assert event.sentence.endswith("on the command line) invited someone to start a circle.")


def test_a_name_can_be_left_out(client, invite, mailoutbox):
    invite("una@example.org")
    deliver()

    assert mailoutbox[0].body.startswith("You’re invited to start a circle.")
    link = re.search(r"/start/\S+/", mailoutbox[0].body)[0]
    assert "Start your circle" in client.get(link).text


def test_twice_is_one_email_and_again_sends_the_same_link(invite, mailoutbox):
    invite("una@example.org")
    waiting = invite("una@example.org")
    deliver()
    sent = invite("una@example.org")
    invite("una@example.org", "--again")
    deliver()

    assert waiting == "una@example.org has an email coming already.\n"
    assert re.match(r"una@example.org was invited .+\. Nothing was sent\.", sent)
    first, second = (re.search(r"/start/\S+/", mail.body)[0] for mail in mailoutbox)
    assert first == second
    assert CircleRequest.objects.count() == 1


def test_an_invitation_that_ended_is_made_again(invite):
    invite("una@example.org")
    deliver()
    CircleRequest.objects.update(invited_at=timezone.now() - timedelta(days=31))

    assert invite("una@example.org").startswith("We’re emailing")
    assert CircleRequest.objects.count() == 2


def test_someone_who_asked_gets_the_answer_to_that(invite, mailoutbox):
    asked = CircleRequest.objects.create(name="Una", email="una@example.org", place="Springfield")

    invite("una@example.org")
    deliver()

    asked.refresh_from_db()
    assert asked.is_open and CircleRequest.objects.count() == 1
    assert mailoutbox[0].body.startswith("Una, you asked to start a circle.")


def test_someone_whom_an_admin_added_is_told_how_to_sign_in(invite, unclaimed, mailoutbox):
    first = invite("una@example.org")
    deliver()
    second = invite("una@example.org")

    assert first == "We’re emailing una@example.org how to start a circle.\n"
    assert "/accounts/login/" in mailoutbox[0].body
    assert re.match(r"una@example.org was invited .+\. Nothing was sent\.", second)
    assert not CircleRequest.objects.exists()


def test_someone_with_an_account_is_emailed_only_when_asked_for(invite):
    make_user("Una", email="una@example.org")

    said = invite("una@example.org")
    nothing = not Mail.objects.exists()

    assert nothing and said.startswith("una@example.org has an account already. Nothing was sent.")
    assert invite("una@example.org", "--again").startswith("We’re emailing")


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["una@"], "una@: Enter an email address, such as name@example.org. Nothing was sent."),
        (["una@example.org", "--name", "evil.example.com"], "A name can’t include a link"),
        (["una@example.org", "--name", "\u200b"], "This looks blank."),
        ([f"{'u' * 300}@example.org"], "Shorten this to 254 characters."),
    ],
)
def test_what_cannot_be_used_is_told(invite, arguments, why):
    with pytest.raises(CommandError, match=re.escape(why)):
        invite(*arguments)
    assert not Mail.objects.exists()


def test_a_closed_account_is_told(invite):
    make_user(email="una@example.org", is_active=False)

    with pytest.raises(CommandError, match="This account is closed"):
        invite("una@example.org")


def test_a_mailbox_that_bounces_is_told_and_can_be_tried_again(client, admin, invite):
    invite("una@example.org")
    give_up(Mail.objects.get(), "550 no such user una@example.org", is_bounce=True)

    why = "couldn’t be delivered: 550 no such user the address. Check the address."
    with pytest.raises(CommandError, match=why):
        invite("una@example.org")
    client.force_login(admin)
    page = "/admin/circles/circlerequest/"
    assert "Invited, but the email failed" in client.get(page).text
    assert invite("una@example.org", "--again").startswith("We’re emailing")
    assert "Invited, but the email failed" not in client.get(page).text


def test_a_person_whose_mailbox_bounces_is_told(invite, unclaimed):
    invite("una@example.org")
    give_up(Mail.objects.with_subjects().get(), "550 no such user", is_bounce=True)

    for arguments in (["una@example.org"], ["una@example.org", "--again"]):
        with pytest.raises(CommandError, match="Check the address"):
            invite(*arguments)


def test_without_a_mail_server_nothing_is_queued(invite, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.SITE_URL = "https://circles.example.org"

    with pytest.raises(CommandError, match="set EMAIL_URL. Nothing was sent."):
        invite("una@example.org")
    assert not CircleRequest.objects.exists() and not User.objects.exists()


def test_a_demo_says_where_the_email_will_be(invite, settings, tmp_path):
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = str(tmp_path)

    assert f"so the email will be in a file in {tmp_path}." in invite("una@example.org")


def test_it_says_that_the_worker_is_not_running(invite):
    Heartbeat.objects.all().delete()

    assert "The worker has never run" in invite("una@example.org")
