"""What a search of homes may ask for. Everything is in the address, nothing is compulsory."""

from collections import Counter
from collections.abc import Sequence
from functools import cache
from typing import Any

import django_filters
from django import forms
from django.core.exceptions import EmptyResultSet
from django.db.models import Q, QuerySet
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from territory.models import Commune

from .filter_fields import DayInput, SharedFilters, TickedFilter, rent_filter, surface_filter
from .models import Dwelling, Offer, SearchRow
from .queries import RADII_KM, Place, Reader, place_named
from .queries.search import NEARNESS, ORDERS, Counts, Ordering, counts_of

LARGEST_ROOMS = 5
FUNDINGS_OF_KIND = {
    "social": {"PLAI", "PLUS", "PLS", "LLS", "LLTS"},
    "intermediate": {"LLI"},
    "temporary": set[str](),
}
PROGRAMMES_OF_KIND = {
    "social": set(Offer.SOCIAL_PROGRAMMES),
    "intermediate": {"ordinary"},
    "temporary": set(Offer.TEMPORARY_PROGRAMMES),
}
# The criteria whose choices are counted, by the column of the search table.
FACETS = {
    "kind": "categorie",
    "programme": "type",
    "funding": "financement",
    "rooms": "pieces",
}
_L = gettext_lazy


class OfferSearchForm(forms.Form):
    """Says when two criteria cannot both be true: a search without answer would not say why."""

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
        programmes = cleaned.get("type")
        if kinds and programmes:
            possible = set().union(*(PROGRAMMES_OF_KIND[kind] for kind in kinds))
            if not possible & set(programmes):
                self.add_error(
                    "type",
                    _("La catégorie choisie n'a pas ce type de programme. Retirez l'un des deux."),
                )
        self._in_order("loyer", _("Le loyer minimum dépasse le maximum. Corrigez l'un des deux."))
        self._in_order(
            "surface", _("La surface minimum dépasse la maximum. Corrigez l'une des deux.")
        )
        return cleaned

    def _in_order(self, name: str, refusal: str) -> None:
        """Both bounds are left out when they cross: nothing tells which one is wrong."""
        least = self.cleaned_data.get(f"{name}_min")
        most = self.cleaned_data.get(f"{name}_max")
        if least is not None and most is not None and least > most:
            self.add_error(f"{name}_max", refusal)
            del self.cleaned_data[f"{name}_min"]


class OfferFilter(django_filters.FilterSet):
    """The criteria of a search of homes, over search rows.

    Once `narrowed` ran, `place` is what `q` was understood as, `wished` the communes asked for
    where they matter, and `grouped` whether the list goes from them outwards. A criterion that is
    wrong says so and is left out."""

    q = django_filters.CharFilter(
        label=_L("Où cherchez-vous ?"),
        help_text=_L("Commune, code postal, département ou région"),
        max_length=80,
        method="leave",
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )
    rayon = django_filters.ChoiceFilter(
        label=_L("Autour de la commune"),
        choices=[(str(km), f"{km} km") for km in RADII_KM],
        empty_label=_L("La commune seule"),
        method="leave",
    )
    ou = django_filters.ChoiceFilter(
        label=_L("Et vos communes souhaitées ?"),
        choices=[
            ("communes", _L("Seulement mes communes")),
            ("partout", _L("Toute la France")),
        ],
        empty_label=_L("Mes communes, puis autour"),
        method="leave",
    )
    categorie = django_filters.MultipleChoiceFilter(
        label=_L("Catégorie"),
        choices=[
            (Offer.Kind.SOCIAL.value, _L("Social")),
            (Offer.Kind.INTERMEDIATE.value, _L("Intermédiaire")),
            (Offer.Kind.TEMPORARY.value, _L("Temporaire")),
        ],
        method="leave",
        widget=forms.CheckboxSelectMultiple,
    )
    type = django_filters.MultipleChoiceFilter(
        label=_L("Type de programme"),
        choices=[(value, capfirst(label)) for value, label in Offer.Programme.choices],
        method="leave",
        widget=forms.CheckboxSelectMultiple,
    )
    pieces = django_filters.MultipleChoiceFilter(
        label=_L("Nombre de pièces"),
        choices=[(str(n), f"T{n}") for n in range(1, LARGEST_ROOMS)]
        + [(str(LARGEST_ROOMS), _L("T5 et plus"))],
        method="leave",
        widget=forms.CheckboxSelectMultiple,
    )
    loyer_min = rent_filter(_L("Loyer minimum, charges comprises"), "gte")
    loyer_max = rent_filter(_L("Loyer maximum, charges comprises"), "lte")
    surface_min = surface_filter(_L("Surface minimum"), "gte")
    surface_max = surface_filter(_L("Surface maximum"), "lte")
    financement = django_filters.MultipleChoiceFilter(
        label=_L("Financement"),
        choices=[choice for choice in Offer.Funding.choices if choice[0]],
        method="leave",
        widget=forms.CheckboxSelectMultiple,
    )
    bien = django_filters.ChoiceFilter(
        label=_L("Appartement ou maison"),
        field_name="home_kind",
        choices=Dwelling.Kind.choices,
        empty_label=_L("Les deux"),
    )
    etage = django_filters.ChoiceFilter(
        label=_L("Étage"),
        choices=[
            ("rdc", _L("Rez-de-chaussée")),
            ("bas", _L("2e étage au plus")),
            ("haut", _L("1er étage ou plus")),
        ],
        empty_label=_L("Tous les étages"),
        method="by_floor",
    )
    ascenseur = TickedFilter(label=_L("Avec ascenseur"), field_name="lift")
    accessible = TickedFilter(label=_L("Accessible en fauteuil roulant"), field_name="accessible")
    dpe = django_filters.ChoiceFilter(
        label=_L("Performance énergétique (DPE)"),
        choices=[(letter, _L("%(letter)s ou mieux") % {"letter": letter}) for letter in "ABCDEF"],
        empty_label=_L("Toutes les classes"),
        method="by_dpe",
    )
    disponible = django_filters.DateFilter(
        label=_L("Disponible avant le"),
        field_name="available_on",
        lookup_expr="lte",
        widget=DayInput,
        error_messages={"invalid": _L("Indiquez une date, par exemple 31/01/2027.")},
    )
    droits = TickedFilter(
        label=_L("Seulement ceux auxquels j'ai droit"), method="by_entitlement", field_name="pk"
    )
    tri = django_filters.ChoiceFilter(
        label=_L("Classer par"),
        empty_label=_L("Bientôt closes"),
        choices=[
            ("recents", _L("Nouvelles offres")),
            ("loyer", _L("Petits loyers")),
            ("surface", _L("Grandes surfaces")),
            ("adapte", _L("Taille adaptée à mon foyer")),
        ],
        method="leave",
    )

    place: Place | None = None
    wished: Sequence[Commune] = ()
    grouped = False

    class Meta:
        model = SearchRow
        fields: list[str] = []
        form = OfferSearchForm

    def __init__(self, data: Any, *, queryset: QuerySet[SearchRow], reader: Reader) -> None:
        super().__init__(data, queryset=queryset)
        self.reader = reader
        self.form.is_valid()
        if not reader.actor.is_applicant:
            for name in ("ou", "droits"):
                del self.form.fields[name]
                self.form.cleaned_data.pop(name, None)

    def get_form_class(self) -> Any:
        return _form_class()

    def chosen(self, name: str) -> Any:
        return self.form.cleaned_data.get(name)

    @property
    def radius_left_out(self) -> bool:
        """Whether a radius was asked for and drawn around nothing: no commune, or several. Once
        `narrowed` ran."""
        unknown = self.place is not None and not self.place.spots
        drawn = self.place is not None and self.place.radius_km > 0
        return bool(self.chosen("rayon")) and not unknown and not drawn

    def narrowed(self) -> QuerySet[SearchRow]:
        """The homes asked for, but for the criteria of FACETS."""
        rows = self.queryset.filter(self._where())
        for name, value in self.form.cleaned_data.items():
            rows = self.filters[name].filter(rows, value)
        return rows

    def facets(self) -> dict[str, Q]:
        """The criteria whose choices are counted, as conditions by column."""
        return {
            "kind": Q(kind__in=self.chosen("categorie")) if self.chosen("categorie") else Q(),
            "programme": Q(programme__in=self.chosen("type")) if self.chosen("type") else Q(),
            "funding": Q(funding__in=self.chosen("financement"))
            if self.chosen("financement")
            else Q(),
            "rooms": rooms_condition([int(each) for each in self.chosen("pieces") or []]),
        }

    def counts(self, narrowed: QuerySet[SearchRow]) -> Counts:
        try:
            return counts_of(narrowed, self.facets())
        except EmptyResultSet:
            return Counts(0, False, {})

    def leave_useless_orders(self) -> None:
        """For a page that shows the form: nobody knows what size would suit who has told no
        household."""
        if self.reader.misfit is None:
            order: Any = self.form.fields["tri"]
            order.choices = [each for each in order.choices if each[0] != "adapte"]

    def say_counts(self, counts: Counts) -> None:
        """Write beside each choice of FACETS how many homes it would leave."""
        for column, by_value in counts.by_choice.items():
            numbers: Counter[str] = Counter()
            for value, number in by_value.items():
                numbers[str(min(value, LARGEST_ROOMS) if column == "rooms" else value)] += number
            field: Any = self.form.fields[FACETS[column]]
            field.choices = [
                (value, f"{label} ({numbers[value]})") for value, label in field.choices
            ]

    def found(self, narrowed: QuerySet[SearchRow]) -> QuerySet[SearchRow]:
        for condition in self.facets().values():
            narrowed = narrowed.filter(condition)
        return narrowed

    def ordering(self) -> Ordering:
        """By what was asked for; from the communes asked for outwards when the list is grouped."""
        order, annotations = self.chosen("tri") or "", {}
        if order == "adapte":
            if (misfit := self.reader.misfit) is not None:
                annotations["misfit"] = misfit
            else:
                order = ""
        keys = ORDERS[order]
        if self.grouped:
            annotations["nearness"] = self.reader.nearness
            keys = (NEARNESS, *keys)
        return Ordering(keys, annotations)

    def _where(self) -> Q:
        typed, wanted = (self.chosen("q") or "").strip(), self.chosen("ou")
        where = Q()
        if typed:
            self.place = place_named(typed, int(self.chosen("rayon") or 0))
            where = self.place.where
        if wanted == "partout" or (typed and not wanted):
            return where
        self.wished = self.reader.wished
        if not self.wished:
            return where
        if wanted == "communes":
            return where & self.reader.in_wished
        self.grouped = True
        return self.reader.around

    def leave(self, rows: QuerySet[SearchRow], name: str, value: Any) -> QuerySet[SearchRow]:
        return rows

    def by_floor(self, rows: QuerySet[SearchRow], name: str, value: str) -> QuerySet[SearchRow]:
        wanted = {"rdc": Q(floor=0), "bas": Q(floor__lte=2), "haut": Q(floor__gte=1)}
        return rows.filter(wanted[value]) if value else rows

    def by_dpe(self, rows: QuerySet[SearchRow], name: str, value: str) -> QuerySet[SearchRow]:
        # A home whose class is not known is not promised to be a good one.
        return rows.filter(dpe__gt="", dpe__lte=value) if value else rows

    def by_entitlement(
        self, rows: QuerySet[SearchRow], name: str, value: bool | None
    ) -> QuerySet[SearchRow]:
        return rows.filter(self.reader.entitled) if value else rows


OfferFilter.base_filters = SharedFilters(OfferFilter.base_filters)


@cache
def _form_class() -> type[forms.Form]:
    """The same for every search: a form takes copies of its fields."""
    fields = {name: each.field for name, each in OfferFilter.base_filters.items()}
    return type("OfferSearchForm", (OfferSearchForm,), fields)


def rooms_condition(rooms: list[int]) -> Q:
    """The largest choice stands for itself and all beyond."""
    wanted = Q(rooms__in=rooms) if rooms else Q()
    return wanted | Q(rooms__gt=LARGEST_ROOMS) if LARGEST_ROOMS in rooms else wanted
