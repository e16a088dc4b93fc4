"""A landlord's staff asks for pieces, looks at them and concludes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Dossier, HouseholdMember
from alin.kit import clock, french
from alin.kit.access import require
from alin.kit.actor import Actor
from documents import queries, rules, watermark
from documents.messages import address_in_mail, name_in_mail, sentence_in_mail, tell_parties
from documents.models import (
    AWAITED,
    Piece,
    PieceCheck,
    PieceFile,
    PieceKind,
    PieceRequest,
    PieceView,
)

from .pages import checked_content, page_image
from .requests import close_by_acceptance


class TooOld(ValidationError):
    """To be accepted, the piece needs somebody to say that they know it is not valid any more."""


@dataclass(frozen=True)
class RequestLine:
    """One piece asked of one person (None: the applicant), with a sentence if need be, and a
    day of its own if it is not that of all."""

    kind: PieceKind
    member: HouseholdMember | None = None
    note: str = ""
    due: datetime | None = None


def request_pieces(
    *, actor: Actor, dossier: Dossier, lines: Sequence[RequestLine], due: datetime
) -> list[PieceRequest]:
    """Ask an applicant for pieces before the end of a day; one message tells them all, with a
    link to the page of each.

    What the organisation already waits for is asked again with the new day. Raises
    ValidationError, asking nothing, when a piece is not of the legal list, or concerns a situation
    that nobody declared."""
    require(actor, "documents.check")
    if not queries.visible_dossiers(actor).filter(pk=dossier.pk).exists():
        raise ValidationError(_("Ce dossier ne vous est pas ouvert."))
    with transaction.atomic():
        # Two agents may ask at once; a worker may just be noting that what was asked came.
        # Read anew: the situation may have changed since the page was made.
        held = Dossier.objects.select_for_update(of=("self",), no_key=True).get(pk=dossier.pk)
        _refuse_outside_situation(actor, held, lines)
        requests = [_ask(actor, dossier, line, line.due or due) for line in lines]
        if requests:
            _tell_requests(actor, dossier, requests)
    return requests


def _refuse_outside_situation(actor: Actor, dossier: Dossier, lines: Sequence[RequestLine]) -> None:
    """What the list has no more is refused by its own sentence."""
    today = clock.today()
    allowed = queries.may_be_asked(actor, dossier, today)
    for line in lines:
        if line.kind.is_in_force(today) and (line.kind, line.member) not in allowed:
            raise ValidationError(
                _(
                    "« %(piece)s » ne répond à rien de ce que ce dossier déclare : vous ne pouvez "
                    "pas la demander. Si la situation a changé, la personne l'écrit d'abord dans "
                    "son dossier."
                )
                % {"piece": line.kind}
            )


def _ask(actor: Actor, dossier: Dossier, line: RequestLine, due: datetime) -> PieceRequest:
    """The caller holds the dossier. What is asked anew is held too, and of what exists only what
    is said now is written: a worker may be noting that it was answered."""
    place = {"dossier": dossier, "kind": line.kind, "member": line.member}
    waiting = PieceRequest.objects.select_for_update(of=("self",), no_key=True).filter(
        AWAITED, organisation_id=actor.organisation_id, **place
    )
    if not line.kind.is_in_force(clock.today()):
        raise ValidationError(_("La loi ne permet plus de demander : %s.") % line.kind)
    request = waiting.first() or PieceRequest(organisation=actor.organisation, **place)
    request.asked_by_id = actor.user_id
    request.asked_at = clock.now()
    request.due = due
    request.note = line.note
    request.full_clean()
    said = ["asked_by", "asked_at", "due", "note"]
    request.save(update_fields=None if request.pk is None else said)
    return request


def _tell_requests(actor: Actor, dossier: Dossier, requests: list[PieceRequest]) -> None:
    alone = len(requests) == 1
    # One sentence is often written for all: beside a sensitive piece, none is in the mail.
    discreet = any(each.kind.sensitive for each in requests)

    def notes(request: PieceRequest) -> str:
        return "" if discreet else request.note

    tell_parties(
        dossier,
        key=f"pieces-requested:{requests[0].public_id}:{requests[0].asked_at.isoformat()}",
        title=_("%(who)s vous demande %(count)s")
        % {
            "who": actor.organisation,
            "count": french.count(len(requests), _("pièce"), _("pièces")),
        },
        body=_(
            "Pour continuer à étudier votre demande, il manque :\n\n%(pieces)s\n\n"
            "Une photo lisible suffit."
        )
        % {"pieces": "\n\n".join(_asked_in_words(each, notes(each)) for each in requests)},
        path=address_in_mail(requests[0]) if alone else reverse("pieces"),
        links=[] if alone else [(name_in_mail(each), address_in_mail(each)) for each in requests],
    )


def _asked_in_words(request: PieceRequest, note: str) -> str:
    told = {
        "piece": name_in_mail(request),
        "due": french.long_date(request.due),
        "note": note,
    }
    if note:
        return _("– %(piece)s, avant le %(due)s. %(note)s") % told
    return _("– %(piece)s, avant le %(due)s.") % told


def conclude(
    *,
    actor: Actor,
    piece: Piece,
    seen: str,
    outcome: str,
    reason: str = "",
    sentence: str = "",
    dated_on: date | None = None,
    although_too_old: bool = False,
    ask_again_before: datetime | None = None,
) -> PieceCheck:
    """Write what the actor's organisation concludes of a current piece; the applicant sees it at
    once, and is told of a refusal. An acceptance closes what the organisation had asked.
    `seen`: `rules.seen` of what was looked at. `dated_on`, read on the document, is where its
    validity starts for this organisation. `ask_again_before` asks for the piece anew.

    Raises ValidationError when the piece is not the one that was seen any more, when a colleague
    was faster, when some file to accept cannot be read, when a refusal says no reason; TooOld when
    the piece to accept is valid no more, unless `although_too_old`."""
    require(actor, "documents.check")
    with transaction.atomic():
        current = _as_seen(actor, piece, seen)
        check = PieceCheck(
            piece=current,
            organisation=actor.organisation,
            checked_by_id=actor.user_id,
            outcome=outcome,
            reason=reason,
            sentence=sentence,
            dated_on=dated_on,
        )
        if outcome == PieceCheck.Outcome.ACCEPTED:
            _refuse_to_accept(check, although_too_old=although_too_old)
        check.full_clean()
        check.save()
        if outcome == PieceCheck.Outcome.ACCEPTED:
            close_by_acceptance(current, actor.organisation_id)
        else:
            _follow_refusal(actor, check, ask_again_before)
    return check


def _refuse_to_accept(check: PieceCheck, *, although_too_old: bool) -> None:
    piece = check.piece
    if any(file.is_unread for file in piece.files.all()):
        raise ValidationError(
            _("Un fichier de cette pièce n'est pas lisible : elle ne peut pas être acceptée.")
        )
    until = rules.valid_until(piece, [check])
    if until is not None and until < clock.today() and not although_too_old:
        raise TooOld(
            _(
                "Datée du %(from)s, elle n'est plus valable depuis le %(day)s. Demandez-en une "
                "plus récente, ou cochez « Accepter bien qu'elle soit trop ancienne »."
            )
            % {
                "from": french.long_date(rules.counts_from(piece, [check])),
                "day": french.long_date(until),
            }
        )


def _as_seen(actor: Actor, piece: Piece, seen: str) -> Piece:
    """The piece, locked against files that come or go, if it is still what somebody saw. Its
    dossier is held as well: that is what giving and taking back a file hold."""
    Dossier.objects.select_for_update(of=("self",), no_key=True).get(pk=piece.dossier_id)
    current = (
        queries.pieces_visible_to(actor)
        .select_for_update(of=("self",), no_key=True)
        .select_related("kind", "member", "dossier__applicant")
        .filter(pk=piece.pk, replaced_at=None)
        .first()
    )
    if current is not None and current.departure_id:
        raise ValidationError(
            _("Cette pièce est sortie du dossier : il n'y a plus rien à en conclure.")
        )
    if current is None:
        raise ValidationError(_("Cette pièce vient d'être remplacée : regardez la nouvelle."))
    held = list(current.files.select_for_update(of=("self",), no_key=True))
    last = queries.last_check_of(actor, current)
    if rules.seen(held, last) == seen:
        return current
    if last is not None and seen.partition("-")[0] == rules.seen(held).partition("-")[0]:
        raise ValidationError(_somebody_was_faster(last))
    raise ValidationError(
        _("Cette pièce a changé pendant que vous la regardiez : regardez la nouvelle.")
    )


def _somebody_was_faster(check: PieceCheck) -> str:
    said = str(check.get_outcome_display()).lower()
    if check.outcome == PieceCheck.Outcome.REFUSED:
        said = _("%(said)s (%(sentence)s)") % {"said": said, "sentence": check.sentence}
    return _(
        "%(who)s a conclu avant vous, le %(when)s : %(said)s. Si vous êtes d'accord, passez à la "
        "pièce suivante ; sinon, concluez à nouveau : votre conclusion remplacera la sienne."
    ) % {"who": check.checked_by, "when": french.date_time(check.at), "said": said}


def _follow_refusal(actor: Actor, check: PieceCheck, ask_again_before: datetime | None) -> None:
    """Ask for another piece when a day is given, and tell the person why this one was refused,
    with that day and a link to where it is given."""
    piece, asked = check.piece, None
    if ask_again_before is not None:
        line = RequestLine(piece.kind, piece.member, check.sentence)
        asked = _ask(actor, piece.dossier, line, ask_again_before)
    before = (
        _("\n\nÀ donner avant le %(due)s.") % {"due": french.long_date(asked.due)} if asked else ""
    )
    tell_parties(
        piece.dossier,
        key=f"piece-refused:{check.pk}",
        title=_("Pièce à remplacer : %(piece)s") % {"piece": name_in_mail(piece)},
        body=_("%(who)s n'a pas pu l'accepter : %(reason)s.\n\n%(sentence)s")
        % {
            "who": actor.organisation,
            "reason": str(check.get_reason_display()).lower(),
            "sentence": sentence_in_mail(piece, check.sentence),
        }
        + before,
        path=address_in_mail(asked or piece),
    )


def look_at_piece(*, actor: Actor, piece: Piece, purpose: str) -> None:
    """Write down that the page of a piece is shown: the name of the person, what the dossier says
    and what a seal gives stand on it, whether or not an image is asked for."""
    require(actor, "documents.check")
    _write_down(actor, piece, PieceView.What.PAGES, purpose)


def look_at_page(*, actor: Actor, file: PieceFile, page: int, purpose: str) -> bytes:
    """A page as a JPEG that carries who looks, when and for what; the look is written down.

    Raises Damaged, FileNotFoundError, StorageUnavailable."""
    require(actor, "documents.check")
    image = page_image(file, page)
    _write_down(actor, file.piece, PieceView.What.PAGES, purpose)
    lines = [
        f"{actor.organisation} · {actor.user}",
        _("Consulté le %(when)s") % {"when": french.date_time(clock.now())},
        purpose,
    ]
    return watermark.marked(image, lines)


def download_original(*, actor: Actor, file: PieceFile, purpose: str) -> bytes:
    """The checked file itself, for somebody of a landlord; written down each time.

    Raises Damaged, FileNotFoundError, StorageUnavailable."""
    require(actor, "documents.check")
    content = checked_content(file)
    _write_down(actor, file.piece, PieceView.What.ORIGINAL, purpose)
    return content


def hand_out_original(*, actor: Actor, file: PieceFile, purpose: str) -> None:
    """The same, when the storage itself will send the file from a signed address."""
    require(actor, "documents.check")
    _write_down(actor, file.piece, PieceView.What.ORIGINAL, purpose)


@transaction.atomic
def _write_down(actor: Actor, piece: Piece, what: PieceView.What, purpose: str) -> None:
    # The pages of a piece are asked for together; it may have been erased since it was found.
    held = Piece.objects.select_for_update(of=("self",), no_key=True).filter(pk=piece.pk).first()
    if what == PieceView.What.PAGES and queries.same_look(actor).filter(piece=piece).exists():
        return
    PieceView.objects.create(
        dossier_id=piece.dossier_id,
        piece=held,
        piece_label=_label_kept(piece),
        viewer_id=actor.user_id,
        organisation_id=actor.organisation_id,
        what=what,
        purpose=purpose,
    )


def _label_kept(piece: Piece) -> str:
    """Cut to its column: no name is too long for its piece to be looked at."""
    label = f"{piece.label} · {piece.whose}" if piece.whose else piece.label
    return label[: PieceView._meta.get_field("piece_label").max_length]
