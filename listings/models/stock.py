"""Residences and the dwellings in them."""

from decimal import Decimal

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Trim, Upper
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from alin.kit.models import PublicIdModel
from territory.models import Commune

LETTERS = [(letter, letter) for letter in "ABCDEFG"]
LEAST_SURFACE, MOST_SURFACE = Decimal("9"), Decimal("400")
CONVENTION_HELP = _(
    "Euros par mois, hors charges. Il l'emporte sur l'avis loyers de l'année ; vide, c'est l'avis "
    "qui compte. En résidence pour jeunes ou étudiants : la redevance maximum de ce type de "
    "logement, charges comprises."
)

# Latitudes, then longitudes, that hold each piece of France: what is outside is a typing error.
FRANCE = {
    "métropole": ((41.2, 51.2), (-5.3, 9.7)),
    "Guadeloupe": ((15.8, 16.6), (-61.9, -60.9)),
    "Martinique": ((14.3, 15.0), (-61.3, -60.7)),
    "Guyane": ((2.0, 5.9), (-54.7, -51.5)),
    "La Réunion": ((-21.5, -20.8), (55.1, 55.9)),
    "Mayotte": ((-13.1, -12.5), (44.9, 45.4)),
    "Saint-Martin et Saint-Barthélemy": ((17.8, 18.2), (-63.2, -62.7)),
    "Saint-Pierre-et-Miquelon": ((46.7, 47.2), (-56.5, -56.1)),
    "Polynésie française": ((-28.0, -7.8), (-154.8, -134.3)),
    "Nouvelle-Calédonie": ((-22.9, -19.4), (158.1, 168.3)),
    "Wallis-et-Futuna": ((-14.5, -13.1), (-178.3, -176.0)),
}


def _in_france() -> Q:
    boxes = Q()
    for latitudes, longitudes in FRANCE.values():
        boxes |= Q(
            # A check that is NULL passes: unknown must be refused by name.
            latitude__isnull=False,
            longitude__isnull=False,
            latitude__range=latitudes,
            longitude__range=longitudes,
        )
    return boxes


class Residence(PublicIdModel):
    class Heating(models.TextChoices):
        INDIVIDUAL = "individual", _("individuel")
        COLLECTIVE = "collective", _("collectif")

    class Energy(models.TextChoices):
        GAS = "gas", _("gaz")
        ELECTRICITY = "electricity", _("électricité")
        NETWORK = "network", _("réseau de chaleur")
        HEAT_PUMP = "heat_pump", _("pompe à chaleur")
        WOOD = "wood", _("bois")
        FUEL_OIL = "fuel_oil", _("fioul")

    organisation = models.ForeignKey(
        Organisation, on_delete=models.RESTRICT, related_name="residences"
    )
    reference = models.CharField(
        _("référence du bailleur"),
        max_length=40,
        blank=True,
        help_text=_("La vôtre, unique : un import retrouve la résidence par elle."),
    )
    name = models.CharField(_("nom de la résidence"), max_length=120)
    address = models.CharField(_("adresse"), max_length=200)
    postal_code = models.CharField(_("code postal"), max_length=5, blank=True)
    commune = models.ForeignKey(Commune, on_delete=models.RESTRICT, related_name="residences")
    latitude = models.FloatField(_("latitude"), null=True, blank=True)
    longitude = models.FloatField(_("longitude"), null=True, blank=True)
    qpv = models.BooleanField(
        _("quartier prioritaire de la politique de la ville (QPV)"), default=False
    )
    storeys = models.PositiveSmallIntegerField(_("nombre d'étages"), default=0)
    lift = models.BooleanField(_("ascenseur"), default=False)
    built_in = models.PositiveSmallIntegerField(_("année de construction"), null=True, blank=True)
    heating = models.CharField(_("chauffage"), max_length=10, choices=Heating.choices, blank=True)
    heating_energy = models.CharField(
        _("énergie du chauffage"), max_length=11, choices=Energy.choices, blank=True
    )
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                "organisation",
                Upper(Trim("reference")),
                condition=~Q(reference=""),
                name="residence_reference_once",
                violation_error_code="reference",
                violation_error_message=_(
                    "Une autre de vos résidences porte cette référence, majuscules et minuscules "
                    "confondues : choisissez-en une autre."
                ),
            ),
            models.CheckConstraint(
                condition=Q(latitude__isnull=True, longitude__isnull=True) | _in_france(),
                name="residence_stands_in_france",
                violation_error_message=_(
                    "La latitude et la longitude vont ensemble, et désignent un point de France : "
                    "par exemple 45,8992 et 6,1294."
                ),
            ),
            models.CheckConstraint(
                condition=Q(postal_code="") | Q(postal_code__regex=r"^[0-9]{5}$"),
                name="residence_postal_code_wellformed",
                violation_error_message=_("Un code postal a cinq chiffres."),
            ),
            models.CheckConstraint(
                condition=Q(built_in=None) | Q(built_in__range=(1200, 2200)),
                name="residence_year_is_plausible",
                violation_error_message=_("L'année de construction a quatre chiffres."),
            ),
            models.CheckConstraint(
                condition=Q(heating__in=["", "individual", "collective"]),
                name="residence_heating_known",
                violation_error_message=_("Le chauffage est individuel ou collectif."),
            ),
        ]
        indexes = [models.Index(fields=["organisation", "name"], name="residence_of_landlord")]
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
        validators=[MinValueValidator(LEAST_SURFACE), MaxValueValidator(MOST_SURFACE)],
    )
    annexes_m2 = models.DecimalField(
        _("surface des annexes (m²)"),
        max_digits=5,
        decimal_places=1,
        default=Decimal(0),
        validators=[MinValueValidator(Decimal(0)), MaxValueValidator(MOST_SURFACE)],
        help_text=_("Cave, balcon, loggia, terrasse, cellier : leur moitié compte dans le loyer."),
    )
    convention_max_rent = models.DecimalField(
        _("loyer maximum de la convention"),
        max_digits=7,
        decimal_places=2,
        null=True,
        blank=True,
        help_text=CONVENTION_HELP,
    )
    floor = models.PositiveSmallIntegerField(_("étage"), default=0)
    accessible = models.BooleanField(_("accessible en fauteuil roulant"), default=False)
    furnished = models.BooleanField(_("meublé"), default=False)
    dpe = models.CharField(_("DPE"), max_length=1, choices=LETTERS, blank=True)
    ges = models.CharField(_("GES"), max_length=1, choices=LETTERS, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["residence", "reference"]
        constraints = [
            # « b-101 » and « B-101 » are one home for whoever keeps it.
            models.UniqueConstraint(
                "residence",
                Upper(Trim("reference")),
                name="dwelling_reference_once",
                violation_error_code="reference",
                violation_error_message=_(
                    "Un autre logement de cette résidence porte cette référence, majuscules et "
                    "minuscules confondues : choisissez-en une autre."
                ),
            ),
            models.CheckConstraint(
                condition=Q(surface_m2__gt=0),
                name="dwelling_has_a_surface",
                violation_error_message=_("La surface habitable est positive."),
            ),
            models.CheckConstraint(
                condition=Q(annexes_m2__gte=0),
                name="dwelling_annexes_are_positive",
                violation_error_message=_("La surface des annexes est positive, ou nulle."),
            ),
            models.CheckConstraint(
                condition=Q(convention_max_rent=None) | Q(convention_max_rent__gt=0),
                name="dwelling_convention_rent_is_positive",
                violation_error_message=_(
                    "Le loyer maximum de la convention est positif, ou vide."
                ),
            ),
            models.CheckConstraint(
                condition=Q(rooms__range=(1, 9)),
                name="dwelling_rooms_in_range",
                violation_error_message=_("Un logement a de une à neuf pièces."),
            ),
            models.CheckConstraint(
                condition=Q(dpe__in=["", *"ABCDEFG"], ges__in=["", *"ABCDEFG"]),
                name="dwelling_letters_known",
                violation_error_message=_("Le DPE et le GES vont de A à G."),
            ),
        ]
        verbose_name = _("logement")
        verbose_name_plural = _("logements")

    def __str__(self) -> str:
        return f"{self.typology} · {self.residence}"

    @property
    def typology(self) -> str:
        return f"T{self.rooms}"

    @property
    def usable_surface_m2(self) -> Decimal:
        """Surface utile: living area and half of the annexes (R331-10 CCH)."""
        return self.surface_m2 + self.annexes_m2 / 2

    @property
    def taxable_surface_m2(self) -> Decimal:
        """Surface fiscale: half of the annexes too, 8 m² at most (CGI, annexe III, article 2
        terdecies D)."""
        return self.surface_m2 + min(self.annexes_m2 / 2, Decimal(8))
