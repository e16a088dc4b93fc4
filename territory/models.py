"""Communes and départements of France, with the zones that rents and ceilings depend on.

Reference data: written by `manage.py load_communes` and `load_zone_abc` alone, read by every
room above."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeOperators
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _


class Departement(models.Model):
    """A département, or an overseas collectivity that has the place of one."""

    code = models.CharField(_("code"), max_length=3, primary_key=True)
    name = models.CharField(_("nom"), max_length=60)
    region_code = models.CharField(_("code de la région"), max_length=3)
    region_name = models.CharField(_("région"), max_length=60)

    class Meta:
        verbose_name = _("département")
        verbose_name_plural = _("départements")
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                name="departement_code_wellformed",
                condition=Q(code__regex=r"^([0-9]{2}|2[AB]|9[78][0-9])$"),
                violation_error_message=_("Ce code n’est pas celui d’un département."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.code})"


class Commune(models.Model):
    """A commune, or a municipal arrondissement of Paris, Lyon or Marseille.

    A zone belongs to the dwelling through its commune, never to where the applicant lives."""

    class Kind(models.TextChoices):
        COMMUNE = "COM", _("commune")
        ARRONDISSEMENT = "ARM", _("arrondissement municipal")

    class ZoneAbc(models.TextChoices):
        """How tight the market is; decides the ceilings and rents of intermediate homes."""

        A_BIS = "Abis", _("A bis")
        A = "A", _("A")
        B1 = "B1", _("B1")
        B2 = "B2", _("B2")
        C = "C", _("C")

    class Zone123(models.TextChoices):
        """Rents of social homes and housing aid."""

        ZONE_1_BIS = "1bis", _("1 bis")
        ZONE_1 = "1", _("1")
        ZONE_2 = "2", _("2")
        ZONE_3 = "3", _("3")

    class CeilingsZone(models.TextChoices):
        """Ceilings of resources of social homes (arrêté du 29 juillet 1987)."""

        PARIS_LIMITROPHES = "paris_limitrophes", _("Paris et communes limitrophes")
        IDF_HORS_PARIS = "idf_hors_paris", _("Île-de-France hors Paris et communes limitrophes")
        AUTRES_REGIONS = "autres_regions", _("autres régions")
        DROM = "drom", _("départements et régions d’outre-mer")
        COM = "com", _("collectivités d’outre-mer")

    insee_code = models.CharField(_("code Insee"), max_length=5, primary_key=True)
    name = models.CharField(_("nom"), max_length=60)
    kind = models.CharField(_("type"), max_length=3, choices=Kind, default=Kind.COMMUNE)
    parent = models.ForeignKey(
        "self",
        verbose_name=_("commune de l’arrondissement"),
        on_delete=models.RESTRICT,
        related_name="arrondissements",
        null=True,
        blank=True,
    )
    departement = models.ForeignKey(
        Departement,
        verbose_name=_("département"),
        on_delete=models.RESTRICT,
        related_name="communes",
    )
    postal_codes = ArrayField(
        models.CharField(max_length=5), verbose_name=_("codes postaux"), default=list, blank=True
    )
    population = models.PositiveIntegerField(_("population"), null=True, blank=True)
    epci_code = models.CharField(_("code de l’intercommunalité"), max_length=9, blank=True)
    epci_name = models.CharField(_("intercommunalité"), max_length=120, blank=True)
    latitude = models.FloatField(
        _("latitude"), null=True, blank=True, help_text=_("De la mairie, sinon du centre.")
    )
    longitude = models.FloatField(_("longitude"), null=True, blank=True)
    zone_abc = models.CharField(_("zone ABC"), max_length=4, choices=ZoneAbc, blank=True)
    zone_abc_as_of = models.DateField(
        _("zonage ABC en vigueur au"),
        null=True,
        blank=True,
        help_text=_("Date de l’arrêté dont vient la zone ABC : le zonage change par arrêté."),
    )
    zone_123 = models.CharField(_("zone 1, 2, 3"), max_length=4, choices=Zone123, blank=True)
    ceilings_zone = models.CharField(_("zone des plafonds"), max_length=20, choices=CeilingsZone)
    # Computed by the database, so that no writer can forget it; `queries.folded` says the same.
    search_key = models.GeneratedField(
        expression=Func(F("name"), function="territory_folded"),
        output_field=models.TextField(),
        db_persist=True,
    )

    class Meta:
        verbose_name = _("commune")
        verbose_name_plural = _("communes")
        ordering = ["search_key", "insee_code"]
        indexes = [
            GinIndex(OpClass("search_key", name="gin_trgm_ops"), name="commune_search_likeness"),
            models.Index(
                OpClass("search_key", name="text_pattern_ops"), name="commune_search_prefix"
            ),
            GinIndex(fields=["postal_codes"], name="commune_postal_codes"),
            models.Index(fields=["latitude", "longitude"], name="commune_position"),
            models.Index(fields=["epci_code"], name="commune_epci"),
        ]
        constraints = [
            models.CheckConstraint(
                name="commune_insee_code_wellformed",
                condition=Q(insee_code__regex=r"^([0-9]{2}|2[AB])[0-9]{3}$"),
                violation_error_message=_("Ce code n’est pas un code Insee de commune."),
            ),
            models.CheckConstraint(
                name="commune_arrondissement_has_parent",
                condition=Q(kind="ARM", parent__isnull=False) | Q(kind="COM", parent__isnull=True),
                violation_error_message=_(
                    "Un arrondissement dépend d’une commune, une commune ne dépend d’aucune."
                ),
            ),
            models.CheckConstraint(
                name="commune_position_whole",
                condition=Q(latitude__isnull=True, longitude__isnull=True)
                # A check that is NULL passes: unknown must be refused by name.
                | Q(
                    latitude__isnull=False,
                    longitude__isnull=False,
                    latitude__range=(-90, 90),
                    longitude__range=(-180, 180),
                ),
                violation_error_message=_("La latitude et la longitude vont ensemble."),
            ),
            models.CheckConstraint(
                name="commune_ceilings_zone_known",
                condition=Q(
                    ceilings_zone__in=[
                        "paris_limitrophes",
                        "idf_hors_paris",
                        "autres_regions",
                        "drom",
                        "com",
                    ]
                ),
                violation_error_message=_("Cette zone de plafonds n’existe pas."),
            ),
            models.CheckConstraint(
                name="commune_zones_known",
                condition=Q(
                    ceilings_zone__in=[
                        "paris_limitrophes",
                        "idf_hors_paris",
                        "autres_regions",
                        "drom",
                    ],
                    zone_abc__in=["Abis", "A", "B1", "B2", "C"],
                    zone_abc_as_of__isnull=False,
                    zone_123__in=["1bis", "1", "2", "3"],
                )
                | Q(ceilings_zone="com", zone_abc="", zone_abc_as_of__isnull=True, zone_123=""),
                violation_error_message=_(
                    "Une commune a une zone ABC datée et une zone 1, 2, 3, sauf dans une"
                    " collectivité d’outre-mer."
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class CommuneZoneAbc(models.Model):
    """The zone ABC of a commune over a period. The open period is the present one, and says the
    same as `Commune.zone_abc`."""

    commune = models.ForeignKey(
        Commune, verbose_name=_("commune"), on_delete=models.RESTRICT, related_name="zones_abc"
    )
    zone = models.CharField(_("zone ABC"), max_length=4, choices=Commune.ZoneAbc)
    valid = DateRangeField(_("période de validité"))
    source = models.TextField(_("source"))

    class Meta:
        verbose_name = _("zone ABC d’une commune")
        verbose_name_plural = _("zones ABC des communes")
        ordering = ["commune", "-valid"]
        constraints = [
            ExclusionConstraint(
                name="commune_zone_abc_no_overlap",
                expressions=[
                    ("commune", RangeOperators.EQUAL),
                    ("valid", RangeOperators.OVERLAPS),
                ],
                violation_error_message=_("Cette commune a déjà une zone ABC à ces dates."),
            ),
            models.CheckConstraint(
                name="commune_zone_abc_known",
                condition=Q(zone__in=["Abis", "A", "B1", "B2", "C"]),
                violation_error_message=_("Cette zone ABC n’existe pas."),
            ),
            models.CheckConstraint(
                name="commune_zone_abc_has_a_beginning",
                condition=Q(valid__isempty=False, valid__lower_inf=False),
                violation_error_message=_("La période de validité a un début."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.commune_id} {self.zone}"
