"""How the landlord narrows the list of offers, and the numbers beside each."""

from datetime import datetime
from typing import Any

from django import forms
from django.db.models import Count, Exists, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce, Least
from django.utils.translation import gettext_lazy as _

from alin.kit.actor import Actor
from listings.models import Offer, OfferDailyViews, Residence
from listings.queries import offers_visible_to
from territory.queries import folded

from .models import HOME_TAKEN_STATES, Candidacy

# What the address says of where offers stand.
SHELVES = {
    "": _("Toutes, sauf archivées"),
    "brouillons": _("Brouillons"),
    "ouvertes": _("Ouvertes"),
    "a-venir": _("À venir"),
    "closes": _("Closes"),
    "sans-candidat": _("Ouvertes sans candidature"),
    "pourvues": _("Pourvues"),
    "archivees": _("Archivées"),
}
SORTS: dict[str, tuple[Any, tuple[Any, ...]]] = {
    "": (_("Clôture la plus lointaine"), (F("ends_at").desc(), "-pk")),
    "cloture": (_("Clôture la plus proche"), ("ends_at", "pk")),
    "candidatures": (_("Le plus de candidatures"), (F("applied").desc(), "-pk")),
    "vues": (_("Le plus de consultations"), (F("seen").desc(), "-pk")),
    "loyer": (_("Loyer le plus bas"), ("rent", "pk")),
}


def with_numbers(offers: QuerySet[Offer]) -> QuerySet[Offer]:
    """`applied` (how many people ever did), `seen` (times read), `ends_at`, `taken`."""
    candidacies = Candidacy.objects.filter(offer=OuterRef("pk")).order_by()
    views = OfferDailyViews.objects.filter(offer=OuterRef("pk")).order_by()
    return offers.annotate(
        applied=_total(candidacies.values("offer").annotate(n=Count("applicant", distinct=True))),
        seen=_total(views.values("offer").annotate(n=Sum("count"))),
        ends_at=Least("closes_at", Coalesce("closed_early_at", "closes_at")),
        taken=Exists(candidacies.filter(state__in=HOME_TAKEN_STATES)),
    )


def open_offers_of(actor: Actor, residence: Residence, at: datetime) -> QuerySet[Offer]:
    """The open offers of a residence with their numbers, the soonest closing first; one a dwelling
    at most, so that a page reads them all."""
    own = offers_visible_to(actor).select_related(None).select_related("dwelling")
    return (
        with_numbers(own)
        .filter(_on_shelf("ouvertes", at), dwelling__residence=residence)
        .order_by(F("ends_at").asc(), "pk")
    )


def _total(counted: QuerySet[Any, Any]) -> Coalesce:
    return Coalesce(Subquery(counted.values("n"), output_field=IntegerField()), 0)


class OfferListFilter(forms.Form):
    """Everything is in the address; what is not understood is ignored."""

    q = forms.CharField(
        label=_("Référence, résidence ou commune"),
        max_length=80,
        required=False,
        widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false"}),
    )
    etat = forms.ChoiceField(label=_("État"), choices=list(SHELVES.items()), required=False)
    financement = forms.ChoiceField(
        label=_("Financement"),
        choices=[
            ("", _("Tous")),
            *[choice for choice in Offer.Funding.choices if choice[0]],
            ("sans", _("sans plafond de ressources")),
        ],
        required=False,
    )
    tri = forms.ChoiceField(
        label=_("Ordre"),
        choices=[(key, label) for key, (label, _order) in SORTS.items()],
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.is_valid()

    @property
    def narrows(self) -> bool:
        return any(self.cleaned_data.get(name) for name in ("q", "etat", "financement"))

    def narrowed(self, offers: QuerySet[Offer], at: datetime) -> QuerySet[Offer]:
        """`offers` come from `with_numbers`."""
        asked = self.cleaned_data
        offers = offers.filter(_on_shelf(asked.get("etat", ""), at))
        if funding := asked.get("financement"):
            offers = offers.filter(funding="" if funding == "sans" else funding)
        if text := asked.get("q"):
            offers = offers.filter(
                Q(dwelling__reference__icontains=text)
                | Q(dwelling__residence__name__icontains=text)
                | Q(dwelling__residence__reference__iexact=text)
                | Q(dwelling__residence__commune__search_key__startswith=folded(text))
            )
        _label, order = SORTS[asked.get("tri") or ""]
        return offers.order_by(*order)


def _on_shelf(shelf: str, at: datetime) -> Q:
    if shelf == "archivees":
        return Q(archived_at__isnull=False)
    kept = Q(archived_at=None)
    published = kept & Q(published_at__lte=at)
    is_open = published & Q(opens_at__lte=at, ends_at__gt=at)
    return {
        "": kept,
        "brouillons": kept & Q(published_at=None),
        "ouvertes": is_open,
        "a-venir": published & Q(opens_at__gt=at, ends_at__gt=at),
        "closes": published & Q(ends_at__lte=at),
        "sans-candidat": is_open & Q(applied=0),
        "pourvues": kept & Q(taken=True),
    }[shelf]
