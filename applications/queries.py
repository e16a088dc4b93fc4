"""Reading candidacies through who asks."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import (
    Case,
    Count,
    Exists,
    F,
    IntegerField,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
    Window,
)
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Coalesce, JSONObject, RowNumber

from accounts.models import User
from accounts.queries import dossiers_studied_by, holders_for
from alin.kit.actor import Actor
from alin.kit.models import JournalEntry
from eligibility.rules import (
    AidScale,
    Family,
    HouseholdFacts,
    Parameters,
    Verdict,
    aid_zone,
    evaluate,
)
from eligibility.rules.budget import Budget, base_from_rfr, budget_of
from listings.models import Offer
from listings.pictures import pictures_of_home
from listings.queries import (
    home_terms,
    homes_around,
    kept_by,
    offers_visible_to,
    published_offers,
    revisions_of_offer,
)

from .models import (
    LIVE_STATES,
    Candidacy,
    PointCheck,
    Proposal,
    State,
    SuspensiveCondition,
)
from .staff_words import facts_of_snapshot

_FULL = ("offer__dwelling__residence__commune", "applicant", "organisation", "dossier")
_OFFER_OF_CANDIDACY = ("candidacy__offer__dwelling__residence__commune",)
# A home in one of these has been before a commission, or offered to somebody.
PRESENTED_STATES = [
    State.COMMISSION,
    State.AWARDED_WAITING,
    State.PROPOSAL,
    State.ACCEPTED,
    State.LEASE_SIGNED,
]


def _how_many(rows: QuerySet[Any], *, by: str, what: Count | None = None) -> Coalesce:
    """How many of `rows` there are for the row of the outer query, whose column `by` they share;
    0 without any."""
    counted = rows.order_by().values(by).annotate(n=what or Count("pk")).values("n")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


# How many of the five points an agent has concluded.
POINTS_DONE = _how_many(PointCheck.objects.filter(candidacy=OuterRef("pk")), by="candidacy")


def candidacies_of_applicant(actor: Actor) -> QuerySet[Candidacy]:
    """One's own candidacies, whatever face of the portal one is using."""
    return _own(actor).select_related(*_FULL)


def _own(actor: Actor) -> QuerySet[Candidacy]:
    """Those in her name, and those of the dossier she shares: they bear its holder's."""
    return Candidacy.objects.filter(applicant_id__in=holders_for(actor))


def soonest_answer_first(candidacies: QuerySet[Candidacy]) -> QuerySet[Candidacy]:
    """What awaits an answer, by deadline; then what lives, then what ended, the newest first."""
    return candidacies.select_related("current_proposal").order_by(
        Case(
            When(state=State.PROPOSAL, then=0),
            When(state__in=LIVE_STATES, then=1),
            default=2,
            output_field=IntegerField(),
        ),
        Case(When(state=State.PROPOSAL, then=F("current_proposal__deadline"))),
        "-submitted_at",
        "-pk",
    )


def candidacies_of_landlord(actor: Actor) -> QuerySet[Candidacy]:
    """Candidacies for the homes of the active landlord; nothing for anybody else."""
    if not actor.is_landlord_staff:
        return Candidacy.objects.none()
    return Candidacy.objects.filter(organisation_id=actor.organisation_id).select_related(*_FULL)


def live_count(actor: Actor) -> int:
    return _own(actor).filter(state__in=LIVE_STATES).count()


def live_candidacy(actor: Actor, offer_id: int) -> Candidacy | None:
    return _own(actor).filter(offer_id=offer_id, state__in=LIVE_STATES).first()


def ready_for_commission(actor: Actor, offer_id: int) -> QuerySet[Candidacy]:
    """Instructed and ready candidacies for an offer, ranked by seniority of the numéro unique."""
    return (
        candidacies_of_landlord(actor)
        .filter(offer_id=offer_id, state=State.INSTRUCTION, ready_at__isnull=False)
        .order_by("seniority_on", "pk")
    )


def checks_of(candidacy: Candidacy) -> dict[str, PointCheck]:
    return {check.point: check for check in candidacy.checks.select_related("by").order_by("pk")}


def history(candidacy: Candidacy) -> QuerySet[JournalEntry]:
    return JournalEntry.objects.filter(chain=candidacy.journal_chain).order_by("sequence")


def proposal_of(candidacy: Candidacy) -> Proposal | None:
    return Proposal.objects.filter(candidacy=candidacy).first()


def dossier_is_visible(actor: Actor, candidacy: Candidacy) -> bool:
    """Whether an access row still opens the dossier to the actor's landlord."""
    return dossiers_studied_by(actor).filter(pk=candidacy.dossier_id).exists()


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


def promised_day_per_offer(offer_ids: list[int]) -> dict[int, date]:
    """The earliest day on which each home was to be free, as its live candidacies have it."""
    days = (
        Candidacy.objects.filter(offer_id__in=offer_ids, state__in=LIVE_STATES)
        .order_by()
        .values_list("offer_id")
        .annotate(day=Min(KeyTextTransform("available_on", "offer_terms")))
    )
    return {offer_id: date.fromisoformat(day) for offer_id, day in days if day}


def published_offers_read_by(actor: Actor, at: datetime) -> QuerySet[Offer]:
    """`published_offers` with `candidates`, how many live candidacies each has, `applied`, how
    many people ever sent one, `pictures_told` and `revisions_before`; and for the reader
    `own_live`, how many she has anywhere, `mine`, the one for this offer if any (`public_id` and
    `submitted_at`), and `favourite`; and `near_told`, what else is to let around."""
    return read_by(actor, published_offers(at), at)


def read_by(actor: Actor, offers: QuerySet[Offer], at: datetime) -> QuerySet[Offer]:
    """Offers with what the page of one says to a reader (see `published_offers_read_by`)."""
    live = Candidacy.objects.filter(state__in=LIVE_STATES).order_by()
    own = live.filter(applicant_id__in=holders_for(actor))
    return offers.annotate(
        candidates=_how_many(live.filter(offer=OuterRef("pk")), by="offer"),
        applied=_how_many(
            Candidacy.objects.filter(offer=OuterRef("pk")),
            by="offer",
            what=Count("applicant", distinct=True),
        ),
        own_live=_how_many(own.annotate(all=Value(1)), by="all"),
        mine=Subquery(
            own.filter(offer=OuterRef("pk")).values(
                told=JSONObject(public_id="public_id", submitted_at="submitted_at", state="state")
            )[:1]
        ),
        favourite=kept_by(actor),
        pictures_told=pictures_of_home(),
        revisions_before=revisions_of_offer(),
        near_told=homes_around(at),
    )


def live_candidates_of(offer: Offer) -> QuerySet[User, Any]:
    """For `notifications.services.tell_many`: those whose candidacy for the offer lives, and who
    shares their dossier."""
    live = Candidacy.objects.filter(offer=offer, state__in=LIVE_STATES)
    return (
        User.objects.filter(
            Q(pk__in=live.values("applicant"))
            | Q(
                shared_dossiers__dossier__in=live.values("dossier"),
                shared_dossiers__ended_at=None,
            ),
            is_active=True,
        )
        .order_by()
        .distinct()
        .annotate(address=F("email"), unsubscribe=Value(""))
        .values_list("pk", "address", "unsubscribe")
    )


def budget_for(
    offer: Offer, facts: HouseholdFacts, monthly_eur: int | None, scale: AidScale | None
) -> Budget | None:
    """What the home would cost the household each month; None when its income is not known.

    Where `monthly_eur` is not known, a twelfth of the yearly income stands for it. Aid is
    estimated for social homes alone, whose formula it is."""
    if facts.resources_eur is None:
        return None
    commune = offer.dwelling.residence.commune
    zone = aid_zone(commune.zone_123, commune.ceilings_zone)
    social = offer.funding in Offer.SOCIAL_FUNDINGS and zone is not None
    return budget_of(
        rent=offer.rent,
        charges=offer.charges,
        family=Family(couple=facts.couple, dependants=facts.dependants),
        persons=facts.persons,
        resource_base=base_from_rfr(facts.resources_eur),
        monthly_resources=(
            Decimal(facts.resources_eur) / 12 if monthly_eur is None else Decimal(monthly_eur)
        ),
        zone=zone,
        scale=scale if social else None,
    )


def verdict_on(told: Mapping[str, Any], offer: Offer, parameters: Parameters) -> Verdict:
    """What a frozen dossier is entitled to for an offer, at the date of `parameters`. No
    statement: a list reads the parameters once for all its rows."""
    return evaluate(facts_of_snapshot(told, parameters.on), home_terms(offer), parameters)


def next_in_queue(candidacies: QuerySet[Candidacy], after: Candidacy) -> Candidacy | None:
    """The one received after this one among those that wait, then from the beginning again."""
    received = (after.submitted_at, after.pk)
    later = Case(
        When(
            Q(submitted_at__gt=received[0]) | Q(submitted_at=received[0], pk__gt=received[1]),
            then=0,
        ),
        default=1,
        output_field=IntegerField(),
    )
    return candidacies.exclude(pk=after.pk).order_by(later, "submitted_at", "pk").first()


def ranked_candidacies_of_offer(actor: Actor, offer_id: int) -> QuerySet[Candidacy]:
    """Live candidacies for one of the landlord's offers, each with its `place` in the published
    order: seniority of the numéro unique, then order of recording."""
    published = [F("seniority_on").asc(nulls_last=True), F("pk").asc()]
    return (
        candidacies_of_landlord(actor)
        .filter(offer_id=offer_id, state__in=LIVE_STATES)
        .annotate(place=Window(RowNumber(), order_by=published), points_done=POINTS_DONE)
        .order_by("place")
    )


def states_per_offer(offer_ids: list[int]) -> dict[int, dict[str, int]]:
    """For each offer, how many candidacies in each state ("ready" counts those of instruction
    that are ready), in one statement."""
    rows = (
        Candidacy.objects.filter(offer_id__in=offer_ids)
        .order_by()
        .values_list("offer_id", "state")
        .annotate(
            n=Count("pk"),
            ready=Count("pk", filter=Q(state=State.INSTRUCTION, ready_at__isnull=False)),
        )
    )
    counts: dict[int, dict[str, int]] = {offer_id: {"ready": 0} for offer_id in offer_ids}
    for offer_id, state, n, ready in rows:
        counts[offer_id][state] = n
        counts[offer_id]["ready"] += ready
    return counts


def count_per_offer(offer_ids: list[int]) -> dict[int, int]:
    """How many people have applied to each offer, whatever became of it: once each, even whoever
    withdrew and came back."""
    return dict(
        Candidacy.objects.filter(offer_id__in=offer_ids)
        .order_by()
        .values_list("offer_id")
        .annotate(n=Count("applicant", distinct=True))
    )


def answers_awaited(actor: Actor) -> QuerySet[Proposal]:
    """Proposals of the landlord still without an answer, the nearest deadline first."""
    return (
        Proposal.objects.filter(answer="", candidacy__in=_bare_candidacies(actor))
        .select_related("candidacy__applicant", *_OFFER_OF_CANDIDACY)
        .order_by("deadline", "pk")
    )


def pieces_awaited(actor: Actor) -> QuerySet[SuspensiveCondition]:
    """Suspensive conditions not met yet, the nearest deadline first."""
    return (
        SuspensiveCondition.objects.filter(
            met_at=None,
            candidacy__in=_bare_candidacies(actor),
            candidacy__state=State.AWARDED_WAITING,
        )
        .select_related("candidacy__applicant", *_OFFER_OF_CANDIDACY)
        .order_by("due_at", "pk")
    )


def commission_dates(actor: Actor) -> list[tuple[datetime, int]]:
    """The coming sessions as candidacies know them: each instant, and how many it examines."""
    return list(
        _bare_candidacies(actor)
        .filter(state=State.COMMISSION, commission_at__isnull=False)
        .order_by("commission_at")
        .values_list("commission_at")
        .annotate(n=Count("pk"))
    )


def offers_with_work(actor: Actor, at: datetime) -> QuerySet[Offer]:
    """Closed offers of homes still free, whose candidates nobody has presented or chosen yet."""
    of_offer = Candidacy.objects.filter(offer=OuterRef("pk"))
    return (
        offers_visible_to(actor)
        .filter(published_at__lte=at)
        .filter(Q(closes_at__lte=at) | Q(closed_early_at__lte=at))
        .filter(
            Exists(of_offer.filter(state__in=[State.SUBMITTED, State.INSTRUCTION])),
            ~Exists(of_offer.filter(state__in=PRESENTED_STATES)),
        )
        .order_by("closes_at", "pk")
    )


def offers_closing(actor: Actor, at: datetime, before: datetime) -> QuerySet[Offer]:
    """Open offers of the landlord that close before an instant, the soonest first."""
    return (
        offers_visible_to(actor)
        .filter(pk__in=Offer.objects.open_at(at).filter(closes_at__lt=before).values("pk"))
        .order_by("closes_at", "pk")
    )


def _bare_candidacies(actor: Actor) -> QuerySet[Candidacy]:
    return candidacies_of_landlord(actor).select_related(None).order_by()
