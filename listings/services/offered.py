"""What changing homes does to their published offers."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import F
from django.utils.translation import gettext as _

from alin.kit import clock, journal
from alin.kit.actor import Actor

from ..hooks import candidacies_of, undecided_of
from ..models import Dwelling, Offer, OfferRevision, RentCeiling, Residence
from ..queries.landlord import ceilings_of, rent_verdict
from ..rules import (
    PICTURES,
    WHERE,
    changes_between,
    home_as_plain,
    pictures_as_plain,
    refused_home_changes,
    unfit_refusals,
)
from ..signals import offered_home_changed
from .alerts import ask_again
from .edits import Refusals

Told = dict[str, Any]
_BOUNDS_OF_A_RENT = ("surface_m2", "annexes_m2", "convention_max_rent")


@dataclass(frozen=True)
class HomeMove:
    """A residence or a dwelling that changes: `home` bears the new values, is held, and is not
    saved yet; `before` is what it said; `rank` its place in what was asked."""

    rank: int
    home: Residence | Dwelling
    changed: Collection[str]
    before: Mapping[str, Any]


def follow_homes(*, actor: Actor, moves: Sequence[HomeMove], refused: Refusals) -> None:
    """Keep on each published offer that has not ended what its home said before, and say so to
    those who listen (`offered_home_changed`). `moves`: homes of one table. What an offer forbids
    is added to `refused`; when anything is, ManyRefused is raised and nothing is written."""
    in_force = offers_in_force([move.home for move in moves])
    offers = [offer for some in in_force.values() for offer in some]
    applied = candidacies_of([offer.pk for offer in offers])
    ceilings, now = ceilings_of(offers), clock.database_now()
    for move in moves:
        theirs = in_force.get(move.home.pk, [])
        with refused.of(move.rank):
            _check(move, theirs, any(applied[offer.pk] for offer in theirs))
            if isinstance(move.home, Dwelling):
                _check_dwelling(move.home, theirs, move.changed, ceilings, now)
    refused.stop()
    keep_before(
        actor=actor,
        said=[(in_force.get(move.home.pk, []), *_told(move)) for move in moves],
        tell={key for key, number in applied.items() if number},
    )


def follow_pictures(*, actor: Actor, home: Residence | Dwelling, before: Sequence[str]) -> None:
    """Keep on each published offer that has not ended which pictures it showed, `before` as
    `pictures_as_plain` gives them. Nobody is written to: the home is the same."""
    after = pictures_as_plain(home)
    if after != before:
        name = f"{type(home).__name__.lower()}.pictures"
        offers = offers_in_force([home]).get(home.pk, [])
        keep_before(actor=actor, said=[(offers, {name: list(before)}, {name: after})], tell=set())


def keep_before(
    *,
    actor: Actor,
    said: Iterable[tuple[Sequence[Offer], Told, Told]],
    tell: Collection[int],
) -> None:
    """Write on offers, held by the caller, what their home said (before) and says (after), as
    `home_as_plain` gives them; each gets a new version. `tell`: the keys
    of those of which whoever listens is told."""
    told = [(offer, before, after) for offers, before, after in said if before for offer in offers]
    OfferRevision.objects.bulk_create(
        [
            OfferRevision(
                offer=offer,
                version=offer.version,
                before=before,
                after=after,
                by_id=actor.user_id or None,
            )
            for offer, before, after in told
        ],
        batch_size=500,
    )
    Offer.objects.filter(pk__in=[offer.pk for offer, *_said in told]).update(
        version=F("version") + 1
    )
    journal.append_all(
        {f"offer:{offer.public_id}": {"fields": list(before)} for offer, before, _after in told},
        "home_changed",
        actor=actor,
    )
    for offer, before, after in told:
        offer.version += 1
        public = {k: v for k, v in before.items() if not (offer.address_hidden and k in WHERE)}
        if offer.pk in tell and (changes := changes_between(public, after)):
            offered_home_changed.send(Offer, offer=offer, changes=changes)
    ask_again([offer for offer, before, _after in told if not set(before) <= set(PICTURES)])


def _told(move: HomeMove) -> tuple[Told, Told]:
    now_said = home_as_plain(move.home)
    told = [name for name in now_said if now_said[name] != move.before[name]]
    return {name: move.before[name] for name in told}, {name: now_said[name] for name in told}


def _check(move: HomeMove, offers: Collection[Offer], applied: bool) -> None:
    if offers and (refused := refused_home_changes(move.changed, applied=applied)):
        raise ValidationError(refused)


def offers_in_force(homes: Sequence[Residence | Dwelling]) -> dict[int, list[Offer]]:
    """By key of the home, its published offers that are open or being decided; held, so that
    nobody applies to the old home without being told of the new one."""
    if not homes:
        return {}
    below = "dwelling" if isinstance(homes[0], Dwelling) else "dwelling__residence"
    published = (
        Offer.objects.select_for_update(of=("self",))
        .filter(**{f"{below}__in": homes}, published_at__isnull=False)
        .select_related("dwelling__residence__commune")
        .order_by("pk")
    )
    offers, now = list(published), clock.database_now()
    undecided = undecided_of([offer.pk for offer in offers])
    found: dict[int, list[Offer]] = {}
    for each in offers:
        if each.effective_closing() > now or undecided[each.pk]:
            home = each.dwelling_id if below == "dwelling" else each.dwelling.residence_id
            found.setdefault(home, []).append(each)
    return found


def _check_dwelling(
    home: Dwelling,
    offers: Collection[Offer],
    changed: Collection[str],
    ceilings: Collection[RentCeiling],
    now: datetime,
) -> None:
    for offer in offers:
        offer.dwelling = home
        is_open = offer.effective_closing() > now
        # A closed offer lets nobody in any more: its home is said as it is.
        if is_open and (refused := unfit_refusals(offer, changed, clock.local_day(now))):
            raise ValidationError(refused)
        _check_rent(offer, changed, ceilings, is_open)


def _check_rent(
    offer: Offer, changed: Collection[str], ceilings: Collection[RentCeiling], is_open: bool
) -> None:
    """The highest rent follows the surface, or the convention: a smaller home may not keep its
    rent."""
    bounds = [name for name in _BOUNDS_OF_A_RENT if name in changed]
    if not bounds:
        return
    verdict = rent_verdict(offer, ceilings)
    if verdict.status != "over":
        return
    way_out = (
        _("Baissez d'abord le loyer de l'offre publiée.")
        if is_open
        else _("L'offre close ne change plus : répondez d'abord aux candidats.")
    )
    raise ValidationError({bounds[0]: f"{verdict.sentence} {way_out}"})
