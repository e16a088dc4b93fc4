"""The pictures of a dwelling or of a residence; and the files themselves, for everybody."""

import re
from typing import Any
from uuid import UUID

from csp.decorators import csp_replace
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from alin.kit import french
from alin.kit.actor import ActorRequest
from alin.kit.forms import submitted_once

from .. import services
from ..forms.pictures import PictureForm, UploadForm
from ..models.pictures import picture_storage
from ..pictures import view_of
from ..queries.landlord import dwellings_visible_to, pictures_visible_to, residences_visible_to
from ..services.pictures import Shown


@require_http_methods(["GET", "HEAD", "POST"])
@submitted_once
def dwelling_pictures(request: ActorRequest, public_id: UUID) -> HttpResponse:
    shown = get_object_or_404(dwellings_visible_to(request.actor), public_id=public_id)
    return _pictures(request, shown, "dwelling")


@require_http_methods(["GET", "HEAD", "POST"])
@submitted_once
def residence_pictures(request: ActorRequest, public_id: UUID) -> HttpResponse:
    shown = get_object_or_404(residences_visible_to(request.actor), public_id=public_id)
    return _pictures(request, shown, "residence")


def _pictures(request: ActorRequest, shown: Shown, page: str) -> HttpResponse:
    here = reverse(f"{page}_pictures", args=[shown.public_id])
    sent = request.POST if request.method == "POST" else None
    upload = UploadForm()
    pictures = list(shown.pictures.all())
    describing = sent is not None and "describe" in sent
    forms = [PictureForm(sent if describing else None, picture=each) for each in pictures]
    valid = [form.is_valid() for form in forms]
    if describing and all(valid) and _described(request, shown, forms):
        messages.success(request, _("Les descriptions et l'ordre sont enregistrés."))
        return redirect(here)
    if sent is not None and not describing:
        upload = UploadForm(sent, request.FILES)
        if upload.is_valid():
            kept, refused = services.add_pictures(
                actor=request.actor, shown=shown, files=upload.cleaned_data["images"]
            )
            for file in refused:
                upload.add_error("images", f"{file.name} : {file.reason}")
            if kept:
                added = french.count(len(kept), _("image ajoutée"), _("images ajoutées"))
                messages.success(request, f"{added}.")
            if not refused:
                return redirect(here)
    return _page(request, shown, page, upload, forms if describing else None)


def _described(request: ActorRequest, shown: Shown, forms: list[PictureForm]) -> bool:
    """Whether all was written; else each picture that somebody changed meanwhile says what it
    has become, and what was typed stays to be sent again."""
    changes = {form.picture.pk: form.change() for form in forms}
    overtaken = {
        picture.pk: picture
        for picture in services.describe_pictures(actor=request.actor, shown=shown, changes=changes)
    }
    for form in forms:
        if now := overtaken.get(form.picture.pk):
            form.picture, form.told = now, now.told
            said = _(
                "Quelqu'un vient de changer cette image : « %(alt)s », %(role)s, rang %(rank)d. "
                "Gardez ou corrigez ce que vous aviez écrit, puis enregistrez à nouveau."
            ) % {"alt": now.alt, "role": now.get_role_display(), "rank": now.position + 1}
            form.add_error("alt", said)
    return not overtaken


def _page(
    request: ActorRequest, shown: Shown, page: str, upload: UploadForm, typed: Any
) -> HttpResponse:
    forms = typed or [PictureForm(picture=each) for each in shown.pictures.all()]
    context = {
        "shown": shown,
        "back": reverse(page, args=[shown.public_id]),
        "form": upload,
        "forms": forms,
        "views": [view_of(form.picture) for form in forms],
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "listings/landlord/pictures.html", context, status=status)


@require_POST
@submitted_once
def picture_delete(request: ActorRequest, public_id: UUID) -> HttpResponse:
    picture = get_object_or_404(pictures_visible_to(request.actor), public_id=public_id)
    services.delete_picture(actor=request.actor, picture=picture)
    messages.success(request, _("L'image est supprimée."))
    if picture.dwelling is not None:
        return redirect("dwelling_pictures", picture.dwelling.public_id)
    assert picture.residence is not None
    return redirect("residence_pictures", picture.residence.public_id)


@login_not_required
@require_safe
@cache_control(public=True, max_age=365 * 24 * 3600, immutable=True)
# Opened alone, browsers lay it out in a page of their own, with styles of their own.
@csp_replace({"style-src": ["'unsafe-inline'"]})  # type: ignore[arg-type]
def picture(request: HttpRequest, name: str) -> HttpResponse:
    """One file. Its name changes when the picture does, and nobody can guess it."""
    if not re.fullmatch(r"[0-9a-f]{32}", name):
        raise Http404
    try:
        with picture_storage().open(f"homes/{name}.webp") as file:
            content = file.read()
    except FileNotFoundError as gone:
        raise Http404 from gone
    return HttpResponse(content, content_type="image/webp")
