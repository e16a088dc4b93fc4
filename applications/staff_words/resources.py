"""The resources that a dossier tells, line by line, and what they come to."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from accounts.rules import HouseholdResources
from alin.kit import french

from .frozen import resources_told
from .lines import Claim


def lines(told: Mapping[str, Any], on: date) -> list[Claim]:
    names = {member["id"]: member["name"] for member in told["members"]}
    names[None] = f"{told['first_name']} {told['last_name']}".strip()
    lines = [
        Claim(
            _("%(year)d, %(who)s") % {"year": income["year"], "who": names[income["member"]]},
            french.euros(income["rfr_eur"], short=True),
        )
        for income in told["incomes"]
    ]
    lines += [
        Claim(_("Avis d'impôt de %(who)s") % {"who": member["name"]}, _("le même"))
        for member in told["members"]
        if member["shares_tax_notice"]
    ]
    lines += _recent(told, names)
    if told["separation_ground"]:
        lines.append(
            Claim(
                _("Séparation"),
                _("%(ground)s : seules les ressources du demandeur comptent (L441-1 du CCH)")
                % {"ground": told["separation_label"]},
            )
        )
    return [*lines, *_counted(resources_told(told, on), names)]


def _recent(told: Mapping[str, Any], names: Mapping[int | None, str]) -> list[Claim]:
    lines = []
    for each in told["recent_incomes"]:
        who = names[each["member"]]
        if each["last_12_months_eur"] is not None:
            amount = french.euros(each["last_12_months_eur"], short=True)
            day = french.long_date(date.fromisoformat(each["told_on"]))
            lines.append(
                Claim(
                    _("Douze derniers mois, %(who)s") % {"who": who},
                    _("%(amount)s, déclaré le %(day)s") % {"amount": amount, "day": day},
                )
            )
        if each["monthly_eur"] is not None:
            lines.append(
                Claim(
                    _("Par mois aujourd'hui, %(who)s") % {"who": who},
                    french.euros(each["monthly_eur"], short=True),
                )
            )
    return lines


def _counted(resources: HouseholdResources, names: Mapping[int | None, str]) -> list[Claim]:
    """What is compared with the ceiling and why it is this amount; what comes in each month."""
    lines = []
    if resources.counted is None:
        warning = _("Le revenu fiscal de référence %(year)d manque : %(who)s.") % {
            "year": resources.year,
            "who": ", ".join(names[who] for who in resources.n2.lacking),
        }
        lines.append(Claim(_("Total"), _("inconnu"), warning))
    else:
        amount = french.euros(resources.counted.amount, short=True)
        basis = resources.counted.basis
        if basis == "12_months":
            label = _("Total des douze derniers mois, comparé au plafond")
        else:
            label = _("Total %(year)d, comparé au plafond") % {"year": resources.counted_year or 0}
        if basis != "N-2":
            amount = _("%(amount)s, soit %(drop)d %% de moins qu'en %(year)d") % {
                "amount": amount,
                "drop": resources.counted.drop_pct,
                "year": resources.year,
            }
        lines.append(Claim(label, amount))
    if resources.monthly.amount is not None:
        monthly = french.euros(resources.monthly.amount, short=True)
        lines.append(Claim(_("Ressources du foyer par mois"), monthly))
    return lines
