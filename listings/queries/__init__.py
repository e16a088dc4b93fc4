"""Homes as visitors, applicants and landlords find them."""

from .offers import (
    home_terms,
    offer_terms,
    offers_visible_to,
    open_offers,
    open_offers_near,
    published_offers,
)
from .places import (
    RADII_KM,
    Place,
    commune_label,
    place_named,
    suggestions_for_unknown,
)
from .reader import Reader
from .search import Ordering, Where, annotate_cards_with, counts_of, open_rows, page_of

__all__ = [
    "RADII_KM",
    "Ordering",
    "Place",
    "Reader",
    "Where",
    "annotate_cards_with",
    "commune_label",
    "counts_of",
    "home_terms",
    "offer_terms",
    "offers_visible_to",
    "open_offers",
    "open_offers_near",
    "open_rows",
    "page_of",
    "place_named",
    "published_offers",
    "suggestions_for_unknown",
]
