"""What changing a home does to its published offers."""

from collections.abc import Collection, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from alin.kit import clock, journal
from alin.kit.actor import Actor

from ..hooks import candidacies_of, undecided_of
from ..models import Dwelling, Offer, OfferRevision, Residence
from ..queries.landlord import rent_verdict
from ..rules import changes_between, home_as_plain, refused_home_changes
from ..signals import offered_home_changed


def follow_home(
    *,
    actor: Actor,
    home: Residence | Dwelling,
    changed: Collection[str],
    before: Mapping[str, Any],
) -> None:
    """Keep on each published offer that has not ended what its home said before, and say so to
    those who listen (`offered_home_changed`). `home` bears the new values, is locked, and is not
    saved yet. Raises ValidationError in words when an offer stands in the way."""
    offers = _offers_in_force(home)
    if not offers:
        return
    applied = any(candidacies_of([offer.pk for offer in offers]).values())
    if refused := refused_home_changes(changed, applied=applied):
        raise ValidationError(refused)
    if isinstance(home, Dwelling):
        _check_rents(home, offers, changed)
    now_said = home_as_plain(home)
    told = [name for name in now_said if now_said[name] != before[name]]
    if not told:
        return
    was, said = {name: before[name] for name in told}, {name: now_said[name] for name in told}
    for offer in offers:
        OfferRevision.objects.create(
            offer=offer, version=offer.version, before=was, after=said, by_id=actor.user_id or None
        )
        offer.version += 1
        offer.save(update_fields=["version"])
        journal.append(
            f"offer:{offer.public_id}", "home_changed", actor=actor, data={"fields": told}
        )
        offered_home_changed.send(Offer, offer=offer, changes=changes_between(was, said))


def _offers_in_force(home: Residence | Dwelling) -> list[Offer]:
    """Published, and open or being decided; held, so that nobody applies to the old home without
    being told of the new one."""
    where = {"dwelling": home} if isinstance(home, Dwelling) else {"dwelling__residence": home}
    published = (
        Offer.objects.select_for_update(of=("self",))
        .filter(**where, published_at__isnull=False)
        .select_related("dwelling__residence__commune")
        .order_by("pk")
    )
    offers, now = list(published), clock.database_now()
    undecided = undecided_of([offer.pk for offer in offers])
    return [each for each in offers if each.effective_closing() > now or undecided[each.pk]]


def _check_rents(home: Dwelling, offers: Collection[Offer], changed: Collection[str]) -> None:
    """The ceiling of a rent follows the surface: a smaller home may not keep its rent."""
    surfaces = [name for name in ("surface_m2", "annexes_m2") if name in changed]
    if not surfaces:
        return
    now = clock.database_now()
    for offer in offers:
        offer.dwelling = home
        verdict = rent_verdict(offer)
        if verdict.status != "over":
            continue
        way_out = (
            _("Baissez d'abord le loyer de l'offre publiée.")
            if offer.effective_closing() > now
            else _("L'offre close ne change plus : répondez d'abord aux candidats.")
        )
        raise ValidationError({surfaces[0]: f"{verdict.sentence} {way_out}"})
