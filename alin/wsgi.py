"""Pages are served by WSGI: each classic middleware costs a thread hop under ASGI."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "alin.settings.demo")
application = get_wsgi_application()
