"""What the applicant's pages say of pieces, prepared from rows already chosen for the reader."""

from datetime import date
from typing import Any

from django.db.models import prefetch_related_objects
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Dossier, HouseholdMember
from accounts.queries import household, parties_of
from alin.kit import french
from alin.kit.actor import Actor

from . import queries, rules
from .given_words import (
    concluded_on,
    files_of,
    giving_again,
    is_being_read,
    not_kept,
    to_resend,
    waits_longer_than_usual,
)
from .models import AskedPiece, Piece, PieceKind
from .paths import path_of, piece_path
from .seal_words import NOTHING_READ, read_in

__all__ = ["overview", "piece_page", "piece_path"]

Level = PieceKind.Level
_DONE = (rules.Standing.CHECKING, rules.Standing.READABLE, rules.Standing.ACCEPTED)


def overview(dossier: Dossier, on: date) -> dict[str, Any]:
    """The list: what the declared situation asks for, by level, and what was given besides."""
    if dossier.pk:
        prefetch_related_objects([dossier], "members")  # read twice below
    listing = queries.listing(dossier, on)
    lines = listing.lines
    groups = [
        (_("Obligatoires"), _needed(lines)),
        (
            _("Selon votre situation"),
            [each for each in lines if each.required and each.kind.level == Level.COMPLEMENTARY],
        ),
        (_("Autres pièces"), [each for each in lines if not each.required]),
    ]
    needed = _needed(lines)
    waiting = any(is_being_read(line.piece) for line in lines)
    return {
        "groups": [(title, [_task(line) for line in group]) for title, group in groups if group],
        "done": sum(line.standing in _DONE for line in needed),
        "total": len(needed),
        "requests": [_request(each) for line in lines for each in line.requests],
        "waiting": waiting,
        "news": news(dossier),
        "others": _others(dossier, listing, on),
        "forbidden": listing.forbidden,
        "apart": _apart(listing.apart),
    }


def _apart(pieces: list[Piece]) -> list[dict[str, Any]]:
    """Pieces of people who left the household, that landlords may still read for a while."""
    return [
        {
            "title": titled(piece.kind, piece.whose, piece.year),
            "left_at": piece.departure.at,
            "erased_on": queries.deletion_day(piece),
        }
        for piece in pieces
        if piece.departure
    ]


def _to_give_early(lines: list[queries.Line], on: date) -> list[dict[str, str]]:
    """Notices that have come out, of the people whose notice is asked: asked from January."""
    there = {(line.kind.code, line.member, line.year) for line in lines if line.piece}
    return [
        {
            "label": titled(line.kind, line.member, year),
            "why": _("Il a paru ; il sera demandé à partir du 1er janvier %(next)s.")
            % {"next": year + 2},
            "href": path_of(line.kind.code, line.member, year),
        }
        for line in lines
        if line.required
        for year in rules.years_to_give(line.kind, on)[1:]
        if year and (line.kind.code, line.member, year) not in there
    ]


def _others(dossier: Dossier, listing: queries.Listing, on: date) -> list[dict[str, Any]]:
    """What nobody asks and that may be given: for the applicant, then for each adult."""
    there = {(line.kind.code, line.member) for line in listing.lines}
    groups: list[tuple[HouseholdMember | None, list[PieceKind]]]
    groups = [(None, [kind for kind in listing.kinds if not kind.situations])]
    groups += [
        (member, [kind for kind in listing.kinds if rules.may_concern(kind, member, on)])
        for member in household(dossier)
    ]
    return [
        {
            "whose": str(member or ""),
            "pieces": (_to_give_early(listing.lines, on) if member is None else [])
            + [
                {
                    "label": kind.label,
                    "why": kind.why if member is None else "",
                    "href": path_of(kind.code, member),
                }
                for kind in offered
                if (kind.code, member) not in there
            ],
        }
        for member, offered in groups
        if offered
    ]


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
        "hint": line.kind.why if line.required else str(line.kind.get_level_display()),
        "more": _goes_on(line.piece),
        "status": line.standing.label,
        "tone": line.standing.tone,
        "href": path_of(line.kind.code, line.member, line.year if line.piece else None),
    }


def _goes_on(piece: Piece | None) -> str:
    """When a piece of the list goes, in few words."""
    if piece is None:
        return ""
    day = queries.deletion_day(piece)
    if day is None:
        return _("Gardée le temps de l'étude, puis %(days)s jours.") % {
            "days": piece.kind.kept_after_study
        }
    return _("Effacée le %(day)s.") % {"day": french.long_date(day)}


def why_asked(kind: PieceKind, member: HouseholdMember | None, on: date) -> str:
    """The reason of the list speaks of what the applicant declared; of another adult whose
    situation nobody declared, it is said otherwise."""
    if member is not None and rules.may_concern(kind, member, on):
        return _("Elle montre les ressources ou la situation de %(name)s.") % {"name": member}
    return kind.why


def titled(kind: PieceKind, whose: object, year: int | None) -> str:
    """`whose`: whom it is asked for; None or "" for the applicant and the whole household."""
    label = kind.label
    if year:
        label = _("%(label)s sur les revenus de %(year)s") % {"label": label, "year": year}
    return f"{label} · {whose}" if whose else label


def _request(request: Any) -> dict[str, Any]:
    return {
        "who": str(request.organisation),
        "what": titled(request.kind, request.member, None),
        "note": request.note,
        "due": request.due,
        "href": piece_path(request),
    }


def piece_page(place: queries.Place, on: date) -> dict[str, Any]:
    """One piece: why it is asked, how it stands, its files, what was given before."""
    kind, member, current = place.kind, place.member, place.current
    standing = queries.standing_of(current, on)
    requests = queries.open_requests(place.dossier).filter(kind=kind, member=member)
    return {
        "kind": kind,
        "closed": not kind.is_in_force(on),
        "why": why_asked(kind, member, on),
        **_of_which_year(place, on),
        "level": kind.get_level_display(),
        "standing": standing,
        "checks": concluded_on(current),
        "files": files_of(current),
        "to_resend": to_resend(current),
        "not_kept": not_kept(place),
        **giving_again(current, on),
        **(
            read_in(current, queries.facts_for(current), on, owner=True)
            if current
            else NOTHING_READ
        ),
        "waiting": is_being_read(current),
        "largest": rules.LARGEST_FILE,
        "slow": waits_longer_than_usual(current),
        "validity": _validity(kind, current),
        "requests": [_request(request) for request in requests],
        "kept_until": _kept_until(current),
        "history": [
            {"piece": each, "files": files_of(each), "erased_on": queries.deletion_day(each)}
            for each in place.replaced
        ],
    }


def _of_which_year(place: queries.Place, on: date) -> dict[str, Any]:
    """Its title, and for a piece of a year of incomes: which other one is asked or has come out."""
    kind, member = place.kind, place.member
    asked = rules.year_of(kind, on)
    year = place.current.year if place.current else place.year or asked
    return {
        "title": titled(kind, member, year),
        # Of a year that is past: to be looked at, taken back or replaced by the one asked now.
        "asked_now": path_of(kind.code, member) if _is_past(year, asked) else "",
        "asked_year": asked,
        "early": _early_notice(kind, member, year, on),
        "not_yet": _not_yet_asked(year, asked),
    }


def _is_past(year: int | None, asked_year: int | None) -> bool:
    return year is not None and asked_year is not None and year < asked_year


def _not_yet_asked(year: int | None, asked_year: int | None) -> str:
    """Of what may be given early: from when it counts. Empty for anything else."""
    if year is None or asked_year is None or year <= asked_year:
        return ""
    return _(
        "Cet avis sera demandé à partir du 1er janvier %(next)s. Donné dès maintenant, il compte "
        "déjà si vos ressources ont baissé d'au moins 10 %%."
    ) % {"next": year + 2}


def _early_notice(
    kind: PieceKind, member: HouseholdMember | None, year: int | None, on: date
) -> dict[str, Any]:
    """The notice that has come out and is not asked yet, if it is not the one shown."""
    early = rules.years_to_give(kind, on)[1:]
    if not early or early[0] == year:
        return {}
    return {"year": early[0], "href": path_of(kind.code, member, early[0])}


def taken_back(before: Piece | None) -> str:
    """`before`: what counts again, now that nothing is left of what replaced it."""
    if before is None:
        return _("Fichier retiré et effacé.")
    return _("Fichier retiré et effacé. Ce que vous aviez donné avant compte de nouveau.")


def _validity(kind: PieceKind, current: Piece | None) -> str:
    checks = queries.latest_checks(current) if current else []
    until = rules.valid_until(current, checks) if current else None
    if current and until:
        since = rules.counts_from(current, checks)
        told = {"day": french.long_date(until), "from": french.long_date(since)}
        if current.dated_on or any(check.dated_on for check in checks):
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
        return _(
            "Gardée tant qu'un bailleur étudie votre demande, puis effacée %(days)s jours après."
        ) % {"days": current.kind.kept_after_study}
    return _("Effacée le %(day)s, si aucun bailleur n'étudie votre demande d'ici là.") % {
        "day": french.long_date(day)
    }


def who_reads_too(actor: Actor, dossier: Dossier, kind: PieceKind) -> str:
    """With whom a dossier is shared, when a piece may put its person in danger; empty for any
    other piece and for who keeps her dossier alone."""
    if not (kind.sensitive and dossier.pk):
        return ""
    return ", ".join(str(each) for each in parties_of(dossier) if each.pk != actor.user_id)
