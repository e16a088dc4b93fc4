"""Somebody leaves a household: what becomes of their pieces."""

from django.db import transaction

from accounts.models import Dossier, HouseholdMember
from accounts.queries import who_may_see
from alin.kit import clock
from documents.models import Departure, Piece, PieceFile

from .erasing import gathered
from .requests import reopen_requests


@transaction.atomic
def set_apart(*, member: HouseholdMember) -> None:
    """Take out of the dossier, under the name alone, what landlords study of somebody about to
    leave the household: current pieces, and of them the files that somebody could read. Whatever
    else is theirs is left to go with the member. Called in the transaction of the departure.

    Nothing is set apart when no landlord studies the dossier."""
    # What giving a piece holds: nothing comes in for a person who is leaving.
    Dossier.objects.select_for_update(of=("self",), no_key=True).get(pk=member.dossier_id)
    if not who_may_see(member.dossier).exclude(organisation=None).exists():
        return
    theirs = Piece.objects.filter(member=member, replaced_at=None)
    files = PieceFile.objects.select_for_update(of=("self",)).filter(piece__in=theirs)
    readable = {file.piece_id for file in files if file.state == PieceFile.State.CLEAN}
    if not readable:
        return
    departure = Departure.objects.create(
        dossier_id=member.dossier_id, name=str(member), at=clock.now()
    )
    kept = Piece.objects.filter(pk__in=readable)
    PieceFile.objects.filter(piece__in=kept).exclude(state=PieceFile.State.CLEAN).delete()
    kept.update(member=None, departure=departure)


@transaction.atomic
def take_out(*, member: HouseholdMember) -> None:
    """What was given for somebody who shares the dossier no more is of it no more either: who
    keeps it reads nothing of it from now on. What landlords study stays within their reach, as
    when somebody leaves the household; the rest is erased."""
    theirs = list(Piece.objects.filter(member=member, replaced_at=None).select_related("kind"))
    set_apart(member=member)
    with gathered():
        Piece.objects.filter(member=member).delete()
    for piece in theirs:
        # The person is of the household still: what was asked of her is to be given again.
        reopen_requests(piece)
