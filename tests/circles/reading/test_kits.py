"""Reading on paper: one's own in large print, and kits for members who read on paper."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from briefs.models import Brief, Section
from briefs.pdf import typesetter
from circles.models import Meeting, Membership, Reading
from tests.briefs.pdf.reading import fetch, read, sizes_of, text_of
from tests.factories import make_membership, make_question, make_section, make_user

AT = "/circles/maple-street/meetings/1/"
OWN = f"{AT}read/large-print.pdf"


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path):
    settings.DATA_DIR = tmp_path


@pytest.fixture
def parts(brief, meeting, facilitator, member, circle):
    """A section for everyone, one for Ruth, and one for the member, with a question each."""
    ruth = make_membership(circle, make_user("Ruth Reader"), reads_on_paper=True)
    names = {"who": None, "where": ruth, "why": circle.memberships.get(user=member)}
    for position, (slug, who) in enumerate(names.items(), start=1):
        body = f"The text about {slug}."
        section = make_section(brief, slug=slug, heading=slug.title(), body=body, position=position)
        make_question(section, text=f"What about {slug}?", prompts=f"A prompt on {slug}.")
        Reading.objects.create(meeting=meeting, section=section, membership=who)
    return ruth


@pytest.fixture
def fran(client, facilitator):
    client.force_login(facilitator)
    return client


@pytest.fixture
def mel(client, member):
    client.force_login(member)
    return client


def put_on_agenda(meeting, *slugs):
    for slug in slugs:
        section = Section.objects.get(slug=slug)
        meeting.agenda_items.create(section=section, kind="section", minutes=20)


def kit(client, member, query=""):
    return read(client.get(f"{AT}kits/{member.pk}.pdf{query}"))


def test_ones_own_reading_in_large_print_has_ones_parts_and_the_agendas_questions(
    mel, parts, meeting
):
    put_on_agenda(meeting, "where")

    text = text_of(fetch(mel, OWN))

    assert text.index("The text about who.") < text.index("The text about why.")
    assert "What about where?" in text and "20 minutes" not in text
    for left_out in ("The text about where.", "What about why?", "A prompt on where."):
        assert left_out not in text


def test_before_there_is_an_agenda_it_has_the_questions_on_ones_parts(mel, parts):
    text = text_of(fetch(mel, OWN))

    assert "What about who?" in text and "What about where?" not in text


def test_who_leads_the_meeting_has_the_prompts_too(fran, member, parts, meeting, circle):
    put_on_agenda(meeting, "where")
    assert "A prompt on where." in text_of(fetch(fran, OWN))

    Meeting.objects.filter(pk=meeting.pk).update(leader=circle.memberships.get(user=member))
    fran.force_login(member)
    assert "A prompt on where." in text_of(fetch(fran, OWN))


def test_large_print_is_private_and_names_neither_circle_nor_brief_on_the_disk(
    mel, parts, settings
):
    fetch(mel, OWN)
    response = mel.get(OWN)

    assert "no-store" in response["Cache-Control"] and "private" in response["Cache-Control"]
    assert response["Content-Disposition"] == 'inline; filename="maple-street-1-large-print.pdf"'
    (kept,) = (settings.DATA_DIR / "pdf").glob("*.pdf")
    assert b"Maple" not in kept.read_bytes()


def test_what_cant_be_read_on_screen_isnt_printed_either(mel, parts, facilitator):
    Brief.objects.update(audience="editors")

    assert mel.get(OWN).status_code == 404
    mel.force_login(facilitator)
    assert mel.get(f"{AT}kits/{parts.pk}.pdf").status_code == 404
    assert "still being prepared" in mel.get(f"{AT}kits/").text


def test_your_reading_its_last_part_and_the_meeting_lead_to_large_print(mel, parts):
    for url in (f"{AT}read/", f"{AT}read/why/", AT):
        assert f'href="{OWN}"' in mel.get(url).text
    assert OWN not in mel.get(f"{AT}read/who/").text


def test_a_kit_says_for_whom_when_where_and_how_to_answer(fran, parts, meeting):
    deadline = timezone.now() + timedelta(days=3)
    Meeting.objects.filter(pk=meeting.pk).update(
        place="The library", welcome="Park behind.\nRing twice.", rsvp_deadline=deadline
    )

    document = kit(fran, parts)

    first = " ".join(document.pages[0].extract_text().split())
    for words in (
        "Reading kit for Ruth Reader",
        "Maple Street",
        "When: ",
        "Where: The library",
        "Good to know: Park behind. Ring twice.",
        "Tell your facilitator: Fran Facilitator.",
        "RSVP by: ",
        "1. Who (1 minute)",
        "2. Where (1 minute, you’re leading)",
    ):
        assert words in first
    text = text_of(document)
    assert "The text about where." in text and "The text about why." not in text
    assert "What about who?" in text and "My notes" in text
    assert "A prompt on" not in text
    assert "The text about" not in first


def test_a_kit_is_in_large_print_or_the_usual_size_and_is_never_kept(fran, parts, settings):
    large, usual = kit(fran, parts), kit(fran, parts, "?size=usual")

    assert min(sizes_of(large)) >= 14 > min(sizes_of(usual))
    assert list((settings.DATA_DIR / "pdf").glob("*.pdf")) == []
    assert "no-store" in fran.get(f"{AT}kits/{parts.pk}.pdf")["Cache-Control"]


def test_without_anything_assigned_a_kit_has_the_summary(fran, parts, meeting):
    Brief.objects.update(executive_summary="In short: it matters.")
    meeting.readings.all().delete()

    text = text_of(kit(fran, parts))

    assert "specific sections to read" in text and "In short: it matters." in text


def test_all_kits_begin_on_right_hand_pages_and_who_isnt_coming_gets_none(
    fran, parts, meeting, circle
):
    make_membership(circle, make_user("Otto Other"), reads_on_paper=True)
    away = make_membership(circle, make_user("Ann Away"), reads_on_paper=True)
    meeting.answer(away, "no")

    document = read(fran.get(f"{AT}kits/all.pdf"))

    pages = [" ".join(page.extract_text().split()) for page in document.pages]
    begins = [number for number, text in enumerate(pages, 1) if "When: " in text]
    assert len(begins) == 2 and all(number % 2 for number in begins)
    assert "Ann Away" not in " ".join(pages)
    assert "Otto Other" in pages[0] and "Ruth Reader" in pages[0]


def test_kits_ask_the_same_for_many_readers_as_for_one(fran, parts, circle, monkeypatch):
    monkeypatch.setattr(typesetter, "set_now", lambda _document: b"")

    def asked():
        with CaptureQueriesContext(connection) as captured:
            fran.get(f"{AT}kits/all.pdf")
        return len(captured)

    asked()
    little = asked()
    for _time in range(3):
        make_membership(circle, reads_on_paper=True)

    assert asked() == little


def test_a_facilitator_or_the_member_says_who_reads_on_paper_and_others_dont_see_it(
    fran, circle, member, parts
):
    url = f"/circles/maple-street/members/{circle.memberships.get(user=member).pk}/paper/"
    assert fran.post(url, {"next": f"{AT}kits/"})["Location"] == f"{AT}kits/"
    assert Membership.objects.get(user=member).reads_on_paper
    page = fran.get("/circles/maple-street/members/").text
    assert page.count("Reads on paper") == 2 and f"{AT}kits/{parts.pk}.pdf" in page

    fran.force_login(member)
    assert fran.post(url).status_code == 403
    assert "Reads on paper" not in fran.get("/circles/maple-street/members/").text
    fran.post("/circles/maple-street/me/", {})
    assert not Membership.objects.get(user=member).reads_on_paper


def test_the_meeting_lists_kits_as_a_step_only_if_someone_needs_one(fran, parts, meeting):
    def row():
        prepare = fran.get(AT).context["glance"].phases[0]
        return [row for row in prepare.rows if row.label == "Reading kits"]

    assert [(each.note, each.is_done) for each in row()] == [("For 1 person", False)]
    fran.post(f"{AT}kits/given/")
    assert [each.is_done for each in row()] == [True]
    fran.post(f"{AT}kits/given/", {"undo": "on"})
    assert [each.is_done for each in row()] == [False]
    meeting.answer(parts, "no")
    assert row() == []


def test_other_readings_need_new_kits(parts, meeting):
    meeting.mark_kits(given=True)
    same = [Reading(meeting=meeting, section=r.section, membership=r.membership)
            for r in meeting.readings.all()]  # fmt: skip

    meeting.assign(same)
    assert meeting.kits_given_at
    meeting.assign([Reading(meeting=meeting, section=same[0].section)])
    assert meeting.kits_given_at is None


@pytest.mark.parametrize("error", [typesetter.Busy, typesetter.CannotBeSet])
def test_a_kit_that_couldnt_be_made_says_so_and_offers_to_try_again(
    fran, parts, monkeypatch, error
):
    def fail(_document):
        raise error

    monkeypatch.setattr(typesetter, "set_now", fail)

    response = fran.get(f"{AT}kits/{parts.pk}.pdf?size=usual")

    assert response.status_code == 503
    assert f'href="{AT}kits/{parts.pk}.pdf?size=usual"' in response.text
