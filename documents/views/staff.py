"""A landlord's staff checks pieces one after the other, asks for others."""

from uuid import UUID

from csp.decorators import csp_update
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import Dossier
from alin.kit import clock
from alin.kit.access import require
from alin.kit.actor import ActorRequest
from alin.kit.forms import bind_form, submitted_once
from documents import queries, services, staff_words
from documents.forms import CheckForm, OneByOneForm, RequestForm, end_of
from documents.models import Piece
from documents.serving import name_to_save, says_what_fails, sent, signed_address

from .applicant import SANDBOX


@require_safe
def queue(request: ActorRequest) -> HttpResponse:
    require(request.actor, "documents.check")
    return render(request, "bailleur/pieces.html", staff_words.queue(request.actor))


@require_safe
def dossier(request: ActorRequest, public_id: UUID) -> HttpResponse:
    require(request.actor, "documents.check")
    found = get_object_or_404(queries.studied_dossiers(request.actor), public_id=public_id)
    page = staff_words.dossier_page(request.actor, found, clock.today())
    return render(request, "bailleur/pieces_of_dossier.html", page)


@require_http_methods(["GET", "POST"])
@submitted_once
def check(request: ActorRequest, public_id: UUID) -> HttpResponse:
    require(request.actor, "documents.check")
    piece = _piece(request, public_id)
    form = bind_form(CheckForm, request, ages=bool(piece.kind.validity_months))
    if request.method == "POST" and form.is_valid():
        following = staff_words.following(request.actor, piece)
        try:
            _conclude(request, piece, form)
        except ValidationError as error:
            field = "although_too_old" if isinstance(error, services.TooOld) else None
            form.add_error(field, error.messages)
            piece = _piece(request, public_id)
        else:
            messages.success(request, staff_words.concluded(piece, form.cleaned_data["outcome"]))
            return redirect(following or "staff_pieces")
    return _check_page(request, piece, form)


def _check_page(request: ActorRequest, piece: Piece, form: CheckForm) -> HttpResponse:
    """To show it is to be seen looking: the name, what the dossier says and what a seal gives are
    on the page before any image is."""
    actor = request.actor
    if not piece.is_looked_at:  # type: ignore[attr-defined]
        purpose = staff_words.purpose(actor, piece.dossier_id)
        services.look_at_piece(actor=actor, piece=piece, purpose=purpose)
    page = staff_words.checking_page(actor, piece, clock.today())
    status = 422 if request.method == "POST" else 200
    return render(request, "bailleur/piece.html", {**page, "form": form}, status=status)


def _piece(request: ActorRequest, public_id: UUID) -> Piece:
    visible = queries.as_read(queries.pieces_visible_to(request.actor), staff=request.actor)
    found = queries.with_own_look(queries.with_life(visible), request.actor)
    return get_object_or_404(found, public_id=public_id)


def _conclude(request: ActorRequest, piece: Piece, form: CheckForm) -> None:
    typed = form.cleaned_data
    services.conclude(
        actor=request.actor,
        piece=piece,
        seen=typed["seen"],
        outcome=typed["outcome"],
        reason=typed["reason"],
        sentence=typed["sentence"],
        dated_on=typed["dated_on"],
        although_too_old=typed["although_too_old"],
        ask_again_before=end_of(typed["due"]) if typed["due"] else None,
    )


@require_safe
@csp_update(SANDBOX)
@says_what_fails
def page(request: ActorRequest, public_id: UUID, number: int) -> HttpResponse:
    require(request.actor, "documents.check")
    file = get_object_or_404(queries.clean_files_visible_to(request.actor), public_id=public_id)
    purpose = staff_words.purpose(request.actor, file.piece.dossier_id)
    try:
        image = services.look_at_page(actor=request.actor, file=file, page=number, purpose=purpose)
    except FileNotFoundError as error:
        raise Http404 from error
    return sent(image, "image/jpeg", name=f"page-{number}.jpg", attachment=False)


@require_POST
@csp_update(SANDBOX)
@says_what_fails
def original(request: ActorRequest, public_id: UUID) -> HttpResponse:
    require(request.actor, "documents.check")
    file = get_object_or_404(queries.clean_files_visible_to(request.actor), public_id=public_id)
    purpose = staff_words.purpose(request.actor, file.piece.dossier_id)
    if address := signed_address(file):
        services.hand_out_original(actor=request.actor, file=file, purpose=purpose)
        return redirect(address)
    content = services.download_original(actor=request.actor, file=file, purpose=purpose)
    return sent(content, file.media_type, name=name_to_save(file), attachment=True)


@require_http_methods(["GET", "POST"])
@submitted_once
def ask(request: ActorRequest, public_id: UUID) -> HttpResponse:
    require(request.actor, "documents.check")
    found = get_object_or_404(
        queries.visible_dossiers(request.actor).select_related("applicant"), public_id=public_id
    )
    lines = staff_words.lines_to_ask(request.actor, found, clock.today())
    apart = request.POST.get("apart", "")
    form_class = OneByOneForm if apart == OneByOneForm.SENT else RequestForm
    form = bind_form(form_class, request, lines=lines)
    status = 422 if request.method == "POST" else 200
    if request.method == "POST" and form.is_valid():
        if apart and form_class is RequestForm:
            return _ask_page(request, form.one_by_one(), found, 200)
        try:
            asked = services.request_pieces(
                actor=request.actor,
                dossier=found,
                lines=form.asked(),
                due=end_of(form.cleaned_data["due"]),
            )
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            messages.success(request, staff_words.asked(found, asked))
            return redirect("staff_dossier_pieces", public_id=found.public_id)
    return _ask_page(request, form, found, status)


def _ask_page(
    request: ActorRequest, form: RequestForm, dossier: Dossier, status: int
) -> HttpResponse:
    page = "pieces_ask_apart" if isinstance(form, OneByOneForm) else "pieces_ask"
    context = {"form": form, "dossier": dossier}
    return render(request, f"bailleur/{page}.html", context, status=status)


@require_POST
@submitted_once
def withdraw_request(request: ActorRequest, public_id: UUID) -> HttpResponse:
    require(request.actor, "documents.check")
    asked = get_object_or_404(queries.own_requests(request.actor), public_id=public_id)
    try:
        services.withdraw_request(actor=request.actor, request=asked)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, staff_words.withdrawn(asked))
    return redirect("staff_dossier_pieces", public_id=asked.dossier.public_id)
