"""What was read in a file, written beside it; and the figure that a seal proves, taken over."""

import logging
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts import services as accounts
from accounts.models import Dossier
from alin.kit import clock
from alin.kit.access import require
from alin.kit.actor import Actor
from documents import hints, queries, seals
from documents.examine import Seen
from documents.models import FileReading, PieceFile, Seal
from documents.reading import told_by
from documents.trust import chain_in_force

logger = logging.getLogger(__name__)


def record_reading(file: PieceFile, seen: Seen) -> None:
    """Keep what a file shows: the few facts that serve, never its words nor its codes.

    Part of the check of the file, in its transaction: a check that starts again writes it anew."""
    piece = file.piece
    person = piece.member or piece.dossier.applicant
    told = told_by(
        seen.texts,
        kind=piece.kind_id,
        name=person.last_name or person.first_name,
        on=clock.today(),
    )
    FileReading.objects.update_or_create(
        file=file,
        defaults={
            "dim_pages": list(seen.dim),
            "blurred_pages": list(seen.blurred),
            "announced_pages": told.announced_pages,
            "income_year": told.income_year,
            "latest_pay": told.latest_pay,
            "name_sought": told.name_sought,
            "name_found": told.name_found,
            "shows_nir": told.shows_nir,
        },
    )
    file.seals.all().delete()
    codes = [code for content in seen.codes if (code := seals.parsed(content))]
    Seal.objects.bulk_create([_seal(file, code) for code in codes])


def _seal(file: PieceFile, code: seals.SealCode) -> Seal:
    verdict, issuer = chain_in_force().judged(code)
    kind = seals.kind_of(code)
    seal = Seal(
        file=file,
        kind=kind,
        verdict=verdict,
        issuer=issuer.name if issuer else "",
        signed_on=code.signed_on,
    )
    if issuer is None or verdict is not seals.Verdict.VERIFIED:
        return seal
    if not seals.may_seal(issuer, kind):
        seal.verdict = Seal.Verdict.WRONG_ISSUER
        return seal
    facts = seals.facts_of(code)
    seal.names = list(facts.names)
    seal.income_year, seal.rfr_eur = facts.year, facts.rfr_eur
    seal.valid_until = date.fromisoformat(facts.valid_until) if facts.valid_until else None
    seal.address = facts.address
    return seal


@transaction.atomic
def take_sealed_income(*, actor: Actor, seal: Seal) -> None:
    """Fill the dossier with the reference income that a seal proves, as verified.

    Everything is looked at again as it stands now, one at a time for a dossier: a piece replaced,
    a person gone or renamed, another year. Asked again, it changes nothing. Raises
    ValidationError, in the words of the person, when it no longer may."""
    require(actor, "documents.give", seal.file.piece.dossier)
    accounts.hold_section(dossier=seal.file.piece.dossier, section="resources")
    Dossier.objects.select_for_update(of=("self",), no_key=True).get(pk=seal.file.piece.dossier_id)
    own = queries.own_seals(actor).prefetch_related("file__piece__files__seals")
    now = own.filter(pk=seal.pk).first()
    if now is None:
        raise ValidationError(_("Ce fichier vient d'être retiré : son sceau n'est plus là."))
    offered = hints.offer_of(now, queries.facts_for(now.file.piece), clock.today())
    if isinstance(offered, hints.Declined):
        raise ValidationError(offered.why)
    if offered.done:
        return
    accounts.take_sealed_income(
        actor=actor,
        dossier=now.file.piece.dossier,
        member=now.file.piece.member,
        year=offered.year,
        rfr_eur=offered.rfr_eur,
        signed_on=now.signed_on,
    )
