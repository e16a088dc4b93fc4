"""`manage.py simulate_eligibility`: ceilings and verdicts of many households at once."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from eligibility.management.row_by_row import (
    FILE_UNREADABLE,
    SOME_REFUSED,
    Row,
    UnreadableRow,
    amount_of,
    answer_rows,
    number_of,
)
from eligibility.queries import ceilings_of_year
from eligibility.rules import (
    YOUNG_COUPLE_AGES_SUM,
    CeilingTable,
    ResourcesThatCount,
    hlm_category,
    resources_that_count,
)
from territory.models import Commune

COLUMNS = (
    "case_id",
    "year",
    "commune_insee",
    "union",
    "age_titulaire",
    "age_conjoint",
    "personnes_a_charge",
    "autres_personnes",
    "handicap",
    "rfr_n2_total",
    "rfr_n1_total",
    "ressources_12m",
)
FUNDINGS = ("PLAI", "PLUS", "PLS")
ANSWER_COLUMNS = (
    "case_id",
    "zone",
    "category",
    "extra_persons",
    "resources",
    "basis",
    "plai",
    "plus",
    "pls",
    "eligible_plai",
    "eligible_plus",
    "eligible_pls",
    "pct_plus",
    "note",
)
UNIONS = ("marie", "pacs", "concubinage")
DEPENDANTS = ("child", "student", "ascendant")
OTHERS = ("adult_child", "cotitulaire", "ascendant")
BASES = {"N-2": "N-2", "N-1": "N-1", "12_months": "12M"}
OLDEST = 130
OVERSEAS = ("drom", "com")

Tables = Mapping[tuple[str, str], CeilingTable]


class Command(BaseCommand):
    # Their remarks would stand among the refused lines on standard error.
    requires_system_checks = []
    help = (
        "Calcule plafonds et droits PLAI, PLUS, PLS de chaque ligne d'un fichier CSV."
        " Statut de sortie : 0 tout est lu, 1 des lignes sont refusées, 2 fichier illisible."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("source", type=Path, metavar="IN.csv")
        parser.add_argument("--out", type=Path, required=True, metavar="OUT.csv")

    def handle(self, *args: Any, **options: Any) -> None:
        simulator = Simulator()
        answered, refused = answer_rows(
            options["source"],
            options["out"],
            columns=COLUMNS,
            answer_columns=ANSWER_COLUMNS,
            answer=simulator.answer,
            errors=self.stderr,
        )
        self.stdout.write(
            _("Lignes calculées : %(answered)d, refusées : %(refused)d.")
            % {"answered": answered, "refused": refused}
        )
        if refused:
            sys.exit(SOME_REFUSED)


@dataclass(frozen=True)
class Household:
    """The persons of a row, as the arrêté of 29 July 1987 counts them."""

    persons: int
    adults: int
    dependants: int
    young_couple: bool
    any_disability: bool

    @property
    def category(self) -> tuple[int, int]:
        """The category 1 to 6 and the persons beyond the sixth."""
        return hlm_category(
            persons=self.persons,
            adults=self.adults,
            dependants=self.dependants,
            young_couple=self.young_couple,
            any_disability=self.any_disability,
        )


class Simulator:
    """Answers rows; reads the zones of all communes once, and the ceilings of a year once."""

    def __init__(self) -> None:
        self._zones = dict(Commune.objects.values_list("insee_code", "ceilings_zone"))
        if not self._zones:
            raise CommandError(
                _("Les communes ne sont pas chargées : manage.py load_reference."),
                returncode=FILE_UNREADABLE,
            )
        self._ceilings: dict[int, Tables] = {}

    def answer(self, row: Row) -> list[object]:
        """The values of ANSWER_COLUMNS for one row; UnreadableRow when it makes no sense."""
        if not row["case_id"]:
            raise UnreadableRow(_("case_id est vide."))
        year = number_of(row["year"], "year", most=9999)
        zone = self._zones.get(row["commune_insee"])
        if zone is None:
            raise UnreadableRow(
                _("commune_insee : « %s » n’est pas une commune connue.") % row["commune_insee"]
            )
        category, extra = household_of(row).category
        counted = counted_resources(row)
        limits, notes = self._limits(year, zone, category, extra)
        if counted is None:
            notes.append(_("ressources N-2 inconnues"))
        return [
            row["case_id"],
            zone,
            category,
            extra,
            *(("", "") if counted is None else (counted.amount, BASES[counted.basis])),
            *(limits.get(funding, "") for funding in FUNDINGS),
            *(_verdict(counted, limits.get(funding)) for funding in FUNDINGS),
            _percentage(counted, limits.get("PLUS")),
            " ; ".join(notes),
        ]

    def _limits(
        self, year: int, zone: str, category: int, extra: int
    ) -> tuple[dict[str, int], list[str]]:
        """The ceilings that are known, by funding, and why others are not."""
        if zone in OVERSEAS:
            return {}, [_("outre-mer : pas de plafonds PLAI, PLUS, PLS")]
        if year not in self._ceilings:
            self._ceilings[year] = ceilings_of_year(year)
        tables = self._ceilings[year]
        limits = {
            funding: tables[funding, zone].limit(str(category), extra, "par_personne_sup")
            for funding in FUNDINGS
            if (funding, zone) in tables
        }
        missing = [funding for funding in FUNDINGS if funding not in limits]
        if not missing:
            return limits, []
        return limits, [
            _("plafonds %(fundings)s %(year)d non chargés")
            % {"fundings": ", ".join(missing), "year": year}
        ]


def household_of(row: Row) -> Household:
    """Who lives in the home of a row. The person who asks and the spouse are adults, like all of
    `autres_personnes`; `personnes_a_charge` are nobody else's dependants. A young couple is two
    persons and nobody else."""
    ages = [_age(row["age_titulaire"], "age_titulaire")]
    if row["union"]:
        if row["union"] not in UNIONS:
            raise UnreadableRow(
                _("union : « %(union)s » n’est pas l’une de %(unions)s.")
                % {"union": row["union"], "unions": ", ".join(UNIONS)}
            )
        ages.append(_age(row["age_conjoint"], "age_conjoint"))
    elif row["age_conjoint"]:
        raise UnreadableRow(_("age_conjoint est donné sans union."))
    dependants = _people(row["personnes_a_charge"], "personnes_a_charge", DEPENDANTS)
    others = _people(row["autres_personnes"], "autres_personnes", OTHERS)
    alone_together = len(ages) == 2 and not dependants and not others
    return Household(
        persons=len(ages) + dependants + others,
        adults=len(ages) + others,
        dependants=dependants,
        young_couple=alone_together and sum(ages) <= YOUNG_COUPLE_AGES_SUM,
        any_disability=_disability(row["handicap"], couple=len(ages) == 2, dependants=dependants),
    )


def counted_resources(row: Row) -> ResourcesThatCount | None:
    """The resources of a row that count; None when those of N-2, which the others are compared
    with, are unknown."""
    n2, n1, months = (
        amount_of(row, name) for name in ("rfr_n2_total", "rfr_n1_total", "ressources_12m")
    )
    return None if n2 is None else resources_that_count(n2, n1, months)


def _age(text: str, name: str) -> int:
    if not text:
        raise UnreadableRow(_("%s est vide.") % name)
    return number_of(text, name, most=OLDEST)


def _people(text: str, name: str, kinds: tuple[str, ...]) -> int:
    """How many persons `kind:age|kind:age` names."""
    people = text.split("|") if text else []
    for person in people:
        kind, colon, age = person.partition(":")
        if kind not in kinds or not colon:
            raise UnreadableRow(
                _("%(name)s : « %(person)s » n’est pas de la forme genre:âge (%(kinds)s).")
                % {"name": name, "person": person, "kinds": ", ".join(kinds)}
            )
        _age(age, name)
    return len(people)


def _disability(text: str, *, couple: bool, dependants: int) -> bool:
    """Whether somebody of the home holds the card that raises the category."""
    known = {"holder", *(f"dep{index}" for index in range(dependants))}
    if couple:
        known.add("spouse")
    for who in text.split("|") if text else []:
        if who not in known:
            raise UnreadableRow(_("handicap : « %s » n’est personne de ce foyer.") % who)
    return bool(text)


def _verdict(counted: ResourcesThatCount | None, limit: int | None) -> int | str:
    if counted is None or limit is None:
        return ""
    return int(counted.amount <= limit)


def _percentage(counted: ResourcesThatCount | None, limit: int | None) -> str:
    """Resources in percent of a ceiling, to two decimals, halves up."""
    if counted is None or limit is None:
        return ""
    hundredths = (counted.amount * 20_000 + limit) // (2 * limit)
    return f"{hundredths // 100}.{hundredths % 100:02d}"
