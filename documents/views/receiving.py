"""What an applicant sends for a piece: kept as far as it can be, and what is wrong said."""

import logging
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from alin.kit.actor import ActorRequest
from alin.kit.uploads import uploads_lost
from documents import services
from documents.forms import GiveForm
from documents.queries import Place
from documents.storage import StorageUnavailable

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Received:
    """`about_files`: why some were not kept; `kept`: the others were; `again`: those may be sent
    as they are a little later; `typed`: what is wrong in the fields; `status`: of the answer."""

    about_files: list[str] = field(default_factory=list)
    kept: bool = False
    again: bool = False
    typed: list[str] = field(default_factory=list)
    stored: bool = True

    @property
    def status(self) -> int:
        if not self.stored:
            return 503
        return 422 if self.reasons else 200

    @property
    def reasons(self) -> list[str]:
        return [*self.typed, *self.about_files]


def receive(request: ActorRequest, place: Place, form: GiveForm) -> Received:
    """Keep the files, even when a field is wrong: the date is asked again, not the photographs."""
    valid = form.is_valid()
    if uploads_lost(request):
        # Which of them arrived whole is not worth telling apart: the disk is full.
        form.errors.pop("attached", None)
        return Received([_unavailable()], again=True, stored=False)
    typed = [str(reason) for reasons in form.errors.values() for reason in reasons]
    if set(form.errors) - {"dated_on"}:
        return Received(typed=typed)
    files = form.cleaned_data.get("attached")
    try:
        if files:
            _give(request, place, form)
        elif valid and place.current is not None:
            services.date_piece(
                actor=request.actor, piece=place.current, dated_on=form.cleaned_data["dated_on"]
            )
    except services.UploadRefused as refusal:
        return Received(refusal.reasons, refusal.kept, refusal.again, typed)
    except StorageUnavailable:
        logger.exception("a piece could not be stored")
        return Received([_unavailable()], again=True, typed=typed, stored=False)
    return Received(kept=bool(files), typed=typed)


def _unavailable() -> str:
    return _("Nous ne pouvons pas garder de fichier en ce moment. Réessayez dans quelques minutes.")


def _give(request: ActorRequest, place: Place, form: GiveForm) -> None:
    typed = form.cleaned_data
    services.give_for_several(
        actor=request.actor,
        dossier=place.dossier,
        kind=place.kind,
        member=place.member,
        others=typed.get("also", ()),
        uploads=[
            services.Upload(str(file.name), file, typed.get("upload_id") if rank == 0 else None)
            for rank, file in enumerate(typed["attached"])
        ],
        year=place.year,
        dated_on=typed.get("dated_on"),
        replace=typed.get("replace", False),
        sending_id=typed.get("sending_id"),
    )
