"""Pieces about to be erased are told of ahead, to people who still search."""

import logging
from datetime import date, timedelta

from django.db import OperationalError, transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Dossier
from accounts.queries import parties_of
from alin.kit import clock, french
from documents import queries
from documents.messages import name_in_mail, tell_parties
from documents.models import Piece

logger = logging.getLogger(__name__)

# Told this long before the first of them goes, with all that goes in the fortnight after: one
# message for what goes together, not one a day.
AHEAD = timedelta(days=14)
TOGETHER = timedelta(days=28)


def tell_of_erasures() -> int:
    """Say once, two weeks ahead, which pieces of a dossier are going to be erased and what to do.
    Returns how many dossiers were told of.

    Nobody is told of a demande struck off, nor when nobody is left to read. A day that a new study
    puts off is told again when it comes."""
    last = clock.today() + AHEAD
    concerned = {
        piece.dossier_id
        for piece in queries.pieces_to_tell_of(AHEAD).iterator(chunk_size=500)
        if _goes_before(piece, last)
    }
    return sum(_told(dossier_id) for dossier_id in sorted(concerned))


def _told(dossier_id: int) -> bool:
    try:
        return _tell(dossier_id)
    except (Dossier.DoesNotExist, OperationalError):
        # Gone meanwhile, or held by somebody: the next hour. Those behind it do not wait.
        logger.warning("erasures of the dossier %s not told of", dossier_id, exc_info=True)
        return False


def _goes_before(piece: Piece, last: date) -> bool:
    day = queries.deletion_day(piece)
    return day is not None and clock.today() < day <= last


@transaction.atomic
def _tell(dossier_id: int) -> bool:
    """The dossier is held: who comes second finds every piece told of."""
    dossier = (
        Dossier.objects.select_for_update(of=("self",), no_key=True)
        .select_related("applicant")
        .get(pk=dossier_id)
    )
    there = queries.pieces_to_tell_of(TOGETHER).filter(dossier_id=dossier_id)
    found = list(there.select_related("member").order_by("kind__rank", "pk"))
    going = [piece for piece in found if _goes_before(piece, clock.today() + TOGETHER)]
    if not any(_goes_before(piece, clock.today() + AHEAD) for piece in going):
        return False
    if not any(person.is_active for person in parties_of(dossier)):
        return False
    days = {piece.pk: queries.deletion_day(piece) for piece in going}
    for piece in going:
        Piece.objects.filter(pk=piece.pk).update(erasure_told_for=days[piece.pk])
    first = min(day for day in days.values() if day)
    tell_parties(
        dossier,
        key=f"pieces-erased-soon:{going[0].public_id}:{first.isoformat()}",
        title=_("%(count)s bientôt à effacer de votre dossier")
        % {"count": french.count(len(going), _("pièce"), _("pièces"))},
        body=_(
            "Aucun bailleur n'étudie votre demande en ce moment. La loi nous demande de ne pas "
            "garder vos pièces plus longtemps qu'il ne faut. Seront effacées :\n\n%(pieces)s\n\n"
            "Si vous cherchez encore un logement : une candidature en cours les fait garder. Sinon "
            "téléchargez celles dont vous n'avez pas d'autre exemplaire ; vous pourrez les donner "
            "à nouveau le jour venu. Le reste de votre dossier ne change pas."
        )
        % {"pieces": "\n\n".join(_in_words(piece, days[piece.pk]) for piece in going)},
        path=reverse("pieces"),
    )
    return True


def _in_words(piece: Piece, day: date | None) -> str:
    what = name_in_mail(piece)
    if piece.member and not piece.kind.sensitive:
        what = f"{what} · {piece.member}"
    return _("– %(what)s, le %(day)s.") % {
        "what": what,
        "day": french.long_date(day) if day else "",
    }
