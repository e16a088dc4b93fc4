"""What became of each home: who applied, who was heard, who was given the keys.

Everything goes through the services, each step at its own instant, so that states, journals,
messages and rights to see a dossier are those of real work."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from itertools import islice
from random import Random

from accounts.models import Organisation
from alin.kit.actor import Actor
from applications import services as applications
from applications.models import Candidacy, PointCheck
from commission import services as commission
from commission.models import AgendaCandidate, Commission, Session
from listings.models import Offer

from . import words
from .people import Applicant, People
from .timeline import Timeline

MOST_LIVE = 4
Outcome = tuple[str, ...]


class File:
    """One candidacy followed through its steps; read again before each, as a page would."""

    def __init__(self, who: Applicant, offer: Offer) -> None:
        self.who, self.offer = who, offer
        self.pk = 0

    def now(self) -> Candidacy:
        return Candidacy.objects.select_related("offer", "applicant").get(pk=self.pk)

    def submit(self) -> None:
        self.pk = applications.submit_candidacy(actor=self.who.actor, offer=self.offer).pk

    def take(self, agent: Actor) -> None:
        candidacy = self.now()
        applications.take_in_instruction(
            actor=agent, candidacy=candidacy, expected_version=candidacy.version
        )

    def verify(self, agent: Actor, points: Sequence[str] = tuple(PointCheck.Point.values)) -> None:
        candidacy = self.now()
        for point in points:
            applications.conclude_point(
                actor=agent,
                candidacy=candidacy,
                point=point,
                outcome="verified",
                reason="",
                expected_version=candidacy.version,
            )

    def mark_ready(self, agent: Actor) -> None:
        candidacy = self.now()
        applications.mark_ready(
            actor=agent, candidacy=candidacy, expected_version=candidacy.version
        )

    def set_aside(self, agent: Actor, reason: str) -> None:
        applications.set_aside(actor=agent, candidacy=self.now(), reason=reason)

    def choose(self, agent: Actor, reason: str) -> None:
        candidacy = self.now()
        applications.choose_directly(
            actor=agent, candidacy=candidacy, reason=reason, expected_version=candidacy.version
        )

    def withdraw(self) -> None:
        applications.withdraw(actor=self.who.actor, candidacy=self.now())

    def accept(self) -> None:
        applications.accept_proposal(actor=self.who.actor, candidacy=self.now())

    def refuse(self, reason: str) -> None:
        applications.refuse_proposal(actor=self.who.actor, candidacy=self.now(), reason=reason)

    def sign(self, agent: Actor) -> None:
        candidacy = self.now()
        applications.sign_lease(
            actor=agent, candidacy=candidacy, expected_version=candidacy.version
        )


class Landlord:
    """A landlord's side of the stories: who works there, and its commission if it has one."""

    def __init__(
        self,
        organisation: Organisation,
        agents: list[Actor],
        commission: Commission | None = None,
        president: Actor | None = None,
    ) -> None:
        self.organisation, self.agents = organisation, agents
        self.commission, self.president = commission, president


class Stories:
    def __init__(self, rng: Random, timeline: Timeline, people: People) -> None:
        self.rng, self.timeline, self.people = rng, timeline, people
        self.crowd: list[Applicant] = []

    # --- who applies ---

    def candidates(
        self, offer: Offer, count: int, *, first: Sequence[Applicant] = ()
    ) -> list[File]:
        """`count` people whom no rule refuses and whom the home suits, `first` among them."""
        chosen = list(first)
        others = [who for who in self.crowd if who.live < MOST_LIVE]
        self.rng.shuffle(others)
        # Those whom the home suits, the least busy first; the sort keeps the draw among equals.
        others.sort(key=lambda who: (not who.suits(offer), who.live))
        able = (who for who in others if who.may_enter(offer, self.people.parameters))
        chosen += islice(able, max(0, count - len(chosen)))
        if len(chosen) < count:
            raise ValueError(f"{offer} : {len(chosen)} candidats possibles, il en faut {count}")
        for who in chosen:
            who.live += 1
        return [File(who, offer) for who in chosen]

    def settler(self, offer: Offer) -> Applicant:
        """Somebody who applies nowhere else: who signs the lease of a social home has no request
        any more, so a later story must not count on them."""
        free = (
            who
            for who in sorted(self.crowd, key=lambda who: not who.suits(offer))
            if not who.live and who.may_enter(offer, self.people.parameters)
        )
        for who in free:
            who.live = MOST_LIVE
            return who
        raise ValueError(f"{offer} : personne de libre pour signer le bail")

    def apply(self, files: list[File], *, until: datetime | None = None) -> None:
        """Each applies at some instant of the window (before `until`)."""
        for file in files:
            opens = file.offer.opens_at
            end = min(file.offer.closes_at, until or file.offer.closes_at) - timedelta(hours=2)
            span = (end - opens) / timedelta(minutes=1)
            self.timeline.at(
                opens + timedelta(minutes=self.rng.uniform(30, max(31.0, span))), file.submit
            )

    def study(self, files: list[File], landlord: Landlord, *, start: int, days: int) -> None:
        """Agents take each file from the day `start` on, verify it and mark it ready, within
        `days`. Days are relative to today."""
        for file in files:
            agent = self.rng.choice(landlord.agents)
            begin = self.timeline.day(start, self.rng.randint(8, 16), self.rng.randint(0, 59))
            half = self.rng.uniform(0.2, 0.6) * days
            self.timeline.at(begin, _call(file.take, agent))
            self.timeline.at(begin + timedelta(days=half), _call(file.verify, agent))
            self.timeline.at(
                begin + timedelta(days=half, hours=self.rng.uniform(0.5, 5)),
                _call(file.mark_ready, agent),
            )

    # --- a commission ---

    def session(
        self,
        landlord: Landlord,
        *,
        convened: int,
        held: datetime,
        homes: dict[Offer, list[File]],
        exceptions: dict[Offer, tuple[str, str]] | None = None,
    ) -> "Sitting":
        """Convene a session and put homes with their ready candidates on its agenda."""
        assert landlord.commission is not None
        sitting = Sitting(self, landlord, held, homes, exceptions or {})
        self.timeline.at(self.timeline.day(convened, 9, 30), sitting.convene)
        self.timeline.at(self.timeline.day(convened + 1, 11), sitting.fill_agenda)
        return sitting


class Sitting:
    """One session of a commission, from the convocation to the notices."""

    def __init__(
        self,
        stories: Stories,
        landlord: Landlord,
        held: datetime,
        homes: dict[Offer, list[File]],
        exceptions: dict[Offer, tuple[str, str]],
    ) -> None:
        self.stories, self.landlord, self.held = stories, landlord, held
        self.homes, self.exceptions = homes, exceptions
        self.row: Session | None = None

    def convene(self) -> None:
        assert self.landlord.commission is not None
        self.row = commission.schedule_session(
            actor=self.landlord.agents[0],
            commission=self.landlord.commission,
            scheduled_at=self.held,
            place="Salle du conseil, 2e étage, et en visioconférence",
        )

    def fill_agenda(self) -> None:
        assert self.row is not None
        for offer, files in self.homes.items():
            exception, note = self.exceptions.get(offer, ("", ""))
            commission.put_on_agenda(
                actor=self.landlord.agents[0],
                session=self.row,
                offer=offer,
                candidacies=[file.now() for file in files],
                exception=exception,
                exception_note=note,
            )

    def decide(self, decisions: dict[Offer, list[Outcome]]) -> None:
        """On the day: the commission decides in the order of the candidates, then closes.

        An outcome is ("rank",), ("condition", piece, days), ("no", motive) or
        ("inadmissible", motive)."""
        self.stories.timeline.at(self.held + timedelta(minutes=20), lambda: self._record(decisions))
        self.stories.timeline.at(self.held + timedelta(hours=2, minutes=40), self._close)

    def _record(self, decisions: dict[Offer, list[Outcome]]) -> None:
        for offer, outcomes in decisions.items():
            rank = 0
            for file, outcome in zip(self.homes[offer], outcomes, strict=True):
                entry = AgendaCandidate.objects.select_related("item__session").get(
                    item__session=self.row, candidacy_id=file.pk
                )
                awarded = outcome[0] in ("rank", "condition")
                rank += awarded
                self._decide_one(entry, outcome, rank if awarded else None)

    def _decide_one(self, entry: AgendaCandidate, outcome: Outcome, rank: int | None) -> None:
        assert self.landlord.president is not None
        kind = {
            "rank": "attribution_rang",
            "condition": "attribution_condition_suspensive",
            "no": "non_attribution",
            "inadmissible": "irrecevabilite",
        }[outcome[0]]
        condition = outcome[0] == "condition"
        commission.record_decision(
            actor=self.landlord.president,
            entry=entry,
            decision=kind,
            rank=rank,
            motives=[] if rank else [outcome[1]],
            condition_piece=outcome[1] if condition else "",
            condition_due_on=(
                self.stories.timeline.day(int(outcome[2])).date() if condition else None
            ),
            expected_version=entry.version,
        )

    def _close(self) -> None:
        assert self.landlord.president is not None
        assert self.row is not None
        commission.close_session(actor=self.landlord.president, session=self.row)


def _call(step: Callable[[Actor], None], agent: Actor) -> Callable[[], None]:
    return lambda: step(agent)


def set_aside_some(stories: Stories, files: list[File], landlord: Landlord, *, on: int) -> None:
    """Some are not retained, each with a motive that the applicant reads."""
    for file in files:
        reason = stories.rng.choice([words.TOO_LARGE, words.UNREACHABLE])
        agent = stories.rng.choice(landlord.agents)
        stories.timeline.at(
            stories.timeline.day(on, stories.rng.randint(9, 16), stories.rng.randint(0, 59)),
            lambda file=file, agent=agent, reason=reason: file.set_aside(agent, reason),  # type: ignore[misc]
        )
