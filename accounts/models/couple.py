"""Two people on one dossier: who shares it, and how somebody is invited to."""

from datetime import timedelta

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from alin.kit import clock
from alin.kit.models import PublicIdModel

from .dossier import Dossier
from .household import HouseholdMember
from .people import Invitation, User


class CoApplicant(PublicIdModel):
    """A person who keeps somebody else's dossier with them, by an account of her own (the
    co-demandeur of the CERFA form), from one instant to another."""

    dossier = models.ForeignKey(Dossier, on_delete=models.CASCADE, related_name="co_applicants")
    user = models.ForeignKey(User, on_delete=models.RESTRICT, related_name="shared_dossiers")
    member = models.ForeignKey(
        HouseholdMember, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    since = models.DateTimeField(default=clock.now)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.RESTRICT, related_name="+"
    )

    class Meta:
        ordering = ["dossier", "-since"]
        constraints = [
            models.UniqueConstraint(
                fields=["dossier"],
                condition=Q(ended_at=None),
                name="one_co_applicant_per_dossier",
                violation_error_message=_("Ce dossier est déjà tenu à deux."),
            ),
            models.UniqueConstraint(
                fields=["user"],
                condition=Q(ended_at=None),
                name="one_shared_dossier_per_account",
                violation_error_message=_("Cette personne partage déjà un dossier."),
            ),
        ]
        verbose_name = _("co-demandeur")
        verbose_name_plural = _("co-demandeurs")

    def __str__(self) -> str:
        return f"{self.user} → {self.dossier}"


class CoApplicantInvitation(PublicIdModel):
    """An invitation to share a dossier: one address, one use, seven days.

    `member` is the person of the household who is invited; without it the other columns say who
    joins the household on acceptance. Only the digest of the secret is kept."""

    LIFETIME = timedelta(days=7)
    digest = staticmethod(Invitation.digest)
    new_secret = staticmethod(Invitation.new_secret)

    dossier = models.ForeignKey(Dossier, on_delete=models.CASCADE, related_name="+")
    member = models.ForeignKey(
        HouseholdMember, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    link = models.CharField(max_length=12, choices=HouseholdMember.Link.choices, blank=True)
    first_name = models.CharField(_("prénom"), max_length=80, blank=True)
    last_name = models.CharField(_("nom"), max_length=80, blank=True)
    birth_date = models.DateField(_("date de naissance"), null=True, blank=True)
    email = models.EmailField(_("adresse électronique"))
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
                fields=["dossier"],
                condition=Q(accepted_at=None, revoked_at=None),
                name="one_co_applicant_invitation_pending",
                violation_error_message=_("Une invitation attend déjà une réponse."),
            )
        ]
        verbose_name = _("invitation à partager un dossier")
        verbose_name_plural = _("invitations à partager un dossier")

    def __str__(self) -> str:
        return f"{self.email} → {self.dossier}"

    @property
    def is_expired(self) -> bool:
        return self.expires_at <= clock.now()
