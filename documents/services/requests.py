"""The life of what a landlord asked for: answered, waiting again, withdrawn.

Who calls holds the dossier, then the requests: always in this order."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists, Max, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from accounts.models import Dossier
from alin.kit import clock
from alin.kit.access import require
from alin.kit.actor import Actor
from documents import queries, rules
from documents.messages import address_in_mail, name_in_mail, tell_parties
from documents.models import AWAITED, UNREAD, Piece, PieceCheck, PieceFile, PieceRequest


def answer_requests(piece: Piece) -> None:
    """A request is answered by a readable file given after it, in a piece of which nothing is left
    to read or to send again: who asked can accept it. Not by what somebody who left the household
    gave, nor by a notice of another year than the one asked today."""
    if piece.departure_id or piece.year != rules.year_of(piece.kind, clock.today()):
        return
    files = PieceFile.objects.filter(piece=piece.pk, piece__replaced_at=None)
    read = files.exclude(Exists(PieceFile.objects.filter(UNREAD, piece=piece.pk)))
    last = read.filter(state=PieceFile.State.CLEAN).aggregate(at=Max("received_at"))["at"]
    if last is not None:
        asked = _of_the_same_thing(piece).filter(AWAITED, asked_at__lte=last)
        asked.update(answered_at=clock.now())


def close_by_acceptance(piece: Piece, organisation_id: int) -> None:
    """Who accepts a piece waits for it no more, whenever it was given. A notice of another year
    than the one asked today is not what is waited for."""
    if piece.year != rules.year_of(piece.kind, clock.today()):
        return
    asked = _of_the_same_thing(piece).filter(AWAITED, organisation_id=organisation_id)
    asked.update(answered_at=clock.now())


def reopen_requests(piece: Piece) -> None:
    """What a file answered waits again when no file given since is left that is readable or being
    read, or when one beside it is to be sent again; unless the landlord accepted the piece
    meanwhile. The latest request of each landlord alone: those before it were asked anew. Nor what
    was asked for a study that has ended since."""
    to_resend = PieceFile.objects.filter(
        piece=OuterRef("piece"), state=PieceFile.State.REFUSED, resent_as=None
    )
    given = PieceFile.objects.filter(
        ~Exists(to_resend),
        _of_what_counts_instead(piece),
        received_at__gte=OuterRef("asked_at"),
    ).exclude(state=PieceFile.State.REFUSED)
    accepted = PieceCheck.objects.filter(
        _of_what_counts_instead(piece),
        organisation=OuterRef("organisation"),
        outcome=PieceCheck.Outcome.ACCEPTED,
        at__gte=OuterRef("asked_at"),
    )
    later = _of_the_same_thing(piece).filter(
        organisation=OuterRef("organisation"), pk__gt=OuterRef("pk")
    )
    studied = queries.studying(OuterRef("dossier"), OuterRef("organisation")).filter(
        since__lte=OuterRef("asked_at")
    )
    _of_the_same_thing(piece).filter(
        ~Exists(given),
        ~Exists(accepted),
        ~Exists(later),
        Exists(studied),
        answered_at__isnull=False,
    ).update(answered_at=None, reopened_at=clock.now())


def end_requests(*, dossier: Dossier) -> None:
    """Who studies a dossier no more waits for nothing of it: what was left unanswered would come
    back, overdue, with the next candidacy at the same landlord."""
    studied = queries.studying(OuterRef("dossier"), OuterRef("organisation"))
    asked = PieceRequest.objects.filter(AWAITED, ~Exists(studied), dossier_id=dossier.pk)
    asked.update(withdrawn_at=clock.now())


def withdraw_request(*, actor: Actor, request: PieceRequest) -> None:
    """Wait no more for a piece, and say so to the applicant. Raises ValidationError when it came
    meanwhile, or when somebody withdrew it already."""
    require(actor, "documents.check")
    with transaction.atomic():
        Dossier.objects.select_for_update(of=("self",), no_key=True).get(pk=request.dossier_id)
        asked = (
            queries.own_requests(actor)
            .select_for_update(of=("self",), no_key=True)
            .filter(AWAITED, pk=request.pk)
            .first()
        )
        if asked is None:
            raise ValidationError(
                _("Cette demande n'attend plus rien : la pièce est arrivée, ou elle est retirée.")
            )
        asked.withdrawn_at = clock.now()
        asked.save(update_fields=["withdrawn_at"])
        _tell_withdrawal(actor, asked)


def _tell_withdrawal(actor: Actor, asked: PieceRequest) -> None:
    tell_parties(
        asked.dossier,
        key=f"piece-request-withdrawn:{asked.public_id}",
        title=_("Pièce qui n'est plus demandée : %(piece)s") % {"piece": name_in_mail(asked)},
        body=_(
            "%(who)s n'attend plus cette pièce : vous n'avez rien à faire. Si vous l'avez déjà "
            "donnée, elle reste dans votre dossier."
        )
        % {"who": actor.organisation},
        path=address_in_mail(asked),
    )


def _of_the_same_thing(piece: Piece) -> QuerySet[PieceRequest]:
    """Requests of the kind of a piece, for its person."""
    whose = Q(member_id=piece.member_id) if piece.member_id else Q(member=None)
    return PieceRequest.objects.filter(
        whose, dossier_id=piece.dossier_id, kind_id=piece.kind_id
    ).order_by()


def _of_what_counts_instead(piece: Piece) -> Q:
    """Files and checks of the current pieces of the same kind, for the same person: without a
    notice that is given early, which nobody asks for yet."""
    asked = rules.year_of(piece.kind, clock.today())
    of_the_year = Q(piece__year__lte=asked) if asked else Q()
    whose = Q(piece__member_id=piece.member_id) if piece.member_id else Q(piece__member=None)
    return (
        of_the_year
        & whose
        & Q(
            piece__dossier_id=piece.dossier_id,
            piece__kind_id=piece.kind_id,
            piece__replaced_at=None,
            piece__departure=None,
        )
    )
