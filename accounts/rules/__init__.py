"""What decides without the database: the numéro unique, the resources, what a dossier misses."""

from .completeness import (
    HELPFUL_SECTIONS,
    NEEDED_SECTIONS,
    SECTIONS,
    MissingFact,
    missing_facts,
)
from .numero import (
    MalformedNumeroUnique,
    NumeroUnique,
    parse_numero_unique,
    valid_until,
)
from .resources import (
    MAJORITY,
    WORTHWHILE_DROP_PCT,
    Basis,
    DeclaredResources,
    HouseholdResources,
    ResourcesThatCount,
    Total,
    age_on,
    declares_income,
    household_resources,
    may_share_tax_notice,
    reference_income_year,
    resources_that_count,
)

__all__ = [
    "HELPFUL_SECTIONS",
    "MAJORITY",
    "NEEDED_SECTIONS",
    "SECTIONS",
    "WORTHWHILE_DROP_PCT",
    "Basis",
    "DeclaredResources",
    "HouseholdResources",
    "MalformedNumeroUnique",
    "MissingFact",
    "NumeroUnique",
    "ResourcesThatCount",
    "Total",
    "age_on",
    "declares_income",
    "household_resources",
    "may_share_tax_notice",
    "missing_facts",
    "parse_numero_unique",
    "reference_income_year",
    "resources_that_count",
    "valid_until",
]
