"""A list of the admin whose rows are each answered on a page of their own, once."""

from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from .admin_site import AnsweredFilter
from .refusal import refuse
from .text_fields import PlainTextField
from .texts import MESSAGE, visible

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise


def answer_field(label: "StrPromise") -> PlainTextField:
    """The words of an answer, which a row may also do without."""
    return PlainTextField(
        label=label,
        required=False,
        max_length=MESSAGE,
        validators=[visible],
        widget=forms.Textarea(attrs={"rows": 5}),
    )


class AnsweredOnce(admin.ModelAdmin):
    """Rows that wait for an answer come first. No one adds or deletes any here.

    A class of this kind names its `form` for the answer, the `page` that shows one row, and gives
    `context_of` and `answer`. Its queryset has `open()`, and its rows `is_answered`.
    """

    list_filter = [AnsweredFilter]
    sortable_by = []
    answer_form: ClassVar[type[forms.Form]]
    page = ""

    def waiting_title(self, number: int) -> str:
        """The title of the list: how many wait."""
        raise NotImplementedError

    def context_of(self, request: HttpRequest, row: Any) -> dict[str, Any]:
        """What the page of a row needs beside `form`, `may_answer`, and `unsent`: an answer that
        came too late."""
        raise NotImplementedError

    def answer(self, request: HttpRequest, row: Any, said: dict[str, Any]) -> HttpResponse:
        """Answer the row with what the form says.

        Raises:
            ValidationError: someone else just did.
        """
        raise NotImplementedError

    def get_ordering(self, request: HttpRequest) -> list[Any]:
        return [models.F("answered_at").asc(nulls_first=True), "-pk"]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        number = self.model._default_manager.open().count()
        title = {"title": self.waiting_title(number)}
        return super().changelist_view(request, title | (extra_context or {}))

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        row: Any = self.get_object(request, object_id)
        if row is None:
            raise Http404("no such row")
        may_change = self.has_change_permission(request, row)
        if not (may_change or self.has_view_permission(request, row)):
            raise PermissionDenied
        form = self.answer_form(request.POST or None)
        if request.method == "POST" and not may_change:
            raise PermissionDenied
        said = form.cleaned_data if form.is_valid() else {}
        if said:
            try:
                return self.answer(request, row, said)
            except ValidationError as error:
                refuse(request, error)
                row.refresh_from_db()
        context = self.admin_site.each_context(request) | {
            "opts": self.opts,
            "form": form,
            "may_answer": may_change and not row.is_answered,
            "unsent": said.get("answer", ""),
            **self.context_of(request, row),
        }
        status = 409 if said else 422 if form.errors else 200
        return TemplateResponse(request, self.page, context, status=status)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
