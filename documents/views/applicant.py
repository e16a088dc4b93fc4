"""The applicant's pieces: what is asked and why, giving, looking, taking back."""

import re
from typing import Any
from uuid import UUID

from csp.decorators import csp_update
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.views.section import own_dossier
from alin.kit import clock
from alin.kit.actor import ActorRequest
from alin.kit.forms import submitted_once
from documents import queries, rules, services, words
from documents.forms import GiveForm
from documents.paths import YEAR
from documents.services.pages import checked_content
from documents.serving import name_to_save, says_what_fails, sent, signed_address

from .receiving import Received, receive

VIEWS_A_PAGE = 50
UPLOAD_HEADER = "X-Upload"
SANDBOX = {"sandbox": [""]}


@require_safe
def pieces(request: ActorRequest) -> HttpResponse:
    dossier = own_dossier(request)
    return render(request, "documents/pieces.html", words.overview(dossier, clock.today()))


@require_http_methods(["GET", "POST"])
@submitted_once
def piece(request: ActorRequest, code: str, member_id: UUID | None = None) -> HttpResponse:
    place = _place(request, code, member_id)
    if place.current is None and not _may_be_given(place):
        # Erased or taken back, or of a year that is not asked: the page of what is asked now.
        return redirect(request.path)
    if request.method == "GET":
        return _piece_page(request, place, GiveForm(**_options(request, place)))
    form = GiveForm(request.POST, request.FILES, **_options(request, place))
    received = receive(request, place, form)
    if UPLOAD_HEADER in request.headers:
        told = {"reasons": received.reasons, "kept": received.kept, "again": received.again}
        return JsonResponse(told, status=received.status)
    if not received.reasons:
        messages.success(request, _received_in_words(received))
        return redirect(request.get_full_path())
    if received.kept:
        place = _place(request, code, member_id)
        form = form.to_correct(received.about_files, **_options(request, place))
    else:
        for reason in received.about_files:
            form.add_error("attached", reason)
    return _piece_page(request, place, form, kept=received.kept, status=received.status)


@require_safe
def told(request: ActorRequest, mark: str, member_id: UUID | None = None) -> HttpResponse:
    """Where a mail that names no piece leads: to the page of what was given or asked."""
    code = queries.code_told(own_dossier(request), mark)
    if code is None:
        raise Http404
    if member_id is None:
        return redirect(reverse("piece", args=[code], query=request.GET))
    return redirect(reverse("piece_of_member", args=[code, member_id], query=request.GET))


def _place(request: ActorRequest, code: str, member_id: UUID | None) -> queries.Place:
    dossier = own_dossier(request)
    named = request.GET.get(YEAR, "")
    year = int(named) if re.fullmatch("20[0-9]{2}", named) else None
    place = queries.place_of(dossier, code, member_id, clock.today(), year=year)
    if place is None:
        raise Http404
    return place


def _may_be_given(place: queries.Place) -> bool:
    if not place.kind.is_in_force(clock.today()):
        raise Http404
    return place.year is None or place.year in rules.years_to_give(place.kind, clock.today())


def _options(request: ActorRequest, place: queries.Place) -> dict[str, Any]:
    current = place.current
    others = queries.others_concerned(place, clock.today(), given=request.method == "POST")
    return {
        "others": others,
        "given": current is not None and not current.checks.all(),
        "completes": current is not None and queries.may_complete(current, clock.today()),
        "ages": bool(place.kind.validity_months),
    }


def _received_in_words(received: Received) -> str:
    if received.kept:
        return _("Reçu. Nous vérifions que tout s'ouvre bien.")
    return _("La date est notée.")


def _piece_page(
    request: ActorRequest,
    place: queries.Place,
    form: GiveForm,
    *,
    kept: bool = False,
    status: int = 200,
) -> HttpResponse:
    read_by = words.who_reads_too(request.actor, place.dossier, place.kind)
    page = words.piece_page(place, clock.today())
    context = {**page, "form": form, "kept": kept, "read_by": read_by}
    return render(request, "documents/piece.html", context, status=status)


@require_safe
@csp_update(SANDBOX)
@says_what_fails
def file(request: ActorRequest, public_id: UUID) -> HttpResponse:
    own_dossier(request)
    found = get_object_or_404(queries.clean_files_visible_to(request.actor), public_id=public_id)
    if address := signed_address(found):
        return redirect(address)
    content = checked_content(found)
    return sent(content, found.media_type, name=name_to_save(found), attachment=True)


@require_http_methods(["GET", "POST"])
@submitted_once
def remove_file(request: ActorRequest, public_id: UUID) -> HttpResponse:
    own_dossier(request)
    found = get_object_or_404(queries.own_files(request.actor), public_id=public_id)
    path = words.piece_path(found.piece)
    if request.method == "POST":
        try:
            before = services.remove_file(actor=request.actor, file=found)
        except services.UploadRefused as refusal:
            messages.error(request, " ".join(refusal.reasons))
        else:
            messages.success(request, words.taken_back(before))
        return redirect(path)
    return render(request, "documents/remove.html", {"file": found, "path": path})


@require_safe
def views(request: ActorRequest) -> HttpResponse:
    dossier = own_dossier(request)
    looks = Paginator(queries.views_of(dossier), VIEWS_A_PAGE)
    page = looks.get_page(request.GET.get("page"))
    return render(request, "documents/views.html", {"page": page})
