"""What is kept of a published offer: what it said before each change, how often it was seen."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from alin.kit import clock

from .offers import Offer


class OfferRevision(models.Model):
    """What a published offer said before somebody changed it. Never changed, never deleted.

    `before` and `after` hold the fields that changed, as plain data (amounts as text); `version`
    is the one that said `before`."""

    offer = models.ForeignKey(Offer, on_delete=models.RESTRICT, related_name="revisions")
    version = models.PositiveIntegerField()
    before = models.JSONField()
    after = models.JSONField()
    at = models.DateTimeField(default=clock.now)
    by = models.ForeignKey(User, null=True, blank=True, on_delete=models.RESTRICT, related_name="+")

    class Meta:
        ordering = ["offer", "-version"]
        constraints = [
            models.UniqueConstraint(
                fields=["offer", "version"],
                name="offer_revision_once_per_version",
                violation_error_message=_("Quelqu'un d'autre vient de modifier cette offre."),
            ),
            models.CheckConstraint(
                condition=~Q(before=F("after")),
                name="offer_revision_changes_something",
                violation_error_message=_("Rien n'a changé."),
            ),
        ]
        verbose_name = _("modification d'offre")
        verbose_name_plural = _("modifications d'offres")

    def __str__(self) -> str:
        return f"{self.offer_id} v{self.version}"


class OfferDailyViews(models.Model):
    """How many times the page of an offer was read on a day (of Paris).

    Counted in memory and added here by a job: a reader never waits for a row that all readers
    write."""

    offer = models.ForeignKey(Offer, on_delete=models.CASCADE, related_name="daily_views")
    day = models.DateField(_("jour"))
    count = models.PositiveIntegerField(_("consultations"), default=0)

    class Meta:
        ordering = ["offer", "-day"]
        constraints = [
            models.UniqueConstraint(fields=["offer", "day"], name="offer_views_once_per_day")
        ]
        verbose_name = _("consultations d'un jour")
        verbose_name_plural = _("consultations par jour")

    def __str__(self) -> str:
        return f"{self.day} : {self.count}"
