"""Homes, offers, pictures and rent ceilings."""

from .alerts import AlertRun, AlertSubscription, Favourite, OfferAlert, SavedSearch
from .imports import StockImport, StockImportLine
from .offer_traces import OfferDailyViews, OfferRevision
from .offers import Offer, OfferQuerySet, hides_address
from .pictures import Picture
from .rents import RentCeiling
from .search import SearchRow
from .stock import Dwelling, Residence
from .wishes import WishRow

__all__ = [
    "AlertRun",
    "AlertSubscription",
    "Dwelling",
    "Favourite",
    "Offer",
    "OfferAlert",
    "OfferDailyViews",
    "OfferQuerySet",
    "OfferRevision",
    "Picture",
    "RentCeiling",
    "Residence",
    "SavedSearch",
    "SearchRow",
    "StockImport",
    "StockImportLine",
    "WishRow",
    "hides_address",
]
