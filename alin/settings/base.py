"""Settings shared by every way of running the portal. Each value that an installation may
change is read from the environment; the table of them is in the README."""

from contextlib import suppress
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import environ
from celery.schedules import crontab
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

env = environ.Env()
BASE_DIR = Path(__file__).resolve().parent.parent.parent

SITE_NAME = env("ALIN_SITE_NAME", default="Alin")
BASE_URL = env("ALIN_BASE_URL", default="http://127.0.0.1:8000")
DEMO = False
DEBUG = False
ALLOWED_HOSTS = env.list("ALIN_ALLOWED_HOSTS", default=["127.0.0.1", "localhost"])
CSRF_TRUSTED_ORIGINS = env.list("ALIN_TRUSTED_ORIGINS", default=[])

# Shifts the portal's own clock, for demonstrations and tests; never in production.
CLOCK_SHIFT = timedelta(0)

INSTALLED_APPS = [
    "alin.kit",
    "territory",
    "notifications",
    "accounts",
    "eligibility",
    "listings",
    "documents",
    "applications",
    "commission",
    "alin.apps.PortalAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "csp",
    "django_filters",
    "django_htmx",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "alin.middleware.BodyLimitMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "alin.middleware.ActorMiddleware",
    "alin.middleware.KeepTypedInputMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "alin.middleware.PrivateCacheMiddleware",
    "alin.middleware.HeldRowMiddleware",
]

ROOT_URLCONF = "alin.urls"
WSGI_APPLICATION = "alin.wsgi.application"

FORM_RENDERER = "alin.form_renderer.FormRenderer"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "environment": "alin.jinja.environment",
            "context_processors": [
                "django.contrib.messages.context_processors.messages",
                "alin.jinja.page_context",
            ],
        },
    },
    {
        # Only for the pages that packages bring (accounts, administration).
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates" / "django"],
        "APP_DIRS": True,
        "OPTIONS": {
            "libraries": {"portal": "alin.portal_tags"},
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "alin.jinja.page_context",
            ],
        },
    },
]

DATABASES = {"default": env.db_url("DATABASE_URL", default="postgresql:///alin")}
DATABASES["default"].update(
    CONN_MAX_AGE=env.int("ALIN_CONN_MAX_AGE", default=60),
    CONN_HEALTH_CHECKS=True,
)
DATABASES["default"].setdefault("OPTIONS", {})["options"] = (
    f"-c statement_timeout={env.int('ALIN_STATEMENT_TIMEOUT_MS', default=10_000)}"
    f" -c lock_timeout={env.int('ALIN_LOCK_TIMEOUT_MS', default=5_000)}"
)
DATABASES["default"]["OPTIONS"].setdefault("connect_timeout", 5)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env("REDIS_URL", default="redis://127.0.0.1:6379/0")
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "alin",
        # A cache that hangs must not hang the pages.
        "OPTIONS": {"socket_connect_timeout": 2, "socket_timeout": 2},
    }
}

# Mail leaves by SMTP alone; nothing sends it but the relay of the outbox.
EMAIL_CONFIG = env.email_url("EMAIL_URL", default="smtp://127.0.0.1:1025")
vars().update(EMAIL_CONFIG)
EMAIL_TIMEOUT = 5
DEFAULT_FROM_EMAIL = env("ALIN_FROM_EMAIL", default="Alin <ne-pas-repondre@alin.example>")

CLAMD_ADDRESS = env("CLAMD_URL", default="")
# A base of signatures is made every day: an older one than this is an alarm of /sante/.
SIGNATURE_BASE_OLDEST_DAYS = env.int("ALIN_SIGNATURE_BASE_OLDEST_DAYS", default=3)

AUTH_USER_MODEL = "accounts.User"
# Unique whatever its case, by a constraint on Lower(email) that the check cannot see.
SILENCED_SYSTEM_CHECKS = ["auth.W004"]
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
# Twelve characters without composition rules, with throttled login: CNIL 2022-100, ASVS 6.2.5.
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "welcome"
LOGOUT_REDIRECT_URL = "home"

ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_SIGNUP_FORM_CLASS = "accounts.forms.SignupForm"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_CONFIRM_EMAIL_ON_GET = False
ACCOUNT_LOGIN_ON_EMAIL_CONFIRMATION = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if BASE_URL.startswith("https") else "http"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]

SESSION_COOKIE_AGE = 24 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_SAVE_EVERY_REQUEST = False
CSRF_COOKIE_AGE = 365 * 24 * 3600
CSRF_FAILURE_VIEW = "alin.errors.csrf_failure"

LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", _("français"))]
TIME_ZONE = "Europe/Paris"
USE_I18N = True
USE_TZ = True
LOCALE_PATHS = [BASE_DIR / "locale"]

STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "alin.packages.PackageFilesFinder",
]
# The pieces people give: in a private directory, or in a bucket of any S3-compatible storage.
# Nothing of it is ever served but through the portal.
if bucket := env("S3_BUCKET", default=""):
    PIECES_STORAGE: dict[str, Any] = {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": bucket,
            "endpoint_url": env("S3_ENDPOINT", default="") or None,
            "region_name": env("S3_REGION", default="") or None,
            "access_key": env("S3_ACCESS_KEY", default="") or None,
            "secret_key": env("S3_SECRET_KEY", default="") or None,
            "addressing_style": "path",
            "signature_version": "s3v4",
            "default_acl": None,
            "querystring_auth": True,
            "querystring_expire": 60,
            "file_overwrite": True,
        },
    }
else:
    PIECES_STORAGE = {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {
            "location": env("ALIN_PIECES_DIR", default=str(BASE_DIR / ".local" / "pieces")),
            "file_permissions_mode": 0o600,
            "directory_permissions_mode": 0o700,
        },
    }
# Where pieces lie in clear while they come in and are opened: never a directory that others share.
SCRATCH_DIR = Path(env("ALIN_SCRATCH_DIR", default=str(BASE_DIR / ".local" / "scratch")))
with suppress(OSError):  # where it cannot be made, Django's own check says so
    SCRATCH_DIR.mkdir(mode=0o700, parents=True, exist_ok=True)
FILE_UPLOAD_TEMP_DIR = SCRATCH_DIR
# Bytes: all the files of a dossier at once (200 MB), and what frames them.
LARGEST_REQUEST = 250_000_000
FILE_UPLOAD_HANDLERS = [
    "alin.kit.uploads.KnownPeopleUploadHandler",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "alin.kit.uploads.PrivateUploadHandler",
]
# Whether the storage itself sends what its reader may see, from an address signed for a minute.
PIECES_SIGNED_ADDRESSES = bool(bucket) and env.bool("ALIN_PIECES_SIGNED_ADDRESSES", default=False)
# Of one dossier, with what was replaced and is not erased yet; 200 MB of it may be current.
PIECES_MOST_BYTES_HELD = env.int("ALIN_PIECES_MOST_MEGABYTES_HELD", default=400) * 1_000_000
# A download is asked by a form: the policy of the pages must know where it is sent on to.
PIECES_ORIGINS: list[str] = []
if PIECES_SIGNED_ADDRESSES:
    if not PIECES_STORAGE["OPTIONS"]["endpoint_url"]:
        raise ImproperlyConfigured("ALIN_PIECES_SIGNED_ADDRESSES: say S3_ENDPOINT too")
    endpoint = urlsplit(PIECES_STORAGE["OPTIONS"]["endpoint_url"])
    PIECES_ORIGINS = [f"{endpoint.scheme}://{endpoint.netloc}"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "pieces": PIECES_STORAGE,
    # Photographs of homes: public, kept apart from what people confide.
    "pictures": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": BASE_DIR / ".local" / "pictures"},
    },
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
MEDIA_ROOT = BASE_DIR / ".local" / "media"

# A source of map tiles, such as https://tuiles.example/{z}/{x}/{y}.png; none by default: the maps
# of homes are then the outlines of départements, and no outside server learns what is searched.
MAP_TILES = env("ALIN_MAP_TILES", default="")
MAP_ORIGINS = ["{0.scheme}://{0.netloc}".format(urlsplit(MAP_TILES))] if MAP_TILES else []

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", *MAP_ORIGINS],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "form-action": ["'self'", *PIECES_ORIGINS],
        "manifest-src": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True

CELERY_BROKER_URL = REDIS_URL
# A home is asked for five at a time at most: a rule of the portal, not of the law.
# The shortest time that an offer leaves to apply: answering first must give nothing.
OFFER_SHORTEST_WINDOW_HOURS = env.int("ALIN_OFFER_SHORTEST_WINDOW_HOURS", default=72)
# The longest, and how far from today the dates of an offer may be: beyond, somebody mistyped.
OFFER_LONGEST_WINDOW_DAYS = env.int("ALIN_OFFER_LONGEST_WINDOW_DAYS", default=180)
OFFER_FARTHEST_DAYS = env.int("ALIN_OFFER_FARTHEST_DAYS", default=730)
# How long a closed offer stays among the current ones: a choice of the portal (November 2026).
OFFER_ARCHIVED_AFTER_DAYS = env.int("ALIN_OFFER_ARCHIVED_AFTER_DAYS", default=365)
MAX_LIVE_CANDIDACIES = env.int("ALIN_MAX_CANDIDACIES", default=5)
# Ten days at least (R441-10 CCH); a landlord may give more, the database refuses less.
PROPOSAL_DAYS = max(10, env.int("ALIN_PROPOSAL_DAYS", default=10))

# Delays of a demande de logement social, in months, by the day they came into force. A new text is
# a new line: a demande is read by the delays of the day one looks at it.
DEMAND_DELAYS: list[dict[str, Any]] = [
    {
        "since": date(2015, 3, 23),
        "validity": 12,
        "notice": 1,
        "radiated_after": 13,
        "reactivable": 18,
        "reactivable_no_answer": 5,
        "source": "R441-2-7 et R441-2-8 CCH ; arrêté du 23 mars 2015, annexe",
    },
]
# For how many months recent figures count after the day they were told, by the day each rule came
# into force: twelve months slide, and a month's resources change. A rule of the portal, as of the
# pieces that prove them (three months for payslips): the arrêté of 29 July 1987 names no delay.
RECENT_INCOME_VALIDITY: list[dict[str, Any]] = [
    {
        "since": date(2020, 1, 1),
        "last_12_months": 3,
        "monthly": 3,
        "source": "Règle du portail",
    },
]
# The portal tells before the month that the law gives (R441-2-7): papers take time.
RENEWAL_REMINDER_DAYS = 45

CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 900,
    "unacked_restore_throttle": 1,
    "socket_connect_timeout": 1,
}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
# Beat counts in UTC: at the end of summer time a local schedule skips or doubles an hour.
CELERY_TIMEZONE = "UTC"
CELERY_ENABLE_UTC = True
CELERY_BEAT_SCHEDULE = {
    "relay-outbox": {"task": "notifications.tasks.relay_outbox", "schedule": 20.0},
    "expire-proposals": {"task": "applications.tasks.expire_proposals", "schedule": 60.0},
    "check-pieces": {"task": "documents.tasks.check_pieces", "schedule": 20.0},
    "scan-pieces-again": {
        "task": "documents.tasks.scan_again",
        "schedule": 600.0,
        "options": {"expires": 600.0},
    },
    "keep-pieces": {"task": "documents.tasks.keep_house", "schedule": 3600.0},
    "sweep-orphans": {
        "task": "documents.tasks.sweep_orphans",
        "schedule": crontab(hour=2, minute=30),
    },
    "find-alerts": {"task": "listings.tasks.find_alerts", "schedule": 60.0},
    "send-digests": {"task": "listings.tasks.send_digests", "schedule": 900.0},
    "remind-favourites": {"task": "applications.tasks.remind_favourites", "schedule": 1800.0},
    "announce-closings": {"task": "listings.tasks.announce_closings", "schedule": 60.0},
    "archive-long-closed": {"task": "listings.tasks.archive_long_closed", "schedule": 3600.0},
    "work-on-imports": {"task": "listings.tasks.work_on_imports", "schedule": 60.0},
    "store-views": {"task": "listings.tasks.store_views", "schedule": 30.0},
    "remind-renewals": {"task": "accounts.tasks.remind_renewals", "schedule": 3600.0},
    "derive-stale-facts": {
        "task": "eligibility.tasks.derive_stale_facts",
        "schedule": 3600.0,
    },
    "work-on-publications": {
        "task": "eligibility.tasks.work_on_publications",
        "schedule": 20.0,
        # A call that waited behind another has nothing more to do than the next one.
        "options": {"expires": 20.0},
    },
    "anchor-journal": {"task": "alin.kit.tasks.anchor_journal", "schedule": 3600.0},
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": env("ALIN_LOG_LEVEL", default="INFO")},
}
