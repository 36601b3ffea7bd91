import pytest
from django.urls import reverse

from accounts.time_zones import UNITED_STATES, time_zone_choices
from config.when import ZONE_WORDS

PROFILE = "/accounts/profile/"
TEXT_SIZE = "/accounts/text-size/"
AS_BEFORE = {"text_size": "normal", "spacing": "normal", "paper": "device"}


def test_a_profile_is_saved_and_said_so(client, member):
    client.force_login(member)

    response = client.post(
        PROFILE,
        {
            "display_name": "Melanie",
            "time_zone": "America/Chicago",
            "text_size": "largest",
            "spacing": "wide",
            "paper": "contrast",
        },
        follow=True,
    )

    member.refresh_from_db()
    assert (member.display_name, member.time_zone) == ("Melanie", "America/Chicago")
    assert (member.text_size, member.spacing, member.paper) == ("largest", "wide", "contrast")
    assert "Profile saved." in response.content.decode()


def test_a_refused_profile_comes_back_as_typed_and_changes_nothing(client, member):
    client.force_login(member)

    response = client.post(PROFILE, AS_BEFORE | {"display_name": "", "time_zone": "Moon/Base"})

    assert response.status_code == 200
    assert response.context["form"].errors.keys() == {"display_name", "time_zone"}
    member.refresh_from_db()
    assert member.display_name == "Mel Member"
    assert response.context["request"].user.display_name == "Mel Member"


def test_time_zones_of_the_united_states_come_first_and_each_zone_once(client, member):
    client.force_login(member)

    choices = client.get(PROFILE).context["form"].fields["time_zone"].choices

    headings = [str(heading) for heading, _zones in choices]
    first = [str(label) for _value, label in choices[0][1]]
    zones = [value for _heading, group in choices for value, _label in group]
    assert headings[0] == "United States"
    assert all(heading.startswith("Other") for heading in headings[1:])
    assert first[:6] == [
        *("Eastern time", "Central time", "Mountain time"),
        *("Pacific time", "Alaska time", "Hawaii time"),
    ]
    assert "Europe/Berlin" in zones
    assert len(zones) == len(set(zones))


def test_no_time_zone_is_shown_by_its_name_in_the_database():
    labels = [str(label) for _heading, group in time_zone_choices() for _value, label in group]

    assert [label for label in labels if "/" in label or "_" in label] == []
    assert "Buenos Aires, Argentina" in labels
    assert UNITED_STATES.keys() == ZONE_WORDS.keys()


def test_a_zone_outside_the_list_is_kept(client, member):
    member.time_zone = "US/Eastern"
    member.save()
    client.force_login(member)

    client.post(PROFILE, AS_BEFORE | {"display_name": "Mel", "time_zone": "US/Eastern"})

    member.refresh_from_db()
    assert (member.display_name, member.time_zone) == ("Mel", "US/Eastern")


def test_the_profile_leads_to_address_and_password(client, member):
    client.force_login(member)
    assert reverse("account_set_password") in client.get(PROFILE).content.decode()

    member.set_password("a quiet green lamp")
    member.save()
    client.force_login(member)

    page = client.get(PROFILE).content.decode()
    assert reverse("account_change_password") in page
    assert reverse("account_email") in page


def test_the_text_size_of_a_person_is_kept_with_the_person(client, member):
    client.force_login(member)

    response = client.post(TEXT_SIZE, {"text_size": "larger", "next": "/briefs/"})

    assert response.url == "/briefs/"
    member.refresh_from_db()
    assert member.text_size == "larger"


def test_each_choice_of_how_one_reads_is_saved_alone_and_shown_on_the_next_page(client, member):
    client.force_login(member)

    client.post(TEXT_SIZE, {"paper": "sepia"})
    client.post(TEXT_SIZE, {"spacing": "wide"})

    member.refresh_from_db()
    assert (member.text_size, member.spacing, member.paper) == ("normal", "wide", "sepia")
    page = client.get(PROFILE).content.decode()
    assert 'data-spacing="wide" data-paper="sepia"' in page


def test_a_script_that_sets_the_text_size_is_sent_nowhere(client, member):
    client.force_login(member)

    response = client.post(TEXT_SIZE, {"text_size": "larger"})

    assert response.status_code == 204
    member.refresh_from_db()
    assert member.text_size == "larger"


@pytest.mark.django_db
def test_a_visitor_may_choose_a_text_size(client):
    response = client.post(TEXT_SIZE, {"text_size": "larger", "next": "/briefs/"})

    assert response.url == "/briefs/"


@pytest.mark.django_db
@pytest.mark.parametrize("url", ["https://elsewhere.example/", "//elsewhere.example", ""])
def test_choosing_a_text_size_never_leads_off_the_site(client, url):
    response = client.post(TEXT_SIZE, {"text_size": "large", "next": url})

    assert response.url == "/"


def test_a_text_size_that_is_none_changes_nothing(client, member):
    client.force_login(member)

    client.post(TEXT_SIZE, {"text_size": "enormous", "paper": "pink"})

    member.refresh_from_db()
    assert (member.text_size, member.paper) == ("normal", "device")
