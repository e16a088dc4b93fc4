"""How a checked file leaves the portal: never as a page of it."""

from django.http import HttpResponse
from django.utils.http import content_disposition_header

from documents.models import PieceFile


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
