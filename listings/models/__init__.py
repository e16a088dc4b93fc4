"""Homes, offers, pictures and rent ceilings."""

from .offers import Offer, OfferDailyViews, OfferQuerySet, OfferRevision
from .pictures import Picture
from .rents import RentCeiling
from .search import SearchRow
from .stock import Dwelling, Residence

__all__ = [
    "Dwelling",
    "Offer",
    "OfferDailyViews",
    "OfferQuerySet",
    "OfferRevision",
    "Picture",
    "RentCeiling",
    "Residence",
    "SearchRow",
]
