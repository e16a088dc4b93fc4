"""Who will live in the home."""

from django.db import models
from django.utils.translation import gettext_lazy as _

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
