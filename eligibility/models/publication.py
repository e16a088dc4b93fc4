"""Ceilings of a year that an operator loads and publishes, and the rights that change by them."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Dossier
from alin.kit import clock
from alin.kit.models import PublicIdModel

from .ceilings import Ceiling, Funding


class CeilingPublication(PublicIdModel):
    """A file of ceilings: a draft counts for nothing, a published one from `valid_from` on, a
    withdrawn one no more. The file may be corrected by another publication of the same year."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("brouillon")
        PUBLISHED = "published", _("publiée")
        WITHDRAWN = "withdrawn", _("retirée")

    year = models.PositiveSmallIntegerField(_("année"))
    status = models.CharField(max_length=10, choices=Status, default=Status.DRAFT)
    valid_from = models.DateField(_("en vigueur le"))
    file_name = models.CharField(_("fichier"), max_length=200)
    # Typed when the portal does not know it yet: the IRL of the third quarter of the year before.
    rent_index = models.DecimalField(
        _("IRL du 3e trimestre"), max_digits=7, decimal_places=2, null=True
    )
    departure = models.TextField(_("pourquoi l’indexation n’est pas suivie"), blank=True)
    checks = models.JSONField(_("constats du contrôle"), default=list)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, related_name="+"
    )
    uploaded_at = models.DateTimeField(default=clock.now)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.RESTRICT, related_name="+"
    )
    published_at = models.DateTimeField(null=True)
    # When the list of rights that change was whole, and the telling of people began.
    listed_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.RESTRICT, related_name="+"
    )
    withdrawn_at = models.DateTimeField(null=True)
    withdrawal_reason = models.TextField(_("motif du retrait"), blank=True)

    class Meta:
        verbose_name = _("publication de plafonds")
        verbose_name_plural = _("publications de plafonds")
        ordering = ["-uploaded_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="publication_dates_say_its_status",
                condition=Q(status="draft", published_at=None, withdrawn_at=None)
                | Q(status="published", published_at__isnull=False, withdrawn_at=None)
                | Q(status="withdrawn", withdrawn_at__isnull=False),
            ),
            models.CheckConstraint(
                name="publication_starts_in_its_year",
                condition=Q(valid_from__year=models.F("year")),
                violation_error_message=_("Les plafonds d’une année y entrent en vigueur."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.year} ({self.file_name})"

    @property
    def was_published(self) -> bool:
        return self.published_at is not None


class ProposedCeiling(models.Model):
    """One line of the file of a publication; it becomes a `Ceiling` when that is published."""

    publication = models.ForeignKey(
        CeilingPublication, on_delete=models.CASCADE, related_name="lines"
    )
    funding = models.CharField(_("financement"), max_length=4, choices=Funding)
    zone = models.CharField(_("zone"), max_length=20)
    category = models.CharField(_("catégorie de ménage"), max_length=20)
    amount_eur = models.PositiveIntegerField(_("plafond en euros par an"))
    status = models.CharField(_("fiabilité"), max_length=20, choices=Ceiling.Status)
    source = models.TextField(_("source"))

    class Meta:
        ordering = ["funding", "zone", "category"]
        constraints = [
            models.UniqueConstraint(
                name="proposed_ceiling_once",
                fields=["publication", "funding", "zone", "category"],
                violation_error_message=_("Ce plafond est donné deux fois."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.funding} {self.zone} {self.category}"


class RightChange(models.Model):
    """A right that somebody gains or loses by a publication: a funding in a zone, with the
    resources told when it was published. Of a withdrawn publication, it is cancelled."""

    pk = models.CompositePrimaryKey("publication_id", "dossier_id", "funding", "zone")
    publication = models.ForeignKey(
        CeilingPublication, on_delete=models.CASCADE, related_name="changes", db_index=False
    )
    dossier = models.ForeignKey(Dossier, on_delete=models.CASCADE, related_name="right_changes")
    funding = models.CharField(_("financement"), max_length=4, choices=Funding)
    zone = models.CharField(_("zone"), max_length=20)
    gained = models.BooleanField(_("droit gagné"))

    class Meta:
        verbose_name = _("droit qui change")
        verbose_name_plural = _("droits qui changent")
        ordering = ["publication", "dossier", "funding", "zone"]

    def __str__(self) -> str:
        return f"{self.dossier_id} {'+' if self.gained else '-'}{self.funding} {self.zone}"


class PublicationStep(models.Model):
    """A piece of the work a publication asks for: done in one transaction with this row, by
    whichever worker holds it; one that is killed gives it back undone."""

    class Kind(models.TextChoices):
        LIST = "list", _("liste des droits qui changent")
        TELL = "tell", _("messages aux personnes")
        CORRECT = "correct", _("messages de rectification")

    publication = models.ForeignKey(
        CeilingPublication, on_delete=models.CASCADE, related_name="steps"
    )
    kind = models.CharField(max_length=10, choices=Kind)
    # Of a list: a kind of household, “hlm:2:0”. Of messages: the first and the last dossier, or
    # notice to correct.
    key = models.CharField(max_length=60)
    done_at = models.DateTimeField(null=True)
    handled = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                name="publication_step_once", fields=["publication", "kind", "key"]
            )
        ]
        indexes = [
            models.Index(name="publication_steps_left", fields=["id"], condition=Q(done_at=None))
        ]

    def __str__(self) -> str:
        return f"{self.publication_id} {self.kind} {self.key}"
