"""Reading a frozen dossier: its day, its size, its resources, the facts for a verdict."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from accounts.rules import HouseholdResources, household_resources, told_of_snapshot
from eligibility.rules import HouseholdFacts, facts_of_told


def day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def household_size(told: Mapping[str, Any]) -> int:
    """Persons who will live in the home, without the children expected."""
    return 1 + sum(not member["expected"] for member in told["members"])


def facts_of_snapshot(told: Mapping[str, Any], on: date) -> HouseholdFacts:
    """The same facts as `eligibility.queries.household_facts`, from a frozen dossier."""
    return facts_of_told(told_of_snapshot(told), on)


def resources_told(told: Mapping[str, Any], on: date) -> HouseholdResources:
    """The same as `accounts.queries.resources`, from a frozen dossier."""
    said = told_of_snapshot(told)
    return household_resources(said.members, said.resources, on)
