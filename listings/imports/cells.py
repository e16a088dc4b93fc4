"""How the cells of a file are written, and understood when they come back: as the form of the page
asks for the same thing."""

import re
from collections.abc import Iterable, Mapping
from datetime import date, time
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from territory.queries import folded

YES = {"oui", "o", "vrai", "true", "1", "x"}
NO = {"non", "n", "faux", "false", "0"}
# An empty cell leaves what is saved; these words empty it.
NOTHING = {"aucun", "aucune", "rien"}
# Said by its code, that everybody knows, and not by the words beside it.
_BY_CODE = {"funding"}
_BETWEEN = re.compile(r"[,;|\n]")
Choices = Iterable[tuple[Any, Any]]


class Cells:
    """The cells of some columns, as `form` asks for what they say. `choices`: those of a field
    that the class of the form does not know by itself."""

    def __init__(
        self,
        form: type[forms.Form],
        columns: Mapping[str, str],
        choices: Mapping[str, Choices] | None = None,
    ) -> None:
        self.columns = columns
        self._fields = {name: form.base_fields[name] for name in columns.values()}
        self._labels: dict[str, dict[str, str]] = {}
        self._codes: dict[str, dict[str, str | None]] = {}
        for name, field in self._fields.items():
            known = (choices or {}).get(name) or getattr(field, "choices", None)
            if known is not None:
                self._learn(name, known)

    def _learn(self, name: str, choices: Choices) -> None:
        labels = {str(code): str(label) for code, label in choices}
        codes: dict[str, str | None] = {}
        for code, label in labels.items():
            # What two choices are called names neither.
            codes[folded(label)] = None if folded(label) in codes else code
        codes |= {folded(code): code for code in labels if code}
        self._labels[name], self._codes[name] = labels, codes

    def write(self, values: Mapping[str, Any]) -> dict[str, str]:
        """What a line says of a thing whose form starts from `values`."""
        return {column: self._cell(name, values.get(name)) for column, name in self.columns.items()}

    def _cell(self, name: str, value: Any) -> str:
        if isinstance(self._fields[name], forms.BooleanField):
            return "oui" if value else "non"
        if value is None or value == "":
            return ""
        if isinstance(value, (list, tuple)):
            return ", ".join(str(self._labels[name].get(each, each)) for each in value)
        if name in self._labels:
            code = str(value)
            return code if name in _BY_CODE else self._labels[name].get(code, code)
        if isinstance(value, time):
            return f"{value:%H:%M}"
        if isinstance(value, date):
            return f"{value:%d/%m/%Y}"
        if isinstance(value, (Decimal, float)):
            return str(value).replace(".", ",")
        return one_kind_of_line(str(value))

    def says(self, column: str, text: str, written: str) -> bool:
        """Whether a cell, however it is typed, says what `write` wrote."""
        name = self.columns[column]
        try:
            return text == written or self._cell(name, self._fields[name].clean(text)) == written
        except ValidationError:
            return False

    def understand(self, column: str, text: str) -> Any:
        """What the form would have been sent for this cell. Raises ValidationError in words."""
        name = self.columns[column]
        field = self._fields[name]
        if isinstance(field, forms.BooleanField):
            return self._yes(field, text)
        if folded(text) in NOTHING:
            return [] if isinstance(field, forms.MultipleChoiceField) else ""
        if isinstance(field, forms.MultipleChoiceField):
            parts = [part.strip() for part in _BETWEEN.split(text)]
            return [self._code(name, part) for part in parts if part]
        return self._code(name, text) if name in self._codes else text

    def _yes(self, field: forms.Field, text: str) -> bool:
        if folded(text) in YES:
            return True
        if folded(text) in NO | NOTHING:
            return False
        raise ValidationError(_("%(what)s : écrivez « oui » ou « non ».") % {"what": field.label})

    def _code(self, name: str, text: str) -> str:
        """A choice by its label or its code; what is neither is left for the form to refuse."""
        code = self._codes[name].get(folded(text))
        return text if code is None else code


def as_typed(values: Mapping[str, Any]) -> dict[str, Any]:
    """What the form of a page is sent back when nothing of `values` is touched."""
    return {name: _as_typed(value) for name, value in values.items() if value is not None}


def _as_typed(value: Any) -> Any:
    if isinstance(value, (bool, list)):
        return value
    if isinstance(value, time):
        return f"{value:%H:%M}"
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    return str(value)


def filled(form: forms.Form, typed: Mapping[str, Any]) -> bool:
    """Ask `form` about other input, and whether it is good. Building a form copies each of its
    fields, which for a file of thousands of lines costs more than all the rest."""
    # A box that is not ticked is not sent.
    form.data = {name: value for name, value in typed.items() if value is not False}
    form.is_bound = True
    form.full_clean()
    return form.is_valid()


def one_kind_of_line(text: str) -> str:
    """A browser ends lines otherwise than a spreadsheet."""
    return text.replace("\r\n", "\n").strip()
