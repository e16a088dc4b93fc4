"""Which resources count, said to the applicant with the figures and the rule."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _

from accounts.forms.resources import LATELY, MONTHLY, N1, N2, name_for
from accounts.models import HouseholdMember, IncomeFigure, RecentIncome, TaxIncome
from accounts.rules import (
    HouseholdResources,
    Total,
    recent_validity_on,
    reference_income_year,
)
from alin.kit import french

# Recent figures are asked again some time before they cease to count.
ASK_AGAIN = timedelta(days=30)
_KINDS = {RecentIncome.Kind.LAST_12_MONTHS: LATELY, RecentIncome.Kind.MONTHLY: MONTHLY}


@dataclass(frozen=True)
class WhatCounts:
    """`amount` is empty as long as somebody's figure is missing; `why` then says whose."""

    amount: str
    basis: str
    why: str
    rows: list[dict[str, Any]]
    requester_only: bool


def what_counts(resources: HouseholdResources, members: list[HouseholdMember]) -> WhatCounts | None:
    """What the saved resources come to; None when nothing was told yet."""
    if not any(t.begun for t in (resources.n2, resources.n1, resources.last_12_months)):
        return None
    names: dict[int | None, str] = {member.pk: str(member) for member in members}
    names[None] = _("vous")
    titles = {
        "N-2": _("Revenus de %(year)d") % {"year": resources.year},
        "N-1": _("Revenus de %(year)d") % {"year": resources.year + 1},
        "12_months": _("Douze derniers mois"),
    }
    counted = resources.counted
    totals = {
        "N-2": resources.n2,
        "N-1": resources.n1,
        "12_months": resources.last_12_months,
    }
    rows = [
        _row(titles[basis], total, names, counts=counted is not None and counted.basis == basis)
        for basis, total in totals.items()
    ]
    if resources.monthly.begun:
        rows.append(_row(_("Par mois, aujourd'hui"), resources.monthly, names, counts=False))
    return WhatCounts(
        amount=french.euros(counted.amount, short=True) if counted else "",
        basis=titles[counted.basis] if counted else "",
        why=_why(resources, names),
        rows=rows,
        requester_only=resources.requester_only,
    )


def _row(title: str, total: Total, names: dict[int | None, str], *, counts: bool) -> dict[str, Any]:
    if total.amount is not None:
        value = french.euros(total.amount, short=True)
    elif total.stale:
        value = _("à mettre à jour : %(who)s") % {
            "who": ", ".join(names[who] for who in total.stale)
        }
    elif total.begun:
        value = _("incomplet, il manque : %(who)s") % {"who": _people(total, names)}
    else:
        value = _("non renseigné")
    row: dict[str, Any] = {"key": title, "value": value}
    if counts:
        row["tag"] = {"label": _("C'est ce qui compte"), "tone": "accent"}
    return row


def _people(total: Total, names: dict[int | None, str]) -> str:
    return ", ".join(names[who] for who in total.lacking)


def _why(resources: HouseholdResources, names: dict[int | None, str]) -> str:
    year, counted = resources.year, resources.counted
    if counted is None:
        return _(
            "Nous ne pouvons pas encore le dire : il manque le revenu fiscal de référence "
            "%(year)d de : %(who)s. Un total incomplet serait trop bas et vous tromperait."
        ) % {"year": year, "who": _people(resources.n2, names)}
    if counted.basis == "N-1":
        return _(
            "Vos revenus de %(recent)d sont inférieurs de %(drop)d %% à ceux de %(year)d : à "
            "partir de 10 %% de baisse, ce sont les plus récents qui comptent."
        ) % {"recent": year + 1, "drop": counted.drop_pct, "year": year}
    if counted.basis == "12_months":
        return _(
            "Vos douze derniers mois sont inférieurs de %(drop)d %% à vos revenus de %(year)d : "
            "à partir de 10 %% de baisse, ce sont les plus récents qui comptent."
        ) % {"drop": counted.drop_pct, "year": year}
    if resources.last_12_months.stale:
        return _(
            "Ce sont les revenus d'il y a deux ans qui comptent. Vous avez indiqué ceux des douze "
            "derniers mois il y a trop longtemps : mettez-les à jour, plus bas."
        )
    if resources.n1.amount is None and resources.last_12_months.amount is None:
        return _(
            "Ce sont les revenus d'il y a deux ans qui comptent. Si les vôtres ont baissé d'au "
            "moins 10 % depuis, indiquez-le plus bas."
        )
    return _(
        "Ce sont les revenus d'il y a deux ans qui comptent : les plus récents n'ont pas "
        "baissé d'au moins 10 %."
    )


# --- where each figure comes from ------------------------------------------------------------


@dataclass(frozen=True)
class Proof:
    """What is said beside a figure: where it comes from, whether it was checked, whether it is
    too old to count."""

    text: str
    verified: bool = False
    outdated: bool = False


def grows_old(recent: Iterable[RecentIncome], on: date) -> bool:
    """Whether a recent figure ceased to count, or will within the month."""
    validity = recent_validity_on(on)
    return any(each.told.good_until(validity.months(each.kind)) < on + ASK_AGAIN for each in recent)


def proofs(
    incomes: Iterable[TaxIncome],
    recent: Iterable[RecentIncome],
    members: Iterable[HouseholdMember],
    on: date,
) -> dict[str, Proof]:
    """By the name of its field, what is known of each figure."""
    people: dict[int | None, HouseholdMember | None] = {None: None}
    people |= {member.pk: member for member in members}
    year = reference_income_year(on)
    fields = {year: N2, year + 1: N1}
    said = {
        name_for(fields[each.year], people[each.member_id]): _proof(each)
        for each in incomes
        if each.year in fields and each.member_id in people
    }
    return said | {
        name_for(_KINDS[RecentIncome.Kind(each.kind)], people[each.member_id]): _recent(each, on)
        for each in recent
        if each.member_id in people
    }


def _proof(figure: IncomeFigure) -> Proof:
    day = french.long_date(figure.told_on)
    checked = {
        "day": french.long_date(figure.verified_on) if figure.verified_on else "",
        "who": figure.verifier,
    }
    if figure.is_verified:
        return Proof(_("Vérifié le %(day)s par %(who)s.") % checked, verified=True)
    told = {
        IncomeFigure.Source.SIMULATION: _("Repris de votre simulation le %(day)s."),
        IncomeFigure.Source.SEALED: _("Lu dans votre avis d'impôt certifié le %(day)s."),
    }.get(IncomeFigure.Source(figure.source), _("Déclaré par vous le %(day)s.")) % {"day": day}
    if figure.verified_eur is None:
        return Proof(told)
    before = _("Le %(day)s, %(who)s avait vérifié un autre montant : %(amount)s.") % (
        checked | {"amount": french.euros(figure.verified_eur, short=True)}
    )
    return Proof(f"{told} {before}")


def _recent(figure: RecentIncome, on: date) -> Proof:
    proof = _proof(figure)
    until = figure.told.good_until(recent_validity_on(on).months(figure.kind))
    if until < on:
        return Proof(_("À mettre à jour : trop ancien pour compter. ") + proof.text, outdated=True)
    good = _("Compte jusqu'au %(day)s.") % {"day": french.long_date(until)}
    return Proof(f"{proof.text} {good}", proof.verified)
