"""Admin pages on which editors load an edition, and download one as a file.

They do what the commands `check_brief` and `load_brief` do. `BriefAdmin` adds them to its
own URLs. Between the preview and loading, the fixture isn't saved on the server: its text
goes to the browser and back, so there are no half-loaded editions to clean up.
"""

import hashlib
import json
from contextlib import suppress
from datetime import date
from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from config.body_limits import takes_bytes
from config.limits import MINUTE, Limit, asker

from ..models import Brief, Edition
from . import fixture_reading, fixture_yaml
from .content import content_of
from .fixture import Item
from .load import Refused, load
from .plan import Plan, plan
from .reconcile import reconcile

# Reading and comparing a large fixture takes seconds.
LOADS = Limit("loads", times=60, seconds=10 * MINUTE)


class FixtureForm(forms.Form):
    """Takes a fixture as a file or as pasted text."""

    file = forms.FileField(
        label=_("File"),
        required=False,
        help_text=_("A fixture file. Its name ends in .yaml or .json."),
        widget=forms.FileInput(attrs={"accept": ".yaml,.yml,.json"}),
    )
    text = forms.CharField(
        label=_("Or paste its text"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 24, "spellcheck": "true", "class": "fixture-text"}),
    )

    def clean(self) -> dict[str, Any]:
        """Read the file or the text into `cleaned_data["fixture"]`."""
        super().clean()
        fields = self.cleaned_data
        file, text = fields.get("file"), fields.get("text")
        if not file and not text:
            raise forms.ValidationError(_("Choose a file, or paste its text."))
        if file:
            # Don't read one that's too large: `fixture_reading.read` then reports it.
            is_large = file.size > fixture_reading.BIGGEST
            content = b" " * (fixture_reading.BIGGEST + 1) if is_large else file.read()
            if not is_large:
                self._show(content)
        else:
            content = str(text).encode()
        try:
            name = file.name if file else str(_("Pasted text"))
            fields["fixture"] = fixture_reading.read(content, name)
        except fixture_reading.Unreadable as error:
            raise forms.ValidationError(str(error)) from error
        fields["text"] = content.decode("utf-8-sig")
        return fields

    def _show(self, content: bytes) -> None:
        """Put the text of a file in the box, so that it can be fixed there."""
        with suppress(UnicodeDecodeError):
            data = cast(QueryDict, self.data).copy()
            data["text"] = content.decode("utf-8-sig")
            self.data = data


@takes_bytes(2 * fixture_reading.BIGGEST)
def brief_load(request: HttpRequest) -> HttpResponse:
    """Three steps: choose a fixture, see its findings and what it would change, load it."""
    if not request.user.has_perms(["briefs.add_brief", "briefs.change_brief"]):
        raise PermissionDenied
    form = FixtureForm(request.POST, request.FILES) if request.method == "POST" else FixtureForm()
    context = {**admin.site.each_context(request), "title": _("Load an edition"), "form": form}
    if request.method == "POST" and not LOADS.take(asker(request)):
        messages.error(
            request, _("That’s a lot of files. Wait 10 minutes, then send this one again.")
        )
        context["form"] = FixtureForm(initial={"text": request.POST.get("text", "")})
        return render(request, "admin/briefs/brief_load.html", context, status=429)
    if not form.is_valid():
        return render(request, "admin/briefs/brief_load.html", context)
    taken = form.cleaned_data["fixture"]
    planned = plan(taken)
    basis = _basis(planned.brief)
    if "load" in request.POST:
        older = "older" in request.POST
        if request.POST.get("basis") != basis:
            messages.warning(
                request,
                _("Someone else just changed this brief. Review the changes again, then load it."),
            )
        elif planned.is_older and not older:
            messages.error(request, _("Check the box to replace what’s newer here."))
        else:
            try:
                return _loaded(request, load(taken, by=cast(User, request.user), older=older))
            except Refused as error:
                planned.findings = error.findings
    form = FixtureForm(initial={"text": form.cleaned_data["text"]})
    context |= {"form": form, "plan": planned, "basis": basis}
    return render(request, "admin/briefs/brief_load.html", context)


def _loaded(request: HttpRequest, planned: Plan) -> HttpResponse:
    """Say that it is loaded, and redirect to the brief or series."""
    said = _("“%s” is loaded.") % planned.title
    messages.success(request, f"{said} {planned.audience_line}".strip())
    entry = planned.fixture.brief
    if entry is None:
        return redirect("admin:briefs_series_changelist")
    return redirect("admin:briefs_brief_change", Brief.objects.get(slug=entry.slug).pk)


def _basis(brief: Brief | None) -> str:
    """A digest of the saved brief. Loading compares it with the one from the preview."""
    content = json.dumps(content_of(brief) if brief else [], cls=DjangoJSONEncoder)
    return hashlib.sha256(content.encode()).hexdigest()[:32]


def brief_download(request: HttpRequest, brief_id: int) -> HttpResponse:
    """Download the current edition of a brief, as a fixture that loads back unchanged."""
    _allow_looking(request)
    brief = get_object_or_404(Brief, pk=brief_id)
    return _as_file(brief, brief.edition, content_of(brief))


def edition_download(request: HttpRequest, edition_id: int) -> HttpResponse:
    """Download what a brief said in an earlier edition, as a fixture."""
    _allow_looking(request)
    edition = get_object_or_404(Edition.objects.select_related("brief"), pk=edition_id)
    return _as_file(edition.brief, edition.date, edition.content)


def brief_reconcile(request: HttpRequest, brief_id: int) -> HttpResponse:
    """Do what a plain `loaddata` left undone: rename, retire, record."""
    if not request.user.has_perm("briefs.change_brief"):
        raise PermissionDenied
    brief = get_object_or_404(Brief, pk=brief_id)
    if request.method == "POST":
        reconcile(brief)
        messages.success(
            request,
            _("“%s” is fixed. Parts that this edition left out are retired.") % brief,
        )
    return redirect(reverse("admin:briefs_brief_change", args=[brief.pk]))


def _allow_looking(request: HttpRequest) -> None:
    if not request.user.has_perm("briefs.view_brief"):
        raise PermissionDenied


def _as_file(brief: Brief, day: date, content: list[Item]) -> HttpResponse:
    name = f"{brief.slug.replace('-', '_')}_{day}.yaml"
    return HttpResponse(
        fixture_yaml.dump(content),
        content_type="application/yaml; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
