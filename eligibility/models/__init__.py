"""What the law fixes in figures, and what each dossier comes down to for them."""

from .ceilings import (
    HOUSEHOLD_CATEGORIES,
    LLI_CATEGORIES,
    SOCIAL_FUNDINGS,
    ZONES_OF_FUNDING,
    Ceiling,
    Funding,
    Parameter,
    categories_of,
)
from .facts import DossierFacts
from .occupations import Occupation
from .publication import CeilingPublication, ProposedCeiling, PublicationStep, RightChange

__all__ = [
    "HOUSEHOLD_CATEGORIES",
    "LLI_CATEGORIES",
    "SOCIAL_FUNDINGS",
    "ZONES_OF_FUNDING",
    "Ceiling",
    "CeilingPublication",
    "DossierFacts",
    "Funding",
    "Occupation",
    "Parameter",
    "ProposedCeiling",
    "PublicationStep",
    "RightChange",
    "categories_of",
]
