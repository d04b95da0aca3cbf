"""What every way of running Essaim shares; the other modules say only what differs."""

from importlib.util import find_spec
from pathlib import Path
from typing import Any

import django_stubs_ext
import environ

from essaim.foundation.embedded_postgres import database_url

# Field[…] and QuerySet[…] may be written where Python evaluates them.
django_stubs_ext.monkeypatch()

env = environ.Env()

ROOT = Path(__file__).resolve().parent.parent.parent
VAR = Path(env.str("ESSAIM_VAR", default=str(ROOT / "var")))


def package_folder(name: str) -> Path:
    """Where an installed package lies, found without importing it."""
    found = find_spec(name)
    if found is None or found.origin is None:
        raise ImportError(f"The package {name} is not installed.")
    return Path(found.origin).parent


DEBUG = False
SECRET_KEY = env.str("ESSAIM_SECRET_KEY", default="")
ALLOWED_HOSTS: list[str] = env.list("ESSAIM_HOSTS", default=["127.0.0.1", "localhost"])
SITE_URL = env.str("ESSAIM_URL", default="http://127.0.0.1:8000").rstrip("/")
ESSAIM_DEMO = False

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Floors from the lowest to the highest: `ls essaim/` is the table of contents.
SUBPLATFORMS = [
    "essaim.foundation",
    "essaim.design",
    "essaim.places",
    "essaim.members",
    "essaim.communities",
    "essaim.outreach",
    "essaim.commitments",
    "essaim.discussions",
    "essaim.needs",
    "essaim.events",
    "essaim.ideas",
    "essaim.projects",
    "essaim.insights",
    "essaim.home",
]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "django_htmx",
    "procrastinate.contrib.django",
    *SUBPLATFORMS,
]

MIDDLEWARE = [
    "essaim.foundation.http.cache.AnonymousPageCache",
    "essaim.foundation.http.headers.SecurityHeaders",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "essaim.members.sessions.SessionLifetimes",
    "essaim.foundation.http.language.LanguageMiddleware",
    "essaim.foundation.http.api.ApiProblems",
    "essaim.members.bearer.BearerTokens",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "essaim.foundation.http.access.AccessMiddleware",
    "essaim.foundation.http.idempotency.OnceOnly",
]

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "APP_DIRS": True,
        "OPTIONS": {
            "environment": "config.jinja2.environment",
            "context_processors": [
                "django.contrib.messages.context_processors.messages",
                "essaim.communities.readers.reader_context",
            ],
        },
    },
]

_address = env.db_url_config(database_url())  # the embedded server is named by a socket's folder
DATABASES: dict[str, Any] = {
    "default": {
        **_address,
        "ENGINE": "django.db.backends.postgresql",
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            **_address.get("OPTIONS", {}),
            # One thread a process never waits for another: to wait means the database is away.
            # A short patience keeps the pool from sleeping on after the database is back.
            "pool": {"min_size": 1, "max_size": 8, "timeout": 3, "reconnect_timeout": 2},
        },
    }
}

AUTH_USER_MODEL = "members.Member"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
LOGIN_URL = "enter"
LOGIN_REDIRECT_URL = "today"
SESSION_COOKIE_AGE = 60 * 60 * 24 * 14  # members/sessions.py has the limits of those signed in
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "essaim.design.views.csrf_failure"
ESSAIM_SENT_BEFORE_VIEW = "essaim.design.views.sent_before"
ESSAIM_STANDING = "essaim.communities.readers.standing_now"
ESSAIM_SEARCH_MILLISECONDS = 2_000  # after which a question is too broad
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# Signing in and signing up are one door: an address, a six-digit code
# (members/adapter.py, members/forms.py).
ACCOUNT_ADAPTER = "essaim.members.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*"]
ACCOUNT_EMAIL_VERIFICATION = "none"  # the sign-in code itself proves the address
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 600
ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = 5
ACCOUNT_LOGIN_BY_CODE_FORMAT = {"length": 6, "numeric": True, "dashed": False}
ACCOUNT_FORMS = {
    "request_login_code": "essaim.members.forms.EnterForm",
    "confirm_login_code": "essaim.members.forms.CodeForm",
}
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_RATE_LIMITS = False  # ours are counted in the database, for all processes

# The second factor (members/actions/factors.py). Whoever holds a role must have one where
# ESSAIM_SECOND_FACTOR is on: until then the roles sleep (communities/readers.py).
ESSAIM_SECOND_FACTOR = env.bool("ESSAIM_SECOND_FACTOR", default=False)
MFA_ADAPTER = "essaim.members.adapter.MFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
# Always: otherwise a challenge for somebody's second step could be answered without a finger, a
# face or a PIN at the door where a passkey opens an account alone.
MFA_WEBAUTHN_USER_VERIFICATION = "required"
MFA_TOTP_TOLERANCE = 1  # an app half a minute off is still right
MFA_RATE_LIMITS = False
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("email", "name")},
    },
]

LANGUAGE_CODE = "en"
LANGUAGES = [("fr", "Français"), ("en", "English")]
LOCALE_PATHS = [ROOT / "essaim" / "locale"]
LANGUAGE_COOKIE_NAME = "language"
LANGUAGE_COOKIE_SAMESITE = "Lax"
TIME_ZONE = "Europe/Paris"
USE_TZ = True
USE_I18N = True

# A map has no ground but our own paper, unless whoever runs the site names a server of tiles, as in
# https://tiles.example.org/{z}/{x}/{y}.png: each reader's browser then asks that server.
ESSAIM_TILES = env.str("ESSAIM_TILES", default="")
ESSAIM_TILES_ATTRIBUTION = env.str("ESSAIM_TILES_ATTRIBUTION", default="")

STATIC_URL = "/static/"
# Leaflet as its package brings it; the rest of that package is not an application of ours.
STATICFILES_DIRS = [("leaflet", package_folder("leaflet") / "static" / "leaflet")]
STATIC_ROOT: Path | None = VAR / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
# Names with hashes, kept for ever by browsers, and compressed beforehand.
COLLECTED = {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}

DEFAULT_FROM_EMAIL = env.str("ESSAIM_MAIL_FROM", default="Essaim <essaim@localhost>")
EMAIL_TIMEOUT = 10

DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000
DATA_UPLOAD_MAX_NUMBER_FILES = 4
FILE_UPLOAD_HANDLERS = ["essaim.foundation.files.uploads.CappedUpload"]
# Where uploads lie, under random names: no web server shows this folder, a view with a rule does.
ESSAIM_FILES = Path(env.str("ESSAIM_FILES", default=str(VAR / "files")))
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

PROCRASTINATE_IMPORT_PATHS: list[str] = []
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "tasks"
# What the clock asked for while everything was off still runs, once, within a day.
PROCRASTINATE_PERIODIC_DEFAULTS = {"max_delay": 86_400}

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(levelname)s %(name)s: %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {"essaim.audit": {"level": "INFO"}},  # who looked at a list of members
}
