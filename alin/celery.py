"""The Celery application: tasks of every room are discovered from their `tasks.py`."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "alin.settings.demo")

app = Celery("alin")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
