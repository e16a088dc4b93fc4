"""Photographs and plans of homes, as stored: never the file that somebody sent."""

import uuid

from django.core.files.storage import Storage, storages
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from alin.kit import clock
from alin.kit.models import PublicIdModel

from .stock import Dwelling, Residence


def picture_storage() -> Storage:
    return storages["pictures"]


def picture_name(picture: "Picture", filename: str) -> str:
    """A name that nobody guesses and nobody typed: a browser may keep the file for ever."""
    return f"homes/{uuid.uuid4().hex}.webp"


class Picture(PublicIdModel):
    """One view of a residence or of a dwelling, in two widths. Public, like the offer it shows.

    `width` and `height` are those of `large`; a page reserves the place before the file comes."""

    class Role(models.TextChoices):
        PHOTO = "photo", _("photo")
        PLAN = "plan", _("plan")

    residence = models.ForeignKey(
        Residence, null=True, blank=True, on_delete=models.CASCADE, related_name="pictures"
    )
    dwelling = models.ForeignKey(
        Dwelling, null=True, blank=True, on_delete=models.CASCADE, related_name="pictures"
    )
    role = models.CharField(_("nature"), max_length=5, choices=Role.choices, default=Role.PHOTO)
    alt = models.CharField(
        _("description"),
        max_length=150,
        help_text=_("Ce que l'on voit, pour qui ne voit pas l'image."),
    )
    position = models.PositiveSmallIntegerField(_("rang"), default=0)
    large = models.FileField(upload_to=picture_name, storage=picture_storage, max_length=120)
    width = models.PositiveIntegerField(_("largeur"))
    height = models.PositiveIntegerField(_("hauteur"))
    small = models.FileField(upload_to=picture_name, storage=picture_storage, max_length=120)
    small_width = models.PositiveIntegerField(_("largeur de la petite"))
    small_height = models.PositiveIntegerField(_("hauteur de la petite"))
    digest = models.CharField(_("empreinte du fichier reçu"), max_length=64)
    added_at = models.DateTimeField(default=clock.now)
    added_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.RESTRICT, related_name="+"
    )

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(residence__isnull=False, dwelling__isnull=True)
                | Q(residence__isnull=True, dwelling__isnull=False),
                name="picture_shows_one_thing",
                violation_error_message=_("Une image montre une résidence ou un logement."),
            ),
            models.CheckConstraint(
                condition=~Q(alt=""),
                name="picture_has_a_description",
                violation_error_message=_("Décrivez l'image en quelques mots."),
            ),
            models.CheckConstraint(
                condition=Q(
                    width__gt=0,
                    height__gt=0,
                    small_height__gt=0,
                    small_width__range=(1, F("width")),
                ),
                name="picture_has_dimensions",
                violation_error_message=_("Une image a une largeur et une hauteur."),
            ),
            models.UniqueConstraint(
                fields=["dwelling", "digest"],
                name="picture_once_per_dwelling",
                violation_error_message=_("Cette image est déjà là."),
            ),
            models.UniqueConstraint(
                fields=["residence", "digest"],
                name="picture_once_per_residence",
                violation_error_message=_("Cette image est déjà là."),
            ),
        ]
        verbose_name = _("image")
        verbose_name_plural = _("images")

    def __str__(self) -> str:
        return self.alt

    @property
    def told(self) -> str:
        """Everything that the page of pictures lets one change, as one text: what a form says it
        showed."""
        return f"{self.position}:{self.role}:{self.alt}"
