"""The administration site: operators only, with a second factor, after the portal's own login."""

from typing import Any

from django.conf import settings
from django.contrib.admin import AdminSite
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from alin.kit.reading import ReadOnlyAdmin


class OperatorSite(AdminSite):
    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Only what was made for this site: packages would bring people's addresses and keys."""
        if admin_class is not None and issubclass(admin_class, ReadOnlyAdmin):
            super().register(model_or_iterable, admin_class, **options)

    def has_permission(self, request: HttpRequest) -> bool:
        actor = request.actor  # type: ignore[attr-defined]
        strong = actor.strong_auth or not settings.ADMIN_REQUIRES_SECOND_FACTOR
        return bool(actor.is_operator and strong)

    def login(self, request: HttpRequest, extra_context: object = None) -> HttpResponse:
        """The portal's login; then, for an operator without a second factor, where to set it."""
        actor = request.actor  # type: ignore[attr-defined]
        if not actor.is_authenticated:
            return redirect_to_login(reverse("admin:index"), reverse(settings.LOGIN_URL))
        if not actor.is_operator:
            raise PermissionDenied(_("L'administration est ouverte aux opérateurs du portail."))
        if not self.has_permission(request):
            return redirect("mfa_index")
        return redirect("admin:index")
