"""How allauth writes to people: through the outbox, like everybody here."""

import uuid
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.template.loader import render_to_string

from notifications import services as notifications


class AccountAdapter(DefaultAccountAdapter):
    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Queue the mail that allauth wants to send; its templates are ours, in plain French."""
        full = {"site_name": settings.SITE_NAME, "email": email, **context}
        subject = render_to_string(f"{template_prefix}_subject.txt", full)
        body = render_to_string(f"{template_prefix}_message.txt", full)
        notifications.queue_email(
            key=f"account:{template_prefix}:{uuid.uuid4()}",
            to_address=email,
            subject=" ".join(subject.split()),
            body=body,
        )
