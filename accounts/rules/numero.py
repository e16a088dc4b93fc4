"""The numéro unique d'enregistrement: how it reads, how long the demande is valid."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, cast

from django.conf import settings
from django.utils.translation import gettext as _

# Territories of recent numbers: Île-de-France is one region (111); elsewhere the département.
# Corsica and overseas prefixes are expected, not confirmed: hence a warning, never a refusal.
OLD_IDF_TERRITORIES = {"075", "077", "078", "091", "092", "093", "094", "095"}
KNOWN_TERRITORIES = (
    {"111", "02A", "02B", "971", "972", "973", "974", "976"}
    | {f"{n:03d}" for n in range(1, 96) if n != 20}
) - OLD_IDF_TERRITORIES
FIRST_YEAR = 2001


class MalformedNumeroUnique(ValueError):
    """The text is not a numéro unique; `str(error)` says why, in French."""


@dataclass(frozen=True)
class NumeroUnique:
    """The 18 characters and what they mean (R441-2-3 CCH: the number carries month and year)."""

    text: str
    territory: str
    month: int
    year: int
    sequence: str
    guichet: str
    warning: str = ""

    @property
    def is_regional(self) -> bool:
        return self.territory == "111"

    @property
    def scope(self) -> str:
        if self.is_regional:
            return _("numéro unique régional (NUR) d'Île-de-France")
        return _("numéro unique départemental (NUD) du territoire %(code)s") % {
            "code": self.territory.removeprefix("0")
        }

    def agrees_with(self, registered_on: date) -> bool:
        """Whether a declared date of first registration falls in the number's month."""
        return (registered_on.year, registered_on.month) == (self.year, self.month)


def parse_numero_unique(text: str, today: date) -> NumeroUnique:
    """Read a numéro unique as typed (spaces, dots, hyphens and lower case accepted).

    Raises MalformedNumeroUnique with the reason. An unknown or old territory is accepted
    with a `warning`."""
    clean = _eighteen_characters(text)
    territory, sequence, guichet = clean[:3], clean[7:13], clean[13:]
    month, year = _month_carried(clean[3:7])
    if not sequence.isdigit():
        raise MalformedNumeroUnique(
            _("Les caractères 8 à 13 doivent être des chiffres ; vous avez saisi %(part)s.")
            % {"part": sequence}
        )
    _check_first_demand(month, year, today)
    return NumeroUnique(
        clean, territory, month, year, sequence, guichet, _territory_warning(territory)
    )


def _eighteen_characters(text: str) -> str:
    clean = re.sub(r"[\s.\-\u2010-\u2015/]", "", text).upper()
    if len(clean) != 18:
        raise MalformedNumeroUnique(
            _("Le numéro unique compte 18 caractères ; vous en avez saisi %(n)d.")
            % {"n": len(clean)}
        )
    if not re.fullmatch(r"[0-9A-Z]{18}", clean):
        raise MalformedNumeroUnique(
            _("Le numéro unique ne contient que des chiffres et des lettres sans accent.")
        )
    return clean


def _month_carried(part: str) -> tuple[int, int]:
    """The month and the year of the first demande, as the number writes them (MMYY)."""
    if not part.isdigit() or not 1 <= int(part[:2]) <= 12:
        raise MalformedNumeroUnique(
            _(
                "Les caractères 4 à 7 doivent donner le mois et l'année de votre première "
                "demande, par exemple 0423 pour avril 2023 ; vous avez saisi %(part)s."
            )
            % {"part": part}
        )
    return int(part[:2]), 2000 + int(part[2:])


def _check_first_demand(month: int, year: int, today: date) -> None:
    if (year, month) > (today.year, today.month):
        raise MalformedNumeroUnique(
            _(
                "Ce numéro porte une date à venir (%(month)02d/%(year)d) : relisez les "
                "caractères 4 à 7."
            )
            % {"month": month, "year": year}
        )
    if year < FIRST_YEAR:
        raise MalformedNumeroUnique(
            _("Ce numéro porte une date antérieure à %(year)d, avant l'existence du numéro unique.")
            % {"year": FIRST_YEAR}
        )


def _territory_warning(territory: str) -> str:
    if territory in OLD_IDF_TERRITORIES:
        return _(
            "Les numéros d'Île-de-France commencent aujourd'hui par 111. Le vôtre est ancien : "
            "vérifiez qu'il est toujours actif."
        )
    if territory not in KNOWN_TERRITORIES:
        return _(
            "Nous ne reconnaissons pas le territoire %(code)s au début du numéro. Relisez votre "
            "attestation ; si c'est bien ce qu'elle porte, continuez."
        ) % {"code": territory}
    return ""


# --- how long the demande is valid -----------------------------------------------------------


# Two of the grounds of R441-2-8 CCH, by their letters: those after which a demande comes back.
NO_ANSWER, NOT_RENEWED = "c", "e"


class DemandState(StrEnum):
    ACTIVE = "active"
    TO_RENEW = "to_renew"
    EXPIRED = "expired"
    RADIATED = "radiated"


@dataclass(frozen=True)
class DemandDelays:
    """The delays in force from a day on, in months: of validity, of notice before the end, of
    striking off and of reactivation after the last renewal, of reactivation after a striking off
    for want of an answer."""

    since: date
    validity: int
    notice: int
    radiated_after: int
    reactivable: int
    reactivable_no_answer: int
    source: str


def delays_on(on: date) -> DemandDelays:
    """The delays in force on that day (setting `DEMAND_DELAYS`); the first known ones before."""
    known = [DemandDelays(**cast(dict[str, Any], each)) for each in settings.DEMAND_DELAYS]
    return next((each for each in reversed(known) if each.since <= on), known[0])


@dataclass(frozen=True)
class Demand:
    """Where a demande stands. `reactivable_until`: the last day to get it back with its number
    and seniority once it is struck off; None when it cannot be."""

    state: DemandState
    valid_until: date
    radiated_on: date | None = None
    ground: str = ""
    reactivable_until: date | None = None

    def is_reactivable(self, on: date) -> bool:
        return self.reactivable_until is not None and on <= self.reactivable_until


def demand(
    *,
    registered_on: date | None,
    renewed_on: date | None,
    radiated_on: date | None,
    ground: str,
    on: date,
) -> Demand | None:
    """Where a demande stands on a day, from its dates; None without any (R441-2-7, R441-2-8).

    One that is not renewed is struck off on ground e when the delay has passed, whether or not
    somebody told the applicant."""
    since = renewed_on or registered_on
    if since is None:
        return None
    delays = delays_on(on)
    until = months_after(since, delays.validity)
    if ground and radiated_on and radiated_on <= on:
        reactivable = {
            NOT_RENEWED: months_after(since, delays.reactivable),
            NO_ANSWER: months_after(radiated_on, delays.reactivable_no_answer),
        }.get(ground)
        return Demand(DemandState.RADIATED, until, radiated_on, ground, reactivable)
    struck_off = months_after(since, delays.radiated_after)
    if on >= struck_off:
        return Demand(
            DemandState.RADIATED,
            until,
            struck_off,
            NOT_RENEWED,
            months_after(since, delays.reactivable),
        )
    if on > until:
        return Demand(DemandState.EXPIRED, until)
    if on >= months_after(until, -delays.notice):
        return Demand(DemandState.TO_RENEW, until)
    return Demand(DemandState.ACTIVE, until)


def months_after(day: date, months: int) -> date:
    """The same day of another month; its last day when the month is too short."""
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def valid_until(registered_on: date | None, renewed_on: date | None) -> date | None:
    """The last day of the demande: one year from the last renewal, else from the first
    registration (R441-2-7 CCH). None when neither is known."""
    since = renewed_on or registered_on
    return None if since is None else months_after(since, delays_on(since).validity)
