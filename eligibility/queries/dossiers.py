"""What the rules need to know of a dossier."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from accounts.models import Dossier
from accounts.queries import demand, household, recent_incomes, told
from accounts.rules import Demand, DemandState, recent_validity_on

from ..rules import HouseholdFacts, facts_of_told
from ..rules.columns import columns_of, first_change


def household_facts(dossier: Dossier, on: date) -> HouseholdFacts:
    """What the rules need to know of a dossier, for a decision on that day."""
    return facts_of_told(told(dossier), on)


def facts_columns(dossier: Dossier, on: date) -> dict[str, Any]:
    """The columns of `DossierFacts` of a dossier on that day, and until when they hold."""
    standing = demand(dossier, on)
    return columns_of(household_facts(dossier, on)) | {
        "numero_valid": _is_valid(standing),
        "registered_on": dossier.numero_registered_on if dossier.numero_unique else None,
        "on": on,
        "stale_on": first_change(
            on,
            birth_dates=[dossier.birth_date, *(each.birth_date for each in household(dossier))],
            days=_days_of_change(dossier, standing, on),
        ),
    }


def _is_valid(standing: Demand | None) -> bool:
    return standing is not None and standing.state in (DemandState.ACTIVE, DemandState.TO_RENEW)


def _days_of_change(dossier: Dossier, standing: Demand | None, on: date) -> Iterator[date]:
    if standing is not None:
        yield standing.valid_until + timedelta(days=1)
    if dossier.numero_radiated_on is not None:
        yield dossier.numero_radiated_on
    validity = recent_validity_on(on)
    for figure in recent_incomes(dossier):
        # The day after the last on which it counts.
        until = figure.told.good_until(validity.months(figure.kind))
        yield until + timedelta(days=1)
