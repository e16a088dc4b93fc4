"""Builds the world: landlords, homes, people, and what has happened to them so far."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from random import Random

from django.db import transaction
from django.db.models import F

from accounts.models import Membership, Organisation, User
from accounts.rules import months_after
from accounts.services import open_dossier, save_section
from alin.kit import clock
from alin.kit.actor import Actor
from applications import services as applications
from applications.models import Candidacy
from commission.models import Commission, CommissionMember
from eligibility.services import derive_all_facts
from listings.models import Offer, RentCeiling
from listings.services import close_early
from notifications.models import Notice, OutboxMessage
from territory.models import Commune

from . import places
from .people import Applicant, People, actor_for
from .pieces import PiecesOfTheCast
from .stock import Stock, Window, drawn_uuid
from .stories import File, Landlord, Stories, set_aside_some
from .timeline import Timeline

SEED = 1979
FIRST_DAY = -110
LEFT_TO_SEND = 5
UNREAD_DAYS = 4
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


class World:
    def __init__(self, scale: float) -> None:
        self.scale = scale
        self.rng = Random(SEED)
        self.timeline = Timeline(clock.today())
        self.first = self.timeline.day(FIRST_DAY, 9)
        with clock.travel(self.first):
            self.people = People(self.rng, self.first.date(), self.timeline.today)
        self.stock = Stock(self.rng, self.timeline)
        self.stories = Stories(self.rng, self.timeline, self.people)

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
        self.timeline.run()
        pieces = PiecesOfTheCast(self.timeline, agent=self.lac.agents[0])
        pieces.build(amina=self.amina.user, ines=self.ines.user)

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

    # --- homes ---

    def _window(self, opens: int, closes: int, hour: int = 12) -> Window:
        opening = self.timeline.day(opens, 9)
        return Window(opening - timedelta(hours=18), opening, self.timeline.day(closes, hour))

    def _home(
        self, landlord: Landlord, place: str, opens: int, closes: int, **wishes: object
    ) -> Offer:
        wishes.setdefault("employees_only", False)
        return self.stock.offer(
            landlord.organisation,
            self.rng.choice(landlord.agents),
            place,
            window=self._window(opens, closes),
            **wishes,  # type: ignore[arg-type]
        )

    def _heard(
        self, offer: Offer, count: int, session_day: int, *, first: tuple[Applicant, ...] = ()
    ) -> list[File]:
        """Candidates who applied, were studied and are ready for the session of that day."""
        files = self.stories.candidates(offer, count, first=first)
        self.stories.apply(files)
        closed = (offer.closes_at.date() - self.timeline.today).days
        landlord = next(
            one
            for one in (self.lac, self.oc, self.north, self.coast)
            if one.organisation == offer.organisation
        )
        self.stories.study(files, landlord, start=closed + 1, days=max(2, session_day - 9 - closed))
        return files

    # --- Habitat du Lac ---

    def _stories_of_the_lake(self) -> None:
        self._long_ago()
        self._recent_session()
        self._next_session()
        self._still_studied()
        self._chosen_by_the_landlord()
        self._coming_in()

    def _long_ago(self) -> None:
        """A session seven weeks ago: a lease is signed, another home went through silence."""
        lac, at = self.lac, self.timeline
        signed = self._home(lac, "74010", -92, -80, rooms=3, funding="PLUS")
        silent = self._home(lac, "73065", -90, -79, rooms=2, funding="PLUS")
        first = self._heard(signed, 5, -55, first=(self.stories.settler(signed),))
        second = self._heard(silent, 4, -55, first=(self.stories.settler(silent),))
        second[0], second[2] = second[2], second[0]
        held = at.working_day(-55, 14)
        sitting = self.stories.session(
            lac, convened=-66, held=held, homes={signed: first, silent: second}
        )
        sitting.decide(
            {
                signed: [
                    ("rank",),
                    ("rank",),
                    ("no", "ranked_behind"),
                    ("no", "effort"),
                    ("inadmissible", "residence_permit"),
                ],
                silent: [("rank",), ("rank",), ("rank",), ("no", "typology")],
            }
        )
        at.at(held + timedelta(days=3, hours=5), first[0].accept)
        at.at(at.working_day(-40, 15), lambda: first[0].sign(lac.agents[0]))
        # Ten days of silence, then a refusal: the third in rank accepts.
        at.at(held + timedelta(days=11), applications.expire_due_proposals)
        at.at(
            held + timedelta(days=14, hours=3),
            lambda: second[1].refuse("Le logement est trop loin de mon travail."),
        )
        at.at(held + timedelta(days=17, hours=2), second[2].accept)
        at.at(at.working_day(-28, 11), lambda: second[2].sign(lac.agents[2]))

    def _recent_session(self) -> None:
        """A session five days ago: Amina was ranked first; another must still give a piece."""
        lac, at = self.lac, self.timeline
        hers = self._home(lac, "74010", -34, -24, rooms=3, funding="PLUS")
        theirs = self._home(lac, "69266", -33, -23, rooms=2, funding="PLAI")
        taken = self._home(lac, "38185", -33, -22, rooms=4, funding="PLUS")
        hers_files = self._heard(hers, 4, -6, first=(self.amina,))
        theirs_files = self._heard(theirs, 3, -6)
        taken_files = self._heard(taken, 4, -6)
        sitting = self.stories.session(
            lac,
            convened=-12,
            held=at.working_day(-5, 14),
            homes={hers: hers_files, theirs: theirs_files, taken: taken_files},
        )
        sitting.decide(
            {
                hers: [("rank",), ("rank",), ("rank",), ("no", "remaining_income")],
                theirs: [
                    ("condition", "Jugement de divorce ou convention signée", "9"),
                    ("rank",),
                    ("no", "outdated"),
                ],
                taken: [("rank",), ("rank",), ("no", "effort"), ("no", "ranked_behind")],
            }
        )
        at.at(at.day(-2, 19, 12), taken_files[0].accept)
        # An older session of a single home, refused then offered to the next, who must answer.
        again = self._home(lac, "73008", -52, -42, rooms=2, funding="PLUS")
        again_files = self._heard(again, 3, -17)
        held = at.working_day(-16, 14)
        older = self.stories.session(lac, convened=-24, held=held, homes={again: again_files})
        older.decide({again: [("rank",), ("rank",), ("rank",)]})
        at.at(
            held + timedelta(days=9, hours=4),
            lambda: again_files[0].refuse("Je reste près de mes parents."),
        )

    def _next_session(self) -> None:
        """A session in four days, its agenda written, nothing decided."""
        lac = self.lac
        homes = {
            self._home(lac, place, -27, -17, rooms=rooms, funding=funding): count
            for place, rooms, funding, count in [
                ("74010", 2, "PLUS", 4),
                ("74281", 3, "PLUS", 3),
                ("69387", 3, "PLS", 3),
                ("01053", 4, "PLAI", 5),
            ]
        }
        single = self._home(lac, "63113", -27, -16, rooms=5, funding="PLAI")
        agenda = {offer: self._heard(offer, count, -4) for offer, count in homes.items()}
        agenda[single] = self._heard(single, 2, -4)
        self.stories.session(
            lac,
            convened=-3,
            held=self.timeline.working_day(5, 14, 30),
            homes=agenda,
            exceptions={single: ("too_few", "Deux candidatures seulement en dix jours.")},
        )

    def _still_studied(self) -> None:
        """Closed homes whose candidates are ready, or being studied."""
        lac, at, stories = self.lac, self.timeline, self.stories
        ready = self._home(lac, "74012", -22, -12, rooms=3, funding="PLUS")
        files = stories.candidates(ready, 6)
        stories.apply(files)
        stories.study(files[:5], lac, start=-11, days=7)
        set_aside_some(stories, files[5:], lac, on=-6)

        half = self._home(lac, "73065", -16, -6, rooms=3, funding="PLUS")
        files = stories.candidates(half, 7, first=(self.amina,))
        stories.apply(files)
        for rank, file in enumerate(files[:4]):
            at.at(at.day(-5, 9, 12 * rank + 3), self._by_an_agent(file.take))
            if rank < 2:
                at.at(
                    at.day(-3, 14, 9 * rank),
                    lambda file=file: file.verify(lac.agents[0], ["identity", "household"]),  # type: ignore[misc]
                )
        at.at(at.day(-4, 21, 5), files[6].withdraw)

    def _by_an_agent(self, step: Callable[[Actor], None]) -> Callable[[], None]:
        agent = self.rng.choice(self.lac.agents)
        return lambda: step(agent)

    def _chosen_by_the_landlord(self) -> None:
        """Intermediate homes: one to choose for, one chosen and accepted."""
        lac, at, stories = self.lac, self.timeline, self.stories
        open_choice = self._home(lac, "69383", -20, -9, rooms=2, funding="LLI")
        files = stories.candidates(open_choice, 4)
        stories.apply(files)
        stories.study(files[:2], lac, start=-8, days=5)
        at.at(at.day(-4, 10, 20), self._by_an_agent(files[2].take))

        chosen = self._home(lac, "74010", -40, -30, rooms=3, funding="LLI")
        files = stories.candidates(chosen, 3)
        stories.apply(files)
        stories.study(files[:2], lac, start=-29, days=6)
        at.at(
            at.day(-20, 11),
            lambda: files[0].choose(lac.agents[2], "Emploi à dix minutes du logement."),
        )
        at.at(at.day(-17, 20, 30), files[0].accept)

        offered = self._home(lac, "74010", -26, -15, rooms=4, funding="LLI")
        waiting = stories.candidates(offered, 2)
        stories.apply(waiting)
        stories.study(waiting, lac, start=-14, days=6)
        at.at(
            at.day(-3, 16),
            lambda: waiting[1].choose(lac.agents[0], "Foyer adapté à la taille du logement."),
        )

    def _coming_in(self) -> None:
        """Open homes: candidacies just received, some taken early, one withdrawn."""
        lac, at, stories = self.lac, self.timeline, self.stories
        yesterday = at.day(-1, 18)
        for rank, (place, rooms, count) in enumerate(
            [("74010", 2, 6), ("74010", 3, 5), ("73008", 4, 4), ("69387", 1, 4), ("38185", 2, 3)]
        ):
            offer = self._home(lac, place, -7, 4 + rank, rooms=rooms, funding="PLUS")
            files = stories.candidates(offer, count)
            stories.apply(files, until=yesterday)
            if rank == 0:
                at.at(at.day(-1, 19, 30), files[0].withdraw)

    # --- the other landlords ---

    def _stories_elsewhere(self) -> None:
        oc, at, stories = self.oc, self.timeline, self.stories
        done = self._home(oc, "31555", -60, -48, rooms=3, funding="PLUS")
        done_files = self._heard(done, 4, -25, first=(stories.settler(done),))
        held = at.working_day(-24, 10)
        sitting = stories.session(oc, convened=-31, held=held, homes={done: done_files})
        sitting.decide(
            {done: [("rank",), ("rank",), ("no", "effort"), ("inadmissible", "resources_over")]}
        )
        at.at(held + timedelta(days=2, hours=8), done_files[0].accept)
        at.at(at.working_day(-9, 10), lambda: done_files[0].sign(oc.agents[0]))

        soon = self._home(oc, "34172", -24, -14, rooms=2, funding="PLUS")
        soon_files = self._heard(soon, 3, -4)
        stories.session(oc, convened=-3, held=at.working_day(8, 10), homes={soon: soon_files})
        yesterday = at.day(-1, 18)
        for landlord, places_, count in [
            (self.oc, places.OC, 8),
            (self.north, places.NORD, 10),
            (self.coast, places.HORIZONS, 7),
        ]:
            for rank in range(max(2, round(count * self.scale))):
                offer = self._home(landlord, places_[rank], -6, 2 + rank)
                files = stories.candidates(offer, self.rng.randint(2, 5))
                stories.apply(files, until=yesterday)
                if rank % 3 == 0:
                    agent = landlord.agents[0]
                    at.at(
                        at.day(-1, 19),
                        lambda file=files[0], agent=agent: file.take(agent),  # type: ignore[misc]
                    )

    # --- everything else that is to let ---

    def _ordinary_offers(self) -> None:
        for landlord, places_, count in [
            (self.lac, places.LAC, 84),
            (self.oc, places.OC, 72),
            (self.north, places.NORD, 66),
            (self.coast, places.HORIZONS, 44),
        ]:
            for rank in range(max(6, round(count * self.scale))):
                self._ordinary_offer(landlord, places_[rank % len(places_)], rank)

    def _ordinary_offer(self, landlord: Landlord, place: str, rank: int) -> None:
        rng = self.rng
        kind = (["open"] * 7 + ["closing", "opening", "draft", "closed", "closed"] + ["early"])[
            rank % 13
        ]
        opens, closes = {
            "open": (-rng.randint(1, 6), rng.randint(3, 12)),
            "closing": (-rng.randint(5, 8), rng.randint(1, 2)),
            "opening": (rng.randint(1, 4), rng.randint(8, 14)),
            "draft": (rng.randint(2, 9), rng.randint(12, 22)),
            "closed": (-rng.randint(22, 60), -rng.randint(3, 12)),
            "early": (-rng.randint(9, 14), rng.randint(2, 6)),
        }[kind]
        publisher = rng.choice(landlord.agents)
        window = self._window(opens, closes, rng.choice([12, 17, 20]))
        if kind in ("opening", "draft"):
            published = self.timeline.day(-1, 10, rank % 60)
            window = Window(published, window.opens, window.closes)
        offer = self.stock.offer(
            landlord.organisation, publisher, place, window=window, draft=kind == "draft"
        )
        if kind == "closing":
            self.stories.apply(self.stories.candidates(offer, 2), until=self.timeline.day(-1, 18))
        if kind == "early":
            self.timeline.at(
                self.timeline.day(-2, 16, rank % 60),
                lambda: _close_early(offer.pk, publisher),
            )


def _close_early(offer_id: int, actor: Actor) -> None:
    close_early(
        actor=actor,
        offer=Offer.objects.get(pk=offer_id),
        reason="Un dégât des eaux impose des travaux : le logement n'est plus disponible.",
    )


def _tidy_messages() -> None:
    """The mail of the past has left, but for the last few; old notices were read."""
    fresh = OutboxMessage.objects.order_by("-created_at", "-pk").values("pk")[:LEFT_TO_SEND]
    OutboxMessage.objects.exclude(pk__in=list(fresh.values_list("pk", flat=True))).update(
        state=OutboxMessage.State.SENT, sent_at=F("created_at"), attempts=1
    )
    Notice.objects.filter(created_at__lt=clock.now() - timedelta(days=UNREAD_DAYS)).update(
        read_at=F("created_at") + timedelta(hours=5)
    )
