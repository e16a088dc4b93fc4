"""Organisations and the people they invite."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership, Organisation


def _address(label: Any, **kwargs: Any) -> forms.EmailField:
    return forms.EmailField(
        label=label,
        max_length=254,
        widget=forms.EmailInput({"autocomplete": "off"}),
        error_messages={
            "invalid": _("Écrivez une adresse électronique entière, par exemple nom@bailleur.fr.")
        },
        **kwargs,
    )


class InvitationForm(forms.Form):
    email = _address(
        _("Adresse électronique de la personne"),
        help_text=_("L'invitation ne marche qu'avec cette adresse. Par exemple : nom@bailleur.fr"),
    )
    role = forms.ChoiceField(
        label=_("Que pourra-t-elle faire ?"),
        choices=[
            (Membership.Role.AGENT, _("Agent : instruire les candidatures")),
            (Membership.Role.MANAGER, _("Responsable : instruire, inviter et retirer des agents")),
        ],
        widget=forms.RadioSelect,
        initial=Membership.Role.AGENT,
    )


class ManagerInvitationForm(forms.Form):
    """From the platform: one more manager for an organisation."""

    email = _address(
        _("Adresse électronique du responsable"),
    )


class OrganisationForm(forms.Form):
    kind = forms.ChoiceField(
        label=_("Nature de l'organisation"),
        choices=[
            (Organisation.Kind.BAILLEUR, _("Bailleur : il loue des logements")),
            (Organisation.Kind.RESERVATAIRE, _("Réservataire : il propose des candidats")),
        ],
        widget=forms.RadioSelect,
    )
    name = forms.CharField(label=_("Nom"), max_length=120)
    email = _address(
        _("Adresse électronique de contact"),
        help_text=_("Celle que les candidats peuvent voir."),
        required=False,
    )
    phone = forms.CharField(
        label=_("Téléphone"),
        max_length=20,
        required=False,
        widget=forms.TextInput({"type": "tel", "autocomplete": "off"}),
    )
    manager_email = _address(
        _("Adresse électronique du premier responsable"),
        help_text=_("Il recevra une invitation, valable sept jours."),
    )

    def clean_name(self) -> str:
        name = self.cleaned_data["name"].strip()
        if Organisation.objects.filter(name__iexact=name).exists():
            raise ValidationError(_("Une organisation porte déjà ce nom."))
        return name
