"""Reading the checks of a numéro unique that two dossiers say is theirs."""

from django.db.models import Case, IntegerField, QuerySet, Value, When

from accounts.models import Dossier, NumeroClaim
from alin.kit.actor import Actor

WAITING = NumeroClaim.State.WAITING


def waiting_claims_of(dossier: Dossier) -> list[NumeroClaim]:
    """What the people of a dossier asked to be checked, and nobody has answered."""
    return list(NumeroClaim.objects.filter(dossier_id=dossier.pk, state=WAITING))


def numero_claims_visible_to(actor: Actor) -> QuerySet[NumeroClaim]:
    """All of them for an operator: those that wait first, the oldest first; then the latest."""
    if not actor.is_operator:
        return NumeroClaim.objects.none()
    return (
        NumeroClaim.objects.select_related("dossier__applicant", "decided_by")
        .annotate(
            settled=Case(
                When(state=WAITING, then=Value(0)),
                default=Value(1),
                output_field=IntegerField(),
            )
        )
        .order_by("settled", "created_at", "pk")
    )


def waiting_claims_count(actor: Actor) -> int:
    return numero_claims_visible_to(actor).filter(state=WAITING).order_by().count()


def holder_of_numero(numero_unique: str, *, other_than: Dossier) -> Dossier | None:
    """The dossier that has this number now, if it is another one. For operators and services:
    an applicant never learns whose it is."""
    return (
        Dossier.objects.filter(numero_unique=numero_unique)
        .exclude(pk=other_than.pk)
        .select_related("applicant")
        .first()
    )
