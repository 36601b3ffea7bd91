"""An email address that an admin sets gives no access to an account or a circle."""

import re

import pytest
from django.contrib import admin as admin_pages
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from zeal import zeal_ignore

from accounts.models import AddressChange, User
from circles.models import Membership, Vouch
from tests.factories import make_circle, make_membership, make_note, make_user
from tests.signing_in import sign_in

NEW = "eve@example.com"


@pytest.fixture
def note(meeting, member):
    return make_note(meeting, member, text="Said among us.")


@pytest.fixture
def notes_page(note):
    meeting = note.meeting
    return reverse("circles:note_list", args=[meeting.circle.slug, meeting.number])


@pytest.fixture
def set_address(transactional_db, admin):
    """Set an address as an admin does on a person's page. Emails go out after the commit."""
    desk = Client()
    desk.force_login(admin)

    def set_address(person, email, **fields):
        kept = ["display_name", "time_zone", "text_size"]
        sent = {name: getattr(person, name) for name in kept} | {"is_active": "on"}
        with zeal_ignore([{"model": "accounts.User", "field": "get()"}]):
            answer = desk.post(
                f"/admin/accounts/user/{person.pk}/change/", sent | {"email": email} | fields
            )
        assert answer.status_code == 302
        person.refresh_from_db()

    return set_address


def sign_in_with_code(email, mailoutbox):
    """A browser that the reader of this mailbox signed in with the emailed code."""
    browser = Client()
    mailoutbox.clear()
    browser.post(reverse("account_login"), {"login": email})
    codes = [
        code
        for mail in mailoutbox
        if mail.to == [email]
        for code in re.findall(r"^\d{6}$", mail.body, re.MULTILINE)
    ]
    if codes:
        browser.post(reverse("account_confirm_login_code"), {"code": codes[-1]})
    return browser


def link_in(mail):
    return re.search(r"http://localhost:8000(/accounts/address/\S+)", mail.body)[1]


def to(mailoutbox, address):
    return [mail for mail in mailoutbox if mail.to == [address]]


# --- The attack ---


def test_an_admin_who_sets_an_address_of_their_own_reads_nothing(
    set_address, circle, member, notes_page, mailoutbox
):
    set_address(member, NEW)

    as_member = sign_in_with_code(NEW, mailoutbox)

    assert as_member.get(notes_page).status_code == 302
    assert member.email == "member@example.org"
    assert circle.memberships.get(user=member).is_current


def test_nor_does_an_admin_who_puts_the_old_one_back(set_address, member, notes_page, mailoutbox):
    set_address(member, NEW)
    browser = sign_in_with_code(NEW, mailoutbox)
    set_address(member, "member@example.org")

    assert browser.get(notes_page).status_code == 302
    assert sign_in_with_code(NEW, mailoutbox).get(notes_page).status_code == 302


@pytest.mark.parametrize("how", ["closed and opened", "a new person", "a password asked for"])
def test_no_other_way_through_the_admin_leads_into_the_account(
    set_address, admin, member, notes_page, mailoutbox, how
):
    if how == "closed and opened":
        set_address(member, NEW, is_active="")
        set_address(member, NEW)
    desk = Client()
    desk.force_login(admin)
    if how == "a new person":
        new = {"email": NEW, "display_name": "Mel Member", "time_zone": "UTC"}
        desk.post("/admin/accounts/user/add/", new)
    if how == "a password asked for":
        set_address(member, NEW)
        Client().post(reverse("account_reset_password"), {"email": NEW})

    assert sign_in_with_code(NEW, mailoutbox).get(notes_page).status_code in (302, 404)
    assert not Membership.objects.filter(user__email=NEW).exists()


def test_the_owner_is_not_signed_out_by_what_an_admin_asks(client, set_address, member, notes_page):
    client.force_login(member)

    set_address(member, NEW)

    assert client.get(notes_page).status_code == 200


def test_closing_an_account_ends_its_sessions_for_good(client, set_address, member, notes_page):
    client.force_login(member)

    set_address(member, member.email, is_active="")
    set_address(member, member.email)

    assert client.get(notes_page).status_code == 302


def test_no_page_of_the_admin_shows_circles_addresses_or_sessions():
    shown = {model._meta.label for model in admin_pages.site._registry}

    assert not shown & {
        "account.EmailAddress",
        "account.EmailConfirmation",
        "accounts.AddressChange",
        "sessions.Session",
        "auth.Permission",
    }
    of_circles = {label for label in shown if label.startswith("circles.")}
    assert of_circles == {"circles.CircleRequest", "circles.CircleWithoutDate", "circles.Mail"}


# --- By the old address ---


def test_the_old_address_agrees_and_the_new_one_is_proven_by_a_code(
    client, set_address, member, notes_page, mailoutbox, facilitator
):
    client.force_login(member)
    set_address(member, NEW)
    link = link_in(to(mailoutbox, "member@example.org")[0])
    by_link = Client(enforce_csrf_checks=True)
    page = by_link.get(link)
    token = re.search(r'csrfmiddlewaretoken" value="(\w+)"', page.text)[1]
    member.refresh_from_db()
    assert member.email == "member@example.org"
    mailoutbox.clear()

    by_link.post(link, {"answer": "yes", "csrfmiddlewaretoken": token})

    member.refresh_from_db()
    address = member.emailaddress_set.get()
    assert (member.email, address.email, address.verified) == (NEW, NEW, False)
    assert client.get(notes_page).status_code == 302
    assert sorted(mail.to[0] for mail in mailoutbox) == [
        NEW,
        "facilitator@example.org",
        "member@example.org",
    ]
    assert not any("Said among us" in mail.body for mail in mailoutbox)
    assert NEW not in to(mailoutbox, "member@example.org")[0].body
    assert sign_in_with_code(NEW, mailoutbox).get(notes_page).status_code == 200
    assert member.emailaddress_set.get().verified
    assert sign_in_with_code("member@example.org", mailoutbox).get(notes_page).status_code == 302


def test_the_old_address_refuses(client, set_address, member, mailoutbox):
    set_address(member, NEW)
    link = link_in(to(mailoutbox, "member@example.org")[0])

    client.post(link, {"answer": "no"})
    too_late = client.post(link, {"answer": "yes"})

    member.refresh_from_db()
    assert too_late.status_code == 410
    assert member.email == "member@example.org"


@pytest.mark.parametrize("fault", ["cut off", "of another", "old", "replaced", "changed meanwhile"])
def test_a_link_that_is_wrong_changes_nothing(client, admin, member, fault):
    change = AddressChange.objects.ask(member, NEW, asked_by=admin)
    token = change.token
    if fault == "cut off":
        token = token[:-1]
    if fault == "of another":
        token = token.replace(f"{change.pk}.", f"{change.pk + 1}.")
    if fault == "old":
        AddressChange.objects.update(asked_at=change.asked_at - AddressChange.GOOD_FOR)
    if fault == "replaced":
        AddressChange.objects.ask(member, "other@example.com", asked_by=admin)
    if fault == "changed meanwhile":
        User.objects.filter(pk=member.pk).update(email="mel@example.net")
    before = User.objects.get(pk=member.pk).email
    link = reverse("accounts:address_change", args=[token])

    assert client.get(link).status_code == 410
    assert client.post(link, {"answer": "yes"}).status_code == 410
    assert User.objects.get(pk=member.pk).email == before


def test_an_address_that_somebody_took_meanwhile_stays_theirs(client, admin, member):
    change = AddressChange.objects.ask(member, NEW, asked_by=admin)
    make_user("Eve", email=NEW)

    page = client.post(
        reverse("accounts:address_change", args=[change.token]), {"answer": "yes"}, follow=True
    )

    assert "Another account uses that address" in page.text
    assert User.objects.get(pk=member.pk).email == "member@example.org"


def test_an_address_that_is_taken_between_the_check_and_the_save_is_refused(
    admin, member, monkeypatch
):
    change = AddressChange.objects.ask(member, NEW, asked_by=admin)
    save = User.save

    def save_second(user, **options):
        User.objects.bulk_create([User(email=NEW, display_name="Eve")])
        save(user, **options)

    monkeypatch.setattr(User, "save", save_second)
    with pytest.raises(ValidationError) as refused:
        change.make()

    assert refused.value.code == "taken"
    assert User.objects.get(pk=member.pk).email == "member@example.org"


def test_only_an_open_change_is_refused(admin, member):
    change = AddressChange.objects.ask(member, NEW, asked_by=admin)
    assert change.refuse()
    assert not change.refuse()

    made = AddressChange.objects.ask(member, NEW, asked_by=admin)
    made.make()
    assert not made.refuse()


@pytest.fixture
def made_first(monkeypatch):
    """Whoever refuses a change does so just after it's made."""
    refuse = AddressChange.refuse

    def refuse_second(change):
        AddressChange.objects.get(pk=change.pk).make()
        return refuse(change)

    monkeypatch.setattr(AddressChange, "refuse", refuse_second)


def test_who_refuses_too_late_is_not_told_that_the_address_stays(
    client, admin, circle, facilitator, member, made_first
):
    change = AddressChange.objects.ask(member, NEW, asked_by=admin)
    link = reverse("accounts:address_change", args=[change.token])

    page = client.post(link, {"answer": "no"}, follow=True)

    assert "This request has expired or was already answered." in page.text
    assert "Your address hasn’t changed." not in page.text


def test_a_facilitator_who_refuses_too_late_is_told(
    client, admin, circle, facilitator, member, made_first
):
    AddressChange.objects.ask(member, NEW, asked_by=admin)

    answer = vouch(client, circle, facilitator, member, answer="no")

    page = client.get(answer.url).text
    assert "This request has expired or was already answered." in page
    assert "address hasn’t changed" not in page


@pytest.mark.parametrize("step", ["make", "refuse", "vouch", "ask"])
def test_every_step_of_a_change_locks_the_person_first(admin, circle, facilitator, member, step):
    asked = AddressChange.objects.ask(member, NEW, asked_by=admin)
    change = AddressChange.objects.select_related("user").get(pk=asked.pk)
    vouching = circle.memberships.get(user=facilitator)
    steps = {
        "make": change.make,
        "refuse": change.refuse,
        "vouch": lambda: Vouch.objects.give(change, vouching),
        "ask": lambda: AddressChange.objects.ask(change.user, NEW, asked_by=admin),
    }

    with CaptureQueriesContext(connection) as queries:
        steps[step]()

    first = next(query["sql"] for query in queries if "SAVEPOINT" not in query["sql"])
    assert 'FROM "accounts_user"' in first
    assert "accounts_addresschange" not in first


# --- By the facilitators ---


def vouch(client, circle, facilitator, person, answer="yes"):
    client.force_login(facilitator)
    membership = circle.memberships.get(user=person)
    url = reverse("circles:member_address", args=[circle.slug, membership.pk])
    return client.post(url, {"answer": answer, "email": NEW})


def test_facilitators_are_told_and_confirm_it_where_the_old_mailbox_is_lost(
    client, set_address, circle, facilitator, member, mailoutbox, notes_page
):
    set_address(member, NEW)
    (told,) = to(mailoutbox, facilitator.email)
    client.force_login(facilitator)
    page = client.get(reverse("circles:member_list", args=[circle.slug])).text

    vouch(client, circle, facilitator, member)

    member.refresh_from_db()
    assert "Mel Member" in told.subject
    assert NEW not in told.body and "/accounts/address/" not in told.body
    assert "From member@example.org to eve@example.com" in page
    assert member.email == NEW
    assert sign_in_with_code(NEW, mailoutbox).get(notes_page).status_code == 200


def test_a_facilitator_of_each_circle_has_to_confirm(client, admin, circle, facilitator, member):
    other, theirs = make_circle(), make_user("Gina Facilitator")
    make_membership(other, theirs, role=Membership.Role.FACILITATOR)
    make_membership(other, member)
    AddressChange.objects.ask(member, NEW, asked_by=admin)

    vouch(client, circle, facilitator, member)
    vouch(client, circle, facilitator, member)
    member.refresh_from_db()
    after_one = member.email
    vouch(client, other, theirs, member)

    member.refresh_from_db()
    assert (after_one, member.email) == ("member@example.org", NEW)


def test_the_word_of_who_facilitates_no_more_does_not_count(
    client, admin, circle, facilitator, member
):
    other, theirs = make_circle(), make_user("Gina Facilitator")
    make_membership(other, theirs, role=Membership.Role.FACILITATOR)
    make_membership(other, member)
    make_membership(circle, make_user("Hal"), role=Membership.Role.FACILITATOR)
    AddressChange.objects.ask(member, NEW, asked_by=admin)
    vouch(client, circle, facilitator, member)
    circle.memberships.get(user=facilitator).make_member()

    vouch(client, other, theirs, member)

    member.refresh_from_db()
    assert member.email == "member@example.org"


@pytest.mark.parametrize("who", ["an admin who facilitates", "the person", "of another circle"])
def test_not_every_facilitator_may_confirm(
    client, admin, circle, facilitator, member, outsider, who
):
    person = member
    if who == "an admin who facilitates":
        voucher = make_membership(circle, admin, role=Membership.Role.FACILITATOR)
    elif who == "the person":
        person, voucher = facilitator, circle.memberships.get(user=facilitator)
    else:
        voucher = Membership.objects.get(user=outsider)
    change = AddressChange.objects.ask(person, NEW, asked_by=admin)
    before = person.email
    client.force_login(voucher.user)
    page = client.get(reverse("circles:member_list", args=[voucher.circle.slug])).text

    vouch(client, circle, voucher.user, person)
    with pytest.raises(ValidationError):
        Vouch.objects.give(change, voucher)

    person.refresh_from_db()
    assert NEW not in page
    assert person.email == before


def test_a_facilitator_refuses(client, admin, circle, facilitator, member):
    change = AddressChange.objects.ask(member, NEW, asked_by=admin)

    vouch(client, circle, facilitator, member, answer="no")

    assert client.get(reverse("accounts:address_change", args=[change.token])).status_code == 410
    member.refresh_from_db()
    assert member.email == "member@example.org"


def test_the_only_facilitator_keeps_the_old_address_until_it_agrees(
    client, admin, circle, facilitator
):
    change = AddressChange.objects.ask(facilitator, NEW, asked_by=admin)

    vouch(client, circle, facilitator, facilitator)
    facilitator.refresh_from_db()
    before = facilitator.email
    client.post(reverse("accounts:address_change", args=[change.token]), {"answer": "yes"})

    facilitator.refresh_from_db()
    assert (before, facilitator.email) == ("facilitator@example.org", NEW)
    assert circle.memberships.get(user=facilitator).is_facilitator


def test_a_member_does_not_see_who_has_which_address(client, admin, circle, facilitator, member):
    AddressChange.objects.ask(member, NEW, asked_by=admin)
    client.force_login(member)

    assert NEW not in client.get(reverse("circles:member_list", args=[circle.slug])).text


# --- By the person ---


def test_who_changes_their_own_address_stays_here_and_is_signed_out_elsewhere(
    client, member, facilitator, mailoutbox, notes_page
):
    elsewhere = Client()
    elsewhere.force_login(member)
    sign_in(client, member)
    client.post(reverse("account_email"), {"email": NEW, "action_add": ""})
    code = re.search(r"^\d{6}$", mailoutbox[-1].body, re.MULTILINE).group()
    mailoutbox.clear()

    client.post(reverse("account_email_verification_sent"), {"code": code})

    member.refresh_from_db()
    assert member.email == NEW
    assert client.get(notes_page).status_code == 200
    assert elsewhere.get(notes_page).status_code == 302
    assert sorted(mail.to[0] for mail in mailoutbox) == [
        NEW,
        "facilitator@example.org",
        "member@example.org",
    ]


def test_a_code_that_went_to_the_old_address_opens_nothing_after_the_change(
    admin, member, notes_page, mailoutbox
):
    thief = Client()
    thief.post(reverse("account_login"), {"login": "member@example.org"})
    code = re.search(r"^\d{6}$", mailoutbox[-1].body, re.MULTILINE).group()
    AddressChange.objects.ask(member, NEW, asked_by=admin).make()

    thief.post(reverse("account_confirm_login_code"), {"code": code})

    assert thief.get(notes_page).status_code == 302


@pytest.mark.parametrize("step", ["before the code", "after the code"])
def test_a_code_for_a_new_password_that_went_to_the_old_address_sets_none(
    admin, member, mailoutbox, step
):
    thief = Client()
    thief.post(reverse("account_reset_password"), {"email": "member@example.org"})
    code = re.search(r"^\d{6}$", mailoutbox[-1].body, re.MULTILINE).group()
    confirm = reverse("account_confirm_password_reset_code")
    if step == "after the code":
        thief.post(confirm, {"code": code})
    AddressChange.objects.ask(member, NEW, asked_by=admin).make()
    if step == "before the code":
        thief.post(confirm, {"code": code})

    words = {"password1": "three loud red boats", "password2": "three loud red boats"}
    answer = thief.post(reverse("account_complete_password_reset"), words)

    member.refresh_from_db()
    assert answer.url == reverse("account_login")
    assert not member.has_usable_password()
    assert thief.get(reverse("accounts:profile_edit")).status_code == 302
