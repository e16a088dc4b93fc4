"""What each column of the file is for, and what may be written in it."""

from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from ..forms.offers import OfferForm
from ..forms.stock import DwellingForm, ResidenceForm
from .columns import DWELLING_COLUMNS, EXAMPLE, NEEDED, OFFER_COLUMNS, RESIDENCE_COLUMNS

_FORMS: list[tuple[type[forms.Form], dict[str, str]]] = [
    (DwellingForm, DWELLING_COLUMNS),
    (OfferForm, OFFER_COLUMNS),
    (ResidenceForm, RESIDENCE_COLUMNS),
]


def explained() -> list[tuple[str, str, str, str]]:
    """Title, what it is, what may be written, an example."""
    asked = {
        column: form.base_fields[name]
        for form, columns in _FORMS
        for column, name in columns.items()
    }
    rows = [("residence", _("Référence de la résidence, ou son nom"), _("obligatoire"))]
    rows += [
        (column, str(capfirst(str(field.label))), _accepted(column, field))
        for column, field in asked.items()
    ]
    return [(*row, EXAMPLE[row[0]] or "–") for row in rows]


def _accepted(column: str, field: forms.Field) -> str:
    if column in NEEDED:
        return _("obligatoire")
    if isinstance(field, forms.BooleanField):
        return _("oui ou non")
    if isinstance(field, forms.ModelChoiceField):
        return _("son nom sur le portail, ou « aucun »")
    if isinstance(field, forms.ChoiceField):
        choices: Any = field.choices
        labels = " ; ".join(str(label) for code, label in choices if code)
        if isinstance(field, forms.MultipleChoiceField):
            return _("un ou plusieurs, séparés par des virgules : %(labels)s") % {"labels": labels}
        return labels
    return str(field.help_text)
