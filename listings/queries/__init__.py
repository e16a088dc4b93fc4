"""Homes as visitors, applicants and landlords find them."""

from .alerts import kept_by
from .around import homes_around
from .offers import (
    home_terms,
    offer_terms,
    offers_visible_to,
    open_offers,
    published_offers,
    revisions_of_offer,
    revisions_told,
)
from .places import (
    RADII_KM,
    Place,
    commune_label,
    place_named,
    suggestions_for_unknown,
)
from .reader import Reader
from .search import (
    Ordering,
    Where,
    annotate_cards_with,
    counts_of,
    found_for,
    open_rows,
    page_of,
)
from .seniority import Matching, dossiers_matching, matching_count

__all__ = [
    "RADII_KM",
    "Matching",
    "Ordering",
    "Place",
    "Reader",
    "Where",
    "annotate_cards_with",
    "commune_label",
    "counts_of",
    "dossiers_matching",
    "found_for",
    "home_terms",
    "homes_around",
    "kept_by",
    "matching_count",
    "offer_terms",
    "offers_visible_to",
    "open_offers",
    "open_rows",
    "page_of",
    "place_named",
    "published_offers",
    "revisions_of_offer",
    "revisions_told",
    "suggestions_for_unknown",
]
