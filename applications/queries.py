"""Reading candidacies through who asks."""

from django.db.models import Count, Q, QuerySet

from accounts.queries import dossiers_visible_to
from alin.kit.actor import Actor
from alin.kit.models import JournalEntry

from .models import LIVE_STATES, Candidacy, PointCheck, Proposal, State

_FULL = ("offer__dwelling__residence__commune", "applicant", "organisation", "dossier")


def candidacies_of_applicant(actor: Actor) -> QuerySet[Candidacy]:
    """One's own candidacies, whatever face of the portal one is using."""
    return Candidacy.objects.filter(applicant_id=actor.user_id).select_related(*_FULL)


def candidacies_of_landlord(actor: Actor) -> QuerySet[Candidacy]:
    """Candidacies for the homes of the active landlord; nothing for anybody else."""
    if not actor.is_landlord_staff:
        return Candidacy.objects.none()
    return Candidacy.objects.filter(organisation_id=actor.organisation_id).select_related(*_FULL)


def live_count(actor: Actor) -> int:
    return Candidacy.objects.filter(applicant_id=actor.user_id, state__in=LIVE_STATES).count()


def live_candidacy(actor: Actor, offer_id: int) -> Candidacy | None:
    return Candidacy.objects.filter(
        applicant_id=actor.user_id, offer_id=offer_id, state__in=LIVE_STATES
    ).first()


def counts_by_state(actor: Actor) -> dict[str, int]:
    rows = (
        candidacies_of_landlord(actor)
        .order_by()
        .values_list("state")
        .annotate(n=Count("pk"))
    )
    return dict(rows)


def ready_for_commission(actor: Actor, offer_id: int) -> QuerySet[Candidacy]:
    """Instructed and ready candidacies for an offer, ranked by seniority of the numéro unique."""
    return (
        candidacies_of_landlord(actor)
        .filter(offer_id=offer_id, state=State.INSTRUCTION, ready_at__isnull=False)
        .order_by("seniority_on", "pk")
    )


def checks_of(candidacy: Candidacy) -> dict[str, PointCheck]:
    return {
        check.point: check for check in candidacy.checks.select_related("by").order_by("pk")
    }


def history(candidacy: Candidacy) -> QuerySet[JournalEntry]:
    return JournalEntry.objects.filter(chain=candidacy.journal_chain).order_by("sequence")


def proposal_of(candidacy: Candidacy) -> Proposal | None:
    return Proposal.objects.filter(candidacy=candidacy).first()


def dossier_is_visible(actor: Actor, candidacy: Candidacy) -> bool:
    """Whether an access row still opens the dossier to the actor."""
    return dossiers_visible_to(actor).filter(pk=candidacy.dossier_id).exists()


def candidates_per_offer(offer_ids: list[int]) -> dict[int, int]:
    """How many people have a live candidacy for each offer."""
    rows = (
        Candidacy.objects.filter(offer_id__in=offer_ids)
        .filter(Q(state__in=LIVE_STATES))
        .order_by()
        .values_list("offer_id")
        .annotate(n=Count("pk"))
    )
    return dict(rows)
