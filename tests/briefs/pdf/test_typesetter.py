"""Who gets a PDF, when it is made, and which files are cached."""

import fcntl
import os
import re
import signal
import subprocess
import sys
from io import BytesIO

import pytest
from pypdf import PdfReader

from briefs.guide import Guide
from briefs.models import Brief, Section
from briefs.pdf import documents, typesetter, typst_blocks
from tests.factories import make_brief, make_section

from .reading import read, text_of

URL = "/briefs/water/brief.pdf"


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


def test_a_file_that_is_deleted_just_then_is_made_again(
    client, full_brief, own_folder, monkeypatch
):
    with monkeypatch.context() as gone:
        gone.setattr(typesetter, "pdf_file", lambda *_about: own_folder / "old.pdf")
        answer = client.get(URL)

    assert answer.status_code == 202
    assert client.get(URL).status_code == 200


def test_what_others_keep_is_left_when_one_brief_changes(client, full_brief, own_folder):
    make_section(make_brief(slug="water-2", title="Water 2", audience="members"))
    client.get("/briefs/water/guide.pdf")
    client.get(URL)

    Section.objects.filter(slug="wells").update(heading="The springs")
    client.get(URL)

    kinds = sorted(path.name.split(".")[:2] for path in own_folder.glob("*.pdf"))
    assert kinds == [["water", "brief"], ["water", "guide"]]


def test_guides_of_every_choice_do_not_fill_the_disk(client, full_brief, own_folder, monkeypatch):
    monkeypatch.setattr(typesetter, "MOST_VARIANTS", 2)

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


def test_a_long_document_is_set_outside_the_request(client, full_brief, own_folder, monkeypatch):
    gate = own_folder.parent / "gate"
    os.mkfifo(gate)
    held = ["sh", "-c", 'read _word < "$0"; exec "$@"', str(gate), *typesetter._command()]
    monkeypatch.setattr(typesetter, "PATIENCE", 0)
    monkeypatch.setattr(typesetter, "_command", lambda: held)

    meanwhile = [client.get(URL), client.get(URL)]
    gate.write_text("Go on.\n")
    with open(own_folder / "lock") as lock:
        # The typesetter holds it to its end.
        fcntl.flock(lock, fcntl.LOCK_EX)
    afterwards = client.get(URL)

    assert [answer.status_code for answer in meanwhile] == [202, 202]
    assert text_of(read(afterwards))


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
    assert "We couldn’t create the PDF" in answers[0].content.decode()
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
    assert "couldn't be saved" in caplog.text


def test_what_must_not_be_kept_is_handed_over_and_leaves_nothing(full_brief, own_folder):
    made = typesetter.set_now(documents.guide_document(Guide(full_brief), "letter"))

    assert "Ask the oldest." in text_of(PdfReader(BytesIO(made)))
    assert [path.name for path in own_folder.iterdir()] == ["lock"]


def test_the_process_that_sets_documents_has_no_secret_in_its_environment(settings, monkeypatch):
    example = (settings.BASE_DIR / ".env.example").read_text()
    secrets = set(re.findall(r"^(\w*(?:KEY|TOKEN|_URL)\w*)=", example, re.MULTILINE)) - {"SITE_URL"}
    for name in secrets:
        monkeypatch.setenv(name, "hidden")

    assert {"SECRET_KEY", "DATABASE_URL", "BACKUP_KEY"} < secrets
    assert "hidden" not in typesetter._surroundings().values()
