"""What the applicant's pages say of pieces, prepared from rows already chosen for the reader."""

from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Dossier, HouseholdMember
from alin.kit import clock, french

from . import queries, rules
from .models import AskedPiece, Piece, PieceFile, PieceKind
from .paths import path_of, piece_path
from .seal_words import read_in

__all__ = ["MOST_VIEWS", "overview", "piece_page", "piece_path"]

MOST_VIEWS = 100
Level = PieceKind.Level
_DONE = (rules.Standing.CHECKING, rules.Standing.READABLE, rules.Standing.ACCEPTED)


def overview(dossier: Dossier, on: date) -> dict[str, Any]:
    """The list: what the declared situation asks for, by level, and what was given besides."""
    lines = queries.lines(dossier, on)
    groups = [
        (_("Obligatoires"), _needed(lines)),
        (
            _("Selon votre situation"),
            [each for each in lines if each.required and each.kind.level == Level.COMPLEMENTARY],
        ),
        (_("Autres pièces"), [each for each in lines if not each.required]),
    ]
    needed = _needed(lines)
    waiting = any(line.standing is rules.Standing.CHECKING for line in lines)
    listed = {line.kind.code for line in lines}
    return {
        "groups": [(title, [_task(line) for line in group]) for title, group in groups if group],
        "done": sum(line.standing in _DONE for line in needed),
        "total": len(needed),
        "requests": [_request(each) for line in lines for each in line.requests],
        "waiting": waiting,
        "news": news(dossier),
        "others": [
            {"label": kind.label, "why": kind.why, "href": path_of(kind.code, None)}
            for kind in queries.kinds()
            if kind.code not in listed and not kind.situations
        ],
        "forbidden": queries.forbidden_kinds(),
    }


def news(dossier: Dossier) -> dict[str, list[dict[str, str]]]:
    """How the list changed with the situation, in words; empty when it did not lately."""
    found = queries.news_of(dossier)
    if not found:
        return {}
    return {
        "added": [_change(row, row.kind.why) for row in found.added],
        "freed": [
            _change(row, _("Ce que vous déclarez ne la demande plus.")) for row in found.freed
        ],
    }


def _change(row: AskedPiece, why: str) -> dict[str, str]:
    if row.member_key:
        title = f"{row.kind.label} · {row.member_name}"
        href = reverse("piece_of_member", args=[row.kind_id, row.member_key])
    else:
        title, href = row.kind.label, reverse("piece", args=[row.kind_id])
    return {"title": title, "why": why, "href": href}


def _needed(lines: list[queries.Line]) -> list[queries.Line]:
    levels = (Level.REGISTER, Level.INSTRUCT)
    return [line for line in lines if line.required and line.kind.level in levels]


def _task(line: queries.Line) -> dict[str, Any]:
    return {
        "title": titled(line.kind, line.member, line.year),
        "hint": line.kind.why if line.required else line.kind.get_level_display(),
        "status": line.standing.label,
        "tone": line.standing.tone,
        "href": path_of(line.kind.code, line.member, line.year if line.piece else None),
    }


def titled(kind: PieceKind, member: HouseholdMember | None, year: int | None) -> str:
    label = kind.label
    if year:
        label = _("%(label)s sur les revenus de %(year)s") % {"label": label, "year": year}
    return f"{label} · {member}" if member else label


def _request(request: Any) -> dict[str, Any]:
    return {
        "who": str(request.organisation),
        "what": titled(request.kind, request.member, None),
        "note": request.note,
        "due": request.due,
        "href": piece_path(request),
    }


def piece_page(
    dossier: Dossier,
    kind: PieceKind,
    member: HouseholdMember | None,
    current: Piece | None,
    on: date,
) -> dict[str, Any]:
    """One piece: why it is asked, how it stands, its files, what was given before."""
    standing = queries.standing_of(current, on)
    asked_year = rules.year_of(kind, on)
    year = current.year if current else asked_year
    requests = queries.open_requests(dossier).filter(kind=kind, member=member)
    return {
        "kind": kind,
        "title": titled(kind, member, year),
        # Kept, to be looked at or taken back; what is asked now is the notice of another year.
        "asked_now": path_of(kind.code, member) if year != asked_year else "",
        "level": kind.get_level_display(),
        "standing": standing,
        "checks": queries.latest_checks(current) if current else [],
        "files": _files(current),
        **read_in(current, dossier, on, owner=True),
        "waiting": standing is rules.Standing.CHECKING,
        "largest": rules.LARGEST_FILE,
        "slow": _waits_longer_than_usual(current),
        "validity": _validity(kind, current, on),
        "requests": [_request(request) for request in requests],
        "kept_until": _kept_until(current),
        "history": [
            {"piece": each, "files": _files(each), "erased_on": queries.deletion_day(each)}
            for each in queries.replaced_pieces(dossier, kind, member)
        ],
        "is_current": current is not None,
    }


def _waits_longer_than_usual(piece: Piece | None) -> bool:
    before = clock.now() - rules.USUAL_CHECK
    files = piece.files.all() if piece else ()
    return any(file.is_waiting and file.received_at < before for file in files)


def _files(piece: Piece | None) -> list[dict[str, Any]]:
    if piece is None:
        return []
    may_remove = piece.replaced_at is None and not piece.checks.all()
    return [
        {
            "name": file.original_name,
            "state": file.get_state_display(),
            "tone": _TONES[PieceFile.State(file.state)],
            "reason": file.get_refusal_display() if file.refusal else "",
            "pages": french.count(file.pages, _("page"), _("pages")) if file.pages else "",
            "href": reverse("piece_file", args=[file.public_id]) if file.state == "clean" else "",
            "remove": reverse("piece_file_remove", args=[file.public_id]) if may_remove else "",
        }
        for file in piece.files.all()
    ]


_TONES = {
    PieceFile.State.RECEIVED: "info",
    PieceFile.State.CHECKING: "info",
    PieceFile.State.CLEAN: "success",
    PieceFile.State.REFUSED: "danger",
}


def _validity(kind: PieceKind, current: Piece | None, on: date) -> str:
    until = rules.valid_until(current, on) if current else None
    if current and until:
        told = {"day": french.long_date(until), "from": french.long_date(current.counts_from)}
        if current.dated_on:
            return _("Datée du %(from)s, valable jusqu'au %(day)s.") % told
        return _("Donnée le %(from)s, valable jusqu'au %(day)s.") % told
    if kind.validity_months:
        return _("Elle doit dater de moins de %(months)s mois.") % {"months": kind.validity_months}
    return ""


def _kept_until(current: Piece | None) -> str:
    if current is None:
        return ""
    day = queries.deletion_day(current)
    if day is None:
        return _("Gardée tant qu'un bailleur étudie votre demande, puis effacée trois mois après.")
    return _("Effacée le %(day)s, si aucun bailleur n'étudie votre demande d'ici là.") % {
        "day": french.long_date(day)
    }
