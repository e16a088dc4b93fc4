"""The verbs of offers."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from alin.kit import clock, journal
from alin.kit.actor import Actor
from alin.kit.saving import create_checked, save_checked, update_checked

from ..hooks import candidacies_of, promised_days_of, undecided_of
from ..models import Dwelling, Favourite, Offer, OfferRevision, RentCeiling, Residence
from ..queries.landlord import ceilings_of, rivals_of
from ..rules import (
    as_plain,
    changes_between,
    publication_refusals,
    rival_refusal,
)
from ..rules.windows import same_value
from ..signals import offer_changed, offer_closed_early, offer_published
from .alerts import ask_again
from .edits import Edit, Refusals, alone
from .errors import StaleVersion
from .offer_checks import (
    check_dates,
    check_deposit,
    check_funding,
    check_promises,
    check_published,
    check_window,
    refuse_ended,
    shortest_window,
)
from .stock import hold

# An offer that bears new values, what it said, and what it says.
Changed = tuple[Offer, dict[str, Any], dict[str, Any]]
# By key of a dwelling, the fields that are about to change.
HomesToBe = Mapping[int, Mapping[str, Any]]
# What alerts ask of an offer, and what rights depend on.
_SEARCHED = (
    *("kind", "programme", "funding", "rent", "charges", "available_on", "opens_at", "closes_at"),
    *("employees_only", "min_age", "max_age", "statuses"),
)
_NOT_COPIED = {
    "id",
    "public_id",
    "created_at",
    "published_at",
    "published_by",
    "closed_early_at",
    "closed_early_reason",
    "closing_told_at",
    "archived_at",
    "duplicate_of",
    "version",
}


def create_draft(*, actor: Actor, dwelling: Dwelling, changes: Mapping[str, Any]) -> Offer:
    """A draft that its landlord alone sees. Raises ValidationError in words."""
    (made,) = create_drafts(actor=actor, wanted=[(dwelling, changes)])
    return made


@transaction.atomic
def create_drafts(
    *, actor: Actor, wanted: Iterable[tuple[Dwelling, Mapping[str, Any]]]
) -> list[Offer]:
    """Drafts, all or none, in the order given."""
    now = clock.database_now()
    offers = [
        Offer(dwelling=dwelling, organisation_id=actor.organisation_id, **changes)
        for dwelling, changes in wanted
    ]
    hold(Dwelling, {each.dwelling_id for each in offers})
    for offer in offers:
        check_window(offer, now)
        check_dates(offer)
        check_funding(offer)
        check_deposit(offer)
    made = create_checked(Offer, offers)
    journal.begin((_chain(each) for each in made), "drafted", actor=actor)
    return made


def update_offer(
    *, actor: Actor, offer: Offer, changes: Mapping[str, Any], expected_version: int
) -> Offer:
    """Write `changes`. What a published offer said before is kept (`OfferRevision`).

    Raises StaleVersion when somebody saved meanwhile, ValidationError when the offer would break
    a rule, or break what people who applied were told."""
    with alone():
        (written,) = update_offers(actor=actor, edits=[Edit(offer, changes, expected_version)])
    return written


@transaction.atomic
def update_offers(
    *, actor: Actor, edits: Sequence[Edit[Offer]], homes: HomesToBe | None = None
) -> list[Offer]:
    """The same for many, all or none, in the order given. `homes`: what the caller is about to
    write of their dwellings, in the same transaction: rents are compared with those. Raises
    ManyRefused; ValidationError when the database refuses, which names none of them."""
    _hold_homes([edit.thing for edit in edits])
    held = {offer.pk: offer for offer in _held([edit.thing.pk for edit in edits])}
    for offer in held.values():
        for name, value in (homes or {}).get(offer.dwelling_id, {}).items():
            setattr(offer.dwelling, name, value)
    now = clock.database_now()
    published = [offer.pk for offer in held.values() if offer.published_at]
    applied, promised = candidacies_of(published), promised_days_of(published)
    refused, moved = Refusals(), []
    for rank, edit in enumerate(edits):
        with refused.of(rank):
            offer = held[edit.thing.pk]
            before = _changed(offer, edit, now)
            if before is not None:
                moved.append((rank, offer, before))
    ceilings = ceilings_of([offer for _rank, offer, _before in moved if offer.published_at])
    for rank, offer, before in moved:
        with refused.of(rank):
            _check_changed(
                offer,
                before,
                now,
                applied=bool(applied.get(offer.pk)),
                promised=promised.get(offer.pk),
                ceilings=ceilings,
            )
    refused.stop()
    told = [(offer, before, as_plain(offer)) for _rank, offer, before in moved]
    _save_changed(actor, told)
    _say_changed([each for each in told if each[0].published_at], applied)
    return [held[edit.thing.pk] for edit in edits]


def _changed(offer: Offer, edit: Edit[Offer], now: datetime) -> dict[str, Any] | None:
    """Put the new values on the offer; what it said before, or None when nothing changes."""
    if offer.version != edit.expected_version:
        raise StaleVersion
    refuse_ended(offer, now)
    before = as_plain(offer)
    for name, value in edit.changes.items():
        if not same_value(getattr(offer, name), value):
            setattr(offer, name, value)
    return before if as_plain(offer) != before else None


def _check_changed(
    offer: Offer,
    before: dict[str, Any],
    now: datetime,
    *,
    applied: bool,
    promised: date | None,
    ceilings: Sequence[RentCeiling],
) -> None:
    after = as_plain(offer)
    check_deposit(offer)
    if any(before[name] != after[name] for name in ("opens_at", "closes_at", "available_on")):
        check_dates(offer)
    if before["funding"] != after["funding"]:
        check_funding(offer)
    if not offer.published_at:
        check_window(offer, now)
        return
    check_promises(offer, before, after, applied=applied, promised=promised)
    put_off = offer.opens_at > datetime.fromisoformat(before["opens_at"])
    brought_forward = offer.closes_at < datetime.fromisoformat(before["closes_at"])
    check_published(offer, now, less_time=put_off or brought_forward, ceilings=ceilings)


@transaction.atomic
def publish_offer(
    *,
    actor: Actor,
    offer: Offer,
    expected_version: int,
    expected_home: tuple[int, int] | None = None,
) -> Offer:
    """Put a draft before the public from its opening on, and say so to those who listen
    (`offer_published`), in the same transaction. Raises ValidationError in words: a dwelling has
    one published offer at a time, until everybody who applied has an answer. Raises StaleVersion
    when the draft is no longer the one that was read (`expected_version`), nor its home
    (`expected_home`: the versions of dwelling and residence, when a page showed them)."""
    _hold_homes([offer])
    (locked,) = _held([offer.pk])
    if locked.published_at:
        raise ValidationError(_("Cette offre est déjà publiée."))
    if locked.archived_at:
        raise ValidationError(_("Cette offre est archivée : dupliquez-la pour en publier une."))
    home = (locked.dwelling.version, locked.dwelling.residence.version)
    if locked.version != expected_version or expected_home not in (None, home):
        raise StaleVersion
    now = clock.database_now()
    for rival, undecided in rivals_of(locked, now).items():
        raise ValidationError(rival_refusal(rival, now, undecided))
    if refused := publication_refusals(locked, clock.today()):
        raise ValidationError(refused)
    check_dates(locked)
    check_published(locked, now, less_time=True)
    locked.published_at = clock.now()
    locked.published_by_id = actor.user_id or None
    # A form opened on the draft no longer says what it would change.
    locked.version += 1
    save_checked(locked)
    _write_down(locked, "published", actor)
    offer_published.send(Offer, offer=locked)
    return locked


@transaction.atomic
def extend_offer(
    *, actor: Actor, offer: Offer, closes_at: datetime, expected_version: int
) -> Offer:
    """Leave more time to apply to an offer that is not closed yet."""
    if closes_at <= offer.closes_at:
        raise ValidationError(
            {"closes_at": _("Choisissez une clôture plus tardive que celle déjà annoncée.")}
        )
    return update_offer(
        actor=actor,
        offer=offer,
        changes={"closes_at": closes_at},
        expected_version=expected_version,
    )


@transaction.atomic
def close_early(*, actor: Actor, offer: Offer, reason: str, at: datetime | None = None) -> Offer:
    """Stop receiving candidacies before the announced date; says why."""
    if not reason.strip():
        raise ValidationError({"reason": _("Dites pourquoi l'offre ferme plus tôt.")})
    (locked,) = _held([offer.pk])
    instant = at or clock.database_now()
    if not locked.published_at:
        raise ValidationError(_("Cette offre n'est pas publiée : il n'y a rien à clore."))
    if locked.effective_closing() <= instant:
        raise ValidationError(_("Cette offre est déjà close."))
    locked.closed_early_at = instant
    locked.closed_early_reason = reason.strip()
    locked.version += 1
    locked.save(update_fields=["closed_early_at", "closed_early_reason", "version"])
    _write_down(locked, "closed_early", actor, reason=reason)
    offer_closed_early.send(Offer, offer=locked)
    return locked


@transaction.atomic
def archive_offer(*, actor: Actor, offer: Offer) -> Offer:
    """Put away a draft, or an offer that is closed. Candidacies and history stay."""
    (locked,) = _held([offer.pk])
    if locked.archived_at:
        raise ValidationError(_("Cette offre est déjà archivée."))
    now = clock.database_now()
    if locked.published_at and locked.effective_closing() > now:
        raise ValidationError(
            _("Cette offre reçoit encore des candidatures : attendez sa clôture, ou closez-la.")
        )
    if locked.published_at and (waiting := undecided_of([locked.pk])[locked.pk]):
        raise ValidationError(
            _("Des candidats attendent une réponse (%(n)s) : terminez leurs candidatures d'abord.")
            % {"n": waiting}
        )
    locked.archived_at = now
    locked.version += 1
    locked.save(update_fields=["archived_at", "version"])
    _write_down(locked, "archived", actor)
    return locked


@transaction.atomic
def duplicate_offer(*, actor: Actor, offer: Offer) -> Offer:
    """A new draft that says the same, for a window as long that opens now."""
    same = {
        field.attname: getattr(offer, field.attname)
        for field in Offer._meta.concrete_fields
        if field.name not in _NOT_COPIED
    }
    now = clock.database_now()
    lasts = max(offer.closes_at - offer.opens_at, shortest_window())
    same |= {
        "opens_at": now,
        "closes_at": clock.end_of_local_day(now + lasts, 0),
        "available_on": max(offer.available_on, clock.today()),
    }
    copy = Offer(**same, duplicate_of=offer)
    save_checked(copy)
    _write_down(copy, "duplicated", actor, reason=str(offer.public_id))
    return copy


def _hold_homes(offers: Iterable[Offer]) -> None:
    """Until the commit nobody else publishes these dwellings, or changes what they are. The
    residences, the dwellings, then their offers, whoever asks: two verbs never wait for each
    other."""
    dwellings = [offer.dwelling for offer in offers]
    hold(Residence, {each.residence_id for each in dwellings})
    hold(Dwelling, {each.pk for each in dwellings})


def _held(keys: list[int]) -> list[Offer]:
    """The rows as they are now, against which no candidacy can be written before the commit: what
    one applied to is what one had read."""
    return list(
        Offer.objects.select_for_update(of=("self",))
        .select_related("dwelling__residence__commune", "organisation")
        .filter(pk__in=keys)
        .order_by("pk")
    )


def _save_changed(actor: Actor, changes: Sequence[Changed]) -> None:
    """Write offers that bear new values, and what the published ones said `before`."""
    revisions, lines = [], {}
    for offer, before, after in changes:
        changed = sorted(name for name in before if before[name] != after[name])
        lines[_chain(offer)] = {"fields": changed}
        if offer.published_at:
            revisions.append(
                OfferRevision(
                    offer=offer,
                    version=offer.version,
                    before={name: before[name] for name in changed},
                    after={name: after[name] for name in changed},
                    by_id=actor.user_id or None,
                )
            )
        offer.version += 1
    fields = {name.removesuffix("_id") for line in lines.values() for name in line["fields"]}
    update_checked([offer for offer, *_said in changes], fields | {"version"})
    OfferRevision.objects.bulk_create(revisions, batch_size=500)
    journal.append_all(lines, "changed", actor=actor)


def _say_changed(changes: Sequence[Changed], applied: Mapping[int, int]) -> None:
    """What follows a change of published offers. `applied`: how many applied to each."""
    closing_moved = [
        o.pk for o, before, after in changes if before["closes_at"] != after["closes_at"]
    ]
    # Who was told of the old closing is told of the new one, in its time.
    Favourite.objects.filter(offer__in=closing_moved).update(reminded_at=None)
    for offer, before, after in changes:
        if applied.get(offer.pk):
            offer_changed.send(Offer, offer=offer, changes=changes_between(before, after))
    ask_again([o for o, before, after in changes if any(before[n] != after[n] for n in _SEARCHED)])


def _write_down(offer: Offer, event: str, actor: Actor, *, reason: str = "") -> None:
    journal.append(_chain(offer), event, actor=actor, reason=reason)


def _chain(offer: Offer) -> str:
    return f"offer:{offer.public_id}"
