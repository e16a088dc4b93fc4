"""How a checked file leaves the portal: never as a page of it."""

import logging
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header

from documents import storage
from documents.models import PieceFile
from documents.services.pages import Damaged

logger = logging.getLogger(__name__)


def says_what_fails(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A file that is not the one we checked, or a storage that is away: said in words."""

    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except (Damaged, FileNotFoundError):
            logger.exception("the object of a piece is not the one that was checked")
            return render(request, "documents/damaged.html", status=409)
        except storage.StorageUnavailable:
            logger.exception("the storage of pieces does not answer")
            return render(request, "documents/unavailable.html", status=503)

    return answered


def signed_address(file: PieceFile) -> str:
    """Where a checked file may be fetched for a minute; empty when the portal sends it itself, as
    it does of one known to be damaged: what it reads is compared with what was checked."""
    if file.damaged_at:
        return ""
    return storage.signed_address(
        storage.clean_name(file.key),
        media_type=file.media_type,
        disposition=content_disposition_header(True, name_to_save(file)) or "attachment",
    )


def sent(content: bytes, media_type: str, *, name: str, attachment: bool) -> HttpResponse:
    """The bytes, that no browser may take for a page, run or keep, nor another site embed."""
    response = HttpResponse(content, content_type=media_type)
    response["Content-Disposition"] = content_disposition_header(attachment, name) or "attachment"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def name_to_save(file: PieceFile) -> str:
    """The name that a download proposes: the person's own words, with the extension of what the
    file has become."""
    stem = file.original_name.rpartition(".")[0] or file.original_name
    extension = "pdf" if file.media_type == PieceFile.MediaType.PDF else "jpg"
    return f"{stem}.{extension}"
