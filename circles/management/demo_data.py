"""The demo: an active circle, for people who want to look around.

Maple Street has met once on how to meet, is meeting now on human trafficking, and continues next
month. It has one draft and one open date poll. Harbor Library is another circle, which the
demo's people must not see. `demo_days` chooses all dates by the day of creation.
"""

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.utils import timezone

from accounts.models import User
from briefs.models import CallToAction

from ..live import agenda
from ..live.moves import open_item
from ..models import (
    ActionItem,
    Attendance,
    Circle,
    CircleEvent,
    DatePoll,
    Mail,
    Mark,
    Meeting,
    Membership,
    Note,
    Reading,
    ReadMark,
    Rsvp,
)
from .demo_cast import (
    ACCOUNTS,
    AGREEMENTS,
    FACILITATOR,
    MEMBER,
    NEIGHBORS,
    PASSWORD,
    ZONE,
    at,
    attend,
    brief,
    make_circle,
    make_people,
    sections,
    today,
    write,
)
from .demo_days import Days, days_around

if TYPE_CHECKING:
    from briefs.models import Section


QUESTION = "Which companies around here say how they check their supply chains?"


def make() -> None:
    """Create all demo data. The caller checks that the database has none yet."""
    User.objects.create_superuser("admin@example.org", PASSWORD, display_name="Alex Admin")
    people = make_people()
    circle = make_circle()
    members = {
        name: circle.admit(user, role=Membership.Role.FACILITATOR if name == FACILITATOR else None)
        for name, user in people.items()
    }
    days = days_around(today())
    joined_before(circle, members, days)
    first_meeting(circle, members, days)
    in_progress(circle, members, days)
    upcoming(circle, members, days)
    draft(circle, days)
    date_poll(circle, members, days)
    make_other_circle(days)
    last_visit()
    # No one waits to see the demo's emails.
    Mail.objects.waiting().update(due_at=timezone.now())


def joined_before(circle: Circle, members: dict[str, Membership], days: Days) -> None:
    """They were all there when the past meeting was announced."""
    moment = at(days.past - timedelta(days=28))
    for member in members.values():
        member.joined_at = member.approved_at = moment
        member.save(update_fields=["joined_at", "approved_at"])
    CircleEvent.objects.filter(circle=circle).update(at=moment)


def last_visit() -> None:
    """The people whom one can sign in as were here the day before, so Home has news for them: the
    next meeting was announced since."""
    yesterday = timezone.now() - timedelta(days=1)
    accounts = User.objects.filter(email__in=ACCOUNTS)
    accounts.update(seen_at=yesterday, last_visit_at=yesterday)


def first_meeting(circle: Circle, members: dict[str, Membership], days: Days) -> None:
    """The past meeting, with minutes and open action items."""
    meeting = Meeting.plan(
        circle,
        brief=brief("first-meeting"),
        starts_at=at(days.past),
        scheduled_at=at(days.past - timedelta(days=21)),
        host=members["Harriet Boone"],
        leader=members[FACILITATOR],
        note_taker=members["June Takahashi"],
        timekeeper=members["Pete Kowalski"],
        place="Harriet’s kitchen, 22 Maple Street",
    ).add()
    came = [FACILITATOR, MEMBER, *NEIGHBORS[:6]]
    for name in came:
        meeting.answer(members[name], Rsvp.Answer.YES)
    meeting.answer(
        members["Amir Haddad"], Rsvp.Answer.NO, comment="I have to work that night. Sorry!"
    )
    attend(meeting, members, came)
    Attendance.objects.create(meeting=meeting, visitor_name="Dolores Finch", is_first_visit=True)
    note_first_meeting(meeting, members)
    act_on_first_meeting(meeting, members, days)
    meeting.minutes_summary = (
        "Our first meeting. We read the agreements aloud, changed one, and added one. We tried two "
        "rounds of one minute each and finished four minutes early. Next time: human trafficking."
    )
    held(meeting, started=at(days.past), minutes=86)
    meeting.minutes_published_at = (meeting.ended_at or meeting.ends_at) + timedelta(days=1)
    meeting.save(update_fields=["minutes_summary", "minutes_published_at"])


def act_on_first_meeting(meeting: Meeting, members: dict[str, Membership], days: Days) -> None:
    """Its action items: one is due soon, one is overdue, one has no date, one is done."""
    soon, a_week_later = days.upcoming - timedelta(days=2), days.past + timedelta(days=7)
    sam, pete, ruth = members[MEMBER], members["Pete Kowalski"], members[FACILITATOR]
    add_action(meeting, "Ask the library about large-print copies", sam, soon, "reach_out")
    add_action(meeting, "Get a kitchen timer for our meetings", pete, a_week_later, "plan")
    add_action(meeting, "Invite one neighbor each", None, None, "reach_out")
    revised = "Send everyone the revised agreements"
    add_action(meeting, revised, ruth, a_week_later, "execute").set_done(True)


def note_first_meeting(meeting: Meeting, members: dict[str, Membership]) -> None:
    """Its notes."""
    kind = Note.Kind
    talk = {
        "what-a-circle-is": [
            (kind.POINT, "A circle is about understanding each other, not winning."),
            (
                kind.COMMON_GROUND,
                "We all came because conversation around town has gotten so heated.",
            ),
        ],
        "agreements": [
            (
                kind.POINT,
                "We took turns reading them aloud. We added “Start on time and end on time.”",
            ),
            (
                kind.DIFFERENCE,
                "Some of us want phones in a basket by the door. Others need theirs for family.",
            ),
        ],
        "rounds": [
            (
                kind.CONCERN,
                "Quieter members worry that fast talkers will take up the whole meeting.",
            ),
            (kind.POINT, "Go around once, then open it up. Passing is fine."),
        ],
    }
    for section in sections(meeting.brief, *talk):
        entries = [("June Takahashi", *entry) for entry in talk[section.slug]]
        write(meeting, members, entries, section=section)
    write(
        meeting,
        members,
        [
            (
                "June Takahashi",
                kind.TAKEAWAY,
                "I can say what I think and still be a good neighbor.",
            ),
            (MEMBER, kind.TAKEAWAY, "A minute is longer than I thought."),
            ("June Takahashi", kind.QUESTION, "Could the library lend us large-print copies?"),
        ],
    )


def held(meeting: Meeting, *, started: datetime, minutes: int) -> None:
    """Move a meeting into the past: its start and end, and the times of its notes in between."""
    meeting.start()
    meeting.end()
    meeting.started_at = started
    meeting.ended_at = started + timedelta(minutes=minutes)
    meeting.save(update_fields=["started_at", "ended_at"])
    for minute, note in enumerate(meeting.notes.order_by("revision"), start=10):
        note.created_at = started + timedelta(minutes=minute * 3)
        note.save(update_fields=["created_at"])


def add_action(
    meeting: Meeting, text: str, owner: Membership | None, due_on: date | None, step: str
) -> ActionItem:
    return ActionItem.objects.create(
        meeting=meeting,
        text=text,
        owner=owner,
        due_on=due_on,
        step=CallToAction.Step(step),
        created_at=meeting.starts_at + timedelta(minutes=80),
    )


def in_progress(circle: Circle, members: dict[str, Membership], days: Days) -> None:
    """The meeting in progress, which began 25 minutes ago."""
    reading = brief("human-trafficking")
    moved = "" if days.is_usual else "This month we’re meeting on a different day. "
    started = (timezone.now() - timedelta(minutes=25)).replace(second=0, microsecond=0)
    meeting = Meeting.plan(
        circle,
        brief=reading,
        starts_at=started,
        host=members[FACILITATOR],
        leader=members[FACILITATOR],
        note_taker=members[MEMBER],
        timekeeper=members["Pete Kowalski"],
        welcome=f"{moved}The side door is open. Street parking is free after 6 PM.",
    ).add()
    meeting.schedule()
    yes = [FACILITATOR, MEMBER, "Ida Bergström", "Walter Okafor", "Pete Kowalski", "Marisol Vega"]
    for name in yes:
        meeting.answer(members[name], Rsvp.Answer.YES)
    june = members["June Takahashi"]
    meeting.answer(june, Rsvp.Answer.MAYBE, comment="I might be 10 minutes late.")
    meeting.answer(members["Amir Haddad"], Rsvp.Answer.NO)
    talked_of = sections(reading, "who", "address-cultural-norms", "big-tech-section-230")
    for section in sections(reading, "introduction", "what-is-human-trafficking", "who", "what"):
        Reading.objects.create(meeting=meeting, section=section)
        ReadMark.objects.create(user=members[MEMBER].user, section=section)
    agenda.keep(meeting, agenda.propose(meeting, talked_of), started_from=0)
    meeting.start()
    meeting.started_at = started
    meeting.save(update_fields=["started_at"])
    minute = 0
    for item in meeting.agenda_items.all():
        if minute < 25:
            open_item(meeting, item, started + timedelta(minutes=minute))
        minute += item.minutes + 1
    attend(meeting, members, yes)
    note_in_progress(meeting, members, talked_of)


def note_in_progress(
    meeting: Meeting, members: dict[str, Membership], talked_of: "list[Section]"
) -> None:
    """The notes so far."""
    kind = Note.Kind
    if talked_of:
        write(
            meeting,
            members,
            [
                (MEMBER, kind.POINT, "Calls to a hotline are not a count of victims."),
                (
                    MEMBER,
                    kind.QUESTION,
                    "Why do we picture a border when so many are recruited by someone they know?",
                ),
            ],
            section=talked_of[0],
        )
    write(
        meeting,
        members,
        [(MEMBER, kind.QUESTION, "Which task force covers our county?")],
    )


def upcoming(circle: Circle, members: dict[str, Membership], days: Days) -> None:
    """The next meeting, with various RSVPs and some missing."""
    reading = brief("human-trafficking")
    meeting = Meeting.plan(
        circle,
        title="Human trafficking: work, trade, and what we can do",
        brief=reading,
        starts_at=at(days.upcoming),
        place="Maple Street Library, the reading room",
        online_link="https://meet.example.org/maple-street",
        host=members["Marisol Vega"],
        leader=members[FACILITATOR],
        capacity=12,
        rsvp_deadline=at(days.upcoming - timedelta(days=1)),
        welcome="We’ll pick up where we left off. Haven’t finished the reading? Come anyway.",
    ).add()
    meeting.schedule()
    meeting.answer(members[FACILITATOR], Rsvp.Answer.YES)
    meeting.answer(
        members["Marisol Vega"], Rsvp.Answer.YES, guests=1, comment="Bringing my sister."
    )
    meeting.answer(members["Pete Kowalski"], Rsvp.Answer.YES, online=True)
    meeting.answer(members["Walter Okafor"], Rsvp.Answer.YES)
    meeting.answer(members["Ida Bergström"], Rsvp.Answer.MAYBE, comment="If my knee cooperates.")
    meeting.answer(members["Harriet Boone"], Rsvp.Answer.NO, comment="I’ll be at my daughter’s.")
    for section in sections(
        reading, "private-sector-role", "empower-communities", "what-you-can-do"
    ):
        Reading.objects.create(meeting=meeting, section=section)
    leads = {
        "protecting-victims": "Marisol Vega",
        "federal": "Walter Okafor",
        "history": MEMBER,
    }
    for section in sections(reading, *leads):
        Reading.objects.create(
            meeting=meeting, section=section, membership=members[leads[section.slug]]
        )
    mark_while_reading(meeting, members)


def mark_while_reading(meeting: Meeting, members: dict[str, Membership]) -> None:
    """What some people have read and marked; two of them show their reading progress."""
    asked = list(meeting.readings.filter(membership=None).select_related("section"))
    marks = {
        "Marisol Vega": (2, {Mark.Kind.STAR: ""}),
        "Pete Kowalski": (3, {Mark.Kind.CONFUSING: ""}),
        "Walter Okafor": (1, {Mark.Kind.STAR: "", Mark.Kind.QUESTION: QUESTION}),
    }
    for name, (how_many, kinds) in marks.items():
        for reading in asked[:how_many]:
            ReadMark.objects.set(members[name].user, reading.section, read=True)
        for kind, text in kinds.items() if asked else ():
            mark = Mark(user=members[name].user, section=asked[0].section, kind=kind, text=text)
            mark.keep(memberships=[members[name]])
    for name in ["Marisol Vega", "Pete Kowalski"]:
        members[name].shows_reading = True
        members[name].save(update_fields=["shows_reading"])
    members["Ida Bergström"].reads_on_paper = True
    members["Ida Bergström"].save(update_fields=["reads_on_paper"])


def draft(circle: Circle, days: Days) -> None:
    """The meeting after that, a draft that only the facilitator sees."""
    Meeting.plan(circle, title="A topic we choose together", starts_at=at(days.draft)).add()


def date_poll(circle: Circle, members: dict[str, Membership], days: Days) -> None:
    """The date poll; some people have replied, the demo's member has not."""
    poll = DatePoll(
        circle=circle,
        title="Family potluck",
        duration_minutes=120,
        place="Maple Street Library, the community room",
        time_zone=ZONE,
        asked_by=members[FACILITATOR],
    ).ask([at(day, 18) for day in days.poll])
    dates = list(poll.options.all())
    said = {
        FACILITATOR: ("yes", "yes", "if_need_be"),
        "Ida Bergström": ("no", "yes", "yes"),
        "Walter Okafor": ("yes", "if_need_be", "no"),
        "Marisol Vega": ("no", "yes", ""),
        "Pete Kowalski": ("if_need_be", "yes", "yes"),
    }
    comments = {"Marisol Vega": "I don’t have my work schedule for that last one yet."}
    for name, marks in said.items():
        suits = {date.pk: {"suits": mark} for date, mark in zip(dates, marks, strict=True)}
        poll.answer(members[name], suits, comment=comments.get(name, ""))


def make_other_circle(days: Days) -> None:
    """A circle that none of the demo's accounts belongs to."""
    circle = Circle.objects.create(
        slug="harbor-library",
        name="Harbor Library Circle",
        purpose="Readers at the Harbor Library.",
        agreements=AGREEMENTS,
    )
    names = ["Greta Lindqvist", "Tom Baptiste", "Noor Rahman"]
    members = {}
    for name in names:
        user = User.objects.create_user(f"{name.split()[0].lower()}@example.org", display_name=name)
        members[name] = circle.admit(
            user, role=Membership.Role.FACILITATOR if name == names[0] else None
        )
    began = at(days.elsewhere, zone=circle.time_zone)
    meeting = Meeting.plan(
        circle,
        brief=brief("first-meeting"),
        starts_at=began,
        scheduled_at=began - timedelta(days=21),
        place="Harbor Library, the upstairs room",
    ).add()
    attend(meeting, members, names)
    write(
        meeting,
        members,
        [(names[0], Note.Kind.POINT, "What’s said at Harbor Library stays at Harbor Library.")],
    )
    held(meeting, started=began, minutes=88)
