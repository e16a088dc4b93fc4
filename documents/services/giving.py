"""An applicant gives, completes, replaces or takes back a piece."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.models import Dossier, HouseholdMember
from accounts.queries import who_may_see
from alin.kit import clock
from alin.kit.access import require
from alin.kit.actor import Actor
from alin.kit.waking import wake_after_commit
from documents import queries, rules, storage
from documents.models import Piece, PieceFile, PieceKind
from documents.models.files import random_key

from .door import Upload, UploadRefused, at_first_sight, refuse_beyond_room, refuse_in_a_rush
from .erasing import forget
from .keeping import retire_past_years
from .replacing import retire, set_back, take_place_again
from .requests import answer_requests, reopen_requests

logger = logging.getLogger(__name__)

LONGEST_NAME = 120


def give_files(
    *,
    actor: Actor,
    dossier: Dossier,
    kind: PieceKind,
    member: HouseholdMember | None,
    uploads: Sequence[Upload],
    year: int | None = None,
    dated_on: date | None = None,
    replace: bool = False,
    sending_id: UUID | None = None,
) -> Piece:
    """Keep files for one piece of one person: with those already there, or instead of them.
    `year`: of the incomes, when it is not the one asked today. `dated_on` is the date that the
    document bears, when somebody read it. `sending_id` names what was chosen together and comes
    in several calls: it goes into one piece, whatever happens to that piece between two calls;
    when it was replaced, the rest is refused.

    A piece that a landlord concluded on is completed by another sending when a page is all that
    it misses (`rules.may_complete`), else replaced.
    The objects are written first, then the rows in one transaction; the checks start after
    commit. Raises UploadRefused, after keeping the others when some files only are refused;
    StorageUnavailable, keeping nothing."""
    require(actor, "documents.give", dossier)
    if not kind.is_in_force(clock.today()):
        raise UploadRefused([_("Cette pièce n'est plus dans la liste : elle n'est plus à donner.")])
    kept = _kept_before(dossier, uploads)
    if uploads and len(kept) == len(uploads):
        return kept[0].piece
    uploads = _left_to_keep(uploads, kept)
    refuse_in_a_rush(actor, len(uploads))
    sound, refused = _sound_at_first_sight(uploads)
    place = _Place(dossier, kind, member, _year(kind, year))
    sending = _Sending(actor, place, replace=replace, dated_on=dated_on, name=sending_id)
    refuse_beyond_room(dossier, sound, _to_be_replaced(sending))
    piece = _keep(sending, sound)
    if refused:
        raise UploadRefused(refused, kept=True)
    return piece


@dataclass(frozen=True)
class _Place:
    """Where a piece goes: one current piece for each."""

    dossier: Dossier
    kind: PieceKind
    member: HouseholdMember | None
    year: int | None

    def pieces(self) -> QuerySet[Piece]:
        return queries.of_the_dossier().filter(
            dossier=self.dossier, kind=self.kind, member=self.member
        )


@dataclass(frozen=True)
class _Sending:
    """Who sends files to a place and what was said of them; `name`: what those that were chosen
    together share."""

    actor: Actor
    place: _Place
    replace: bool
    dated_on: date | None
    name: UUID | None


def _year(kind: PieceKind, named: int | None) -> int | None:
    """The year asked today, or the one named if it may be given."""
    possible = rules.years_to_give(kind, clock.today())
    if named is not None and named not in possible:
        raise UploadRefused(
            [_("L'avis sur les revenus de %(year)s n'est pas demandé.") % {"year": named}]
        )
    return named or possible[0]


def give_for_several(
    *,
    member: HouseholdMember | None,
    others: Sequence[HouseholdMember],
    uploads: Sequence[Upload],
    **given: Any,
) -> Piece:
    """The same files as the piece of several persons, as `give_files` for each: a copy for each,
    since each piece is checked, concluded on and erased by itself. Sent again after a failure
    half-way, those who have theirs keep it. Returns the piece of `member`."""
    # Copied before they are given: a storage may move or close what it was given.
    each_has = [(other, [each.copied_for(other) for each in uploads]) for other in others]
    refused: list[str] = []
    for person, files in [*each_has, (member, list(uploads))]:
        try:
            piece = give_files(member=person, uploads=files, **given)
        except UploadRefused as refusal:
            if not refusal.kept:
                raise
            refused = refusal.reasons
    if refused:
        raise UploadRefused(refused, kept=True)
    return piece


def _kept_before(dossier: Dossier, uploads: Sequence[Upload]) -> list[PieceFile]:
    """Those that an earlier try brought already. Raises UploadRefused when they count no more:
    who sends again must not read that all is well."""
    sent = [upload.upload_id for upload in uploads if upload.upload_id]
    found = PieceFile.objects.filter(upload_id__in=sent, piece__dossier=dossier)
    kept = list(found.select_related("piece")) if sent else []
    for file in kept:
        _refuse_when_replaced(file.piece)
    return kept


def _left_to_keep(uploads: Sequence[Upload], kept: Sequence[PieceFile]) -> list[Upload]:
    known = {file.upload_id for file in kept}
    return [each for each in uploads if each.upload_id is None or each.upload_id not in known]


def _sound_at_first_sight(uploads: Sequence[Upload]) -> tuple[list[Upload], list[str]]:
    """Those that may be kept, and why the others may not. Raises UploadRefused when none may."""
    seen = [(upload, at_first_sight(upload)) for upload in uploads]
    refused = [reason for _upload, reason in seen if reason]
    sound = [upload for upload, reason in seen if not reason]
    if not sound:
        raise UploadRefused(refused or [_("Choisissez au moins un fichier.")])
    return sound, refused


def _refuse_when_replaced(piece: Piece, current: Piece | None = None) -> None:
    """`current`: what counts now. What was set back, as its first files were refused, may go on,
    unless something was given since."""
    if piece.replaced_at is None:
        return
    if piece.set_back_at is not None and (current is None or current.pk < piece.pk):
        return
    raise UploadRefused(
        [
            _(
                "Cette pièce vient d'être remplacée depuis une autre fenêtre. Rechargez la "
                "page pour voir ce qui est gardé, puis envoyez à nouveau ce qui manque."
            )
        ]
    )


def _to_be_replaced(sending: _Sending) -> Piece | None:
    """The current piece that this sending takes the place of, if it does."""
    begun = _piece_of_sending(sending)
    current = _current(sending.place)
    if begun is not None:
        return current if begun.set_back_at else None
    if current is None or (not sending.replace and queries.may_complete(current, clock.today())):
        return None
    return current


def _current(place: _Place) -> Piece | None:
    return queries.current_piece(
        place.dossier, place.kind, place.member, clock.today(), year=place.year
    )


def _keep(sending: _Sending, uploads: Sequence[Upload]) -> Piece:
    """The objects, then their rows; what was written for nothing goes at once when it can, else
    with the next sweep."""
    keyed = [(random_key(), upload) for upload in uploads]
    try:
        for key, upload in keyed:
            upload.content.seek(0)
            storage.write(storage.quarantine_name(key), upload.content)
        with transaction.atomic():
            return _record(sending, keyed)
    except BaseException:
        for key, _upload in keyed:
            forget(key)
        raise


def _record(sending: _Sending, keyed: Sequence[tuple[str, Upload]]) -> Piece:
    dossier, member = sending.place.dossier, sending.place.member
    # One at a time for a dossier: its room is counted again, and a piece stays one.
    Dossier.objects.select_for_update(of=("self",), no_key=True).get(pk=dossier.pk)
    # The file was on its way; the sharing of the dossier may have ended meanwhile.
    require(sending.actor, "documents.give", dossier)
    if member is not None and not HouseholdMember.objects.filter(pk=member.pk).exists():
        raise UploadRefused(
            [_("Cette personne vient de quitter votre foyer : sa pièce n'est plus à donner.")]
        )
    kept = _kept_before(dossier, [upload for _key, upload in keyed])
    left = _left_to_keep([upload for _key, upload in keyed], kept)
    # The same request twice at once: what the other one kept meanwhile is not needed again.
    for key in [key for key, upload in keyed if upload not in left]:
        transaction.on_commit(partial(forget, key), robust=True)
    if not left:
        return kept[0].piece
    freed = _to_be_replaced(sending)
    refuse_beyond_room(dossier, left, freed)
    piece = _piece_of_sending(sending) or _piece_to_fill(sending.actor, sending.place, freed)
    if piece.set_back_at is not None:
        take_place_again(piece, freed)
    if sending.dated_on is not None:
        Piece.objects.filter(pk=piece.pk).update(dated_on=sending.dated_on)
    PieceFile.objects.bulk_create(
        [
            PieceFile(
                piece=piece,
                key=key,
                upload_id=upload.upload_id,
                sending_id=sending.name,
                original_name=_shortened(upload.name),
                size=upload.content.size,
            )
            for key, upload in keyed
            if upload in left
        ]
    )
    wake_after_commit("documents.tasks.check_pieces")
    return piece


def _piece_of_sending(sending: _Sending) -> Piece | None:
    """Where the files chosen together with these are, if some came already. It may have been
    concluded on or have grown old since: a page of a lease does not replace the one before."""
    if sending.name is None:
        return None
    begun = sending.place.pieces().filter(files__sending_id=sending.name).first()
    if begun is not None:
        _refuse_when_replaced(begun, _current(sending.place) if begun.set_back_at else None)
    return begun


def _piece_to_fill(actor: Actor, place: _Place, replaced: Piece | None) -> Piece:
    if replaced is not None:
        retire(replaced)
    elif (current := _current(place)) is not None:
        return current
    piece = Piece(
        dossier=place.dossier,
        kind=place.kind,
        member=place.member,
        year=place.year,
        given_by_id=actor.user_id,
    )
    piece.full_clean()
    piece.save()
    if place.year is not None:
        retire_past_years(place.pieces())
    return piece


def date_piece(*, actor: Actor, piece: Piece, dated_on: date) -> None:
    """Write the date that a document bears on a piece given before, as long as no landlord
    concluded on it. Raises UploadRefused."""
    require(actor, "documents.give", piece.dossier)
    with transaction.atomic():
        Dossier.objects.select_for_update(of=("self",), no_key=True).get(pk=piece.dossier_id)
        undecided = Piece.objects.filter(pk=piece.pk, replaced_at=None, checks=None)
        if not undecided.update(dated_on=dated_on):
            raise UploadRefused(
                [_("Un bailleur a déjà vérifié cette pièce : vous pouvez la remplacer.")]
            )


def remove_file(*, actor: Actor, file: PieceFile) -> Piece | None:
    """Take a file back, for good, as `rules.may_take_back` says.

    A piece without a file left is no piece any more: what it had replaced counts again, and is
    returned; and what a landlord asked waits again. Raises UploadRefused."""
    require(actor, "documents.give", file.piece.dossier)
    with transaction.atomic():
        dossier_id = file.piece.dossier_id
        dossier = Dossier.objects.select_for_update(of=("self",), no_key=True).get(pk=dossier_id)
        found = queries.own_files(actor).filter(pk=file.pk).first()
        if found is None:
            # Taken back from another window, or erased: as asked.
            return None
        piece, studied = found.piece, who_may_see(dossier).exclude(organisation=None).exists()
        if not rules.may_take_back(found, piece.checks.all(), studied=studied):
            raise UploadRefused(
                [_("Un bailleur a déjà vérifié cette pièce : vous pouvez la remplacer.")]
            )
        found.delete()
        before = set_back(piece)
        reopen_requests(piece)
        answer_requests(piece)
    return before


def _shortened(name: str) -> str:
    """The name as text, with its extension: of a path, the last part alone."""
    last = name.replace("\\", "/").rpartition("/")[2].replace("\x00", "")
    if len(last) <= LONGEST_NAME:
        return last
    stem, dot, extension = last.rpartition(".")
    return f"{stem[: LONGEST_NAME - len(extension) - 2]}…{dot}{extension}"
