"""An offer, on one page; its window; why it closes."""

from datetime import datetime, time
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _L

from accounts.forms.inputs import FrenchDateField
from accounts.models import Organisation
from alin.kit import clock

from ..models import Dwelling, Offer
from ..rules import PROGRAMMES, allowed_fundings, deposit_refusal, kind_of, territory_refusal
from .inputs import ClockField, EurosField
from .stock import VersionedForm

MORNING, EVENING = time(9), time(18)
_SAME = (
    "programme",
    "funding",
    "rent",
    "charges",
    "charges_cover",
    "deposit",
    "parking",
    "parking_rent",
    "available_on",
    "contingent",
    "reservataire",
    "employees_only",
    "priority_publics",
    "min_age",
    "max_age",
    "statuses",
    "max_stay_months",
    "conditions",
    "description",
)


def reservataires() -> QuerySet[Organisation]:
    return Organisation.objects.filter(kind=Organisation.Kind.RESERVATAIRE)


class ReservataireField(forms.ModelChoiceField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            queryset=reservataires(),
            to_field_name="public_id",
            required=False,
            empty_label=_L("Aucun"),
            **kwargs,
        )


def _boxes(label: Any, choices: Any, **kwargs: Any) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label,
        choices=choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
        **kwargs,
    )


class WindowForm(VersionedForm):
    """When candidacies close. `closes_at` is the instant."""

    closes_on = FrenchDateField(
        label=_L("Jour de clôture"), help_text=_L("Jour, mois et année : JJ/MM/AAAA.")
    )
    closes_hour = ClockField(label=_L("Heure de clôture"), initial=EVENING)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        cleaned["closes_at"] = _instant(
            cleaned.pop("closes_on", None), cleaned.pop("closes_hour", None)
        )
        return cleaned


class OfferForm(WindowForm):
    """`changes()` is what `create_draft` and `update_offer` take."""

    programme = forms.ChoiceField(label=_L("Type d'offre"), choices=Offer.Programme.choices)
    funding = forms.ChoiceField(
        label=_L("Financement"), choices=Offer.Funding.choices, required=False
    )
    rent = EurosField(
        label=_L("Loyer hors charges, par mois"),
        help_text=_L("0 pour un logement d'urgence sans loyer."),
        error_messages={"min_value": _L("Le loyer est positif.")},
    )
    charges = EurosField(label=_L("Charges, par mois"))
    charges_cover = _boxes(_L("Ce que couvrent les charges"), Offer.ChargesCover.choices)
    deposit = EurosField(
        label=_L("Dépôt de garantie"),
        required=False,
        help_text=_L("Un mois de loyer hors charges au plus. Vide : un mois."),
    )
    parking = forms.ChoiceField(
        label=_L("Stationnement"), choices=Offer.Parking.choices, widget=forms.RadioSelect
    )
    parking_rent = EurosField(
        label=_L("Loyer du stationnement, par mois"),
        required=False,
        help_text=_L("S'il est en plus du loyer."),
    )
    available_on = FrenchDateField(
        label=_L("Disponible à partir du"), help_text=_L("Jour, mois et année : JJ/MM/AAAA.")
    )
    opens_on = FrenchDateField(
        label=_L("Jour d'ouverture des candidatures"),
        help_text=_L("Jour, mois et année : JJ/MM/AAAA."),
    )
    opens_hour = ClockField(label=_L("Heure d'ouverture"), initial=MORNING)
    contingent = forms.ChoiceField(
        label=_L("Contingent"),
        choices=[("", _L("Non renseigné")), *Offer.Contingent.choices],
        required=False,
    )
    reservataire = ReservataireField(label=_L("Réservataire"))
    employees_only = forms.BooleanField(
        label=_L("Réservé aux salariés d'entreprises cotisantes (Action Logement)"),
        required=False,
    )
    priority_publics = _boxes(_L("Publics prioritaires"), Offer.PriorityPublic.choices)
    min_age = forms.IntegerField(
        label=_L("Âge minimum"), required=False, min_value=16, max_value=99
    )
    max_age = forms.IntegerField(
        label=_L("Âge maximum"), required=False, min_value=16, max_value=99
    )
    statuses = _boxes(
        _L("Situations acceptées"),
        Offer.Status.choices,
        help_text=_L("Aucune case cochée : toutes les situations."),
    )
    max_stay_months = forms.IntegerField(
        label=_L("Durée maximum du séjour, en mois"), required=False, min_value=1, max_value=60
    )
    description = forms.CharField(
        label=_L("Présentation du logement"),
        widget=forms.Textarea({"rows": 5}),
        max_length=3000,
        required=False,
        help_text=_L("Ce qu'une visite montrerait : lumière, rangements, commerces, transports."),
    )
    conditions = forms.CharField(
        label=_L("Conditions particulières"),
        widget=forms.Textarea({"rows": 3}),
        max_length=2000,
        required=False,
    )

    field_order = ["programme", "funding", "rent", "charges", "charges_cover", "deposit"]

    def __init__(self, *args: Any, dwelling: Dwelling, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.dwelling = dwelling

    @classmethod
    def initial_of(cls, offer: Offer) -> dict[str, Any]:
        opens, closes = (
            instant.astimezone(clock.PARIS) for instant in (offer.opens_at, offer.closes_at)
        )
        shown = {name: getattr(offer, name) for name in _SAME}
        shown["reservataire"] = offer.reservataire.public_id if offer.reservataire else None
        return shown | {
            "version": offer.version,
            "opens_on": opens.date(),
            "opens_hour": opens.time(),
            "closes_on": closes.date(),
            "closes_hour": closes.time(),
        }

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        cleaned["opens_at"] = _instant(
            cleaned.pop("opens_on", None), cleaned.pop("opens_hour", None)
        )
        self._clean_kind(cleaned)
        self._clean_money(cleaned)
        self._clean_conditions(cleaned)
        if (
            cleaned["opens_at"]
            and cleaned["closes_at"]
            and cleaned["closes_at"] <= cleaned["opens_at"]
        ):
            self.add_error(
                "closes_on",
                _("La clôture vient avant l'ouverture : choisissez une clôture plus tardive."),
            )
        return cleaned

    def _clean_kind(self, cleaned: dict[str, Any]) -> None:
        programme, funding = cleaned.get("programme"), cleaned.get("funding")
        if programme is None or funding is None:
            return
        cleaned["kind"] = kind_of(programme, funding)
        if not cleaned["kind"]:
            possible = [str(Offer.Funding(each).label) for each in allowed_fundings(programme)]
            self.add_error(
                "funding",
                _("Pour « %(programme)s », le financement est : %(possible)s.")
                % {
                    "programme": Offer.Programme(programme).label,
                    "possible": " ; ".join(possible),
                },
            )

    def _clean_money(self, cleaned: dict[str, Any]) -> None:
        rent, deposit = cleaned.get("rent"), cleaned.get("deposit")
        programme = cleaned.get("programme") or Offer.Programme.ORDINARY
        if rent == 0 and programme != Offer.Programme.EMERGENCY:
            said = _("Le loyer est positif. Seul un logement d'urgence peut être sans loyer.")
            self.add_error("rent", said)
            rent = None
        if deposit is None and rent is not None and "deposit" not in self.errors:
            cleaned["deposit"] = rent if PROGRAMMES[programme].takes_deposit else rent * 0
        if rent is not None and deposit is not None:
            refusal = deposit_refusal(
                programme=programme,
                rent=rent,
                deposit=deposit,
                on=clock.today(),
            )
            if refusal:
                self.add_error("deposit", refusal)
        if cleaned.get("parking") == Offer.Parking.OPTIONAL:
            if cleaned.get("parking_rent") is None and "parking_rent" not in self.errors:
                self.add_error("parking_rent", _("Indiquez le loyer du stationnement."))
        else:
            cleaned["parking_rent"] = None

    def _clean_conditions(self, cleaned: dict[str, Any]) -> None:
        least, most = cleaned.get("min_age"), cleaned.get("max_age")
        if least and most and most < least:
            self.add_error(
                "max_age", _("L'âge maximum vient avant l'âge minimum : corrigez l'un des deux.")
            )
        if cleaned.get("contingent") == Offer.Contingent.OWN and cleaned.get("reservataire"):
            self.add_error(
                "reservataire",
                _("Une offre hors contingent n'a pas de réservataire : retirez l'un des deux."),
            )
        if (
            cleaned.get("programme") == Offer.Programme.MOBILITY
            and (cleaned.get("max_stay_months") or 0) > 10
        ):
            self.add_error(
                "max_stay_months",
                _("Un bail mobilité dure de un à dix mois (loi du 6 juillet 1989, article 25-14)."),
            )
        if cleaned.get("max_stay_months") and cleaned.get("programme") == Offer.Programme.ORDINARY:
            self.add_error(
                "max_stay_months",
                _("Un logement familial n'a pas de durée limitée : laissez vide."),
            )


class OfferPageForm(OfferForm):
    """The form of the page. Changing the type of offer proposes the conditions that are usual for
    it: they are written in the fields left empty, and the page is shown once more before anything
    is saved. `proposed_for` is the type whose conditions the page has already proposed."""

    proposed_for = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, data: Any = None, **kwargs: Any) -> None:
        self.proposed: list[str] = []
        super().__init__(self._completed(data) if data is not None else None, **kwargs)

    @classmethod
    def initial_of(cls, offer: Offer) -> dict[str, Any]:
        return super().initial_of(offer) | {"proposed_for": offer.programme}

    def changes(self) -> dict[str, Any]:
        return {name: value for name, value in super().changes().items() if name != "proposed_for"}

    def _completed(self, data: Any) -> Any:
        programme = PROGRAMMES.get(data.get("programme", ""))
        if programme is None or data.get("proposed_for") == data["programme"]:
            return data
        data = data.copy()
        data["proposed_for"] = data["programme"]
        for name, usual in programme.proposed().items():
            if not any(data.getlist(name)):
                data.setlist(name, usual if isinstance(usual, list) else [str(usual)])
                self.proposed.append(name)
        return data

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        commune = self.dwelling.residence.commune
        if said := territory_refusal(cleaned.get("funding") or "", commune):
            self.add_error("funding", said)
        for name in self.proposed:
            self.add_error(
                name,
                _("Proposé pour ce type d'offre : gardez, changez ou videz, puis enregistrez."),
            )
        return cleaned


def _instant(day: Any, hour: Any) -> datetime | None:
    if day is None or hour is None:
        return None
    return datetime.combine(day, hour, tzinfo=clock.PARIS)


class CloseForm(forms.Form):
    reason = forms.CharField(
        label=_L("Pourquoi l'offre ferme-t-elle plus tôt ?"),
        max_length=200,
        widget=forms.Textarea({"rows": 3}),
        help_text=_L("Les candidats et le public liront cette phrase."),
    )
