"""Files of stock sent by landlords: what each line would do, before anything is done."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, User
from alin.kit import clock
from alin.kit.models import PublicIdModel


class StockImport(PublicIdModel):
    """One file. Nothing is written to the stock before somebody asks to apply it; then all that
    is accepted is, in one transaction, or nothing."""

    class State(models.TextChoices):
        WAITING = "waiting", _("en attente de vérification")
        CHECKED = "checked", _("vérifié")
        APPLYING = "applying", _("en cours d'enregistrement")
        APPLIED = "applied", _("enregistré")
        REFUSED = "refused", _("refusé")

    organisation = models.ForeignKey(
        Organisation, on_delete=models.RESTRICT, related_name="stock_imports"
    )
    sent_by = models.ForeignKey(User, on_delete=models.RESTRICT, related_name="+")
    sent_at = models.DateTimeField(default=clock.now)
    name = models.CharField(_("nom du fichier"), max_length=120)
    content = models.BinaryField(default=bytes)
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    refusal = models.CharField(max_length=300, blank=True)
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    # How many times it was begun since somebody asked: one that kills its worker is given up.
    attempts = models.PositiveSmallIntegerField(default=0)
    # Who asked to apply it: what it writes is written in that name, which may not be the sender's.
    applied_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.RESTRICT, related_name="+"
    )
    applied_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-sent_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(done__lte=F("total")),
                name="import_does_no_more_than_all",
                violation_error_message=_("L'avancement dépasse le total."),
            ),
            models.CheckConstraint(
                condition=Q(state="applied", applied_at__isnull=False)
                | (~Q(state="applied") & Q(applied_at__isnull=True)),
                name="import_applied_says_when",
                violation_error_message=_("Un import enregistré dit quand."),
            ),
        ]
        indexes = [
            models.Index(
                fields=["id"],
                condition=Q(state__in=["waiting", "applying"]),
                name="import_with_work",
            )
        ]
        verbose_name = _("import")
        verbose_name_plural = _("imports")

    def __str__(self) -> str:
        return self.name


class StockImportLine(models.Model):
    """What one line of the file would do. `changes`: (label, before, after); `reasons`: why it
    is refused, or what of it is left out; `cells`: what it says, by column."""

    class Outcome(models.TextChoices):
        CREATED = "created", _("créé")
        CHANGED = "changed", _("modifié")
        UNCHANGED = "unchanged", _("inchangé")
        REFUSED = "refused", _("refusé")

    batch = models.ForeignKey(StockImport, on_delete=models.CASCADE, related_name="lines")
    number = models.PositiveIntegerField(_("ligne"))
    label = models.CharField(max_length=100, blank=True)
    outcome = models.CharField(max_length=9, choices=Outcome.choices)
    changes = models.JSONField(default=list)
    reasons = models.JSONField(default=list)
    cells = models.JSONField(default=dict)

    class Meta:
        ordering = ["batch", "number"]
        constraints = [models.UniqueConstraint(fields=["batch", "number"], name="import_line_once")]
        indexes = [models.Index(fields=["batch", "outcome", "number"], name="import_line_outcome")]
        verbose_name = _("ligne d'import")
        verbose_name_plural = _("lignes d'import")

    def __str__(self) -> str:
        return f"{self.number} : {self.outcome}"
