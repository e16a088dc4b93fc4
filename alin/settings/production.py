"""Production. The portal refuses to start with a missing or weak key."""

from django.core.exceptions import ImproperlyConfigured

from .base import *
from .base import env

SECRET_KEY = env("ALIN_SECRET_KEY")
if len(SECRET_KEY) < 50 or len(set(SECRET_KEY)) < 10:
    raise ImproperlyConfigured("ALIN_SECRET_KEY : 50 caractères aléatoires au moins.")
SECRET_KEY_FALLBACKS = env.list("ALIN_SECRET_KEY_FALLBACKS", default=[])
DATABASES["default"].update(env.db_url("DATABASE_URL"))
SHOW_COMPONENTS = False
ADMIN_REQUIRES_SECOND_FACTOR = True

SECURE_SSL_REDIRECT = env.bool("ALIN_SSL_REDIRECT", default=True)
SECURE_REDIRECT_EXEMPT = [r"^sante/"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = 365 * 24 * 3600
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
SESSION_COOKIE_NAME = "__Host-session"
CSRF_COOKIE_SECURE = True
CSRF_COOKIE_NAME = "__Host-csrf"
