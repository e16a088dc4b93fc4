"""What every form of the portal carries, so that nothing is done twice and nothing typed is lost.

`form_guard` writes hidden fields into each form: a one-use token, the page that shows the form,
and (signed) whose form it is. `submitted_once` makes a second submission lead where the first one
led. `keep_input`/`bind_form` bring back what was typed when the session ended meanwhile.
"""

import uuid
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar
from urllib.parse import urlsplit

from django.core import signing
from django.db import transaction
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseRedirectBase
from django.shortcuts import redirect
from django.utils.html import format_html
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.safestring import SafeString

from .models import UsedFormToken

TOKEN_FIELD = "form_token"
OWNER_FIELD = "form_owner"
PAGE_FIELD = "form_page"
NEVER_KEPT = {TOKEN_FIELD, OWNER_FIELD, PAGE_FIELD, "csrfmiddlewaretoken"}
SESSION_KEY = "kept_input"
F = TypeVar("F", bound=BaseForm)


def form_guard(request: HttpRequest) -> SafeString:
    """The hidden fields of a form shown to the person of `request`."""
    owner = request.user.pk if request.user.is_authenticated else None
    return format_html(
        '<input type="hidden" name="{}" value="{}"><input type="hidden" name="{}" value="{}">'
        '<input type="hidden" name="{}" value="{}">',
        TOKEN_FIELD,
        uuid.uuid4(),
        OWNER_FIELD,
        signing.dumps(owner, salt=OWNER_FIELD),
        PAGE_FIELD,
        request.get_full_path(),
    )


def form_owner(request: HttpRequest) -> int | None:
    """The key of the person to whom the posted form was shown; None for a visitor or a forgery."""
    try:
        owner: int | None = signing.loads(request.POST.get(OWNER_FIELD, ""), salt=OWNER_FIELD)
    except signing.BadSignature:
        return None
    return owner


def keep_input(request: HttpRequest) -> str | None:
    """Keep what an unknown visitor has just posted, if the form was shown to a known person.

    Returns the page to come back to after login, None when there is nothing to keep. The input
    stays in the visitor's own session and is given back to the same person alone."""
    owner = form_owner(request)
    page = request.POST.get(PAGE_FIELD, "")
    if owner is None or not _is_own_page(page, request):
        return None
    typed = request.POST.copy()
    for name in [name for name in typed if name in NEVER_KEPT or "password" in name]:
        del typed[name]
    request.session[SESSION_KEY] = {
        "owner": owner,
        "action": request.path,
        "data": typed.urlencode(),
    }
    return page


def _is_own_page(page: str, request: HttpRequest) -> bool:
    return page.startswith("/") and url_has_allowed_host_and_scheme(
        page, allowed_hosts={request.get_host()}
    )


def kept_input(request: HttpRequest, action: str) -> QueryDict | None:
    """What this person typed before the session ended, once; None when nothing was kept."""
    kept = request.session.get(SESSION_KEY)
    if not kept or kept["action"] != action:
        return None
    del request.session[SESSION_KEY]
    return QueryDict(kept["data"]) if kept["owner"] == request.user.pk else None


def bind_form(
    form_class: type[F], request: HttpRequest, *, action: str | None = None, **kwargs: Any
) -> F:
    """The form of a view: bound to the POST, else to kept input, else unbound."""
    if request.method == "POST":
        return form_class(request.POST, **kwargs)
    if (typed := kept_input(request, urlsplit(action or request.path).path)) is not None:
        form = form_class(typed, **kwargs)
        request.restored_input = True  # type: ignore[attr-defined]  # shown by the base layout
        return form
    return form_class(**kwargs)


def submitted_once(
    view: Callable[..., HttpResponse],
) -> Callable[..., HttpResponse]:
    """A POST whose token was used leads, without doing anything, where the first one led.

    The whole view runs in one transaction; a simultaneous twin waits for it. A refused form
    gives its token back."""

    @wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        token = _token(request)
        user_id = request.user.pk
        if request.method != "POST" or token is None or user_id is None:
            return view(request, *args, **kwargs)
        with transaction.atomic():
            used, first = UsedFormToken.objects.get_or_create(
                token=token, defaults={"user_id": user_id, "led_to": ""}
            )
            if not first:
                return redirect(used.led_to if used.user_id == user_id else "/")
            response = view(request, *args, **kwargs)
            if isinstance(response, HttpResponseRedirectBase):
                UsedFormToken.objects.filter(pk=token).update(led_to=response.url)
            else:
                used.delete()
        return response

    return wrapper


def _token(request: HttpRequest) -> uuid.UUID | None:
    try:
        return uuid.UUID(request.POST.get(TOKEN_FIELD, ""))
    except ValueError:
        return None
