"""Organisations, their homes and the offers that put them on the portal."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from random import Random

from accounts.models import Organisation
from alin.kit import clock, journal
from alin.kit.actor import Actor
from listings.models import Dwelling, Offer, RentCeiling, Residence
from territory.models import Commune

from . import places, words
from .timeline import Timeline

TYPICAL_SURFACE = {1: 29, 2: 46, 3: 64, 4: 80, 5: 96, 6: 112}
OVERSEAS = "drom"
# No « avis loyers » was found for overseas fundings: their metropolitan twins stand in.
RENTS_LIKE = {"LLS": "PLUS", "LLTS": "PLAI"}


def drawn_uuid(rng: Random) -> uuid.UUID:
    """An identifier of the seed's: a residence keeps its face from one world to the next."""
    return uuid.UUID(int=rng.getrandbits(128), version=4)


@dataclass(frozen=True)
class Window:
    """When an offer was published, opens and closes."""

    published: datetime
    opens: datetime
    closes: datetime


class Stock:
    """Builds residences, dwellings and offers, one of each at a time."""

    def __init__(self, rng: Random, timeline: Timeline) -> None:
        self.rng = rng
        self.timeline = timeline
        self.communes = Commune.objects.in_bulk(places.EVERYWHERE)
        self.rents = _latest_rents(timeline.today.year)
        self.reserver: Organisation | None = None
        self._residences: dict[tuple[int, str], list[Residence]] = {}
        self._houses: set[int] = set()
        self._references = 0

    def offer(
        self,
        landlord: Organisation,
        publisher: Actor,
        insee_code: str,
        *,
        window: Window,
        draft: bool = False,
        rooms: int | None = None,
        funding: str | None = None,
        employees_only: bool | None = None,
    ) -> Offer:
        """A new dwelling and its offer; published on the timeline unless it stays a draft.

        What is not said is drawn: `funding` "" is a temporary home, without ceilings."""
        rng, commune = self.rng, self.communes[insee_code]
        residence = self._residence(landlord, commune)
        if funding is None:
            funding = self._funding(commune)
        dwelling = self._dwelling(
            residence, rooms or rng.choices([1, 2, 3, 4, 5], [2, 5, 7, 5, 2])[0]
        )
        rent = self._rent(commune, funding, dwelling.surface_m2)
        if employees_only is None:
            employees_only = bool(funding) and rng.random() < 0.16
        offer = self._offer(dwelling, funding, rent, window, employees_only=employees_only)
        if not funding:  # a bail mobilité is furnished
            Dwelling.objects.filter(pk=dwelling.pk).update(furnished=True)
        if not draft:
            self.timeline.at(window.published, lambda: _publish(offer.pk, publisher))
        return offer

    def _offer(
        self,
        dwelling: Dwelling,
        funding: str,
        rent: Decimal,
        window: Window,
        *,
        employees_only: bool,
    ) -> Offer:
        return Offer.objects.create(
            public_id=drawn_uuid(self.rng),
            dwelling=dwelling,
            organisation=dwelling.residence.organisation,
            kind=_kind(funding),
            programme="ordinary" if funding else "mobility",
            funding=funding,
            rent=rent,
            charges=_euros(dwelling.surface_m2 * Decimal(self.rng.uniform(1.1, 2.3))),
            deposit=rent if funding else Decimal(0),
            available_on=(window.closes + timedelta(days=self.rng.randint(25, 70))).date(),
            opens_at=window.opens,
            closes_at=window.closes,
            reservataire=self.reserver if employees_only else None,
            employees_only=employees_only,
            conditions=_conditions(dwelling, funding, employees_only),
            description=self._description(dwelling),
            created_at=window.published - timedelta(days=2, hours=3),
        )

    def _funding(self, commune: Commune) -> str:
        if commune.ceilings_zone == OVERSEAS:
            return self.rng.choices(["LLS", "LLTS", "LLI", ""], [6, 4, 2, 1])[0]
        return self.rng.choices(["PLUS", "PLAI", "PLS", "LLI", ""], [10, 6, 3, 3, 1])[0]

    def _residence(self, landlord: Organisation, commune: Commune) -> Residence:
        known = self._residences.setdefault((landlord.pk, commune.pk), [])
        if known and self.rng.random() < 0.45:
            return self.rng.choice(known)
        rng = self.rng
        house = rng.random() < 0.14
        storeys = (
            rng.choice([0, 1, 1])
            if house
            else rng.choices([2, 3, 4, 5, 7, 9], [4, 6, 6, 4, 2, 1])[0]
        )
        taken = {residence.name for residence in known}
        residence = Residence.objects.create(
            public_id=drawn_uuid(rng),
            organisation=landlord,
            name=rng.choice([name for name in words.RESIDENCES if name not in taken]),
            address=f"{rng.randint(1, 140)} {rng.choice(words.STREETS)}",
            commune=commune,
            storeys=storeys,
            lift=storeys >= 4,
            built_in=rng.randint(1956, self.timeline.today.year - 1),
        )
        if house:
            self._houses.add(residence.pk)
        known.append(residence)
        return residence

    def _dwelling(self, residence: Residence, rooms: int) -> Dwelling:
        rng = self.rng
        house = residence.pk in self._houses
        rooms = max(3, rooms) if house else rooms
        self._references += 1
        floor = 0 if house else rng.randint(0, residence.storeys)
        return Dwelling.objects.create(
            public_id=drawn_uuid(rng),
            residence=residence,
            reference=f"L{self._references:05d}",
            kind=Dwelling.Kind.HOUSE if house else Dwelling.Kind.FLAT,
            rooms=rooms,
            surface_m2=Decimal(round(TYPICAL_SURFACE[rooms] * rng.uniform(0.9, 1.14) * 2)) / 2,
            floor=floor,
            accessible=(floor == 0 or residence.lift) and rng.random() < 0.3,
            dpe=rng.choices("ABCDE", [1, 4, 8, 6, 2])[0],
        )

    def _rent(self, commune: Commune, funding: str, surface: Decimal) -> Decimal:
        """Below the highest rent of the funding and zone, as most landlords stay."""
        if not funding:
            return _euros(surface * Decimal(self.rng.uniform(7, 9)))
        like = RENTS_LIKE.get(funding, funding)
        ceiling = self.rents.get((like, commune.zone_123)) or self.rents[like, commune.zone_abc]
        return _euros(ceiling.monthly_rent(surface) * Decimal(self.rng.uniform(0.84, 0.99)))

    def _description(self, dwelling: Dwelling) -> str:
        rng = self.rng
        what = "Maison mitoyenne avec jardin" if dwelling.kind == "house" else "Appartement"
        outside = rng.choice(words.OUTSIDE)
        return (
            f"{what} de {dwelling.rooms} {'pièce' if dwelling.rooms == 1 else 'pièces'},"
            f" avec {outside}. {rng.choice(words.HEATING)} {rng.choice(words.AROUND)}"
        )


def _publish(offer_id: int, actor: Actor) -> None:
    """What `listings.services.publish_offer` writes. It also checks every field and constraint
    again, which for three hundred offers that hold them takes longer than all the rest."""
    Offer.objects.filter(pk=offer_id).update(
        published_at=clock.now(), published_by_id=actor.user_id
    )
    public_id = Offer.objects.values_list("public_id", flat=True).get(pk=offer_id)
    journal.append(f"offer:{public_id}", "published", actor=actor)


def _latest_rents(year: int) -> dict[tuple[str, str], RentCeiling]:
    """The rents of that year, or of the last one known before it, by funding and zone."""
    known = RentCeiling.objects.filter(year__lte=year).order_by("year", "pk")
    return {(ceiling.funding, ceiling.zone): ceiling for ceiling in known}


def _kind(funding: str) -> str:
    if funding in Offer.SOCIAL_FUNDINGS:
        return "social"
    return "intermediate" if funding else "temporary"


def _conditions(dwelling: Dwelling, funding: str, employees_only: bool) -> str:
    said = []
    if employees_only:
        said.append("Réservé aux salariés d'entreprises privées de dix salariés au moins.")
    if not funding:
        said.append("Occupation temporaire de six mois, renouvelable une fois.")
    if dwelling.accessible:
        said.append("Priorité aux ménages dont un membre a besoin d'un logement accessible.")
    return " ".join(said)


def _euros(amount: Decimal) -> Decimal:
    return amount.quantize(Decimal("0.01"), ROUND_HALF_UP)
