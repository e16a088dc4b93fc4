"""`./demo`: the whole portal on one machine, with fictitious people."""

import secrets
from datetime import timedelta

from .base import *
from .base import BASE_DIR, INSTALLED_APPS, STORAGES, env

DEMO = True
INSTALLED_APPS = [*INSTALLED_APPS, "alin.demo_world"]
DEBUG = env.bool("ALIN_DEBUG", default=False)
SHOW_COMPONENTS = True


def _own_secret() -> str:
    """A key of this checkout's own, made once, so that sessions survive a restart."""
    path = BASE_DIR / ".local" / "secret-key"
    if not path.exists():
        path.parent.mkdir(exist_ok=True)
        path.write_text(secrets.token_urlsafe(50))
        path.chmod(0o600)
    return path.read_text()


SECRET_KEY = env("ALIN_SECRET_KEY", default="") or _own_secret()
ALLOWED_HOSTS = ["*"]
CLOCK_SHIFT = timedelta(seconds=env.int("ALIN_CLOCK_SHIFT_SECONDS", default=0))
STORAGES = {
    **STORAGES,
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
# Style and scripts are served from where they are, without gathering them first.
STATIC_ROOT = None  # type: ignore[assignment]
WHITENOISE_USE_FINDERS = True
# Anyone may enter the demo with one click, so a second factor would only stop visitors.
ADMIN_REQUIRES_SECOND_FACTOR = False
# Where the mail catcher keeps what the portal sends.
MAILBOX_DIR = BASE_DIR / ".local" / "mail"
