"""What editors type on the pages of a draft that aren't about one part."""

from datetime import date
from typing import Any

from django import forms
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from config.texts import visible
from config.when import full_date

from .. import drafting
from ..models import Brief, Draft, Section

HEADING = 160
TITLE = 120


class BriefChoice(forms.ModelChoiceField):
    """One of the loaded briefs, with the date of its edition, and whether a draft is open."""

    def __init__(self, **options: Any) -> None:
        drafts = Draft.objects.open().filter(brief=OuterRef("pk"))
        briefs = Brief.objects.only("title", "edition").annotate(is_drafted=Exists(drafts))
        super().__init__(briefs, **options)

    def label_from_instance(self, brief: Any) -> str:
        names = {"title": brief.title, "day": full_date(brief.edition)}
        if brief.is_drafted:
            return _("%(title)s (%(day)s; has an open draft)") % names
        return f"{brief.title} ({names['day']})"


class FileForm(forms.Form):
    """A draft from a file."""

    prefix = "file"
    file = forms.FileField(
        label=_("File"),
        help_text=_("Word (.docx), a web page (.html), Markdown (.md), or plain text (.txt)."),
        widget=forms.FileInput(attrs={"accept": ",".join(drafting.READERS)}),
    )
    brief = BriefChoice(
        label=_("Next edition of"),
        required=False,
        empty_label=_("None: this is a new brief"),
        help_text=_(
            "For the next edition, the draft keeps the sources, figures, questions, and hotlines "
            "of sections with the same heading."
        ),
    )


class ReviseForm(forms.Form):
    """A draft of a loaded brief with the same content."""

    prefix = "revise"
    brief = BriefChoice(label=_("Brief"))


class EmptyForm(forms.Form):
    """A draft that has only a title."""

    prefix = "empty"
    title = forms.CharField(label=_("Title"), max_length=TITLE, validators=[visible])


class NewSectionForm(forms.Form):
    """The heading of a new section."""

    heading = forms.CharField(
        label=_("Heading of a new section"), max_length=HEADING, validators=[visible]
    )


class HeadingForm(forms.Form):
    """The heading of a section, and its name in web addresses."""

    heading = forms.CharField(label=_("Heading"), max_length=HEADING, validators=[visible])
    slug = forms.SlugField(
        label=_("Name in web addresses"),
        max_length=80,
        help_text=_("You can leave this as it is. If you change it, notes move along."),
    )

    def __init__(self, *args: Any, own: set[str], taken: set[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.own, self.taken = own, taken

    def clean_slug(self) -> str:
        slug = self.cleaned_data["slug"]
        if slug not in self.own and slug in self.taken | Section.RESERVED_SLUGS:
            raise forms.ValidationError(_("Something else has this name. Choose another."))
        return str(slug)


class SplitForm(forms.Form):
    """Where a section is split, and how the second part is called."""

    at = forms.TypedChoiceField(
        label=_("The second part begins with"), coerce=int, widget=forms.RadioSelect
    )
    heading = forms.CharField(
        label=_("Heading of the second part"), max_length=HEADING, validators=[visible]
    )

    def __init__(self, *args: Any, choices: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["at"].choices = choices  # type: ignore[attr-defined]  # of a choice field


class PublishForm(forms.Form):
    """The date of an edition, and what its editor has seen.

    Args:
        after: the date of the loaded edition; None for a new brief.
        differs: whether the brief changed since the draft began.
        is_new: whether it's a new brief, whose slug can still be chosen.
        is_taken: whether another brief has that slug, so that another must be chosen.
    """

    edition = forms.DateField(
        label=_("Date of this edition"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Readers see it as “Updated …”."),
    )
    slug = forms.SlugField(
        label=_("Name in web addresses"),
        max_length=80,
        required=False,
        help_text=_("It stays for good, even if the title changes."),
    )
    replace = forms.BooleanField(label=_("Replace these changes with the draft"))

    def __init__(
        self,
        *args: Any,
        after: date | None,
        differs: bool,
        is_new: bool,
        is_taken: bool,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.after = after
        if not differs:
            del self.fields["replace"]
        if not is_new:
            del self.fields["slug"]
        elif is_taken:
            self.fields["slug"].required = True
            self.fields["slug"].help_text = _(
                "Another brief has this name. Choose another. It stays for good."
            )

    def clean_edition(self) -> date:
        day: date = self.cleaned_data["edition"]
        if self.after and day <= self.after:
            said = _("The loaded edition is dated %(day)s. Choose a later date.")
            raise forms.ValidationError(said % {"day": full_date(self.after)})
        return day

    def clean_slug(self) -> str:
        slug = str(self.cleaned_data["slug"])
        if Brief.objects.filter(slug=slug).exists():
            raise forms.ValidationError(_("Another brief has this name. Choose another."))
        return slug
