from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from alin.kit.reading import ReadOnlyAdmin

from . import services
from .models import OutboxMessage


@admin.register(OutboxMessage)
class OutboxMessageAdmin(ReadOnlyAdmin):
    """What left, what waits, what was given up and why."""

    list_display = ["created_at", "to_address", "subject", "state", "attempts", "last_error"]
    list_filter = ["state"]
    search_fields = ["to_address", "subject"]
    ordering = ["-created_at"]
    actions = ["send_again"]
    show_full_result_count = False

    @admin.action(description=_("Essayer à nouveau d'envoyer"))
    def send_again(self, request: HttpRequest, chosen: QuerySet[OutboxMessage]) -> None:
        given_up = list(chosen.filter(state=OutboxMessage.State.DEAD).order_by("pk"))
        for message in given_up:
            services.retry_dead(message=message)
        messages.success(
            request,
            ngettext(
                "%(n)d courriel à nouveau en attente.",
                "%(n)d courriels à nouveau en attente.",
                len(given_up),
            )
            % {"n": len(given_up)},
        )
