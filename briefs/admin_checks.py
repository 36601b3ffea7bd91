"""Saves in the admin are checked like loads, with each finding at its field."""

from typing import Any

from django import forms
from django.forms import all_valid
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from config.slugs import free_slug, slug_of

from .editions.fixture import with_plain_line_ends
from .editions.saving import errors_of_saving
from .models import Brief, PartOfBrief, Section


class BlockField(forms.CharField):
    """Markdown, as a fixture has it: with plain line ends, and at most one of them at its end."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options | {"strip": False})

    def to_python(self, value: Any) -> str:
        text = with_plain_line_ends(super().to_python(value) or "").lstrip("\n")
        kept = text.rstrip()
        return f"{kept}\n" if kept and "\n" in text[len(kept) :] else kept


class PartForm(forms.ModelForm):
    """Makes the slug of a new row, if its editor leaves it blank."""

    NAMES = ["title", "heading", "name", "text"]  # what a row is called

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if self.instance._state.adding and "slug" in self.fields:
            self.fields["slug"].required = False
            self.fields["slug"].help_text = _(
                "Its permanent name in web addresses. If blank, we make one."
            )

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        if "slug" in self.fields and not values.get("slug") and "slug" not in self.errors:
            named = next((values[name] for name in self.NAMES if values.get(name)), "")
            if named:
                model = type(self.instance)
                stem = slug_of(named, fallback=model._meta.model_name or "", longest=60)
                values["slug"] = free_slug(stem, self._taken(stem))
        return values

    def _taken(self, stem: str) -> set[str]:
        model = type(self.instance)
        rows: Any = model._default_manager.filter(slug__startswith=stem)
        if issubclass(model, PartOfBrief):
            rows = rows.filter(brief=self.cleaned_data.get("brief") or self.instance.brief_id)
        reserved = Section.RESERVED_SLUGS if model is Section else set()
        return {*rows.values_list("slug", flat=True), *reserved}


class CheckedForm(PartForm):
    """The form of a brief or a part. With the parts on the same page, it's checked like a load."""

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]  # of ModelForm
        formsets = vars(self.instance).pop("beside", [])
        if self.errors or not all_valid(formsets):
            return
        row = self.instance
        brief = row if isinstance(row, Brief) else row.brief
        inlines = [form for formset in formsets for form in formset.forms]
        inlines = [form for form in inlines if form.instance.pk or form.has_changed()]
        for form in inlines:
            form.instance.brief = brief
        forms = {_key(form.instance): form for form in [self, *inlines]}
        changed = [form.instance for form in forms.values() if form.has_changed()]
        for finding in errors_of_saving(brief, changed):
            form = forms.get((finding.label, finding.slug), self)
            is_there = form is not self or (finding.label, finding.slug) in forms
            field = finding.field if is_there and finding.field in form.fields else None
            form.add_error(field, f"{finding.what} {finding.remedy}".strip())


class ChecksSaves:
    """Mixed into a page of the admin, checks what is saved there."""

    form: Any = CheckedForm

    def _create_formsets(self, request: HttpRequest, obj: Any, change: bool) -> Any:
        """Let the form know the parts on its page. Django has no other place for this."""
        made = super()._create_formsets(request, obj, change)  # type: ignore[misc]  # of ModelAdmin
        if request.method == "POST":
            obj.beside = made[0]
        return made


def _key(row: Any) -> tuple[str, str]:
    return row._meta.label_lower, row.slug
