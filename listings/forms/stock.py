"""A residence, a dwelling."""

from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _L

from territory.models import Commune
from territory.queries import label

from ..models import Dwelling, Residence
from ..models.stock import CONVENTION_HELP, LEAST_SURFACE, MOST_SURFACE
from ..rules.places import floor_refusal, too_far
from .inputs import CommuneField, EurosField, FigureField, commune_of

_NOT_SAID = [("", _L("Non renseigné"))]


class VersionedForm(forms.Form):
    """`version` is the one that the page showed."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    @property
    def expected_version(self) -> int:
        return self.cleaned_data.get("version") or 0

    def changes(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}


class ResidenceForm(VersionedForm):
    name = forms.CharField(label=_L("Nom de la résidence"), max_length=120)
    reference = forms.CharField(
        label=_L("Votre référence"),
        max_length=40,
        required=False,
        help_text=_L("Un import retrouve la résidence par elle."),
    )
    address = forms.CharField(
        label=_L("Adresse"), max_length=200, help_text=_L("Numéro et rue, sans la commune.")
    )
    postal_code = forms.RegexField(
        r"^[0-9]{5}$",
        label=_L("Code postal"),
        required=False,
        error_messages={"invalid": _L("Un code postal a cinq chiffres.")},
    )
    commune = CommuneField(label=_L("Commune"), help_text=_L("Son nom ou son code postal."))
    latitude = FigureField(
        label=_L("Latitude"),
        required=False,
        min_value=Decimal(-90),
        max_value=Decimal(90),
        help_text=_L("Par exemple 45,8992. Sans elle, la carte montre la mairie."),
    )
    longitude = FigureField(
        label=_L("Longitude"),
        required=False,
        min_value=Decimal(-180),
        max_value=Decimal(180),
        help_text=_L("Par exemple 6,1294."),
    )
    qpv = forms.BooleanField(label=_L("Dans un quartier prioritaire (QPV)"), required=False)
    storeys = forms.IntegerField(label=_L("Nombre d'étages"), min_value=0, max_value=60, initial=0)
    lift = forms.BooleanField(label=_L("Avec ascenseur"), required=False)
    built_in = forms.IntegerField(
        label=_L("Année de construction"), required=False, min_value=1200, max_value=2200
    )
    heating = forms.ChoiceField(
        label=_L("Chauffage"), choices=_NOT_SAID + Residence.Heating.choices, required=False
    )
    heating_energy = forms.ChoiceField(
        label=_L("Énergie du chauffage"),
        choices=_NOT_SAID + Residence.Energy.choices,
        required=False,
    )

    suggestions: list[tuple[str, str]] = []

    @classmethod
    def initial_of(cls, residence: Residence) -> dict[str, Any]:
        names = [name for name in cls.base_fields if name != "commune"]
        shown = {name: getattr(residence, name) for name in names}
        return shown | {"commune": label(residence.commune)}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if typed := cleaned.get("commune"):
            cleaned["commune"] = self.commune_named(typed)
        for name in ("latitude", "longitude"):
            if cleaned.get(name) is not None:
                cleaned[name] = float(cleaned[name])
        self._clean_place(cleaned.get("latitude"), cleaned.get("longitude"), cleaned.get("commune"))
        return cleaned

    def commune_named(self, text: str) -> Commune | None:
        return commune_of(self, "commune", text)

    def _clean_place(
        self, latitude: float | None, longitude: float | None, commune: Commune | None
    ) -> None:
        if latitude is None and longitude is None:
            return
        if latitude is None or longitude is None:
            missing = "latitude" if latitude is None else "longitude"
            if missing not in self.errors:
                self.add_error(missing, _("La latitude et la longitude vont ensemble."))
        elif commune and too_far(commune, (latitude, longitude)):
            self.add_error(
                "latitude",
                ValidationError(
                    _(
                        "Ce point est à plus de 40 km de %(commune)s : vérifiez la latitude et la "
                        "longitude."
                    )
                    % {"commune": commune}
                ),
            )


class DwellingForm(VersionedForm):
    reference = forms.CharField(label=_L("Votre référence"), max_length=40)
    kind = forms.ChoiceField(
        label=_L("Type de bien"), choices=Dwelling.Kind.choices, widget=forms.RadioSelect
    )
    rooms = forms.IntegerField(
        label=_L("Nombre de pièces principales"),
        min_value=1,
        max_value=9,
        help_text=_L("Un T3 en a trois."),
    )
    surface_m2 = FigureField(
        label=_L("Surface habitable"),
        min_value=LEAST_SURFACE,
        max_value=MOST_SURFACE,
        max_digits=5,
        decimal_places=1,
        error_messages={"max_decimal_places": _L("Un chiffre après la virgule au plus.")},
    )
    annexes_m2 = FigureField(
        label=_L("Surface des annexes"),
        max_value=MOST_SURFACE,
        max_digits=5,
        decimal_places=1,
        required=False,
        help_text=_L("Cave, balcon, loggia, terrasse, cellier : leur moitié compte dans le loyer."),
    )
    convention_max_rent = EurosField(
        label=_L("Loyer maximum de la convention, par mois"),
        required=False,
        help_text=CONVENTION_HELP,
        min_value=Decimal("0.01"),
        error_messages={"min_value": _L("Ce loyer maximum est positif : laissez vide sans lui.")},
    )
    floor = forms.IntegerField(
        label=_L("Étage"), min_value=0, max_value=60, help_text=_L("0 : rez-de-chaussée.")
    )
    accessible = forms.BooleanField(label=_L("Accessible en fauteuil roulant"), required=False)
    furnished = forms.BooleanField(label=_L("Meublé"), required=False)
    dpe = forms.ChoiceField(
        label=_L("Classe énergie (DPE)"),
        choices=_NOT_SAID + [(each, each) for each in "ABCDEFG"],
        required=False,
    )
    ges = forms.ChoiceField(
        label=_L("Classe climat (GES)"),
        choices=_NOT_SAID + [(each, each) for each in "ABCDEFG"],
        required=False,
    )

    def __init__(self, *args: Any, residence: Residence, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.residence = residence

    @classmethod
    def initial_of(cls, dwelling: Dwelling) -> dict[str, Any]:
        return {name: getattr(dwelling, name) for name in cls.base_fields}

    def clean_annexes_m2(self) -> Decimal:
        return self.cleaned_data.get("annexes_m2") or Decimal(0)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        refusal = floor_refusal(
            kind=cleaned.get("kind", ""), floor=cleaned.get("floor"), residence=self.residence
        )
        if refusal:
            self.add_error("floor", refusal)
        return cleaned
