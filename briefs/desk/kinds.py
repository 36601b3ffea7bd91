"""The kinds of parts that have pages: their addresses, their words, and their forms."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from config.addresses import reverse

from ..models import Draft
from .content import BRIEF, CALL, FIGURE, HELP_LINE, QUESTION, SECTION, SOURCE, Item
from .part_fields import PartForm
from .part_forms import (
    ActionForm,
    BriefForm,
    ChartForm,
    HotlineForm,
    LinkedForm,
    QuestionForm,
    SectionForm,
    SourceForm,
)

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise


@dataclass(frozen=True)
class Kind:
    """A kind of parts.

    Attributes:
        address: its name in addresses.
        label: of the model.
        form: what an editor fills in.
        title: of the list.
        new: of the page of a new one, and what the link to it says.
        none: what an empty list says.
        has_preview: whether what is typed is shown as readers will see it.
    """

    address: str
    label: str
    form: type[PartForm]
    title: "StrPromise"
    new: "StrPromise"
    none: "StrPromise"
    has_preview: bool = False

    @property
    def has_list(self) -> bool:
        """Sections are in the tree, and a draft has one brief."""
        return self.label not in (BRIEF, SECTION)

    def form_for(self, part: Item | None, figure_kind: str = "") -> type[PartForm]:
        """The form of a part.

        Args:
            part: the part; None for a new one.
            figure_kind: the kind of a new figure.
        """
        if self.label != FIGURE:
            return self.form
        kind = part["fields"].get("kind") if part else figure_kind
        return LinkedForm if kind in LinkedForm.kinds else ChartForm


KINDS = {
    kind.address: kind
    for kind in [
        Kind(
            "brief",
            BRIEF,
            BriefForm,
            title=_("Brief"),
            new=_("Brief"),
            none=_("No brief yet."),
            has_preview=True,
        ),
        Kind(
            "sections",
            SECTION,
            SectionForm,
            title=_("Sections"),
            new=_("Add a section"),
            none=_("No sections yet."),
            has_preview=True,
        ),
        Kind(
            "figures",
            FIGURE,
            ChartForm,
            title=_("Figures"),
            new=_("Add a chart"),
            none=_("No figures yet. A figure is a chart, or a link to a video or document."),
            has_preview=True,
        ),
        Kind(
            "sources",
            SOURCE,
            SourceForm,
            title=_("Sources"),
            new=_("Add a source"),
            none=_("No sources yet. Add one, then cite it in the text of a section."),
        ),
        Kind(
            "questions",
            QUESTION,
            QuestionForm,
            title=_("Questions"),
            new=_("Add a question"),
            none=_("No questions yet. They’re the heart of a meeting: two or three per section."),
        ),
        Kind(
            "hotlines",
            HELP_LINE,
            HotlineForm,
            title=_("Hotlines"),
            new=_("Add a hotline"),
            none=_("No hotlines yet. Add one if the subject may touch a reader’s own life."),
        ),
        Kind(
            "actions",
            CALL,
            ActionForm,
            title=_("Calls to action"),
            new=_("Add a call to action"),
            none=_("No calls to action yet. Each is one thing that readers can do."),
        ),
    ]
}
LISTED = [kind for kind in KINDS.values() if kind.has_list]


def address_of(draft: Draft, part: Item) -> str:
    """The page on which a part of a draft is edited."""
    kind = next(kind for kind in KINDS.values() if kind.label == part["model"])
    slug = part["fields"]["slug"]
    if kind.label == BRIEF:
        return reverse("admin:briefs_draft_brief", args=[draft.pk])
    if kind.label == SECTION:
        return reverse("admin:briefs_draft_section", args=[draft.pk, slug])
    return reverse("admin:briefs_draft_part", args=[draft.pk, kind.address, slug])


def words_for_slug(form: PartForm) -> str:
    """What the slug of a new part is made of."""
    fields = form.cleaned_data
    return str(next((fields[n] for n in ("heading", "title", "name", "text") if fields.get(n)), ""))
