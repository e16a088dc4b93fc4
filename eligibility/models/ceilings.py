"""What the law fixes in figures, dated and with its source: a new year is data, not code."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

HOUSEHOLD_CATEGORIES = ("1", "2", "3", "4", "5", "6", "par_personne_sup")
LLI_CATEGORIES = ("seul", "couple", "1_pac", "2_pac", "3_pac", "4_pac", "par_pac_sup")


class Funding(models.TextChoices):
    """How a home was paid for: decides its ceilings and its rent."""

    PLAI = "PLAI", _("PLAI, logement très social")
    PLUS = "PLUS", _("PLUS, logement social")
    PLS = "PLS", _("PLS, logement social supérieur")
    LLS = "LLS", _("LLS, logement locatif social d’outre-mer")
    LLTS = "LLTS", _("LLTS, logement locatif très social d’outre-mer")
    LLI = "LLI", _("LLI, logement intermédiaire")


SOCIAL_FUNDINGS = frozenset({Funding.PLAI, Funding.PLUS, Funding.PLS, Funding.LLS, Funding.LLTS})


def categories_of(funding: str) -> tuple[str, ...]:
    """The categories of household that the ceilings of a funding are published for."""
    return LLI_CATEGORIES if funding == Funding.LLI else HOUSEHOLD_CATEGORIES


# The zones that the ceilings of a funding are published for; `ceiling_zone_fits_funding` says so.
METROPOLITAN_ZONES = ("paris_limitrophes", "idf_hors_paris", "autres_regions")
ZONES_OF_FUNDING: dict[str, tuple[str, ...]] = {
    "PLAI": METROPOLITAN_ZONES,
    "PLUS": METROPOLITAN_ZONES,
    "PLS": METROPOLITAN_ZONES,
    "LLS": ("drom",),
    "LLTS": ("drom",),
    "LLI": ("A_bis", "A", "B1", "B2_C", "drom"),
}


class Ceiling(models.Model):
    """The most a household of one category may earn in a year to enter a home of one funding
    in one zone. Euros a year, of revenu fiscal de référence.

    The year is the year of the decision, not the year of the resources."""

    class Status(models.TextChoices):
        """How sure the figure is; kept for operators, people see the figure alone."""

        CONFIRMED = "confirmed", _("lu dans le texte")
        CONFIRMED_SECONDARY = "confirmed_secondary", _("lu dans une source secondaire")
        DERIVED_HIGH = "derived_high", _("calculé par la règle légale d’indexation")
        DERIVED_MEDIUM = "derived_medium", _("calculé, arrondi à vérifier")

    year = models.PositiveSmallIntegerField(_("année"))
    valid = DateRangeField(_("période de validité"))
    funding = models.CharField(_("financement"), max_length=4, choices=Funding)
    zone = models.CharField(_("zone"), max_length=20)
    category = models.CharField(_("catégorie de ménage"), max_length=20)
    amount_eur = models.PositiveIntegerField(_("plafond en euros par an"))
    status = models.CharField(_("fiabilité"), max_length=20, choices=Status)
    source = models.TextField(_("source"))
    # Empty for what `load_ceilings` loaded; withdrawing a publication removes its ceilings.
    publication = models.ForeignKey(
        "CeilingPublication", null=True, on_delete=models.RESTRICT, related_name="ceilings"
    )

    class Meta:
        verbose_name = _("plafond de ressources")
        verbose_name_plural = _("plafonds de ressources")
        ordering = ["-year", "funding", "zone", "category"]
        constraints = [
            models.UniqueConstraint(
                name="ceiling_one_per_year",
                fields=["funding", "zone", "category", "year"],
                violation_error_message=_("Ce plafond existe déjà pour cette année."),
            ),
            ExclusionConstraint(
                name="ceiling_no_overlap",
                expressions=[
                    ("funding", RangeOperators.EQUAL),
                    ("zone", RangeOperators.EQUAL),
                    ("category", RangeOperators.EQUAL),
                    ("valid", RangeOperators.OVERLAPS),
                ],
                violation_error_message=_("Un autre plafond vaut déjà à ces dates."),
            ),
            models.CheckConstraint(
                name="ceiling_amount_positive",
                condition=Q(amount_eur__gt=0),
                violation_error_message=_("Un plafond est un montant positif."),
            ),
            models.CheckConstraint(
                name="ceiling_valid_is_bounded",
                condition=Q(valid__isempty=False, valid__lower_inf=False, valid__upper_inf=False),
                violation_error_message=_("La période de validité a un début et une fin."),
            ),
            models.CheckConstraint(
                name="ceiling_valid_starts_in_its_year",
                condition=Q(valid__startswith__year=models.F("year")),
                violation_error_message=_("La période de validité commence dans l’année."),
            ),
            models.CheckConstraint(
                name="ceiling_zone_fits_funding",
                condition=Q(
                    funding__in=["PLAI", "PLUS", "PLS"],
                    zone__in=["paris_limitrophes", "idf_hors_paris", "autres_regions"],
                )
                | Q(funding__in=["LLS", "LLTS"], zone="drom")
                | Q(funding="LLI", zone__in=["A_bis", "A", "B1", "B2_C", "drom"]),
                violation_error_message=_("Cette zone n’est pas une zone de ce financement."),
            ),
            models.CheckConstraint(
                name="ceiling_category_fits_funding",
                condition=Q(
                    funding__in=["PLAI", "PLUS", "PLS", "LLS", "LLTS"],
                    category__in=HOUSEHOLD_CATEGORIES,
                )
                | Q(funding="LLI", category__in=LLI_CATEGORIES),
                violation_error_message=_("Cette catégorie n’est pas celle de ce financement."),
            ),
            models.CheckConstraint(
                name="ceiling_status_known",
                condition=Q(
                    status__in=[
                        "confirmed",
                        "confirmed_secondary",
                        "derived_high",
                        "derived_medium",
                    ]
                ),
                violation_error_message=_("Cette fiabilité n’existe pas."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.funding} {self.year} {self.zone} {self.category}"


class Parameter(models.Model):
    """A figure of the law that is not a ceiling (housing aid, thresholds), from a date on.

    The value that counts at a date is that of the latest `valid_from` not after it."""

    name = models.CharField(_("nom"), max_length=150)
    valid_from = models.DateField(_("en vigueur depuis"))
    value = models.DecimalField(_("valeur"), max_digits=14, decimal_places=6)
    unit = models.CharField(_("unité ou remarque"), max_length=200, blank=True)
    source = models.TextField(_("source"))

    class Meta:
        verbose_name = _("paramètre daté")
        verbose_name_plural = _("paramètres datés")
        ordering = ["name", "-valid_from"]
        constraints = [
            models.UniqueConstraint(
                name="parameter_one_per_date",
                fields=["name", "valid_from"],
                violation_error_message=_("Ce paramètre a déjà une valeur à cette date."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.valid_from:%d/%m/%Y})"
