"""`manage.py estimate_apl`: housing aid of many families at once, estimated."""

import re
import sys
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, cast

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from eligibility.management.row_by_row import (
    FILE_UNREADABLE,
    SOME_REFUSED,
    Row,
    UnreadableRow,
    answer_rows,
    number_of,
)
from eligibility.queries import AID_ZONES, aid_parameters_at
from eligibility.rules import (
    AidScale,
    AidZone,
    Family,
    housing_aid,
    presumed_rsa,
    resource_base,
)

COLUMNS = ("apl_zone", "adults", "children", "rent_month_eur", "taxable_salary_year_eur")
ANSWER_COLUMNS = (
    *COLUMNS,
    "resource_base_eur",
    "rent_retained",
    "flat_charges",
    "al_after_degressivity_minus5",
    "rls",
    "apl_net_eur",
)
# The last scale that was compared with worked cases, all of its figures being of that date.
CHECKED_SCALE = date(2026, 1, 1)
MOST_CHILDREN = 20
AMOUNT = re.compile(r"[0-9]{1,8}([.][0-9]{1,6})?")


class Command(BaseCommand):
    # Their remarks would stand among the refused lines on standard error.
    requires_system_checks = []
    help = (
        "Estime l'APL de chaque ligne d'un fichier CSV."
        " Statut de sortie : 0 tout est lu, 1 des lignes sont refusées, 2 fichier illisible."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("source", type=Path, metavar="IN.csv")
        parser.add_argument("--out", type=Path, required=True, metavar="OUT.csv")
        parser.add_argument(
            "--au",
            type=date.fromisoformat,
            default=CHECKED_SCALE,
            metavar="AAAA-MM-JJ",
            help="date du barème (par défaut celui du 1er janvier 2026, vérifié sur des cas types)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        scale = aid_parameters_at(options["au"])
        if scale is None:
            raise CommandError(
                _("Le barème de l’APL au %s n’est pas connu : manage.py load_ceilings.")
                % f"{options['au']:%d/%m/%Y}",
                returncode=FILE_UNREADABLE,
            )
        answered, refused = answer_rows(
            options["source"],
            options["out"],
            columns=COLUMNS,
            answer_columns=ANSWER_COLUMNS,
            answer=lambda row: estimate(row, scale),
            errors=self.stderr,
        )
        self.stdout.write(
            _("Barème au %(date)s. Lignes estimées : %(answered)d, refusées : %(refused)d.")
            % {"date": f"{scale.on:%d/%m/%Y}", "answered": answered, "refused": refused}
        )
        if refused:
            sys.exit(SOME_REFUSED)


def estimate(row: Row, scale: AidScale) -> list[object]:
    """The values of ANSWER_COLUMNS for one row. Whether the family receives the RSA, which
    leaves its wages out, is presumed from these."""
    if row["apl_zone"] not in AID_ZONES:
        raise UnreadableRow(
            _("apl_zone : « %(zone)s » n’est pas l’une de %(zones)s.")
            % {"zone": row["apl_zone"], "zones": ", ".join(AID_ZONES)}
        )
    adults = number_of(row["adults"], "adults", most=2)
    if adults == 0:
        raise UnreadableRow(_("adults : il faut 1 ou 2 adultes."))
    family = Family(
        couple=adults == 2,
        dependants=number_of(row["children"], "children", most=MOST_CHILDREN),
    )
    wages = _euros(row, "taxable_salary_year_eur")
    base = resource_base(
        wages, receives_rsa=presumed_rsa(family, monthly_wages=wages / 12, scale=scale.rsa)
    )
    aid = housing_aid(
        family,
        zone=cast(AidZone, row["apl_zone"]),
        rent=_euros(row, "rent_month_eur"),
        resource_base=base,
        scale=scale,
    )
    return [
        *(row[name] for name in COLUMNS),
        base,
        *(_plain(each) for each in (aid.rent_retained, aid.flat_charges, aid.before_rls, aid.rls)),
        aid.amount,
    ]


def _euros(row: Row, name: str) -> Decimal:
    text = row[name]
    if not AMOUNT.fullmatch(text):
        raise UnreadableRow(
            _("%(name)s : « %(text)s » n’est pas un montant.") % {"name": name, "text": text}
        )
    return Decimal(text)


def _plain(amount: Decimal) -> str:
    """As amounts are written in the published worked cases: 280.0, 475.9."""
    return str(float(amount))
