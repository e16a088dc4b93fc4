"""The small fields and filters that a search of homes is made of."""

import copy
import re
from typing import Any

import django_filters
from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _L


class WholeNumberField(forms.IntegerField):
    """“1 200” is a number for whoever types it."""

    def to_python(self, value: Any) -> int | None:
        return super().to_python(re.sub(r"\s", "", value) if isinstance(value, str) else value)


class WholeNumberFilter(django_filters.Filter):
    field_class = WholeNumberField

    def __init__(self, *, least: int, most: int, refusal: Any, **options: Any) -> None:
        super().__init__(
            min_value=least,
            max_value=most,
            error_messages=dict.fromkeys(["invalid", "min_value", "max_value"], refusal),
            widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
            **options,
        )


def rent_filter(label: Any, lookup: str) -> WholeNumberFilter:
    return WholeNumberFilter(
        label=label,
        field_name="total_rent",
        lookup_expr=lookup,
        least=1,
        most=9_999,
        refusal=_L("Indiquez un loyer en euros par mois, par exemple 550."),
    )


def surface_filter(label: Any, lookup: str) -> WholeNumberFilter:
    return WholeNumberFilter(
        label=label,
        field_name="surface_m2",
        lookup_expr=lookup,
        least=1,
        most=400,
        refusal=_L("Indiquez une surface en m², de 1 à 400."),
    )


class TickedFilter(django_filters.BooleanFilter):
    """A box that asks for something when ticked, and for nothing when it is not."""

    def __init__(self, **options: Any) -> None:
        super().__init__(widget=forms.CheckboxInput, **options)

    def filter(self, qs: QuerySet[Any], value: bool | None) -> QuerySet[Any]:
        return super().filter(qs, value) if value else qs


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class SharedFilters(dict[str, django_filters.Filter]):
    """The filters of a class, of which each search takes shallow copies of its own. The deep ones
    that it would take of choices and labels, which nobody changes, cost more than the search."""

    def __deepcopy__(self, memo: Any) -> "SharedFilters":
        own = SharedFilters({name: copy.copy(each) for name, each in self.items()})
        for each in own.values():
            # Told again, a method is looked for in the search of the copy.
            each.method = each.method
        return own
