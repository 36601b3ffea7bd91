"""Starting a circle, its settings, and its page."""

from datetime import timedelta

import pytest
from django.utils import timezone

from circles.models import Circle, Membership, Reading
from circles.urls import urlpatterns
from tests.factories import make_circle, make_meeting, make_membership, make_user

NEW = "/circles/new/"


def typed(**changes):
    fields = {
        "name": "Elm Street",
        "privacy": "off_the_record",
        "time_zone": "America/Chicago",
        "usual_minutes": 90,
        "agreements": "Be curious.\n\nSpeak for yourself.",
    }
    return fields | changes


def test_who_starts_a_circle_facilitates_it(client, outsider):
    client.force_login(outsider)

    response = client.post(
        NEW, {"name": "Elm Street", "cadence": "last Monday, 6 pm", "usual_place": "The library"}
    )

    circle = Circle.objects.get(name="Elm Street")
    assert response.url == "/circles/elm-street/"
    assert circle.memberships.facilitators().get().user == outsider
    assert (circle.cadence, circle.usual_place) == ("last Monday, 6 pm", "The library")


def test_everything_else_about_a_new_circle_is_set_and_said(client, outsider):
    client.force_login(outsider)

    said = " ".join(client.get(NEW).content.decode().split())
    client.post(NEW, {"name": "Elm Street"})

    circle = Circle.objects.get(name="Elm Street")
    assert circle.privacy == Circle.Privacy.OFF_THE_RECORD and "Off the record" in said
    assert circle.usual_minutes == 90 and "90 minutes" in said
    assert circle.reminder_days == [21, 7, 1] and "three weeks, one week, and one day" in said
    assert circle.agreement_lines[0] in said
    assert "You can change these later in Settings." in said


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("Europe/Madrid", "Europe/Madrid"),
        ("Mars/Olympus", "America/Denver"),
        ("", "America/Denver"),
    ],
)
def test_the_browser_knows_a_new_circles_time_zone_or_else_its_starter(client, db, sent, kept):
    client.force_login(make_user(time_zone="America/Denver"))

    client.post(NEW, {"name": "Elm Street", "time_zone": sent})

    assert Circle.objects.get(name="Elm Street").time_zone == kept


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("New", "new-2"),
        ("Plan", "plan-2"),
        ("Maple Street", "maple-street-2"),
        ("Ñandú", "nandu"),
        ("Größe", "grosse"),
        ("Книжный круг", "knizhnyy-krug"),
        ("Мапле Стреет", "maple-street-2"),
        ("水のサークル", "shuinosakuru"),
        ("קריאה", "kryh"),
        ("دائرة القراءة", "dirh-lqrh"),
        ("Ελληνικός κύκλος", "ellinikos-kyklos"),
        ("독서 모임", "dogseo-moim"),
        ("№ 7", "no-7"),
        ("ℌ∎", "h"),
        ("⃞ ☐", "circle"),
        ("水" * 80, "shui" * 12 + "sh"),
    ],
)
def test_a_circles_address_is_its_own(client, circle, outsider, name, slug):
    client.force_login(outsider)

    client.post(NEW, typed(name=name))

    assert Circle.objects.filter(name=name).latest("pk").slug == slug


def test_names_that_no_letters_spell_are_numbered(client, outsider):
    client.force_login(outsider)

    urls = [client.post(NEW, typed(name=name)).url for name in ("∎", "∎∎", "∎∎∎")]

    assert urls == ["/circles/circle/", "/circles/circle-2/", "/circles/circle-3/"]


def test_no_circle_gets_the_address_of_another_page():
    paths = [str(route.pattern).split("/") for route in urlpatterns]
    words = {path[1] for path in paths if path[0] == "circles" and "<" not in path[1]}

    assert words - {""} <= Circle.RESERVED_SLUGS


@pytest.mark.parametrize("name", ["!!!", "—", "\u3164", "\u200b\u200d", "\u2800"])
def test_a_name_that_shows_no_letter_is_refused(client, outsider, name):
    client.force_login(outsider)

    answer = client.post(NEW, typed(name=name))

    assert answer.status_code == 422
    assert not Circle.objects.filter(name=name).exists()


def test_a_button_pressed_twice_starts_one_circle(client, outsider):
    client.force_login(outsider)

    answers = [client.post(NEW, typed()).url for _press in range(2)]

    assert answers == ["/circles/elm-street/"] * 2
    assert Circle.objects.filter(name="Elm Street").count() == 1


def test_a_name_without_a_letter_is_refused_and_the_rest_comes_back(client, outsider):
    client.force_login(outsider)

    page = client.post(NEW, {"name": "!!!", "usual_place": "Room 2"}).content.decode()

    assert "Use at least one letter or number" in page
    assert "Room 2" in page
    assert not Circle.objects.filter(name="!!!").exists()


def test_settings_change_the_circle_and_not_its_address(client, facilitator, circle):
    client.force_login(facilitator)

    client.post("/circles/maple-street/settings/", typed(name="Maple and Elm"))

    circle.refresh_from_db()
    assert (circle.name, circle.slug) == ("Maple and Elm", "maple-street")


def glance_of(client, user):
    client.force_login(user)
    return client.get("/circles/maple-street/").context["glance"]


def test_the_next_step_of_a_facilitator_follows_the_state_of_the_circle(
    client, facilitator, circle, brief, section
):
    def step():
        step = glance_of(client, facilitator).next_step
        return step.buttons[0].label if step.buttons else step.sentence

    held = make_meeting(circle, starts_at=timezone.now() - timedelta(hours=3))
    held.start()
    held.end()
    after_one = step()
    held.publish_minutes()
    nothing_ahead = step()
    meeting = make_meeting(circle, brief=brief, scheduled_at=None, place="Here")
    drafted = step()
    meeting.schedule()
    alone = step()
    make_membership(circle, make_user())
    unanswered = step()
    meeting.answer(circle.memberships.get(user=facilitator), "yes")
    nothing_to_read = step()
    Reading.objects.create(meeting=meeting, section=section)
    unread = step()

    assert [after_one, nothing_ahead, drafted, alone, unanswered, nothing_to_read, unread] == [
        *("Review the minutes", "Schedule a meeting", "Review the draft"),
        *("Invite people", "Can you make it?", "Assign reading", "Start: History"),
    ]


def test_a_member_is_shown_no_step_of_the_facilitators(client, member, facilitator):
    assert glance_of(client, member).next_step is None


def test_the_page_shows_who_comes_and_who_has_not_answered(
    client, facilitator, member, circle, meeting
):
    meeting.answer(circle.memberships.get(user=facilitator), "yes", guests=1)

    glance = glance_of(client, member)

    assert glance.next.heads == 2
    assert [str(person) for person in glance.next.unanswered] == ["Mel Member"]


def test_ones_own_promises_come_first(client, facilitator, member, circle, meeting):
    mine, theirs = (circle.memberships.get(user=user) for user in (member, facilitator))
    meeting.action_items.create(text="Theirs", owner=theirs)
    meeting.action_items.create(text="Mine", owner=mine)

    assert [action.text for action in glance_of(client, member).actions] == ["Mine", "Theirs"]


def test_a_circle_without_a_date_says_so_to_its_members(client, member):
    client.force_login(member)

    assert "No meetings scheduled yet." in client.get("/circles/maple-street/").content.decode()


def test_the_list_holds_ones_own_circles_and_those_that_have_not_answered(client, member):
    Membership.objects.create(circle=make_circle(name="Asked"), user=member, approved_at=None)
    make_circle(name="Strange")
    client.force_login(member)

    page = client.get("/circles/").content.decode()

    assert "Maple Street" in page
    assert "You asked to join “Asked.”" in page
    assert "Strange" not in page


def test_no_cache_between_may_keep_a_page_of_a_circle(client, member):
    client.force_login(member)

    assert client.get("/circles/maple-street/")["Cache-Control"] == "private"


@pytest.mark.parametrize(
    "page", ["run", "run/projector", "notes", "minutes", "note-sheet", "wrap-up", "changes"]
)
def test_a_browser_does_not_cache_pages_with_notes(client, facilitator, circle, page):
    client.force_login(facilitator)
    meeting = make_meeting(circle, starts_at=timezone.now() - timedelta(minutes=20))
    meeting.start()

    answer = client.get(f"{meeting.get_absolute_url()}{page}/")

    assert answer.status_code in (200, 204)
    assert {"private", "no-store"} <= set(answer["Cache-Control"].split(", "))


def test_a_page_says_whose_it_is_unless_it_is_the_same_for_everyone(client, member, brief):
    def said(path):
        head = client.get(path).text.partition("<head>")[0]
        return {mark for mark in ("data-user", "data-visitor") if mark in head}

    as_visitor = said("/accounts/login/")
    client.force_login(member)

    assert as_visitor == {"data-visitor"}
    assert said("/circles/maple-street/") == {"data-user"}
    assert said(brief.get_absolute_url()) == set()


def test_the_second_of_two_facilitators_is_shown_what_the_first_saved(client, facilitator, circle):
    client.force_login(facilitator)
    url = "/circles/maple-street/settings/"
    opened = client.get(url).context["form"]["seen"].value()
    client.post(url, typed(agreements="Theirs.", seen=opened))

    stale = client.post(url, typed(agreements="Mine.", seen=opened))
    circle.refresh_from_db()
    between = circle.agreements
    again = stale.context["form"]["seen"].value()
    client.post(url, typed(agreements="Mine.", seen=again))
    circle.refresh_from_db()

    page = stale.content.decode()
    assert ("Agreements: Theirs." in page, "Mine." in page) == (True, True)
    assert (between, circle.agreements) == ("Theirs.", "Mine.")


def test_settings_that_someone_else_saved_are_shown_in_words(client, facilitator, circle):
    client.force_login(facilitator)
    url = "/circles/maple-street/settings/"
    seen = client.get(url).context["form"]["seen"].value()
    Circle.objects.update(time_zone="America/Denver", country="US", region="TX")

    page = client.post(url, typed(seen=seen)).content.decode()

    assert "Time zone: Mountain" in page
    assert "Holidays to show: Texas" in page
    assert "State or region: Texas" in page


def test_a_state_is_kept_with_its_country_and_a_rare_time_zone_is_offered(
    client, facilitator, circle
):
    Circle.objects.update(time_zone="US/Central")
    client.force_login(facilitator)

    client.post("/circles/maple-street/settings/", typed(time_zone="US/Central", country="US-IL"))

    circle.refresh_from_db()
    assert (circle.time_zone, circle.country, circle.region) == ("US/Central", "US", "IL")
    form = client.get("/circles/maple-street/settings/").context["form"]
    assert form["country"].value() == "US-IL"
