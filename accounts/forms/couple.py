"""Whom to invite to the dossier."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.models import HouseholdMember

from .inputs import FrenchDateField, check_birth_date

Link = HouseholdMember.Link
NEWCOMER = "nouvelle"


class CoApplicantForm(forms.Form):
    """An address, and who it is: an adult of the household, or somebody who is not in it yet."""

    email = forms.EmailField(
        label=_("Son adresse électronique"),
        help_text=_("L'invitation ne marche qu'avec cette adresse. Par exemple : nom@exemple.fr"),
        max_length=254,
        widget=forms.EmailInput({"autocomplete": "off"}),
        error_messages={
            "required": _("Écrivez l'adresse électronique de cette personne."),
            "invalid": _("Écrivez une adresse électronique entière, par exemple nom@exemple.fr."),
        },
    )
    who = forms.ChoiceField(
        label=_("Qui est cette personne ?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Dites qui est cette personne.")},
    )
    link = forms.ChoiceField(
        label=_("Si elle n'est pas encore dans votre foyer : qui est-elle pour vous ?"),
        choices=[
            ("", _("Choisissez")),
            (Link.SPOUSE, _("Votre époux ou épouse, ou partenaire de PACS")),
            (Link.PARTNER, _("Votre concubin ou concubine")),
            (Link.ASCENDANT, _("Un parent ou grand-parent")),
            (Link.OTHER, _("Une autre personne")),
        ],
        required=False,
    )
    first_name = forms.CharField(
        label=_("Son prénom"),
        max_length=80,
        required=False,
        widget=forms.TextInput({"autocomplete": "off"}),
    )
    last_name = forms.CharField(
        label=_("Son nom de famille"),
        max_length=80,
        required=False,
        widget=forms.TextInput({"autocomplete": "off"}),
    )
    birth_date = FrenchDateField(
        label=_("Sa date de naissance"), required=False, validators=[check_birth_date]
    )

    def __init__(
        self, *args: Any, adults: list[HouseholdMember], holder_email: str, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.adults = {str(member.public_id): member for member in adults}
        self.holder_email = holder_email.lower()
        people = [(key, str(member)) for key, member in self.adults.items()]
        newcomer = (NEWCOMER, _("Une personne qui n'est pas encore dans mon foyer"))
        field = self.fields["who"]
        field.choices = [*people, newcomer]  # type: ignore[attr-defined]
        if not people:
            field.initial = NEWCOMER

    def clean_email(self) -> str:
        email = str(self.cleaned_data["email"]).strip().lower()
        if email == self.holder_email:
            raise ValidationError(_("C'est votre propre adresse : écrivez la sienne."))
        return email

    def clean(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        if cleaned.get("who") == NEWCOMER:
            if not cleaned.get("link"):
                self.add_error("link", _("Dites qui est cette personne pour vous."))
            if not cleaned.get("first_name") and "first_name" not in self.errors:
                self.add_error("first_name", _("Écrivez le prénom de cette personne."))
        return cleaned

    @property
    def member(self) -> HouseholdMember | None:
        return self.adults.get(self.cleaned_data["who"])

    @property
    def newcomer(self) -> dict[str, Any] | None:
        if self.cleaned_data["who"] != NEWCOMER:
            return None
        names = ("link", "first_name", "last_name", "birth_date")
        return {name: self.cleaned_data[name] for name in names}
