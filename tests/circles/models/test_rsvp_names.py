"""One place decides who sees who comes: `Membership.sees_answers`, by `RsvpQuerySet.shown_to`."""

import re
from pathlib import Path

import pytest

from circles.models import Membership
from tests.factories import make_meeting, make_membership, make_user

ROOT = Path(__file__).resolve().parents[3]
# What may be asked of the answers outside the models: all that names people, one's own, a count.
READS = {"shown_to", "of", "heads"}
# They look up whom to remind, how many these are, and who is away when roles are suggested, and
# show no answer.
NOT_SHOWN = {
    "circles/mail/in_sight.py",
    "circles/mail/reminders.py",
    "circles/planning/rotation.py",
}


def test_answers_are_read_for_whom_they_are_shown_to():
    """`meeting.rsvps` ends in one of READS, and nothing else looks answers up."""
    read = re.compile(r"\brsvps(?:\.filter\(answer=[^()]*\))?\.(\w+)\(")
    wrong = []
    for path in sorted((ROOT / "circles").rglob("*.py")):
        name = str(path.relative_to(ROOT))
        if "migrations" in path.parts or "models" in path.parts or name in NOT_SHOWN:
            continue
        text = path.read_text()
        found = [verb for verb in read.findall(text) if verb not in READS]
        found += re.findall(r"\brsvps__\w+|\bRsvp\.objects\b", text)
        wrong += [f"{name}: {verb}" for verb in found]

    assert wrong == []


def test_templates_read_answers_from_the_overview_alone():
    wrong = [
        str(path.relative_to(ROOT))
        for path in sorted((ROOT / "templates").rglob("*.*"))
        if re.search(r"meeting\.rsvps|rsvps\.all|rsvp_set|all_rsvps", path.read_text())
    ]

    assert wrong == []


@pytest.fixture
def ann(circle):
    return make_membership(circle, make_user("Ann Answered"))


@pytest.fixture
def una(circle):
    return make_membership(circle, make_user("Una Unanswered"))


def pages(meeting):
    url = meeting.get_absolute_url()
    return ["/", meeting.circle.get_absolute_url(), url, f"{url}rsvp/"]


def test_who_is_not_shown_answers_finds_counts_and_no_names(
    client, circle, member, facilitator, ann, una, monkeypatch
):
    hidden = property(lambda membership: membership.is_facilitator)
    monkeypatch.setattr(Membership, "sees_answers", hidden)
    meeting = make_meeting(circle, place="The library")
    meeting.schedule()
    meeting.answer(ann, "yes", guests=1, comment="I bring a cake.")

    def shown():
        return [client.get(url).content.decode() for url in pages(meeting)]

    client.force_login(facilitator)
    named = "".join(shown())
    client.force_login(member)
    unnamed = "".join(shown())

    told = ["Ann Answered +1", "I bring a cake", "No reply yet</span>"]
    assert [words in named for words in told] == [True] * 3
    assert [words in unnamed for words in told] == [False] * 3
    assert "2 people coming" in unnamed


def test_the_live_page_does_not_tell_who_said_yes_to_whom_it_is_not_shown(
    client, circle, member, ann, monkeypatch
):
    monkeypatch.setattr(Membership, "sees_answers", property(lambda membership: False))
    meeting = make_meeting(circle, place="The library")
    meeting.schedule()
    meeting.answer(ann, "yes")
    meeting.start()
    client.force_login(member)

    page = client.get(f"{meeting.get_absolute_url()}run/").content.decode()

    assert '"yes": true' not in page
