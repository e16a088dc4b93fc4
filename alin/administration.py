"""The administration site: operators, who look; managers of landlords, for their own stock. With a
second factor, after the portal's own login."""

from typing import Any

from django.conf import settings
from django.contrib.admin import AdminSite
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from alin.kit.actor import Actor
from alin.kit.reading import PortalAdmin


class PortalAdminSite(AdminSite):
    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Only what was made for this site: packages would bring people's addresses and keys."""
        if admin_class is not None and issubclass(admin_class, PortalAdmin):
            super().register(model_or_iterable, admin_class, **options)

    def has_permission(self, request: HttpRequest) -> bool:
        """Who enters; each list says whom it admits."""
        actor: Actor = request.actor  # type: ignore[attr-defined]
        strong = actor.strong_auth or not settings.ADMIN_REQUIRES_SECOND_FACTOR
        return strong and _works_here(actor)

    def login(self, request: HttpRequest, extra_context: object = None) -> HttpResponse:
        """The portal's login; then, for whoever has no second factor, where to set it."""
        actor: Actor = request.actor  # type: ignore[attr-defined]
        if not actor.is_authenticated:
            return redirect_to_login(reverse("admin:index"), reverse(settings.LOGIN_URL))
        if not _works_here(actor):
            raise PermissionDenied(
                _(
                    "L'administration est ouverte aux opérateurs du portail et aux responsables "
                    "des bailleurs."
                )
            )
        if not self.has_permission(request):
            return redirect("mfa_index")
        return redirect("admin:index")

    def password_change(self, request: HttpRequest, extra_context: Any = None) -> Any:
        """The portal's own page, with its rules and its limits."""
        return redirect("account_change_password")


def _works_here(actor: Actor) -> bool:
    return actor.is_operator or (actor.is_landlord_staff and actor.is_manager)
