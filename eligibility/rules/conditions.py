"""The conditions that a landlord sets for a home: an age, an occupation, the length of the stay.

They are those of residences and temporary homes. The age and the situation judged are those of the
holder of the dossier, because the dossier tells the situation of nobody else. Somebody who lives
with a spouse or partner is not refused for what the other of the two may meet: the lease may be
theirs (article 1751 of the code civil for spouses and partners of a pacs)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ..models import Occupation
from .ceilings import HomeTerms
from .household import Contract, Employment, HouseholdFacts, Sector, age_on
from .reason import Reason, Status

_SALARIED = frozenset({Occupation.EMPLOYEE})
_FARM = frozenset({Occupation.EMPLOYEE, Occupation.FARM_WORKER})
_SEASON = frozenset({Occupation.EMPLOYEE, Occupation.SEASONAL_WORKER})
_APPRENTICE = frozenset({Occupation.EMPLOYEE, Occupation.APPRENTICE})
_TRAINEE = frozenset({Occupation.TRAINEE})
_NOTHING_NAMED = frozenset[Occupation]()
# A contract of apprenticeship may be seen as a training, and as studies.
_TRAINED = _APPRENTICE | _TRAINEE

# What somebody who declared a situation may be: one set of occupations for each case. The list of
# the dossier is coarser than that of homes (“étudiant ou apprenti”), and a contract may be signed
# by a jobseeker before it begins.
CASES: dict[Sector, tuple[frozenset[Occupation], ...]] = {
    "private": (_SALARIED, _SEASON, _APPRENTICE, _TRAINED, _SALARIED | _TRAINEE),
    "agricultural": (
        _FARM,
        _FARM | _SEASON,
        _FARM | _APPRENTICE,
        _FARM | _TRAINED,
        _FARM | _TRAINEE,
    ),
    "public": (_SALARIED, _SEASON, _APPRENTICE, _TRAINED, _SALARIED | _TRAINEE),
    "self_employed": (_NOTHING_NAMED, _TRAINEE, _SEASON, _FARM),
    "student": (
        frozenset({Occupation.STUDENT}),
        frozenset({Occupation.STUDENT, Occupation.TRAINEE}),
        frozenset({Occupation.STUDENT, Occupation.SEASONAL_WORKER}),
        frozenset({Occupation.STUDENT, Occupation.SEASONAL_WORKER, Occupation.FARM_WORKER}),
        _APPRENTICE,
        _TRAINED | {Occupation.STUDENT},
    ),
    "jobseeker": tuple(
        each | {Occupation.JOB_SEEKER}
        for each in (_NOTHING_NAMED, _TRAINEE, _SEASON, _FARM, _APPRENTICE)
    ),
    "retired": (_NOTHING_NAMED,),
    # “Another situation” excludes nothing.
    "none": (_NOTHING_NAMED, frozenset(Occupation)),
}

# Whose contract tells more, and what each such contract says for sure.
CONTRACTED: tuple[Sector, ...] = ("private", "agricultural", "public", "student")
OF_CONTRACT: dict[Contract, Occupation] = {
    "seasonal": Occupation.SEASONAL_WORKER,
    "apprenticeship": Occupation.APPRENTICE,
}


def cases_of(sector: Sector, contract: Contract | None) -> tuple[frozenset[Occupation], ...]:
    """What somebody may be who declared this situation, and this contract if any."""
    if contract is None:
        return CASES[sector]
    return tuple(each for each in CASES[sector] if OF_CONTRACT[contract] in each) or CASES[sector]


def latest_birth(age: int, on: date) -> date:
    """Who is born on that day or before is `age` years old on the day `on`: `age_on` says the
    same. Somebody born on 29 February has a birthday on 1 March."""
    try:
        return on.replace(year=on.year - age)
    except ValueError:
        return date(on.year - age, 2, 28)


@dataclass(frozen=True)
class BirthRange:
    """The births that an age condition accepts on a day: after `after`, at the latest `until`."""

    after: date | None
    until: date | None

    @classmethod
    def of(cls, terms: HomeTerms, on: date) -> "BirthRange":
        least, most = terms.min_age, terms.max_age
        return cls(
            after=None if most is None else latest_birth(most + 1, on),
            until=None if least is None else latest_birth(least, on),
        )

    def holds(self, born: date) -> bool:
        return (self.after is None or born > self.after) and (
            self.until is None or born <= self.until
        )


def occupation_status(
    sector: Sector, contract: Contract | None, accepted: Collection[str]
) -> Status:
    """Whether a declared situation is one of those accepted: yes when all that it may mean is,
    no when nothing is."""
    met = [not case.isdisjoint(accepted) for case in cases_of(sector, contract)]
    if all(met):
        return "yes"
    return "unknown" if any(met) else "no"


def condition_reasons(facts: HouseholdFacts, terms: HomeTerms, on: date) -> list[Reason]:
    """A reason for each condition of the home, none for a home that sets none."""
    reasons = []
    if terms.limits_age:
        reasons.append(_age_reason(facts, terms, on))
    if terms.occupations:
        reasons.append(_occupation_reason(facts, terms.occupations))
    if terms.max_stay_months:
        reasons.append(_stay(terms.max_stay_months))
    return reasons


def _age_reason(facts: HouseholdFacts, terms: HomeTerms, on: date) -> Reason:
    # Who reads may be the other of the two: the age is said to be the holder's.
    title = _("L’âge demandé") if facts.couple else _("Votre âge")
    range_ = BirthRange.of(terms, on)
    asked = _("Ce logement est destiné aux personnes %(ages)s.") % {"ages": _ages(terms)}
    if facts.born_on is None:
        return Reason(
            "age_missing",
            "unknown",
            title,
            asked,
            what_would_change=_(
                "Indiquez la date de naissance de la personne qui tient le dossier, page « Vous »."
            )
            if facts.couple
            else _("Indiquez votre date de naissance dans votre dossier, page « Vous »."),
        )
    said = f"{asked} {_age_told(age_on(facts.born_on, on), couple=facts.couple)}"
    if range_.holds(facts.born_on):
        return Reason("age", "yes", title, said)
    if facts.couple and (facts.spouse_born_on is None or range_.holds(facts.spouse_born_on)):
        return Reason(
            "age_of_the_couple",
            "unknown",
            title,
            said,
            what_would_change=_(
                "Vous êtes deux : demandez au bailleur s’il accepte l’âge de l’un ou de l’autre."
            ),
        )
    waits = range_.until is not None and facts.born_on > range_.until
    return Reason(
        "age_refused",
        "no",
        title,
        said,
        what_would_change=_from_what_age(terms, couple=facts.couple) if waits else "",
    )


def _age_told(age: int, *, couple: bool) -> str:
    if couple:
        told = ngettext(
            "La personne qui tient le dossier a %(age)d an.",
            "La personne qui tient le dossier a %(age)d ans.",
            age,
        )
    else:
        told = ngettext("Vous avez %(age)d an.", "Vous avez %(age)d ans.", age)
    return told % {"age": age}


def _from_what_age(terms: HomeTerms, *, couple: bool) -> str:
    if couple:
        said = _("Vous pourrez y postuler quand la personne qui tient le dossier aura %(age)d ans.")
    else:
        said = _("Vous pourrez y postuler à %(age)d ans.")
    return said % {"age": terms.min_age}


def _ages(terms: HomeTerms) -> str:
    said = {"least": terms.min_age, "most": terms.max_age}
    if terms.min_age is None:
        return _("de %(most)d ans au plus") % said
    if terms.max_age is None:
        return _("de %(least)d ans au moins") % said
    return _("de %(least)d à %(most)d ans") % said


def _occupation_reason(facts: HouseholdFacts, accepted: tuple[str, ...]) -> Reason:
    title, labels = _("Votre situation"), dict(Occupation.choices)
    asked = _("Situations acceptées : %(list)s.") % {
        "list": ", ".join(str(labels[each]) for each in accepted)
    }
    if facts.employment is None:
        fill_in = _("Indiquez votre situation dans votre dossier, page « Votre travail ».")
        return Reason("occupation_missing", "unknown", title, asked, what_would_change=fill_in)
    status = occupation_status(facts.employment.sector, facts.employment.contract, accepted)
    said = asked + " " + _declared(facts.employment)
    if status == "yes":
        return Reason("occupation", "yes", title, said)
    if status == "no" and not facts.couple:
        correct = _(
            "Si votre situation a changé, corrigez-la dans votre dossier, page « Votre travail »."
        )
        return Reason("occupation_refused", "no", title, said, what_would_change=correct)
    if facts.couple:
        ask = _(
            "Demandez au bailleur si la vôtre convient, ou celle de la personne avec qui vous"
            " vivez."
        )
    else:
        ask = _("Demandez au bailleur si la vôtre convient avant de postuler.")
    if _contract_would_tell(facts.employment, accepted):
        ask = _("Indiquez votre contrat dans votre dossier, page « Votre travail ».") + " " + ask
    return Reason("occupation_to_check", "unknown", title, said, what_would_change=ask)


def _contract_would_tell(employment: Employment, accepted: Collection[str]) -> bool:
    return (
        employment.contract is None
        and employment.sector in CONTRACTED
        and not set(OF_CONTRACT.values()).isdisjoint(accepted)
    )


def _declared(employment: Employment) -> str:
    said = {
        "private": _("Votre dossier dit : salarié du secteur privé."),
        "agricultural": _("Votre dossier dit : salarié du secteur agricole."),
        "public": _("Votre dossier dit : agent public."),
        "self_employed": _("Votre dossier dit : indépendant."),
        "student": _("Votre dossier dit : étudiant ou apprenti."),
        "jobseeker": _("Votre dossier dit : en recherche d’emploi."),
        "retired": _("Votre dossier dit : retraité."),
        "none": _("Votre dossier dit : autre situation."),
    }
    contract = {
        "seasonal": _("Votre contrat est saisonnier."),
        "apprenticeship": _("Votre contrat est d’apprentissage ou de professionnalisation."),
    }
    told = said[employment.sector]
    return f"{told} {contract[employment.contract]}" if employment.contract else told


def _stay(months: int) -> Reason:
    return Reason(
        "stay",
        "info",
        _("Durée du séjour"),
        _("Séjour de %(months)d mois au plus.") % {"months": months},
    )
