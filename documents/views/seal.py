"""One click: the figure that the seal of a tax notice proves goes into the dossier."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.views.section import own_dossier
from alin.kit.actor import ActorRequest
from alin.kit.forms import submitted_once
from documents import queries, services
from documents.paths import piece_path


@require_POST
@submitted_once
def confirm(request: ActorRequest, public_id: UUID) -> HttpResponse:
    own_dossier(request)
    seal = get_object_or_404(queries.own_seals(request.actor), public_id=public_id)
    try:
        services.take_sealed_income(actor=request.actor, seal=seal)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("C'est dans votre dossier, comme vérifié par le sceau."))
    return redirect(piece_path(seal.file.piece))
