"""Forms about a person: signing in, signing up, and the profile.

The forms for signing in and up are django-allauth's with our words (setting ACCOUNT_FORMS).
"""

from typing import Any, cast

from allauth.account import forms as allauth_forms
from allauth.account.adapter import get_adapter
from allauth.account.fields import PasswordField
from allauth.account.internal.flows.password_reset_by_code import (
    PASSWORD_RESET_VERIFICATION_SESSION_KEY,
    PasswordResetVerificationProcess,
)
from allauth.core import context
from allauth.mfa.base import forms as mfa_forms
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm
from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.db import IntegrityError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from config.layout import Submit
from config.texts import NAME, visible
from config.typed_links import validate_no_link

from .guesses import Guesses, check_guesses_left, take_guess
from .models import User, validate_time_zone
from .time_zones import time_zone_choices, time_zone_choices_with

LONGEST_PASSKEY_NAME = 60


class PlainWords:
    """Sets our labels and help texts, and removes allauth's placeholders."""

    fields: dict[str, Any]  # of the form that it is mixed into
    labels: dict[str, Any] = {}
    help_texts: dict[str, Any] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.widget.attrs.pop("placeholder", None)
            field.label = self.labels.get(name, field.label)
            field.help_text = self.help_texts.get(name, field.help_text)


def offered_by_invitation() -> dict[str, str]:
    """What the visitor's invitation says of them: their address, and maybe a name."""
    adapter = get_adapter()
    return adapter.invited_as(adapter.request) if adapter.request else {}


class SignInForm(PlainWords, allauth_forms.LoginForm):
    """Asks for an address, which gets a code. With a password, no code is sent."""

    labels = {"login": _("Your email address")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"] = PasswordField(
            label=_("Password"), required=False, autocomplete="current-password"
        )
        self.fields["password"].widget.attrs.pop("placeholder")
        self.fields["login"].widget.attrs |= {"autofocus": True, "autocapitalize": "none"}
        self.fields["login"].initial = offered_by_invitation().get("email")

    def _clean_without_password(self, email: str | None, phone: str | None) -> dict[str, Any]:
        """Send no code that couldn't be used."""
        email = email or ""
        user = User.objects.filter(email=email.lower()).first()
        try:
            check_guesses_left(self.request, Guesses.Kind.CODE, user, email)
        except ValidationError as error:
            self.add_error("login", error)
            return self.cleaned_data
        return super()._clean_without_password(email, phone)

    def full_clean(self) -> None:
        """After a wrong password, keep the address and move the focus to the password."""
        super().full_clean()
        if self.is_bound and self.non_field_errors():
            self.fields["login"].widget.attrs.pop("autofocus")
            self.fields["password"].widget.attrs["autofocus"] = True


class SignUpForm(PlainWords, allauth_forms.SignupForm):
    """Asks for a name and an address. The browser fills in the time zone."""

    display_name = forms.CharField(max_length=NAME, validators=[visible, validate_no_link])
    time_zone = forms.CharField(required=False, widget=forms.HiddenInput)

    field_order = ["display_name", "email", "time_zone"]
    labels = {"display_name": _("Your name"), "email": _("Your email address")}
    help_texts = {"display_name": _("What your circle calls you. A first name is fine.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["display_name"].widget.attrs["autocomplete"] = "name"
        self.fields["time_zone"].widget.attrs["data-browser-time-zone"] = True
        for name, value in offered_by_invitation().items():
            self.fields[name].initial = value

    def clean_time_zone(self) -> str:
        """The browser's time zone; empty if it isn't one we know. Never an error."""
        name = self.cleaned_data["time_zone"]
        try:
            validate_time_zone(name)
        except ValidationError:
            return ""
        return name

    def try_save(self, request: HttpRequest) -> tuple[User | None, Any]:
        """Save the account. An address that another request took a moment ago is treated as any
        that is taken: only its owner is told, by email."""
        try:
            return super().try_save(request)
        except IntegrityError:
            self.account_already_exists = True
            return super().try_save(request)

    def save(self, request: HttpRequest) -> User:
        with get_adapter().signing_up(request) as accounts:
            user = super().save(request)
            accounts.append(user)
        return user

    def signup(self, request: HttpRequest, user: User) -> None:
        user.display_name = self.cleaned_data["display_name"]
        user.time_zone = self.cleaned_data["time_zone"] or user.time_zone
        user.save(update_fields=["display_name", "time_zone"])


class CodeFields(PlainWords):
    """A field for six digits that phones show a number pad for and can fill in.

    Each code counts as a guess, and isn't compared if there were too many.
    """

    labels = {"code": _("Six-digit code")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].widget.attrs |= {
            "autofocus": True,
            "class": "code-field",
            "inputmode": "numeric",
            "maxlength": 12,
        }

    def account(self, request: HttpRequest) -> tuple[User | None, str]:
        """Whose code it is: the person, and the address if there is no such person."""
        raise NotImplementedError

    def clean_code(self) -> str:
        user, address = self.account(context.request)
        guesses = take_guess(context.request, Guesses.Kind.CODE, user, address)
        code = super().clean_code()  # type: ignore[misc]  # of the form that it is mixed into
        guesses.give_back()
        return code


class SignInCodeForm(CodeFields, allauth_forms.ConfirmLoginCodeForm):
    def account(self, request: HttpRequest) -> tuple[User | None, str]:
        stage = request._login_stage  # type: ignore[attr-defined]  # allauth's
        return stage.login.user, stage.state["email"]


class AddressCodeForm(CodeFields, allauth_forms.ConfirmEmailVerificationCodeForm):
    user: User | None
    email: str

    def account(self, request: HttpRequest) -> tuple[User | None, str]:
        return self.user, self.email


class PasswordCodeForm(CodeFields, allauth_forms.ConfirmPasswordResetCodeForm):
    def account(self, request: HttpRequest) -> tuple[User | None, str]:
        state = request.session[PASSWORD_RESET_VERIFICATION_SESSION_KEY]
        return PasswordResetVerificationProcess(request, state).user, state["email"]


class ProofCodeForm(CodeFields, allauth_forms.BaseConfirmCodeForm):
    """The code that proves that it's still the owner who is signed in."""

    def account(self, request: HttpRequest) -> tuple[User | None, str]:
        return cast(User, request.user), ""


class OtherAddressForm(PlainWords, allauth_forms.ChangeEmailForm):
    """Corrects a mistyped address in the middle of signing up."""

    labels = {"email": _("Correct email address")}


class NewAddressForm(PlainWords, allauth_forms.AddEmailForm):
    labels = {"email": _("New email address")}
    help_texts = {"email": _("We’ll send a code there. Your old address stays until you enter it.")}


class ForgottenPasswordForm(PlainWords, allauth_forms.ResetPasswordForm):
    labels = {"email": _("Your email address")}

    def clean_email(self) -> str:
        """Send no code that couldn't be used."""
        email = super().clean_email()
        user = self.users[0] if self.users else None
        check_guesses_left(context.request, Guesses.Kind.CODE, user, email)
        return email


PASSWORD_HELP = _(
    "At least 8 characters. Three or four random words are strong and easy to remember."
)


class TwicePassword(PlainWords):
    """Asks for a password twice."""

    def add_error(self, field: str | None, error: Any) -> None:
        """Say in our words that the two differ: allauth's is the only error that is a text."""
        if field == "password2" and not isinstance(error, ValidationError):
            error = _("These two don’t match. Type the same password in both boxes.")
        super().add_error(field, error)  # type: ignore[misc]  # of the form that it is mixed into


class NewPasswordForm(TwicePassword, allauth_forms.ResetPasswordKeyForm):
    labels = {"password1": _("New password"), "password2": _("Confirm new password")}
    help_texts = {"password1": PASSWORD_HELP}


class FirstPasswordForm(TwicePassword, allauth_forms.SetPasswordForm):
    labels = {"password1": _("Password"), "password2": _("Confirm password")}
    help_texts = {"password1": PASSWORD_HELP}


class ChangePasswordForm(TwicePassword, allauth_forms.ChangePasswordForm):
    labels = {
        "oldpassword": _("Current password"),
        "password1": _("New password"),
        "password2": _("Confirm new password"),
    }
    help_texts = {"oldpassword": "", "password1": PASSWORD_HELP}

    def clean_oldpassword(self) -> str:
        guesses = take_guess(context.request, Guesses.Kind.PASSWORD, self.user)
        password = super().clean_oldpassword()
        guesses.give_back()
        return password


class ReauthenticateForm(PlainWords, allauth_forms.ReauthenticateForm):
    labels = {"password": _("Your password")}
    help_texts = {"password": ""}


class SecondCodeFields(CodeFields):
    user: User

    def account(self, request: HttpRequest) -> tuple[User | None, str]:
        return self.user, ""


class SecondStepForm(SecondCodeFields, mfa_forms.AuthenticateForm):
    labels = {"code": _("Code from your app, or a recovery code")}


class SecondStepAgainForm(SecondCodeFields, mfa_forms.ReauthenticateForm):
    labels = {"code": _("Code from your app, or a recovery code")}


class NewAppForm(SecondCodeFields, ActivateTOTPForm):
    labels = {"code": _("Six-digit code from the app")}


class PasskeyName(PlainWords):
    labels = {"name": _("Passkey name")}
    help_texts = {"name": _("For example, “My phone.” It helps you tell your passkeys apart.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].validators.append(MaxLengthValidator(LONGEST_PASSKEY_NAME))
        self.fields["name"].widget.attrs["maxlength"] = LONGEST_PASSKEY_NAME


class NewPasskeyForm(PasskeyName, AddWebAuthnForm):
    """Every passkey can sign in by itself."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["passwordless"]


class PasskeyNameForm(PasskeyName, EditWebAuthnForm):
    pass


class ProfileForm(forms.ModelForm):
    """What people can change about themselves, except address and password."""

    time_zone = forms.ChoiceField(
        label=_("Time zone"),
        choices=time_zone_choices,
        help_text=_("Meetings show in the circle’s time, plus yours if it’s different."),
    )

    class Meta:
        model = User
        fields = ["display_name", "time_zone", "text_size", "spacing", "paper"]
        labels = {
            "display_name": _("Your name"),
            "text_size": _("Text size"),
            "spacing": _("Text spacing"),
            "paper": _("Page color"),
        }
        widgets = {
            "display_name": forms.TextInput(attrs={"autocomplete": "name"}),
            "text_size": forms.RadioSelect,
            "spacing": forms.RadioSelect,
            "paper": forms.RadioSelect,
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = cast(forms.ChoiceField, self.fields["time_zone"])
        field.choices = time_zone_choices_with(self.instance.time_zone)

    def clean_display_name(self) -> str:
        name = self.cleaned_data["display_name"]
        if "display_name" in self.changed_data:
            validate_no_link(name)
        return name

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.layout = Layout(*self.fields, Submit("save", _("Save profile")))
        return helper
