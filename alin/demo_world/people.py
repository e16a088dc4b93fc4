"""The cast, the landlords' staff, and the applicants with their dossiers."""

import unicodedata
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import islice
from random import Random
from typing import Any

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password

from accounts.models import (
    CoApplicantInvitation,
    Dossier,
    HouseholdMember,
    Membership,
    Organisation,
    SectionState,
    TaxIncome,
    User,
    WishedCommune,
)
from accounts.queries import active_memberships
from accounts.rules import SECTIONS, reference_income_year
from accounts.services import accept_co_applicant_invitation
from accounts.signals import dossier_changed
from alin.kit import clock
from alin.kit.actor import Actor
from applications.rules import refusing_explanations
from eligibility.queries import household_facts, parameters_at
from eligibility.rules import HouseholdFacts, Parameters, evaluate
from listings.models import Offer
from listings.queries import home_terms

from . import words
from .cast import CAST, DOMAIN, PASSWORD, Role
from .places import EVERYWHERE, departement_of, departements_around, territory_of_number


def actor_for(user: User, organisation: Organisation | None = None) -> Actor:
    """Who a person is when acting for an organisation, or for herself."""
    memberships = tuple(active_memberships(user))
    membership = next((m for m in memberships if m.organisation == organisation), None)
    return Actor(
        user=user,
        organisation=organisation,
        kind=organisation.kind if organisation else None,
        role=membership.role if membership else None,
        is_operator=bool(organisation and organisation.kind == Organisation.Kind.PLATEFORME),
        memberships=memberships,
    )


@dataclass(eq=False)
class Applicant:
    """An applicant with what her dossier comes to at the days her story spans."""

    user: User
    actor: Actor
    persons: int
    facts: dict[date, HouseholdFacts] = field(default_factory=dict)
    live: int = 0

    def may_enter(self, offer: Offer, parameters: dict[date, Parameters]) -> bool:
        """Whether no rule refuses her this home on any of those days."""
        terms = home_terms(offer)
        return not any(
            refusing_explanations(evaluate(self.facts[on], terms, parameters[on]))
            for on in parameters
        )

    def suits(self, offer: Offer) -> bool:
        rooms = offer.dwelling.rooms
        return self.persons <= rooms <= self.persons + 1 or (self.persons >= 4 and rooms >= 4)


class People:
    """Makes accounts that work: a verified address, the password of the demonstration."""

    def __init__(self, rng: Random, first_day: date, today: date) -> None:
        self.rng = rng
        self.first_day, self.today = first_day, today
        # Hashing is slow on purpose; one hash serves them all.
        self.password = make_password(PASSWORD)
        self.parameters = {on: parameters_at(on) for on in {first_day, today}}
        # Told for the page alone: drawn apart, so that no story turns on it.
        self.details = Random(len(words.FIRST_NAMES))
        self.years = range(reference_income_year(first_day), reference_income_year(today) + 1)
        self._sequence = 0

    def account(self, first_name: str, last_name: str, email: str) -> User:
        user = User.objects.create(
            email=email, first_name=first_name, last_name=last_name, password=self.password
        )
        EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
        return user

    def role(self, key: str) -> User:
        role: Role = next(role for role in CAST if role.key == key)
        return self.account(role.first_name, role.last_name, role.email)

    def join(self, user: User, organisation: Organisation, role: str = "agent") -> Actor:
        Membership.objects.create(user=user, organisation=organisation, role=role)
        return actor_for(user, organisation)

    def crowd(self, count: int, departements: list[str]) -> list[Applicant]:
        """`count` applicants with a complete dossier, each living near some of the homes."""
        rng = self.rng
        pairs = [(first, last) for first in words.FIRST_NAMES for last in words.LAST_NAMES]
        rng.shuffle(pairs)
        return [
            self.applicant(
                self.account(first, last, _address(first, last)), rng.choice(departements)
            )
            for first, last in islice(pairs, count)
        ]

    def applicant(
        self,
        user: User,
        departement: str,
        *,
        persons: int | None = None,
        rfr: int | None = None,
        employed: bool = False,
        couple: bool | None = None,
    ) -> Applicant:
        """A complete dossier for `user`; what is not said is drawn. `rfr` in euros a year."""
        rng = self.rng
        persons = persons or rng.choices([1, 2, 3, 4, 5], [9, 7, 6, 5, 2])[0]
        age = rng.randint(21, 34) if persons == 1 and rng.random() < 0.5 else rng.randint(25, 61)
        dossier = self._dossier(user, departement, age, persons, employed=employed)
        members = self._household(dossier, persons, age, couple)
        self._incomes(dossier, members, rfr or self._likely_rfr(persons))
        self._wished_communes(dossier, departement)
        SectionState.objects.bulk_create(
            SectionState(dossier=dossier, name=name, version=1, saved_at=clock.now(), saved_by=user)
            for name in SECTIONS
        )
        dossier_changed.send(sender=Dossier, dossier=dossier)
        facts = {on: household_facts(dossier, on) for on in self.parameters}
        return Applicant(user, actor_for(user), persons, facts)

    def share_dossier(self, holder: User, other: User) -> None:
        """`other`, the partner of the household of `holder`, accepts to keep the dossier too."""
        dossier = Dossier.objects.get(applicant=holder)
        partner = dossier.members.get(link__in=["spouse", "partner"])
        partner.first_name, partner.last_name = other.first_name, other.last_name
        partner.save(update_fields=["first_name", "last_name"])
        secret = f"{holder.pk}-{other.pk}"
        CoApplicantInvitation.objects.create(
            dossier=dossier,
            member=partner,
            email=other.email,
            secret_digest=CoApplicantInvitation.digest(secret),
            invited_by=holder,
            expires_at=clock.now() + CoApplicantInvitation.LIFETIME,
        )
        accept_co_applicant_invitation(actor=actor_for(other), secret=secret)

    def let_demand_lapse(self, holder: User, departement: str, registered: date) -> None:
        """The demande of `holder` began that day and was never renewed."""
        dossier = Dossier.objects.get(applicant=holder)
        dossier.numero_unique = self._numero_unique(departement, registered)
        dossier.numero_registered_on, dossier.numero_renewed_on = registered, None
        dossier.save()
        dossier_changed.send(sender=Dossier, dossier=dossier)

    def _likely_rfr(self, persons: int) -> int:
        """From what a part-time job leaves to just above the ceiling of PLUS homes."""
        return round(self.rng.triangular(6_500, 24_000, 12_500) * (1 + 0.32 * (persons - 1)))

    def _dossier(
        self, user: User, departement: str, age: int, persons: int, *, employed: bool
    ) -> Dossier:
        rng, today = self.rng, self.today
        registered = self.first_day - timedelta(days=rng.randint(20, 9 * 365))
        # The latest of the yearly renewals that fell before the first day of the story.
        renewals = (self.first_day - registered).days // 365
        sector = (
            "private"
            if employed
            else rng.choices(
                ["private", "public", "agricultural", "self_employed", "unemployed", "retired"],
                [12, 4, 1, 1, 2, 2 if age > 55 else 0],
            )[0]
        )
        salaried = sector in ("private", "public", "agricultural")
        return Dossier.objects.create(
            applicant=user,
            birth_date=_birthday(rng, today, age),
            phone=f"06{rng.randint(0, 99_999_999):08d}",
            numero_unique=self._numero_unique(departement, registered),
            numero_registered_on=registered,
            numero_renewed_on=registered + timedelta(days=365 * renewals) if renewals else None,
            employment_sector=sector,
            employer_name=rng.choice(words.EMPLOYERS) if salaried else "",
            employer_headcount=rng.choice([4, 12, 18, 35, 60, 140, 420]) + 60 * employed
            if salaried
            else None,
            **self._situation(persons),
        )

    def _situation(self, persons: int) -> dict[str, Any]:
        """Where she lives now, why she asks, which home she would like."""
        details = self.details
        status, reasons, rent = details.choice(words.SITUATIONS)
        return {
            "housing_status": status,
            "housing_since": self.first_day - timedelta(days=details.randint(200, 2500)),
            "housing_rent_eur": rent and rent + 10 * details.randint(0, 20),
            "housing_surface_m2": details.randint(18, 60),
            "reasons": reasons,
            "wish_kinds": details.choice([["flat"], ["flat", "house"]]),
            "wish_sizes": [persons, persons + 1],
            "wish_max_rent_eur": 10 * details.randint(45, 65) + 60 * persons,
            "wish_lift": details.random() < 0.2,
        }

    def _wished_communes(self, dossier: Dossier, departement: str) -> None:
        """Two to four communes with homes of the demonstration, those of her département first."""
        near = [code for code in sorted(EVERYWHERE) if departement_of(code) == departement]
        around = [
            code
            for code in sorted(EVERYWHERE)
            if departement_of(code) in departements_around(departement) - {departement}
        ]
        self.details.shuffle(near)
        self.details.shuffle(around)
        wished = [*near, *around][: self.details.randint(2, 4)]
        WishedCommune.objects.bulk_create(
            WishedCommune(dossier=dossier, slot=slot, commune_id=code)
            for slot, code in enumerate(wished, start=1)
        )

    def _numero_unique(self, departement: str, registered: date) -> str:
        """A number that no registration office gives: guichet TESTS."""
        self._sequence += 1
        territory = territory_of_number(departement)
        return f"{territory}{registered:%m%y}{self._sequence:06d}TESTS"

    def _household(
        self, dossier: Dossier, persons: int, age: int, couple: bool | None
    ) -> list[HouseholdMember]:
        rng, last_name = self.rng, dossier.applicant.last_name
        if couple is None:
            couple = persons > 1 and rng.random() < 0.62
        members = []
        if couple:
            members.append(
                HouseholdMember(
                    first_name=rng.choice(words.FIRST_NAMES),
                    last_name=rng.choice([last_name, rng.choice(words.LAST_NAMES)]),
                    link=rng.choice(["spouse", "partner"]),
                    birth_date=_birthday(rng, self.today, max(20, age + rng.randint(-6, 6))),
                )
            )
        while len(members) < persons - 1:
            members.append(
                HouseholdMember(
                    first_name=rng.choice(words.FIRST_NAMES),
                    last_name=last_name,
                    link="child",
                    birth_date=_birthday(rng, self.today, rng.randint(1, min(17, age - 18))),
                    dependant=True,
                    custody="full",
                )
            )
        for member in members:
            member.dossier = dossier
        return HouseholdMember.objects.bulk_create(members)

    def _incomes(self, dossier: Dossier, members: list[HouseholdMember], rfr: int) -> None:
        """The income of the home in each year that counts, a little less in the older ones."""
        earner = next((m for m in members if m.link in ("spouse", "partner")), None)
        share = self.rng.uniform(0.5, 0.8) if earner else 1
        incomes = []
        for back, year in enumerate(reversed(self.years)):
            amount = rfr * (1 - 0.015 * back)
            incomes.append(TaxIncome(dossier=dossier, year=year, rfr_eur=round(amount * share)))
            if earner:
                incomes.append(
                    TaxIncome(
                        dossier=dossier,
                        member=earner,
                        year=year,
                        rfr_eur=round(amount * (1 - share)),
                    )
                )
        TaxIncome.objects.bulk_create(incomes)


def _address(first_name: str, last_name: str) -> str:
    plain = unicodedata.normalize("NFKD", f"{first_name}.{last_name}".lower())
    return "".join(c for c in plain if c.isascii() and (c.isalpha() or c == ".")) + f"@{DOMAIN}"


def _birthday(rng: Random, today: date, age: int) -> date:
    return today - timedelta(days=age * 365 + age // 4 + rng.randint(1, 364))
