"""The resources that a dossier tells, line by line, and what they come to."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from accounts.rules import HouseholdResources, Recent, recent_validity_on
from alin.kit import french

from .frozen import resources_told
from .lines import Claim


def lines(told: Mapping[str, Any], on: date, *, named: Collection[int] | None = ()) -> list[Claim]:
    names = {member["id"]: member["name"] for member in told["members"]}
    names[None] = f"{told['first_name']} {told['last_name']}".strip()
    lines = [
        _claim(
            _("%(year)d, %(who)s") % {"year": income["year"], "who": names[income["member"]]},
            income["rfr_eur"],
            income,
            named,
        )
        for income in told["incomes"]
    ]
    lines += [
        Claim(_("Avis d'impôt de %(who)s") % {"who": member["name"]}, _("le même"))
        for member in told["members"]
        if member["shares_tax_notice"]
    ]
    lines += [
        _recent(each, names[each["member"]], on, named)
        for each in sorted(told["recent_incomes"], key=lambda each: str(each["kind"]))
    ]
    if told["separation_ground"]:
        lines.append(
            Claim(
                _("Séparation"),
                _("%(ground)s : seules les ressources du demandeur comptent (L441-1 du CCH)")
                % {"ground": told["separation_label"]},
            )
        )
    return [*lines, *_counted(resources_told(told, on), names)]


def _claim(
    label: str, amount: int, figure: Mapping[str, Any], named: Collection[int] | None
) -> Claim:
    """A figure with where it comes from; with a warning when another amount was verified."""
    warning = ""
    if figure["verified_eur"] not in (None, amount):
        warning = _(
            "Changé depuis la vérification du %(day)s : le montant vérifié était %(amount)s."
        ) % {
            "day": _long(figure["verified_on"]),
            "amount": french.euros(figure["verified_eur"], short=True),
        }
    proof = _proof(figure, named, verified=figure["verified_eur"] == amount)
    return Claim(label, french.euros(amount, short=True), warning, proof)


def _proof(figure: Mapping[str, Any], named: Collection[int] | None, *, verified: bool) -> str:
    if verified:
        day = _long(figure["verified_on"])
        by_seal = figure["verified_for_id"] is None
        if named is None or by_seal or figure["verified_for_id"] in named:
            return _("vérifié le %(day)s par %(who)s") % {"day": day, "who": figure["verified_for"]}
        return _("vérifié le %(day)s") % {"day": day}
    told = {
        "simulation": _("repris d'une simulation le %(day)s"),
        "sealed": _("lu dans un avis d'impôt certifié le %(day)s"),
    }.get(figure["source"], _("déclaré le %(day)s"))
    return told % {"day": _long(figure["told_on"])}


def _long(day: str) -> str:
    return french.long_date(date.fromisoformat(day))


def _recent(figure: Mapping[str, Any], who: str, on: date, named: Collection[int] | None) -> Claim:
    label = {
        "12_months": _("Douze derniers mois, %(who)s"),
        "monthly": _("Par mois aujourd'hui, %(who)s"),
    }[figure["kind"]] % {"who": who}
    claim = _claim(label, figure["amount_eur"], figure, named)
    told = Recent(figure["amount_eur"], date.fromisoformat(figure["told_on"]))
    months = recent_validity_on(on).months(figure["kind"])
    if on <= told.good_until(months):
        return claim
    late = _("À mettre à jour : déclaré il y a plus de %(months)d mois, ne compte plus.") % {
        "months": months
    }
    return replace(claim, warning=f"{late} {claim.warning}".strip())


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
