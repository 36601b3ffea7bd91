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
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from .admin_trail import RecordsChanges
from .models import AddressChange, SiteEvent, User
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
    """An address in lower case, and the time zones to choose from."""

    fields: dict[str, Any]

    time_zone = forms.ChoiceField(label=_("Time zone"), choices=time_zone_choices)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "time_zone" in self.fields:
            self.fields["time_zone"].choices = time_zone_choices_with(self.instance.time_zone)

    def clean_email(self) -> str:
        return self.cleaned_data["email"].strip().lower()


class NewPersonForm(PersonFields):
    """Adds a person without a password. They sign in with an emailed code."""

    class Meta:
        model = User
        fields = ["email", "display_name", "time_zone"]


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
    readonly_fields = ["last_login", "date_joined"]
    rights = [
        "is_staff",
        "is_superuser",
        "groups",
    ]
    fieldsets = [
        (None, {"fields": ["email", "display_name"]}),
        (_("Time zone and text size"), {"fields": ["time_zone", "text_size"]}),
        (_("Can sign in"), {"fields": ["is_active"]}),
        (
            _("Can use the admin pages"),
            {"fields": [*rights]},
        ),
        (_("Dates"), {"fields": ["last_login", "date_joined"]}),
    ]
    add_fieldsets = [(None, {"fields": ["email", "display_name", "time_zone"]})]

    @admin.display(description=_("email bouncing since"))
    def bounces(self, person: User) -> datetime | None:
        return person.bounced_at if person.is_bouncing else None

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        form = self.form if obj else NewPersonForm
        return super().get_form(request, obj, change, form=form, **kwargs)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        fields = super().get_readonly_fields(request, obj)
        return fields if request.user.is_superuser else [*fields, *self.rights]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        is_above = obj and obj.is_superuser and not request.user.is_superuser
        return not is_above and super().has_change_permission(request, obj)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.fieldsets if obj else self.add_fieldsets

    def save_model(self, request: HttpRequest, person: User, form: Any, change: bool) -> None:
        """Save a person, but never change their address: a new one starts an `AddressChange`.

        Typing an address doesn't prove it. Deactivating an account ends its sessions, so
        that none is alive when the account is activated again. Only what the admin changed is
        saved, so that what someone else saved stays.
        """
        admin_user = cast(User, request.user)
        if not change:
            person.set_unusable_password()
            super().save_model(request, person, form, change)
            person.await_proof_of_email()
            SiteEvent.objects.record(SiteEvent.Kind.PERSON_ADDED, by=admin_user, person=person)
            return
        changed = [name for name in form.changed_data if name not in ("email", "groups")]
        new_email, asked = form.cleaned_data["email"], None
        with person.locked():
            for name in changed:
                setattr(person, name, form.cleaned_data[name])
            person.save(update_fields=changed)
            if "is_active" in changed:
                person.end_sessions()
            if "email" in form.changed_data and new_email != person.email:
                asked = AddressChange.objects.ask(person, new_email, asked_by=admin_user)
            SiteEvent.objects.record_person(person, form.changed_data, by=admin_user)
        form.asked = asked
        if asked:
            transaction.on_commit(partial(get_adapter(request).tell_of_asked_address, asked))
            self.message_user(
                request,
                _("%(person)s keeps %(old)s until they or their facilitators confirm %(new)s.")
                % {"person": person, "old": person.email, "new": new_email},
                messages.WARNING,
            )

    def construct_change_message(
        self, request: HttpRequest, form: Any, formsets: Any, add: bool = False
    ) -> Any:
        """What the history says. An address is only asked for, not changed."""
        if add or "email" not in form.changed_data:
            return super().construct_change_message(request, form, formsets, add)
        labels = [str(form.fields[name].label) for name in form.changed_data if name != "email"]
        said = []
        if labels:
            said.append(_("Changed: %s.") % ", ".join(labels))
        if form.asked:
            said.append(_("Requested a new email address: %s.") % form.asked.email)
        return " ".join(said) or str(_("No fields changed."))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Group)
class PlainGroupAdmin(RecordsChanges, GroupAdmin):
    """Shows rights in a plain list, as screen readers can't use Django's pair of boxes.

    A group gives its rights to its members, so only superusers may add or change one.
    """

    filter_horizontal = []

    def has_add_permission(self, request: HttpRequest) -> bool:
        return request.user.is_superuser

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.is_superuser

    def has_delete_permission(self, request: HttpRequest, obj: Group | None = None) -> bool:
        return request.user.is_superuser
