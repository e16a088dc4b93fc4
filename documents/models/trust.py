"""The lists of certificates that an operator put in the place of the one that is shipped."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from alin.kit import clock
from alin.kit.models import PublicIdModel


class TrustList(PublicIdModel):
    """Certificates of the bodies that seal documents, as France Titres publishes them.

    Loaded, it counts for nothing; put in force, it replaces the one before; set aside, it gives
    its place back to the list that is shipped."""

    pem = models.TextField(editable=False)
    sha256 = models.CharField(max_length=64, editable=False)
    certificates = models.PositiveSmallIntegerField(_("certificats"))
    authorities = models.PositiveSmallIntegerField(_("autorités"))
    issued_on = models.DateField(_("publiée le"))
    next_update = models.DateField(_("prochaine mise à jour"))
    loaded_at = models.DateTimeField(default=clock.now)
    loaded_by = models.ForeignKey(User, on_delete=models.RESTRICT, related_name="+")
    in_force_at = models.DateTimeField(_("en vigueur depuis"), null=True, blank=True)
    set_aside_at = models.DateTimeField(_("écartée le"), null=True, blank=True)

    class Meta:
        ordering = ["-loaded_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                models.Value(1),
                condition=models.Q(in_force_at__isnull=False, set_aside_at=None),
                name="one_trust_list_in_force",
                violation_error_message=_("Une seule liste est en vigueur."),
            ),
            models.CheckConstraint(
                condition=models.Q(next_update__gt=models.F("issued_on")),
                name="trust_list_ends_after_it_begins",
                violation_error_message=_(
                    "La prochaine mise à jour vient après la publication de la liste."
                ),
            ),
        ]
        verbose_name = _("liste de confiance")
        verbose_name_plural = _("listes de confiance")

    def __str__(self) -> str:
        return f"{self.issued_on}"

    @property
    def is_in_force(self) -> bool:
        return self.in_force_at is not None and self.set_aside_at is None
