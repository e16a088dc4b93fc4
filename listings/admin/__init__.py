"""A landlord's stock in the administration: for its own managers, through the services."""

from .offers import OfferAdmin
from .stock import DwellingAdmin, ResidenceAdmin

__all__ = ["DwellingAdmin", "OfferAdmin", "ResidenceAdmin"]
