"""Where a meeting is stands in `Meeting.where`, for whatever tells of it."""

import re
from pathlib import Path

from django.utils import timezone

from circles.models import Mail, Meeting
from circles.models.where import FIELDS, Where
from tests.factories import make_meeting

ROOT = Path(__file__).resolve().parents[3]


def test_what_tells_of_a_meeting_reads_where_it_is_and_no_field_of_it():
    direct = re.compile(rf"\b(?:meeting|theirs|next|next_meeting)\.(?:{'|'.join(FIELDS)})\b")
    files = [*(ROOT / "circles").rglob("*.py"), *(ROOT / "templates").rglob("*.*")]
    wrong = [
        f"{path.relative_to(ROOT)}: {found}"
        for path in sorted(files)
        if "migrations" not in path.parts
        for found in direct.findall(path.read_text())
    ]

    assert wrong == []


def test_a_change_of_where_it_is_is_announced_and_one_of_its_title_is_not(circle, member):
    meeting = make_meeting(circle, place="The library")
    meeting.schedule()
    # Who still has the announcement coming hears of the change in that.
    Mail.objects.update(sent_at=timezone.now())

    meeting.title = "Potluck"
    meeting.keep(["title"], calendars_hear=True)
    before = Mail.objects.filter(kind=Mail.Kind.CHANGED).count()
    meeting.place = "The school"
    meeting.keep(["place"], calendars_hear=True)

    assert set(FIELDS) <= set(Meeting.ANNOUNCED)
    assert before == 0
    assert Mail.objects.filter(kind=Mail.Kind.CHANGED).exists()


def test_it_is_the_place_or_else_the_link_and_nothing_without_both():
    link = "https://meet.example.org/x"

    assert Where.read({"place": "The library", "online_link": link}).line == "The library"
    assert Where.read({"place": "", "online_link": link}).line == link
    assert not Where.read({})
