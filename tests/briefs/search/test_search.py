"""Search finds words in what a person may read, on both databases, however they got there."""

from io import StringIO

import html5lib
import pytest
from django.conf import settings as site
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from briefs.models import Brief, CallToAction, Figure, HelpLine, Question, Section, Source
from briefs.search import MOST_HITS, MOST_WORDS, TABLES, engine, search, sqlite
from tests.factories import (
    make_brief,
    make_figure,
    make_question,
    make_section,
    make_source,
    make_user,
)

pytestmark = pytest.mark.django_db
on_sqlite = pytest.mark.skipif(connection.vendor != "sqlite", reason="only SQLite has triggers")


@pytest.fixture
def anyone(db):
    return make_user()


@pytest.fixture
def water(db):
    brief = make_brief(
        slug="water",
        title="Town water",
        summary="Where it comes from.",
        executive_summary="*Two minutes* on the hydrants.",
    )
    body = (
        "Three wells serve the town; the law of 1931 says so [@utility]. *Traffickers* are not "
        "[its](https://example.org/aqueduct) concern. José Légère asked: who pays for the walls?"
    )
    section = make_section(brief, slug="wells", heading="The wells", body=body)
    make_question(
        section, slug="why", text="Why were the reservoirs neglected?", prompts="Ask the mayor."
    )
    brief.questions.create(slug="all", kind="closing", text="What of the estuary?")
    make_figure(section, slug="yield", title="The north one gives most", summary="Aquifers.")
    make_source(brief, slug="utility", title="Annual report", publisher="Utility board")
    brief.calltoactions.create(slug="meter", step="measure", text="*Read* the [meter](/x).")
    brief.helplines.create(
        slug="line", name="Leak line", when="If it is flooding.", phone="1-800-555-0100"
    )
    return brief


def hits(text, user):
    return [hit for found in search(text, user).briefs for hit in found.hits]


def places(text, user):
    """The URLs of the hits, relative to the brief."""
    return [hit.url.removeprefix("/briefs/water/") for hit in hits(text, user)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("comes", [""]),
        ("hydrants", [""]),
        ("serve", ["wells/"]),
        ("SERVES", ["wells/"]),
        ("trafficking", ["wells/"]),
        ("laws", ["wells/"]),
        ("1931", ["wells/"]),
        ("who", ["wells/"]),
        ("Jose Legere", ["wells/"]),
        ("JOSÉ LÉGÈRE", ["wells/"]),
        ("jose\u0301", ["wells/"]),
        ("neglect", ["wells/#question-why"]),
        ("estuary", ["#question-all"]),
        ("aquifer", ["wells/#figure-yield"]),
        ("board report", ["all/#source-utility"]),
        ("read the meter", ["all/#calls-to-action"]),
        ("leaks", ["#help"]),
        ("flooding", ["#help"]),
        ("1-800-555-0100", ["#help"]),
        ("three town", ["wells/"]),
        ('"three wells"', ["wells/"]),
        ("“three wells”", ["wells/"]),
        ('"three wells', ["wells/"]),
        ("reserv", ["wells/#question-why"]),
        ("-serve*", ["wells/"]),
    ],
)
def test_words_are_found_where_they_stand(water, anyone, text, found):
    assert places(text, anyone) == found


@pytest.mark.parametrize(
    ("written", "typed"),
    [
        ("The traf\u00adfick\u00ading law.", "trafficking"),
        ("The traf\u00adfick\u00ading law.", "traf\u00adfick\u00ading"),
        ("The trafficking law.", "traf\u00adficking"),
        ("The traf\u200bfick\u2060ing law.", "trafficking"),
        ("The town\u02bcs trafficking law.", "town's trafficking"),
        ("The town’s trafficking law.", "town\u02bcs trafficking"),
        ("The town's trafficking law.", "town’s trafficking"),
        ("The Hawai\u02bbi trafficking law.", "Hawai'i trafficking"),
        ("The ｔｒａｆｆｉｃｋｉｎｇ law.", "trafficking"),
        ("The trafficking laws.", "ＴＲＡＦＦＩＣＫＩＮＧ ｌａｗ"),
        ("The tra\ufb03cking law.", "trafficking"),
        ("The trafficking law.", "tra\ufb03cking"),
        ("The trafficking of José.", "trafficking jose\u0301"),
        ("The trafficking of Jose\u0301.", "trafficking josé"),
        ("The trafficking of Jose\u0301 it was.", "trafficking jose"),
    ],
)
def test_signs_that_look_the_same_are_the_same(water, anyone, written, typed):
    Section.objects.filter(slug="wells").update(body=written)

    (hit,) = hits(typed, anyone)

    assert hit.url.endswith("/wells/")
    assert not search(typed, anyone).is_loose
    assert "<mark>" in hit.snippet


def test_a_draft_with_soft_hyphens_is_found_by_its_words(anyone, tmp_path):
    source, drafted = tmp_path / "wells.txt", tmp_path / "wells.yaml"
    source.write_text("The wells\n\nThe traf\u00adfick\u00ading law.\n")
    with drafted.open("w") as out:
        call_command("draft_brief", source, stdout=out, stderr=StringIO())
    call_command("load_brief", drafted, yes=True, verbosity=0, stdout=StringIO())
    Brief.objects.update(audience=Brief.Audience.EVERYONE)

    assert len(hits("trafficking", anyone)) == len(hits("traf\u00adficking", anyone)) == 1


@pytest.mark.parametrize("text", ["aqueduct", "example", "mayor", "zeppelin"])
def test_addresses_prompts_and_what_nobody_wrote_are_not_found(water, anyone, text):
    assert places(text, anyone) == []


def test_words_in_quotation_marks_stand_together_and_in_their_order(water, anyone):
    assert not search('"three wells"', anyone).is_loose
    assert search('"wells three"', anyone).is_loose
    assert search('"three serve"', anyone).is_loose


def test_only_the_last_word_may_be_unfinished(water, anyone):
    assert places("town reserv", anyone) != [] and search("town reserv", anyone).is_loose
    assert not search("wells traffick", anyone).is_loose
    assert search("traff wells", anyone).is_loose


def test_where_no_place_has_all_words_those_with_some_are_shown_and_it_is_said(client, water):
    page = client.get("/briefs/", {"q": "hydrants aquifers"}).content.decode()

    assert "No brief matches all of “hydrants aquifers”. These match part of it." in page
    assert 'href="/briefs/water/wells/#figure-yield"' in page
    assert "<mark>hydrants</mark>" in page


def test_what_is_named_so_comes_before_what_mentions_it(water, anyone):
    make_section(water, slug="pipes", heading="Pipes", body="They lead to the wells. " * 3)

    assert places("wells", anyone)[0] == "wells/"


def test_the_words_are_shown_in_their_context_and_as_text(water, anyone):
    Section.objects.update(
        body="Before <b>it</b> all " + "x " * 200 + "the wells & *pumps* " + "y " * 99
    )

    (hit,) = hits("pumps", anyone)

    assert hit.snippet.startswith("… x")
    assert "the wells &amp; <mark>pumps</mark> y" in hit.snippet
    assert hit.snippet.endswith("y …")
    assert len(hit.snippet) < 400


def test_the_context_is_that_with_most_of_the_words(water, anyone):
    Section.objects.update(body="Pumps. " + "x " * 300 + "The pumps of the north mill.")

    (hit,) = hits("north mill pumps", anyone)

    assert "<mark>pumps</mark> of the <mark>north mill</mark>." in hit.snippet


def test_a_heading_and_an_accent_are_marked_too(water, anyone):
    assert hits("well", anyone)[0].title == "The <mark>wells</mark>"
    assert "<mark>José Légère</mark>" in hits("jose legere", anyone)[0].snippet


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("resevoirs", "reservoirs"),
        ("traffikers", "traffickers"),
        ("nglected", "neglected"),
        ("hydarnts", "hydrants"),
        ("wals three", "walls three"),
        ("Legerre", "légère"),
    ],
)
def test_a_slip_is_forgiven_and_said(client, water, anyone, typed, meant):
    results = search(typed, anyone)
    page = client.get("/briefs/", {"q": typed}).content.decode()

    assert (results.number, results.instead, results.is_loose) == (1, meant, False)
    assert f"No brief matches “{typed}”. Showing results for <strong>{meant}</strong>." in page


def test_what_was_typed_right_is_said_as_it_was_typed(water, anyone):
    assert search("“three wells” 1931, srve", anyone).instead == "“three wells” 1931, serve"


def test_no_word_is_suggested_that_one_may_not_read(water, anyone):
    secret = make_brief(audience=Brief.Audience.EDITORS)
    make_section(secret, body="The cisterna of the reservoiro.")

    assert search("cisternna", anyone).number == 0
    assert search("resevoiro", anyone).instead == "reservoirs"


def test_any_writer_is_heard_of(water, anyone):
    section = Section.objects.get(slug="wells")
    Section.objects.filter(pk=section.pk).update(body="Now of cisterns.")
    assert places("cisterns", anyone) == ["wells/"]
    assert places("1931", anyone) == []

    with connection.cursor() as cursor:
        cursor.execute("UPDATE briefs_section SET body = 'Now of cellars.'")
    assert places("cellars", anyone) == ["wells/"]

    Question.objects.bulk_create(
        [Question(brief=water, section=section, slug="new", kind="opening", text="Sluices?")]
    )
    assert places("sluices", anyone) == ["wells/#question-new"]

    Question.objects.all().delete()
    assert places("reservoirs", anyone) == []


def test_a_fixture_that_is_loaded_raw_is_heard_of(anyone):
    call_command("loaddata", str(site.BASE_DIR / "fixtures/human_trafficking.yaml"), verbosity=0)

    results = search("traficking who", anyone)

    assert results.instead == "trafficking who"
    assert "/briefs/human-trafficking/who/" in [hit.url for hit in results.briefs[0].hits[:5]]


def test_a_copy_of_the_data_can_be_loaded_into_an_emptied_database(water, anyone, tmp_path):
    copy = tmp_path / "all.json"
    call_command("dumpdata", "briefs", natural_foreign=True, natural_primary=True, output=copy)
    for model in (Question, Figure, Source, Section, CallToAction, HelpLine, Brief):
        model.objects.all().delete()
    assert search("wells", anyone).number == 0

    call_command("loaddata", copy, verbosity=0)

    assert places("reservoirs", anyone) == ["wells/#question-why"]


@pytest.mark.django_db(transaction=True)
def test_an_emptied_database_has_an_empty_index(water):
    call_command("flush", interactive=False, verbosity=0)

    assert search("wells", make_user()).number == 0
    make_section(slug="new", body="More wells.")
    assert len(hits("wells", make_user())) == 1


@pytest.mark.slow
def test_a_text_of_any_length_can_be_kept(water, anyone):
    long = " ".join(f"word{number}" for number in range(200_000))

    section = make_section(water, slug="long", heading="Long", body=long)

    assert Section.objects.get(pk=section.pk).body == long
    assert places("word77", anyone) == ["long/"]


def test_what_was_dropped_is_not_found(water, anyone):
    Section.objects.update(retired_at=timezone.now())
    assert places("1931", anyone) == []
    assert places("neglected", anyone) == []
    assert places("aquifers", anyone) == []

    Section.objects.update(retired_at=None)
    assert places("1931", anyone) == ["wells/"]

    Question.objects.update(retired_at=timezone.now())
    assert places("neglected", anyone) == []


def test_what_one_may_not_read_is_neither_found_nor_counted(client, water, member, admin):
    Brief.objects.update(audience=Brief.Audience.EDITORS)
    inside = make_brief(audience=Brief.Audience.MEMBERS)
    make_section(inside, body="Our wells.")

    counts = []
    for person in (None, member, admin):
        client.logout()
        if person:
            client.force_login(person)
        counts.append(client.get("/briefs/", {"q": "wells"}).context["results"].number)

    assert counts == [0, 1, 2]


def test_what_one_may_not_read_crowds_out_nothing(water, anyone):
    secret = make_brief(audience=Brief.Audience.EDITORS)
    for _number in range(MOST_HITS + 5):
        make_section(secret, heading="Wells", body="Wells, wells, wells.")
        make_section(water, heading="Wells", body="Wells.", retired_at=timezone.now())

    assert places("wells", anyone) == ["wells/"]


def test_of_very_many_places_the_best_are_shown_and_it_is_said(client, water):
    for _number in range(MOST_HITS + 5):
        make_section(water, body="A spring.")

    page = client.get("/briefs/", {"q": "spring"}).content.decode()

    assert f"Top {MOST_HITS} results" in page
    assert "There may be more." in page


def test_the_page_shows_the_words_and_leads_to_them(client, water):
    page = client.get("/briefs/", {"q": "three"}).content.decode()

    assert "<mark>Three</mark> wells" in page
    assert 'href="/briefs/water/wells/"' in page
    assert 'value="three"' in page
    assert "<title>Search results" in page  # it has hotlines


def test_each_place_that_is_led_to_is_there(client, water):
    leads = hits("wells neglected estuary aquifers utility meter leak", make_user())

    wanted = {hit.url.partition("#")[::2] for hit in leads}

    assert len(wanted) == 7
    for page, anchor in wanted:
        answer = client.get(page)
        read = html5lib.parse(answer.content, namespaceHTMLElements=False)
        assert answer.status_code == 200
        assert not anchor or anchor in {element.get("id") for element in read.iter()}


def test_where_nothing_is_found_the_page_says_what_to_do(client, water):
    page = client.get("/briefs/", {"q": "quantum"}).content.decode()

    assert "We couldn’t find “quantum”. Try fewer words" in page
    assert '<a href="/briefs/">All briefs</a>' in page


@pytest.mark.parametrize("text", [" ", ""])
def test_an_empty_search_shows_all_briefs(client, water, text):
    assert "Where it comes from." in client.get("/briefs/", {"q": text}).content.decode()


def test_a_search_for_no_word_asks_for_one(client, water):
    assert "Type a word to search for." in client.get("/briefs/", {"q": "?!"}).content.decode()


@pytest.mark.slow
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(
    st.one_of(
        st.text(max_size=60),
        st.lists(
            st.sampled_from(
                [*"\"*-:'&|!\\(){}^+%_“”", "AND", "OR", "NOT", "NEAR(", "wells", "title:", "²", "ﬁ"]
            ),
            max_size=12,
        ).map(" ".join),
        st.text("\"'*:&|!()<->\\abé²½ªßſİ\u0301\u0000", max_size=30),
    )
)
def test_anything_can_be_typed(client, water, text):
    response = client.get("/briefs/", {"q": text})

    assert response.status_code == 200
    page = html5lib.parse(response.content, namespaceHTMLElements=False)
    assert [e for e in page.iter("script") if not e.get("src", "").startswith("/static/")] == []


@pytest.mark.parametrize(
    "text",
    [
        *(
            "x" * 10_000,
            "wells " * 2_000,
            '"' * 10_000,
            "\x00",
            "a\x00b",
            "😀",
            "👩‍👩‍👧",
            "水",
            "हिन्दी",
        ),
        *("'; DROP TABLE briefs_brief; --", "%s %d %%", "<script>alert(1)</script>", "\ud7ff"),
        *("NEAR(wells town, 5)", "title:wells", "wells AND NOT town", "^wells", "wells:*", "{a}"),
    ],
)
def test_odd_queries_get_a_page_that_keeps_what_was_typed(client, water, text):
    response = client.get("/briefs/", {"q": text})

    assert response.status_code == 200
    assert response.context["asked"] == text
    assert Brief.objects.exists()


def test_words_that_are_too_many_are_left_out_and_it_is_said(client, water):
    page = client.get("/briefs/", {"q": "wells " * (MOST_WORDS + 3)}).content.decode()

    assert "we left out the last 3 words." in page
    assert 'href="/briefs/water/wells/"' in page


@pytest.mark.parametrize("text", ["wells", "welsl", "wells zeppelin", "zeppelin"])
def test_much_costs_as_many_questions_as_little(client, water, text):
    def asked():
        with CaptureQueriesContext(connection) as queries:
            client.get("/briefs/", {"q": text})
        return len(queries)

    def add():
        brief = make_brief(summary="Wells.")
        section = make_section(brief, body="Wells.")
        make_question(section, text="Wells?")
        make_figure(section, title="Wells")
        make_source(brief, title="Wells")

    add()
    few = asked()
    for _number in range(4):
        add()

    assert asked() == few < 16


@on_sqlite
def test_every_searched_table_has_its_triggers():
    """If a migration rebuilt a table on SQLite, its triggers are gone: the migration must end
    with `RunPython(create)` from 0003_search."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        there = {name for (name,) in cursor.fetchall()}

    assert set(sqlite.triggers(TABLES)) <= there


def test_the_index_can_be_made_anew_over_what_is_there(water, anyone):
    connection.check_constraints()

    with connection.cursor() as cursor:
        engine().create(cursor, TABLES)

    assert places("serve", anyone) == ["wells/"]
