"""Giving up: a home that was accepted, before the lease; the whole demande, in writing."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import services as accounts
from accounts.models import Dossier
from accounts.permissions import holds
from alin.kit import clock
from alin.kit.actor import Actor
from applications import messages
from applications.models import Candidacy, State
from applications.workflow import TransitionRefused, apply_transition
from listings.models import Offer

from .access import end_access
from .answers import withdraw
from .decisions import propose_next

WITHDRAWABLE = [State.SUBMITTED, State.INSTRUCTION, State.COMMISSION, State.AWARDED_WAITING]
Ground = Dossier.RadiationGround


@transaction.atomic
def renounce_home(
    *, actor: Actor, candidacy: Candidacy, reason: str, expected_version: int | None = None
) -> Candidacy:
    """Give up a home that was accepted, before the lease is signed; the next in rank is offered it
    at once. Raises StaleCandidacy, NotYours, TransitionRefused."""
    ended = apply_transition(
        candidacy, "renounce", actor=actor, reason=reason, expected_version=expected_version
    )
    end_access(ended)
    proposed = propose_next(offer=ended.offer)
    messages.tell_applicant(ended, messages.renounced(ended, to_next=bool(proposed)), by=actor)
    messages.tell_landlord(ended, messages.home_renounced(ended, to_next=bool(proposed)))
    return ended


def to_withdraw(dossier: Dossier) -> list[Candidacy]:
    """The candidacies that end with the demande: those for social homes."""
    return list(
        _social(dossier).filter(state__in=WITHDRAWABLE).order_by("offer_id").select_related("offer")
    )


def what_stops_renouncing(dossier: Dossier) -> list[str]:
    """Why the demande cannot be given up now, in French; empty when it can."""
    if dossier.pk is None or not dossier.numero_unique:
        return [_("Votre dossier ne porte pas de numéro unique : il n'y a rien à abandonner.")]
    if dossier.numero_radiation_ground:
        return [_("Votre demande est déjà radiée.")]
    states = set(_social(dossier).values_list("state", flat=True))
    reasons = []
    if State.PROPOSAL in states:
        reasons.append(_("Un logement vous est proposé : répondez d'abord, dans vos candidatures."))
    if State.ACCEPTED in states:
        reasons.append(
            _("Vous avez accepté un logement : renoncez-y d'abord, ou signez-en le bail.")
        )
    return reasons


@transaction.atomic
def renounce_demand(*, actor: Actor, dossier: Dossier) -> None:
    """The written renunciation of R441-2-8 b CCH, by the holder herself: her candidacies for
    social homes are withdrawn, her demande is struck off. Both who keep the dossier are told.

    Raises TransitionRefused with what stops it; nothing is written then."""
    if not holds(actor, dossier):
        raise PermissionDenied
    # A landlord who proposes a home at this moment comes before, and stops this, or after.
    for candidacy in to_withdraw(dossier):
        withdraw(actor=actor, candidacy=candidacy)
    dossier.refresh_from_db()
    if reasons := what_stops_renouncing(dossier):
        raise TransitionRefused(reasons)
    today = clock.local_day(clock.database_now())
    accounts.strike_off(actor=actor, dossier=dossier, ground=Ground.RENOUNCED, on=today)
    accounts.tell_parties(
        dossier=dossier,
        key=f"demand-renounced:{dossier.public_id}:{dossier.numero_unique}:{today.isoformat()}",
        title=_("Vous avez abandonné votre demande de logement social"),
        body=_(
            "Votre renonciation est enregistrée : la demande est radiée (article R441-2-8 du Code "
            "de la construction et de l'habitation) et vos candidatures à des logements sociaux "
            "sont retirées.\n\nSi c'est une erreur, écrivez sans attendre au guichet qui a "
            "enregistré la demande. S'il la maintient, dites-le dans votre dossier."
        ),
        path=reverse("dossier_numero"),
    )


def _social(dossier: Dossier) -> QuerySet[Candidacy]:
    return Candidacy.objects.filter(dossier=dossier, offer__in=Offer.objects.by_commission())
