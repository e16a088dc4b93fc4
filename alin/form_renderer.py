"""How the widgets of forms are drawn."""

from collections.abc import Mapping
from typing import Any

from django.forms.renderers import BaseRenderer, DjangoTemplates, Jinja2
from django.template import TemplateDoesNotExist
from django.utils.safestring import SafeString, mark_safe
from markupsafe import escape

# Of django.forms.widgets: those that are one `input` and its attributes.
_INPUTS = {
    f"django/forms/widgets/{name}.html"
    for name in (
        *("checkbox", "checkbox_option", "date", "datetime", "email", "hidden", "number"),
        *("password", "radio_option", "search", "tel", "text", "time", "url"),
    )
}
_OPTION = "django/forms/widgets/select_option.html"
_SELECT = "django/forms/widgets/select.html"


class FormRenderer(BaseRenderer):
    """Django's own widgets, written here where they are an `input` or a `select`: a template that
    includes another for each choice is a fifth of the time of a search page. The rest by Django's
    Jinja2 templates; those of others, of the administration for one, by the only ones they
    have."""

    def __init__(self) -> None:
        self.quick, self.other = Jinja2(), DjangoTemplates()

    def render(self, template_name: str, context: dict[str, Any], request: Any = None) -> Any:
        widget = context.get("widget", {})
        if template_name in _INPUTS and not widget.get("wrap_label"):
            return _input(widget)
        if template_name == _SELECT and _is_plain(widget):
            return _select(widget)
        return super().render(template_name, context, request)

    def get_template(self, template_name: str) -> Any:
        try:
            return self.quick.get_template(template_name)
        except TemplateDoesNotExist:
            return self.other.get_template(template_name)


def _input(widget: Mapping[str, Any]) -> SafeString:
    value = "" if widget["value"] is None else f' value="{escape(widget["value"])}"'
    name, kind = escape(widget["name"]), escape(widget["type"])
    return mark_safe(f'<input type="{kind}" name="{name}"{value}{_attributes(widget)}>')


def _is_plain(widget: Mapping[str, Any]) -> bool:
    """No groups, and options drawn as Django draws them."""
    return all(
        not group and all(option["template_name"] == _OPTION for option in options)
        for group, options, _index in widget["optgroups"]
    )


def _select(widget: Mapping[str, Any]) -> SafeString:
    options = "".join(
        f'\n  <option value="{escape(option["value"])}"{_attributes(option)}>'
        f"{escape(option['label'])}</option>"
        for _group, choices, _index in widget["optgroups"]
        for option in choices
    )
    name = escape(widget["name"])
    return mark_safe(f'<select name="{name}"{_attributes(widget)}>{options}\n</select>')


def _attributes(widget: Mapping[str, Any]) -> str:
    return "".join(
        f" {name}" if value is True else f' {name}="{escape(value)}"'
        for name, value in widget["attrs"].items()
        if value is not False
    )
