"""Homes and offers as their landlord finds them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, QuerySet

from alin.kit import clock
from alin.kit.actor import Actor
from territory.queries import folded

from ..hooks import undecided_of
from ..models import (
    Dwelling,
    Offer,
    Picture,
    RentCeiling,
    Residence,
    StockImport,
    StockImportLine,
)
from ..rules import Change, RentVerdict, changes_between, check_rent
from .offers import offers_visible_to


def residences_visible_to(actor: Actor) -> QuerySet[Residence]:
    """The landlord's own residences; nothing for anybody else."""
    if not actor.is_landlord_staff:
        return Residence.objects.none()
    return Residence.objects.filter(organisation_id=actor.organisation_id).select_related(
        "commune__departement"
    )


def dwellings_visible_to(actor: Actor) -> QuerySet[Dwelling]:
    if not actor.is_landlord_staff:
        return Dwelling.objects.none()
    return Dwelling.objects.filter(residence__organisation_id=actor.organisation_id).select_related(
        "residence__commune__departement", "residence__organisation"
    )


def residences_named(actor: Actor, text: str) -> QuerySet[Residence]:
    """Those of the landlord whose name, reference or commune says `text`; all when it is empty."""
    found = residences_visible_to(actor)
    if not text:
        return found
    return found.filter(
        Q(name__icontains=text)
        | Q(reference__icontains=text)
        | Q(commune__search_key__startswith=folded(text))
    )


def dwellings_of(residences: QuerySet[Residence]) -> QuerySet[Dwelling]:
    """With their residences, in the order of a file of the stock."""
    return (
        Dwelling.objects.filter(residence__in=residences)
        .select_related("residence__commune__departement", "residence__organisation")
        .order_by("residence__name", "residence", "reference", "pk")
    )


def pictures_visible_to(actor: Actor) -> QuerySet[Picture]:
    """Pictures of the landlord's own homes; nothing for anybody else."""
    if not actor.is_landlord_staff:
        return Picture.objects.none()
    mine = actor.organisation_id
    return Picture.objects.filter(
        Q(dwelling__residence__organisation=mine) | Q(residence__organisation=mine)
    ).select_related("dwelling__residence", "residence")


def imports_visible_to(actor: Actor) -> QuerySet[StockImport]:
    """The landlord's own files, without what they hold; nothing for anybody else."""
    if not actor.is_landlord_staff:
        return StockImport.objects.none()
    own = StockImport.objects.filter(organisation_id=actor.organisation_id)
    return own.defer("content").select_related("sent_by", "applied_by")


def offers_to_change(
    organisation_id: int, dwelling_ids: Iterable[int] | None = None
) -> dict[int, Offer]:
    """For each dwelling, by key, the offer that a line of a file is about: the last one that is
    neither closed nor archived. A closed offer is history: a line prepares another."""
    offers = Offer.objects.filter(organisation_id=organisation_id, archived_at=None)
    if dwelling_ids is not None:
        offers = offers.filter(dwelling__in=list(dwelling_ids))
    now = clock.now()
    return {
        offer.dwelling_id: offer
        for offer in offers.select_related("reservataire", "dwelling").order_by("created_at", "pk")
        if not offer.published_at or offer.effective_closing() > now
    }


def last_published_offers(organisation_id: int) -> dict[int, Offer]:
    """For each dwelling, by key, the published offer that closes last, archived or not."""
    offers = (
        Offer.objects.filter(organisation_id=organisation_id, published_at__isnull=False)
        .select_related("reservataire")
        .order_by("dwelling_id", "-closes_at", "-pk")
        .distinct("dwelling_id")
    )
    return {offer.dwelling_id: offer for offer in offers}


def rivals_of(offer: Offer, at: datetime) -> dict[Offer, int]:
    """Other published offers of the dwelling that have not ended: one may still apply, or their
    candidacies are being decided, and how many."""
    published = Offer.objects.filter(
        dwelling_id=offer.dwelling_id, published_at__isnull=False
    ).exclude(pk=offer.pk)
    others = list(published.order_by("-closes_at", "pk"))
    undecided = undecided_of([other.pk for other in others])
    return {
        other: undecided[other.pk]
        for other in others
        if other.effective_closing() > at or undecided[other.pk]
    }


def outcomes_of(batch: StockImport) -> dict[str, int]:
    """How many lines in each case, in one statement."""
    found = dict(batch.lines.order_by().values_list("outcome").annotate(n=Count("pk")))
    return {outcome: found.get(outcome, 0) for outcome in StockImportLine.Outcome.values}


def last_offer_of(actor: Actor, dwelling: Dwelling) -> Offer | None:
    """The latest offer of the dwelling, else of another dwelling of its residence."""
    own = offers_visible_to(actor).order_by("-created_at", "-pk")
    return (
        own.filter(dwelling=dwelling).first()
        or own.filter(dwelling__residence=dwelling.residence_id).first()
    )


@dataclass(frozen=True)
class Revision:
    """One change of a published offer, in words."""

    at: datetime
    who: str
    changes: list[Change]


def revisions_of(offer: Offer) -> list[Revision]:
    """What the offer said before, the latest change first."""
    return [
        Revision(each.at, str(each.by or ""), changes_between(each.before, each.after))
        for each in offer.revisions.select_related("by").order_by("-version")
    ]


def rent_verdict(offer: Offer, ceilings: Iterable[RentCeiling] | None = None) -> RentVerdict:
    """The offer's rent against the highest one of this year. `ceilings`: those of its funding at
    least, when they were read already."""
    return check_rent(
        offer=offer,
        year=clock.today().year,
        ceilings=ceilings_of([offer]) if ceilings is None else ceilings,
    )


def ceilings_of(offers: Iterable[Offer]) -> list[RentCeiling]:
    """The ceilings of rent that these offers are compared with; one statement, or none."""
    fundings = {offer.funding for offer in offers} - {""}
    return list(RentCeiling.objects.filter(funding__in=fundings)) if fundings else []
