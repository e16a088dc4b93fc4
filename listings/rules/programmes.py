"""The kinds of homes of the mission, and what each asks of those who will live there."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alin.kit import french

from ..models import Offer


@dataclass(frozen=True)
class Programme:
    """`who` and `stay` are read by applicants, `law` by whoever wants to check; `statuses` and
    ages are proposed to the agent, who may say otherwise."""

    who: str | Promise
    stay: str | Promise
    law: str | Promise = ""
    statuses: tuple[str, ...] = ()
    min_age: int | None = None
    max_age: int | None = None
    max_stay_months: int | None = None
    furnished: bool = False
    # What is proposed when nobody says; what the law allows is `deposit_refusal`.
    takes_deposit: bool = True

    def proposed(self) -> dict[str, Any]:
        """The conditions to propose, by field of the offer."""
        known = {
            "statuses": list(self.statuses),
            "min_age": self.min_age,
            "max_age": self.max_age,
            "max_stay_months": self.max_stay_months,
        }
        return {name: value for name, value in known.items() if value}


@dataclass(frozen=True)
class DepositLimit:
    """The deposit that may be asked, in months of rent without charges, from the day `since`."""

    since: date
    months: int
    source: str | Promise


_L = gettext_lazy
_KIND = Offer.Programme
PROGRAMMES: dict[str, Programme] = {
    _KIND.ORDINARY: Programme(
        who=_L("Un logement pour y vivre, seul ou en famille."),
        stay=_L("Sans limite de durée, tant que les conditions du bail sont tenues."),
        law=_L("Loi du 6 juillet 1989 ; articles L441-1 et suivants du CCH"),
    ),
    _KIND.YOUNG_WORKERS: Programme(
        who=_L(
            "Pour les jeunes de 16 à 30 ans qui travaillent, se forment ou cherchent un emploi."
        ),
        stay=_L("Logement meublé avec des services, pour deux ans au plus le plus souvent."),
        law=_L("Logement-foyer : articles L633-1 et suivants du CCH"),
        statuses=("employee", "apprentice", "trainee", "job_seeker"),
        min_age=16,
        max_age=30,
        max_stay_months=24,
        furnished=True,
    ),
    _KIND.STUDENTS: Programme(
        # No age is proposed: L631-12 sets one, under thirty, for those who train or are on a
        # placement, and none for students, apprentices and their like.
        who=_L(
            "Pour les étudiants et les apprentis, et les personnes de moins de 30 ans en formation"
            " ou en stage."
        ),
        stay=_L("Bail d'un an au plus, que le bailleur peut renouveler pendant les études."),
        law=_L("Résidence universitaire : article L631-12 du CCH"),
        statuses=("student", "apprentice", "trainee"),
        max_stay_months=12,
        furnished=True,
    ),
    _KIND.MOBILITY: Programme(
        who=_L(
            "Pour les personnes en mobilité professionnelle, en mission, en stage ou en formation."
        ),
        stay=_L("Séjour meublé d'un à dix mois, sans dépôt de garantie."),
        law=_L("Bail mobilité : loi du 6 juillet 1989, articles 25-12 à 25-18"),
        statuses=("employee", "apprentice", "student", "trainee"),
        max_stay_months=10,
        furnished=True,
        takes_deposit=False,
    ),
    _KIND.EMERGENCY: Programme(
        who=_L("Pour un ménage qui a perdu son logement ou doit le quitter d'urgence."),
        stay=_L("Accueil temporaire, le temps de trouver un logement durable."),
        max_stay_months=6,
        takes_deposit=False,
    ),
    _KIND.AGRICULTURAL: Programme(
        who=_L("Pour les salariés des exploitations et entreprises agricoles."),
        stay=_L("Pour la durée du contrat de travail."),
        law=_L("Articles L716-1 et suivants du code rural et de la pêche maritime"),
        statuses=("farm_worker",),
        max_stay_months=12,
    ),
    _KIND.SEASONAL: Programme(
        who=_L("Pour les salariés qui ont un contrat saisonnier dans la région."),
        stay=_L("Pour la saison, six mois au plus le plus souvent."),
        law=_L("Contrat saisonnier : article L1242-2 du code du travail"),
        statuses=("seasonal_worker",),
        max_stay_months=6,
    ),
}

_ONE_MONTH = (DepositLimit(date(2008, 2, 9), 1, _L("loi du 6 juillet 1989, article 22")),)
_DEPOSITS: dict[str, tuple[DepositLimit, ...]] = {
    _KIND.MOBILITY: (
        DepositLimit(
            date(2018, 11, 25), 0, _L("bail mobilité : loi du 6 juillet 1989, article 25-17")
        ),
    ),
}


def deposit_refusal(*, programme: str, rent: Decimal, deposit: Decimal, on: date) -> str:
    """Why this deposit may not be asked on that day; "" when it may. Euros, rent a month without
    charges."""
    known = [each for each in _DEPOSITS.get(programme, _ONE_MONTH) if each.since <= on]
    if not known:
        return ""
    limit = max(known, key=lambda each: each.since)
    if deposit <= rent * limit.months:
        return ""
    if not rent:
        return _("Un logement sans loyer ne demande pas de dépôt de garantie : écrivez 0.")
    if not limit.months:
        return _("Ce type d'offre ne demande pas de dépôt de garantie (%(law)s) : écrivez 0.") % {
            "law": limit.source
        }
    return _(
        "Le dépôt de garantie ne dépasse pas un mois de loyer hors charges, soit %(most)s "
        "(%(law)s)."
    ) % {"most": french.euros(rent * limit.months), "law": limit.source}


def kind_of(programme: str, funding: str) -> str:
    """The category that a programme and a funding make; "" when they do not go together."""
    if funding == "LLI":
        return Offer.Kind.INTERMEDIATE if programme == _KIND.ORDINARY else ""
    if funding:
        return Offer.Kind.SOCIAL if programme in Offer.SOCIAL_PROGRAMMES else ""
    return Offer.Kind.TEMPORARY if programme in Offer.TEMPORARY_PROGRAMMES else ""


def allowed_fundings(programme: str) -> list[str]:
    return [each for each in Offer.Funding.values if kind_of(programme, each)]


def offer_conditions(offer: Offer) -> list[str]:
    """What the offer asks of whoever will live there, one sentence each, as applicants read it.
    Ceilings of resources are not among them: the verdict tells them."""
    said = []
    programme = PROGRAMMES[offer.programme]
    if offer.programme != _KIND.ORDINARY:
        said += [str(programme.who), str(programme.stay)]
    if ages := _ages(offer.min_age, offer.max_age):
        said.append(ages)
    if offer.statuses:
        said.append(_("Situations acceptées : %(list)s.") % {"list": statuses_in_words(offer)})
    if offer.max_stay_months:
        said.append(
            _("Séjour de %(months)s au plus.")
            % {"months": french.count(offer.max_stay_months, _("mois"), _("mois"))}
        )
    if offer.priority_publics:
        labels = dict(Offer.PriorityPublic.choices)
        said.append(
            _("Priorité donnée à : %(list)s.")
            % {"list": ", ".join(str(labels[each]) for each in offer.priority_publics)}
        )
    return said


def charges_in_words(offer: Offer) -> str:
    """What the charges cover, in one line; empty when the landlord has not told."""
    labels = dict(Offer.ChargesCover.choices)
    return ", ".join(str(labels[each]) for each in offer.charges_cover)


def statuses_in_words(offer: Offer) -> str:
    labels = dict(Offer.Status.choices)
    return ", ".join(str(labels[each]) for each in offer.statuses)


def _ages(least: int | None, most: int | None) -> str:
    if least and most:
        return _("De %(least)d à %(most)d ans.") % {"least": least, "most": most}
    if least:
        return _("À partir de %(least)d ans.") % {"least": least}
    return _("%(most)d ans au plus.") % {"most": most} if most else ""
