"""An operator's forms: the ceilings of a new year, their date, their withdrawal."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alin.kit import clock, french

from ..models import CeilingPublication
from ..queries.ceilings_review import Review, factor_with, review_ceilings
from .ceilings_file import CeilingsFile, read_ceilings

LARGEST_FILE = 5 * 1024 * 1024
MOST_FAULTS_SHOWN = 30


class CeilingsFileForm(forms.Form):
    """After `is_valid`, `read` holds the lines of the file and `review` what was found."""

    file = forms.FileField(
        label=gettext_lazy("Fichier CSV des plafonds"),
        help_text=gettext_lazy("Encodé en UTF-8, de 5 Mo au plus."),
        error_messages={
            "empty": gettext_lazy("Le fichier est vide."),
            "required": gettext_lazy("Choisissez le fichier des plafonds."),
        },
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv"}),
    )
    rent_index = forms.DecimalField(
        label=gettext_lazy("IRL du 3e trimestre de l’année précédente"),
        help_text=gettext_lazy(
            "L’indice de référence des loyers publié par l’Insee, par exemple 145,77. Inutile si"
            " le portail le connaît déjà."
        ),
        required=False,
        min_value=1,
        max_value=9999,
        max_digits=6,
        decimal_places=2,
        localize=True,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )
    departure = forms.CharField(
        label=gettext_lazy("Si des montants s’écartent de l’indexation : quel texte le prévoit ?"),
        required=False,
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    read: CeilingsFile
    review: Review

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > LARGEST_FILE:
            raise ValidationError(
                _("Ce fichier dépasse 5 Mo : celui d’une année tient en quelques dizaines de Ko.")
            )
        self.read = read_ceilings(file.read())
        if self.read.faults:
            raise ValidationError(_some(self.read.faults))
        if self.read.year < clock.today().year:
            raise ValidationError(
                _("Ces plafonds sont ceux de %d, une année passée.") % self.read.year
            )
        return file

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if "file" not in cleaned or "rent_index" not in cleaned:
            return cleaned
        index = cleaned["rent_index"]
        factor = None if index is None else factor_with(index, self.read.year)
        self.review = review_ceilings(self.read.lines, factor)
        if self.review.faults:
            self.add_error("file", _some(self.review.faults))
        if self.review.departures and not cleaned.get("departure"):
            self.add_error("file", _some(self.review.departures))
            self.add_error(
                "departure",
                _(
                    "Des montants ne suivent pas l’indexation légale (article R441-1). Corrigez"
                    " le fichier, ou dites ici quel texte les fixe."
                ),
            )
        return cleaned

    @property
    def checks(self) -> list[str]:
        """What was found, to be kept with the publication."""
        return self.review.facts + self.review.departures


def _some(faults: list[str]) -> list[str]:
    rest = len(faults) - MOST_FAULTS_SHOWN
    if rest <= 0:
        return faults
    return [*faults[:MOST_FAULTS_SHOWN], _("… et %d autres anomalies.") % rest]


class PublishForm(forms.Form):
    valid_from = forms.DateField(
        label=gettext_lazy("Date d’entrée en vigueur"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": gettext_lazy("Indiquez une date, par exemple 01/01/2027.")},
    )

    def __init__(self, *args: Any, publication: CeilingPublication, **kwargs: Any) -> None:
        self.publication = publication
        kwargs.setdefault("initial", {"valid_from": publication.valid_from})
        super().__init__(*args, **kwargs)

    def clean_valid_from(self) -> date:
        day: date = self.cleaned_data["valid_from"]
        if day.year != self.publication.year:
            raise ValidationError(
                _("Ces plafonds sont ceux de %(year)d : choisissez un jour de %(year)d.")
                % {"year": self.publication.year}
            )
        if day < clock.today():
            raise ValidationError(
                _(
                    "Le %(day)s est passé : des décisions ont pu être prises depuis. Choisissez"
                    " aujourd’hui ou un jour à venir."
                )
                % {"day": french.long_date(day)}
            )
        return day


class WithdrawForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Pourquoi retirer ces plafonds ?"),
        help_text=gettext_lazy(
            "Les personnes prévenues liront ce motif. Par exemple : l’arrêté a été rectifié."
        ),
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
