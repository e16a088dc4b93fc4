"""Widgets are drawn by the portal where Django's templates are slow: nobody sees the difference."""

from collections.abc import Callable
from typing import Any

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates
from django.utils.translation import gettext_lazy

from alin.form_renderer import FormRenderer

COLOURS = [("", gettext_lazy("Choisissez")), ("r", 'Rouge & "vif"'), ("v", "<b>Vert</b>")]
GROUPS = [("Chaudes", [("r", "Rouge")]), ("Froides", [("b", "Bleu")])]
NASTY = {"data-x": '"><script>', "required": True, "disabled": False, "maxlength": 12}
WIDGETS: list[tuple[Callable[[], forms.Widget], Any]] = [
    (forms.TextInput, None),
    (forms.TextInput, '"><img src=x> & é'),
    (forms.TextInput, ""),
    (lambda: forms.TextInput(attrs=NASTY), "550"),
    (forms.NumberInput, 1200),
    (forms.EmailInput, "amina@example.test"),
    (forms.URLInput, "https://example.test/?a=1&b=2"),
    (forms.PasswordInput, "secret"),
    (forms.HiddenInput, "x"),
    (forms.MultipleHiddenInput, ["a", "b"]),
    (forms.DateInput, "2027-01-31"),
    (forms.CheckboxInput, True),
    (forms.CheckboxInput, False),
    (lambda: forms.Textarea(attrs={"rows": 3}), "deux\nlignes"),
    (lambda: forms.Select(choices=COLOURS), "r"),
    (lambda: forms.Select(choices=COLOURS, attrs=NASTY), None),
    (lambda: forms.Select(choices=[(1, "un"), (2, "deux")]), 2),
    (lambda: forms.Select(choices=[]), None),
    (lambda: forms.SelectMultiple(choices=COLOURS), ["r", "v"]),
    (lambda: forms.Select(choices=GROUPS), "b"),
    (lambda: forms.NullBooleanSelect(), True),
    (lambda: forms.RadioSelect(choices=COLOURS), "v"),
    (lambda: forms.CheckboxSelectMultiple(choices=COLOURS), ["r"]),
    (forms.ClearableFileInput, None),
    (forms.SelectDateWidget, "2027-01-31"),
]


@pytest.mark.parametrize(("widget", "value"), WIDGETS)
def test_a_widget_is_what_django_draws(widget: Callable[[], forms.Widget], value: Any) -> None:
    drawn, expected = (
        widget().render("champ", value, {"id": "id_champ"}, renderer)
        for renderer in (FormRenderer(), DjangoTemplates())
    )
    assert _loose(drawn) == _loose(expected)


def test_each_box_of_a_list_is_what_django_draws() -> None:
    boxes = forms.CheckboxSelectMultiple(choices=COLOURS)
    quick, slow = FormRenderer(), DjangoTemplates()
    for box in boxes.subwidgets("champ", ["r"], {"id": "id_champ"}):
        context = {"widget": {**box, "wrap_label": False}}
        name = box["template_name"]
        assert quick.render(name, context) == slow.render(name, context)


def _loose(html: str) -> str:
    """Without what the two template languages do differently: how a quote is escaped, and the
    white space between tags."""
    return "".join(html.replace("&#x27;", "&#39;").replace("&#34;", "&quot;").split())
