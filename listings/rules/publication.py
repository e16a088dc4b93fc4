"""What must be true of a home and its offer before the public reads it, and what its landlord had
better know."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alin.kit import french
from territory.models import Commune

from ..models import Dwelling, Offer
from .programmes import PROGRAMMES

_ZONE = Commune.CeilingsZone
_KIND = Offer.Programme
_MAINLAND_ONLY = ("PLUS", "PLAI")
_OVERSEAS_ONLY = ("LLS", "LLTS")


@dataclass(frozen=True)
class DecencyLimit:
    """The worst energy class of a decent home, from the day `since`."""

    since: date
    worst: str
    source: str | Promise


_LAW = gettext_lazy("loi du 6 juillet 1989, article 6 ; loi du 22 août 2021, article 160")
_MAINLAND = (
    DecencyLimit(date(2025, 1, 1), "F", _LAW),
    DecencyLimit(date(2028, 1, 1), "E", _LAW),
    DecencyLimit(date(2034, 1, 1), "D", _LAW),
)
_OVERSEAS = (
    DecencyLimit(date(2028, 1, 1), "F", _LAW),
    DecencyLimit(date(2031, 1, 1), "E", _LAW),
)
# Let otherwise than by a lease of the law of 1989.
_OTHER_LEASES = (_KIND.EMERGENCY, _KIND.AGRICULTURAL, _KIND.SEASONAL)
# What makes of an unfit home one that may be offered.
_WAYS_OUT = {
    "furnished": gettext_lazy(
        "Indiquez que le logement est meublé, ou choisissez un autre type d'offre."
    ),
    "dpe": gettext_lazy("Faites les travaux, puis indiquez sa nouvelle classe."),
}


def territory_refusal(funding: str, commune: Commune) -> str:
    """Why a home of this commune cannot have been funded so; "" when it can. PLUS and PLAI are of
    the mainland, LLS and LLTS of the overseas départements (article R372-1 CCH); PLS and LLI are
    of both, and of the collectivités d'outre-mer the portal knows nothing."""
    place = {"commune": commune.name, "funding": funding}
    if funding in _MAINLAND_ONLY and commune.ceilings_zone == _ZONE.DROM:
        return (
            _(
                "%(commune)s est outre-mer, où le financement %(funding)s n'existe pas : "
                "choisissez LLS ou LLTS."
            )
            % place
        )
    if funding in _OVERSEAS_ONLY and commune.ceilings_zone not in (_ZONE.DROM, _ZONE.COM):
        return (
            _(
                "Le financement %(funding)s n'existe qu'outre-mer : pour %(commune)s, choisissez "
                "PLUS ou PLAI."
            )
            % place
        )
    return ""


def publication_refusals(offer: Offer, on: date) -> dict[str, str]:
    """Why this home cannot be offered on that day, by field; empty when it can."""
    refused = home_refusals(offer, on)
    if said := territory_refusal(offer.funding, offer.dwelling.residence.commune):
        refused["funding"] = said
    if offer.available_on < on:
        refused["available_on"] = _(
            "Le logement serait disponible depuis une date passée : indiquez aujourd'hui ou une "
            "date à venir."
        )
    return refused


def home_refusals(offer: Offer, on: date) -> dict[str, str]:
    """Of these, what is wrong with the home for this type of offer, by field of the dwelling."""
    return {name: f"{why} {_WAYS_OUT[name]}" for name, why in _unfit(offer, on).items()}


def unfit_refusals(offer: Offer, changed: Collection[str], on: date) -> dict[str, str]:
    """Why the home of this published offer, which bears its new values, may not change so, by
    field of the dwelling: nobody lets what could not be published. What did not change is not
    judged again, so that another mistake can be mended when the law has moved meanwhile."""
    assert offer.published_at is not None
    way_out = _(
        "L'offre publiée le %(day)s (%(programme)s, clôture le %(closing)s) ne pourrait plus "
        "l'être : closez-la d'abord avec un motif, puis corrigez le logement."
    ) % {
        "day": french.long_date(offer.published_at),
        "programme": offer.get_programme_display(),
        "closing": french.date_time(offer.effective_closing()),
    }
    unfit = _unfit(offer, on)
    return {name: f"{why} {way_out}" for name, why in unfit.items() if name in changed}


def _unfit(offer: Offer, on: date) -> dict[str, str]:
    """Why the home itself may not be let so on that day, by field of the dwelling."""
    why, dwelling = {}, offer.dwelling
    if offer.programme == _KIND.MOBILITY and not dwelling.furnished:
        why["furnished"] = _(
            "Un bail mobilité porte sur un logement meublé (loi du 6 juillet 1989, article 25-12)."
        )
    if said := _indecent(offer, dwelling, on):
        why["dpe"] = said
    return why


def _indecent(offer: Offer, dwelling: Dwelling, on: date) -> str:
    limits = _OVERSEAS if dwelling.residence.commune.ceilings_zone == _ZONE.DROM else _MAINLAND
    known = [each for each in limits if each.since <= on]
    if not known or not dwelling.dpe or offer.programme in _OTHER_LEASES:
        return ""
    limit = max(known, key=lambda each: each.since)
    if dwelling.dpe <= limit.worst:
        return ""
    return _(
        "Un logement de classe énergie %(dpe)s n'est plus décent : %(worst)s au plus pour une "
        "nouvelle location (%(law)s)."
    ) % {"dpe": dwelling.dpe, "worst": limit.worst, "law": limit.source}


def publication_warnings(offer: Offer) -> list[str]:
    """What the page would promise and nobody would check, and what is left unsaid."""
    programme, said = PROGRAMMES[offer.programme], []
    if (programme.min_age and not offer.min_age) or (programme.max_age and not offer.max_age):
        said.append(
            _("L'âge n'est pas entièrement conditionné, alors que la page dit : « %(who)s »")
            % {"who": programme.who}
        )
    if offer.programme == _KIND.STUDENTS and offer.max_age:
        said.append(
            _(
                "L'âge maximum écarte aussi les étudiants et les apprentis, à qui la loi n'en fixe "
                "pas (article L631-12 du CCH) : videz-le, sauf si ce logement n'est que pour des "
                "personnes en formation ou en stage."
            )
        )
    if programme.statuses and not offer.statuses:
        said.append(
            _("Toutes les situations sont acceptées, alors que la page dit : « %(who)s »")
            % {"who": programme.who}
        )
    if programme.max_stay_months and not offer.max_stay_months:
        said.append(
            _("La durée du séjour n'est pas limitée, alors que la page dit : « %(stay)s »")
            % {"stay": programme.stay}
        )
    if programme.furnished and not offer.dwelling.furnished:
        said.append(_("Ce logement n'est pas indiqué comme meublé : ce type d'offre l'est."))
    if not offer.dwelling.dpe:
        said.append(
            _(
                "La classe énergie (DPE) n'est pas renseignée : une annonce la mentionne (article "
                "L126-33 du CCH)."
            )
        )
    return said
