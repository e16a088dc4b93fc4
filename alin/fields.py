"""A Django form field as the components see it: what kind of control, what describes it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

CHOICES = {"radios", "checkboxes"}


@dataclass(frozen=True)
class FieldView:
    """`target` is the element that an error summary links to: for a list of choices, the first."""

    kind: str
    id: str
    target: str
    hint: str
    hint_id: str
    error: str
    error_id: str
    described_by: str
    optional: bool


def kind_of(bound: BoundField) -> str:
    widget = bound.field.widget
    if widget.is_hidden:
        return "hidden"
    if isinstance(widget, forms.CheckboxSelectMultiple):
        return "checkboxes"
    if isinstance(widget, forms.RadioSelect):
        return "radios"
    if isinstance(widget, forms.CheckboxInput):
        return "checkbox"
    if isinstance(widget, forms.Select):
        return "select"
    if isinstance(widget, forms.Textarea):
        return "textarea"
    if isinstance(widget, forms.PasswordInput):
        return "password"
    if isinstance(widget, forms.FileInput):
        return "file"
    return "text"


def messages_of(bound: BoundField) -> list[str]:
    """What is wrong with the field. Django's bare "This field is required" says neither which
    field nor what to do: a page with ten of them helps nobody."""
    if not bound.errors:
        return []
    bare = forms.Field.default_error_messages["required"]
    asked = {
        "checkbox": _("Cochez « %(label)s »."),
        "radios": _("Choisissez une réponse : « %(label)s »."),
        "checkboxes": _("Choisissez au moins une réponse : « %(label)s »."),
        "select": _("Choisissez dans la liste : « %(label)s »."),
        "file": _("Joignez le fichier demandé : « %(label)s »."),
    }.get(kind_of(bound), _("Remplissez « %(label)s »."))
    label = str(bound.label).rstrip(" .:")
    return [
        asked % {"label": label} if error.code == "required" and message == bare else str(message)
        for error in bound.errors.as_data()
        for message in error.messages
    ]


def view_field(bound: BoundField, hint: str | None = None) -> FieldView:
    kind = kind_of(bound)
    id_ = bound.auto_id
    hint = str(hint or bound.help_text)
    error = " ".join(messages_of(bound))
    hint_id, error_id = f"{id_}_helptext", f"{id_}_error"
    described_by = [hint_id] * bool(hint) + [error_id] * bool(error)
    own = bound.field.widget.attrs.get("aria-describedby")
    return FieldView(
        kind=kind,
        id=id_,
        target=f"{id_}_0" if kind in CHOICES else id_,
        hint=hint,
        hint_id=hint_id,
        error=error,
        error_id=error_id,
        described_by=" ".join(described_by + ([own] if own else [])),
        optional=not bound.field.required,
    )


def control(bound: BoundField, view: FieldView, css: str, **attrs: Any) -> SafeString:
    """The control itself, drawn by its own widget, so that its attributes are all kept."""
    given = bound.field.widget.attrs
    classes = " ".join(filter(None, [css, given.get("class", "")]))
    described = {"aria-describedby": view.described_by} if view.described_by else {}
    if view.error:
        described["aria-invalid"] = "true"
    kept = {name.replace("_", "-"): value for name, value in attrs.items() if value is not None}
    return bound.as_widget(attrs={**described, **kept, "class": classes})


def error_links(form_list: Iterable[forms.BaseForm]) -> list[tuple[str, str]]:
    """(address inside the page or "", message) for each error, in the order of the fields."""
    links: list[tuple[str, str]] = []
    for form in form_list:
        if not form.errors:
            continue
        links += [("", str(message)) for message in form.non_field_errors()]
        for bound in form:
            view = view_field(bound)
            href = "" if view.kind == "hidden" else f"#{view.target}"
            links += [(href, message) for message in messages_of(bound)]
    return links


def slug(text: str) -> str:
    """A piece of identifier made from a label."""
    return re.sub(r"[^a-z0-9]+", "-", str(text).lower()).strip("-")
