"""The search's own copy of what an offer, its dwelling, residence and commune say."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from territory.models import Commune, Departement

from .offers import Offer
from .stock import Dwelling

# What a search filters by and what it takes: an index that holds them spares reading the table.
_FILTERED = [
    "offer",
    "opens_at",
    "published_at",
    "kind",
    "funding",
    "home_kind",
    "rooms",
    "surface_m2",
    "total_rent",
    "floor",
    "lift",
    "accessible",
    "dpe",
    "available_on",
    "programme",
    "employees_only",
    "min_age",
    "max_age",
    "statuses",
    "ceilings_zone",
    "zone_abc",
]


class SearchRow(models.Model):
    """A published offer that is not archived, flat, so that a search reads one table.

    Written by the database alone (triggers on the four tables it copies; `write_search_rows`
    says how): whoever changes an offer, a bulk update or an import, cannot forget it.
    `ends_at` is when the window ends, or ended early; whether it is open is computed."""

    offer = models.OneToOneField(
        Offer, on_delete=models.CASCADE, primary_key=True, related_name="search_row"
    )
    public_id = models.UUIDField()
    commune = models.ForeignKey(
        Commune, on_delete=models.RESTRICT, related_name="+", db_index=False
    )
    # The commune itself, or the one whose municipal arrondissement it is.
    city = models.ForeignKey(Commune, on_delete=models.RESTRICT, related_name="+", db_index=False)
    departement = models.ForeignKey(
        Departement, on_delete=models.RESTRICT, related_name="+", db_index=False
    )
    region_code = models.CharField(max_length=3)
    ceilings_zone = models.CharField(max_length=20)
    zone_abc = models.CharField(max_length=4, blank=True)
    kind = models.CharField(_("catégorie"), max_length=14, choices=Offer.Kind.choices)
    funding = models.CharField(
        _("financement"), max_length=4, choices=Offer.Funding.choices, blank=True
    )
    programme = models.CharField(
        _("type d'offre"), max_length=13, choices=Offer.Programme.choices, default="ordinary"
    )
    employees_only = models.BooleanField()
    min_age = models.PositiveSmallIntegerField(_("âge minimum"), null=True)
    max_age = models.PositiveSmallIntegerField(_("âge maximum"), null=True)
    statuses = ArrayField(
        models.CharField(max_length=15), verbose_name=_("situations acceptées"), default=list
    )
    home_kind = models.CharField(_("type de bien"), max_length=10, choices=Dwelling.Kind.choices)
    rooms = models.PositiveSmallIntegerField(_("nombre de pièces"))
    surface_m2 = models.DecimalField(_("surface habitable"), max_digits=5, decimal_places=1)
    total_rent = models.DecimalField(_("loyer charges comprises"), max_digits=8, decimal_places=2)
    floor = models.PositiveSmallIntegerField(_("étage"))
    lift = models.BooleanField(_("ascenseur"))
    accessible = models.BooleanField(_("accessible"))
    dpe = models.CharField(_("DPE"), max_length=1, blank=True)
    available_on = models.DateField(_("disponible le"))
    published_at = models.DateTimeField()
    opens_at = models.DateTimeField()
    ends_at = models.DateTimeField()

    class Meta:
        ordering = ["ends_at", "public_id"]
        indexes = [
            # The first column is what is asked for most; the order of the list comes next, so
            # that a page stops after its twenty rows; the rest spares reading the table.
            models.Index(
                fields=["ends_at", "public_id"],
                include=[*_FILTERED, "commune", "city", "departement"],
                name="search_by_closing",
            ),
            models.Index(
                fields=["departement", "ends_at", "public_id"],
                include=_FILTERED,
                name="search_in_departement",
            ),
            models.Index(
                fields=["city", "ends_at", "public_id"], include=_FILTERED, name="search_in_city"
            ),
            models.Index(
                fields=["commune", "ends_at", "public_id"],
                include=_FILTERED,
                name="search_in_commune",
            ),
            models.Index(fields=["region_code", "ends_at", "public_id"], name="search_in_region"),
            models.Index(fields=["total_rent", "public_id"], name="search_by_rent"),
            models.Index(fields=["-surface_m2", "public_id"], name="search_by_surface"),
            models.Index(fields=["-published_at", "public_id"], name="search_by_publication"),
        ]
        verbose_name = _("ligne de recherche")
        verbose_name_plural = _("lignes de recherche")

    def __str__(self) -> str:
        return f"{self.offer_id}"
