"""One file of a piece: where it lies and how far its checks are."""

import secrets

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from alin.kit import clock
from alin.kit.models import PublicIdModel

from .pieces import Piece


def random_key() -> str:
    """The name of an object: it tells nothing of the person nor of the piece."""
    return secrets.token_hex(16)


# What nobody can read, nor anything sent instead of it: as long as a piece holds such a file, it is
# not whole and no landlord can accept it.
UNREAD = models.Q(state__in=["received", "checking"]) | models.Q(state="refused", resent_as=None)


class PieceFile(PublicIdModel):
    """Received in quarantine, checked by a worker, then clean or refused with a reason.

    Nothing but a clean file can be served: every query that serves starts from `clean()`.
    `original_name` is text to show, never a path."""

    class State(models.TextChoices):
        RECEIVED = "received", _("Reçu, vérification à venir")
        CHECKING = "checking", _("En cours de vérification")
        CLEAN = "clean", _("Lisible")
        REFUSED = "refused", _("Refusé")

    class Refusal(models.TextChoices):
        """Why a file is refused, and what to do."""

        WRONG_TYPE = (
            "wrong_type",
            _("Ce n'est ni un PDF ni une photo. Envoyez un PDF, un JPEG, un PNG ou un HEIC."),
        )
        MISMATCH = (
            "mismatch",
            _(
                "Le contenu n'est pas celui que le nom annonce. Exportez le document en PDF, ou "
                "prenez-le en photo."
            ),
        )
        BROKEN = (
            "broken",
            _(
                "Le fichier est abîmé ou incomplet : nous n'avons pas pu l'ouvrir. Envoyez-le à "
                "nouveau, ou prenez le document en photo."
            ),
        )
        ENCRYPTED = (
            "encrypted",
            _(
                "Le PDF est protégé par un mot de passe. Enregistrez une copie sans mot de passe, "
                "ou prenez le document en photo."
            ),
        )
        ACTIVE = (
            "active",
            _(
                "Le PDF contient un programme ou un formulaire actif. Imprimez-le en PDF, ou "
                "prenez le document en photo."
            ),
        )
        ATTACHED = (
            "attached",
            _("Le PDF contient d'autres fichiers joints. Envoyez chaque document à part."),
        )
        TOO_MANY_PAGES = (
            "too_many_pages",
            _("Le document a plus de 50 pages. Envoyez seulement les pages utiles."),
        )
        TOO_HEAVY = (
            "too_heavy",
            _("Une fois ouvert, le document est trop lourd pour être lu. Prenez-le en photo."),
        )
        TOO_FINE = (
            "too_fine",
            _(
                "La photo a plus de 50 millions de points : trop pour être ouverte sans risque. "
                "Réglez l'appareil sur une taille moindre (12 millions suffisent), ou faites une "
                "capture d'écran de la photo, et envoyez-la."
            ),
        )
        INFECTED = (
            "infected",
            _(
                "L'antivirus a reconnu un logiciel dangereux. Le fichier a été détruit. Vérifiez "
                "votre appareil, puis envoyez une photo du document."
            ),
        )

    class MediaType(models.TextChoices):
        PDF = "application/pdf", "PDF"
        JPEG = "image/jpeg", "JPEG"

    piece = models.ForeignKey(Piece, on_delete=models.CASCADE, related_name="files")
    key = models.CharField(max_length=32, unique=True, default=random_key, editable=False)
    upload_id = models.UUIDField(null=True, blank=True, editable=False)
    # Shared by the files that were chosen together: a browser sends each by itself.
    sending_id = models.UUIDField(null=True, blank=True, editable=False)
    original_name = models.CharField(_("nom d'origine"), max_length=120)
    size = models.PositiveIntegerField(_("taille reçue, en octets"))
    state = models.CharField(max_length=10, choices=State, default=State.RECEIVED)
    refusal = models.CharField(max_length=20, blank=True, choices=Refusal)
    # The readable file that was sent instead of this one, which was refused.
    resent_as = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    media_type = models.CharField(max_length=20, blank=True, choices=MediaType)
    pages = models.PositiveSmallIntegerField(default=0)
    # Of the object that is served, never of what was received: that one is redrawn.
    sha256 = models.CharField(max_length=64, blank=True)
    # Of each image that staff looks at, in order; none for files checked before they were kept.
    pages_sha256 = ArrayField(models.CharField(max_length=64), default=list, blank=True)
    clean_size = models.PositiveIntegerField(default=0)
    received_at = models.DateTimeField(default=clock.now)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_check_at = models.DateTimeField(default=clock.now)
    checked_at = models.DateTimeField(null=True, blank=True)
    # By the antivirus, the last time: a base of next week knows more than that of the first day.
    scanned_at = models.DateTimeField(null=True, blank=True)
    # Its object was gone, or was not the one that was checked, the last time it was read again.
    damaged_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["piece", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state="refused") & ~models.Q(refusal="")
                | ~models.Q(state="refused") & models.Q(refusal=""),
                name="refused_file_says_why",
                violation_error_message=_("Un fichier refusé dit pourquoi."),
            ),
            models.CheckConstraint(
                condition=models.Q(resent_as=None) | models.Q(state="refused"),
                name="only_a_refused_file_is_sent_again",
                violation_error_message=_("Un fichier lisible n'est pas à renvoyer."),
            ),
            models.CheckConstraint(
                condition=~models.Q(state="clean")
                | models.Q(sha256__regex="^[0-9a-f]{64}$", pages__gte=1, checked_at__isnull=False)
                & ~models.Q(media_type=""),
                name="clean_file_was_checked",
                violation_error_message=_("Un fichier lisible a été vérifié."),
            ),
            models.CheckConstraint(
                condition=models.Q(size__gte=1, size__lte=10_000_000),
                name="file_is_ten_megabytes_at_most",
                violation_error_message=_("Un fichier pèse 10 Mo au plus."),
            ),
            models.UniqueConstraint(fields=["upload_id"], name="file_sent_once"),
        ]
        indexes = [
            models.Index(
                fields=["next_check_at"],
                condition=models.Q(state__in=["received", "checking"]),
                name="piece_file_to_check",
            ),
            models.Index(
                fields=["scanned_at"],
                condition=models.Q(state="clean"),
                name="piece_file_to_scan_again",
            ),
            models.Index(
                fields=["damaged_at"],
                condition=models.Q(damaged_at__isnull=False),
                name="piece_file_damaged",
            ),
        ]
        verbose_name = _("fichier de pièce")
        verbose_name_plural = _("fichiers de pièces")

    def __str__(self) -> str:
        return f"{self.original_name} ({self.state})"

    @property
    def is_waiting(self) -> bool:
        return self.state in (self.State.RECEIVED, self.State.CHECKING)

    @property
    def is_to_resend(self) -> bool:
        """Refused, and nothing readable came instead."""
        return self.state == self.State.REFUSED and self.resent_as_id is None

    @property
    def is_unread(self) -> bool:
        """`UNREAD`, of a row that was read."""
        return self.is_waiting or self.is_to_resend
