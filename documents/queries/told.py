"""What a message is about, found by the one who received it."""

from uuid import UUID

from accounts.models import Dossier
from accounts.queries import dossiers_of
from alin.kit.actor import Actor
from documents.models import Piece, PieceRequest

from .reading import of_the_dossier


def told_of(actor: Actor, public_id: UUID) -> Piece | PieceRequest | None:
    """One's own piece, or what was asked of one, by its key; None for anybody else."""
    own = dossiers_of(actor) if actor.is_applicant else Dossier.objects.none()
    given = of_the_dossier().filter(dossier__in=own, public_id=public_id)
    asked = PieceRequest.objects.filter(dossier__in=own, public_id=public_id)
    return (
        given.select_related("kind", "member").first()
        or asked.select_related("kind", "member").first()
    )
