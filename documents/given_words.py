"""What the page of a piece says of what was given: its files, what landlords concluded, what is to
be sent again and what becomes of the rest."""

from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from alin.kit import clock, french

from . import queries, rules
from .models import Piece, PieceCheck, PieceFile

_TONES = {
    PieceFile.State.RECEIVED: "info",
    PieceFile.State.CHECKING: "info",
    PieceFile.State.CLEAN: "success",
    PieceFile.State.REFUSED: "danger",
}


def files_of(piece: Piece | None) -> list[dict[str, Any]]:
    if piece is None:
        return []
    checks, studied = list(piece.checks.all()), piece.is_studied  # type: ignore[attr-defined]
    names = {file.pk: file.original_name for file in piece.files.all()}
    return [
        {
            "name": file.original_name,
            "state": _("Renvoyé") if file.resent_as_id else file.get_state_display(),
            "tone": "neutral" if file.resent_as_id else _TONES[PieceFile.State(file.state)],
            "reason": _why_refused(file, names),
            "pages": french.count(file.pages, _("page"), _("pages")) if file.pages else "",
            "href": reverse("piece_file", args=[file.public_id]) if file.state == "clean" else "",
            "remove": reverse("piece_file_remove", args=[file.public_id])
            if rules.may_take_back(file, checks, studied=studied)
            else "",
        }
        for file in piece.files.all()
    ]


def _why_refused(file: PieceFile, names: dict[int, str]) -> str:
    """`names`: of the files beside it. Empty for a file that is not refused."""
    if file.resent_as_id:
        return _("Refusé ; « %(name)s » est venu à la place.") % {
            "name": names.get(file.resent_as_id, "")
        }
    return file.get_refusal_display() if file.refusal else ""


def is_being_read(piece: Piece | None) -> bool:
    return any(file.is_waiting for file in (piece.files.all() if piece else ()))


def waits_longer_than_usual(piece: Piece | None) -> bool:
    before = clock.now() - rules.USUAL_CHECK
    files = piece.files.all() if piece else ()
    return any(file.is_waiting and file.received_at < before for file in files)


def concluded_on(piece: Piece | None) -> list[dict[str, Any]]:
    """The last word of each landlord: what it refused and why, what it accepted."""
    return [_said_by(check, piece) for check in (queries.latest_checks(piece) if piece else [])]


def _said_by(check: PieceCheck, piece: Piece | None) -> dict[str, Any]:
    told = {"who": check.organisation, "day": french.long_date(check.at)}
    if check.outcome == PieceCheck.Outcome.REFUSED:
        title = f"{check.organisation} : {check.get_reason_display()}"
        return {"refused": True, "title": title, "said": check.sentence}
    said = _("Acceptée par %(who)s le %(day)s.") % told
    if rules.accepted_although_too_old(piece, check):
        said = _("Acceptée par %(who)s le %(day)s, bien qu'elle soit trop ancienne.") % told
    return {"refused": False, "said": said}


def to_resend(piece: Piece | None) -> str:
    """The files that keep a piece from being accepted until they come again or are taken back;
    empty when there is none, and as long as what is being read may stand for all of them."""
    files = list(piece.files.all()) if piece else []
    left = [file for file in files if file.is_to_resend]
    if len(left) <= sum(file.is_waiting for file in files):
        return ""
    return ", ".join(_("« %(name)s »") % {"name": file.original_name} for file in left)


def not_kept(place: queries.Place) -> str:
    """Why nothing of the last sending was kept, so that what it should have replaced counts again;
    empty when something was, or came since."""
    last, current = next(iter(place.replaced), None), place.current
    if last is None or last.set_back_at is None:
        return ""
    if current and any(file.received_at > last.set_back_at for file in current.files.all()):
        return ""
    why = [
        _("« %(name)s » : %(reason)s")
        % {"name": file.original_name, "reason": file.get_refusal_display()}
        for file in last.files.all()
    ]
    return " ".join([*why, _("Ce que vous aviez donné avant compte toujours : rien n'est perdu.")])


def giving_again(piece: Piece | None, on: date) -> dict[str, Any]:
    """What becomes of the files already given when others are sent, to be said before."""
    checks = queries.latest_checks(piece) if piece else []
    accepted = [str(check.organisation) for check in checks if check.outcome == "accepted"]
    completes = piece is not None and rules.may_complete(piece, checks, on)
    return {
        "replaces": piece is not None and not completes,
        "page_missing": completes and any(check.outcome == "refused" for check in checks),
        "accepted_by": ", ".join(accepted),
    }
