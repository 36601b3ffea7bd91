"""Series: briefs in an order, for everyone who may read one of them."""

import re

import pytest
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core import serializers
from django.core.cache import caches
from django.core.management import call_command

from briefs.models import Brief, Series, SeriesEntry
from tests.factories import make_brief, make_section

pytestmark = pytest.mark.django_db
URL = "/series/year/"
OF_A_BRIEF = re.compile(r"model: briefs\.brief\n  fields:\n    slug: (?P<slug>\S+)")


@pytest.fixture
def year():
    """A series with a public brief, one for members, and one in preparation."""
    year = Series.objects.create(slug="year", title="A year", summary="Month by month.")
    for position, audience in enumerate(["editors", "members", "everyone"]):
        brief = make_brief(slug=f"for-{audience}", title=f"For {audience}", audience=audience)
        make_section(brief, body="word " * 300)
        year.entries.create(brief=brief, position=3 - position)
    return year


def shown(client):
    return [entry.brief.title for entry in client.get(URL).context["series"].shown]


def test_a_series_shows_its_briefs_in_their_order_with_summary_and_minutes(client, year, admin):
    client.force_login(admin)

    page = client.get(URL).content.decode()

    places = [page.index(f">For {who}</a>") for who in ("everyone", "members", "editors")]
    assert places == sorted(places)
    assert "Month by month." in page
    assert page.count("What it is about.") == 3
    assert page.count("2-minute read") == 3
    assert "3 briefs · 6-minute read" in " ".join(page.split())


def test_a_series_shows_and_counts_only_what_a_person_may_read(client, year, member):
    visitor = shown(client)
    page = client.get(URL).content.decode()
    client.force_login(member)

    assert visitor == ["For everyone"]
    assert "1 brief · 2-minute read" in " ".join(page.split())
    assert shown(client) == ["For everyone", "For members"]


def test_a_series_of_which_one_may_read_nothing_is_not_there(client, year, member, admin):
    Brief.objects.update(audience="editors")

    answers = []
    for person in (None, member, admin):
        client.logout()
        if person:
            client.force_login(person)
        listed = "A year" in client.get("/briefs/").content.decode()
        answers.append((client.get(URL).status_code, client.get(f"{URL}mine/").status_code, listed))

    assert answers == [(404, 404, False), (404, 404, False), (200, 200, True)]


def test_the_list_of_briefs_leads_to_the_series(client, year):
    page = client.get("/briefs/").content.decode()

    assert '<a href="/series/year/">A year</a>' in page


def test_a_brief_says_of_which_series_it_is_and_hears_of_a_change(client, year):
    caches["pages"].clear()
    url = "/briefs/for-everyone/"
    assert '<a href="/series/year/">A year</a>' in client.get(url).content.decode()

    Series.objects.update(title="Another year")
    assert '<a href="/series/year/">Another year</a>' in client.get(url).content.decode()

    SeriesEntry.objects.all().delete()
    assert "Another year" not in client.get(url).content.decode()


def test_what_was_given_the_same_place_stands_by_title(client, year, admin):
    SeriesEntry.objects.update(position=0)
    client.force_login(admin)

    assert shown(client) == ["For editors", "For everyone", "For members"]


def test_a_series_costs_as_many_queries_with_many_briefs_as_with_few(
    client, year, django_assert_num_queries
):
    for _number in range(5):
        year.entries.create(brief=make_brief())

    client.get(URL)
    with django_assert_num_queries(3):
        client.get(URL)


def test_hostile_text_in_a_series_is_only_text(client, year):
    Series.objects.update(title="<script>alert(1)</script>", summary="<img src=x onerror=a()>")

    for url in (URL, f"{URL}mine/", "/briefs/", "/briefs/for-everyone/"):
        page = client.get(url).content.decode()
        assert "<script>alert" not in page
        assert "<img src=x" not in page


@pytest.fixture
def shipped():
    """The series that come with the site, with their briefs, which have no parts here."""
    for path in (settings.BASE_DIR / "fixtures").glob("*.yaml"):
        if brief := OF_A_BRIEF.search(path.read_text()):
            make_brief(slug=brief["slug"])
    path = str(settings.BASE_DIR / "fixtures" / "series.yaml")
    call_command("loaddata", path, verbosity=0)
    return path


def test_the_series_that_is_shipped_is_a_first_year_of_all_briefs_that_are(shipped):
    year = Series.objects.readable_by(AnonymousUser()).get(slug="start-here")

    assert year.title == "Your first year"
    assert [entry.brief.slug for entry in year.shown] == [
        *("first-meeting", "reading-a-number", "who-decides-what", "human-trafficking")
    ]
    assert year.briefs.count() == Brief.objects.count()


def test_loading_a_series_again_adds_nothing_and_it_goes_round_by_natural_keys(shipped):
    call_command("loaddata", shipped, verbosity=0)
    rows = [*Series.objects.all(), *SeriesEntry.objects.in_order()]
    text = serializers.serialize(
        "yaml", rows, use_natural_foreign_keys=True, use_natural_primary_keys=True
    )
    SeriesEntry.objects.all().delete()

    for row in serializers.deserialize("yaml", text):
        row.save()

    assert (Series.objects.count(), SeriesEntry.objects.count()) == (1, 4)
