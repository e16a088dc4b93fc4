"""The sections of the dossier. Nothing is compulsory for its own sake: a section is saved even
when incomplete, only what cannot be true is refused."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from stdnum.exceptions import ValidationError as StdnumError
from stdnum.fr import siret

from accounts.models import Dossier, HouseholdMember

from .inputs import FrenchDateField, WholeNumberField, check_birth_date, check_past

Ground = Dossier.RadiationGround


class SectionForm(forms.Form):
    """A section as it was when shown: `version` tells whether somebody saved it meanwhile."""

    version = forms.IntegerField(
        min_value=0,
        widget=forms.HiddenInput,
        error_messages={"required": _("Cette page est incomplète : rechargez-la.")},
    )


class IdentityForm(SectionForm):
    first_name = forms.CharField(
        label=_("Prénom"),
        max_length=80,
        required=False,
        widget=forms.TextInput({"autocomplete": "given-name"}),
    )
    last_name = forms.CharField(
        label=_("Nom de famille"),
        help_text=_("Tel qu'il est écrit sur votre pièce d'identité."),
        max_length=80,
        required=False,
        widget=forms.TextInput({"autocomplete": "family-name"}),
    )
    birth_date = FrenchDateField(
        label=_("Date de naissance"),
        required=False,
        autocomplete="bday",
        validators=[check_birth_date],
    )
    phone = forms.CharField(
        label=_("Numéro de téléphone"),
        help_text=_("Le bailleur vous appelle sur ce numéro s'il vous propose une visite."),
        max_length=30,
        required=False,
        widget=forms.TextInput({"type": "tel", "autocomplete": "tel"}),
    )
    disabled = forms.BooleanField(
        label=_("J'ai une carte mobilité inclusion portant la mention « invalidité »"),
        help_text=_("Elle peut relever le plafond de ressources de votre foyer."),
        required=False,
    )

    def leave_name_to_the_holder(self) -> None:
        """The name of an account is its owner's: who shares the dossier does not change it."""
        del self.fields["first_name"], self.fields["last_name"]

    def clean_phone(self) -> str:
        typed = self.cleaned_data["phone"]
        digits = re.sub(r"[\s.\-()/\u00a0\u202f]", "", typed)
        if digits and not re.fullmatch(r"\+?[0-9]{6,15}", digits):
            raise ValidationError(_("Écrivez un numéro de téléphone, par exemple 06 39 98 00 00."))
        if re.fullmatch(r"0[0-9]{9}", digits):
            return " ".join(re.findall("..", digits))
        return digits


class NumeroForm(SectionForm):
    numero = forms.CharField(
        label=_("Votre numéro unique"),
        help_text=_(
            "18 caractères, écrits sur votre attestation d'enregistrement. Les espaces ne comptent "
            "pas."
        ),
        max_length=60,
        required=False,
        widget=forms.TextInput({"autocomplete": "off", "autocapitalize": "characters"}),
    )
    registered_on = FrenchDateField(
        label=_("Date de dépôt de votre première demande"),
        help_text=_(
            "Par exemple : 14/05/2022. Sans cette date, nous lisons le mois dans le numéro."
        ),
        required=False,
        validators=[check_past],
    )
    renewed_on = FrenchDateField(
        label=_("Date de votre dernier renouvellement"),
        help_text=_("Si votre demande a plus d'un an. Par exemple : 02/05/2026"),
        required=False,
        validators=[check_past],
    )
    radiation_ground = forms.ChoiceField(
        label=_("Votre demande a-t-elle été radiée ?"),
        help_text=_("C'est-à-dire fermée. Un courrier ou un courriel vous l'a alors annoncé."),
        choices=[
            ("", _("Non")),
            (Ground.HOUSED, _("Oui : j'ai signé le bail d'un logement social")),
            (Ground.RENOUNCED, _("Oui : je l'ai abandonnée par écrit")),
            (Ground.NO_ANSWER, _("Oui : je n'ai pas répondu à un courrier")),
            (Ground.INADMISSIBLE, _("Oui : une commission l'a jugée irrecevable")),
            (Ground.NOT_RENEWED, _("Oui : je ne l'ai pas renouvelée")),
            (Ground.MERGED, _("Oui : elle a été réunie avec une autre")),
        ],
        widget=forms.Select,
        required=False,
    )
    radiated_on = FrenchDateField(
        label=_("Date de la radiation"),
        help_text=_("Seulement si votre demande a été radiée. Par exemple : 02/05/2026"),
        required=False,
        validators=[check_past],
    )

    def clean(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        self._clean_radiation(cleaned)
        first, last = cleaned.get("registered_on"), cleaned.get("renewed_on")
        if first and last and last < first:
            self.add_error(
                "renewed_on", _("Le renouvellement ne peut pas précéder la première demande.")
            )
        return cleaned

    def _clean_radiation(self, cleaned: dict[str, Any]) -> None:
        if "radiated_on" in self.errors:
            return
        ground, day = cleaned.get("radiation_ground"), cleaned.get("radiated_on")
        if ground and not day:
            self.add_error("radiated_on", _("Écrivez la date de la radiation."))
        if day and not ground:
            self.add_error("radiation_ground", _("Dites pourquoi votre demande a été radiée."))


class RenewalForm(SectionForm):
    renewed_on = FrenchDateField(
        label=_("Quel jour l'avez-vous renouvelée ?"),
        help_text=_("La date écrite sur la nouvelle attestation. Par exemple : 02/05/2026"),
        validators=[check_past],
        error_messages={"required": _("Écrivez la date du renouvellement.")},
    )


class MemberForm(SectionForm):
    """One person of the household. `apply_to` copies it to the row that the service saves."""

    link = forms.ChoiceField(
        label=_("Qui est cette personne pour vous ?"),
        choices=[
            (HouseholdMember.Link.SPOUSE, _("Votre époux ou épouse, ou partenaire de PACS")),
            (HouseholdMember.Link.PARTNER, _("Votre concubin ou concubine")),
            (HouseholdMember.Link.CHILD, _("Un enfant")),
            (HouseholdMember.Link.ASCENDANT, _("Un parent ou grand-parent")),
            (HouseholdMember.Link.OTHER, _("Une autre personne")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Dites qui est cette personne pour vous.")},
    )
    first_name = forms.CharField(
        label=_("Prénom"),
        max_length=80,
        required=False,
        widget=forms.TextInput({"autocomplete": "off"}),
    )
    last_name = forms.CharField(
        label=_("Nom de famille"),
        max_length=80,
        required=False,
        widget=forms.TextInput({"autocomplete": "off"}),
    )
    expected = forms.BooleanField(
        label=_("C'est un enfant à naître"),
        help_text=_("Dans ce cas, laissez la date de naissance vide."),
        required=False,
    )
    birth_date = FrenchDateField(
        label=_("Date de naissance"),
        required=False,
        validators=[check_birth_date],
        help_text=_("Par exemple : 27/03/2015"),
    )
    custody = forms.ChoiceField(
        label=_("Si c'est un enfant : où vit-il ?"),
        choices=[
            (HouseholdMember.Custody.FULL, _("Avec vous, tout le temps ou presque")),
            (HouseholdMember.Custody.ALTERNATING, _("En garde alternée")),
            (HouseholdMember.Custody.VISITING, _("Chez l'autre parent, avec un droit de visite")),
        ],
        widget=forms.RadioSelect,
        required=False,
    )
    dependant = forms.TypedChoiceField(
        label=_("Est-elle à votre charge sur votre avis d'imposition ?"),
        help_text=_(
            "Un enfant rattaché à votre foyer fiscal, un parent que vous hébergez : la réponse "
            "compte dans le calcul du plafond."
        ),
        choices=[("yes", _("Oui")), ("no", _("Non"))],
        coerce=lambda value: value == "yes",
        empty_value=None,
        widget=forms.RadioSelect,
        required=False,
    )
    disabled = forms.BooleanField(
        label=_("Elle a une carte mobilité inclusion portant la mention « invalidité »"),
        required=False,
    )

    @staticmethod
    def initial_of(member: HouseholdMember) -> dict[str, Any]:
        names = ["link", "first_name", "last_name", "expected", "birth_date", "custody", "disabled"]
        dependant = "yes" if member.dependant else "no"
        return {name: getattr(member, name) for name in names} | {"dependant": dependant}

    def clean(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        link, expected = cleaned.get("link"), cleaned.get("expected", False)
        if link is None:
            return cleaned
        is_child = link == HouseholdMember.Link.CHILD
        if expected and not is_child:
            self.add_error("expected", _("Seul un enfant peut être à naître."))
        elif expected:
            self._clean_expected(cleaned)
        elif not cleaned.get("first_name") and "first_name" not in self.errors:
            self.add_error("first_name", _("Écrivez le prénom de cette personne."))
        if is_child and not expected and not cleaned.get("custody"):
            self.add_error("custody", _("Dites où vit cet enfant."))
        if not is_child:
            cleaned["custody"] = ""
        if link in {HouseholdMember.Link.SPOUSE, HouseholdMember.Link.PARTNER} or expected:
            cleaned["dependant"] = False
        elif cleaned.get("dependant") is None:
            self.add_error("dependant", _("Dites si cette personne est à votre charge."))
        return cleaned

    def _clean_expected(self, cleaned: dict[str, Any]) -> None:
        if cleaned.get("birth_date") or "birth_date" in self.errors:
            self.errors.pop("birth_date", None)
            self.add_error(
                "birth_date",
                _("Un enfant à naître n'a pas de date de naissance : laissez ce champ vide."),
            )
        cleaned["custody"] = ""
        cleaned["first_name"] = cleaned.get("first_name") or str(_("Enfant à naître"))

    def apply_to(self, member: HouseholdMember) -> HouseholdMember:
        for name, value in self.cleaned_data.items():
            if name != "version":
                setattr(member, name, value)
        return member


class EmploymentForm(SectionForm):
    employment_sector = forms.ChoiceField(
        label=_("Votre situation aujourd'hui"),
        choices=Dossier._meta.get_field("employment_sector").choices or [],
        widget=forms.RadioSelect,
        required=False,
    )
    employment_contract = forms.ChoiceField(
        label=_("Votre contrat"),
        help_text=_("Certains logements sont réservés aux saisonniers ou aux apprentis."),
        choices=[
            ("", _("Non précisé")),
            *(Dossier._meta.get_field("employment_contract").choices or []),
        ],
        required=False,
    )
    employer_name = forms.CharField(
        label=_("Nom de votre employeur"),
        max_length=120,
        required=False,
        widget=forms.TextInput({"autocomplete": "organization"}),
    )
    employer_siret = forms.CharField(
        label=_("Numéro SIRET de votre employeur"),
        help_text=_("14 chiffres, en haut de votre bulletin de paie."),
        max_length=30,
        required=False,
        widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "off"}),
    )
    employer_headcount = WholeNumberField(
        label=_("Nombre de salariés de l'entreprise"),
        help_text=_("Une estimation suffit."),
        smallest=1,
        biggest=5_000_000,
        required=False,
    )

    def clean_employer_siret(self) -> str:
        number = re.sub(r"[\s.\-\u00a0\u202f]", "", self.cleaned_data["employer_siret"])
        if not number:
            return ""
        if not re.fullmatch(r"[0-9]{14}", number):
            raise ValidationError(
                _("Le SIRET compte 14 chiffres ; vous en avez saisi %(n)d.")
                % {"n": sum(c.isdigit() for c in number)}
            )
        try:
            return siret.validate(number)
        except StdnumError as error:
            raise ValidationError(
                _("Ce numéro ne correspond à aucun SIRET possible : un chiffre a pu être inversé.")
            ) from error
