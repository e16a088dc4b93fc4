"""Offers: what changes together, and how windows end. One by one, the portal's own pages say more:
the ceiling of rents, who would be suited, the preview."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _L

from alin.kit import clock, french
from alin.kit.actor import Actor

from .. import services
from ..forms.upkeep import ChargesForm, ExtensionForm, ManyForm, OfferUpkeepForm
from ..models import Offer
from ..queries import offers_visible_to
from ..rules import possible_actions
from .base import StockAdmin, actor_of


@admin.register(Offer)
class OfferAdmin(StockAdmin):
    form = OfferUpkeepForm
    fields = (
        "home",
        "funding",
        "programme",
        "window",
        *OfferUpkeepForm.allowed,
        "shown_version",
    )
    readonly_fields = ("home", "funding", "programme", "window")
    list_display = ("home", "programme", "funding", "rent", "charges", "standing", "window")
    list_filter = ("funding", "programme", "contingent")
    search_fields = (
        "dwelling__reference",
        "dwelling__residence__name",
        "dwelling__residence__reference",
    )
    ordering = ("-created_at", "-pk")
    actions = ("set_charges", "extend", "archive")

    def visible_to(self, actor: Actor) -> QuerySet[Any]:
        return offers_visible_to(actor)

    def label(self, thing: Offer) -> str:
        return self.home(thing)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """An offer that is closed or archived is read: services would refuse to change it."""
        ended = obj is not None and "edit" not in possible_actions(obj, clock.now())
        return super().has_change_permission(request, obj) and not ended

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        shown = super().get_fields(request, obj)
        if self.has_change_permission(request, obj):
            return shown
        return [name for name in shown if name != "shown_version"]

    def view_on_site(self, obj: Any) -> str:
        return reverse("staff_offer", args=[obj.public_id])

    @admin.display(description=_L("logement"), ordering="dwelling__reference")
    def home(self, obj: Offer) -> str:
        return f"{obj.dwelling.reference} · {obj} · {obj.dwelling.residence.name}"

    @admin.display(description=_L("clôture"), ordering="closes_at")
    def window(self, obj: Offer) -> str:
        return french.date_time(obj.effective_closing())

    @admin.display(description=_L("état"))
    def standing(self, obj: Offer) -> str:
        now = clock.now()
        if obj.archived_at:
            return _("archivée")
        if not obj.published_at:
            return _("brouillon")
        if obj.effective_closing() <= now:
            return _("close")
        return _("ouverte") if obj.is_open(now) else _("à venir")

    @admin.action(description=_L("Changer les charges"))
    def set_charges(self, request: HttpRequest, chosen: QuerySet[Offer]) -> HttpResponse | None:
        def do(offer: Offer, changes: dict[str, Any]) -> object:
            return services.update_offer(
                actor=actor_of(request),
                offer=offer,
                changes=changes,
                expected_version=offer.version,
            )

        return self.do_to_many(
            request,
            chosen,
            action="set_charges",
            title=_("Changer les charges"),
            form_class=ChargesForm,
            do=do,
        )

    @admin.action(description=_L("Repousser la clôture"))
    def extend(self, request: HttpRequest, chosen: QuerySet[Offer]) -> HttpResponse | None:
        def do(offer: Offer, changes: dict[str, Any]) -> object:
            return services.extend_offer(
                actor=actor_of(request),
                offer=offer,
                closes_at=changes["closes_at"],
                expected_version=offer.version,
            )

        return self.do_to_many(
            request,
            chosen,
            action="extend",
            title=_("Repousser la clôture"),
            form_class=ExtensionForm,
            do=do,
        )

    @admin.action(description=_L("Archiver"))
    def archive(self, request: HttpRequest, chosen: QuerySet[Offer]) -> HttpResponse | None:
        def do(offer: Offer, _changes: dict[str, Any]) -> object:
            return services.archive_offer(actor=actor_of(request), offer=offer)

        return self.do_to_many(
            request,
            chosen,
            action="archive",
            title=_("Archiver ces offres"),
            form_class=ManyForm,
            do=do,
        )
