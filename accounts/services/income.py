"""The resources of a household: told, verified, no longer verified."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import or_
from typing import Any

from django.db import transaction
from django.db.models import F, Q

from accounts.models import (
    Dossier,
    HouseholdMember,
    IncomeFigure,
    RecentIncome,
    SectionState,
    TaxIncome,
)
from alin.kit import clock
from alin.kit.actor import Actor

from .dossier import count_change, tell_change, write_section

Source = IncomeFigure.Source


@dataclass(frozen=True)
class ToldIncome:
    """What was told of one person: RFR by year of income, the last twelve months, a month now.
    Whole euros; None removes what was told before. `still_true`: the recent figures are those of
    today even where they are the same as before."""

    rfr_by_year: dict[int, int | None]
    last_12_months: int | None = None
    monthly: int | None = None
    shares_tax_notice: bool = False
    still_true: bool = False


@transaction.atomic
def save_resources(
    *,
    actor: Actor,
    dossier: Dossier,
    expected_version: int,
    told: dict[int | None, ToldIncome],
    separation_ground: str = "",
    page: str = "",
    source: str = Source.DECLARED,
) -> SectionState:
    """Keep the resources of each person; the years that are not named stay as they are.

    The key None stands for the applicant; people who are not, or no longer, of the household are
    left out. A figure that changes comes from `source`, today, and is not verified any more.
    Raises SectionConflict, ValidationError."""
    changes = {"separation_ground": separation_ground}
    state = write_section(actor, dossier, "resources", expected_version, changes, page=page)
    members = {
        member.pk: member
        for member in HouseholdMember.objects.select_for_update(of=("self",), no_key=True)
        .filter(dossier=dossier)
        .order_by("pk")
    }
    for member_id, income in told.items():
        if member_id is None:
            _write_income(dossier, None, income, source)
        elif member := members.get(member_id):
            _write_income(dossier, member_id, income, source)
            member.shares_tax_notice = income.shares_tax_notice
            member.save(update_fields=["shares_tax_notice"])
    tell_change(dossier)
    return state


def _write_income(dossier: Dossier, member_id: int | None, income: ToldIncome, source: str) -> None:
    of_person: dict[str, Any] = {"dossier": dossier, "member_id": member_id}
    for year, rfr in income.rfr_by_year.items():
        _write_figure(TaxIncome, of_person | {"year": year}, rfr, source)
    for kind, amount in (
        (RecentIncome.Kind.LAST_12_MONTHS, income.last_12_months),
        (RecentIncome.Kind.MONTHLY, income.monthly),
    ):
        _write_figure(
            RecentIncome, of_person | {"kind": kind}, amount, source, renew=income.still_true
        )


def _write_figure(
    model: type[TaxIncome] | type[RecentIncome],
    which: dict[str, Any],
    amount: int | None,
    source: str,
    *,
    renew: bool = False,
) -> None:
    """Keep an amount, or nothing. The day stands for the figure: saving the same one again makes
    it no fresher, unless it is said to be true of today (`renew`)."""
    before = model.objects.filter(**which)
    if amount is None:
        before.delete()
        return
    same = {model.amount_field: amount}
    if before.filter(**same).exists():
        if renew:
            before.update(told_on=clock.today())
        return
    model.objects.update_or_create(
        **which, defaults={**same, "source": source, "told_on": clock.today()}
    )


@transaction.atomic
def verify_figures(*, actor: Actor, dossier: Dossier, judged: Mapping[str, Any]) -> int:
    """Mark as verified by the actor, for their organisation, the figures of the dossier that are
    still those of the copy they judged (`accounts.queries.snapshot`). Returns how many: a figure
    that changed meanwhile stays as the applicant told it, compared by the very update; one that
    another organisation or a seal verified stays so."""
    who = {
        "source": Source.STAFF,
        "verified_by_id": actor.user_id,
        "verified_for_id": actor.organisation_id,
        "seal_signed_on": None,
        "verified_at": clock.now(),
    }
    return sum(
        # What another organisation, or a seal, verified at this amount stays theirs to stand by.
        figures.filter(
            ~Q(verified_eur=F(figures.model.amount_field))
            | Q(verified_eur=None)
            | Q(verified_for_id=actor.organisation_id)
        ).update(verified_eur=F(figures.model.amount_field), **who)
        for figures in _judged(dossier, judged)
    )


@transaction.atomic
def take_sealed_income(
    *,
    actor: Actor,
    dossier: Dossier,
    member: HouseholdMember | None,
    year: int,
    rfr_eur: int,
    signed_on: date,
) -> TaxIncome:
    """Write the reference income that the seal of a tax notice proves, as verified by it.

    Whoever has the page of resources open meets the change. The caller has verified the seal."""
    count_change(actor=actor, dossier=dossier, section="resources")
    figure, _new = TaxIncome.objects.update_or_create(
        dossier=dossier,
        member=member,
        year=year,
        defaults={
            "rfr_eur": rfr_eur,
            "source": Source.SEALED,
            "told_on": clock.today(),
            "verified_eur": rfr_eur,
            "verified_by_id": actor.user_id,
            "verified_for": None,
            "seal_signed_on": signed_on,
            "verified_at": clock.now(),
        },
    )
    tell_change(dossier)
    return figure


@transaction.atomic
def withdraw_verification(*, actor: Actor, dossier: Dossier, judged: Mapping[str, Any]) -> int:
    """The actor's organisation no longer stands by what it verified in the copy it judged."""
    return sum(
        figures.filter(verified_for_id=actor.organisation_id).update(
            source=Source.DECLARED, **IncomeFigure.NOT_VERIFIED
        )
        for figures in _judged(dossier, judged)
    )


def _judged(dossier: Dossier, judged: Mapping[str, Any]) -> list[Any]:
    of_years = [
        Q(member_id=each["member"], year=each["year"], rfr_eur=each["rfr_eur"])
        for each in judged["incomes"]
    ]
    recent = [
        Q(member_id=each["member"], kind=each["kind"], amount_eur=each["amount_eur"])
        for each in judged["recent_incomes"]
    ]
    return [
        model.objects.filter(reduce(or_, wanted), dossier=dossier)
        for model, wanted in ((TaxIncome, of_years), (RecentIncome, recent))
        if wanted
    ]
