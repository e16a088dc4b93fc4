"""Favourites, saved searches, and what was found for whom."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from alin.kit import clock
from alin.kit.models import PublicIdModel

from .offers import Offer


class Favourite(models.Model):
    """A home that somebody keeps an eye on; kept after it closes, and said to be closed."""

    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="favourites")
    offer = models.ForeignKey(Offer, on_delete=models.CASCADE, related_name="favourites")
    added_at = models.DateTimeField(default=clock.now)
    # When the person was told that it closes soon: once.
    reminded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-added_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["person", "offer"], name="favourite_once"),
        ]
        verbose_name = _("favori")
        verbose_name_plural = _("favoris")

    def __str__(self) -> str:
        return f"{self.person_id} ♥ {self.offer_id}"


class AlertSubscription(models.Model):
    """Whether somebody wants mails about new homes at all. `token` is the secret of the link that
    ends them without logging in: 122 random bits, that say nothing and open nothing else."""

    person = models.OneToOneField(
        User, on_delete=models.CASCADE, primary_key=True, related_name="alert_subscription"
    )
    token = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    muted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("abonnement aux alertes")
        verbose_name_plural = _("abonnements aux alertes")

    def __str__(self) -> str:
        return f"{self.person_id}"


class SavedSearch(PublicIdModel):
    """The criteria of a search, kept as columns so that a new offer meets all searches in one
    statement. An empty list, a null or an empty text asks for nothing.

    `spots` are words for places (see `queries.matching.spots_of`)."""

    MOST = 10

    class Frequency(models.TextChoices):
        NOW = "now", _("Dès qu'un logement paraît")
        DAILY = "daily", _("Une fois par jour")
        WEEKLY = "weekly", _("Une fois par semaine, le lundi")
        NEVER = "never", _("Jamais : je garde seulement la recherche")

    class Wishes(models.TextChoices):
        """What the communes of the dossier, as they are when an offer comes, have to say."""

        ANY = "", _("sans en tenir compte")
        ONLY = "only", _("seulement mes communes souhaitées")
        AROUND = "around", _("mes communes souhaitées et autour")

    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="saved_searches")
    slot = models.PositiveSmallIntegerField()
    name = models.CharField(_("nom de l'alerte"), max_length=80)
    frequency = models.CharField(
        _("quand vous prévenir"), max_length=6, choices=Frequency.choices, default=Frequency.DAILY
    )
    eligible_only = models.BooleanField(
        _("seulement les logements auxquels j'ai droit"), default=False
    )
    query = models.CharField(max_length=2_000, blank=True)
    spots = ArrayField(models.CharField(max_length=12))
    wishes = models.CharField(max_length=6, choices=Wishes.choices, blank=True)
    kinds = ArrayField(models.CharField(max_length=14), default=list, blank=True)
    programmes = ArrayField(models.CharField(max_length=13), default=list, blank=True)
    fundings = ArrayField(models.CharField(max_length=4), default=list, blank=True)
    rooms = ArrayField(models.PositiveSmallIntegerField(), default=list, blank=True)
    rent_min = models.PositiveIntegerField(null=True, blank=True)
    rent_max = models.PositiveIntegerField(null=True, blank=True)
    surface_min = models.PositiveIntegerField(null=True, blank=True)
    surface_max = models.PositiveIntegerField(null=True, blank=True)
    home_kind = models.CharField(max_length=10, blank=True)
    floor_min = models.PositiveSmallIntegerField(null=True, blank=True)
    floor_max = models.PositiveSmallIntegerField(null=True, blank=True)
    lift = models.BooleanField(default=False)
    accessible = models.BooleanField(default=False)
    dpe = models.CharField(max_length=1, blank=True)
    available_before = models.DateField(null=True, blank=True)
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["person", "slot"]
        constraints = [
            models.UniqueConstraint(fields=["person", "slot"], name="saved_search_slot_once"),
            models.CheckConstraint(
                condition=Q(slot__gte=1, slot__lte=10),
                name="ten_saved_searches_at_most",
                violation_error_message=_("Dix alertes au plus : supprimez-en une."),
            ),
            models.CheckConstraint(
                condition=Q(spots__len__gt=0),
                name="saved_search_is_somewhere",
                violation_error_message=_("Cette recherche ne désigne aucun lieu."),
            ),
        ]
        indexes = [
            GinIndex(fields=["spots"], condition=~Q(frequency="never"), name="saved_search_by_spot")
        ]
        verbose_name = _("recherche enregistrée")
        verbose_name_plural = _("recherches enregistrées")

    def __str__(self) -> str:
        return self.name


class AlertRun(models.Model):
    """A published offer whose alerts are to be found: written when it is published, so that a
    broker that forgets loses nothing."""

    offer = models.OneToOneField(
        Offer, on_delete=models.CASCADE, primary_key=True, related_name="alert_run"
    )
    asked_at = models.DateTimeField(default=clock.now)
    done_at = models.DateTimeField(null=True, blank=True)
    found = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["asked_at"]
        indexes = [
            models.Index(fields=["asked_at"], condition=Q(done_at=None), name="alert_run_to_do")
        ]
        verbose_name = _("recherche d'alertes")
        verbose_name_plural = _("recherches d'alertes")

    def __str__(self) -> str:
        return f"{self.offer_id}"


class OfferAlert(models.Model):
    """A home found for somebody: once, whatever the number of searches that find it."""

    person = models.ForeignKey(
        User, on_delete=models.CASCADE, related_name="offer_alerts", db_index=False
    )
    offer = models.ForeignKey(Offer, on_delete=models.CASCADE, related_name="alerts")
    search = models.ForeignKey(
        SavedSearch, null=True, on_delete=models.SET_NULL, related_name="alerts"
    )
    frequency = models.CharField(max_length=6, choices=SavedSearch.Frequency.choices)
    found_at = models.DateTimeField(default=clock.now)
    told_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-found_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["person", "offer"], name="told_once_of_an_offer"),
            models.CheckConstraint(
                condition=Q(told_at=None) | Q(told_at__gte=F("found_at")),
                name="alert_told_after_it_was_found",
            ),
        ]
        indexes = [
            models.Index(
                fields=["frequency", "person"],
                condition=Q(told_at=None),
                name="alert_to_tell",
            )
        ]
        verbose_name = _("alerte")
        verbose_name_plural = _("alertes")

    def __str__(self) -> str:
        return f"{self.person_id} ← {self.offer_id}"
