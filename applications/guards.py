"""What stands in the way of a step of a candidacy: nothing when it is allowed, else the reasons, as
a person reads them. `workflow` says which guards hold which step."""

from collections.abc import Callable
from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext as _

from .models import Candidacy, PointCheck, Proposal, State

S = State
Guard = Callable[[Candidacy, datetime], list[str]]


def every_point_is_concluded(candidacy: Candidacy, at: datetime) -> list[str]:
    done = set(candidacy.checks.values_list("point", flat=True))
    left = [point.label for point in PointCheck.Point if point.value not in done]
    return (
        [_("Il reste à vérifier : %(points)s.") % {"points": ", ".join(map(str, left))}]
        if left
        else []
    )


def is_ready(candidacy: Candidacy, at: datetime) -> list[str]:
    return [] if candidacy.ready_at else [_("Le dossier n'est pas encore marqué prêt.")]


def applications_are_closed(candidacy: Candidacy, at: datetime) -> list[str]:
    # Nobody gains by being first: the list is looked at once everybody could join it.
    if candidacy.offer.is_open(at):
        return [_("Les candidatures sont encore ouvertes : la liste se prépare après la clôture.")]
    return []


def goes_before_a_commission(candidacy: Candidacy, at: datetime) -> list[str]:
    if candidacy.offer.path == candidacy.offer.Path.CALEOL:
        return []
    return [_("Ce logement ne passe pas en commission : le bailleur décide.")]


def is_decided_by_the_landlord(candidacy: Candidacy, at: datetime) -> list[str]:
    if candidacy.offer.path == candidacy.offer.Path.DIRECT:
        return []
    return [_("Ce logement social est attribué par une commission.")]


def has_a_numero_unique(candidacy: Candidacy, at: datetime) -> list[str]:
    # No candidacy is examined by a commission without one: L441-2-1 CCH.
    told = candidacy.dossier_snapshot
    if not told.get("numero_unique"):
        return [_("La candidature n'a pas de numéro unique.")]
    if told.get("numero_radiation_ground"):
        return [_("La demande de logement social est radiée.")]
    return []


def home_is_free(candidacy: Candidacy, at: datetime) -> list[str]:
    held = Candidacy.objects.filter(
        Q(offer_id=candidacy.offer_id, state__in=[S.PROPOSAL, S.ACCEPTED, S.LEASE_SIGNED])
        | Q(offer__dwelling_id=candidacy.offer.dwelling_id, state=S.PROPOSAL)
        | Q(home_id=candidacy.offer.dwelling_id)
    ).exclude(pk=candidacy.pk)
    return [_("Le logement est déjà proposé à un autre candidat.")] if held.exists() else []


def home_is_not_taken(candidacy: Candidacy, at: datetime) -> list[str]:
    taken = Candidacy.objects.filter(home_id=candidacy.offer.dwelling_id).exclude(pk=candidacy.pk)
    if not taken.exists():
        return []
    return [
        _(
            "Ce logement vient d'être accepté par un autre candidat, par une autre annonce. Le "
            "bailleur vous doit une explication : contactez-le."
        )
    ]


def is_first_in_rank(candidacy: Candidacy, at: datetime) -> list[str]:
    ahead = Candidacy.objects.filter(
        offer_id=candidacy.offer_id,
        state=S.AWARDED_WAITING,
        awarded_rank__lt=candidacy.awarded_rank or 0,
    )
    return [_("Un candidat mieux classé attend encore.")] if ahead.exists() else []


def condition_is_met(candidacy: Candidacy, at: datetime) -> list[str]:
    condition = getattr(candidacy, "suspensive_condition", None)
    if condition is None or condition.met_at:
        return []
    return [
        _("La pièce attendue n'est pas encore fournie : %(piece)s.") % {"piece": condition.piece}
    ]


def condition_has_lapsed(candidacy: Candidacy, at: datetime) -> list[str]:
    condition = getattr(candidacy, "suspensive_condition", None)
    if condition and not condition.met_at and condition.due_at <= at:
        return []
    return [_("Le délai de la condition n'est pas écoulé.")]


def deadline_is_ahead(candidacy: Candidacy, at: datetime) -> list[str]:
    proposal = candidacy.current_proposal
    if at < proposal.deadline:
        return []
    return [_("Le délai de réponse est écoulé.")]


def deadline_is_behind(candidacy: Candidacy, at: datetime) -> list[str]:
    proposal = Proposal.objects.get(candidacy=candidacy)
    return [] if at >= proposal.deadline else [_("Le délai de réponse court encore.")]
