"""What the staff's screens say of pieces, prepared from rows already chosen for the reader."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Dossier, DossierAccess
from alin.kit import french
from alin.kit.actor import Actor

from . import queries
from .claims import claims
from .models import Departure, Piece, PieceFile, PieceRequest
from .rules import next_in_turn, seen
from .seal_words import read_in
from .services import RequestLine
from .words import titled, why_asked

SHOWN = 100
MOST_REQUESTS = 10


def queue(actor: Actor) -> dict[str, Any]:
    """Pieces that wait for the landlord's eye, the longest-waiting first. `begin`: the first of a
    dossier that no colleague is looking at, so that two who begin do not meet."""
    waiting = list(queries.queue_of(actor)[: SHOWN + 1])
    free = [piece for piece in waiting[:SHOWN] if not piece.taken]  # type: ignore[attr-defined]
    return {
        "rows": [
            {
                "title": titled(piece.kind, piece.whose, piece.year),
                "who": str(piece.dossier.applicant),
                "given_at": piece.given_at,
                "href": _address(piece),
            }
            for piece in waiting[:SHOWN]
        ],
        "begin": _address((free or waiting)[0]) if waiting else "",
        "more": len(waiting) > SHOWN,
    }


def following(actor: Actor, piece: Piece) -> str:
    """The address of the next piece to check: of the same dossier if any; empty when
    nothing else waits."""
    found = next_in_turn(queries.waiting_in_turn(actor), piece)
    return _address(found) if found else ""


def _address(piece: Any) -> str:
    return reverse("staff_piece", args=[piece.public_id])


def purpose(actor: Actor, dossier_id: int) -> str:
    """For what the organisation may see the dossier, in the words of who opened it to her."""
    access = (
        DossierAccess.objects.filter(
            dossier_id=dossier_id, organisation_id=actor.organisation_id, until=None
        )
        .order_by("-since")
        .first()
    )
    return (access.subject if access else "")[:120] or _("étude de la demande")


def dossier_page(actor: Actor, dossier: Dossier, on: date) -> dict[str, Any]:
    """Everything a dossier should hold, and where each piece is for this landlord."""
    listing = queries.listing(dossier, on, staff=actor)
    return {
        "dossier": dossier,
        "requests": _requests(listing.requests[:MOST_REQUESTS]),
        "tasks": [
            {
                "title": titled(line.kind, line.member, line.year),
                "hint": _asked_until(line) or line.kind.get_level_display(),
                "status": line.standing.label,
                "tone": line.standing.tone,
                **(_opened(line.piece) if line.piece else {}),
            }
            for line in listing.lines
        ],
        "departed": [
            _departed(departure, [piece for piece in listing.apart if piece.departure == departure])
            for departure in queries.departures_seen(dossier)
        ],
    }


def _departed(departure: Departure, pieces: list[Piece]) -> dict[str, Any]:
    """Somebody who left the household meanwhile, and what may still be read of them."""
    return {
        "name": departure.name,
        "left_at": departure.at,
        "tasks": [
            {
                "title": titled(piece.kind, departure.name, piece.year),
                "hint": left_behind(piece),
                "status": _("Retirée par le foyer"),
                "href": reverse("staff_piece", args=[piece.public_id]),
            }
            for piece in pieces
        ],
    }


def left_behind(piece: Piece) -> str:
    """Until when the piece of somebody who left may be read; empty for any other."""
    day = queries.deletion_day(piece) if piece.departure_id else None
    if day is None:
        return ""
    return _("Lisible jusqu'à la fin de votre étude, effacée au plus tard le %(day)s.") % {
        "day": french.long_date(day)
    }


def _opened(piece: Piece) -> dict[str, str]:
    readable = any(file.state == "clean" for file in piece.files.all())
    return {"href": reverse("staff_piece", args=[piece.public_id])} if readable else {}


def _asked_until(line: queries.Line) -> str:
    if not line.requests:
        return ""
    return _("Demandée, à donner avant le %(day)s") % {
        "day": french.long_date(line.requests[0].due)
    }


def requests_made(actor: Actor, dossier: Dossier) -> list[dict[str, Any]]:
    """What the actor's organisation asked of a dossier, and whether it came."""
    return _requests(queries.requests_by(actor, dossier)[:MOST_REQUESTS])


def _requests(asked: Iterable[PieceRequest]) -> list[dict[str, Any]]:
    return [
        {
            "what": titled(request.kind, request.member, None),
            "note": request.note,
            "due": request.due if request.is_awaited else None,
            "answered_at": request.answered_at,
            "reopened_at": request.reopened_at,
            "withdrawn_at": request.withdrawn_at,
            "withdraw": reverse("staff_request_withdraw", args=[request.public_id]),
        }
        for request in asked
    ]


def lines_to_ask(actor: Actor, dossier: Dossier, on: date) -> list[tuple[str, str, RequestLine]]:
    """What may be asked: a key, a label, and the line to ask."""
    return [
        (
            f"{kind.code}:{member.public_id if member else ''}",
            titled(kind, member, None),
            RequestLine(kind, member),
        )
        for kind, member in queries.may_be_asked(actor, dossier, on)
    ]


def checking_page(actor: Actor, piece: Piece, on: date) -> dict[str, Any]:
    """The pages of a piece on one side, what the dossier says on the other."""
    given = list(piece.files.all())
    files = [file for file in given if file.state == "clean"]
    facts = queries.facts_for(piece)
    return {
        "seen": seen(given, next(iter(piece.checks.all()), None)),
        "unreadable": _unreadable(given),
        "piece": piece,
        "why": why_asked(piece.kind, piece.member, on),
        "title": titled(piece.kind, piece.whose, piece.year),
        "standing": queries.standing_of(piece, on),
        "pages": [
            {
                "src": reverse("staff_piece_page", args=[file.public_id, number]),
                "alt": _("%(name)s, page %(number)s sur %(count)s")
                % {"name": file.original_name, "number": number, "count": file.pages},
            }
            for file in files
            for number in range(1, file.pages + 1)
        ],
        "originals": [
            {"name": f.original_name, "href": reverse("staff_piece_original", args=[f.public_id])}
            for f in files
        ],
        "claims": claims(piece, facts),
        "left_behind": left_behind(piece),
        **read_in(piece, facts, on, owner=False),
        "own_check": next(
            (c for c in queries.latest_checks(piece) if c.organisation_id == actor.organisation_id),
            None,
        ),
        "following": following(actor, piece),
    }


def _unreadable(files: list[PieceFile]) -> str:
    """What keeps a piece from being accepted: files that no page shows. Empty when none."""
    told = [
        f"« {file.original_name} » ({str(file.get_state_display()).lower()})"
        for file in files
        if file.is_unread
    ]
    if not told:
        return ""
    return _("Vous n'en voyez pas tout : %(files)s.") % {"files": ", ".join(told)}


def concluded(piece: Piece, outcome: str) -> str:
    said = _("acceptée") if outcome == "accepted" else _("refusée, la personne est prévenue")
    return _("%(piece)s : %(said)s.") % {"piece": piece.label, "said": said}


def withdrawn(request: PieceRequest) -> str:
    return _("Vous n'attendez plus : %(piece)s. %(who)s est prévenu.") % {
        "piece": titled(request.kind, request.member, None),
        "who": request.dossier.applicant,
    }


def asked(dossier: Dossier, requests: list[PieceRequest]) -> str:
    return _("%(count)s à %(who)s, par message.") % {
        "count": french.count(len(requests), _("pièce demandée"), _("pièces demandées")),
        "who": dossier.applicant,
    }
