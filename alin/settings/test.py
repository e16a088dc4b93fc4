"""`./test`: the demo's settings with cheap passwords and nothing that waits."""

from datetime import timedelta

from .base import *
from .base import BASE_DIR, CACHES, DATABASES, INSTALLED_APPS, STORAGES, env

SECRET_KEY = "tests-only-" + "0" * 50
DEBUG = False
DEMO = True
INSTALLED_APPS = [*INSTALLED_APPS, "alin.demo_world"]
SHOW_COMPONENTS = True
ALLOWED_HOSTS = ["testserver", "127.0.0.1", "localhost"]
CLOCK_SHIFT = timedelta(seconds=env.int("ALIN_CLOCK_SHIFT_SECONDS", default=0))
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    **STORAGES,
    "pictures": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": BASE_DIR / ".local" / "pictures-of-tests"},
    },
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
# Files are found when asked for: each test client would otherwise list them all at its first page.
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
ADMIN_REQUIRES_SECOND_FACTOR = True
ACCOUNT_RATE_LIMITS = False
# Where the mail catcher keeps what the portal sends.
MAILBOX_DIR = BASE_DIR / ".local" / "mail"
# A loaded machine is slow, not wrong: what gives up soon for the sake of a page waits here, and
# the tests of that impatience set their own.
DATABASES["default"]["OPTIONS"]["options"] = "-c statement_timeout=300000 -c lock_timeout=120000"
CACHES["default"]["OPTIONS"] = {"socket_connect_timeout": 30, "socket_timeout": 30}
EMAIL_TIMEOUT = 60
