"""What the law fixes in figures, and what each dossier comes down to for them."""

from .ceilings import (
    HOUSEHOLD_CATEGORIES,
    LLI_CATEGORIES,
    SOCIAL_FUNDINGS,
    Ceiling,
    Funding,
    Parameter,
    categories_of,
)
from .facts import DossierFacts

__all__ = [
    "HOUSEHOLD_CATEGORIES",
    "LLI_CATEGORIES",
    "SOCIAL_FUNDINGS",
    "Ceiling",
    "DossierFacts",
    "Funding",
    "Parameter",
    "categories_of",
]
