"""Dates, amounts and numbers as people write them."""

import re
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.rules import age_on
from alin.kit import clock, french

LONGEST_LIFE = 120
_SPACES = re.compile(r"[\s\u00a0\u202f\u2009]")


class FrenchDateField(forms.DateField):
    """A day typed as 27/03/1985; the form 1985-03-27 that browsers fill in is accepted too."""

    default_error_messages = {
        "invalid": _("Écrivez la date sous la forme JJ/MM/AAAA, par exemple 27/03/1985."),
    }

    def __init__(self, *, autocomplete: str = "off", **kwargs: Any) -> None:
        kwargs.setdefault("help_text", _("Par exemple : 27/03/1985"))
        super().__init__(
            input_formats=["%d/%m/%Y", "%d.%m.%Y", "%d-%m-%Y", "%d %m %Y", "%d%m%Y", "%Y-%m-%d"],
            widget=forms.DateInput(
                format="%d/%m/%Y", attrs={"autocomplete": autocomplete, "maxlength": 20}
            ),
            **kwargs,
        )


def check_birth_date(day: date) -> None:
    """Refuse a birth that is to come, or older than any life."""
    today = clock.today()
    if day > today:
        raise ValidationError(_("Cette date est à venir : vérifiez l'année."))
    if age_on(day, today) > LONGEST_LIFE:
        raise ValidationError(
            _("Cette date remonte à plus de %(years)d ans : vérifiez l'année.")
            % {"years": LONGEST_LIFE}
        )


def check_past(day: date) -> None:
    if day > clock.today():
        raise ValidationError(_("Cette date est à venir : vérifiez l'année."))


class WholeNumberField(forms.Field):
    """A whole number typed with or without spaces: “12 500”. Empty is None."""

    widget = forms.TextInput
    default_error_messages = {
        "invalid": _("Écrivez ce nombre en chiffres, par exemple 250."),
        "negative": _("Ce nombre ne peut pas être négatif."),
        "too_small": _("Écrivez un nombre à partir de %(limit)s."),
        "too_big": _("Ce nombre est trop grand : %(limit)s au plus."),
    }

    def __init__(self, *, smallest: int, biggest: int, **kwargs: Any) -> None:
        self.smallest, self.biggest = smallest, biggest
        super().__init__(**kwargs)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {"inputmode": "numeric", "autocomplete": "off", "maxlength": 20}

    def prepare_value(self, value: Any) -> Any:
        return french.number(value) if isinstance(value, int) else value

    def to_python(self, value: Any) -> int | None:
        text = self._cleaned(str(value or ""))
        if not text:
            return None
        if re.fullmatch(r"[-\u2212\u2013][0-9]+", text):
            raise ValidationError(self.error_messages["negative"], code="negative")
        if not re.fullmatch(r"[0-9]+", text):
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        number = int(text)
        for code, limit, wrong in (
            ("too_small", self.smallest, number < self.smallest),
            ("too_big", self.biggest, number > self.biggest),
        ):
            if wrong:
                raise ValidationError(
                    self.error_messages[code], code=code, params={"limit": french.number(limit)}
                )
        return number

    def _cleaned(self, text: str) -> str:
        return _SPACES.sub("", text)


class EurosField(WholeNumberField):
    """Whole euros: “21 450”, “21450 €”, “21.450,00 euros”. Empty is None, zero is kept."""

    default_error_messages = {
        "invalid": _("Écrivez le montant en chiffres et en euros entiers, par exemple 21 450."),
        "negative": _("Ce montant ne peut pas être négatif. S'il l'est sur votre avis, écrivez 0."),
        "too_big": _(
            "Ce montant est trop élevé (%(limit)s € au plus) : recopiez la ligne "
            "« revenu fiscal de référence », sans les centimes."
        ),
    }

    def __init__(self, *, biggest: int = 999_999, **kwargs: Any) -> None:
        super().__init__(smallest=0, biggest=biggest, **kwargs)

    def _cleaned(self, text: str) -> str:
        figure = re.sub(r"(€|euros?|eur)$", "", super()._cleaned(text).lower())
        figure = re.sub(r"[.,]00$", "", figure)
        # The dot of “21.450” separates thousands: nobody has a tax income of 21 euros and 450.
        return re.sub(r"(?<=\d)\.(?=\d{3}(\D|$))", "", figure)
