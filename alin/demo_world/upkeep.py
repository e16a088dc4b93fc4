"""What Habitat du Lac does with its stock: an offer put away, one changed while it is open, one
that nobody asks for, a file with lines that are refused; and what Amina keeps of it all."""

from decimal import Decimal

from listings import services
from listings.models import Dwelling, Offer, Residence

from .ground import Ground
from .people import actor_for

TEMPORARY_HOMES = [
    # programme, statuses, longest stay in months, who reads it
    ("emergency", [], 6),
    ("agricultural", ["farm_worker"], 12),
    ("seasonal", ["seasonal_worker"], 6),
]
RESIDENCES: list[tuple[str, list[str], int | None, int | None, int]] = [
    ("young_workers", [], 16, 30, 24),
    ("students", ["student", "apprentice", "trainee"], None, None, 12),
]


class UpkeepStories(Ground):
    def _upkeep_of_the_lake(self) -> None:
        self._put_away()
        self._changed_while_open()
        self._asked_for_by_nobody()
        self._of_every_kind()
        at = self.timeline
        at.at(at.day(-1, 15), self._send_a_file)
        at.at(at.day(-1, 20), self._amina_keeps)

    def _put_away(self) -> None:
        at, claire = self.timeline, self.lac.agents[0]
        offer = self._home(self.lac, "73008", -70, -55, rooms=2, funding="PLUS")
        at.at(
            at.day(-50, 11),
            lambda: services.archive_offer(actor=claire, offer=offer),
        )

    def _changed_while_open(self) -> None:
        """Its charges came down, then its window was extended: both stay written."""
        at, claire = self.timeline, self.lac.agents[0]
        offer = self._home(self.lac, "74010", -8, 5, rooms=3, funding="PLUS")

        def lower_charges() -> None:
            held = Offer.objects.get(pk=offer.pk)
            services.update_offer(
                actor=claire,
                offer=held,
                changes={"charges": held.charges - Decimal(10)},
                expected_version=held.version,
            )

        def extend() -> None:
            held = Offer.objects.get(pk=offer.pk)
            services.extend_offer(
                actor=claire,
                offer=held,
                closes_at=at.day(9, 18),
                expected_version=held.version,
            )

        at.at(at.day(-4, 10), lower_charges)
        at.at(at.day(-2, 10), extend)

    def _asked_for_by_nobody(self) -> None:
        self._home(self.lac, "63113", -9, 2, rooms=5, funding="PLS")

    def _of_every_kind(self) -> None:
        """One open home of each kind of the mission that the others do not show."""
        for programme, statuses, months in TEMPORARY_HOMES:
            offer = self._home(self.lac, "38185", -3, 10, rooms=1, funding="")
            self._say(offer, programme=programme, statuses=statuses, max_stay_months=months)
        for programme, statuses, least, most, months in RESIDENCES:
            offer = self._home(self.lac, "69387", -3, 10, rooms=1, funding="PLAI")
            self._say(
                offer,
                programme=programme,
                statuses=statuses,
                min_age=least,
                max_age=most,
                max_stay_months=months,
            )

    def _say(self, offer: Offer, **said: object) -> None:
        """Before it is published: the world's drafts are drawn as ordinary or mobility homes."""
        Offer.objects.filter(pk=offer.pk).update(**said)
        Dwelling.objects.filter(pk=offer.dwelling_id).update(furnished=True)

    def _send_a_file(self) -> None:
        """Two lines that go, two that do not; waiting for somebody to agree."""
        claire = self.lac.agents[0]
        own = Residence.objects.filter(organisation=self.lac.organisation, storeys__range=(2, 30))
        home = services.update_residence(
            actor=claire,
            residence=own.order_by("pk")[0],
            changes={"reference": "LAC-001"},
            expected_version=1,
        )
        lines = [
            "residence;logement;type;pieces;surface;etage;financement;loyer;charges",
            f"{home.reference};N-101;appartement;2;46,5;1;PLUS;318,20;62",
            f"{home.reference};N-102;appartement;3;64;1;PLUS;431,00;80",
            f"{home.reference};N-103;appartement;3;64;40;PLUS;431,00;80",
            "Les Glycines;N-104;appartement;2;44;0;PLUS;cher;60",
        ]
        content = "\n".join(lines).encode()
        services.send_import(actor=claire, name="parc-novembre.csv", content=content)

    def _amina_keeps(self) -> None:
        actor = actor_for(self.amina.user)
        services.save_search(
            actor=actor,
            criteria={"spots": ["c:74010:0"], "rooms": [3], "query": "q=Annecy&pieces=3"},
            name="Annecy, trois pièces",
            frequency="daily",
            eligible_only=True,
        )
        near = Offer.objects.filter(
            dwelling__residence__commune="74010", closes_at__gt=self.timeline.day(0)
        ).exclude(published_at=None)
        for offer in near.order_by("closes_at", "pk")[:2]:
            services.keep_favourite(actor=actor, offer=offer)
