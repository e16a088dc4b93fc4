"""Residences, dwellings and the offers that put a dwelling on the portal."""

from datetime import datetime
from decimal import Decimal

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, User
from alin.kit import clock
from alin.kit.models import PublicIdModel
from territory.models import Commune


class Residence(PublicIdModel):
    organisation = models.ForeignKey(
        Organisation, on_delete=models.RESTRICT, related_name="residences"
    )
    name = models.CharField(_("nom de la résidence"), max_length=120)
    address = models.CharField(_("adresse"), max_length=200)
    commune = models.ForeignKey(Commune, on_delete=models.RESTRICT, related_name="residences")
    storeys = models.PositiveSmallIntegerField(_("nombre d'étages"), default=0)
    lift = models.BooleanField(_("ascenseur"), default=False)
    built_in = models.PositiveSmallIntegerField(_("année de construction"), null=True, blank=True)

    class Meta:
        ordering = ["name"]
        verbose_name = _("résidence")
        verbose_name_plural = _("résidences")

    def __str__(self) -> str:
        return self.name


class Dwelling(PublicIdModel):
    class Kind(models.TextChoices):
        FLAT = "flat", _("appartement")
        HOUSE = "house", _("maison")

    residence = models.ForeignKey(Residence, on_delete=models.RESTRICT, related_name="dwellings")
    reference = models.CharField(_("référence du bailleur"), max_length=40)
    kind = models.CharField(_("type de bien"), max_length=10, choices=Kind.choices)
    rooms = models.PositiveSmallIntegerField(
        _("nombre de pièces"), validators=[MinValueValidator(1), MaxValueValidator(9)]
    )
    surface_m2 = models.DecimalField(
        _("surface habitable (m²)"),
        max_digits=5,
        decimal_places=1,
        validators=[MinValueValidator(Decimal("9")), MaxValueValidator(Decimal("400"))],
    )
    floor = models.PositiveSmallIntegerField(_("étage"), default=0)
    accessible = models.BooleanField(_("accessible en fauteuil roulant"), default=False)
    dpe = models.CharField(
        _("DPE"), max_length=1, choices=[(letter, letter) for letter in "ABCDEFG"], blank=True
    )

    class Meta:
        ordering = ["residence", "reference"]
        constraints = [
            models.UniqueConstraint(
                fields=["residence", "reference"], name="dwelling_reference_once"
            ),
            models.CheckConstraint(condition=Q(surface_m2__gt=0), name="dwelling_has_a_surface"),
        ]
        verbose_name = _("logement")
        verbose_name_plural = _("logements")

    def __str__(self) -> str:
        return f"{self.typology} · {self.residence}"

    @property
    def typology(self) -> str:
        return f"T{self.rooms}"


class OfferQuerySet(models.QuerySet["Offer"]):
    def open_at(self, at: datetime) -> "OfferQuerySet":
        """Offers one may apply to at the instant `at`: the same predicate as `Offer.is_open`."""
        return self.filter(
            Q(closed_early_at=None) | Q(closed_early_at__gt=at),
            published_at__lte=at,
            opens_at__lte=at,
            closes_at__gt=at,
        )


class Offer(PublicIdModel):
    """A dwelling to let, for a window of time. Money in euros a month.

    Published when `published_at` is set. Open is computed, never stored."""

    class Kind(models.TextChoices):
        SOCIAL = "social", _("logement social")
        INTERMEDIATE = "intermediate", _("logement intermédiaire")
        TEMPORARY = "temporary", _("logement temporaire")

    class Funding(models.TextChoices):
        PLAI = "PLAI", _("PLAI – très social")
        PLUS = "PLUS", _("PLUS – social")
        PLS = "PLS", _("PLS – social, plafond plus haut")
        LLS = "LLS", _("LLS – social outre-mer")
        LLTS = "LLTS", _("LLTS – très social outre-mer")
        LLI = "LLI", _("LLI – intermédiaire")
        NONE = "", _("sans plafond de ressources")

    class Path(models.TextChoices):
        CALEOL = "caleol", _("commission d'attribution")
        DIRECT = "direct", _("décision du bailleur")

    SOCIAL_FUNDINGS = ["PLAI", "PLUS", "PLS", "LLS", "LLTS"]

    dwelling = models.ForeignKey(Dwelling, on_delete=models.RESTRICT, related_name="offers")
    organisation = models.ForeignKey(Organisation, on_delete=models.RESTRICT, related_name="offers")
    kind = models.CharField(_("catégorie"), max_length=14, choices=Kind.choices)
    funding = models.CharField(_("financement"), max_length=4, choices=Funding.choices, blank=True)
    rent = models.DecimalField(_("loyer hors charges"), max_digits=7, decimal_places=2)
    charges = models.DecimalField(_("charges"), max_digits=7, decimal_places=2, default=0)
    deposit = models.DecimalField(_("dépôt de garantie"), max_digits=7, decimal_places=2, default=0)
    available_on = models.DateField(_("disponible le"))
    opens_at = models.DateTimeField(_("ouverture des candidatures"))
    closes_at = models.DateTimeField(_("clôture des candidatures"))
    reservataire = models.ForeignKey(
        Organisation,
        null=True,
        blank=True,
        on_delete=models.RESTRICT,
        related_name="reserved_offers",
        verbose_name=_("réservataire"),
    )
    employees_only = models.BooleanField(
        _("réservé aux salariés d'entreprises cotisantes"), default=False
    )
    conditions = models.TextField(_("conditions particulières"), blank=True)
    description = models.TextField(_("présentation"), blank=True)
    created_at = models.DateTimeField(default=clock.now)
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.RESTRICT, related_name="+"
    )
    closed_early_at = models.DateTimeField(null=True, blank=True)
    closed_early_reason = models.CharField(max_length=200, blank=True)

    objects = OfferQuerySet.as_manager()

    class Meta:
        ordering = ["-published_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(closes_at__gt=F("opens_at")),
                name="offer_closes_after_it_opens",
                violation_error_message=_("La clôture doit venir après l'ouverture."),
            ),
            models.CheckConstraint(
                condition=Q(rent__gt=0, charges__gte=0, deposit__gte=0),
                name="offer_amounts_are_positive",
                violation_error_message=_("Le loyer est positif ; les charges et le dépôt aussi."),
            ),
            # At most one month of rent without charges: loi du 6 juillet 1989, art. 22.
            models.CheckConstraint(
                condition=Q(deposit__lte=F("rent")),
                name="deposit_at_most_one_month",
                violation_error_message=_(
                    "Le dépôt de garantie ne dépasse pas un mois de loyer hors charges."
                ),
            ),
            models.CheckConstraint(
                condition=Q(kind="social", funding__in=["PLAI", "PLUS", "PLS", "LLS", "LLTS"])
                | Q(kind="intermediate", funding="LLI")
                | Q(kind="temporary", funding=""),
                name="offer_funding_fits_its_kind",
                violation_error_message=_("Ce financement ne va pas avec cette catégorie."),
            ),
            models.CheckConstraint(
                condition=Q(closed_early_at=None) | ~Q(closed_early_reason=""),
                name="early_closing_has_a_reason",
                violation_error_message=_("Une clôture anticipée dit pourquoi."),
            ),
        ]
        indexes = [
            models.Index(
                fields=["closes_at"],
                condition=Q(published_at__isnull=False),
                name="offer_published_closing",
            ),
            models.Index(fields=["organisation", "-closes_at"], name="offer_of_landlord"),
        ]
        verbose_name = _("offre")
        verbose_name_plural = _("offres")

    def __str__(self) -> str:
        return f"{self.dwelling.typology} {self.dwelling.residence.commune}"

    @property
    def path(self) -> str:
        """Social homes are attributed by a commission (L441-2 CCH); the landlord decides others."""
        return self.Path.CALEOL if self.kind == self.Kind.SOCIAL else self.Path.DIRECT

    @property
    def rent_with_charges(self) -> Decimal:
        return self.rent + self.charges

    def is_open(self, at: datetime) -> bool:
        """Whether one may apply at the instant `at`; `OfferQuerySet.open_at` says the same."""
        return (
            self.published_at is not None
            and self.published_at <= at
            and self.opens_at <= at < self.closes_at
            and (self.closed_early_at is None or self.closed_early_at > at)
        )

    def effective_closing(self) -> datetime:
        """When the window ends, or ended early."""
        return min(filter(None, [self.closed_early_at, self.closes_at]))


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
        if self.surface == self.Surface.FISCAL:
            coefficient = min(
                (Decimal("0.7") + 19 / surface_m2).quantize(Decimal("0.01")), Decimal("1.2")
            )
        else:
            coefficient = Decimal("0.77") * (1 + 20 / surface_m2)
        return (self.eur_m2 * surface_m2 * coefficient).quantize(Decimal("0.01"))
