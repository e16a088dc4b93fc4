"""What a line would change, and why it is refused, in words."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from alin.kit import french
from territory.models import Commune
from territory.queries import label

from ..models import Dwelling, Offer, Residence
from ..rules import rent_in_words
from ..rules.windows import same_value

# Label, before, after.
Change = tuple[str, str, str]
_MONEY = {"rent", "charges", "deposit", "parking_rent", "convention_max_rent"}


def reasons_of(form: forms.Form, what: str = "") -> list[str]:
    """Each message after the label of its field, and after `what` the form is about."""
    said = []
    for name, messages in form.errors.items():
        asked = form.fields.get(name)
        names = ", ".join(filter(None, [what, str(asked.label) if asked else ""]))
        before = f"{names} : " if names else ""
        said += [f"{before}{message}" for message in messages]
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
    for model in (Offer, Dwelling, Residence):
        known = {each.name: each for each in model._meta.concrete_fields}
        if field in known:
            return f"{capfirst(str(known[field].verbose_name))} : "
    return ""


def differences(written: Mapping[str, Any], known: Any) -> tuple[dict[str, Any], list[Change]]:
    """What a service is to write of `written`, and the same in words; all of it, and no words,
    when nothing is `known` yet."""
    changes = {
        name: value
        for name, value in written.items()
        if known is None or not same_value(getattr(known, name), value)
    }
    if known is None:
        return changes, []
    return changes, [_change(known, name, value) for name, value in changes.items()]


def _change(known: Any, name: str, value: Any) -> Change:
    return (
        capfirst(str(type(known)._meta.get_field(name).verbose_name)),
        _words(known, name, getattr(known, name)),
        _words(known, name, value),
    )


def _words(known: Any, name: str, value: Any) -> str:
    asked = type(known)._meta.get_field(name)
    if value in (None, "", []):
        return _("rien")
    if isinstance(value, list):
        labels = dict(asked.base_field.choices)
        return ", ".join(str(labels.get(each, each)) for each in value)
    if value in (choices := dict(asked.choices or [])):
        return str(choices[value])
    if isinstance(value, bool):
        return _("oui") if value else _("non")
    if isinstance(value, datetime):
        return french.date_time(value)
    if isinstance(value, date):
        return french.long_date(value)
    if isinstance(value, Commune):
        return label(value)
    if name == "built_in":
        return str(value)
    if name == "rent":
        return rent_in_words(value)
    if name in _MONEY:
        return french.euros(value)
    return french.number(value) if isinstance(value, (int, Decimal)) else str(value)
