"""The highest rents, by funding and zone."""

from decimal import Decimal

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .offers import Offer


class RentCeiling(models.Model):
    """The highest rent of a square metre for a year, before the dwelling's own coefficient.

    Written by `manage.py load_rent_ceilings` alone, from the yearly « avis loyers ». Social rents
    count the surface utile and multiply by 0.77 × (1 + 20 / S); intermediate ones the surface
    fiscale and multiply by 0.7 + 19 / S, 1.2 at most."""

    class Zoning(models.TextChoices):
        ZONES_123 = "123", _("zones 1, 2, 3")
        ZONES_ABC = "abc", _("zones A, B, C")

    class Surface(models.TextChoices):
        USABLE = "surface_utile", _("surface utile")
        FISCAL = "surface_fiscale", _("surface fiscale")

    year = models.PositiveSmallIntegerField(_("année"))
    funding = models.CharField(_("financement"), max_length=4, choices=Offer.Funding.choices)
    zoning = models.CharField(_("zonage"), max_length=3, choices=Zoning.choices)
    zone = models.CharField(_("zone"), max_length=4)
    eur_m2 = models.DecimalField(_("euros par m² et par mois"), max_digits=5, decimal_places=2)
    surface = models.CharField(_("surface comptée"), max_length=15, choices=Surface.choices)
    source = models.CharField(_("source"), max_length=200)

    class Meta:
        ordering = ["-year", "funding", "zone"]
        constraints = [
            models.UniqueConstraint(
                fields=["year", "funding", "zone"],
                name="rent_ceiling_once",
                violation_error_message=_("Ce loyer plafond est déjà connu."),
            ),
            models.CheckConstraint(
                condition=Q(eur_m2__gt=0),
                name="rent_ceiling_is_positive",
                violation_error_message=_("Un loyer plafond est positif."),
            ),
        ]
        verbose_name = _("loyer plafond")
        verbose_name_plural = _("loyers plafonds")

    def __str__(self) -> str:
        return f"{self.funding} {self.year}, zone {self.zone} : {self.eur_m2} €/m²"

    def monthly_rent(self, surface_m2: Decimal) -> Decimal:
        """The highest rent, in euros a month without charges, of a dwelling of that surface.

        R331-10 and the yearly avis for social homes; article 2 terdecies D, annexe III of the
        CGI for intermediate ones."""
        return (self.eur_m2 * surface_m2 * self.coefficient(surface_m2)).quantize(Decimal("0.01"))

    def coefficient(self, surface_m2: Decimal) -> Decimal:
        """What makes a square metre of a small dwelling dearer."""
        if self.surface == self.Surface.FISCAL:
            found = (Decimal("0.7") + 19 / surface_m2).quantize(Decimal("0.01"))
            return min(found, Decimal("1.2"))
        return Decimal("0.77") * (1 + 20 / surface_m2)
