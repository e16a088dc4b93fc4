"""Drawings that stand for photographs: a façade for a residence, a floor plan for a dwelling.

Plain functions over plain values: the same `seed` always gives the same drawing, so that a home
keeps its face. SVG with presentation attributes alone, which a strict policy lets through."""

from .facades import facade
from .plans import plan, rooms_of

__all__ = ["facade", "plan", "rooms_of"]
