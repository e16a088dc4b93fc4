"""What each dossier comes down to for the ceilings: facts, never verdicts. A verdict is one
expression over these rows (`queries.verdict_expression`), so a new year writes nothing here."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Dossier
from alin.kit import clock


class DossierFacts(models.Model):
    """The facts of a dossier on a day, in columns; written by `services.derive_facts` alone.

    Null always means “not known yet”. They hold until `stale_on`, the first day on which a new
    year, a birthday or the end of the demande may change them."""

    dossier = models.OneToOneField(
        Dossier, on_delete=models.CASCADE, primary_key=True, related_name="facts"
    )
    persons = models.PositiveSmallIntegerField(_("personnes"), default=0)
    category = models.CharField(_("catégorie de ménage"), max_length=1, null=True)
    extra = models.PositiveSmallIntegerField(_("personnes au-delà de la catégorie 6"), default=0)
    # Only while a missing birth date leaves open whether the couple is a young one.
    young_category = models.CharField(_("catégorie de jeune ménage"), max_length=1, null=True)
    lli_column = models.CharField(_("colonne du logement intermédiaire"), max_length=10, null=True)
    lli_extra = models.PositiveSmallIntegerField(_("personnes à charge au-delà de 4"), default=0)
    resources_eur = models.PositiveIntegerField(_("ressources en euros par an"), null=True)
    resources_year = models.PositiveSmallIntegerField(_("année des ressources"), null=True)
    resources_basis = models.CharField(_("base des ressources"), max_length=9, default="N-2")
    has_numero_unique = models.BooleanField(_("numéro unique"), default=False)
    # In force on that day; False too when its dates are not told.
    numero_valid = models.BooleanField(_("demande en cours de validité"), default=False)
    registered_on = models.DateField(_("première demande"), null=True)
    employment_sector = models.CharField(_("secteur de l’employeur"), max_length=13, null=True)
    employer_headcount = models.PositiveIntegerField(_("salariés de l’employeur"), null=True)
    employment_contract = models.CharField(_("contrat qui ouvre"), max_length=14, null=True)
    # Dates, never ages: an age condition is a constant of the day of the decision.
    born_on = models.DateField(_("naissance du titulaire"), null=True)
    couple = models.BooleanField(_("en couple"), default=False, db_default=False)
    spouse_born_on = models.DateField(_("naissance du conjoint"), null=True)
    on = models.DateField(_("faits au"))
    stale_on = models.DateField(_("à revoir le"))
    computed_at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name = _("faits d’un dossier")
        verbose_name_plural = _("faits des dossiers")
        ordering = ["dossier"]
        constraints = [
            models.CheckConstraint(
                name="facts_category_known",
                condition=Q(category=None) | Q(category__in=["1", "2", "3", "4", "5", "6"]),
            ),
            models.CheckConstraint(
                name="facts_extra_beyond_the_sixth",
                condition=Q(extra=0) | Q(category="6"),
            ),
            models.CheckConstraint(
                name="facts_lli_column_known",
                condition=Q(lli_column=None)
                | Q(lli_column__in=["seul", "couple", "1_pac", "2_pac", "3_pac", "4_pac"]),
            ),
            models.CheckConstraint(
                name="facts_lli_extra_beyond_the_fourth",
                condition=Q(lli_extra=0) | Q(lli_column="4_pac"),
            ),
            models.CheckConstraint(
                name="facts_spouse_of_a_couple",
                condition=Q(spouse_born_on=None) | Q(couple=True),
            ),
            models.CheckConstraint(
                name="facts_basis_known",
                condition=Q(resources_basis__in=["N-2", "N-1", "12_months"]),
            ),
            models.CheckConstraint(
                name="facts_stale_after_their_day", condition=Q(stale_on__gt=models.F("on"))
            ),
        ]
        indexes = [
            # The list of rights that change walks one range of each kind of household.
            models.Index(
                name="facts_by_kind",
                fields=["category", "extra", "resources_eur"],
                include=["dossier"],
            ),
            models.Index(
                name="facts_by_lli_kind",
                fields=["lli_column", "lli_extra", "resources_eur"],
                include=["dossier"],
            ),
            models.Index(name="facts_stale", fields=["stale_on"]),
        ]

    def __str__(self) -> str:
        return f"{self.dossier_id} : {self.category}+{self.extra}, {self.resources_eur} €"
