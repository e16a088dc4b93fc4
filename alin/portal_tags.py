"""The portal's layout and components inside the pages that packages write in Django's templates."""

import importlib
import importlib.util
from typing import Any

from django import forms, template
from django.conf import settings
from django.template import engines
from django.utils.safestring import SafeString
from jinja2 import Environment

from alin.jinja import icon, translate

register = template.Library()
FORM_NAMES = ("form", "verify_form", "change_form")


def _environment() -> Environment:
    return engines["jinja2"].env  # type: ignore[attr-defined]


def _components() -> Any:
    return _environment().get_template("components/ui.html").module


@register.simple_tag(takes_context=True)
def portal(context: template.Context, name: str) -> SafeString:
    """A part of the Jinja2 layout, for instance the header."""
    return SafeString(engines["jinja2"].get_template(name).render({}, context["request"]))


@register.simple_tag
def portal_icon(name: str) -> SafeString:
    return SafeString(icon(name))


@register.simple_tag
def portal_fields(form: forms.BaseForm) -> SafeString:
    """All the fields. The packages' placeholders repeat the label in pale letters: without."""
    for field in form.fields.values():
        field.widget.attrs.pop("placeholder", None)
    return SafeString(_components().fields(form))


@register.simple_tag
def portal_tag(text: str, tone: str = "neutral") -> SafeString:
    return SafeString(_components().tag(text.strip(), tone))


@register.simple_tag
def portal_banner(text: str, tone: str = "info") -> SafeString:
    return SafeString(_components().notice_banner(SafeString(text.strip()), tone))


@register.simple_tag(takes_context=True)
def portal_error_summary(context: template.Context) -> SafeString:
    """The errors of whichever form the page has posted."""
    bound = [form for name in FORM_NAMES if _is_refused(form := context.get(name))]
    return SafeString(_components().error_summary(*bound))


@register.simple_tag(takes_context=True)
def portal_title_prefix(context: template.Context) -> str:
    refused = any(_is_refused(context.get(name)) for name in FORM_NAMES)
    return translate("Erreur : ") if refused else ""


def _is_refused(form: Any) -> bool:
    return isinstance(form, forms.BaseForm) and bool(form.errors)


@register.simple_tag(takes_context=True)
def demo_accounts(context: template.Context) -> SafeString:
    """In the demo, one button for each fictitious person; elsewhere, nothing."""
    if not settings.DEMO or importlib.util.find_spec("alin.demo") is None:
        return SafeString("")
    accounts = importlib.import_module("alin.demo").accounts()
    page = engines["jinja2"].get_template("components/demo_accounts.html")
    return SafeString(page.render({"accounts": accounts}, context["request"]))
