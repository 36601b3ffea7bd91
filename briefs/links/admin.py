"""The page of a brief's links, and the action that asks for a test of them. The worker does it."""

from typing import Any, cast

from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from config.limits import HOUR, Limit, asker

from ..editions.content import content_of
from ..models import Brief, BriefQuerySet, LinkCheck
from .check import findings_in
from .places import links_of

# Each test asks many sites.
CHECKS = Limit("checks of links", times=60, seconds=HOUR)


class ChecksLinks(admin.ModelAdmin):
    """The admin of briefs, with a page and an action for their links."""

    actions = ["check_links"]

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.links_view)
        return [path("<int:brief_id>/links/", view, name="briefs_brief_links"), *super().get_urls()]

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        actions = super().get_actions(request)
        if not settings.CHECK_LINKS:
            actions.pop("check_links", None)
        return actions

    @admin.action(description=_("Check links"), permissions=["change"])
    def check_links(self, request: HttpRequest, queryset: BriefQuerySet) -> None:
        number = 0
        for brief in queryset:
            if not CHECKS.take(asker(request)):
                self._refuse(request)
                return
            number += LinkCheck.objects.ask(brief)
        told = ngettext(
            "We’re checking the links of %d brief. Its page says what we find.",
            "We’re checking the links of %d briefs. Their pages say what we find.",
            number,
        )
        if number:
            messages.success(request, told % number)
        else:
            messages.info(request, _("We’re checking the links already."))

    def links_view(self, request: HttpRequest, brief_id: int) -> HttpResponse:
        """What was found, and the button that asks for a test."""
        brief = get_object_or_404(Brief, pk=brief_id)
        may_check = self.has_change_permission(request, brief)
        if not (may_check or self.has_view_permission(request, brief)):
            raise PermissionDenied
        if request.method == "POST":
            return self._ask(request, brief, may_check=may_check)
        check = LinkCheck.objects.filter(brief=brief).first()
        links = links_of(content_of(brief))
        findings = findings_in(check, links)
        context = self.admin_site.each_context(request) | {
            "opts": self.opts,
            "title": _("Links"),
            "brief": brief,
            "is_on": settings.CHECK_LINKS,
            "may_check": may_check and settings.CHECK_LINKS,
            "check": check,
            "links": links,
            "findings": findings,
            "untested": len(links.keys() - check.results.keys()) if check else len(links),
        }
        return TemplateResponse(request, "admin/briefs/brief_links.html", context)

    def _ask(self, request: HttpRequest, brief: Brief, *, may_check: bool) -> HttpResponse:
        if not may_check:
            raise PermissionDenied
        if not settings.CHECK_LINKS:
            messages.error(request, _("Checking links is off on this site."))
        elif not CHECKS.take(asker(request)):
            self._refuse(request)
        elif LinkCheck.objects.ask(brief):
            messages.success(request, _("We’re checking the links. Come back in a few minutes."))
        else:
            messages.info(request, _("We’re checking the links already."))
        return redirect("admin:briefs_brief_links", brief.pk)

    def _refuse(self, request: HttpRequest) -> None:
        messages.error(request, _("That’s a lot of checks. Wait an hour, then try again."))

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        brief = cast(Brief | None, self.get_object(request, object_id))
        told = {"broken_links": _broken(brief)} if brief and request.method == "GET" else {}
        return super().change_view(request, object_id, form_url, told | (extra_context or {}))


def _broken(brief: Brief) -> int:
    """How many of its links are dead or moved."""
    check = LinkCheck.objects.filter(brief=brief).first()
    if not check:
        return 0
    findings = findings_in(check, links_of(content_of(brief)))
    return sum(finding.state != "unknown" for finding in findings)
