"""People, for the site's admins: their names and addresses, and nothing of their circles."""

from datetime import datetime
from functools import partial
from typing import Any

import allauth.account.admin  # noqa: F401  (registers what is taken out below)
from allauth.account.adapter import get_adapter
from allauth.account.decorators import secure_admin_login
from allauth.account.models import EmailAddress
from django import forms
from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin
from django.contrib.auth.models import Group
from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from .models import User

# An address belongs to a person and is changed there, so that the two never differ.
admin.site.unregister(EmailAddress)

admin.site.unregister(Group)

# One way to sign in for everyone, with its limit on guesses.
admin.site.login = secure_admin_login(  # type: ignore[method-assign]  # allauth's own way
    admin.site.login
)


class LowerCaseEmail:
    cleaned_data: dict[str, Any]

    def clean_email(self) -> str:
        return self.cleaned_data["email"].strip().lower()


class NewPersonForm(LowerCaseEmail, forms.ModelForm):
    """No password: the person signs in with a code sent to the address."""

    class Meta:
        model = User
        fields = ["email", "display_name", "time_zone"]


class PersonForm(LowerCaseEmail, forms.ModelForm):
    class Meta:
        model = User
        fields = [
            *("email", "display_name", "time_zone", "text_size", "is_active"),
            *("is_staff", "is_superuser", "groups"),
        ]


@admin.register(User)
class PersonAdmin(admin.ModelAdmin):
    """Add, correct and deactivate people. Nobody is deleted: their notes would go too.

    No password is set here: who sets another's password can sign in as them, and read what
    their circles said.
    """

    form = PersonForm
    list_display = ["display_name", "email", "is_active", "is_staff", "bounces", "date_joined"]
    list_filter = ["is_active", "is_staff"]
    search_fields = ["display_name", "email"]
    ordering = ["display_name", "email"]
    readonly_fields = ["last_login", "date_joined"]
    fieldsets = [
        (None, {"fields": ["email", "display_name"]}),
        (_("Reading"), {"fields": ["time_zone", "text_size"]}),
        (_("May sign in"), {"fields": ["is_active"]}),
        (
            _("May work in the admin pages"),
            {"fields": ["is_staff", "is_superuser", "groups"]},
        ),
        (_("Dates"), {"fields": ["last_login", "date_joined"]}),
    ]
    add_fieldsets = [(None, {"fields": ["email", "display_name", "time_zone"]})]

    @admin.display(description=_("mails come back since"))
    def bounces(self, person: User) -> datetime | None:
        return person.bounced_at if person.is_bouncing else None

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        form = self.form if obj else NewPersonForm
        return super().get_form(request, obj, change, form=form, **kwargs)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.fieldsets if obj else self.add_fieldsets

    def save_model(self, request: HttpRequest, person: User, form: Any, change: bool) -> None:
        """An admin vouches for the address, as no code is sent to it. The old one is told."""
        if not change:
            person.set_unusable_password()
        super().save_model(request, person, form, change)
        if not change or "email" in form.changed_data:
            person.confirm_email()
        if change and "email" in form.changed_data:
            tell = partial(
                get_adapter(request).send_notification_mail,
                "account/email/email_corrected",
                person,
                email=form.initial["email"],
            )
            transaction.on_commit(tell)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Group)
class PlainGroupAdmin(GroupAdmin):
    """Rights in a plain list: Django's pair of boxes cannot be read by a screen reader."""

    filter_horizontal = []
