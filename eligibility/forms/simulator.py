"""The questions of the public simulator. They ask for no name and no date of birth: the address
of the result carries every answer, and says nothing of who gave them."""

import re
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.forms.inputs import EurosField, WholeNumberField
from accounts.models import Dossier
from accounts.rules import reference_income_year
from alin.kit import clock, french
from territory.models import Commune
from territory.queries import commune_meant, label

from ..rules import Employment, sector_of
from ..rules.simulation import Answers, Union

YOUNGEST, OLDEST = 16, 120
OLDEST_CHILD = 25
UNIONS: dict[str, Union] = {"seul": "", "marie": "married", "concubin": "cohabiting"}
EMPLOYED = {"private", "agricultural"}
_CENTS = re.compile(r"[.,][0-9]{1,2}(?=\s*(€|euros?|eur)?\s*$)", re.IGNORECASE)


class MonthlyEurosField(EurosField):
    """Euros a month; the cents of an estimate are dropped. Empty is None."""

    default_error_messages = {
        "invalid": _("Écrivez le montant par mois en chiffres et en euros, par exemple 450."),
        "negative": _("Ce montant ne peut pas être négatif : écrivez 0 s'il n'y en a pas."),
        "too_big": _("Ce montant est trop élevé (%(limit)s € par mois au plus)."),
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, **kwargs)
        self.biggest = 49_999

    def _cleaned(self, text: str) -> str:
        return super()._cleaned(_CENTS.sub("", text))


class CountField(WholeNumberField):
    """How many people, none when left empty."""

    default_error_messages = {
        "invalid": _("Écrivez un nombre de personnes en chiffres, par exemple 2."),
        "too_big": _("Ce nombre est trop grand : %(limit)s personnes au plus."),
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(smallest=0, biggest=15, required=False, **kwargs)

    def to_python(self, value: Any) -> int:
        return super().to_python(value) or 0


class AgeField(WholeNumberField):
    default_error_messages = dict.fromkeys(
        ["invalid", "negative", "too_small", "too_big"],
        _("Écrivez un âge en années, de 16 à 120, par exemple 34."),
    )

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(smallest=YOUNGEST, biggest=OLDEST, required=False, **kwargs)


class AgesField(forms.Field):
    """The ages of several children as people write them: “3, 7 et 12”, “8 mois, 4 ans”."""

    widget = forms.TextInput
    default_error_messages = {
        "invalid": _("Écrivez l'âge de chaque enfant en chiffres, par exemple : 3, 7, 12."),
        "too_old": _(
            "Après 25 ans, un enfant n'est plus compté comme tel : indiquez-le parmi les autres "
            "personnes, plus bas."
        ),
    }

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {"autocomplete": "off", "maxlength": 80}

    def to_python(self, value: Any) -> tuple[int, ...]:
        text = re.sub(r"\d{1,2}\s*mois\b", "0", str(value or "").lower())
        text = re.sub(r"\bans?\b|\bet\b|[,;/+]", " ", text)
        words = text.split()
        if any(re.fullmatch(r"[0-9]{1,3}", word) is None for word in words):
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        ages = tuple(sorted(map(int, words)))
        if ages and ages[-1] > OLDEST_CHILD:
            raise ValidationError(self.error_messages["too_old"], code="too_old")
        return ages


class SimulationForm(forms.Form):
    """The answers in the query string. Once valid: `answers()`, `place`, and `kept()`, the
    shortest query that says the same. When the commune is in doubt, `candidates` are those that
    may be meant."""

    vie = forms.ChoiceField(
        label=_("Vivrez-vous en couple dans ce logement ?"),
        choices=[
            ("seul", _("Non")),
            ("marie", _("Oui, nous sommes mariés ou pacsés")),
            ("concubin", _("Oui, sans être mariés ni pacsés")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Dites si vous vivrez en couple.")},
    )
    age = AgeField(label=_("Votre âge"))
    age_conjoint = AgeField(label=_("L'âge de l'autre personne du couple"))
    enfants = CountField(
        label=_("Enfants qui vivent avec vous, tout le temps ou presque"),
        help_text=_("Ceux qui sont à votre charge sur votre avis d'impôt."),
    )
    alternes = CountField(label=_("Enfants en garde alternée"))
    visites = CountField(
        label=_("Enfants en droit de visite"),
        help_text=_("Ils vivent chez leur autre parent et viennent chez vous."),
    )
    ages = AgesField(
        label=_("Âge de chaque enfant"),
        help_text=_("Séparez les âges par des virgules, par exemple : 3, 7, 12."),
        required=False,
    )
    a_naitre = forms.BooleanField(
        label=_("Un enfant est à naître"),
        help_text=_("Il comptera dans le plafond à sa naissance."),
        required=False,
    )
    a_charge = CountField(
        label=_("Autres personnes à votre charge"),
        help_text=_("Un parent que vous hébergez, par exemple, s'il est sur votre avis d'impôt."),
    )
    adultes = CountField(
        label=_("Autres adultes qui vivront avec vous"),
        help_text=_("Ni la personne avec qui vous êtes en couple, ni quelqu'un à votre charge."),
    )
    handicap = forms.BooleanField(
        label=_("L'un de vous a une carte mobilité inclusion portant la mention « invalidité »"),
        help_text=_("Elle peut relever le plafond de ressources."),
        required=False,
    )
    rfr = EurosField(required=False)
    rfr_n1 = EurosField(required=False)
    revenus_12m = EurosField(
        label=_("Revenus imposables des douze derniers mois"),
        help_text=_("De toutes les personnes, après la déduction de 10 % sur les salaires."),
        required=False,
    )
    mensuel = MonthlyEurosField(
        label=_("Ce que vous recevez chaque mois, à vous tous"),
        help_text=_("Salaires nets, pensions, allocations, sans l'aide au logement."),
    )
    rsa = forms.BooleanField(label=_("Nous recevons le RSA"), required=False)
    commune = forms.CharField(
        label=_("Dans quelle commune voulez-vous vivre ?"),
        help_text=_("Son nom ou son code postal. Les plafonds changent d'un endroit à l'autre."),
        max_length=80,
        widget=forms.TextInput({"autocomplete": "off"}),
        error_messages={"required": _("Écrivez le nom ou le code postal d'une commune.")},
    )
    secteur = forms.ChoiceField(
        label=_("Votre situation"),
        choices=[("", _("Ne pas répondre"))],
        required=False,
    )
    effectif = WholeNumberField(
        label=_("Nombre de salariés de votre entreprise"),
        help_text=_("Une estimation suffit."),
        smallest=1,
        biggest=5_000_000,
        required=False,
    )
    loyer = MonthlyEurosField(label=_("Loyer par mois, sans les charges"))
    charges = MonthlyEurosField(label=_("Charges par mois"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.income_year = reference_income_year(clock.today())
        self.place: Commune | None = None
        self.candidates: list[Commune] = []
        years = {"year": self.income_year, "notice": self.income_year + 1}
        self.fields["rfr"].label = _("Revenu fiscal de référence %(year)d de tout le foyer") % years
        self.fields["rfr"].help_text = (
            _(
                "Il est sur l'avis d'impôt reçu en %(notice)d. Additionnez celui de chaque personne"
                " qui a son propre avis. Sans lui, vous verrez seulement les plafonds."
            )
            % years
        )
        self.fields["rfr_n1"].label = (
            _("Revenu fiscal de référence %(notice)d de tout le foyer") % years
        )
        sectors = Dossier._meta.get_field("employment_sector").choices or []
        field = cast(forms.ChoiceField, self.fields["secteur"])
        field.choices = [("", _("Ne pas répondre")), *cast(list[Any], sectors)]

    def clean_commune(self) -> str:
        typed = self.cleaned_data["commune"]
        meant = commune_meant(typed)
        if meant.commune is None:
            self.candidates = meant.candidates
            raise ValidationError(
                _("Plusieurs communes sont possibles : choisissez la vôtre dans la liste.")
                if meant.candidates
                else _("Nous ne connaissons pas cette commune : vérifiez l'orthographe."),
                code="unknown",
            )
        self.place = meant.commune
        return label(meant.commune)

    def clean(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        kinds = [name for name in ("enfants", "alternes", "visites") if name not in self.errors]
        children = sum(cleaned[name] for name in kinds)
        ages = cleaned.get("ages") or ()
        if ages and len(kinds) == 3 and len(ages) != children:
            self.add_error("ages", _not_as_many(len(ages), children))
        later = [name for name in ("rfr_n1", "revenus_12m") if cleaned.get(name) is not None]
        if later and cleaned.get("rfr") is None and "rfr" not in self.errors:
            self.add_error(
                "rfr",
                _("Indiquez aussi ce montant : les revenus plus récents se comparent à lui."),
            )
        if cleaned.get("charges") and cleaned.get("loyer") is None and "loyer" not in self.errors:
            self.add_error("loyer", _("Indiquez aussi le loyer, sans les charges."))
        return cleaned

    def answers(self) -> Answers:
        """What was answered, without what answers nothing: the age of somebody who is not there,
        the size of no firm."""
        typed = self.cleaned_data
        union = UNIONS[typed["vie"]]
        return Answers(
            union=union,
            age=typed["age"],
            spouse_age=typed["age_conjoint"] if union else None,
            children=typed["enfants"],
            alternating=typed["alternes"],
            visiting=typed["visites"],
            child_ages=typed["ages"],
            expected=typed["a_naitre"],
            dependants=typed["a_charge"],
            other_adults=typed["adultes"],
            disability=typed["handicap"],
            rfr_n2=typed["rfr"],
            rfr_n1=typed["rfr_n1"],
            last_12_months=typed["revenus_12m"],
            monthly=typed["mensuel"],
            receives_rsa=typed["rsa"],
            employment=self._employment(),
            rent=typed["loyer"],
            charges=typed["charges"] or 0,
        )

    def _employment(self) -> Employment | None:
        sector = self.cleaned_data["secteur"]
        if not sector:
            return None
        return Employment(sector_of(sector), self._headcount())

    def _headcount(self) -> int | None:
        typed = self.cleaned_data
        return cast(int | None, typed["effectif"]) if typed["secteur"] in EMPLOYED else None

    def kept(self) -> dict[str, str]:
        """The answers as a query string carries them, each in one way only, without the empty
        ones: what the link shared shows, and what an account created from here starts with."""
        typed = dict(self.cleaned_data)
        if not UNIONS[typed["vie"]]:
            typed["age_conjoint"] = None
        typed["effectif"] = self._headcount()
        typed["ages"] = ", ".join(map(str, typed["ages"]))
        return {
            name: "on" if typed[name] is True else str(typed[name])
            for name, field in self.fields.items()
            # A count of zero is the same as none; an income of zero is an answer.
            if typed[name] or (isinstance(field, EurosField) and typed[name] == 0)
        }


def _not_as_many(ages: int, children: int) -> str:
    return gettext("Vous avez indiqué %(children)s et %(ages)s : écrivez un âge par enfant.") % {
        "children": french.count(children, gettext("enfant"), gettext("enfants")),
        "ages": french.count(ages, gettext("âge"), gettext("âges")),
    }
