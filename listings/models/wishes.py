"""Who wishes to live where, by seniority: read the other way round, from a home to dossiers."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from accounts.models import Dossier
from eligibility.models import DossierFacts
from territory.models import Commune


class WishRow(models.Model):
    """A commune wished for in a dossier, with what ranks it and what else is wished. The most
    senior of a commune are then the first of an index, however many they are.

    Written by the database alone (`write_wish_rows`), like `SearchRow`. Rights are not here: they
    are asked of `DossierFacts`, row by row, for the few that are read."""

    commune = models.ForeignKey(
        Commune, on_delete=models.RESTRICT, related_name="+", db_index=False
    )
    dossier = models.ForeignKey(Dossier, on_delete=models.CASCADE, related_name="wish_rows")
    # The same column as `dossier`: reaches the facts without going through the dossier.
    facts = models.ForeignObject(
        DossierFacts,
        null=True,
        on_delete=models.DO_NOTHING,
        from_fields=["dossier"],
        to_fields=["dossier"],
        related_name="+",
    )
    registered_on = models.DateField(_("première demande"), null=True)
    max_rent = models.PositiveIntegerField(_("loyer le plus haut"), null=True)
    sizes = ArrayField(models.PositiveSmallIntegerField(), verbose_name=_("tailles"))

    class Meta:
        ordering = ["commune", "registered_on", "dossier"]
        constraints = [models.UniqueConstraint(fields=["commune", "dossier"], name="wish_row_once")]
        indexes = [
            models.Index(
                F("commune"),
                F("registered_on").asc(nulls_last=True),
                F("dossier"),
                name="wish_by_seniority",
            )
        ]
        verbose_name = _("souhait classé")
        verbose_name_plural = _("souhaits classés")

    def __str__(self) -> str:
        return f"{self.commune_id} {self.dossier_id}"
