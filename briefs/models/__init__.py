"""What is read: briefs, their sections, and all that stands in a section.

Nothing here knows of circles. Rows are found by natural keys, so a fixture
names "the section `history` of the brief `human-trafficking`" and loading it
again updates in place. Fixtures are saved raw (no `save()`), and loading never
deletes: what an edition drops is *retired*, by a moment, and kept for the notes
that hang on it.

`settled_at` tells a row that `loaddata` has just written from one it left alone: it writes
every column, and a fixture does not hold this one, so it comes out empty. See
`briefs/editions/reconcile.py`.

Text is Markdown in the dialect of `briefs/page/markdown.py`.
"""

from .briefs import Brief, BriefQuerySet
from .calls_to_action import CallToAction
from .editions import Edition
from .figures import Figure
from .help_lines import HelpLine
from .parts import ByNaturalKey, PartOfBrief
from .questions import Question
from .sections import Section
from .series import Series, SeriesEntry, SeriesEntryQuerySet, SeriesQuerySet
from .sources import Source

# All kinds of parts, in the order in which changes are told and fixtures are written.
PARTS: list[type[PartOfBrief]] = [HelpLine, Source, Section, Figure, Question, CallToAction]

__all__ = [
    "PARTS",
    "Brief",
    "BriefQuerySet",
    "ByNaturalKey",
    "CallToAction",
    "Edition",
    "Figure",
    "HelpLine",
    "PartOfBrief",
    "Question",
    "Section",
    "Series",
    "SeriesEntry",
    "SeriesEntryQuerySet",
    "SeriesQuerySet",
    "Source",
]
