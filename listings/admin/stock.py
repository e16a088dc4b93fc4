"""Residences and dwellings."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _L

from alin.kit.actor import Actor

from .. import exports, services
from ..forms.upkeep import DwellingUpkeepForm, HeatingForm, LettersForm, ResidenceUpkeepForm
from ..models import Dwelling, Residence
from ..queries.landlord import dwellings_visible_to, residences_visible_to
from .base import StockAdmin, actor_of


@admin.register(Residence)
class ResidenceAdmin(StockAdmin):
    form = ResidenceUpkeepForm
    fields = ("commune_name", *ResidenceUpkeepForm.allowed, "shown_version")
    readonly_fields = ("commune_name",)
    list_display = (
        "name",
        "reference",
        "commune_name",
        "storeys",
        "lift",
        "heating",
        "heating_energy",
        "homes",
    )
    list_filter = ("heating", "heating_energy", "lift", "qpv")
    search_fields = ("name", "reference", "commune__name")
    ordering = ("name", "pk")
    actions = ("set_heating",)

    def visible_to(self, actor: Actor) -> QuerySet[Any]:
        return residences_visible_to(actor).annotate(homes=Count("dwellings"))

    def view_on_site(self, obj: Any) -> str:
        return reverse("residence", args=[obj.public_id])

    @admin.display(description=_L("commune"), ordering="commune__name")
    def commune_name(self, obj: Residence) -> str:
        return f"{obj.commune.name} ({obj.commune.departement_id})"

    @admin.display(description=_L("logements"), ordering="homes")
    def homes(self, obj: Any) -> int:
        return int(obj.homes)

    @admin.action(description=_L("Changer le chauffage"))
    def set_heating(self, request: HttpRequest, chosen: QuerySet[Residence]) -> HttpResponse | None:
        def do(residence: Residence, changes: dict[str, Any]) -> object:
            return services.update_residence(
                actor=actor_of(request),
                residence=residence,
                changes=changes,
                expected_version=residence.version,
            )

        return self.do_to_many(
            request,
            chosen,
            action="set_heating",
            title=_("Changer le chauffage"),
            form_class=HeatingForm,
            do=do,
        )


@admin.register(Dwelling)
class DwellingAdmin(StockAdmin):
    form = DwellingUpkeepForm
    fields = ("residence_name", *DwellingUpkeepForm.allowed, "shown_version")
    readonly_fields = ("residence_name",)
    list_display = (
        "reference",
        "residence_name",
        "kind",
        "rooms",
        "surface_m2",
        "annexes_m2",
        "floor",
        "dpe",
        "ges",
    )
    list_filter = ("dpe", "ges", "rooms", "kind", "accessible")
    search_fields = ("reference", "residence__name", "residence__reference")
    ordering = ("residence__name", "reference", "pk")
    actions = ("set_letters", "export_csv", "export_xlsx")

    def visible_to(self, actor: Actor) -> QuerySet[Any]:
        return dwellings_visible_to(actor)

    def label(self, thing: Dwelling) -> str:
        return f"{thing.reference} · {thing}"

    def view_on_site(self, obj: Any) -> str:
        return reverse("dwelling", args=[obj.public_id])

    @admin.display(description=_L("résidence"), ordering="residence__name")
    def residence_name(self, obj: Dwelling) -> str:
        return f"{obj.residence.name}, {obj.residence.commune.name}"

    @admin.action(description=_L("Changer le DPE et le GES"))
    def set_letters(self, request: HttpRequest, chosen: QuerySet[Dwelling]) -> HttpResponse | None:
        def do(dwelling: Dwelling, changes: dict[str, Any]) -> object:
            return services.update_dwelling(
                actor=actor_of(request),
                dwelling=dwelling,
                changes=changes,
                expected_version=dwelling.version,
            )

        return self.do_to_many(
            request,
            chosen,
            action="set_letters",
            title=_("Changer le DPE et le GES"),
            form_class=LettersForm,
            do=do,
        )

    @admin.action(description=_L("Exporter en CSV (à corriger puis importer)"))
    def export_csv(self, request: HttpRequest, chosen: QuerySet[Dwelling]) -> HttpResponse | None:
        return self._export(request, chosen, "csv")

    @admin.action(description=_L("Exporter pour un tableur (XLSX)"))
    def export_xlsx(self, request: HttpRequest, chosen: QuerySet[Dwelling]) -> HttpResponse | None:
        return self._export(request, chosen, "xlsx")

    def _export(
        self, request: HttpRequest, chosen: QuerySet[Dwelling], form: str
    ) -> HttpResponse | None:
        try:
            return exports.stock_file(actor_of(request), chosen, form)
        except ValidationError as error:
            self.message_user(request, " ".join(error.messages), messages.ERROR)
            return None
