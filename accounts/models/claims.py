"""A numéro unique that two dossiers say is theirs: who asked for a check, and what was decided."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from alin.kit import clock
from alin.kit.models import PublicIdModel

from .dossier import Dossier
from .people import User


class NumeroClaim(PublicIdModel):
    """“This number is mine”: asked from one dossier while another one holds the number.

    The other dossier is not kept here: it is the one that holds the number when it is settled."""

    class State(models.TextChoices):
        WAITING = "waiting", _("À vérifier")
        GRANTED = "granted", _("Accordée")
        REFUSED = "refused", _("Refusée")
        WITHDRAWN = "withdrawn", _("Retirée")

    dossier = models.ForeignKey(Dossier, on_delete=models.CASCADE, related_name="numero_claims")
    numero_unique = models.CharField(_("numéro unique"), max_length=18)
    note = models.CharField(_("explication"), max_length=600, blank=True)
    created_at = models.DateTimeField(default=clock.now)
    state = models.CharField(_("état"), max_length=10, choices=State.choices, default=State.WAITING)
    decided_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.RESTRICT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(_("motif"), max_length=600, blank=True)

    class Meta:
        ordering = ["-created_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["dossier", "numero_unique"],
                condition=Q(state="waiting"),
                name="one_claim_waiting_per_numero",
                violation_error_message=_("La vérification de ce numéro est déjà demandée."),
            ),
            models.CheckConstraint(
                condition=Q(state="waiting", decided_at=None)
                | Q(state="withdrawn", decided_at__isnull=False)
                | (
                    Q(
                        state__in=["granted", "refused"],
                        decided_at__isnull=False,
                        decided_by__isnull=False,
                    )
                    & ~Q(reason="")
                ),
                name="numero_claim_settled_with_reason",
                violation_error_message=_("Une décision a un auteur, une date et un motif."),
            ),
        ]
        verbose_name = _("vérification de numéro unique")
        verbose_name_plural = _("vérifications de numéros uniques")

    def __str__(self) -> str:
        return f"{self.numero_unique} → {self.dossier}"
