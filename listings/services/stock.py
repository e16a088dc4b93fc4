"""The verbs of residences and dwellings."""

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import RestrictedError
from django.utils.translation import gettext as _

from alin.kit import journal
from alin.kit.actor import Actor
from alin.kit.saving import create_checked, save_checked

from ..models import Dwelling, Residence
from ..rules import home_as_plain
from ..rules.places import floor_refusal
from .errors import StaleVersion
from .offered import follow_home
from .pictures import forget_files

Thing = TypeVar("Thing", Residence, Dwelling)


@transaction.atomic
def create_residence(*, actor: Actor, changes: Mapping[str, Any]) -> Residence:
    """A new residence of the actor's organisation. Raises ValidationError in words."""
    residence = Residence(organisation_id=actor.organisation_id, **changes)
    save_checked(residence)
    _write_down(residence, "created", actor, sorted(changes))
    return residence


@transaction.atomic
def update_residence(
    *, actor: Actor, residence: Residence, changes: Mapping[str, Any], expected_version: int
) -> Residence:
    """Write `changes`. Published offers keep what their home said before (`follow_home`).

    Raises StaleVersion when somebody saved meanwhile, ValidationError in words."""
    return _update(actor, residence, changes, expected_version)


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


@transaction.atomic
def update_dwelling(
    *, actor: Actor, dwelling: Dwelling, changes: Mapping[str, Any], expected_version: int
) -> Dwelling:
    """Write `changes`. Published offers keep what their home said before (`follow_home`).

    Raises StaleVersion when somebody saved meanwhile, ValidationError in words."""
    return _update(actor, dwelling, changes, expected_version)


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
    held = model._default_manager.filter(pk__in=keys).select_for_update(no_key=True)
    if len(held.order_by("pk").values_list("pk")) < len(keys):
        raise ValidationError(_("Cet élément vient d'être supprimé."))


def _hold_alone(thing: Residence | Dwelling) -> None:
    """What is made below it meanwhile is made before, and seen, or after, and refused."""
    if not type(thing)._default_manager.filter(pk=thing.pk).select_for_update().exists():
        raise ValidationError(_("Cet élément vient d'être supprimé."))


def _update(actor: Actor, thing: Thing, changes: Mapping[str, Any], expected_version: int) -> Thing:
    locked = type(thing).objects.select_for_update(of=("self",), no_key=True).get(pk=thing.pk)
    if locked.version != expected_version:
        raise StaleVersion
    changed = [name for name, value in changes.items() if getattr(locked, name) != value]
    if not changed:
        return locked
    said = home_as_plain(locked)
    for name in changed:
        setattr(locked, name, changes[name])
    if isinstance(locked, Dwelling) and {"kind", "floor"} & set(changed):
        _check_floor(locked)
    follow_home(actor=actor, home=locked, changed=changed, before=said)
    locked.version += 1
    save_checked(locked)
    _write_down(locked, "changed", actor, sorted(changed))
    return locked


def _check_floor(dwelling: Dwelling) -> None:
    refusal = floor_refusal(kind=dwelling.kind, floor=dwelling.floor, residence=dwelling.residence)
    if refusal:
        raise ValidationError({"floor": refusal})


def _delete(actor: Actor, thing: Residence | Dwelling) -> None:
    _write_down(thing, "deleted", actor, [])
    forget_files(thing.pictures.all())
    try:
        thing.delete()
    except RestrictedError as error:  # offered or filled meanwhile, by somebody faster
        raise ValidationError(_("Cet élément vient d'être utilisé : il reste.")) from error


def _write_down(thing: Residence | Dwelling, event: str, actor: Actor, fields: list[str]) -> None:
    chain = f"{type(thing).__name__.lower()}:{thing.public_id}"
    journal.append(chain, event, actor=actor, data={"fields": fields} if fields else {})
