"""The minutes as files: the same text in the same order, with any characters."""

import fcntl
import subprocess
from datetime import timedelta
from io import BytesIO

import pytest
from django.urls import reverse
from django.utils import timezone
from markdown_it import MarkdownIt
from pypdf import PdfReader

from briefs.pdf import typesetter
from circles.models import ActionItem, AgendaItem, Circle
from circles.notes.minutes import compose, keep_summary
from circles.notes.minutes_export import as_markdown
from tests.factories import make_meeting, make_note


@pytest.fixture
def meeting(circle, brief, section):
    """A past meeting with notes and published minutes."""
    meeting = make_meeting(circle, brief=brief, starts_at=timezone.now() - timedelta(hours=2))
    meeting.start()
    add_item(meeting, "Where the river goes", opened_at=meeting.started_at)
    add_item(meeting, "Who owns the water", deferred_at=meeting.started_at)
    make_note(meeting, section=section, text="Cotton is thirsty.")
    make_note(meeting, section=section, kind="common_ground", text="We all buy shirts.")
    make_note(meeting, section=section, kind="difference", text="Who pays?")
    make_note(meeting, kind="takeaway", text="I read labels now.")
    make_note(meeting, text="How many looms?", answer="Nine.")
    make_note(meeting, text="Whose mill?")
    ActionItem(meeting=meeting, text="Ask the mill").add()
    meeting.end()
    meeting.publish_minutes()
    return meeting


def add_item(meeting, title, **times):
    kind = AgendaItem.Kind.OTHER
    return AgendaItem.objects.create(meeting=meeting, kind=kind, title=title, **times)


def url(meeting, name):
    return reverse(f"circles:{name}", args=[meeting.circle.slug, meeting.number])


def pdf_text(content):
    return " ".join(
        " ".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages).split()
    )


ORDER = [
    "Ask the mill",
    "I read labels now.",
    "We all buy shirts.",
    "Who pays?",
    "What we talked about",
    "Where the river goes",
    "Cotton is thirsty.",
    "Left for next time",
    "Who owns the water",
    "Nine.",
    "Whose mill?",
    "Published on",
]


@pytest.mark.parametrize("name", ["minutes_detail", "minutes_markdown", "minutes_pdf"])
def test_page_and_files_have_all_in_one_order(client, member, meeting, name):
    client.force_login(member)

    answer = client.get(url(meeting, name))

    text = pdf_text(answer.content) if name == "minutes_pdf" else answer.text
    places = [text.find(words) for words in ORDER]
    assert places == sorted(places) and -1 not in places
    # It appears once, though it is gathered above its section.
    assert text.count("We all buy shirts.") == 1


@pytest.mark.parametrize("name", ["minutes_markdown", "minutes_pdf"])
def test_a_file_names_itself_and_is_kept_by_nobody_on_the_way(client, member, meeting, name):
    client.force_login(member)

    answer = client.get(url(meeting, name))

    assert f"maple-street-{meeting.number}-minutes." in answer["Content-Disposition"]
    assert {"private", "no-store"} <= set(answer["Cache-Control"].split(", "))


def test_members_have_no_file_before_the_minutes_are_out(client, member, facilitator, circle):
    meeting = make_meeting(circle, starts_at=timezone.now() - timedelta(hours=1))
    meeting.start()
    make_note(meeting, text="Not yet.")
    answers = []
    for person in (member, facilitator):
        client.force_login(person)
        answers.append(client.get(url(meeting, "minutes_markdown")))

    assert [answer.status_code for answer in answers] == [403, 200]
    assert "This is a draft" in answers[1].text


@pytest.mark.parametrize(
    "typed",
    [
        "*not* _slanted_ `nor` code",
        "# no heading",
        "- no list\n+ nor here\n1. nor here",
        "<script>alert(1)</script>",
        "[no](link) ![nor](picture)",
        "a | b",
        "    far to the right",
        "50 > 40 & 3 < 4 ~~ \\",
    ],
)
def test_markdown_shows_what_was_typed_sign_by_sign(circle, meeting, member, typed):
    meeting.notes.all().delete()
    make_note(meeting, kind="takeaway", text=typed)

    written = as_markdown(compose(meeting, circle.memberships.get(user=member)))

    shown = [token for token in MarkdownIt().parse(written) if token.type == "inline"]
    children = [child for token in shown for child in token.children]
    assert not {"em_open", "link_open", "image", "html_inline", "code_inline"} & {
        child.type for child in children if typed[:3] in child.content
    }
    words = [
        "".join(c.content or "\n" * (c.type == "hardbreak") for c in t.children) for t in shown
    ]
    meant = "\n".join(line.strip() for line in typed.split("\n"))
    assert any(meant in said for said in words)


def test_no_names_stand_in_it_unless_the_circle_records_them(circle, meeting, member):
    texts = []
    for rule in (Circle.Privacy.OFF_THE_RECORD, Circle.Privacy.RECORDED):
        Circle.objects.update(privacy=rule)
        make_note(meeting, member, kind="takeaway")
        membership = circle.memberships.get(user=member)
        texts.append(as_markdown(compose(meeting, membership)))

    assert [str(member) in text for text in texts] == [False, True]


def test_what_is_corrected_afterwards_is_marked(client, facilitator, meeting, section):
    client.force_login(facilitator)
    make_note(meeting, section=section, text="We forgot this.")
    meeting.notes.get(text="Cotton is thirsty.").edit(
        started_from=1, text="Cotton is very thirsty."
    )
    meeting.notes.get(text="Who pays?").delete_softly()
    ActionItem(meeting=meeting, text="Ask again").add()
    keep_summary(meeting, "A long evening.", started_from="")

    page = client.get(url(meeting, "minutes_detail")).text
    written = client.get(url(meeting, "minutes_markdown")).text

    assert page.count("Edited after the minutes were published") == 1
    assert page.count("Added after the minutes were published") == 2
    for text in (page, written):
        assert "The summary was edited on" in text
        assert "1 note has been removed since." in text
    assert "Cotton is very thirsty. *(edited after the minutes were published)*" in written


def test_a_typesetter_that_fails_is_said_with_a_way_to_try_again(
    client, member, meeting, monkeypatch
):
    def fails(*args, **kwargs):
        return subprocess.CompletedProcess(args, 1, b"", b"no font")

    monkeypatch.setattr(subprocess, "run", fails)
    client.force_login(member)

    answer = client.get(url(meeting, "minutes_pdf") + "?paper=a4")

    assert answer.status_code == 503
    assert "We couldn’t create the PDF" in answer.text
    assert f'href="{url(meeting, "minutes_pdf")}?paper=a4"' in answer.text


def test_a_typesetter_that_takes_too_long_is_killed(client, member, meeting, monkeypatch, tmp_path):
    program = tmp_path / "slow.py"
    program.write_text("import sys, time\nsys.stdin.read()\ntime.sleep(600)")
    monkeypatch.setattr(typesetter, "LONGEST_SECONDS", 0.2)
    client.force_login(member)

    with monkeypatch.context() as patch:
        patch.setattr(typesetter, "TYPESETTER", program)
        killed = client.get(url(meeting, "minutes_pdf"))
    monkeypatch.setattr(typesetter, "LONGEST_SECONDS", 60)

    assert killed.status_code == 503
    assert "We couldn’t create the PDF" in killed.text
    # Its lock has gone with it.
    assert client.get(url(meeting, "minutes_pdf")).status_code == 200


def test_minutes_wait_while_another_document_is_set(
    client, member, meeting, monkeypatch, settings, tmp_path
):
    settings.DATA_DIR = tmp_path
    monkeypatch.setattr(typesetter, "PATIENCE", 0)
    client.force_login(member)
    (tmp_path / "pdf").mkdir()

    with open(tmp_path / "pdf" / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        busy = client.get(url(meeting, "minutes_pdf"))

    assert busy.status_code == 503
    assert "Another PDF is in progress" in busy.text
    assert "Try again" in busy.text
    assert client.get(url(meeting, "minutes_pdf")).status_code == 200


def test_minutes_leave_nothing_on_the_disk(client, member, meeting, settings, tmp_path):
    settings.DATA_DIR = tmp_path
    client.force_login(member)

    client.get(url(meeting, "minutes_pdf"))

    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == ["lock"]
    assert (tmp_path / "pdf" / "lock").read_bytes() == b""


def test_a_long_word_stays_on_the_page_and_every_sign_is_in_the_file(client, member, meeting):
    word = "w" * 200
    meeting.minutes_summary = f"{word} 👍🏽 한국어 中文 日本語 ไทย"
    meeting.save()
    client.force_login(member)

    pages = PdfReader(BytesIO(client.get(url(meeting, "minutes_pdf")).content)).pages
    found = pages[0].extract_text().replace("\u200b", "")

    rows = [row for row in found.splitlines() if "wwwwwwww" in row]
    assert len(rows) > 1
    assert "".join(rows).count("w") >= 200
    assert max(map(len, rows)) < 80
