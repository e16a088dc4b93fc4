"""The applicant's pieces: what is asked and why, giving, looking, taking back."""

import logging
import re
from uuid import UUID

from csp.decorators import csp_update
from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import Dossier, HouseholdMember
from accounts.queries import own_members
from accounts.views.section import own_dossier
from alin.kit import clock
from alin.kit.actor import ActorRequest
from alin.kit.forms import submitted_once
from documents import queries, services, words
from documents.forms import GiveForm
from documents.models import PieceKind
from documents.paths import YEAR
from documents.services.staff import checked_content
from documents.serving import name_to_save, says_what_fails, sent, signed_address
from documents.storage import StorageUnavailable

logger = logging.getLogger(__name__)

UPLOAD_HEADER = "X-Upload"
SANDBOX = {"sandbox": [""]}


@require_safe
def pieces(request: ActorRequest) -> HttpResponse:
    dossier = own_dossier(request)
    return render(request, "documents/pieces.html", words.overview(dossier, clock.today()))


@require_http_methods(["GET", "POST"])
@submitted_once
def piece(request: ActorRequest, code: str, member_id: UUID | None = None) -> HttpResponse:
    dossier = own_dossier(request)
    kind = get_object_or_404(PieceKind.objects.exclude(level="forbidden"), code=code)
    member = (
        get_object_or_404(own_members(request.actor), public_id=member_id) if member_id else None
    )
    year = _year_shown(request)
    current = queries.current_piece(dossier, kind, member, clock.today(), year=year)
    if current is None and year is not None:
        # Erased or taken back: the page of what is asked now.
        return redirect(request.path)
    completes = current is not None and queries.may_complete(current, clock.today())
    posted = request.method == "POST"
    form = GiveForm(
        *((request.POST, request.FILES) if posted else ()),
        completes=completes,
        ages=bool(kind.validity_months),
        others=queries.others_concerned(dossier, kind, member, clock.today(), given=posted),
    )
    status = 200
    if posted:
        valid = form.is_valid()
        status, reasons = _give(request, dossier, kind, member, form) if valid else _said(form)
        if UPLOAD_HEADER in request.headers:
            return JsonResponse({"reasons": reasons}, status=status)
        if not reasons:
            messages.success(request, _("Reçu. Nous vérifions que tout s'ouvre bien."))
            return redirect(request.path)
        for reason in reasons if valid else []:
            form.add_error("attached", reason)
    page = words.piece_page(dossier, kind, member, current, clock.today())
    return render(request, "documents/piece.html", {**page, "form": form}, status=status)


def _year_shown(request: ActorRequest) -> int | None:
    """The year of incomes that a link names. What is sent is always for the year asked today."""
    named = request.GET.get(YEAR, "") if request.method == "GET" else ""
    return int(named) if re.fullmatch("20[0-9]{2}", named) else None


def _said(form: GiveForm) -> tuple[int, list[str]]:
    return 422, [str(reason) for reasons in form.errors.values() for reason in reasons]


def _give(
    request: ActorRequest,
    dossier: Dossier,
    kind: PieceKind,
    member: HouseholdMember | None,
    form: GiveForm,
) -> tuple[int, list[str]]:
    """The status of the answer and why nothing was kept; no reason when all was. What the storage
    refuses today it will take later: a file sent by itself offers to leave again."""
    upload_id = form.cleaned_data["upload_id"]
    try:
        services.give_for_several(
            actor=request.actor,
            dossier=dossier,
            kind=kind,
            member=member,
            others=form.cleaned_data.get("also", ()),
            uploads=[
                services.Upload(str(file.name), file, upload_id if rank == 0 else None)
                for rank, file in enumerate(form.cleaned_data["attached"])
            ],
            dated_on=form.cleaned_data.get("dated_on"),
            replace=form.cleaned_data.get("replace", False),
            sending_id=form.cleaned_data["sending_id"],
        )
    except services.UploadRefused as refusal:
        return 422, refusal.reasons
    except StorageUnavailable:
        logger.exception("a piece could not be stored")
        reason = _(
            "Nous ne pouvons pas garder de fichier en ce moment. Réessayez dans quelques minutes."
        )
        return 503, [reason]
    return 200, []


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
            services.remove_file(actor=request.actor, file=found)
        except services.UploadRefused as refusal:
            messages.error(request, " ".join(refusal.reasons))
        else:
            messages.success(request, _("Fichier retiré et effacé."))
        return redirect(path)
    return render(request, "documents/remove.html", {"file": found, "path": path})


@require_safe
def views(request: ActorRequest) -> HttpResponse:
    dossier = own_dossier(request)
    looks = queries.views_of(dossier)[: words.MOST_VIEWS]
    return render(request, "documents/views.html", {"looks": looks, "most": words.MOST_VIEWS})
