"""The smallest valid row of each kind. Every argument has a default."""

from datetime import date, timedelta
from itertools import count

from django.utils import timezone

from accounts.models import User
from briefs.models import (
    Brief,
    Figure,
    MistakeReport,
    Question,
    ReaderQuestion,
    Section,
    Series,
    Source,
)
from circles.models import Circle, DatePoll, Mark, Meeting, Membership, Note

numbers = count(1)


def make_user(name="", **fields):
    name = name or f"Person {next(numbers)}"
    fields.setdefault("email", f"{name.lower().replace(' ', '.')}@example.org")
    return User.objects.create_user(display_name=name, **fields)


def make_editor(name="Edda Editor", **fields):
    """An editor as a superuser makes one: staff, in the group, and nothing else."""
    user = make_user(name, is_staff=True, **fields)
    user.set_editor(True)
    return user


def make_brief(**fields):
    number = next(numbers)
    defaults = {
        "slug": f"brief-{number}",
        "title": f"Brief {number}",
        "summary": "What it is about.",
        "edition": date(2026, 1, 1),
        "audience": Brief.Audience.EVERYONE,
    }
    return Brief.objects.create(**(defaults | fields))


def make_section(brief=None, **fields):
    number = next(numbers)
    defaults = {
        "brief": brief or make_brief(),
        "slug": f"section-{number}",
        "heading": f"Section {number}",
        "body": "Some words to read.",
        "position": number,
    }
    return Section.objects.create(**(defaults | fields))


def make_mistake_report(section, **fields):
    defaults = {"section": section, "edition": section.brief.edition, "text": "A date is wrong."}
    return MistakeReport.objects.create(**(defaults | fields))


def make_reader_question(brief=None, **fields):
    brief = brief or make_brief()
    defaults = {"brief": brief, "edition": brief.edition, "text": "Who pays for the pipes?"}
    return ReaderQuestion.objects.create(**(defaults | fields))


def make_question(section=None, **fields):
    section = section or make_section()
    number = next(numbers)
    defaults = {
        "brief": section.brief,
        "section": section,
        "slug": f"question-{number}",
        "kind": Question.Kind.INTERPRETIVE,
        "text": f"What does this mean to you? ({number})",
        "position": number,
    }
    return Question.objects.create(**(defaults | fields))


def make_source(brief=None, **fields):
    number = next(numbers)
    defaults = {
        "brief": brief or make_brief(),
        "slug": f"source-{number}",
        "title": f"Report {number}",
        "publisher": "A publisher",
        "position": number,
    }
    return Source.objects.create(**(defaults | fields))


def make_figure(section=None, **fields):
    section = section or make_section()
    number = next(numbers)
    defaults = {
        "brief": section.brief,
        "section": section,
        "slug": f"figure-{number}",
        "kind": Figure.Kind.BAR,
        "title": f"Figure {number}",
        "summary": "Two bars; the second is twice the first.",
        "unit": "people",
        "data": {"series": [""], "rows": [["One", 1], ["Two", 2]]},
        "position": number,
    }
    return Figure.objects.create(**(defaults | fields))


def make_series(*briefs, **fields):
    number = next(numbers)
    series = Series.objects.create(
        **({"slug": f"series-{number}", "title": f"Series {number}"} | fields)
    )
    for position, brief in enumerate(briefs, 1):
        series.entries.create(brief=brief, position=position)
    return series


def make_circle(**fields):
    number = next(numbers)
    defaults = {"slug": f"circle-{number}", "name": f"Circle {number}"}
    return Circle.objects.create(**(defaults | fields))


def make_membership(circle=None, user=None, **fields):
    return Membership.objects.create(
        circle=circle or make_circle(), user=user or make_user(), **fields
    )


def make_meeting(circle=None, **fields):
    """A scheduled meeting in a week. `scheduled_at=None` makes a draft."""
    circle = circle or make_circle()
    defaults = {
        "starts_at": timezone.now() + timedelta(days=7),
        "scheduled_at": timezone.now(),
    }
    return Meeting.plan(circle, **(defaults | fields)).add()


def make_poll(circle=None, *, days=(7, 8), **fields):
    """A poll that asks of a date in a week and of the day after."""
    circle = circle or make_circle()
    now = timezone.now()
    starts = [now + timedelta(days=number) for number in days]
    return DatePoll(circle=circle, **({"time_zone": circle.time_zone} | fields)).ask(starts)


def say_suits(marks):
    """{date's id: whether it suits}, as `DatePoll.answer` takes it."""
    return {pk: {"suits": suits} for pk, suits in marks.items()}


def make_note(meeting=None, author=None, **fields):
    note = Note(meeting=meeting or make_meeting(), **({"text": "Something was said."} | fields))
    note.write(author)
    return note


def make_mark(user=None, section=None, *, memberships=(), **fields):
    """A reader's note, unless it's to be of another kind."""
    fields = {"kind": "note", "text": "Ask my aunt."} | fields
    if fields["kind"] in ("star", "confusing"):
        fields["text"] = ""
    mark = Mark(user=user or make_user(), section=section or make_section(), **fields)
    mark.keep(memberships=memberships)
    return mark
