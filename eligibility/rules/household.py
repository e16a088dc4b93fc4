"""Who lives in the home, and the category of ceilings that makes."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from .resources import Basis

Link = Literal["holder", "spouse", "partner", "child", "ascendant", "other"]
Custody = Literal["full", "alternating", "visiting"]
Sector = Literal[
    "private",
    "agricultural",
    "public",
    "self_employed",
    "student",
    "jobseeker",
    "retired",
    "none",
]
# Of a contract, what decides whether a home is open; the others say nothing more than the sector.
Contract = Literal["seasonal", "apprenticeship"]

YOUNG_COUPLE_AGES_SUM = 55
LARGEST_CATEGORY = 6
LARGEST_LLI_DEPENDANTS = 4


@dataclass(frozen=True)
class Person:
    """Somebody who will live in the home, or a child expected in it.

    `dependant` is « à charge » in the sense of the tax code (CGI 194, 196, 196 A bis, 196 B);
    `disabled` is the holder of a card « mobilité inclusion » that says « invalidité »."""

    birth_date: date | None
    link: Link
    dependant: bool = False
    custody: Custody | None = None
    disabled: bool = False
    expected: bool = False


@dataclass(frozen=True)
class Employment:
    """The applicant's employer: its sector and its number of employees, None when not known.
    “jobseeker” and “retired” have none now but may be admitted otherwise; “self_employed”,
    “student” and “none” (another situation) are not."""

    sector: Sector
    headcount: int | None = None
    contract: Contract | None = None


@dataclass(frozen=True)
class HouseholdFacts:
    """What the rules need to know of a household. None always means “not known yet”.

    `expected` children are not among the `persons`: the ceilings do not count them before their
    birth. `adults` are the persons who are nobody's dependant; `couple` says that two of them are
    married, in a pacs or living together. `resources_eur` is the sum over all persons, of the
    year `resources_year` (None for the last twelve months), chosen as `resources_basis` by
    `resources_that_count`."""

    persons: int
    adults: int
    dependants: int
    couple: bool = False
    young_couple: bool | None = False
    any_disability: bool = False
    resources_eur: int | None = None
    resources_year: int | None = None
    resources_basis: Basis = "N-2"
    has_numero_unique: bool = False
    employment: Employment | None = None
    # Of the holder, and of the spouse or partner.
    born_on: date | None = None
    spouse_born_on: date | None = None
    expected: int = 0

    @property
    def to_house(self) -> int:
        """The persons whom the size of a home is looked at for: a child expected will live there,
        whatever the ceilings say."""
        return self.persons + self.expected


def age_on(birth_date: date, on: date) -> int:
    """Age in full years; somebody born on 29 February has a birthday on 1 March."""
    had_birthday = (on.month, on.day) >= (birth_date.month, birth_date.day)
    return on.year - birth_date.year - (0 if had_birthday else 1)


def household_facts_from_people(
    people: Iterable[Person],
    *,
    on: date,
    resources_eur: int | None = None,
    resources_year: int | None = None,
    resources_basis: Basis = "N-2",
    has_numero_unique: bool = False,
    employment: Employment | None = None,
) -> HouseholdFacts:
    """Count the people who make the category of ceilings at the date of the decision.

    A child expected does not count before its birth. A child in alternating custody is a
    dependant in both homes (arrêté du 29 juillet 1987, article 1); a child who visits lives in
    the home without being a dependant of it (L442-12)."""
    people = list(people)
    home = [person for person in people if not person.expected]
    dependants = sum(_is_dependant(person) for person in home)
    spouse = next((person for person in home if person.link in ("spouse", "partner")), None)
    holder = next((person for person in home if person.link == "holder"), None)
    couple = spouse is not None
    return HouseholdFacts(
        persons=len(home),
        adults=sum(not _is_dependant(person) and person.custody != "visiting" for person in home),
        dependants=dependants,
        couple=couple,
        young_couple=_is_young_couple(home, on) if couple and not dependants else False,
        any_disability=any(person.disabled for person in home),
        resources_eur=resources_eur,
        resources_year=resources_year,
        resources_basis=resources_basis,
        has_numero_unique=has_numero_unique,
        employment=employment,
        born_on=holder.birth_date if holder else None,
        spouse_born_on=spouse.birth_date if spouse else None,
        expected=len(people) - len(home),
    )


def _is_dependant(person: Person) -> bool:
    if person.custody == "visiting":
        return False
    return person.dependant or person.custody == "alternating"


def _is_young_couple(home: Iterable[Person], on: date) -> bool | None:
    births = [
        person.birth_date for person in home if person.link in ("holder", "spouse", "partner")
    ]
    known = [age_on(birth, on) for birth in births if birth is not None]
    if len(known) < len(births):
        return None if sum(known) <= YOUNG_COUPLE_AGES_SUM else False
    return sum(known) <= YOUNG_COUPLE_AGES_SUM


def hlm_category(
    *, persons: int, adults: int, dependants: int, young_couple: bool, any_disability: bool
) -> tuple[int, int]:
    """The category 1 to 6 of a household for PLAI, PLUS, PLS, LLS and LLTS ceilings, and how
    many persons it has beyond the sixth category (arrêté du 29 juillet 1987).

    A person alone with dependants, a young couple and a disability each raise the household;
    the highest counts, never their sum, because the text adds none to another."""
    rank = persons
    if adults == 1 and dependants >= 1:
        rank = max(rank, dependants + 2)
    if persons == 2 and dependants == 0 and young_couple:
        rank = max(rank, 3)
    if any_disability and persons < LARGEST_CATEGORY:
        rank = max(rank, persons + 1)
    return min(rank, LARGEST_CATEGORY), max(0, rank - LARGEST_CATEGORY)


def lli_category(*, adults: int, couple: bool, dependants: int) -> tuple[str, int] | None:
    """The column of an intermediate home's ceilings and the dependants beyond the fourth.

    None when the adults are neither one person nor a couple: the columns know only these, and
    no text was found for several tax households in one home."""
    if adults != 1 and not (adults == 2 and couple):
        return None
    if dependants == 0:
        return ("couple" if couple else "seul"), 0
    column = min(dependants, LARGEST_LLI_DEPENDANTS)
    return f"{column}_pac", dependants - column


def category_label(category: str, extra: int = 0) -> str:
    """A category of ceilings in words, with the persons beyond it."""
    if category in ("seul", "couple"):
        return _("personne seule") if category == "seul" else _("couple")
    if category.endswith("_pac"):
        dependants = int(category.removesuffix("_pac")) + extra
        return ngettext(
            "%(count)d personne à charge", "%(count)d personnes à charge", dependants
        ) % {"count": dependants}
    label = _("catégorie %(category)s") % {"category": category}
    if extra:
        label += ngettext(
            " et %(count)d personne en plus", " et %(count)d personnes en plus", extra
        ) % {"count": extra}
    return label
