"""Who searches: what the homes found are compared with."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import product

from django.db.models import Case, F, IntegerField, Q, Value, When

from accounts.models import Dossier, WishedCommune
from accounts.queries import dossiers_of
from alin.kit import clock
from alin.kit.actor import Actor
from eligibility.models import SOCIAL_FUNDINGS, Funding
from eligibility.queries import household_facts, parameters_at
from eligibility.rules import (
    HomeTerms,
    HouseholdFacts,
    Parameters,
    age_on,
    cases_of,
    evaluate,
)
from territory.models import Commune

from ..models import Offer
from ..rules import Word, eligibility_in_a_word
from ..sizes import fitting_rooms
from .offers import home_terms
from .places import next_to


@dataclass(frozen=True)
class Reader:
    """Somebody who searches; nothing is read before it is asked for, and nothing twice."""

    actor: Actor
    # Her dossier, for who has read it already.
    own: Dossier | None = None

    @cached_property
    def dossier(self) -> Dossier | None:
        if not self.actor.is_applicant:
            return None
        if self.own is not None:
            return self.own
        if "wishes" in self.__dict__ and self.wishes:
            return self.wishes[0].dossier
        return dossiers_of(self.actor).first()

    @cached_property
    def facts(self) -> HouseholdFacts | None:
        return household_facts(self.dossier, clock.today()) if self.dossier else None

    @cached_property
    def parameters(self) -> Parameters:
        return parameters_at(clock.today())

    @cached_property
    def wishes(self) -> list[WishedCommune]:
        if not self.actor.is_applicant:
            return []
        return list(
            WishedCommune.objects.filter(dossier__in=dossiers_of(self.actor))
            .select_related("commune", "dossier")
            .order_by("slot")
        )

    @property
    def wished(self) -> list[Commune]:
        """The communes asked for, in their order. One statement, which reads the dossier too."""
        return [each.commune for each in self.wishes]

    @cached_property
    def in_wished(self) -> Q:
        """The rows in the communes asked for."""
        codes = [each.insee_code for each in self.wished]
        return Q(commune__in=codes) | Q(city__in=codes)

    @cached_property
    def around(self) -> Q:
        """The rows in the départements of the communes asked for."""
        return Q(departement__in=sorted({each.departement_id for each in self.wished})) | Q(
            commune__in=sorted(self.next_communes)
        )

    @cached_property
    def next_communes(self) -> set[str]:
        return next_to(self.wished)

    @property
    def nearness(self) -> Case:
        """0 in a commune asked for, 1 next to one, 2 farther."""
        return Case(
            When(self.in_wished, then=Value(0)),
            When(commune__in=sorted(self.next_communes), then=Value(1)),
            default=Value(2),
            output_field=IntegerField(),
        )

    @property
    def misfit(self) -> Case | None:
        """How many rooms too few or too many, None without a household."""
        if not self.facts or not self.facts.persons:
            return None
        least, most = fitting_rooms(self.facts.to_house)
        return Case(
            When(rooms__lt=least, then=Value(least) - F("rooms")),
            When(rooms__gt=most, then=F("rooms") - Value(most)),
            default=Value(0),
            output_field=IntegerField(),
        )

    def words(self, offers: Iterable[Offer]) -> dict[int, Word]:
        """In a word, what the law says of this household for each offer. The figures of the law
        and of the household are read once for all."""
        offers = list(offers)
        if not offers or self.facts is None:
            return {}
        employers = any(offer.employees_only for offer in offers)
        if employers or "parameters" in self.__dict__:
            parameters = self.parameters
        else:
            parameters = parameters_at(clock.today(), employers=False)
        return {
            offer.pk: eligibility_in_a_word(evaluate(self.facts, home_terms(offer), parameters))
            for offer in offers
        }

    @property
    def unsure(self) -> bool:
        """Whether the dossier does not say enough to be entitled to anything with a ceiling."""
        return self.facts is None or not self.facts.persons or self.facts.resources_eur is None

    @cached_property
    def entitled(self) -> Q:
        """The rows of the homes that this household is entitled to: the verdict of each kind of
        home (funding, zone, reserved to employees or not), which are a few dozen, and what each
        home asks besides (age, occupation)."""
        if self.facts is None:
            return Q(pk__in=[])
        entitled = Q(pk__in=[])
        for terms, homes in _kinds_of_home():
            if evaluate(self.facts, terms, self.parameters).status == "yes":
                entitled |= homes
            elif (
                evaluate(self.facts, replace(terms, by_commission=False), self.parameters).status
                == "yes"
            ):
                entitled |= homes & ~Q(programme=Offer.Programme.ORDINARY)
        return entitled & self._of_age & self._occupied

    @property
    def _of_age(self) -> Q:
        """The rows whose condition of age the holder meets."""
        born = self.facts.born_on if self.facts else None
        if born is None:
            return Q(min_age=None, max_age=None)
        age = age_on(born, clock.today())
        return (Q(min_age=None) | Q(min_age__lte=age)) & (Q(max_age=None) | Q(max_age__gte=age))

    @property
    def _occupied(self) -> Q:
        """The rows that accept the holder's situation, whatever it may mean."""
        everybody = Q(statuses=[])
        employment = self.facts.employment if self.facts else None
        if employment is None:
            return everybody
        whatever = Q()
        for case in cases_of(employment.sector, employment.contract):
            # In no accepted list: the empty set overlaps nothing.
            whatever &= Q(statuses__overlap=sorted(case)) if case else Q(pk__in=[])
        return everybody | whatever


def _kinds_of_home() -> list[tuple[HomeTerms, Q]]:
    """Every home there is as far as rights go, with the rows that are such homes."""
    kinds = []
    for employees in (False, True):
        same = Q(employees_only=employees)
        for funding, zone in product(sorted(SOCIAL_FUNDINGS), Commune.CeilingsZone.values):
            terms = HomeTerms(funding, zone, employment_required=employees)
            kinds.append((terms, same & Q(funding=funding, ceilings_zone=zone)))
        intermediate = same & Q(funding=Funding.LLI)
        overseas = HomeTerms(Funding.LLI, "drom", employment_required=employees)
        kinds.append((overseas, intermediate & Q(ceilings_zone="drom")))
        for zone in Commune.ZoneAbc.values:
            terms = HomeTerms(Funding.LLI, "", zone, employment_required=employees)
            kinds.append((terms, intermediate & Q(zone_abc=zone) & ~Q(ceilings_zone="drom")))
        free = HomeTerms("", "", income_limited=False, employment_required=employees)
        kinds.append((free, same & Q(funding="")))
    return kinds
