"""Builds the world: landlords, homes, people, and what has happened to them so far."""

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.db.models import F

from accounts.models import Membership, Organisation, User
from accounts.rules import months_after
from accounts.services import open_dossier, save_section
from alin.kit import clock
from applications.models import Candidacy
from commission.models import Commission, CommissionMember
from eligibility.services import derive_all_facts
from listings.models import Offer, RentCeiling
from notifications.models import Notice, OutboxMessage
from territory.models import Commune

from . import places
from .elsewhere import OtherStories
from .lake import LakeStories
from .people import actor_for
from .pieces import PiecesOfTheCast
from .stock import drawn_uuid
from .stories import Landlord
from .upkeep import UpkeepStories
from .views import furnish

LEFT_TO_SEND = 5
UNREAD_DAYS = 4
WITH_VIEWS = 8
Capacity = CommissionMember.Capacity


class ReferenceMissing(Exception):
    """Communes or ceilings are not loaded; the text says what to do."""


@dataclass(frozen=True)
class Report:
    """What the world holds."""

    offers: int
    applicants: int
    candidacies: dict[str, int]


@transaction.atomic
def build(*, scale: float = 1.0) -> Report:
    """Build the whole world in one transaction, as of today.

    The same day gives the same people, homes and states. `scale` shrinks the crowd and the
    ordinary offers; the stories that the cast lives are always there."""
    known = Commune.objects.filter(pk__in=places.EVERYWHERE).count()
    if known < len(places.EVERYWHERE) or not RentCeiling.objects.exists():
        raise ReferenceMissing("Lancez d'abord « manage.py load_reference ».")
    World(scale).build()
    _tidy_messages()
    # Dossiers were filled in on the days of their stories; some of these facts have grown old.
    derive_all_facts()
    states = Counter(Candidacy.objects.order_by().values_list("state", flat=True))
    return Report(
        offers=Offer.objects.count(),
        applicants=Candidacy.objects.order_by().values("applicant").distinct().count(),
        candidacies=dict(sorted(states.items())),
    )


class World(LakeStories, OtherStories, UpkeepStories):
    def build(self) -> None:
        with clock.travel(self.first):
            self._organisations()
            self._commissions()
        self._applicants()
        self._stories_of_the_lake()
        self._stories_elsewhere()
        self._ordinary_offers()
        # Last, so that what is drawn for them moves no other story.
        self._a_couple_and_a_lapsed_demand()
        self._upkeep_of_the_lake()
        self.timeline.run()
        pieces = PiecesOfTheCast(self.timeline, agent=self.lac.agents[0])
        pieces.build(amina=self.amina.user, ines=self.ines.user)
        self._views_of_homes()

    def _views_of_homes(self) -> None:
        """Some homes have pictures, as in life: those that close first, and those of Amina."""
        of_the_lake = Offer.objects.filter(dwelling__residence__organisation=self.lac.organisation)
        hers = of_the_lake.filter(candidacies__applicant=self.amina.user).order_by("pk")
        soon = of_the_lake.open_at(clock.now()).order_by("closes_at", "pk")
        homes = {offer.dwelling_id: offer for offer in [*hers, *soon[:WITH_VIEWS]]}
        furnish(actor=self.lac.agents[0], offers=list(homes.values()))

    # --- who is there ---

    def _organisations(self) -> None:
        def organisation(name: str, kind: str, email: str) -> Organisation:
            return Organisation.objects.create(
                public_id=drawn_uuid(self.rng),
                name=name,
                kind=kind,
                email=email,
                phone="0400000000",
            )

        people = self.people
        lac = organisation("Habitat du Lac", "bailleur", "contact@lac.demo.alin.example")
        oc = organisation("Logis d'Oc", "bailleur", "contact@oc.demo.alin.example")
        north = organisation("Toits du Nord", "bailleur", "contact@nord.demo.alin.example")
        coast = organisation("Horizons Habitat", "bailleur", "contact@horizons.demo.alin.example")
        reserver = organisation(
            "Entreprises & Logement", "reservataire", "contact@reservation.demo.alin.example"
        )
        platform = organisation("Équipe du portail", "plateforme", "equipe@demo.alin.example")
        manager = Membership.Role.MANAGER

        claire = people.join(people.role("claire"), lac)
        chloe = people.join(people.role("chloe"), lac, manager)
        david = people.join(people.role("david"), oc)
        people.join(people.role("gaelle"), reserver)
        people.join(people.role("farid"), platform, manager)
        irene = people.join(self._staff("Irène", "Castel"), oc, manager)
        self.lac = Landlord(lac, [claire, claire, chloe])
        self.oc = Landlord(oc, [david, irene])
        self.north = Landlord(
            north, [people.join(self._staff("Karl", "Verstraete"), north, manager)]
        )
        self.coast = Landlord(coast, [people.join(self._staff("Lise", "Le Goff"), coast, manager)])
        self.stock.reserver = reserver

    def _staff(self, first_name: str, last_name: str) -> User:
        key = f"{first_name}.{last_name}".lower().replace(" ", "").replace("è", "e")
        return self.people.account(first_name, last_name, f"{key}@demo.alin.example")

    def _commissions(self) -> None:
        estelle, hugo = self.people.role("estelle"), self.people.role("hugo")
        self.lac.commission = self._commission(
            self.lac.organisation,
            "Commission d'attribution d'Habitat du Lac",
            (estelle, Capacity.PRESIDENT),
            (hugo, Capacity.TENANTS),
            (self._staff("Marc", "Ollivier"), Capacity.MEMBER),
            (self._staff("Nora", "Belkacem"), Capacity.MEMBER),
            (self._staff("Paul", "Tissot"), Capacity.MAYOR),
            (self._staff("Rose", "Jacquier"), Capacity.CONSULTATIVE),
        )
        self.lac.president = actor_for(estelle)
        sylvain = self._staff("Sylvain", "Pujol")
        self.oc.commission = self._commission(
            self.oc.organisation,
            "Commission d'attribution de Logis d'Oc",
            (sylvain, Capacity.PRESIDENT),
            (self._staff("Teresa", "Vives"), Capacity.TENANTS),
            (self._staff("Ugo", "Ferrand"), Capacity.PREFET),
        )
        self.oc.president = actor_for(sylvain)

    def _commission(
        self, organisation: Organisation, name: str, *seats: tuple[User, str]
    ) -> Commission:
        commission = Commission.objects.create(
            public_id=drawn_uuid(self.rng),
            organisation=organisation,
            name=name,
            quorum=3,
        )
        for user, capacity in seats:
            CommissionMember.objects.create(commission=commission, user=user, capacity=capacity)
        return commission

    def _applicants(self) -> None:
        people = self.people
        with clock.travel(self.first + timedelta(days=2)):
            self.amina = people.applicant(
                people.role("amina"), "74", persons=3, rfr=19_400, employed=True
            )
            self._bruno()
            near = ["74", "74", "73", "69", "38", "01", "31", "34", "33", "13", "59", "80", "75"]
            near += ["93", "94", "92", "974", "974", "972", "35", "44", "29", "49"]
            self.stories.crowd = people.crowd(max(60, round(150 * self.scale)), near)

    def _bruno(self) -> None:
        """He has begun: his name and date of birth, and nothing else."""
        user = self.people.role("bruno")
        save_section(
            actor=actor_for(user),
            dossier=open_dossier(user=user),
            section="identity",
            expected_version=0,
            changes={
                "birth_date": self.timeline.day(-27 * 365 - 140).date(),
                "phone": "0611121314",
            },
        )

    def _a_couple_and_a_lapsed_demand(self) -> None:
        """Inès and Karim keep one dossier; Lucie let hers lapse two months ago, which the law
        still lets her repair for three."""
        people = self.people
        with clock.travel(self.first + timedelta(days=3)):
            ines = people.applicant(
                people.role("ines"), "69", persons=3, rfr=27_500, employed=True, couple=True
            )
            self.ines = ines
            people.share_dossier(ines.user, people.role("karim"))
            lucie = people.applicant(people.role("lucie"), "38", persons=1, rfr=15_800)
            fifteen_months_ago = months_after(self.timeline.today, -15)
            people.let_demand_lapse(lucie.user, "38", fifteen_months_ago)


def _tidy_messages() -> None:
    """The mail of the past has left, but for the last few; old notices were read."""
    fresh = OutboxMessage.objects.order_by("-created_at", "-pk").values("pk")[:LEFT_TO_SEND]
    OutboxMessage.objects.exclude(pk__in=list(fresh.values_list("pk", flat=True))).update(
        state=OutboxMessage.State.SENT, sent_at=F("created_at"), attempts=1
    )
    Notice.objects.filter(created_at__lt=clock.now() - timedelta(days=UNREAD_DAYS)).update(
        read_at=F("created_at") + timedelta(hours=5)
    )
