"""Commissions d'attribution (CALEOL): members, sessions, agenda, decisions."""

from datetime import timedelta

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, User
from alin.kit import clock
from alin.kit.models import PublicIdModel
from applications.models import Candidacy
from listings.models import Offer


class Commission(PublicIdModel):
    organisation = models.ForeignKey(
        Organisation, on_delete=models.RESTRICT, related_name="commissions"
    )
    name = models.CharField(_("nom"), max_length=120)
    # The law sets no number: the règlement intérieur does (R441-9 CCH).
    quorum = models.PositiveSmallIntegerField(
        _("quorum du règlement intérieur"),
        default=3,
        validators=[MinValueValidator(1), MaxValueValidator(30)],
    )

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                "organisation",
                Lower("name"),
                name="commission_name_once",
                violation_error_message=_("Une de vos commissions porte déjà ce nom."),
            ),
            models.CheckConstraint(
                condition=Q(quorum__gte=1),
                name="quorum_is_somebody",
                violation_error_message=_("Le quorum est d'un membre au moins."),
            ),
        ]
        verbose_name = _("commission")
        verbose_name_plural = _("commissions")

    def __str__(self) -> str:
        return self.name

    @property
    def journal_chain(self) -> str:
        return f"commission:{self.public_id}"


class CommissionMember(PublicIdModel):
    class Capacity(models.TextChoices):
        PRESIDENT = "president", _("président ou présidente")
        MEMBER = "member", _("membre désigné par le conseil d'administration")
        TENANTS = "tenants", _("représentant des locataires")
        MAYOR = "mayor", _("maire ou représentant")
        PREFET = "prefet", _("préfet ou représentant")
        EPCI = "epci", _("président de l'EPCI ou représentant")
        CONSULTATIVE = "consultative", _("voix consultative")

    commission = models.ForeignKey(Commission, on_delete=models.CASCADE, related_name="members")
    user = models.ForeignKey(User, on_delete=models.RESTRICT, related_name="commission_seats")
    capacity = models.CharField(_("qualité"), max_length=14, choices=Capacity.choices)
    since = models.DateTimeField(default=clock.now)
    until = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["commission", "capacity", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["commission", "user"],
                condition=Q(until=None),
                name="one_seat_per_person",
                violation_error_message=_("Cette personne siège déjà dans cette commission."),
            )
        ]
        verbose_name = _("membre de commission")
        verbose_name_plural = _("membres de commission")

    def __str__(self) -> str:
        return f"{self.user} ({self.get_capacity_display()})"

    @property
    def decides(self) -> bool:
        return self.capacity != self.Capacity.CONSULTATIVE


class SeatInvitation(PublicIdModel):
    """An invitation to sit, for somebody without an account: one address, one use, seven days.

    Only the digest of the secret is kept; the secret itself is in the mail alone."""

    LIFETIME = timedelta(days=7)

    commission = models.ForeignKey(Commission, on_delete=models.CASCADE, related_name="invitations")
    email = models.EmailField(_("adresse électronique"))
    capacity = models.CharField(
        _("qualité"), max_length=14, choices=CommissionMember.Capacity.choices
    )
    secret_digest = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(User, on_delete=models.RESTRICT, related_name="+")
    created_at = models.DateTimeField(default=clock.now)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                "commission",
                condition=Q(accepted_at=None, revoked_at=None),
                name="seat_invitation_pending_once",
                violation_error_message=_("Cette adresse a déjà une invitation en attente."),
            )
        ]
        verbose_name = _("invitation à siéger")
        verbose_name_plural = _("invitations à siéger")

    def __str__(self) -> str:
        return f"{self.email} → {self.commission}"


class Session(PublicIdModel):
    """A sitting of a commission. Decisions are staged while it is open, applied at its close."""

    commission = models.ForeignKey(Commission, on_delete=models.RESTRICT, related_name="sessions")
    scheduled_at = models.DateTimeField(_("date et heure"))
    place = models.CharField(_("lieu ou mode"), max_length=160)
    created_at = models.DateTimeField(default=clock.now)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.RESTRICT, related_name="+"
    )

    class Meta:
        ordering = ["-scheduled_at"]
        verbose_name = _("séance")
        verbose_name_plural = _("séances")

    def __str__(self) -> str:
        return f"{self.commission} · {self.scheduled_at:%d/%m/%Y}"


class AgendaItem(PublicIdModel):
    """One home on the agenda of a session, with its candidates."""

    class Exception_(models.TextChoices):
        NONE = "", _("aucune : trois candidats au moins")
        TOO_FEW = "too_few", _("nombre insuffisant de candidats")
        DALO = "dalo", _("candidats désignés par le préfet (DALO)")
        PLAI_ADAPTE = "plai_adapte", _("logement PLAI adapté")

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="items")
    offer = models.ForeignKey(Offer, on_delete=models.RESTRICT, related_name="agenda_items")
    exception = models.CharField(
        _("exception à la règle des trois candidats"),
        max_length=12,
        choices=Exception_.choices,
        blank=True,
    )
    exception_note = models.CharField(_("justification"), max_length=300, blank=True)
    added_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["session", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["session", "offer"], name="offer_once_per_session"),
            models.CheckConstraint(
                condition=Q(exception="") | ~Q(exception_note=""),
                name="exception_is_justified",
                violation_error_message=_("Dites pourquoi il y a moins de trois candidats."),
            ),
        ]
        verbose_name = _("point de l'ordre du jour")
        verbose_name_plural = _("ordre du jour")

    def __str__(self) -> str:
        return f"{self.offer}"


class AgendaCandidate(PublicIdModel):
    """A candidate presented for a home, and what the commission decided for them."""

    class Decision(models.TextChoices):
        """The five kinds of R441-3 CCH."""

        ATTRIBUTION = "attribution", _("attribution")
        ATTRIBUTION_RANG = "attribution_rang", _("attribution par rang")
        ATTRIBUTION_CONDITION = (
            "attribution_condition_suspensive",
            _("attribution sous condition suspensive"),
        )
        NON_ATTRIBUTION = "non_attribution", _("non-attribution")
        IRRECEVABILITE = "irrecevabilite", _("rejet pour irrecevabilité")

    item = models.ForeignKey(AgendaItem, on_delete=models.CASCADE, related_name="candidates")
    candidacy = models.ForeignKey(
        Candidacy, on_delete=models.RESTRICT, related_name="agenda_entries"
    )
    decision = models.CharField(max_length=34, choices=Decision.choices, blank=True)
    rank = models.PositiveSmallIntegerField(null=True, blank=True)
    motives = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    motive_text = models.TextField(blank=True)
    condition_piece = models.CharField(max_length=200, blank=True)
    condition_due_on = models.DateField(null=True, blank=True)
    decided_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.RESTRICT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["item", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["item", "candidacy"], name="candidacy_once_per_item"),
            models.CheckConstraint(
                condition=Q(decision="", rank=None)
                | Q(
                    decision__in=[
                        "attribution",
                        "attribution_rang",
                        "attribution_condition_suspensive",
                    ],
                    rank__gte=1,
                )
                | Q(decision__in=["non_attribution", "irrecevabilite"], rank=None),
                name="only_awards_have_a_rank",
                violation_error_message=_(
                    "Une attribution porte un rang, un rejet n'en porte pas."
                ),
            ),
            models.CheckConstraint(
                condition=~Q(decision="attribution_condition_suspensive")
                | (~Q(condition_piece="") & Q(condition_due_on__isnull=False)),
                name="condition_has_piece_and_delay",
                violation_error_message=_("Nommez la pièce attendue et sa date limite."),
            ),
            models.CheckConstraint(
                condition=~Q(decision__in=["non_attribution", "irrecevabilite"])
                | Q(motives__len__gte=1),
                name="rejection_has_a_motive",
                violation_error_message=_("Choisissez au moins un motif."),
            ),
        ]
        verbose_name = _("candidat présenté")
        verbose_name_plural = _("candidats présentés")

    def __str__(self) -> str:
        return f"{self.candidacy.applicant}"
