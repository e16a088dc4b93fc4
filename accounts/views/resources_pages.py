"""Which resources count, said to the applicant with the figures and the rule."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import HouseholdMember
from accounts.rules import HouseholdResources, Total
from alin.kit import french


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
    if resources.n1.amount is None and resources.last_12_months.amount is None:
        return _(
            "Ce sont les revenus d'il y a deux ans qui comptent. Si les vôtres ont baissé d'au "
            "moins 10 % depuis, indiquez-le plus bas."
        )
    return _(
        "Ce sont les revenus d'il y a deux ans qui comptent : les plus récents n'ont pas "
        "baissé d'au moins 10 %."
    )
