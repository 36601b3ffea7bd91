"""The PDFs of a brief and its guide: what is in them, who gets them, when they are made."""

import fcntl
import json
import os
import signal
import subprocess
import sys
import time
from datetime import date
from io import BytesIO

import pytest
from django.conf import settings as django_settings
from django.core.management import call_command
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from briefs.guide import Guide
from briefs.models import Brief, CallToAction, HelpLine, Section
from briefs.page.html import page_context
from briefs.pdf import documents, typesetter, typst_blocks
from tests.factories import make_brief, make_figure, make_question, make_section, make_source

URL = "/briefs/water/brief.pdf"
HOSTILE = (
    '#panic("x") #read("/etc/passwd") $x^2$ @cite <label> *b* _i_ `code` \\ \\u{41} // no '
    "/* no */ = H - l + l ~ -- \"q\" 'q' [c] {d} #{1} \u202e\ufdd0\x1b \U0001f600 漢字"
)


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    return tmp_path / "pdf"


@pytest.fixture
def full_brief(brief):
    """A brief with one row of every kind."""
    Brief.objects.update(executive_summary="In short: dig [@study].", advisory="A flood is told.")
    history = make_section(brief, slug="history", heading="History", position=1)
    wells = make_section(brief, slug="wells", heading="The wells", parent=history, position=1)
    history.body = (
        "Wells were dug [@report], see [the wells](#wells) and [maps](https://a.test/).\n"
    )
    history.body += "\n![](figure:yield)"
    history.save()
    report = make_source(brief, slug="report", title="The water report", url="https://b.test/r")
    make_source(brief, slug="study", title="A study of wells")
    make_figure(history, slug="yield", title="The north well gives most", source=report)
    make_figure(
        wells, slug="film", kind="video", title="A film of wells", url="https://c.test/film",
        length_minutes=12, summary="Wells, filmed.", data={},
    )  # fmt: skip
    make_question(wells, text="Why here?", prompts="Ask the oldest.")
    CallToAction.objects.create(brief=brief, slug="m", step="measure", text="Read the meter.")
    HelpLine.objects.create(brief=brief, slug="h", name="Flood line", when="Now.", phone="555-01")
    brief.refresh_from_db()
    return brief


def read(response):
    assert response["Content-Type"] == "application/pdf", response.content.decode()[:2000]
    return PdfReader(BytesIO(response.content))


def text_of(document):
    return " ".join(" ".join(page.extract_text() for page in document.pages).split())


def addresses_in(document):
    notes = [note.get_object() for page in document.pages for note in page.get("/Annots", [])]
    return {note["/A"]["/URI"] for note in notes if "/URI" in note.get("/A", {})}


def test_all_that_stands_in_the_brief_is_in_its_pdf(client, full_brief):
    document = read(client.get(URL))

    text = text_of(document)
    for words in (
        "Water",
        "What it is about.",
        "A flood is told.",
        "Flood line",
        "555-01",
        "In short: dig",
        "1 History",
        "1.1 The wells",
        "Wells were dug",
        "The north well gives most",
        "A film of wells",
        "12 minutes",
        "Why here?",
        "Read the meter.",
        "The water report",
        "A study of wells",
        f"Page 1 of {len(document.pages)}",
    ):
        assert words in text
    assert "Ask the oldest." not in text
    assert {"https://a.test/", "https://b.test/r", "https://c.test/film"} <= addresses_in(document)


def test_every_text_of_the_long_brief_is_in_its_pdf(client, db):
    fixture = django_settings.BASE_DIR / "fixtures/human_trafficking.yaml"
    call_command("loaddata", str(fixture), verbosity=0)
    brief = Brief.objects.get()

    document = read(client.get("/briefs/human-trafficking/brief.pdf"))

    letters = "".join(text_of(document).split())
    rows = [*brief.sections.all(), *brief.questions.all()]
    missing = [row.slug for row in rows if "".join(str(row).split()) not in letters]
    assert missing == []
    # Its chapters are there to jump to, in a reader's side bar.
    tops = [entry.title for entry in document.outline if not isinstance(entry, list)]
    assert "1 Introduction" in tops


def test_the_pdf_is_accessible_by_the_letter(client, full_brief):
    document = read(client.get(URL))

    root = document.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"].value
    assert root["/Lang"].lower().startswith("en")
    assert document.metadata.title == "Water"
    assert document.metadata.author == "Full Circle"
    assert "<pdfuaid:part>1</pdfuaid:part>" in root["/Metadata"].get_data().decode()
    assert "Two bars; the second is twice the first." in str(_figures(root["/StructTreeRoot"]))


def _figures(node):
    """The text alternatives of all figures in the tree of a tagged PDF."""
    node = node.get_object() if hasattr(node, "get_object") else node
    if isinstance(node, list):
        return [found for child in node for found in _figures(child)]
    if not isinstance(node, dict):
        return []
    return [*([node["/Alt"]] if "/Alt" in node else []), *_figures(node.get("/K", []))]


def test_sources_have_the_numbers_that_they_have_on_the_page(full_brief):
    on_the_page = page_context(full_brief)["sources"]

    of = documents.brief_document(full_brief, "a4")["of"]

    in_the_pdf = [(block["number"], block["id"]) for block in of if block["is"] == "source"]
    assert in_the_pdf == [(cited.number, cited.anchor) for cited in on_the_page]


def test_a_chart_too_tall_for_a_page_is_told_in_words_and_numbers(client, section):
    rows = [[f"Well {number}", number] for number in range(60)]
    make_figure(section, summary="Sixty bars.", data={"series": [""], "rows": rows})

    text = text_of(read(client.get(URL)))

    assert "Sixty bars." in text
    assert "Well 59 59" in text


def test_the_guide_as_a_pdf_has_the_plan_and_the_prompts(client, full_brief):
    document = read(client.get("/briefs/water/guide.pdf?minutes=120&section=wells"))

    text = text_of(document)
    for words in ("A guide for 120 minutes", "Welcome", "The wells", "Ask the oldest.", "Break"):
        assert words in text
    assert document.metadata.title == "Discussion guide: Water"


def test_paper_is_what_the_language_is_read_on_or_what_is_asked_for(client, full_brief):
    def width(query=""):
        return round(read(client.get(URL + query)).pages[0].mediabox.width)

    assert width() == 595
    assert width("?paper=letter") == 612
    Brief.objects.update(language="en-US")
    assert (width(), width("?paper=a4"), width("?paper=nonsense")) == (612, 595, 612)


def test_the_file_is_shown_under_a_name_that_says_what_it_is(client, full_brief):
    brief, guide = client.get(URL), client.get("/briefs/water/guide.pdf")

    assert brief["Content-Disposition"] == 'inline; filename="water.pdf"'
    assert guide["Content-Disposition"] == 'inline; filename="water-guide-90.pdf"'


def test_text_is_only_ever_shown(client, brief):
    figure = {"series": [HOSTILE], "rows": [[HOSTILE, 1]]}
    section = make_section(brief, heading=HOSTILE, body=HOSTILE + "\n\n> - " + HOSTILE)
    make_question(section, text=HOSTILE, prompts=HOSTILE)
    source = make_source(brief, title=HOSTILE, publisher=HOSTILE, url="https://a.test/#\"')")
    make_figure(section, title=HOSTILE, summary=HOSTILE, data=figure, source=source)
    Brief.objects.update(
        title=HOSTILE[:120], summary=HOSTILE, about=HOSTILE, language='en"#', advisory=HOSTILE
    )

    for url in (URL, "/briefs/water/guide.pdf"):
        text = text_of(read(client.get(url)))
        assert '#panic("x") #read("/etc/passwd") $x^2$ @cite <label>' in text
        assert "root:" not in text


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    text=st.text(
        st.sampled_from("#$@<>*_`~\\/=-+[](){}|!:;\"'&^% \n\t\x001aé漢\u202e"), max_size=80
    )
)
def test_no_text_stops_the_typesetter(text):
    of = [documents.heading(text), *typst_blocks.blocks(text), *typst_blocks.blocks(f"> - {text}")]
    around = {"title": text, "kicker": text, "foot": text, "language": text, "keywords": [text]}

    made = typesetter.set_now(typst_blocks.document(of, day=date(2026, 1, 1), paper="a4", **around))

    assert made.startswith(b"%PDF-")


@pytest.mark.parametrize("url", [URL, "/briefs/water/guide.pdf"])
def test_a_brief_in_which_nothing_stands_yet_can_be_printed(client, brief, url):
    assert "Water" in text_of(read(client.get(url)))


def test_a_kept_file_is_served_until_the_brief_changes(client, full_brief, own_folder):
    first = client.get(URL)
    again = client.get(URL, headers={"If-None-Match": first["ETag"]})
    names = {path.name for path in own_folder.glob("*.pdf")}
    Section.objects.filter(slug="wells").update(heading="The springs")
    after = client.get(URL)

    assert again.status_code == 304
    assert after["ETag"] != first["ETag"]
    assert "The springs" in text_of(read(after))
    kept = {path.name for path in own_folder.glob("*.pdf")}
    assert (len(names), len(kept), names & kept) == (1, 1, set())


def test_what_others_keep_is_left_when_one_brief_changes(client, full_brief, own_folder):
    make_section(make_brief(slug="water-2", title="Water 2", audience="members"))
    client.get("/briefs/water/guide.pdf")
    client.get(URL)

    Section.objects.filter(slug="wells").update(heading="The springs")
    client.get(URL)

    kinds = sorted(path.name.split(".")[:2] for path in own_folder.glob("*.pdf"))
    assert kinds == [["water", "brief"], ["water", "guide"]]


def test_guides_of_every_choice_do_not_fill_the_disk(client, full_brief, own_folder, monkeypatch):
    monkeypatch.setattr(typesetter, "MOST_KEPT", 2)

    for minutes in (60, 90, 120):
        client.get(f"/briefs/water/guide.pdf?minutes={minutes}")

    assert len(list(own_folder.glob("*.pdf"))) == 2


@pytest.mark.parametrize("url", [URL, "/briefs/water/guide.pdf"])
def test_a_pdf_is_closed_to_whom_the_brief_is_closed(client, full_brief, url, member, admin):
    answers = {}
    for audience in ("members", "editors"):
        Brief.objects.update(audience=audience)
        for name, person in (("visitor", None), ("member", member), ("admin", admin)):
            client.logout()
            if person:
                client.force_login(person)
            answers[audience, name] = client.get(url)

    statuses = {who: answer.status_code for who, answer in answers.items()}
    assert statuses == {
        ("members", "visitor"): 302,
        ("members", "member"): 200,
        ("members", "admin"): 200,
        ("editors", "visitor"): 404,
        ("editors", "member"): 404,
        ("editors", "admin"): 200,
    }
    assert answers["members", "member"]["Cache-Control"].startswith("private")


def test_one_document_is_set_at_a_time_and_others_are_asked_to_wait(client, full_brief, own_folder):
    own_folder.mkdir()
    with open(own_folder / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        waiting = client.get(URL)
    afterwards = client.get(URL)

    assert waiting.status_code == 202
    assert '<meta http-equiv="refresh"' in waiting.content.decode()
    assert afterwards.status_code == 200


def test_a_long_document_is_set_outside_the_request(client, full_brief, monkeypatch):
    monkeypatch.setattr(typesetter, "PATIENCE", 0)

    first = client.get(URL)
    for _second in range(100):
        if (later := client.get(URL)).status_code == 200:
            break
        time.sleep(0.1)

    assert first.status_code == 202
    assert text_of(read(later))


def test_the_lock_of_a_killed_process_is_taken_over(client, full_brief, own_folder):
    own_folder.mkdir()
    lock = os.open(own_folder / "lock", os.O_RDWR | os.O_CREAT)
    fcntl.flock(lock, fcntl.LOCK_EX)
    typesetter = subprocess.Popen([sys.executable, "-c", "input()"], stdin=-1, pass_fds=[lock])
    os.close(lock)

    while_it_lives = client.get(URL)
    typesetter.send_signal(signal.SIGKILL)
    typesetter.communicate()

    assert while_it_lives.status_code == 202
    assert client.get(URL).status_code == 200


def test_what_cannot_be_set_is_said_logged_and_not_tried_for_ever(
    client, full_brief, monkeypatch, caplog
):
    monkeypatch.setitem(typst_blocks.PAPERS, "a4", "papyrus")

    answers = [client.get(URL) for _time in range(4)]

    assert {answer.status_code for answer in answers} == {503}
    assert "The PDF could not be made" in answers[0].content.decode()
    assert "refresh" not in answers[0].content.decode()
    assert [record.levelname for record in caplog.records if record.name == "briefs.pdf"] == [
        "ERROR",
        "ERROR",
    ]


def test_a_typesetter_that_is_killed_again_and_again_is_not_started_for_ever(
    client, full_brief, tmp_path, monkeypatch
):
    program = tmp_path / "killed.py"
    program.write_text("import os, signal; os.kill(os.getpid(), signal.SIGKILL)")

    with monkeypatch.context() as patch:
        patch.setattr(typesetter, "TYPESETTER", program)
        answers = [client.get(URL).status_code for _time in range(4)]
    Section.objects.filter(slug="wells").update(heading="The springs")

    assert answers == [503] * 4
    assert client.get(URL).status_code == 200


def test_a_folder_that_cannot_be_written_is_said_and_logged(client, full_brief, own_folder, caplog):
    own_folder.write_text("a file where the folder should be")

    answer = client.get(URL)

    assert answer.status_code == 503
    assert "could not be kept" in caplog.text


def test_what_must_not_be_kept_is_handed_over_and_leaves_nothing(full_brief, own_folder):
    made = typesetter.set_now(documents.guide_document(Guide(full_brief), "letter"))

    assert "Ask the oldest." in text_of(PdfReader(BytesIO(made)))
    assert not own_folder.exists()


def test_a_document_can_be_held_by_json(full_brief):
    document = documents.brief_document(full_brief, "a4")

    assert json.loads(json.dumps(document)) == document
