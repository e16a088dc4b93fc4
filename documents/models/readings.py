"""What was read in a file for the person who gave it. It dies with the file."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from alin.kit import clock
from alin.kit.models import PublicIdModel

from .files import PieceFile


class FileReading(models.Model):
    """What a clean file shows, reduced to what a hint needs: neither its text nor its codes.

    `name_sought` is the name looked for in the words of a PDF, `name_found` whether it was there;
    a name that has changed since is no reason for a hint."""

    file = models.OneToOneField(PieceFile, on_delete=models.CASCADE, related_name="reading")
    dim_pages = ArrayField(models.PositiveSmallIntegerField(), default=list)
    blurred_pages = ArrayField(models.PositiveSmallIntegerField(), default=list)
    announced_pages = models.PositiveSmallIntegerField(null=True)
    income_year = models.PositiveSmallIntegerField(null=True)
    latest_pay = models.DateField(null=True)
    name_sought = models.CharField(max_length=80, blank=True)
    name_found = models.BooleanField(default=False)
    # That a social security number can be read in it; never the number.
    shows_nir = models.BooleanField(default=False)
    read_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["file"]
        verbose_name = _("lecture d'un fichier")
        verbose_name_plural = _("lectures de fichiers")

    def __str__(self) -> str:
        return f"{self.file_id}"


class Seal(PublicIdModel):
    """A 2D-Doc seal of a file: who sealed what and when, whether it holds, the fields that serve.

    Never the code itself: it also carries fiscal numbers and amounts that nobody asks for."""

    class Kind(models.TextChoices):
        TAX_NOTICE = "tax_notice", _("Avis d'impôt")
        DISABILITY_CARD = "disability_card", _("Carte mobilité inclusion")
        ADDRESS = "address", _("Justificatif de domicile")
        OTHER = "other", _("Autre document")

    class Verdict(models.TextChoices):
        VERIFIED = "verified", _("Vérifié")
        ALTERED = "altered", _("Ne correspond pas")
        UNKNOWN = "unknown", _("Certificat inconnu")
        OUT_OF_DATE = "out_of_date", _("Certificat non valable à la signature")
        WRONG_ISSUER = "wrong_issuer", _("Signé par un autre organisme")

    file = models.ForeignKey(PieceFile, on_delete=models.CASCADE, related_name="seals")
    kind = models.CharField(_("document"), max_length=20, choices=Kind)
    verdict = models.CharField(_("sceau"), max_length=20, choices=Verdict)
    issuer = models.CharField(_("émetteur"), max_length=120, blank=True)
    signed_on = models.DateField(_("signé le"))
    names = ArrayField(models.CharField(max_length=120), default=list)
    income_year = models.PositiveSmallIntegerField(_("année des revenus"), null=True)
    rfr_eur = models.PositiveIntegerField(_("revenu fiscal de référence"), null=True)
    valid_until = models.DateField(_("valable jusqu'au"), null=True)
    address = models.CharField(_("adresse"), max_length=200, blank=True)
    read_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["file", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(verdict="verified") & ~models.Q(issuer="")
                | ~models.Q(verdict="verified")
                & models.Q(
                    names=[],
                    income_year=None,
                    rfr_eur=None,
                    valid_until=None,
                    address="",
                ),
                name="only_a_verified_seal_says_something",
                violation_error_message=_("Un sceau qui n'est pas vérifié ne dit rien."),
            ),
            models.CheckConstraint(
                condition=models.Q(rfr_eur=None) | models.Q(rfr_eur__lte=999_999),
                name="sealed_rfr_is_plausible",
            ),
        ]
        verbose_name = _("sceau 2D-Doc")
        verbose_name_plural = _("sceaux 2D-Doc")

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.get_verdict_display()}"

    @property
    def is_verified(self) -> bool:
        return self.verdict == self.Verdict.VERIFIED

    @property
    def is_of_state(self) -> bool:
        """Whether only the State seals documents of this kind; anybody may seal a bill."""
        return self.kind in (self.Kind.TAX_NOTICE, self.Kind.DISABILITY_CARD)
