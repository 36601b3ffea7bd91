"""People, for the site's admins: names and addresses, and nothing about their circles.

No page here may let an admin into another person's account, or into a circle.
"""

from datetime import datetime
from functools import partial
from typing import Any, cast

import allauth.account.admin  # noqa: F401  (registers what is removed below)
import allauth.mfa.admin  # noqa: F401  (the same)
from allauth.account.adapter import get_adapter
from allauth.account.decorators import secure_admin_login
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django import forms
from django.contrib import admin, messages
from django.contrib.auth.admin import GroupAdmin
from django.contrib.auth.models import Group
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from .admin_trail import RecordsChanges
from .models import EDITORS, AddressChange, SiteEvent, User
from .second_factor import lead_to_second_factor
from .time_zones import time_zone_choices, time_zone_choices_with

# Addresses are changed on the person's page, so that the two never differ.
admin.site.unregister(EmailAddress)

admin.site.unregister(Group)

# Admins sign in like everyone else, so the limit on guesses applies to them too.
admin.site.login = lead_to_second_factor(  # type: ignore[method-assign]  # allauth's own way
    secure_admin_login(admin.site.login)
)

# No one sees or changes the second factors of others.
admin.site.unregister(Authenticator)


class PersonFields(forms.ModelForm):
    """An address in lower case, the time zones to choose from, the right of editors, and whether
    to email the person a welcome."""

    fields: dict[str, Any]

    is_editor = forms.BooleanField(
        label=_("Editor: may write and publish briefs"),
        required=False,
        help_text=_("Comes with access to the admin pages."),
    )
    welcome = forms.BooleanField(label=_("Send the welcome email"), required=False)
    time_zone = forms.ChoiceField(label=_("Time zone"), choices=time_zone_choices)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "display_name" in self.fields:
            self.fields["display_name"].help_text = _("What their circle calls them.")
        if "time_zone" in self.fields:
            self.fields["time_zone"].choices = time_zone_choices_with(self.instance.time_zone)

    def clean_email(self) -> str:
        return self.cleaned_data["email"].strip().lower()


class NewPersonForm(PersonFields):
    """Adds a person without a password. They sign in with an emailed code."""

    class Meta:
        model = User
        fields = ["email", "display_name", "time_zone"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["welcome"].initial = True
        self.fields["welcome"].help_text = _(
            "It says how to sign in and start a circle. If they’re an editor, it leads to the "
            "admin pages. Uncheck this to add them without an email."
        )


class PersonForm(PersonFields):
    class Meta:
        model = User
        fields = [
            *("email", "display_name", "time_zone", "text_size", "is_active"),
            *("is_staff", "is_superuser", "groups"),
        ]
        help_texts = {
            "email": _(
                "They keep their current address until the new one is confirmed. They can confirm "
                "it with a link we email to the old address, or a facilitator of each of their "
                "circles can."
            )
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["welcome"].help_text = _("It goes out when you save. You can send it again.")
        if "is_editor" in self.fields:
            groups = [group for group in self.initial["groups"] if group.name != EDITORS]
            self.fields["is_editor"].initial = len(groups) < len(self.initial["groups"])
            self.initial["groups"] = groups
            others = Group.objects.exclude(name=EDITORS)
            self.fields["groups"].queryset = others
            if not others.exists():
                self.fields["groups"].widget = forms.MultipleHiddenInput()

    def clean(self) -> None:
        super().clean()
        if "is_editor" in self.fields and not self.errors:
            self._settle_editor()

    def _settle_editor(self) -> None:
        """Editors are staff. Someone who was staff for that alone isn't once it ends."""
        said, was_editor = self.cleaned_data, self.fields["is_editor"].initial
        if said["is_editor"]:
            if was_editor and not said["is_staff"]:
                text = _("Editors use the admin pages. To end that, uncheck “Editor,” too.")
                self.add_error("is_staff", text)
            said["is_staff"] = True
            said["groups"] = [*said["groups"], *Group.objects.filter(name=EDITORS)]
        elif was_editor and not (
            said["is_superuser"] or said["groups"] or self.instance.user_permissions.exists()
        ):
            said["is_staff"] = False

    @property
    def changes(self) -> list[str]:
        """The fields that change. Whether someone is staff may follow from the others."""
        changed = {*self.changed_data} - {"welcome", "is_staff"}
        if self.cleaned_data.get("is_staff", False) != self.initial.get("is_staff", False):
            changed.add("is_staff")
        return [name for name in self.fields if name in changed]


@admin.register(User)
class PersonAdmin(admin.ModelAdmin):
    """Add, correct and deactivate people. Deleting is off: it would delete their notes too.

    Passwords can't be set here. An admin who set one could sign in as that person and read
    what their circles said.

    Only superusers may give rights or change a superuser. Otherwise staff who may correct
    names could make themselves superuser.
    """

    form = PersonForm
    list_display = ["display_name", "email", "is_active", "is_staff", "bounces", "date_joined"]
    list_filter = ["is_active", "is_staff"]
    search_fields = ["display_name", "email"]
    ordering = ["display_name", "email"]
    readonly_fields = ["last_login", "date_joined", "how_welcomed"]
    rights = ["is_editor", "is_staff", "is_superuser", "groups"]
    fieldsets = [
        (None, {"fields": ["email", "display_name"]}),
        (_("Time zone and text size"), {"fields": ["time_zone", "text_size"]}),
        (_("Can sign in"), {"fields": ["is_active"]}),
        (_("Can use the admin pages"), {"fields": [*rights]}),
        (_("Dates"), {"fields": ["last_login", "date_joined"]}),
    ]
    add_fieldsets = [
        (None, {"fields": ["email", "display_name", "time_zone"]}),
        (_("Welcome email"), {"fields": ["welcome"]}),
    ]

    @admin.display(description=_("email bouncing since"))
    def bounces(self, person: User) -> datetime | None:
        return person.bounced_at if person.is_bouncing else None

    @admin.display(description=_("editor"), boolean=True)
    def is_editor(self, person: User) -> bool:
        return person.is_editor

    @admin.display(description=_("last one"))
    def how_welcomed(self, person: User) -> str:
        return get_adapter().how_welcomed(person) or gettext("None yet")

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        form: type[PersonFields] = PersonForm if obj else NewPersonForm
        if not request.user.is_superuser:
            form = type(form.__name__, (form,), {"is_editor": None})
        return super().get_form(request, obj, change, form=form, **kwargs)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        fields = super().get_readonly_fields(request, obj)
        return fields if request.user.is_superuser else [*fields, *self.rights]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        is_above = obj and obj.is_superuser and not request.user.is_superuser
        return not is_above and super().has_change_permission(request, obj)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        if not obj:
            name, *rest = self.add_fieldsets
            rights = [(_("Can use the admin pages"), {"fields": ["is_editor"]})]
            return [name, *(rights if request.user.is_superuser else []), *rest]
        may_change = self.has_change_permission(request, obj)
        welcome = ["how_welcomed", *(["welcome"] if may_change else [])]
        return [*self.fieldsets, (_("Welcome email"), {"fields": welcome})]

    def save_model(self, request: HttpRequest, person: User, form: Any, change: bool) -> None:
        """Save a person, but never change their address: a new one starts an `AddressChange`.

        Typing an address doesn't prove it. Deactivating an account ends its sessions, so
        that none is alive when the account is activated again. Only what the admin changed is
        saved, so that what someone else saved stays.
        """
        if change:
            self._save_changes(request, person, form)
        else:
            self._add(request, person, form)
        if form.cleaned_data["welcome"]:
            self._welcome(request, person)
        elif not change:
            text = _("%s wasn’t emailed. You can send the welcome email from their page.")
            self.message_user(request, text % person, messages.INFO)

    def _add(self, request: HttpRequest, person: User, form: Any) -> None:
        by = cast(User, request.user)
        person.is_staff = form.cleaned_data.get("is_editor", False)
        person.set_unusable_password()
        person.save()
        person.await_proof_of_email()
        SiteEvent.objects.record(SiteEvent.Kind.PERSON_ADDED, by=by, person=person)
        if person.is_staff:
            person.set_editor(True)
            SiteEvent.objects.record_person(person, ["is_editor", "is_staff"], by=by)

    def _save_changes(self, request: HttpRequest, person: User, form: Any) -> None:
        admin_user = cast(User, request.user)
        changed = [name for name in form.changes if name not in ("email", "groups", "is_editor")]
        new_email, asked = form.cleaned_data["email"], None
        with person.locked():
            for name in changed:
                setattr(person, name, form.cleaned_data[name])
            person.save(update_fields=changed)
            if "is_editor" in form.changes:
                person.set_editor(form.cleaned_data["is_editor"])
            if "is_active" in changed:
                person.end_sessions()
            if "email" in form.changes and new_email != person.email:
                asked = AddressChange.objects.ask(person, new_email, asked_by=admin_user)
            SiteEvent.objects.record_person(person, form.changes, by=admin_user)
        form.asked = asked
        if asked:
            transaction.on_commit(partial(get_adapter(request).tell_of_asked_address, asked))
            self.message_user(
                request,
                _("%(person)s keeps %(old)s until they or their facilitators confirm %(new)s.")
                % {"person": person, "old": person.email, "new": new_email},
                messages.WARNING,
            )

    def _welcome(self, request: HttpRequest, person: User) -> None:
        """Email the person the way in, and tell whether that goes out."""
        if why_not := get_adapter(request).welcome(person):
            self.message_user(request, why_not, messages.WARNING)
            return
        text = _("We’re emailing %s how to sign in.") % person.email
        self.message_user(request, text, messages.SUCCESS)
        if why := get_adapter(request).why_email_waits():
            self.message_user(request, why, messages.WARNING)

    def construct_change_message(
        self, request: HttpRequest, form: Any, formsets: Any, add: bool = False
    ) -> Any:
        """What the history says. An address and an email are only asked for."""
        if add or not {"email", "welcome"} & {*form.changed_data}:
            return super().construct_change_message(request, form, formsets, add)
        labels = [str(form.fields[name].label) for name in form.changes if name != "email"]
        said = []
        if labels:
            said.append(_("Changed: %s.") % ", ".join(labels))
        if form.asked:
            said.append(_("Requested a new email address: %s.") % form.asked.email)
        if form.cleaned_data["welcome"]:
            said.append(gettext("Asked for the welcome email."))
        return " ".join(said) or str(_("No fields changed."))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Group)
class PlainGroupAdmin(RecordsChanges, GroupAdmin):
    """Shows rights in a plain list, as screen readers can't use Django's pair of boxes.

    A group gives its rights to its members, so only superusers may add or change one. No one
    changes the group of editors.
    """

    filter_horizontal = []

    def get_queryset(self, request: HttpRequest) -> QuerySet[Group]:
        # The name of a right is made of its model's.
        return super().get_queryset(request).prefetch_related("permissions__content_type")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return request.user.is_superuser

    def has_change_permission(self, request: HttpRequest, obj: Group | None = None) -> bool:
        return request.user.is_superuser and not _is_ours(obj)

    def has_delete_permission(self, request: HttpRequest, obj: Group | None = None) -> bool:
        return request.user.is_superuser and not _is_ours(obj)

    def get_fieldsets(self, request: HttpRequest, obj: Group | None = None) -> Any:
        fieldsets = super().get_fieldsets(request, obj)
        if not _is_ours(obj):
            return fieldsets
        why = _(
            "This group comes with the site, which keeps its rights up to date. To give other "
            "rights, add a group. To make someone an editor, open their page."
        )
        return [(name, {**options, "description": why}) for name, options in fieldsets]


def _is_ours(group: Group | None) -> bool:
    return group is not None and group.name == EDITORS
