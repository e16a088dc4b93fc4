"""Journal with its hash chain, once-only jobs, one-use form tokens."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from . import clock


class PublicIdModel(models.Model):
    """Rows named in addresses carry a random identifier: a number would tell how many there are."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)

    class Meta:
        abstract = True


class JournalEntry(models.Model):
    """One line of an append-only history. A database trigger refuses UPDATE and DELETE.

    Lines with the same `chain` (one per candidacy) are linked: `digest` covers the line and the
    digest before it, so an edited or removed line in the middle is found by `verify_chain`.
    """

    chain = models.CharField(max_length=80)
    sequence = models.PositiveIntegerField()
    at = models.DateTimeField(default=clock.now)
    event = models.CharField(max_length=60)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    actor_label = models.CharField(max_length=160)
    organisation_label = models.CharField(max_length=160, blank=True)
    reason = models.TextField(blank=True)
    data = models.JSONField(default=dict)
    previous_digest = models.CharField(max_length=64, blank=True)
    digest = models.CharField(max_length=64)

    class Meta:
        ordering = ["chain", "sequence"]
        constraints = [
            models.UniqueConstraint(fields=["chain", "sequence"], name="journal_one_line_per_rank")
        ]
        verbose_name = _("ligne de journal")
        verbose_name_plural = _("journal")

    def __str__(self) -> str:
        return f"{self.chain} · {self.sequence} · {self.event}"


class JournalAnchor(models.Model):
    """The heads of all chains on one day, digested together.

    A chain alone does not show that its last lines were cut; compared with the anchor it does."""

    day = models.DateField(unique=True)
    chains = models.PositiveIntegerField()
    entries = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["-day"]

    def __str__(self) -> str:
        return f"{self.day} · {self.digest[:12]}"


class JobRun(models.Model):
    """A periodic job claimed once per period, however many schedulers run."""

    job = models.CharField(max_length=80)
    period = models.CharField(max_length=40)
    started_at = models.DateTimeField(default=clock.now)
    ended_at = models.DateTimeField(null=True)
    handled = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["-started_at"]
        constraints = [
            models.UniqueConstraint(fields=["job", "period"], name="job_once_per_period")
        ]

    def __str__(self) -> str:
        return f"{self.job} {self.period}"


class UsedFormToken(models.Model):
    """A form sent twice does its work once: the second time finds where the first one led."""

    token = models.UUIDField(primary_key=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    used_at = models.DateTimeField(default=clock.now)
    led_to = models.CharField(max_length=300)

    class Meta:
        ordering = ["-used_at"]

    def __str__(self) -> str:
        return f"{self.token}"
