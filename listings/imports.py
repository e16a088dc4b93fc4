"""Reading one line of a landlord's file: which dwelling, which offer, what it would change."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from alin.kit import clock, french
from territory.queries import folded

from .forms.offers import EVENING, MORNING, OfferForm
from .forms.stock import DwellingForm
from .models import Dwelling, Offer, Residence
from .queries.landlord import offers_to_change
from .rules.windows import same_value

DWELLING_COLUMNS = {
    "logement": "reference",
    "type": "kind",
    "pieces": "rooms",
    "surface": "surface_m2",
    "annexes": "annexes_m2",
    "etage": "floor",
    "accessible": "accessible",
    "meuble": "furnished",
    "dpe": "dpe",
    "ges": "ges",
}
OFFER_COLUMNS = {
    "type_offre": "programme",
    "financement": "funding",
    "loyer": "rent",
    "charges": "charges",
    "depot": "deposit",
    "disponible_le": "available_on",
    "ouverture": "opens_on",
    "cloture": "closes_on",
    "presentation": "description",
    "conditions": "conditions",
}
COLUMNS = ["residence", *DWELLING_COLUMNS, *OFFER_COLUMNS]
NEEDED = ("residence", "logement")
EXAMPLE = {
    "residence": "TIL-01",
    "logement": "A-12",
    "type": "appartement",
    "pieces": "3",
    "surface": "62,5",
    "annexes": "8",
    "etage": "2",
    "accessible": "non",
    "meuble": "non",
    "dpe": "C",
    "ges": "D",
    "type_offre": "logement familial",
    "financement": "PLUS",
    "loyer": "412,40",
    "charges": "75",
    "depot": "412,40",
    "disponible_le": "01/03/2027",
    "ouverture": "",
    "cloture": "",
    "presentation": "Deux chambres au sud.",
    "conditions": "",
}
YES = {"oui", "o", "vrai", "true", "1", "x"}
Change = tuple[str, str, str]


@dataclass
class Line:
    """What one line would do. `dwelling` and `offer` are what exists already; `*_changes` what a
    service is to write, empty when nothing is."""

    number: int
    label: str
    residence: Residence | None = None
    dwelling: Dwelling | None = None
    offer: Offer | None = None
    dwelling_changes: dict[str, Any] = field(default_factory=dict)
    offer_changes: dict[str, Any] = field(default_factory=dict)
    has_offer: bool = False
    changes: list[Change] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)

    @property
    def outcome(self) -> str:
        if self.reasons:
            return "refused"
        if self.dwelling is None:
            return "created"
        return "changed" if self.changes else "unchanged"


def columns_of(headers: Sequence[str]) -> dict[int, str]:
    """Which column each header names. Raises ValidationError when the needed ones are missing,
    when one comes twice, or when one is unknown."""
    named = {i: _key(header) for i, header in enumerate(headers) if header}
    unknown = [headers[i] for i, key in named.items() if key not in COLUMNS]
    if unknown:
        raise ValidationError(
            _("Colonnes inconnues : %(names)s. Partez du modèle à télécharger.")
            % {"names": ", ".join(unknown)[:200]}
        )
    twice = {key for key in named.values() if list(named.values()).count(key) > 1}
    missing = [name for name in NEEDED if name not in named.values()]
    if twice or missing:
        raise ValidationError(
            _("Colonnes absentes ou en double : %(names)s.")
            % {"names": ", ".join([*missing, *sorted(twice)])}
        )
    return named


def _key(header: str) -> str:
    return folded(header).replace(" ", "_").replace("-", "_")


class Reader:
    """Understands the lines of one file against what the landlord has now, read once."""

    def __init__(self, organisation_id: int) -> None:
        homes = Residence.objects.filter(organisation_id=organisation_id).select_related(
            "commune__departement"
        )
        self._residences: dict[str, list[Residence]] = {}
        for home in homes:
            for name in {folded(home.reference), folded(home.name)} - {""}:
                self._residences.setdefault(name, []).append(home)
        self._dwellings = {
            (each.residence_id, each.reference): each
            for each in Dwelling.objects.filter(residence__organisation_id=organisation_id)
        }
        self._offers = offers_to_change(organisation_id)
        self._seen: dict[tuple[int, str], int] = {}

    def read(self, number: int, cells: Mapping[str, str]) -> Line:
        """`cells`: what the line says, by column. What is left empty is left as it is."""
        said = {name: text.strip() for name, text in cells.items() if text and text.strip()}
        line = Line(number, f"{said.get('residence', '')} {said.get('logement', '')}"[:100].strip())
        line.residence = self._residence(line, said)
        if line.residence is None or "logement" not in said:
            if line.residence is not None:
                line.reasons.append(_("Indiquez la référence du logement."))
            return line
        key = (line.residence.pk, said["logement"])
        if key in self._seen:
            line.reasons.append(
                _("Ce logement est déjà ligne %(n)d du fichier.") % {"n": self._seen[key]}
            )
            return line
        self._seen[key] = number
        line.dwelling = self._dwellings.get(key)
        self._read_dwelling(line, said)
        self._read_offer(line, said)
        return line

    def _residence(self, line: Line, said: Mapping[str, str]) -> Residence | None:
        name = said.get("residence", "")
        found = self._residences.get(folded(name), [])
        if len(found) == 1:
            return found[0]
        line.reasons.append(
            _("Plusieurs de vos résidences s'appellent « %(name)s » : donnez sa référence.")
            % {"name": name[:60]}
            if found
            else _("Aucune de vos résidences n'a « %(name)s » pour référence ou pour nom.")
            % {"name": name[:60]}
        )
        return None

    def _read_dwelling(self, line: Line, said: Mapping[str, str]) -> None:
        assert line.residence is not None
        known = DwellingForm.initial_of(line.dwelling) if line.dwelling else {"floor": 0}
        typed = _typed(known, said, DWELLING_COLUMNS, DwellingForm)
        form = DwellingForm(typed, residence=line.residence)
        if not form.is_valid():
            line.reasons += _reasons(form)
            return
        line.dwelling_changes, changes = _differences(form, line.dwelling)
        line.changes += changes

    def _read_offer(self, line: Line, said: Mapping[str, str]) -> None:
        if not any(name in said for name in OFFER_COLUMNS):
            return
        line.has_offer = True
        if line.dwelling is not None:
            line.offer = self._offers.get(line.dwelling.pk)
        known = OfferForm.initial_of(line.offer) if line.offer else _new_offer()
        typed = _typed(known, said, OFFER_COLUMNS, OfferForm)
        if line.offer and "depot" not in said and line.offer.deposit == line.offer.rent:
            # One month of rent stays one month of rent.
            typed.pop("deposit", None)
        form = OfferForm(typed, dwelling=line.dwelling or Dwelling(residence=line.residence))
        if not form.is_valid():
            line.reasons += _reasons(form)
            return
        line.offer_changes, changes = _differences(form, line.offer)
        if line.dwelling is not None and line.offer is None:
            # A line that prepares an offer says so: the dwelling itself may stay as it is.
            rent = french.euros(line.offer_changes["rent"])
            changes = [(_("Offre"), _("rien"), _("nouveau brouillon, %s") % rent)]
        line.changes += changes


def _new_offer() -> dict[str, Any]:
    today = clock.today()
    return {
        "programme": "ordinary",
        "parking": "none",
        "charges": Decimal(0),
        "available_on": today + timedelta(days=45),
        "opens_on": today,
        "opens_hour": MORNING,
        "closes_on": today + timedelta(days=10),
        "closes_hour": EVENING,
    }


def _typed(
    known: Mapping[str, Any],
    said: Mapping[str, str],
    columns: Mapping[str, str],
    form: type[forms.Form],
) -> dict[str, Any]:
    """What the form of a page would have been sent: what is known, then what the line says."""
    typed = {name: _as_typed(value) for name, value in known.items() if value is not None}
    for column, name in columns.items():
        if column in said:
            typed[name] = _understood(form.base_fields[name], said[column])
    return {name: value for name, value in typed.items() if value is not False}


def _as_typed(value: Any) -> Any:
    if isinstance(value, (bool, list)):
        return value
    if isinstance(value, time):
        return f"{value:%H:%M}"
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    return str(value)


def _understood(asked: forms.Field, text: str) -> Any:
    """A choice by its label or its code, a box by yes or no."""
    if isinstance(asked, forms.BooleanField):
        return folded(text) in YES
    if isinstance(asked, forms.ChoiceField):
        choices: Any = asked.choices
        for code, label in choices:
            if folded(text) in {folded(str(code)), folded(str(label))}:
                return code
    return text


def _reasons(form: forms.Form) -> list[str]:
    said = []
    for name, messages in form.errors.items():
        bound = form.fields.get(name)
        label = f"{bound.label} : " if bound else ""
        said += [f"{label}{message}" for message in messages]
    return said


def said_of(error: ValidationError) -> list[str]:
    """What a verb refused, each sentence after the name of what it is about."""
    if not hasattr(error, "error_dict"):
        return list(error.messages)
    return [
        f"{_name_of(field)}{message}"
        for field, messages in error.message_dict.items()
        for message in messages
    ]


def _name_of(field: str) -> str:
    for model in (Offer, Dwelling):
        known = {each.name: each for each in model._meta.concrete_fields}
        if field in known:
            return f"{str(known[field].verbose_name).capitalize()} : "
    return ""


def _differences(form: Any, known: Any) -> tuple[dict[str, Any], list[Change]]:
    """What a service is to write, and the same in words."""
    changes = {
        name: value
        for name, value in form.changes().items()
        if known is None or not same_value(getattr(known, name), value)
    }
    if known is None:
        return changes, []
    model = type(known)
    return changes, [
        (
            str(model._meta.get_field(name).verbose_name).capitalize(),
            _words(known, name, getattr(known, name)),
            _words(known, name, value),
        )
        for name, value in changes.items()
    ]


def _words(known: Any, name: str, value: Any) -> str:
    choices = dict(type(known)._meta.get_field(name).choices or [])
    if value in choices and value != "":
        return str(choices[value])
    if value in (None, "", []):
        return _("rien")
    if isinstance(value, bool):
        return _("oui") if value else _("non")
    if isinstance(value, datetime):
        return french.date_time(value)
    if isinstance(value, date):
        return french.long_date(value)
    return french.number(value) if isinstance(value, (int, Decimal)) else str(value)
