"""The admin site: warnings on its first page, and look-ups that give nothing away."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.contrib.admin.apps import AdminConfig
from django.contrib.admin.exceptions import DisallowedModelAdminLookup
from django.contrib.admin.views.main import ChangeList
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise


class AnsweredFilter(admin.SimpleListFilter):
    """Those that wait for an answer, or that have one. Their queryset has `open()`."""

    title = _("status")
    parameter_name = "state"

    def lookups(
        self, request: HttpRequest, model_admin: Any
    ) -> "list[tuple[str, StrPromise | str]]":
        return [("open", _("Waiting for an answer")), ("answered", _("Answered"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        if self.value() == "open":
            return queryset.open()
        return queryset.exclude(pk__in=queryset.open()) if self.value() else queryset


class ClosedChangeList(ChangeList):
    """A list of the admin that filters only by what its `list_filter` offers."""

    def get_filters(self, request: HttpRequest) -> Any:
        """Refuse what no filter of the list took.

        Django filters by any field that the address names, one of a related model included:
        `?notes__text__startswith=a` would tell what a circle wrote, letter by letter. A
        `date_hierarchy` is such a field too, so it doesn't work here.
        """
        filters = super().get_filters(request)
        not_offered = filters[2]
        if not_offered:
            raise DisallowedModelAdminLookup(f"Filtering by {', '.join(not_offered)} not allowed")
        return filters


class ClosedLookups:
    """Mixed into every page of the admin by `AdminSite.register`."""

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        base = super().get_changelist(request, **kwargs)  # type: ignore[misc]  # of ModelAdmin
        return type("ClosedChangeList", (ClosedChangeList, base), {})


class AdminSite(admin.AdminSite):
    """Django's admin site, with warnings at the top of the first page.

    Every model that is registered here, those of other packages included, answers only the
    look-ups that its page offers.
    """

    def __init__(self, name: str = "admin") -> None:
        super().__init__(name)
        self._warnings: list[Callable[[HttpRequest], list[str]]] = []
        self._told: list[Callable[[HttpRequest], str]] = []
        self._asking: list[Callable[[HttpRequest], tuple[str, str] | None]] = []

    def warn_of(self, find: Callable[[HttpRequest], list[str]]) -> None:
        """Add warnings to the first page.

        Args:
            find: gives the sentences that the person who asks for the page may read.
        """
        self._warnings.append(find)

    def warnings(self, request: HttpRequest) -> list[str]:
        """What this person is warned of."""
        return [sentence for find in self._warnings for sentence in find(request)]

    def tell(self, find: Callable[[HttpRequest], str]) -> None:
        """Add a sentence to the first page, about something that's as it should be.

        Args:
            find: gives the sentence; empty if there's none for the person who asks for the page.
        """
        self._told.append(find)

    def ask_for(self, find: Callable[[HttpRequest], tuple[str, str] | None]) -> None:
        """Add a line to the first page about something that waits for an admin.

        Args:
            find: gives a sentence and the path of the page; None if nothing waits for the person
                who asks for the page.
        """
        self._asking.append(find)

    def asking(self, request: HttpRequest) -> list[tuple[str, str]]:
        """What waits for this person: for each a sentence and the path of its page."""
        return [said for find in self._asking if (said := find(request))]

    def has_permission(self, request: HttpRequest) -> bool:
        """Staff may have to use a second factor first. `login` then leads them to it."""
        from accounts.second_factor import lacks_second_factor

        return super().has_permission(request) and not lacks_second_factor(request)

    def index(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> TemplateResponse:
        context = {
            "faults": self.warnings(request),
            "told": [sentence for find in self._told if (sentence := find(request))],
            "asking": self.asking(request),
        }
        return super().index(request, context | (extra_context or {}))

    def register(
        self,
        model_or_iterable: type[Model] | Iterable[type[Model]],
        admin_class: type[admin.ModelAdmin] | None = None,
        **options: Any,
    ) -> None:
        base: Any = admin_class or admin.ModelAdmin
        if not issubclass(base, ClosedLookups):
            names = {"__module__": base.__module__, "__doc__": base.__doc__}
            base = type(base.__name__, (ClosedLookups, base), names)
        super().register(model_or_iterable, base, **options)

    def get_urls(self) -> list[Any]:
        on_site = path(
            "r/<path:content_type_id>/<path:object_id>/",
            self.admin_view(self.view_on_site),
            name="view_on_site",
        )
        return [on_site, *super().get_urls()]

    def view_on_site(
        self, request: HttpRequest, content_type_id: str, object_id: str
    ) -> HttpResponse:
        """Redirect to the page of a row, if this person may see the row in the admin.

        Django's own view redirects for any row of any model, so it tells the address of
        every circle, meeting and note.
        """
        # These import models, which aren't ready yet when this module is read.
        from django.contrib.contenttypes.models import ContentType
        from django.contrib.contenttypes.views import shortcut

        from .odd_requests import read_number

        number = read_number(content_type_id)
        content_type = ContentType.objects.filter(pk=number).first() if number else None
        model = content_type and content_type.model_class()
        model_admin = self._registry.get(model) if model else None
        row = model_admin and model_admin.get_object(request, object_id)
        if not (model_admin and row and model_admin.has_view_or_change_permission(request, row)):
            raise Http404
        return shortcut(request, content_type_id, object_id)

    def autocomplete_view(self, request: HttpRequest) -> HttpResponse:
        """Answer nothing: no page of ours completes names, and Django's view lists the rows
        that any field of any model points at."""
        raise Http404

    def logout(  # type: ignore[override]  # ours only redirects
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponseRedirect:
        """Sign out on the site's own page, which also clears what the browser keeps."""
        return redirect("account_logout")


class AdminSiteConfig(AdminConfig):
    default_site = "config.admin_site.AdminSite"
