"""Several agents before one queue: what comes next for each, and who is looking at what."""

from typing import Any

from django.db.models import Exists, OuterRef, QuerySet, Subquery

from alin.kit import clock
from alin.kit.actor import Actor
from documents import rules
from documents.models import Piece, PieceView

from .reading import of_the_dossier, to_check

MOST_IN_TURN = 1_000


def queue_of(actor: Actor) -> QuerySet[Piece]:
    """What is `to_check`; `taken` tells the dossiers that a colleague is looking at."""
    lately = PieceView.objects.filter(
        dossier=OuterRef("dossier"),
        organisation_id=actor.organisation_id,
        at__gt=clock.now() - rules.ONE_LOOK,
    ).exclude(viewer_id=actor.user_id)
    return _in_dossiers(to_check(actor)).annotate(taken=Exists(lately))


def _in_dossiers(pieces: QuerySet[Piece]) -> QuerySet[Piece]:
    """Each with the instant that places its dossier among the others (`since`): that of its
    oldest current piece, concluded on or not, so that a dossier keeps its place while it is
    gone through."""
    first = of_the_dossier().filter(dossier=OuterRef("dossier"), replaced_at=None)
    return pieces.annotate(since=Subquery(first.order_by("given_at").values("given_at")[:1]))


def waiting_in_turn(actor: Actor) -> list[Any]:
    """Where each piece of the queue stands, for `rules.next_in_turn`; when there are very many,
    the longest-waiting alone. One statement."""
    places = ("pk", "public_id", "dossier_id", "given_at", "since", "taken")
    return list(queue_of(actor).values_list(*places, named=True)[:MOST_IN_TURN])


def same_look(actor: Actor) -> QuerySet[PieceView]:
    """What the actor began to look at a moment ago: going on is no other look."""
    return PieceView.objects.filter(
        viewer_id=actor.user_id,
        organisation_id=actor.organisation_id,
        what=PieceView.What.PAGES,
        at__gt=clock.now() - rules.ONE_LOOK,
    )


def with_own_look(pieces: QuerySet[Piece], actor: Actor) -> QuerySet[Piece]:
    """Pieces with whether the actor is already looking at them (`is_looked_at`), and with what
    places them in the queue."""
    return _in_dossiers(pieces).annotate(
        is_looked_at=Exists(same_look(actor).filter(piece=OuterRef("pk")))
    )
