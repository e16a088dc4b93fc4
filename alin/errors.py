"""What people see when something goes wrong: plain words, and a way on.

The pages of 400, 413, 429, 500 and 503 need neither database, actor nor session. The handlers are
named in alin/urls.py; `too_many_requests` is allauth's 429, `unavailable` the maintenance page."""

import logging

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string

from alin.kit.forms import form_owner, keep_input

logger = logging.getLogger(__name__)

LAST_RESORT = (
    '<!DOCTYPE html><html lang="fr"><meta charset="utf-8"><title>Erreur – Alin</title>'
    "<h1>Une erreur est survenue de notre côté</h1>"
    '<p>Recommencez dans quelques minutes. <a href="/">Retour à l\'accueil</a></p></html>'
)


def _bare(name: str, status: int) -> HttpResponse:
    page: str
    try:
        page = render_to_string(f"errors/{name}.html", using="jinja2")
    except Exception:
        logger.exception("the page of error %s could not be rendered", name)
        page = LAST_RESORT
    return HttpResponse(page, status=status)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _bare("400", 400)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The sentence given to PermissionDenied is shown: write it for the person."""
    return render(request, "errors/403.html", {"reason": str(exception)}, status=403)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "errors/404.html", status=404)


def too_large() -> HttpResponse:
    """The request is larger than any page sends; nothing of it was read."""
    return _bare("413", 413)


def too_many_requests(request: HttpRequest) -> HttpResponse:
    response = _bare("429", 429)
    response["Retry-After"] = "300"
    return response


def server_error(request: HttpRequest) -> HttpResponse:
    return _bare("500", 500)


def busy() -> HttpResponse:
    """What was asked waits for a row that somebody else is writing."""
    response = _bare("busy", 503)
    response["Retry-After"] = "10"
    return response


def unavailable(request: HttpRequest) -> HttpResponse:
    response = _bare("503", 503)
    response["Retry-After"] = "300"
    return response


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form older than its token, or a browser without cookies. `reason` is for the log alone.

    Somebody who logged in again in another tab finds what they typed, to be sent once more."""
    if request.user.is_authenticated and form_owner(request) == request.user.pk:
        page = keep_input(request)
        if page is not None:
            return redirect(page)
    return render(request, "errors/403_csrf.html", status=403)
