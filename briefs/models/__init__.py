"""Briefs, their sections, and everything in a section.

Nothing here knows about circles. Rows are found by natural keys: a fixture names "the section
`history` of the brief `human-trafficking`", and loading it again updates the same row.
Fixtures are saved raw (no `save()`), and loading never deletes. What an edition drops is
*retired* (`retired_at` is set), so that the notes on it stay.

`settled_at` is empty in rows that `loaddata` has just written: it writes every column, and
fixtures don't have this one. See `briefs/editions/reconcile.py`.

Text is Markdown in the dialect of `briefs/page/markdown.py`.
"""

from .briefs import Brief, BriefQuerySet
from .calls_to_action import CallToAction
from .drafts import Draft, DraftStep
from .editions import Edition
from .figures import Figure
from .help_lines import HelpLine
from .links import LinkCheck, LinkCheckQuerySet
from .mistakes import MistakeReport, MistakeReportQuerySet
from .parts import ByNaturalKey, PartOfBrief
from .questions import Question
from .reader_questions import ReaderQuestion, ReaderQuestionQuerySet
from .sections import Section
from .series import Series, SeriesEntry, SeriesEntryQuerySet, SeriesQuerySet
from .sources import Source
from .use import BriefUse, BriefUseQuerySet

# All models of parts, in the order in which changes are listed and fixtures are written.
PARTS: list[type[PartOfBrief]] = [HelpLine, Source, Section, Figure, Question, CallToAction]

__all__ = [
    "PARTS",
    "Brief",
    "BriefQuerySet",
    "BriefUse",
    "BriefUseQuerySet",
    "ByNaturalKey",
    "CallToAction",
    "Draft",
    "DraftStep",
    "Edition",
    "Figure",
    "HelpLine",
    "LinkCheck",
    "LinkCheckQuerySet",
    "MistakeReport",
    "MistakeReportQuerySet",
    "PartOfBrief",
    "Question",
    "ReaderQuestion",
    "ReaderQuestionQuerySet",
    "Section",
    "Series",
    "SeriesEntry",
    "SeriesEntryQuerySet",
    "SeriesQuerySet",
    "Source",
]
