"""Ask for the check of a numéro unique, and settle it."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class NumeroClaimForm(forms.Form):
    numero = forms.CharField(
        label=_("Le numéro unique à vérifier"),
        help_text=_("18 caractères, écrits sur votre attestation d'enregistrement."),
        max_length=60,
        widget=forms.TextInput({"autocomplete": "off", "autocapitalize": "characters"}),
        error_messages={"required": _("Écrivez le numéro à vérifier.")},
    )
    note = forms.CharField(
        label=_("Une explication"),
        help_text=_("Par exemple : nous avions déposé la demande à deux."),
        max_length=600,
        required=False,
        widget=forms.Textarea({"rows": 3}),
    )


class SettleClaimForm(forms.Form):
    decision = forms.ChoiceField(
        label=_("Votre décision"),
        choices=[
            ("grant", _("Le numéro passe au dossier qui le demande")),
            ("refuse", _("Le numéro reste où il est")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Dites à quel dossier va le numéro.")},
    )
    same_person = forms.BooleanField(
        label=_("Même personne : les deux demandes n'en font qu'une"),
        help_text=_(
            "Seulement si le numéro change de dossier. L'historique le note (R441-2-8 f du CCH)."
        ),
        required=False,
    )
    reason = forms.CharField(
        label=_("Motif"),
        help_text=_(
            "Envoyé à la personne qui demande, et à l'autre si elle perd le numéro. N'y écrivez ni "
            "nom ni adresse : chacune ignore qui est l'autre."
        ),
        max_length=600,
        widget=forms.Textarea({"rows": 3}),
        error_messages={"required": _("Écrivez le motif de votre décision.")},
    )

    def clean(self) -> dict[str, Any]:
        if self.cleaned_data.get("same_person") and self.cleaned_data.get("decision") == "refuse":
            self.add_error(
                "same_person",
                _("Si les deux demandes n'en font qu'une, le numéro va au dossier qui le demande."),
            )
        return self.cleaned_data
