"""The minutes as files: Markdown, and a document to typeset as a PDF.

Both are made from the same lines, in the order of `Minutes.chapters`, which the page has too.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from briefs.pdf.typst_blocks import PAPERS, bullets, clean, document, heading, paragraph
from config.when import full_date, kept_when_for

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

    from accounts.models import User

    from ..models import ActionItem, Meeting, Note
    from .minutes import Minutes


# Characters that Markdown needs escaped (CommonMark 0.31, section 2.4).
SIGNS = re.compile(r"([\\`*_{}\[\]<>#|~])")
LINE_START = re.compile(r"^(\d*)([-+=>]|(?<=\d)[.)])")


@dataclass
class Line:
    """One line of the minutes.

    Args:
        look: “fact”, “privacy”, “part”, “kind”, “item” or “words”.
        text: its text, with its writer's line breaks.
        remark: a short addition: who, where, by when, or a correction.
    """

    look: str
    text: "StrPromise | str"
    remark: str = ""


def lines(minutes: "Minutes") -> Iterator[Line]:
    """All lines of the minutes, from when it was to the day of publication."""
    meeting = minutes.meeting
    yield Line("fact", minutes.when, _("When"))
    if meeting.where.words:
        yield Line("fact", meeting.where.words, _("Where"))
    if meeting.brief:
        yield Line("fact", str(meeting.brief), _("Brief"))
    yield from (Line("privacy", line) for line in minutes.privacy_lines)
    if not meeting.minutes_published_at:
        yield Line(
            "words", _("This is a draft. Only facilitators can see it until it’s published.")
        )
    if meeting.minutes_summary:
        yield Line("words", meeting.minutes_summary)
    for chapter in minutes.chapters:
        above = " › ".join(chapter.part.above) if chapter.part else ""
        yield Line("part", str(chapter.title), above)
        for title, said in chapter.groups:
            if title:
                yield Line("kind", str(title))
            yield from (_note(one.note, one.where) for one in said)
        yield from map(_action, chapter.actions)
        yield from (Line("item", str(topic)) for topic in chapter.topics)
        if chapter.look == "people":
            yield from _who_was_there(minutes)
        elif minutes.next_meeting and chapter.look == "next":
            yield from _next(minutes.next_meeting, minutes.reader)
    if meeting.minutes_published_at:
        day = full_date(meeting.minutes_published_at.astimezone(meeting.zone))
        published = _("Published on %(day)s.") % {"day": day}
        yield Line("words", " ".join([published, *map(str, minutes.corrections)]))


def _note(note: "Note", where: "StrPromise | str" = "") -> Line:
    late = ""
    if note.is_afterthought:
        late = (
            _("edited after the minutes were published")
            if note.edited_at
            else _("added after the minutes were published")
        )
    on = _("about “%s”") % where if where else ""
    answer = _("Answer: %s") % note.answer if note.answer else ""
    text = "\n".join(filter(None, [note.text, answer, *_from_editors(note)]))
    return Line("item", text, ", ".join(filter(None, [str(note.named_author or ""), on, late])))


def _from_editors(note: "Note") -> Iterator[str]:
    """What the editors of the brief answered, if the note was sent to them."""
    question = note.sent_question and note.sent_question.question
    if question and question.answer:
        yield _("Answer from the editors: %s") % question.answer
    if question and question.is_in_edition:
        yield _("A newer edition of the brief answers it.")


def _action(action: "ActionItem") -> Line:
    facts = [
        str(action.owner or _("the whole circle")),
        _("due %s") % full_date(action.due_on) if action.due_on else "",
        _("done") if action.done_at else "",
        _("added after the minutes were published") if action.is_afterthought else "",
    ]
    return Line("item", action.text, ", ".join(filter(None, facts)))


def _who_was_there(minutes: "Minutes") -> Iterator[Line]:
    if minutes.came:
        yield Line("words", ", ".join(minutes.came_names))
    if minutes.roles:
        yield Line(
            "words",
            " · ".join(f"{role}: {person}" for role, person in minutes.roles),
        )


def _next(meeting: "Meeting", reader: "User | None") -> Iterator[Line]:
    when = kept_when_for(meeting, reader)
    yield Line("words", ", ".join(filter(None, [str(meeting), when, meeting.where.words])))
    if meeting.brief:
        yield Line("words", _("Reading: %s") % meeting.brief)


def _title(meeting: "Meeting") -> str:
    return _("Minutes: %(meeting)s") % {"meeting": meeting}


def as_markdown(minutes: "Minutes") -> str:
    """The minutes as Markdown. Typed text is escaped, so it shows exactly as typed."""
    found = [f"# {_marked(_title(minutes.meeting))}", ""]
    before = ""
    circle = Line("fact", minutes.meeting.circle.name, _("Circle"))
    for line in [circle, *lines(minutes)]:
        if before and (line.look != before or line.look not in ("fact", "item")):
            found.append("")
        found.append(_as_markdown(line))
        before = line.look
    return "\n".join(found) + "\n"


def _as_markdown(line: Line) -> str:
    text, remark = _marked(line.text), _marked(line.remark)
    match line.look:
        case "fact":
            return f"- **{remark}:** {text}"
        case "part":
            return f"## {text}" + (f"\n\n*{remark}*" if remark else "")
        case "kind":
            return f"### {text}"
        case "item":
            lines_ = "  \n  ".join(text.split("\n"))
            return f"- {lines_}" + (f" *({remark})*" if remark else "")
    return "  \n".join(text.split("\n"))


def _marked(text: "StrPromise | str") -> str:
    """The text escaped for Markdown, without spaces at the start of lines, which mean code."""
    lines_ = (line.strip() for line in SIGNS.sub(r"\\\1", str(text)).split("\n"))
    return "\n".join(LINE_START.sub(r"\1\\\2", line) for line in lines_)


def as_document(minutes: "Minutes", paper: str = "") -> dict[str, Any]:
    """The minutes as a tree to typeset (`briefs/pdf/typst_blocks.py`).

    Args:
        minutes: the minutes.
        paper: “letter” or “a4”; any other value gives the usual paper in the meeting's part of
            the world.
    """
    meeting = minutes.meeting
    usual = "letter" if meeting.time_zone.startswith("America/") else "a4"
    of: list[Any] = []
    items: list[Any] = []
    for line in lines(minutes):
        if line.look == "item":
            items.append([_as_paragraph(line)])
            continue
        of += [bullets(items)] if items else []
        items = []
        if line.look == "part":
            of.append(heading(line.text))
            of += [paragraph(clean(line.remark), look="small")] if line.remark else []
        elif line.look == "kind":
            of.append(heading(line.text, 2))
        else:
            of.append(_as_paragraph(line))
    of += [bullets(items)] if items else []
    return document(
        of,
        title=_title(meeting),
        head=meeting.circle.name,
        look="sheet",
        day=meeting.local_start,
        foot=_("%(circle)s, members only") % {"circle": meeting.circle},
        paper=paper if paper in PAPERS else usual,
    )


def _as_paragraph(line: Line) -> dict[str, Any]:
    pieces: list[Any] = []
    for number, text in enumerate(line.text.split("\n")):
        pieces += [{"is": "break"}] if number else []
        pieces.append(clean(text))
    if line.look == "fact":
        pieces = [{"is": "strong", "of": [clean(line.remark)]}, ": ", *pieces]
    elif line.remark:
        pieces += [" ", {"is": "em", "of": [f"({clean(line.remark)})"]}]
    return paragraph(*pieces, look=line.look if line.look in ("fact", "privacy") else "")
