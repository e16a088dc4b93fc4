"""Figures, hours and communes as staff type them."""

import re
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from territory.models import Commune
from territory.queries import commune_meant, label

_SPACES = re.compile(r"[\s\u00a0\u202f\u2009]")
_UNITS = re.compile(r"(€|euros?|eur|m²|m2)$", re.IGNORECASE)


def plain_figure(text: str) -> str:
    """“1 200,50 €” → “1200.50”: what Decimal reads; left as it is when it is no figure."""
    figure = _UNITS.sub("", _SPACES.sub("", text))
    return figure.replace(",", ".") if figure.count(",") <= 1 and "." not in figure else figure


class FigureField(forms.DecimalField):
    """A figure with a comma or a dot, with or without spaces and unit."""

    widget = forms.TextInput

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("min_value", Decimal(0))
        kwargs.setdefault("error_messages", {})
        kwargs["error_messages"] = {
            "invalid": gettext_lazy("Écrivez ce nombre en chiffres, par exemple 412,50."),
            "min_value": gettext_lazy("Ce nombre est trop petit : %(limit_value)s au moins."),
            "max_value": gettext_lazy("Ce nombre est trop grand : %(limit_value)s au plus."),
            "max_decimal_places": gettext_lazy("Deux chiffres après la virgule au plus."),
        } | kwargs["error_messages"]
        super().__init__(**kwargs)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {"inputmode": "decimal", "autocomplete": "off", "maxlength": 20}

    def to_python(self, value: Any) -> Decimal | None:  # type: ignore[override]
        return super().to_python(plain_figure(value) if isinstance(value, str) else value)

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, (Decimal, float, int)):
            return f"{value}".replace(".", ",")
        return value


class EurosField(FigureField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_digits=7, decimal_places=2, **kwargs)


class ClockField(forms.TimeField):
    """An hour of the day: “18:00”, “18h”, “18 h 30”."""

    default_error_messages = {
        "invalid": gettext_lazy("Écrivez l'heure sous la forme 18:00."),
    }

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TimeInput(format="%H:%M", attrs={"autocomplete": "off", "maxlength": 8})
        super().__init__(widget=widget, input_formats=["%H:%M", "%H:%M:%S"], **kwargs)

    def to_python(self, value: Any) -> Any:
        if isinstance(value, str):
            hour, _h, minutes = _SPACES.sub("", value.lower()).partition("h")
            value = f"{hour}:{minutes or '00'}" if _h else hour
        return super().to_python(value)


class CommuneField(forms.CharField):
    """A commune by name or postal code. `suggestions` on the form tells what a doubtful name may
    mean, keyed by the field's name; the one chosen comes back as `NAME_choice`."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.TextInput({"autocomplete": "off"}))
        super().__init__(max_length=80, **kwargs)


def commune_of(form: forms.Form, name: str, text: str) -> Commune | None:
    """The commune typed or chosen; None, and an error on the form, when in doubt."""
    meant = commune_meant(text)
    choice = form.data.get(form.add_prefix(f"{name}_choice"), "")
    chosen = next((each for each in meant.candidates if each.pk == choice), meant.commune)
    if chosen is not None:
        return chosen
    form.suggestions = [(each.pk, label(each)) for each in meant.candidates]  # type: ignore[attr-defined]
    form.add_error(
        name,
        ValidationError(
            _("Plusieurs communes peuvent correspondre : choisissez la vôtre.")
            if meant.candidates
            else _("Nous ne trouvons pas cette commune. Écrivez son nom ou son code postal."),
            code="doubt",
        ),
    )
    return None
