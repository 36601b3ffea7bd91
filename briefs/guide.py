"""The discussion guide of a brief, which a facilitator prints for a meeting.

It uses only the brief. What a circle agreed on or said stays with the circle.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from .models import Brief, HelpLine, Question, Section
from .page import markdown
from .page.compose import by_step, in_tree_order
from .page.html import lead_to_the_brief
from .page.lines import section_lines, with_lines

LENGTHS = [60, 90, 120]
USUAL = 90
# One round of eight people at two minutes each. With less, a section isn't discussed fully.
LEAST_MINUTES = 16

# Minutes of each part around the discussion, by length. The sections get the rest.
FRAMES = {
    60: {"welcome": 3, "agreements": 3, "opening": 8, "break": 0, "actions": 6, "closing": 4},
    90: {"welcome": 4, "agreements": 4, "opening": 12, "break": 0, "actions": 9, "closing": 7},
    120: {"welcome": 5, "agreements": 5, "opening": 15, "break": 10, "actions": 13, "closing": 9},
}
SECTIONS = {60: 2, 90: 3, 120: 3}

# Questions in this order: first the text, then its meaning, then our own views.
KINDS = [
    Question.Kind.OPENING,
    Question.Kind.FACTUAL,
    Question.Kind.INTERPRETIVE,
    Question.Kind.EVALUATIVE,
    Question.Kind.DECIDING,
    Question.Kind.CLOSING,
]


def read_length(text: str | None) -> int:
    """The length asked for, in minutes; the usual one if it isn't offered."""
    return next((length for length in LENGTHS if str(length) == text), USUAL)


def nearest_length(minutes: int) -> int:
    """The length offered that is closest to a meeting of this many minutes."""
    return min(LENGTHS, key=lambda length: abs(length - minutes))


@dataclass
class Step:
    """One line of the plan. `start` and `minutes` are in minutes."""

    start: int
    minutes: int
    title: str
    hint: str = ""
    slug: str = ""

    @property
    def is_open(self) -> bool:
        """Whether no section is chosen yet; the guide leaves room to write one in."""
        return not self.title

    @property
    def clock(self) -> str:
        """When it starts, from the start of the meeting: “0:25”."""
        return f"{self.start // 60}:{self.start % 60:02}"


@dataclass
class Part:
    """A section with its questions, in the best order to ask them."""

    section: Section
    above: list[str]
    questions: list[Question]

    @property
    def place(self) -> str:
        """The headings above it, to find it in the brief."""
        return " › ".join(self.above)


class Guide:
    """The content of a discussion guide. The number of queries is fixed.

    Args:
        brief: the brief.
        minutes: one of `LENGTHS`.
        chosen: slugs of the sections to discuss. Unknown slugs are ignored. Without any, the
            plan leaves room to write sections in.
    """

    def __init__(self, brief: Brief, minutes: int = USUAL, chosen: Iterable[str] = ()) -> None:
        self.brief = brief
        self.minutes = minutes
        self._wanted = set(chosen)

    @cached_property
    def questions(self) -> list[Question]:
        ranks = {kind.value: rank for rank, kind in enumerate(KINDS)}
        questions = self.brief.questions.in_edition()
        return sorted(questions, key=lambda q: (ranks[q.kind], q.position, q.slug))

    @cached_property
    def parts(self) -> list[Part]:
        """Every section with text or questions, in the order of the brief."""
        tree = in_tree_order(self.brief.sections.in_edition())
        parts = [
            Part(section, above, [q for q in self.questions if q.section_id == section.pk])
            for section, above in tree
        ]
        return [part for part in parts if part.questions or not part.section.is_container]

    @cached_property
    def chosen(self) -> list[Part]:
        """The chosen sections."""
        return [part for part in self.parts if part.section.slug in self._wanted]

    @cached_property
    def shown(self) -> list[Part]:
        """The sections whose questions are in the guide: the chosen ones, or else all."""
        return self.chosen or [part for part in self.parts if part.questions]

    def _whole(self, kind: Question.Kind) -> list[Question]:
        return [q for q in self.questions if q.section_id is None and q.kind == kind]

    @property
    def opening(self) -> list[Question]:
        return self._whole(Question.Kind.OPENING)

    @property
    def deciding(self) -> list[Question]:
        return self._whole(Question.Kind.DECIDING)

    @property
    def closing(self) -> list[Question]:
        return self._whole(Question.Kind.CLOSING)

    @property
    def whole(self) -> list[Question]:
        """Questions on the whole brief that aren't for a round."""
        rounds = (Question.Kind.OPENING, Question.Kind.DECIDING, Question.Kind.CLOSING)
        return [q for q in self.questions if q.section_id is None and q.kind not in rounds]

    @property
    def number_of_sections(self) -> int:
        return len(self.chosen) or SECTIONS[self.minutes]

    @property
    def talk_minutes(self) -> int:
        """The minutes left for the sections."""
        return self.minutes - sum(FRAMES[self.minutes].values())

    @property
    def minutes_each(self) -> int:
        return self.talk_minutes // self.number_of_sections

    @property
    def is_crowded(self) -> bool:
        """Whether too many sections are chosen for the time."""
        return self.minutes_each < LEAST_MINUTES

    @cached_property
    def plan(self) -> list[Step]:
        """The meeting, step by step. The sections share the time evenly; the first ones get
        the minutes that are left over."""
        frame = FRAMES[self.minutes]
        steps = [
            ("welcome", _("Welcome"), _("Say when you’ll end and what the notes are for.")),
            (
                "agreements",
                _("Agreements"),
                _("Take turns reading them aloud. Thumbs up means yes."),
            ),
            (
                "opening",
                _("Opening round"),
                _("Everyone speaks once, with no replies. Anyone can pass."),
            ),
        ]
        rows = [(frame[name], title, hint, "") for name, title, hint in steps]
        shares = self._shares()
        for index, minutes in enumerate(shares):
            part = self.chosen[index] if self.chosen else None
            title = part.section.heading if part else ""
            rows.append((minutes, title, "", part.section.slug if part else ""))
            if frame["break"] and index == (len(shares) - 1) // 2:
                rows.append((frame["break"], _("Break"), "", ""))
        rows += [
            (
                frame["actions"],
                _("Action items"),
                _("Who will do what, by when? Write it down."),
                "",
            ),
            (
                frame["closing"],
                _("Closing round"),
                _("One takeaway each. Then set the next date, and end on time."),
                "",
            ),
        ]
        plan, start = [], 0
        for minutes, title, hint, slug in rows:
            plan.append(Step(start, minutes, title, hint, slug))
            start += minutes
        return plan

    def _shares(self) -> list[int]:
        each, left = divmod(self.talk_minutes, self.number_of_sections)
        return [each + (index < left) for index in range(self.number_of_sections)]

    @cached_property
    def minutes_to_read(self) -> int:
        """Minutes to read the whole brief."""
        return with_lines([self.brief])[0].minutes

    @property
    def minutes_to_read_chosen(self) -> int:
        chosen = {part.section.pk for part in self.chosen}
        return sum(line.minutes for line in section_lines(self.brief) if line.pk in chosen)

    @property
    def minutes_to_read_summary(self) -> int:
        return markdown.count_minutes(markdown.count_words(self.brief.executive_summary))

    @cached_property
    def help_lines(self) -> list[HelpLine]:
        return list(self.brief.helplines.in_edition())

    @cached_property
    def calls(self) -> list[tuple[str, list[SafeString]]]:
        """The calls to action by step, as HTML: [(name of the step, calls), …]."""
        steps = by_step(self.brief.calltoactions.in_edition(), markdown.render)
        return [
            (step, [lead_to_the_brief(call, self.brief) for call in calls]) for step, calls in steps
        ]

    @property
    def advisory(self) -> SafeString:
        return lead_to_the_brief(markdown.render(self.brief.advisory), self.brief)

    @property
    def recap(self) -> SafeString:
        return lead_to_the_brief(markdown.render(self.brief.executive_summary), self.brief)

    @property
    def rule_of_thumb(self) -> str:
        return _(
            "Three sections are about right for one meeting. With 10 people at two minutes each, "
            "one round takes 20 minutes."
        )

    @property
    def crowded_words(self) -> str:
        return _(
            "This plan leaves %(minutes)s minutes per section. That’s less than one round with "
            "eight people. Choose fewer sections or more time."
        ) % {"minutes": self.minutes_each}

    @property
    def query(self) -> str:
        """The query string of this guide."""
        return f"{self.query_without_length}minutes={self.minutes}"

    @property
    def query_without_length(self) -> str:
        return "".join(f"section={part.section.slug}&" for part in self.chosen)

    @property
    def aims(self) -> list[str]:
        return [
            _("Everyone gets a chance to speak, and no one has to."),
            _("We know what the brief says before we say what we think of it."),
            _("We know where we agree, where we disagree, and why."),
            _("Each of us leaves with one thing to remember, and maybe one thing to do."),
        ]

    @property
    def agreements(self) -> list[str]:
        """General agreements, for circles without their own."""
        return [
            _("I speak for myself."),
            _("I listen to understand, and ask before I answer."),
            _("I share the time."),
            _("I can pass, and so can you."),
            _("What’s said here stays here."),
            _("We start and end on time."),
        ]

    @property
    def reading_words(self) -> str:
        """How long the brief takes to read, as text for the top of the guide."""
        parts = [
            (self.minutes_to_read_summary, _("the summary")),
            (self.minutes_to_read_chosen, _("the sections you chose")),
            (self.minutes_to_read, _("the whole brief")),
        ]
        words = [_("%(what)s (%(n)s min)") % {"what": what, "n": n} for n, what in parts if n]
        return ", ".join(words)
