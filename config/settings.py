"""All settings. They read environment variables, which `.env.example` lists."""

import os
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from .logs import LOGGING as LOGGING

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()
# A variable that is set but empty counts as left out.
env.ENVIRON = {name: value for name, value in os.environ.items() if value}

DEBUG = env.bool("DEBUG", default=False)
DATA_DIR = Path(env.str("DATA_DIR", default=str(BASE_DIR / "var")))
SITE_URL = env.str("SITE_URL", default="http://localhost:8000").rstrip("/")
SITE_HOST = urlsplit(SITE_URL).hostname
IS_SECURE_SITE = urlsplit(SITE_URL).scheme == "https"
LOCAL_HOSTS = ["localhost", "127.0.0.1", "[::1]"]
IS_LOCAL_SITE = SITE_HOST in ("localhost", "127.0.0.1", "::1")


def secret_key() -> str:
    """The key that signs sessions and links. Outside DEBUG it must be strong.

    A key is weak by the rules of Django's deployment check (security.W009).

    Raises:
        ImproperlyConfigured: the key is missing or weak.
    """
    key = env.str("SECRET_KEY", default="only-for-development" if DEBUG else "")
    is_weak = len(key) < 50 or len(set(key)) < 5 or key.startswith("django-insecure-")
    if is_weak and not DEBUG:
        raise ImproperlyConfigured(
            "SECRET_KEY is missing or weak. Set it to 50 or more random characters: "
            "python3 -c 'import secrets; print(secrets.token_urlsafe(50))' makes one."
        )
    return key


SECRET_KEY = secret_key()
# Keys of before: what they signed still counts.
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
ALLOWED_HOSTS = env.list(
    "ALLOWED_HOSTS", default=[SITE_HOST, *(LOCAL_HOSTS if DEBUG or IS_LOCAL_SITE else [])]
)
CSRF_TRUSTED_ORIGINS = [SITE_URL]

INSTALLED_APPS = [
    "accounts",
    "briefs",
    "circles",
    "operations",
    "config.admin_site.AdminSiteConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "crispy_forms",
    "django_htmx",
]

MIDDLEWARE = [
    "config.request_ids.RequestIdMiddleware",
    "config.headers.HeadersMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "config.packed.PackedPagesMiddleware",
    "csp.middleware.CSPMiddleware",
    "config.unavailable.RecoveryMiddleware",
    "config.odd_requests.OddRequestsMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "config.body_limits.BodyLimitsMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "accounts.sessions.PersonMiddleware",
    "accounts.devices.DevicesMiddleware",
    "config.access.KeepTypedTextMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["config.addresses", "config.names", "config.when"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

# --- Data ---

DATABASES = {"default": env.db("DATABASE_URL", default=f"sqlite:///{DATA_DIR / 'db.sqlite3'}")}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["ENGINE"] = "config.sqlite"
    # IMMEDIATE takes the write lock at the start, so that two writers wait for each other and
    # don't fail halfway. FULL keeps everything that was reported as saved if the power fails.
    # What is deleted is overwritten in the file, as not every SQLite does by itself.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        # Seconds that a command waits for another writer. A page waits less (config/wsgi.py).
        "timeout": 20,
        "init_command": (
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA secure_delete=ON;"
        ),
    }
else:
    # A restart of the server ends connections. The check finds that before a page does. A pool
    # would have each page wait while the server is gone, and come back to it late.
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
    # Seconds and milliseconds until a machine that doesn't answer counts as gone.
    DATABASES["default"]["OPTIONS"] = {"connect_timeout": 3, "tcp_user_timeout": 3000}
# Opening a connection takes longer than most pages, so each thread keeps its own.
DATABASES["default"]["CONN_MAX_AGE"] = None

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
FIXTURE_DIRS = [BASE_DIR / "fixtures"]


def shared_cache() -> dict[str, Any]:
    """Where limits are counted: Redis or Valkey if `CACHE_URL` names one, else the database.

    Raises:
        ImproperlyConfigured: the address is of something that processes don't share, or that
            a restart empties.
    """
    # Valkey speaks the protocol of Redis.
    url = env.str("CACHE_URL", default="").replace("valkey", "redis", 1)
    if not url:
        backend = "config.shared_cache.DatabaseCache"
        return {"BACKEND": backend, "LOCATION": "shared_cache", "OPTIONS": {"MAX_ENTRIES": 50_000}}
    if not url.startswith(("redis://", "rediss://")):
        raise ImproperlyConfigured(
            "CACHE_URL must begin with redis://, rediss://, or valkey://. Leave it blank to count "
            "in the database."
        )
    from redis.backoff import NoBackoff
    from redis.retry import Retry

    # What can't be counted at once isn't counted (config/limits.py).
    waits = {"socket_connect_timeout": 1, "socket_timeout": 1, "retry": Retry(NoBackoff(), 1)}
    return environ.Env.cache_url_config(url) | {"OPTIONS": waits}


CACHES = {
    "default": shared_cache(),
    # Rendered pages of briefs. Each process has its own, so that nothing is fetched.
    "pages": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "pages",
        "TIMEOUT": 7 * 24 * 3600,
        # A brief has a page for each section: of a hundred long briefs, all are kept.
        "OPTIONS": {"MAX_ENTRIES": 4000},
    },
}

# --- People ---

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "accounts.passwords.NotSimilar"},
    {"NAME": "accounts.passwords.LongEnough"},
    {"NAME": "accounts.passwords.NotCommon"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "circles:home"
LOGOUT_REDIRECT_URL = "circles:home"

OPEN_SIGN_UP = env.bool("OPEN_SIGN_UP", default=False)
ACCOUNT_ADAPTER = "circles.adapter.CirclesAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*"]
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_LOGIN_ON_PASSWORD_RESET = True
ACCOUNT_FORMS = {
    "login": "accounts.forms.SignInForm",
    "signup": "accounts.forms.SignUpForm",
    "confirm_login_code": "accounts.forms.SignInCodeForm",
    "confirm_email_verification_code": "accounts.forms.AddressCodeForm",
    "confirm_password_reset_code": "accounts.forms.PasswordCodeForm",
    "change_email": "accounts.forms.OtherAddressForm",
    "add_email": "accounts.forms.NewAddressForm",
    "reset_password": "accounts.forms.ForgottenPasswordForm",
    "reset_password_from_key": "accounts.forms.NewPasswordForm",
    "set_password": "accounts.forms.FirstPasswordForm",
    "change_password": "accounts.forms.ChangePasswordForm",
    "reauthenticate": "accounts.forms.ReauthenticateForm",
}

# Every code is six digits. Pages and emails say that it works for 15 minutes. It's accepted
# for 30, so that a code resent after 15 minutes works that long too.
ALLAUTH_USER_CODE_FORMAT = {"numeric": True, "dashed": False, "length": 6}
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_TIMEOUT = 30 * 60
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_CHANGE = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 30 * 60
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
ACCOUNT_LOGIN_TIMEOUT = 30 * 60
# Seconds for which signing in, or proving oneself again, counts as proof (accounts/proof.py).
ACCOUNT_REAUTHENTICATION_TIMEOUT = 10 * 60
ACCOUNT_PASSWORD_RESET_BY_CODE_ENABLED = True
ACCOUNT_PASSWORD_RESET_BY_CODE_TIMEOUT = 30 * 60

# Passkeys, which sign people in by themselves, and a second step after a code or a password.
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_ADAPTER = "accounts.second_factor.SecondFactorAdapter"
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Full Circle"
MFA_TOTP_TOLERANCE = 1  # steps of 30 seconds, for clocks that are a little off
MFA_FORMS = {
    "authenticate": "accounts.forms.SecondStepForm",
    "reauthenticate": "accounts.forms.SecondStepAgainForm",
    "activate_totp": "accounts.forms.NewAppForm",
    "add_webauthn": "accounts.forms.NewPasskeyForm",
    "edit_webauthn": "accounts.forms.PasskeyNameForm",
}
STAFF_NEED_SECOND_FACTOR = env.bool("STAFF_NEED_SECOND_FACTOR", default=False)

# The house counts guesses at codes and passwords (accounts/guesses.py) and codes that are asked
# for (accounts/adapter.py). allauth counts what a signed-in person does, and wrong codes of a
# second factor ("login_failed").
ACCOUNT_RATE_LIMITS = {
    "confirm_email": None,
    "login": None,
    "login_failed": "10/d/key",
    "request_login_code": None,
    "reset_password": None,
    "reset_password_from_key": None,
    "signup": None,
}


def trusted_proxy_count() -> int | None:
    """How many proxies add to X-Forwarded-For; None if the operator hasn't said.

    Raises:
        ImproperlyConfigured: it's no number.
    """
    text = env.str("TRUSTED_PROXY_COUNT", default="")
    if text and not text.isdecimal():
        raise ImproperlyConfigured("TRUSTED_PROXY_COUNT must be a number, such as 0 or 1.")
    return int(text) if text else None


TRUSTED_PROXY_COUNT = trusted_proxy_count()

# Whether editors may have the outside links of briefs tested (briefs/links/). Then the server asks
# other sites, which it never does otherwise.
CHECK_LINKS = env.bool("CHECK_LINKS", default=False)

SESSION_ENGINE = "accounts.sessions"
# People come back about once a month. A session must outlast the time between two meetings.
SESSION_COOKIE_AGE = 75 * 24 * 3600

# --- Backups ---

# Encrypts backups, and opens them (operations/backups/).
BACKUP_KEY = env.str("BACKUP_KEY", default="")
# The worker makes backups there (operations/backups/schedule.py); None if it makes none.
BACKUP_DIR = Path(folder).absolute() if (folder := env.str("BACKUP_DIR", default="")) else None


def backup_every() -> int:
    """After how many hours a scheduled backup is due.

    Raises:
        ImproperlyConfigured: it's no number of hours.
    """
    text = env.str("BACKUP_EVERY", default="24")
    if not text.isdecimal() or not 1 <= int(text) <= 24 * 7:
        raise ImproperlyConfigured("BACKUP_EVERY must be a number of hours from 1 to 168.")
    return int(text)


BACKUP_EVERY = backup_every()

# --- Health ---


def health_token() -> str:
    """What opens `/healthz?deep` to a monitor on another machine; "" opens it to none.

    Raises:
        ImproperlyConfigured: it's short enough to be guessed.
    """
    token = env.str("HEALTH_TOKEN", default="")
    if token and len(token) < 20:
        raise ImproperlyConfigured(
            "HEALTH_TOKEN is too short. Set it to 20 or more random characters: "
            "python3 -c 'import secrets; print(secrets.token_urlsafe(30))' makes one."
        )
    return token


HEALTH_TOKEN = health_token()

# --- Email ---

vars().update(env.email_url("EMAIL_URL", default=f"filemail:///{DATA_DIR / 'mail'}"))
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default=f"Full Circle <circles@{SITE_HOST}>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
# Seconds that the worker waits for the mail server, and that a page does, which sends a code.
EMAIL_TIMEOUT = 15
EMAIL_TIMEOUT_OF_PAGES = 5
# How long a facilitator can think again before an email leaves that a button of theirs sends.
MAIL_WAIT = timedelta(minutes=5)

# --- Language and time ---

LANGUAGE_CODE = "en-us"
LANGUAGES = [("en-us", _("English"))]
TIME_ZONE = "UTC"
USE_TZ = True
# To look for translations takes a tenth of a page's time.
USE_I18N = len(LANGUAGES) > 1
FORMAT_MODULE_PATH = "config.formats"

# --- Pages ---

STATIC_URL = "static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "config.static.BundledFiles"
    },
}

FORM_RENDERER = "config.text_fields.Renderer"
CRISPY_ALLOWED_TEMPLATE_PACKS = "full_circle"
CRISPY_TEMPLATE_PACK = "full_circle"  # templates/full_circle/

# --- Safety ---

CSRF_FAILURE_VIEW = "config.kept_form.csrf_failure"
SECURE_SSL_REDIRECT = IS_SECURE_SITE
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if IS_SECURE_SITE else 0
# Off unless asked for: the first reaches sites that aren't ours, the second can't be taken back.
SECURE_HSTS_INCLUDE_SUBDOMAINS = env.bool("HSTS_INCLUDE_SUBDOMAINS", default=False)
SECURE_HSTS_PRELOAD = env.bool("HSTS_PRELOAD", default=False)
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
SESSION_COOKIE_SECURE = IS_SECURE_SITE
CSRF_COOKIE_SECURE = IS_SECURE_SITE
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

# Bytes and numbers. `config/body_limits.py` refuses more than most views take before it's read.
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024 // 2
DATA_UPLOAD_MAX_NUMBER_FILES = 5
FILE_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024 // 2

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
