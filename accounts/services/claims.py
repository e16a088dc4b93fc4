"""A numéro unique that another dossier holds: ask for a check, give it up, settle it."""

from datetime import date
from functools import partial

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import queries
from accounts.models import Dossier, NumeroClaim
from accounts.rules import MalformedNumeroUnique, parse_numero_unique
from alin.kit import clock, journal
from alin.kit.actor import Actor

from .couple import tell_parties
from .dossier import count_change, tell_change

State = NumeroClaim.State


@transaction.atomic
def claim_numero(*, actor: Actor, dossier: Dossier, text: str, note: str = "") -> NumeroClaim:
    """Ask operators to check a number that another dossier holds. Changes nothing in either, says
    nothing of the other, and tells nobody of it.

    Asked twice, gives the request that waits. Raises ValidationError: the text is no number, or
    no other dossier has it."""
    try:
        numero = parse_numero_unique(text, clock.today()).text
    except MalformedNumeroUnique as error:
        raise ValidationError({"numero": str(error)}) from error
    if dossier.numero_unique == numero:
        raise ValidationError({"numero": _("Ce numéro est déjà celui de votre dossier.")})
    if queries.holder_of_numero(numero, other_than=dossier) is None:
        raise ValidationError(
            {
                "numero": _(
                    "Aucun autre dossier n'a ce numéro : enregistrez-le directement, à la page "
                    "« Votre numéro unique »."
                )
            }
        )
    claim, first = NumeroClaim.objects.get_or_create(
        dossier=dossier, numero_unique=numero, state=State.WAITING, defaults={"note": note}
    )
    if first:
        _log(actor, dossier, "numero_claimed", claim)
    return claim


@transaction.atomic
def withdraw_claim(*, actor: Actor, claim: NumeroClaim) -> None:
    """The people of the dossier ask no more. Raises ValidationError once it is settled."""
    _close(actor, claim, State.WITHDRAWN, "")
    _log(actor, claim.dossier, "numero_claim_withdrawn", claim)


def drop_claims(*, actor: Actor, dossier: Dossier) -> None:
    """The dossier has the number after all: nobody needs to check it any more."""
    NumeroClaim.objects.filter(
        dossier=dossier, numero_unique=dossier.numero_unique, state=State.WAITING
    ).update(state=State.WITHDRAWN, decided_by_id=actor.user_id or None, decided_at=clock.now())


@transaction.atomic
def refuse_claim(*, actor: Actor, claim: NumeroClaim, reason: str) -> None:
    """The number stays where it is. Tells who asked, with the reason; the dossier that holds it
    is told nothing, because nothing changes for it and nobody should learn who else asked.

    Raises ValidationError when it was settled or withdrawn meanwhile."""
    _close(actor, claim, State.REFUSED, reason)
    _log(actor, claim.dossier, "numero_claim_refused", claim, reason=reason)
    tell_parties(
        dossier=claim.dossier,
        key=f"numero-claim:{claim.public_id}",
        title=_("Votre numéro unique : la vérification n'aboutit pas"),
        body=_(
            "Le numéro %(numero)s n'a pas été rattaché à votre dossier. Motif : %(reason)s\n\n"
            "Si vous n'êtes pas d'accord, faites vérifier votre attestation d'enregistrement par "
            "le guichet qui vous l'a donnée, puis demandez une nouvelle vérification."
        )
        % {"numero": claim.numero_unique, "reason": reason},
        path=reverse("dossier_numero"),
    )


@transaction.atomic
def grant_claim(
    *, actor: Actor, claim: NumeroClaim, reason: str, same_person: bool = False
) -> None:
    """Move the number from the dossier that holds it to the one that asked, and tell both.

    `same_person`: the two demandes are one (R441-2-8 f CCH). The emptied dossier, without a
    number, has no radiation to carry: its journal says it.
    Raises ValidationError, and writes nothing: settled meanwhile, a landlord studies the
    candidacies of the dossier that would lose its number, a dossier set aside."""
    claimant = claim.dossier
    other = queries.holder_of_numero(claim.numero_unique, other_than=claimant)
    locked = _hold(actor, [each for each in (claimant, other) if each])
    _close(actor, claim, State.GRANTED, reason)
    claimant = locked[claimant.pk]
    loser = locked[other.pk] if other else None
    if why := _why_not_moved(claim, claimant, loser):
        raise ValidationError(why)
    log = partial(_log, actor, claim=claim, reason=reason, same_person=same_person)
    if loser is not None:
        _empty(loser)
        merged = Dossier.RadiationGround.MERGED.value if same_person else ""
        log(loser, "numero_moved_away", ground=merged)
        _tell_loser(loser, claim, reason)
    _receive(claimant, claim.numero_unique)
    log(claimant, "numero_claim_granted")
    _tell_claimant(claimant, claim, reason)
    for dossier in locked.values():
        tell_change(dossier)


def _hold(actor: Actor, dossiers: list[Dossier]) -> dict[int, Dossier]:
    """Lock the dossiers until commit, and count a change of their number: in the order of a save,
    the section first, then the dossier; both in the order of their keys."""
    for dossier in sorted(dossiers, key=lambda each: each.pk):
        count_change(actor=actor, dossier=dossier, section="numero")
    return {
        dossier.pk: dossier
        for dossier in Dossier.objects.select_for_update(of=("self",), no_key=True)
        .select_related("applicant")
        .filter(pk__in=[each.pk for each in dossiers])
        .order_by("pk")
    }


def _why_not_moved(claim: NumeroClaim, claimant: Dossier, loser: Dossier | None) -> str:
    if claimant.set_aside_at is not None:
        return _(
            "Le dossier qui demande ce numéro est mis de côté : son titulaire en partage un autre. "
            "Refusez la demande, en l'invitant à la refaire depuis le dossier commun."
        )
    if loser is None:
        return ""
    if loser.numero_unique != claim.numero_unique:
        return _("Le numéro a changé de dossier entre-temps : relisez la page, puis décidez.")
    if queries.under_study(loser):
        return _(
            "Un bailleur étudie une candidature du dossier qui porte ce numéro : le numéro ne peut "
            "pas lui être retiré maintenant. Attendez la fin de la candidature, ou voyez avec les "
            "deux personnes."
        )
    return ""


def _empty(dossier: Dossier) -> None:
    dossier.numero_unique = ""
    _forget_demand(dossier)
    dossier.numero_registered_on = dossier.numero_renewed_on = None
    dossier.save(update_fields=_NUMERO_FIELDS)


def _receive(dossier: Dossier, numero: str) -> None:
    """What the dossier said of an earlier number does not hold for this one: a day outside the
    month the number carries gives way to the first of that month."""
    number = parse_numero_unique(numero, clock.today())
    told = dossier.numero_registered_on
    if dossier.numero_unique != numero:
        _forget_demand(dossier)
    if told is None or not number.agrees_with(told):
        dossier.numero_registered_on = date(number.year, number.month, 1)
        dossier.numero_renewed_on = None
    dossier.numero_unique = numero
    try:
        with transaction.atomic():
            dossier.save(update_fields=_NUMERO_FIELDS)
    except IntegrityError as error:
        raise ValidationError(
            _("Le numéro a changé de dossier entre-temps : relisez la page, puis décidez.")
        ) from error


_NUMERO_FIELDS = [
    "numero_unique",
    "numero_registered_on",
    "numero_renewed_on",
    "numero_radiated_on",
    "numero_radiation_ground",
    "numero_reminded_for",
]


def _forget_demand(dossier: Dossier) -> None:
    dossier.numero_radiated_on, dossier.numero_radiation_ground = None, ""
    dossier.numero_reminded_for = None


def _close(actor: Actor, claim: NumeroClaim, state: str, reason: str) -> None:
    """Compare and set: of two who settle at once, the second is told."""
    closed = NumeroClaim.objects.filter(pk=claim.pk, state=State.WAITING).update(
        state=state, reason=reason, decided_by_id=actor.user_id, decided_at=clock.now()
    )
    if not closed:
        raise ValidationError(
            _("Cette demande de vérification est déjà close : rechargez la page."), code="closed"
        )


def _tell_loser(dossier: Dossier, claim: NumeroClaim, reason: str) -> None:
    tell_parties(
        dossier=dossier,
        key=f"numero-claim:{claim.public_id}",
        title=_("Votre dossier n'a plus de numéro unique"),
        body=_(
            "Après vérification, le numéro %(numero)s a été retiré de votre dossier. Motif : "
            "%(reason)s\n\n"
            "Relisez votre attestation d'enregistrement et saisissez le numéro qui y est écrit. "
            "Si c'est bien celui-là, demandez une vérification sur la même page. Le reste de votre "
            "dossier n'a pas changé."
        )
        % {"numero": claim.numero_unique, "reason": reason},
        path=reverse("dossier_numero"),
    )


def _tell_claimant(dossier: Dossier, claim: NumeroClaim, reason: str) -> None:
    tell_parties(
        dossier=dossier,
        key=f"numero-claim:{claim.public_id}",
        title=_("Votre numéro unique est dans votre dossier"),
        body=_(
            "Après vérification, le numéro %(numero)s est celui de votre dossier. Motif : "
            "%(reason)s\n\n"
            "Relisez la date de dépôt et celle du dernier renouvellement : elles disent si votre "
            "demande est à jour."
        )
        % {"numero": claim.numero_unique, "reason": reason},
        path=reverse("dossier_numero"),
    )


def _log(
    actor: Actor,
    dossier: Dossier,
    event: str,
    claim: NumeroClaim,
    *,
    reason: str = "",
    **data: object,
) -> None:
    told = {"numero": claim.numero_unique, "claim": str(claim.public_id), **data}
    journal.append(f"dossier:{dossier.public_id}", event, actor=actor, reason=reason, data=told)
