"""Who will live in the home, and what each of them earns."""

from django.core.validators import MaxValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from alin.kit import clock
from alin.kit.models import PublicIdModel

from .dossier import Dossier


class HouseholdMember(PublicIdModel):
    """Somebody who will live in the home with the applicant."""

    class Link(models.TextChoices):
        SPOUSE = "spouse", _("époux ou épouse, partenaire de PACS")
        PARTNER = "partner", _("concubin ou concubine")
        CHILD = "child", _("enfant")
        ASCENDANT = "ascendant", _("parent ou grand-parent")
        OTHER = "other", _("autre personne")

    class Custody(models.TextChoices):
        FULL = "full", _("vit avec vous")
        ALTERNATING = "alternating", _("garde alternée")
        VISITING = "visiting", _("droit de visite et d'hébergement")

    dossier = models.ForeignKey(Dossier, on_delete=models.CASCADE, related_name="members")
    first_name = models.CharField(_("prénom"), max_length=80)
    last_name = models.CharField(_("nom"), max_length=80, blank=True)
    link = models.CharField(_("lien avec vous"), max_length=12, choices=Link.choices)
    birth_date = models.DateField(_("date de naissance"), null=True, blank=True)
    expected = models.BooleanField(_("enfant à naître"), default=False)
    dependant = models.BooleanField(_("à votre charge fiscale"), default=False)
    custody = models.CharField(
        _("garde"), max_length=12, choices=Custody.choices, blank=True, default=""
    )
    disabled = models.BooleanField(_("carte mobilité inclusion, mention invalidité"), default=False)
    shares_tax_notice = models.BooleanField(_("déclare ses revenus avec vous"), default=False)

    class Meta:
        ordering = ["dossier", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(expected=False) | models.Q(link="child", birth_date=None),
                name="expected_child_has_no_birth_date",
                violation_error_message=_(
                    "Un enfant à naître n'a pas encore de date de naissance."
                ),
            ),
            models.UniqueConstraint(
                fields=["dossier"],
                condition=models.Q(link__in=["spouse", "partner"]),
                name="one_spouse_or_partner",
                violation_error_message=_(
                    "Une seule personne peut être votre conjoint ou partenaire."
                ),
            ),
        ]
        verbose_name = _("membre du foyer")
        verbose_name_plural = _("membres du foyer")

    def __str__(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()


class TaxIncome(models.Model):
    """The revenu fiscal de référence (whole euros a year) of one person, one year of income.

    `member` is empty for the applicant. Source: arrêté du 29 juillet 1987, art. 4."""

    dossier = models.ForeignKey(Dossier, on_delete=models.CASCADE, related_name="incomes")
    member = models.ForeignKey(
        HouseholdMember, null=True, blank=True, on_delete=models.CASCADE, related_name="incomes"
    )
    year = models.PositiveSmallIntegerField(_("année des revenus"))
    rfr_eur = models.PositiveIntegerField(
        _("revenu fiscal de référence"), validators=[MaxValueValidator(999_999)]
    )

    class Meta:
        ordering = ["dossier", "year", "pk"]
        constraints = [
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


class RecentIncome(models.Model):
    """What one person has lately, in whole euros: the taxable resources of the last twelve months,
    which may count instead of a tax notice (arrêté du 29 juillet 1987), and what comes in each
    month now, for the taux d'effort. `member` is empty for the applicant."""

    dossier = models.ForeignKey(Dossier, on_delete=models.CASCADE, related_name="recent_incomes")
    member = models.ForeignKey(
        HouseholdMember,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="recent_incomes",
    )
    last_12_months_eur = models.PositiveIntegerField(
        _("ressources des douze derniers mois"),
        null=True,
        blank=True,
        validators=[MaxValueValidator(999_999)],
    )
    monthly_eur = models.PositiveIntegerField(
        _("ressources par mois"), null=True, blank=True, validators=[MaxValueValidator(99_999)]
    )
    told_on = models.DateField(_("déclaré le"), default=clock.today)

    class Meta:
        ordering = ["dossier", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["dossier", "member"],
                nulls_distinct=False,
                name="one_recent_income_per_person",
            ),
            models.CheckConstraint(
                condition=models.Q(last_12_months_eur=None)
                | models.Q(last_12_months_eur__lte=999_999),
                name="last_12_months_are_plausible",
                violation_error_message=_("Ce montant est trop élevé pour un foyer."),
            ),
            models.CheckConstraint(
                condition=models.Q(monthly_eur=None) | models.Q(monthly_eur__lte=99_999),
                name="monthly_income_is_plausible",
                violation_error_message=_("Ce montant est trop élevé pour un foyer."),
            ),
            models.CheckConstraint(
                condition=~models.Q(last_12_months_eur=None, monthly_eur=None),
                name="recent_income_says_something",
            ),
        ]
        verbose_name = _("ressources récentes")
        verbose_name_plural = _("ressources récentes")

    def __str__(self) -> str:
        return f"{self.last_12_months_eur} € en douze mois, {self.monthly_eur} € par mois"
