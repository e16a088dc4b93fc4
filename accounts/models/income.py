"""What each person of a household earns: figure by figure, where it comes from, who checked it."""

from datetime import date
from typing import Any, ClassVar

from django.core.validators import MaxValueValidator
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.rules.resources import Recent
from alin.kit import clock

from .dossier import Dossier
from .household import HouseholdMember
from .people import Organisation, User


class IncomeFigure(models.Model):
    """An amount told of one person (`member` is empty for the applicant), in whole euros.

    A verification is the amount that was verified, and by what: an agent for an organisation, or
    the seal of the State that the person confirmed (`seal_signed_on`: the day it was signed). It
    holds as long as the figure is that amount, so that no change of the figure can leave it
    standing."""

    class Source(models.TextChoices):
        DECLARED = "declared", _("déclaré par le demandeur")
        SIMULATION = "simulation", _("repris d'une simulation")
        STAFF = "staff", _("lu sur une pièce par un agent")
        SEALED = "sealed", _("lu dans un avis d'impôt certifié")

    NOT_VERIFIED: ClassVar[dict[str, Any]] = {
        "verified_eur": None,
        "verified_by": None,
        "verified_for": None,
        "seal_signed_on": None,
        "verified_at": None,
    }
    amount_field = ""

    source = models.CharField(
        _("origine"), max_length=10, choices=Source.choices, default=Source.DECLARED
    )
    told_on = models.DateField(_("déclaré le"), default=clock.today)
    verified_eur = models.PositiveIntegerField(_("montant vérifié"), null=True, blank=True)
    verified_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.RESTRICT, related_name="+"
    )
    verified_for = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.RESTRICT, related_name="+"
    )
    seal_signed_on = models.DateField(_("sceau signé le"), null=True, blank=True)
    verified_at = models.DateTimeField(_("vérifié le"), null=True, blank=True)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=models.Q(
                    verified_eur=None,
                    verified_by=None,
                    verified_for=None,
                    seal_signed_on=None,
                    verified_at=None,
                )
                | models.Q(
                    models.Q(verified_for__isnull=False, seal_signed_on=None)
                    | models.Q(verified_for=None, seal_signed_on__isnull=False),
                    verified_eur__isnull=False,
                    verified_by__isnull=False,
                    verified_at__isnull=False,
                ),
                name="%(class)s_verification_is_whole",
            ),
            models.CheckConstraint(
                condition=~models.Q(source="staff", verified_eur=None),
                name="%(class)s_read_by_staff_is_verified",
            ),
        ]

    @property
    def amount_eur_told(self) -> int:
        return int(getattr(self, self.amount_field))

    @property
    def is_verified(self) -> bool:
        return self.verified_eur is not None and self.verified_eur == self.amount_eur_told

    @property
    def verifier(self) -> str:
        """Who or what stands by the verified amount; empty when nobody does."""
        if self.seal_signed_on is not None:
            return gettext("le sceau de l'État")
        return str(self.verified_for) if self.verified_eur is not None else ""

    @property
    def verified_on(self) -> date | None:
        """The day, in Paris, of the verification of this amount or of another one before."""
        return self.verified_at.astimezone(clock.PARIS).date() if self.verified_at else None


class TaxIncome(IncomeFigure):
    """The revenu fiscal de référence (whole euros a year) of one person, one year of income.

    `member` is empty for the applicant. Source: arrêté du 29 juillet 1987, art. 4."""

    amount_field = "rfr_eur"

    dossier = models.ForeignKey(Dossier, on_delete=models.CASCADE, related_name="incomes")
    member = models.ForeignKey(
        HouseholdMember, null=True, blank=True, on_delete=models.CASCADE, related_name="incomes"
    )
    year = models.PositiveSmallIntegerField(_("année des revenus"))
    rfr_eur = models.PositiveIntegerField(
        _("revenu fiscal de référence"), validators=[MaxValueValidator(999_999)]
    )

    class Meta(IncomeFigure.Meta):
        ordering = ["dossier", "year", "pk"]
        constraints = [
            *IncomeFigure.Meta.constraints,
            models.UniqueConstraint(
                fields=["dossier", "member", "year"],
                nulls_distinct=False,
                name="one_rfr_per_person_and_year",
            ),
            models.CheckConstraint(
                condition=models.Q(rfr_eur__lte=999_999),
                name="rfr_is_plausible",
                violation_error_message=_("Ce montant est trop élevé pour un foyer."),
            ),
        ]
        verbose_name = _("revenu fiscal de référence")
        verbose_name_plural = _("revenus fiscaux de référence")

    def __str__(self) -> str:
        return f"{self.year} : {self.rfr_eur} €"


class RecentIncome(IncomeFigure):
    """What one person has lately, in whole euros: the taxable resources of the last twelve months,
    which may count instead of a tax notice (arrêté du 29 juillet 1987), or what comes in each
    month now, for the taux d'effort. Each grows old from the day it was told (`told_on`)."""

    class Kind(models.TextChoices):
        LAST_12_MONTHS = "12_months", _("ressources des douze derniers mois")
        MONTHLY = "monthly", _("ressources par mois")

    amount_field = "amount_eur"

    dossier = models.ForeignKey(Dossier, on_delete=models.CASCADE, related_name="recent_incomes")
    member = models.ForeignKey(
        HouseholdMember,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="recent_incomes",
    )
    kind = models.CharField(_("genre"), max_length=9, choices=Kind.choices)
    amount_eur = models.PositiveIntegerField(_("montant"), validators=[MaxValueValidator(999_999)])

    class Meta(IncomeFigure.Meta):
        ordering = ["dossier", "pk"]
        constraints = [
            *IncomeFigure.Meta.constraints,
            models.UniqueConstraint(
                fields=["dossier", "member", "kind"],
                nulls_distinct=False,
                name="one_recent_income_per_person_and_kind",
            ),
            models.CheckConstraint(
                condition=models.Q(kind="12_months", amount_eur__lte=999_999)
                | models.Q(kind="monthly", amount_eur__lte=99_999),
                name="recent_income_is_plausible",
                violation_error_message=_("Ce montant est trop élevé pour un foyer."),
            ),
        ]
        verbose_name = _("ressources récentes")
        verbose_name_plural = _("ressources récentes")

    def __str__(self) -> str:
        return f"{self.get_kind_display()} : {self.amount_eur} €"

    @property
    def told(self) -> Recent:
        return Recent(self.amount_eur, self.told_on)
