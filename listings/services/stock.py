"""The verbs of residences and dwellings."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import RestrictedError
from django.utils.translation import gettext as _

from alin.kit import journal
from alin.kit.actor import Actor
from alin.kit.saving import create_checked, update_checked

from ..models import Dwelling, Residence
from ..rules import home_as_plain
from ..rules.places import floor_refusal
from .edits import Edit, Refusals, alone
from .errors import StaleVersion
from .offered import HomeMove, follow_homes
from .pictures import forget_files

Thing = TypeVar("Thing", Residence, Dwelling)


def create_residence(*, actor: Actor, changes: Mapping[str, Any]) -> Residence:
    """A new residence of the actor's organisation. Raises ValidationError in words."""
    (made,) = create_residences(actor=actor, wanted=[changes])
    return made


@transaction.atomic
def create_residences(*, actor: Actor, wanted: Iterable[Mapping[str, Any]]) -> list[Residence]:
    """New residences, all or none, in the order given. Raises ValidationError in words."""
    residences = [Residence(organisation_id=actor.organisation_id, **changes) for changes in wanted]
    if not residences:
        return []
    made = create_checked(Residence, residences)
    journal.begin((f"residence:{each.public_id}" for each in made), "created", actor=actor)
    return made


def update_residence(
    *, actor: Actor, residence: Residence, changes: Mapping[str, Any], expected_version: int
) -> Residence:
    """Write `changes`. Published offers keep what their home said before (`follow_homes`).

    Raises StaleVersion when somebody saved meanwhile, ValidationError in words."""
    with alone():
        edits = [Edit(residence, changes, expected_version)]
        (written,) = update_residences(actor=actor, edits=edits)
    return written


@transaction.atomic
def update_residences(*, actor: Actor, edits: Sequence[Edit[Residence]]) -> list[Residence]:
    """The same for many, all or none, in the order given. Raises ManyRefused; ValidationError
    when the database refuses, which names none of them."""
    return _update(actor, Residence, edits)


def create_dwelling(*, actor: Actor, residence: Residence, changes: Mapping[str, Any]) -> Dwelling:
    (made,) = create_dwellings(actor=actor, wanted=[(residence, changes)])
    return made


@transaction.atomic
def create_dwellings(
    *, actor: Actor, wanted: Iterable[tuple[Residence, Mapping[str, Any]]]
) -> list[Dwelling]:
    """New dwellings, all or none, in the order given. Raises ValidationError in words."""
    dwellings = [Dwelling(residence=residence, **changes) for residence, changes in wanted]
    hold(Residence, {each.residence_id for each in dwellings})
    for dwelling in dwellings:
        _check_floor(dwelling)
    made = create_checked(Dwelling, dwellings)
    journal.begin((f"dwelling:{each.public_id}" for each in made), "created", actor=actor)
    return made


def update_dwelling(
    *, actor: Actor, dwelling: Dwelling, changes: Mapping[str, Any], expected_version: int
) -> Dwelling:
    """Write `changes`. Published offers keep what their home said before (`follow_homes`).

    Raises StaleVersion when somebody saved meanwhile, ValidationError in words."""
    with alone():
        edits = [Edit(dwelling, changes, expected_version)]
        (written,) = update_dwellings(actor=actor, edits=edits)
    return written


@transaction.atomic
def update_dwellings(*, actor: Actor, edits: Sequence[Edit[Dwelling]]) -> list[Dwelling]:
    """The same for many, as `update_residences`."""
    return _update(actor, Dwelling, edits)


@transaction.atomic
def delete_residence(*, actor: Actor, residence: Residence) -> None:
    """Take away a residence without dwellings, with its pictures."""
    _hold_alone(residence)
    if residence.dwellings.exists():
        raise ValidationError(
            _(
                "Cette résidence a des logements : supprimez-les d'abord, ou gardez-la. Ce qui a "
                "été proposé à des candidats ne disparaît pas."
            )
        )
    _delete(actor, residence)


@transaction.atomic
def delete_dwelling(*, actor: Actor, dwelling: Dwelling) -> None:
    """Take away a dwelling that was never offered, with its pictures."""
    _hold_alone(dwelling)
    if dwelling.offers.exists():
        raise ValidationError(
            _(
                "Ce logement a des offres : il reste, car des candidats ont pu y postuler. "
                "Archivez plutôt ses offres."
            )
        )
    _delete(actor, dwelling)


def hold(model: type[Residence | Dwelling], keys: set[int]) -> None:
    """Until the commit nobody takes them away; refused when somebody just has."""
    if not keys:
        return
    held = model._default_manager.filter(pk__in=keys).select_for_update(no_key=True)
    if len(held.order_by("pk").values_list("pk")) < len(keys):
        raise ValidationError(_("Cet élément vient d'être supprimé."))


def _hold_alone(thing: Residence | Dwelling) -> None:
    """What is made below it meanwhile is made before, and seen, or after, and refused."""
    if not type(thing)._default_manager.filter(pk=thing.pk).select_for_update().exists():
        raise ValidationError(_("Cet élément vient d'être supprimé."))


def _update(actor: Actor, model: type[Thing], edits: Sequence[Edit[Thing]]) -> list[Thing]:
    if not edits:
        return []
    held = _held(model, [edit.thing.pk for edit in edits])
    refused, moves = Refusals(), []
    for rank, edit in enumerate(edits):
        with refused.of(rank):
            if move := _moved(rank, held.get(edit.thing.pk), edit):
                moves.append(move)
    follow_homes(actor=actor, moves=moves, refused=refused)
    for move in moves:
        move.home.version += 1
    fields = {name for move in moves for name in move.changed} | {"version"}
    update_checked([move.home for move in moves], fields)
    lines = {_chain(move.home): {"fields": sorted(move.changed)} for move in moves}
    journal.append_all(lines, "changed", actor=actor)
    return [held[edit.thing.pk] for edit in edits]


def _held(model: type[Thing], keys: list[int]) -> dict[int, Thing]:
    """The rows as they are now; nobody else changes them before the commit."""
    rows = (
        model._default_manager.select_for_update(of=("self",), no_key=True)
        .select_related("commune" if model is Residence else "residence__commune")
        .filter(pk__in=keys)
        .order_by("pk")
    )
    return {row.pk: row for row in rows}


def _moved(rank: int, home: Thing | None, edit: Edit[Thing]) -> HomeMove | None:
    """The thing with its new values, not saved yet; None when nothing changes."""
    if home is None:
        raise ValidationError(_("Cet élément vient d'être supprimé."))
    if home.version != edit.expected_version:
        raise StaleVersion
    changed = [name for name, value in edit.changes.items() if getattr(home, name) != value]
    if not changed:
        return None
    before = home_as_plain(home)
    for name in changed:
        setattr(home, name, edit.changes[name])
    if isinstance(home, Dwelling) and {"kind", "floor"} & set(changed):
        _check_floor(home)
    if isinstance(home, Residence) and "storeys" in changed:
        _check_storeys(home)
    return HomeMove(rank, home, changed, before)


def _check_floor(dwelling: Dwelling) -> None:
    refusal = floor_refusal(kind=dwelling.kind, floor=dwelling.floor, residence=dwelling.residence)
    if refusal:
        raise ValidationError({"floor": refusal})


def _check_storeys(residence: Residence) -> None:
    """Its flats are on floors that it has."""
    flats = residence.dwellings.filter(kind=Dwelling.Kind.FLAT)
    if (highest := flats.order_by("-floor").first()) and highest.floor > residence.storeys:
        raise ValidationError(
            {
                "storeys": _(
                    "Le logement %(ref)s est au %(floor)se étage : corrigez d'abord son étage."
                )
                % {"ref": highest.reference, "floor": highest.floor}
            }
        )


def _delete(actor: Actor, thing: Residence | Dwelling) -> None:
    _write_down(thing, "deleted", actor)
    forget_files(thing.pictures.all())
    try:
        thing.delete()
    except RestrictedError as error:  # offered or filled meanwhile, by somebody faster
        raise ValidationError(_("Cet élément vient d'être utilisé : il reste.")) from error


def _write_down(thing: Residence | Dwelling, event: str, actor: Actor) -> None:
    journal.append(_chain(thing), event, actor=actor)


def _chain(thing: Residence | Dwelling) -> str:
    return f"{type(thing).__name__.lower()}:{thing.public_id}"
