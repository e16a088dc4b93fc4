"""The Jinja2 environment of the portal's pages, and what every page knows."""

import re
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.template.backends.utils import csrf_input
from django.templatetags.static import static
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext, ngettext
from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from alin import fields
from alin.kit import clock, french
from alin.kit.actor import ANONYMOUS, Actor
from alin.kit.forms import form_guard
from alin.navigation import menu
from listings.rules import rent_in_words, total_rent_in_words

ICONS_FILE = Path(settings.BASE_DIR) / "static" / "icons.svg"


@cache
def icon_names() -> frozenset[str]:
    return frozenset(re.findall(r'<symbol id="([a-z0-9-]+)"', ICONS_FILE.read_text()))


@cache  # a page has a hundred, of a dozen kinds
def icon(name: str, css: str = "") -> Markup:
    """A decorative drawing from static/icons.svg: the words beside it carry the meaning."""
    if name not in icon_names():
        raise ValueError(f"no icon named {name!r} in {ICONS_FILE.name}")
    return Markup(
        '<svg class="{}" aria-hidden="true" focusable="false"><use href="{}#{}"/></svg>'
    ).format(f"icon {css}".strip(), static("icons.svg"), name)


def url(name: str, *args: Any, **kwargs: Any) -> str:
    return reverse(name, args=args or None, kwargs=kwargs or None)


def translate(message: str, **variables: Any) -> str:
    """`_("Bonjour %(nom)s", nom=nom)`. Plain text: it is escaped where it is shown, and a lone
    per cent sign is allowed when there is no variable. Sentences with markup: {% trans %}."""
    text = gettext(message)
    return text % variables if variables else text


def pieces_news(actor: Actor) -> dict[str, Any]:
    """How the list of pieces changed, for the pages of the dossier: accounts, below documents,
    may not ask for it."""
    # Imported late: this module is read before the applications are ready.
    from accounts.queries import own_dossier
    from documents.words import news

    return news(own_dossier(actor))


def environment(**options: Any) -> Environment:
    options |= {
        "undefined": StrictUndefined,
        "trim_blocks": True,
        "lstrip_blocks": True,
        "extensions": ["jinja2.ext.i18n", "jinja2.ext.do"],
    }
    env = Environment(**options)
    env.policies["ext.i18n.trimmed"] = True
    env.install_gettext_callables(gettext, ngettext, newstyle=False)  # type: ignore[attr-defined]
    env.globals |= {
        "_": translate,
        "static": static,
        "url": url,
        "icon": icon,
        "csrf_field": csrf_input,
        "now": clock.now,
        "today": clock.today,
        "form_guard": form_guard,
        "view_field": fields.view_field,
        "control": fields.control,
        "error_links": fields.error_links,
        "pieces_news": pieces_news,
    }
    env.filters |= {
        "euros": french.euros,
        "loyer": rent_in_words,
        "loyer_total": total_rent_in_words,
        "nombre": french.number,
        "surface": french.surface,
        "pluriel": french.count,
        "date_fr": french.long_date,
        "datetime_fr": french.date_time,
        "temps_restant": french.time_left,
        "slug": fields.slug,
        "view_field": fields.view_field,
    }
    return env


def page_context(request: HttpRequest) -> dict[str, Any]:
    """What the layout shows on every page. The menu is computed only when it is shown, for it
    counts unread messages; an error page may come before the actor is known."""
    actor = getattr(request, "actor", ANONYMOUS)
    return {
        "site_name": settings.SITE_NAME,
        "actor": actor,
        "menu": SimpleLazyObject(lambda: menu(actor, request.path)),
        "section": request.path.split("/")[1],
        "demo": settings.DEMO,
    }
