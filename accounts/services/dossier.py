"""The applicant's dossier: its sections, the household, the wishes."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import (
    Dossier,
    HouseholdMember,
    SectionState,
    TaxIncome,
    User,
    WishedCommune,
)
from accounts.queries import co_applicant_of, dossiers_of
from accounts.signals import dossier_changed, member_leaves
from alin.kit import clock
from alin.kit.actor import Actor
from alin.kit.latin import folded
from territory.models import Commune


class SectionConflict(Exception):
    """Somebody saved this section since the form was shown."""

    def __init__(self, state: SectionState) -> None:
        super().__init__(state.name)
        self.state = state


@transaction.atomic
def open_dossier(*, user: User) -> Dossier:
    """The dossier this person keeps, hers or the one she shares; created the first time."""
    kept = dossiers_of(Actor(user=user))
    if (found := kept.first()) is not None:
        return found
    # She may be joining somebody else's at this very moment, in another window.
    User.objects.select_for_update(of=("self",), no_key=True).get(pk=user.pk)
    if (found := kept.first()) is not None:
        return found
    dossier = Dossier.objects.create(applicant=user)
    tell_change(dossier)
    return dossier


def tell_change(dossier: Dossier) -> None:
    dossier_changed.send(sender=Dossier, dossier=dossier)


@transaction.atomic
def save_section(
    *,
    actor: Actor,
    dossier: Dossier,
    section: str,
    expected_version: int,
    changes: dict[str, Any] | None = None,
    person: dict[str, str] | None = None,
    page: str = "",
) -> SectionState:
    """Write `changes` to the dossier (and `person` to its applicant, who alone says their own
    name: said otherwise, it takes with it what a seal verified) and count a version.

    Raises SectionConflict, writing nothing, when the section is not at `expected_version` any
    more, unless the last save came from the same `page` (one form as shown once): a page that
    saves as one types never meets itself. ValidationError when a database constraint speaks (a
    numéro unique already used)."""
    state = write_section(actor, dossier, section, expected_version, changes, person, page)
    tell_change(dossier)
    return state


def write_section(
    actor: Actor,
    dossier: Dossier,
    section: str,
    expected_version: int,
    changes: dict[str, Any] | None,
    person: dict[str, str] | None = None,
    page: str = "",
) -> SectionState:
    """`save_section` for a service that writes more before it tells of the change."""
    state = _next_version(actor, dossier, section, expected_version, page)
    if person and actor.user_id == dossier.applicant_id:
        holder = User.objects.get(pk=dossier.applicant_id)
        if _said(holder) != _said(holder, **person):
            _distrust_seals(dossier, None)
        User.objects.filter(pk=dossier.applicant_id).update(**person)
    for name, value in (changes or {}).items():
        setattr(dossier, name, value)
    dossier.updated_at = clock.now()
    dossier.validate_constraints()
    try:
        with transaction.atomic():
            dossier.save(update_fields=[*(changes or {}), "updated_at"])
    except IntegrityError:
        # Somebody took the same number between the check and the write.
        dossier.validate_constraints()
        raise
    return state


def hold_section(*, dossier: Dossier, section: str) -> None:
    """Hold a section until the end of the transaction, as saving it does. Whoever holds its
    dossier as well holds the section first, or waits for ever for who saves it."""
    SectionState.objects.get_or_create(dossier=dossier, name=section)
    held = SectionState.objects.select_for_update(of=("self",), no_key=True)
    held.get(dossier=dossier, name=section)


def _said(named: User | HouseholdMember, **changes: str) -> tuple[str, str]:
    """A name as a document prints it: an accent or a capital letter more make no other one."""
    first_name = changes.get("first_name", named.first_name)
    return folded(first_name), folded(changes.get("last_name", named.last_name))


def _distrust_seals(dossier: Dossier, member: HouseholdMember | None) -> None:
    """A seal was compared with the name of somebody (None: the holder) who is now called otherwise:
    the figure stays, declared, until it is compared anew. Who takes a seal over holds the dossier:
    it is done before, or compares with the new name."""
    Dossier.objects.select_for_update(of=("self",), no_key=True).get(pk=dossier.pk)
    figures = TaxIncome.objects.filter(dossier=dossier, member=member)
    sealed = figures.filter(seal_signed_on__isnull=False)
    sealed.filter(source=TaxIncome.Source.SEALED).update(source=TaxIncome.Source.DECLARED)
    sealed.update(**TaxIncome.NOT_VERIFIED)


def count_change(*, actor: Actor, dossier: Dossier, section: str) -> None:
    """Count a version for a change that no form of this section made: whoever has the page open
    meets it. In the transaction of the change."""
    _next_version(actor, dossier, section, None)


def _next_version(
    actor: Actor, dossier: Dossier, section: str, expected_version: int | None, page: str = ""
) -> SectionState:
    SectionState.objects.get_or_create(dossier=dossier, name=section)
    state = (
        SectionState.objects.select_for_update(of=("self",), no_key=True)
        .select_related("saved_by")
        .get(dossier=dossier, name=section)
    )
    by_this_page = page != "" and state.saved_page == page
    if expected_version not in (None, state.version) and not by_this_page:
        raise SectionConflict(state)
    state.version += 1
    state.saved_at = clock.now()
    state.saved_by_id = actor.user_id or None
    state.saved_page = page
    state.save(update_fields=["version", "saved_at", "saved_by", "saved_page"])
    return state


@transaction.atomic
def save_member(
    *,
    actor: Actor,
    dossier: Dossier,
    expected_version: int,
    member: HouseholdMember,
) -> HouseholdMember:
    """Add or change somebody of the household; with another name, what a seal verified of them is
    as they declare it. Raises SectionConflict, ValidationError."""
    _next_version(actor, dossier, "household", expected_version)
    member.dossier = dossier
    member.full_clean()
    before = HouseholdMember.objects.filter(dossier=dossier, pk=member.pk).first()
    if before is not None and _said(before) != _said(member):
        _distrust_seals(dossier, member)
    member.save()
    tell_change(dossier)
    return member


@transaction.atomic
def remove_member(
    *, actor: Actor, dossier: Dossier, expected_version: int, member: HouseholdMember
) -> None:
    """Take somebody out of the household, with all that was theirs.

    Raises SectionConflict, ValidationError for the person with whom the dossier is shared."""
    link = co_applicant_of(dossier)
    if link is not None and link.member_id == member.pk:
        raise ValidationError(
            _("Vous tenez ce dossier à deux avec cette personne : mettez-y fin d'abord.")
        )
    _next_version(actor, dossier, "household", expected_version)
    member_leaves.send(sender=HouseholdMember, member=member)
    member.delete()
    tell_change(dossier)


@transaction.atomic
def save_wishes(
    *,
    actor: Actor,
    dossier: Dossier,
    expected_version: int,
    changes: dict[str, Any],
    communes: Iterable[Commune],
    page: str = "",
) -> SectionState:
    """Keep the home that is wished for and where, in that order, instead of what was kept.

    Raises SectionConflict, ValidationError (more than five communes, or one named twice)."""
    state = write_section(actor, dossier, "wishes", expected_version, changes, page=page)
    wished = [
        WishedCommune(dossier=dossier, slot=slot, commune=commune)
        for slot, commune in enumerate(communes, start=1)
    ]
    if len({each.commune_id for each in wished}) < len(wished):
        raise ValidationError(_("Chaque commune ne compte qu'une fois dans votre liste."))
    if len(wished) > WishedCommune.MOST:
        raise ValidationError(_("Cinq communes au plus."))
    WishedCommune.objects.filter(dossier=dossier).delete()
    WishedCommune.objects.bulk_create(wished)
    tell_change(dossier)
    return state
