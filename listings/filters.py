"""What a search of homes may ask for. Everything is in the address, nothing is compulsory."""

import re
from typing import Any

import django_filters
from django import forms
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .models import Offer
from .queries import Place, in_place, place_named

LARGEST_ROOMS = 5
ORDERS = {
    "": ("closes_at", "pk"),
    "loyer": ("total_rent", "closes_at", "pk"),
    "surface": ("-dwelling__surface_m2", "closes_at", "pk"),
}
FUNDINGS_OF_KIND = {
    "social": {"PLAI", "PLUS", "PLS", "LLS", "LLTS"},
    "intermediate": {"LLI"},
    "temporary": set[str](),
}
_L = gettext_lazy


class OfferSearchForm(forms.Form):
    """Says when two filters cannot both be true: a search without answer would not say why."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        kinds, fundings = cleaned.get("categorie"), cleaned.get("financement")
        if kinds and fundings:
            possible = set().union(*(FUNDINGS_OF_KIND[kind] for kind in kinds))
            if not possible & set(fundings):
                self.add_error(
                    "financement",
                    _(
                        "Aucun logement de la catégorie choisie n'a ce financement. Retirez l'un "
                        "des deux."
                    ),
                )
        return cleaned


class WholeNumberField(forms.IntegerField):
    """“1 200” is a number for whoever types it."""

    def to_python(self, value: Any) -> int | None:
        return super().to_python(re.sub(r"\s", "", value) if isinstance(value, str) else value)


class WholeNumberFilter(django_filters.Filter):
    field_class = WholeNumberField

    def __init__(self, *, least: int, most: int, refusal: Any, **options: Any) -> None:
        super().__init__(
            min_value=least,
            max_value=most,
            error_messages=dict.fromkeys(["invalid", "min_value", "max_value"], refusal),
            widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
            **options,
        )


class OfferFilter(django_filters.FilterSet):
    """The filters of `offer_search`. `place` is what `q` was understood as, once `filtered` ran;
    a filter that is wrong says so and is left out."""

    q = django_filters.CharFilter(
        label=_L("Où cherchez-vous ?"),
        help_text=_L("Commune, code postal, département ou région"),
        max_length=80,
        method="by_place",
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )
    categorie = django_filters.MultipleChoiceFilter(
        label=_L("Catégorie"),
        field_name="kind",
        choices=[
            (Offer.Kind.SOCIAL.value, _L("Social")),
            (Offer.Kind.INTERMEDIATE.value, _L("Intermédiaire")),
            (Offer.Kind.TEMPORARY.value, _L("Temporaire")),
        ],
        distinct=False,
        widget=forms.CheckboxSelectMultiple,
    )
    pieces = django_filters.MultipleChoiceFilter(
        label=_L("Nombre de pièces"),
        choices=[(str(n), f"T{n}") for n in range(1, LARGEST_ROOMS)]
        + [(str(LARGEST_ROOMS), _L("T5 et plus"))],
        method="by_rooms",
        widget=forms.CheckboxSelectMultiple,
    )
    loyer_max = WholeNumberFilter(
        label=_L("Loyer maximum, charges comprises"),
        field_name="total_rent",
        lookup_expr="lte",
        least=1,
        most=9_999,
        refusal=_L("Indiquez un loyer en euros par mois, par exemple 550."),
    )
    surface_min = WholeNumberFilter(
        label=_L("Surface minimum"),
        field_name="dwelling__surface_m2",
        lookup_expr="gte",
        least=1,
        most=400,
        refusal=_L("Indiquez une surface en m², de 1 à 400."),
    )
    financement = django_filters.MultipleChoiceFilter(
        label=_L("Financement"),
        field_name="funding",
        choices=[choice for choice in Offer.Funding.choices if choice[0]],
        distinct=False,
        widget=forms.CheckboxSelectMultiple,
    )
    accessible = django_filters.BooleanFilter(
        label=_L("Accessible en fauteuil roulant"),
        method="by_access",
        widget=forms.CheckboxInput,
    )
    tri = django_filters.ChoiceFilter(
        label=_L("Classer par"),
        empty_label=_L("Bientôt closes"),
        choices=[("loyer", _L("Petits loyers")), ("surface", _L("Grandes surfaces"))],
        method="leave",
    )

    place: Place | None = None

    class Meta:
        model = Offer
        fields: list[str] = []
        form = OfferSearchForm

    def filtered(self) -> QuerySet[Offer]:
        """The offers asked for, in the order asked for."""
        self.form.is_valid()
        offers = self.filter_queryset(self.queryset.annotate(total_rent=F("rent") + F("charges")))
        return offers.order_by(*ORDERS[self.form.cleaned_data.get("tri") or ""])

    def by_place(self, offers: QuerySet[Offer], name: str, value: str) -> QuerySet[Offer]:
        if not value.strip():
            return offers
        self.place = place_named(value)
        return in_place(offers, self.place)

    def by_rooms(self, offers: QuerySet[Offer], name: str, value: list[str]) -> QuerySet[Offer]:
        wanted = Q()
        for rooms in map(int, value):
            wanted |= (
                Q(dwelling__rooms__gte=rooms)
                if rooms == LARGEST_ROOMS
                else Q(dwelling__rooms=rooms)
            )
        return offers.filter(wanted)

    def by_access(self, offers: QuerySet[Offer], name: str, value: bool | None) -> QuerySet[Offer]:
        # An unticked box asks for nothing; it does not ask for homes that are not accessible.
        return offers.filter(dwelling__accessible=True) if value else offers

    def leave(self, offers: QuerySet[Offer], name: str, value: str) -> QuerySet[Offer]:
        return offers
