"""Reading dossiers, always through who asks."""

from collections.abc import Iterable
from datetime import date
from typing import Any, cast

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, IntegerField, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Coalesce

from accounts import rules
from accounts.models import (
    Dossier,
    DossierAccess,
    HouseholdMember,
    RecentIncome,
    SectionState,
    TaxIncome,
    User,
    WishedCommune,
)
from alin.kit import clock
from alin.kit.actor import Actor

from .couple import dossiers_of


def dossiers_visible_to(actor: Actor) -> QuerySet[Dossier]:
    """One's own dossier, and those an access row opens now to the active organisation or person."""
    if not actor.is_authenticated:
        return Dossier.objects.none()
    granted = _granted_now().filter(
        Q(person_id=actor.user_id)
        | Q(organisation_id=actor.organisation_id, organisation__isnull=False)
    )
    return Dossier.objects.filter(
        Q(applicant_id=actor.user_id, set_aside_at=None) | Exists(granted)
    )


def dossiers_studied_by(actor: Actor) -> QuerySet[Dossier]:
    """Dossiers open now to the landlord the actor acts for. What a seat on a commission opens to
    the person is for the sheet of that commission, and gives the landlord nothing."""
    if not actor.is_landlord_staff:
        return Dossier.objects.none()
    granted = _granted_now().filter(organisation_id=actor.organisation_id)
    return Dossier.objects.filter(Exists(granted))


def _granted_now() -> QuerySet[DossierAccess]:
    """Accesses in force to the dossier of the outer query."""
    now = clock.now()
    in_force = Q(until=None) | Q(until__gt=now)
    return DossierAccess.objects.filter(in_force, dossier=OuterRef("pk"), since__lte=now)


def who_may_see(dossier: Dossier) -> QuerySet[DossierAccess]:
    """Open accesses of a dossier: the answer to “who can see my file”."""
    return (
        DossierAccess.objects.filter(dossier_id=dossier.pk)
        .filter(Q(until=None) | Q(until__gt=clock.now()))
        .select_related("organisation", "person")
        .order_by("-since")
    )


def own_dossier(actor: Actor) -> Dossier:
    """The dossier of the person who asks; an empty one, unsaved, before the first save.

    `household`, `incomes`, `section_states` and `who_may_see` answer nothing for an unsaved one."""
    found = dossiers_of(actor).select_related("applicant").first()
    return found or Dossier(applicant=cast(User, actor.user))


def whole_dossier(actor: Actor) -> Dossier:
    """`own_dossier` with its household and its incomes, read once: what this module says of it
    afterwards costs no statement more. For pages that read, not for those that save."""
    found = whole_dossiers().filter(pk__in=dossiers_of(actor).values("pk")).first()
    return found or Dossier(applicant=cast(User, actor.user))


def whole_dossiers() -> QuerySet[Dossier]:
    """Dossiers as `whole_dossier` reads them, in four statements however many they are."""
    return (
        Dossier.objects.select_related("applicant")
        .prefetch_related("members", "incomes", "recent_incomes")
        .annotate(
            names_of_saved_sections=ArraySubquery(
                SectionState.objects.filter(dossier=OuterRef("pk")).order_by().values("name")
            )
        )
    )


def _is_whole(dossier: Dossier) -> bool:
    return hasattr(dossier, "names_of_saved_sections")


def own_members(actor: Actor) -> QuerySet[HouseholdMember]:
    """The household that the person who asks has declared."""
    return HouseholdMember.objects.filter(dossier__in=dossiers_of(actor))


def household(dossier: Dossier) -> list[HouseholdMember]:
    return list(dossier.members.all()) if dossier.pk else []


def incomes(dossier: Dossier) -> list[TaxIncome]:
    return _figures(dossier, dossier.incomes) if dossier.pk else []


def recent_incomes(dossier: Dossier) -> list[RecentIncome]:
    return _figures(dossier, dossier.recent_incomes) if dossier.pk else []


def has_outdated_income(dossier: Dossier, on: date) -> bool:
    """Whether a recent figure was told too long ago to count still."""
    validity = rules.recent_validity_on(on)
    return any(
        each.told.good_until(validity.months(each.kind)) < on for each in recent_incomes(dossier)
    )


def _figures(dossier: Dossier, told: Any) -> list[Any]:
    """With who verified each, in one statement; as they were read when the dossier is whole."""
    if _is_whole(dossier):
        return list(told.all())
    return list(told.select_related("verified_by", "verified_for"))


def _amounts_told(dossier: Dossier) -> Iterable[tuple[Any, ...]]:
    """Person, year of income (None: a recent figure), its kind, the amount, the day told."""
    if dossier.pk is None:
        return []
    if _is_whole(dossier):
        told = [(i.member_id, i.year, "", i.rfr_eur, i.told_on) for i in incomes(dossier)]
        return told + [
            (each.member_id, None, each.kind, each.amount_eur, each.told_on)
            for each in recent_incomes(dossier)
        ]
    of_years = TaxIncome.objects.filter(dossier=dossier).order_by()
    recent = RecentIncome.objects.filter(dossier=dossier).order_by()
    return of_years.values_list("member_id", "year", Value(""), "rfr_eur", "told_on").union(
        recent.values_list(
            "member_id",
            Value(None, output_field=IntegerField()),
            "kind",
            "amount_eur",
            "told_on",
        ),
        all=True,
    )


def told(dossier: Dossier) -> rules.ToldHousehold:
    """What a dossier says that rules read, as `rules.told_of_snapshot` says it of a frozen copy.
    Two statements, none for a whole dossier."""
    return rules.ToldHousehold(
        birth_date=dossier.birth_date,
        disabled=dossier.disabled,
        members=household(dossier),
        resources=_declared(dossier),
        has_numero_unique=bool(dossier.numero_unique and not dossier.numero_radiation_ground),
        employment_sector=dossier.employment_sector,
        employer_headcount=dossier.employer_headcount,
        employment_contract=dossier.employment_contract,
    )


def resources(
    dossier: Dossier, members: list[HouseholdMember], on: date
) -> rules.HouseholdResources:
    """The resources of a dossier for a decision on that day, and which of them count. `members`:
    its household, already read. One statement, none for a whole dossier."""
    return rules.household_resources(members, _declared(dossier), on)


def _declared(dossier: Dossier) -> rules.DeclaredResources:
    rfr: dict[tuple[int | None, int], int] = {}
    recent: dict[str, dict[int | None, rules.Recent]] = {kind: {} for kind in RecentIncome.Kind}
    for who, year, kind, amount, told_on in _amounts_told(dossier):
        if year is None:
            recent[kind][who] = rules.Recent(amount, told_on)
        else:
            rfr[who, year] = amount
    return rules.DeclaredResources(
        rfr=rfr,
        last_12_months=recent[RecentIncome.Kind.LAST_12_MONTHS],
        monthly=recent[RecentIncome.Kind.MONTHLY],
        requester_only=bool(dossier.separation_ground),
    )


def demand(dossier: Dossier, on: date) -> rules.Demand | None:
    """Where the demande of a dossier stands; None without a number or a date. No statement."""
    if not dossier.numero_unique:
        return None
    return rules.demand(
        registered_on=dossier.numero_registered_on,
        renewed_on=dossier.numero_renewed_on,
        radiated_on=dossier.numero_radiated_on,
        ground=dossier.numero_radiation_ground,
        on=on,
    )


def to_remind_of_renewal(today: date, until: date) -> QuerySet[Dossier]:
    """Dossiers whose demande ends between these days and that were not told of this end."""
    validity = rules.delays_on(today).validity
    return (
        Dossier.objects.exclude(numero_unique="")
        .filter(numero_radiation_ground="", applicant__is_active=True)
        .annotate(demand_since=Coalesce("numero_renewed_on", "numero_registered_on"))
        .filter(
            Q(numero_reminded_for=None) | Q(numero_reminded_for__lt=today),
            demand_since__range=(
                rules.months_after(today, -validity),
                rules.months_after(until, -validity),
            ),
        )
        .order_by("pk")
    )


def wished_communes(dossier: Dossier) -> list[WishedCommune]:
    """The communes wished for, in their order, each with its commune."""
    wished = WishedCommune.objects.filter(dossier_id=dossier.pk).select_related("commune")
    return list(wished.order_by("slot"))


def section_state(dossier: Dossier, name: str) -> SectionState:
    """The section's version and last save; a state of version 0, unsaved, when never saved."""
    found = (
        SectionState.objects.filter(dossier_id=dossier.pk, name=name)
        .select_related("saved_by")
        .first()
    )
    return found or SectionState(name=name)


def section_states(dossier: Dossier) -> dict[str, SectionState]:
    states = (
        SectionState.objects.filter(dossier_id=dossier.pk)
        .select_related("saved_by")
        .order_by("name")
    )
    return {state.name: state for state in states}


def saved_sections(dossier: Dossier) -> set[str]:
    """The names of the sections that were saved at least once."""
    if _is_whole(dossier):
        return set(dossier.names_of_saved_sections)  # type: ignore[attr-defined]
    return set(section_states(dossier))


def what_is_missing(dossier: Dossier, on: date) -> list[rules.MissingFact]:
    return rules.missing_facts(
        dossier, household(dossier), incomes(dossier), saved_sections(dossier), on
    )
