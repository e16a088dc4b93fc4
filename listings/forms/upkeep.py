"""What landlords' managers type in the administration: one home at a time, and many at once."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _L

from alin.kit.actor import Actor

from .. import services
from ..models import Dwelling, Offer, Residence
from ..models.stock import CONVENTION_HELP, LETTERS
from .inputs import EurosField
from .offers import WindowForm


class UpkeepForm(forms.ModelForm):
    """A form of the administration. Its validation ends in the service that writes, because the
    administration asks a form whether it is valid, and nobody afterwards: a refusal of the service
    is then an error of its field, and what was typed stays.

    `actor` is given by the administration, on a class made for the request."""

    actor: Actor
    allowed: tuple[str, ...] = ()
    shown_version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["shown_version"].initial = self.instance.version

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]  # Django's own seam, unknown to its stubs
        if self.errors:
            return
        changes = {name: self.cleaned_data[name] for name in self.allowed}
        try:
            self.write(changes, self.cleaned_data["shown_version"])
        except ValidationError as error:
            self._refuse(error)
        except services.StaleVersion:
            self._tell_who_was_faster()

    def write(self, changes: dict[str, Any], expected_version: int) -> None:
        raise NotImplementedError

    def _refuse(self, error: ValidationError) -> None:
        if not hasattr(error, "error_dict"):
            self.add_error(None, error)
            return
        for name, said in error.error_dict.items():
            self.add_error(name if name in self.fields else None, ValidationError(said))

    def _tell_who_was_faster(self) -> None:
        """What is saved now, and the form ready to be sent again over it."""
        saved = type(self.instance)._default_manager.get(pk=self.instance.pk)
        said = [
            f"{self.fields[name].label} : {self.fields[name].prepare_value(getattr(saved, name))}"
            for name in self.allowed
            if getattr(saved, name) != self.cleaned_data[name]
        ]
        self.data = {**self.data, self.add_prefix("shown_version"): str(saved.version)}
        self.add_error(
            None,
            _(
                "Quelqu'un d'autre vient d'enregistrer cette fiche. Ce qui diffère maintenant de "
                "votre saisie : %(said)s. Enregistrez de nouveau pour garder la vôtre."
            )
            % {"said": " ; ".join(said) or _("rien")},
        )


class ResidenceUpkeepForm(UpkeepForm):
    allowed = (
        "name",
        "reference",
        "address",
        "postal_code",
        "qpv",
        "storeys",
        "lift",
        "built_in",
        "heating",
        "heating_energy",
    )

    class Meta:
        model = Residence
        fields: tuple[str, ...] = ()

    def write(self, changes: dict[str, Any], expected_version: int) -> None:
        services.update_residence(
            actor=self.actor,
            residence=self.instance,
            changes=changes,
            expected_version=expected_version,
        )


class DwellingUpkeepForm(UpkeepForm):
    convention_max_rent = EurosField(
        label=_L("Loyer maximum de la convention"), required=False, help_text=CONVENTION_HELP
    )

    allowed = (
        "reference",
        "kind",
        "rooms",
        "surface_m2",
        "annexes_m2",
        "convention_max_rent",
        "floor",
        "accessible",
        "furnished",
        "dpe",
        "ges",
    )

    class Meta:
        model = Dwelling
        fields: tuple[str, ...] = ()

    def write(self, changes: dict[str, Any], expected_version: int) -> None:
        services.update_dwelling(
            actor=self.actor,
            dwelling=self.instance,
            changes=changes,
            expected_version=expected_version,
        )


class OfferUpkeepForm(UpkeepForm):
    rent = EurosField(label=_L("Loyer hors charges"))
    charges = EurosField(label=_L("Charges"))
    deposit = EurosField(label=_L("Dépôt de garantie"))

    allowed = ("rent", "charges", "deposit", "available_on", "conditions", "description")

    class Meta:
        model = Offer
        fields: tuple[str, ...] = ()

    def write(self, changes: dict[str, Any], expected_version: int) -> None:
        services.update_offer(
            actor=self.actor,
            offer=self.instance,
            changes=changes,
            expected_version=expected_version,
        )


class ManyForm(forms.Form):
    """What is done to many at once. `without_refused`: leave out those that refuse it."""

    without_refused = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def changes(self) -> dict[str, Any]:
        """What was filled in: what stays empty changes nothing."""
        return {
            name: value
            for name, value in self.cleaned_data.items()
            if name not in {"without_refused", "version"} and value not in (None, "")
        }

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if (
            len(self.fields) > 1
            and not self.errors
            and not any(
                value not in (None, "")
                for name, value in cleaned.items()
                if name != "without_refused"
            )
        ):
            raise ValidationError(_("Indiquez ce qui change."))
        return cleaned


_UNCHANGED = [("", _L("Ne pas changer")), *LETTERS]


class LettersForm(ManyForm):
    dpe = forms.ChoiceField(label=_L("DPE"), choices=_UNCHANGED, required=False)
    ges = forms.ChoiceField(label=_L("GES"), choices=_UNCHANGED, required=False)


class HeatingForm(ManyForm):
    heating = forms.ChoiceField(
        label=_L("Chauffage"),
        choices=[("", _L("Ne pas changer")), *Residence.Heating.choices],
        required=False,
    )
    heating_energy = forms.ChoiceField(
        label=_L("Énergie du chauffage"),
        choices=[("", _L("Ne pas changer")), *Residence.Energy.choices],
        required=False,
    )


class ChargesForm(ManyForm):
    charges = EurosField(label=_L("Charges, par mois"))


class ExtensionForm(WindowForm, ManyForm):
    pass
