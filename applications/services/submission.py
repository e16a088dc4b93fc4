"""Applying: what one is entitled to, what stops, the application itself and its copy."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _

from accounts import services as accounts
from accounts.models import Dossier, User
from accounts.queries import (
    dossiers_of,
    household,
    is_party,
    resources,
    snapshot,
    what_is_missing,
)
from accounts.rules import MissingFact, Total, missing_facts
from alin.kit import clock, journal
from alin.kit.actor import Actor
from alin.kit.patience import twice
from applications import messages
from applications.models import LIVE_STATES, Candidacy, PointCheck, State
from applications.rules import refusing_explanations, seniority
from applications.staff_words import claims, same_claims
from applications.workflow import NotYours, StaleCandidacy, TransitionRefused
from eligibility.queries import household_facts, parameters_at
from eligibility.rules import (
    HouseholdFacts,
    Parameters,
    Verdict,
    evaluate,
)
from listings.models import Offer
from listings.queries import home_terms, offer_terms

from .access import access_purpose, access_subject


class CannotApply(Exception):
    """The candidacy is refused before anything is written; `reasons` say why, in French."""

    def __init__(self, reasons: list[str], missing: list[MissingFact] | None = None) -> None:
        super().__init__(" ".join(reasons))
        self.reasons = reasons
        self.missing = missing or []


def verdict_for(dossier: Dossier, offer: Offer, on: date) -> Verdict:
    """What this household is entitled to for this offer on a given day, with the reasons."""
    return evaluate(household_facts(dossier, on), home_terms(offer), parameters_at(on))


def reasons_not_to_apply(
    *, offer: Offer, at: datetime, missing: list[MissingFact], verdict: Verdict, live: int
) -> list[str]:
    """Why one cannot apply now; empty when one can."""
    reasons = []
    if offer.opens_later(at):
        reasons.append(_("Les candidatures à ce logement ne sont pas encore ouvertes."))
    elif not offer.is_open(at):
        reasons.append(_("Les candidatures à ce logement sont closes."))
    if missing:
        reasons.append(
            _("Il manque encore dans votre dossier : %(what)s.")
            % {"what": ", ".join(fact.label for fact in missing)}
        )
    if not missing:
        reasons += refusing_explanations(verdict)
    if live >= settings.MAX_LIVE_CANDIDACIES:
        reasons.append(
            _(
                "Vous avez déjà %(n)d candidatures en cours, le maximum. Retirez-en une pour "
                "postuler ici ; c'est sans conséquence."
            )
            % {"n": live}
        )
    return reasons


def missing_for(dossier: Dossier, offer: Offer, on: date) -> list[MissingFact]:
    """What the dossier still lacks for this offer. A home without commission asks for no numéro
    unique, since nobody examines the candidacy under L441-2-1 CCH."""
    saved = dossier.pk is not None
    missing = what_is_missing(dossier, on) if saved else missing_facts(dossier, [], [], set(), on)
    if offer.path == Offer.Path.DIRECT:
        return [fact for fact in missing if fact.section != "numero"]
    return missing


@dataclass(frozen=True)
class Standing:
    """Where a person stands towards an offer before applying; `reasons` is empty when she may.
    `monthly`: what her household has each month, and whose figure is too old to count."""

    facts: HouseholdFacts
    monthly: Total
    verdict: Verdict
    missing: list[MissingFact]
    reasons: list[str]


def standing_of(
    dossier: Dossier, offer: Offer, at: datetime, parameters: Parameters, *, live: int
) -> Standing:
    """What `submit_candidacy` would answer at the instant `at`; writes nothing, not even the
    dossier of somebody who has none yet (an unsaved one, then). `live`: how many candidacies
    she has now."""
    facts = household_facts(dossier, parameters.on)
    verdict = evaluate(facts, home_terms(offer), parameters)
    missing = missing_for(dossier, offer, parameters.on)
    told = resources(dossier, household(dossier), parameters.on)
    return Standing(
        facts,
        told.monthly,
        verdict,
        missing,
        reasons_not_to_apply(offer=offer, at=at, missing=missing, verdict=verdict, live=live),
    )


def submit_candidacy(*, actor: Actor, offer: Offer) -> Candidacy:
    """Apply to an offer with one's dossier as it is now.

    Decided by the database's clock inside the transaction. Applying twice (a double click, two
    tabs) gives the candidacy that already lives. Writes the candidacy, its journal, the landlord's
    access to the dossier, the notice and the mail. Raises CannotApply with the reasons."""
    user = actor.user
    if not isinstance(user, User):
        raise CannotApply([_("Connectez-vous pour postuler.")])
    dossier = accounts.open_dossier(user=user)
    try:
        return twice(lambda: _submit(actor, dossier, offer))
    except IntegrityError:
        # A twin was faster by a breath: what it made is what was asked for.
        living = Candidacy.objects.filter(
            offer=offer, applicant_id=dossier.applicant_id, state__in=LIVE_STATES
        ).first()
        if living is None:
            raise
        return living


@transaction.atomic
def _submit(actor: Actor, dossier: Dossier, offer: Offer) -> Candidacy:
    # The applicant, not the offer, is locked: a rush on one home never waits in line here. Two who
    # share a dossier apply in the name of its holder.
    holder = User.objects.select_for_update(of=("self",), no_key=True).get(pk=dossier.applicant_id)
    dossier.applicant = holder
    if not dossiers_of(actor).filter(pk=dossier.pk).exists():
        raise CannotApply([_("Vous ne partagez plus ce dossier : ouvrez le vôtre pour postuler.")])
    live = list(Candidacy.objects.filter(applicant=holder, state__in=LIVE_STATES).order_by("slot"))
    for candidacy in live:
        if candidacy.offer_id == offer.pk:
            return candidacy
    _hold_terms(offer)
    at = clock.database_now()
    current = Offer.objects.select_related(
        "dwelling__residence__commune", "organisation", "reservataire"
    ).get(pk=offer.pk)
    verdict = _verdict_or_refusal(dossier, current, at, live=len(live))
    candidacy = _frozen(dossier, current, at, slot=_free_slot(live))
    accounts.open_access(
        dossier=dossier,
        organisation=current.organisation,
        purpose=access_purpose(candidacy),
        subject=access_subject(candidacy),
    )
    journal.append(
        candidacy.journal_chain,
        "submit",
        actor=actor,
        data={"to": candidacy.state, "version": 0, "verdict": verdict.status},
    )
    messages.tell_applicant(candidacy, messages.submitted(candidacy), by=actor)
    return candidacy


def _verdict_or_refusal(dossier: Dossier, offer: Offer, at: datetime, *, live: int) -> Verdict:
    """What the household is entitled to at that instant; raises CannotApply when it may not."""
    today = clock.local_day(at)
    missing = missing_for(dossier, offer, today)
    verdict = verdict_for(dossier, offer, today)
    reasons = reasons_not_to_apply(offer=offer, at=at, missing=missing, verdict=verdict, live=live)
    if reasons:
        raise CannotApply(reasons, missing)
    return verdict


def _frozen(dossier: Dossier, offer: Offer, at: datetime, *, slot: int) -> Candidacy:
    """The candidacy, with what the offer says and what the dossier says at that instant."""
    today = clock.local_day(at)
    return Candidacy.objects.create(
        offer=offer,
        dossier=dossier,
        applicant=dossier.applicant,
        organisation=offer.organisation,
        slot=slot,
        offer_terms=offer_terms(offer),
        dossier_snapshot=snapshot(dossier, today),
        seniority_on=seniority(dossier.numero_unique, dossier.numero_registered_on, today),
        submitted_at=at,
    )


def _hold_terms(offer: Offer) -> None:
    """Wait for whoever is changing the offer, then let nobody change it until the candidacy is
    written: it closes or its rent changes before, or after, never in between. Those who apply
    share the lock, so that a rush does not wait in line."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT FROM listings_offer WHERE id = %s FOR KEY SHARE", [offer.pk])


def _free_slot(live: Iterable[Candidacy]) -> int:
    taken = {candidacy.slot for candidacy in live}
    return next(n for n in range(1, settings.MAX_LIVE_CANDIDACIES + 1) if n not in taken)


@transaction.atomic
def resend_dossier(*, actor: Actor, candidacy: Candidacy, expected_version: int) -> Candidacy:
    """Send the dossier as it is now, in place of the copy sent before. Until it is presented.

    The points whose answers changed have to be verified again, and the dossier is no longer
    ready then. Raises NotYours, StaleCandidacy, TransitionRefused, CannotApply (incomplete)."""
    locked = _not_yet_presented(actor, candidacy, expected_version)
    today = clock.local_day(clock.database_now())
    missing = missing_for(locked.dossier, locked.offer, today)
    if missing:
        raise CannotApply([_("Complétez d'abord votre dossier.")], missing)
    now = snapshot(locked.dossier, today)
    changed = _changed_points(locked.dossier_snapshot, now, today)
    voided = PointCheck.objects.filter(candidacy=locked, point__in=changed).delete()[0]
    locked.dossier_snapshot = now
    locked.seniority_on = seniority(
        locked.dossier.numero_unique, locked.dossier.numero_registered_on, today
    )
    locked.version += 1
    if voided:
        locked.ready_at = locked.ready_by = None
    locked.save(
        update_fields=["dossier_snapshot", "seniority_on", "version", "ready_at", "ready_by"]
    )
    journal.append(
        locked.journal_chain,
        "resend",
        actor=actor,
        data={
            "from": locked.state,
            "to": locked.state,
            "version": locked.version,
            "changed": changed,
        },
    )
    return locked


def _not_yet_presented(actor: Actor, candidacy: Candidacy, expected_version: int) -> Candidacy:
    """The candidacy, locked, whose copy of the dossier its people may still replace; raises
    NotYours, StaleCandidacy, TransitionRefused."""
    locked = (
        Candidacy.objects.select_for_update(of=("self",), no_key=True)
        .select_related("dossier__applicant", "offer__dwelling__residence__commune")
        .get(pk=candidacy.pk)
    )
    if not is_party(actor, dossier_id=locked.dossier_id, holder_id=locked.applicant_id):
        raise NotYours
    if locked.version != expected_version:
        raise StaleCandidacy
    if locked.state not in (State.SUBMITTED, State.INSTRUCTION):
        raise TransitionRefused([_("Votre dossier est déjà présenté : la copie envoyée fait foi.")])
    return locked


def _changed_points(before: dict[str, Any], now: dict[str, Any], on: date) -> list[str]:
    """The points that do not say the same in two copies of a dossier."""
    told, says = claims(before, on), claims(now, on)
    return [p for p in PointCheck.Point.values if not same_claims(told[p], says[p])]
