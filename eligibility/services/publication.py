"""The ceilings of a new year: loaded as a draft, published for a date, withdrawn."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from alin.kit import clock, journal
from alin.kit.actor import Actor

from ..models import Ceiling, CeilingPublication, ProposedCeiling, PublicationStep
from ..queries.changes import kinds_of_household
from ..queries.publications import chain_of, ranges_of_told

Status = CeilingPublication.Status
Kind = PublicationStep.Kind


class PublicationRefused(Exception):
    """Why a publication cannot be published or withdrawn, for the operator to read."""


@transaction.atomic
def draft_publication(
    *,
    actor: Actor,
    lines: Iterable[Mapping[str, str]],
    year: int,
    file_name: str,
    rent_index: Decimal | None = None,
    departure: str = "",
    checks: Iterable[str] = (),
) -> CeilingPublication:
    """Keep a file of ceilings that was checked (`CeilingsFileForm`); nothing counts yet."""
    assert actor.user_id is not None, "an operator is somebody"
    publication = CeilingPublication.objects.create(
        year=year,
        # A year begins on 1 January (R441-1); loaded later, on the first day still to come.
        valid_from=max(date(year, 1, 1), clock.today()),
        file_name=file_name[:200],
        rent_index=rent_index,
        departure=departure,
        checks=list(checks),
        uploaded_by_id=actor.user_id,
    )
    written = ProposedCeiling.objects.bulk_create(
        ProposedCeiling(
            publication=publication,
            funding=line["funding"],
            zone=line["zone"],
            category=line["category"],
            amount_eur=int(line["amount_eur"]),
            status=line["status"],
            source=line["source"],
        )
        for line in lines
    )
    _write_journal(publication, "drafted", actor, file=file_name, amounts=len(written))
    return publication


@transaction.atomic
def publish_ceilings(
    *, actor: Actor, publication: CeilingPublication, valid_from: date
) -> CeilingPublication:
    """Make the ceilings of a draft count from that day on, and ask for the list of rights that
    change; whatever the number of dossiers, the same few rows are written.

    PublicationRefused when it is no draft any more, when the day is past or of another year, or
    when other ceilings of that year count already."""
    held = _hold(publication)
    if held.status != Status.DRAFT:
        raise PublicationRefused(_("Ces plafonds ont déjà été publiés ou retirés."))
    if valid_from < clock.today() or valid_from.year != held.year:
        raise PublicationRefused(
            _("Choisissez un jour de %(year)d qui n’est pas passé.") % {"year": held.year}
        )
    held.status, held.valid_from = Status.PUBLISHED, valid_from
    held.published_at, held.published_by_id = clock.now(), actor.user_id
    held.save(update_fields=["status", "valid_from", "published_at", "published_by"])
    _make_ceilings(held)
    PublicationStep.objects.bulk_create(
        PublicationStep(publication=held, kind=Kind.LIST, key=kind.key)
        for kind in kinds_of_household()
    )
    _write_journal(held, "published", actor, valid_from=valid_from.isoformat())
    return held


def _make_ceilings(publication: CeilingPublication) -> None:
    valid = (publication.valid_from, date(publication.year + 1, 1, 1))
    ceilings = [
        Ceiling(
            publication=publication,
            year=publication.year,
            valid=valid,
            funding=line.funding,
            zone=line.zone,
            category=line.category,
            amount_eur=line.amount_eur,
            status=line.status,
            source=line.source,
        )
        for line in publication.lines.all()
    ]
    already = Ceiling.objects.filter(
        year=publication.year, funding__in={each.funding for each in ceilings}
    )
    named = sorted(set(already.order_by().values_list("funding", flat=True)))
    try:
        with transaction.atomic():
            if named:
                raise IntegrityError
            Ceiling.objects.bulk_create(ceilings)
    except IntegrityError as error:
        # Another operator may have published between the look and the write.
        raise PublicationRefused(
            _(
                "Des plafonds %(year)d sont déjà en place (%(fundings)s). Retirez d’abord leur"
                " publication ; un plafond n’a qu’une valeur à une date."
            )
            % {
                "year": publication.year,
                "fundings": ", ".join(named) or _("publiés à l’instant"),
            }
        ) from error


@transaction.atomic
def withdraw_ceilings(
    *, actor: Actor, publication: CeilingPublication, reason: str
) -> CeilingPublication:
    """End a publication: its ceilings count no more, what is left to do is not done, and whoever
    was told is told of it. The list of changes stays, cancelled. A draft is only put aside.

    PublicationRefused when it was withdrawn before; ValidationError without a reason."""
    if not reason.strip():
        raise ValidationError(_("Indiquez le motif du retrait."))
    held = _hold(publication)
    if held.status == Status.WITHDRAWN:
        raise PublicationRefused(_("Ces plafonds ont déjà été retirés."))
    held.status, held.withdrawal_reason = Status.WITHDRAWN, reason.strip()
    held.withdrawn_at, held.withdrawn_by_id = clock.now(), actor.user_id
    held.save(update_fields=["status", "withdrawal_reason", "withdrawn_at", "withdrawn_by"])
    removed, _by_model = Ceiling.objects.filter(publication=held).delete()
    _drop_what_is_left(held)
    PublicationStep.objects.bulk_create(
        PublicationStep(publication=held, kind=Kind.CORRECT, key=key)
        for key in ranges_of_told(held)
    )
    _write_journal(held, "withdrawn", actor, reason=reason.strip(), ceilings=removed)
    return held


def _drop_what_is_left(publication: CeilingPublication) -> None:
    """Waits for the steps that a worker is doing: when they are done, they stay."""
    left = (
        PublicationStep.objects.filter(publication=publication, done_at=None)
        .order_by("pk")
        .select_for_update(of=("self",))
    )
    PublicationStep.objects.filter(pk__in=[step.pk for step in left]).delete()


def _hold(publication: CeilingPublication) -> CeilingPublication:
    return CeilingPublication.objects.select_for_update(of=("self",), no_key=True).get(
        pk=publication.pk
    )


def _write_journal(
    publication: CeilingPublication, event: str, actor: Actor, *, reason: str = "", **data: object
) -> None:
    journal.append(chain_of(publication), event, actor=actor, reason=reason, data=data)
