"""What is asked of whom, how a piece stands, how long it is kept. No database."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum
from hashlib import sha256
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.rules import is_adult, months_after, reference_income_year
from alin.kit.clock import local_day

MOST_FILES = 60
MOST_BYTES = 200_000_000
LARGEST_FILE = 10_000_000
# Twice what a dossier may hold: who mistakes a whole folder still has a second try.
MOST_FILES_AN_HOUR = 120
# Said to the person when checks take longer than that.
USUAL_CHECK = timedelta(minutes=5)
# Turning the pages of a piece is one look.
ONE_LOOK = timedelta(minutes=15)
# How long the page says what a change of situation did to the list.
NEWS_LAST = timedelta(days=15)

# Days. Who looked at what: without the piece, for the year in which one may complain.
KEPT_VIEWS = 366

# Situations of one member of the household: without such a member there is nobody to ask.
OF_A_MEMBER = frozenset({"adult", "minor", "expected", "custody", "adult_child"})
_OF_ANY_ADULT = frozenset({"tutelle", "handicap"})
_HOUSING = {
    "social_tenant": "tenant",
    "private_tenant": "tenant",
    # A residence signs a contract and gives receipts too.
    "residence": "tenant",
    "hosted": "hosted",
    "shelter": "shelter",
    "homeless": "homeless",
    "owner": "owner",
}
_EMPLOYMENT = {
    "private": "employed",
    "agricultural": "employed",
    "public": "employed",
    "self_employed": "self_employed",
    "retired": "retired",
    "unemployed": "unemployed",
    "student": "student",
}
_SEPARATION = {
    "divorce": "divorce",
    "pacs": "pacs_end",
    "protection": "protection",
    "complaint": "complaint",
}
_REASONS = {
    "unfit": "unfit",
    "notice": "notice",
    "eviction": "eviction",
    "safety": "complaint",
    "disability": "disability_need",
}


@dataclass(frozen=True)
class Required:
    """A piece of the list that the declared situation asks for. `member_id`: None for the
    applicant and the whole household; `year`: the year of income of a yearly piece."""

    kind: Any
    member_id: int | None
    year: int | None


def situations(dossier: Any, members: Iterable[Any], on: date) -> set[tuple[str, int | None]]:
    """What was declared, as names that the list of pieces knows, each with whom it concerns."""
    found: set[tuple[str, int | None]] = {("applicant", None), ("tax_household", None)}
    declared = [
        _HOUSING.get(dossier.housing_status),
        _EMPLOYMENT.get(dossier.employment_sector),
        _SEPARATION.get(dossier.separation_ground),
        *(_REASONS.get(reason) for reason in dossier.reasons),
        "disabled" if dossier.disabled else None,
    ]
    found |= {(name, None) for name in declared if name}
    for member in members:
        found |= {(name, member.pk) for name in _situations_of(member, on)}
        if member.link == "spouse":
            found.add(("spouse", None))
    return found


def _situations_of(member: Any, on: date) -> set[str]:
    if member.expected:
        return {"expected"}
    names = {"disabled"} if member.disabled else set()
    if member.link == "child" and member.custody in ("alternating", "visiting"):
        names.add("custody")
    if not is_adult(member, on):
        return names | {"minor"}
    names.add("adult")
    if member.link == "child":
        names.add("adult_child")
    # Somebody who is on the applicant's own notice has none to give.
    if not (member.shares_tax_notice or member.dependant):
        names.add("tax_household")
    return names


def required_pieces(
    kinds: Iterable[Any], declared: set[tuple[str, int | None]], on: date
) -> list[Required]:
    """The closed list met with a situation, in the order of the list, the applicant first.

    A piece is asked once however many reasons ask for it. What the law forbids has no situation."""
    required: list[Required] = []
    for kind in kinds:
        concerned = {person for name, person in declared if name in kind.named_situations}
        year = year_of(kind, on)
        required += [
            Required(kind, person, year)
            for person in sorted(concerned, key=lambda person: (person is not None, person or 0))
        ]
    return required


# A family record book or a judgment names several children at once.
_OF_CHILDREN = frozenset({"minor", "custody"})


def may_concern_several(kind: Any) -> bool:
    """Whether one document of this kind may be the piece of several persons of a household."""
    return bool(_OF_CHILDREN & set(kind.named_situations))


def may_concern(kind: Any, member: Any, on: date) -> bool:
    """Whether a piece of the list may be asked of, or given for, somebody of the household whose
    own situation the dossier does not tell: the arrêté asks each working person for proof of
    resources; a guardianship and a disability are of one person. A notice follows the situation."""
    if not is_adult(member, on):
        return False
    return (kind.family == "resources" and not kind.yearly) or kind.code in _OF_ANY_ADULT


def may_be_asked_of(kind: Any, member: Any, on: date) -> bool:
    """Whether a landlord may ask for a piece that the declared situation does not call for: what
    is asked whatever the situation, and proofs of resources, since one may have several. Nothing
    that tells of a health, of a violence or of a measure that nobody declared. `member`: None for
    the applicant."""
    if kind.sensitive:
        return False
    if member is not None:
        return may_concern(kind, member, on)
    return not kind.situations or (kind.family == "resources" and not kind.yearly)


def year_of(kind: Any, on: date) -> int | None:
    return reference_income_year(on) if kind.yearly else None


def years_to_give(kind: Any, on: date) -> tuple[int | None, ...]:
    """The years of income of which a piece may be given, first the one that is asked; None for a
    piece that is of no year. The notice on the year before comes out in the course of a year and
    is asked from the next 1 January (N-2); who has it may give it at once."""
    asked = year_of(kind, on)
    if asked is None or not kind.ready_in_month or on.month < kind.ready_in_month:
        return (asked,)
    return (asked, asked + 1)


class Standing(Enum):
    """How a piece stands, in the words of the applicant."""

    TO_GIVE = (_("À donner"), "neutral")
    CHECKING = (_("Reçue, vérification en cours"), "info")
    FILE_REFUSED = (_("Un fichier est refusé"), "danger")
    READABLE = (_("Reçue et lisible"), "success")
    ACCEPTED = (_("Acceptée"), "pine")
    REFUSED = (_("À remplacer"), "danger")
    EXPIRED = (_("Trop ancienne"), "warning")

    def __init__(self, label: str, tone: str) -> None:
        self.label = label
        self.tone = tone


def standing(piece: Any, files: list[Any], checks: list[Any], on: date) -> Standing:
    """Where a piece is. `checks`: the latest of each organisation. What the person must do comes
    before what went well."""
    if piece is None or not files:
        return Standing.TO_GIVE
    outcomes = {check.outcome for check in checks}
    if "refused" in outcomes:
        return Standing.REFUSED
    waiting = sum(file.is_waiting for file in files)
    # What is being read may be what was sent instead.
    if sum(file.is_to_resend for file in files) > waiting:
        return Standing.FILE_REFUSED
    if waiting:
        return Standing.CHECKING
    if is_too_old(piece, checks, on):
        return Standing.EXPIRED
    return Standing.ACCEPTED if "accepted" in outcomes else Standing.READABLE


def next_in_turn(waiting: Iterable[Any], current: Any) -> Any:
    """What to look at after `current`: the rest of its dossier, then dossier after dossier, the
    one that has waited longest first, and round to the beginning; None when nothing else waits.
    Whoever goes on sees each piece once before any comes back. A dossier that a colleague is
    looking at (`taken`) comes after all the others.

    Of each: `pk`, `dossier_id`, `given_at`, and `since` when its dossier began; of those that
    wait, `taken`. A dossier all of whose current pieces are gone begins with this one."""
    others = [each for each in waiting if each.pk != current.pk]

    def turn(each: Any) -> tuple[Any, ...]:
        return each.since or each.given_at, each.dossier_id, each.given_at, each.pk

    def comes(each: Any) -> tuple[Any, ...]:
        elsewhere = each.dossier_id != current.dossier_id
        return elsewhere and each.taken, turn(each) < turn(current), turn(each)

    return min(others, key=comes, default=None)


def seen(files: Iterable[Any], last_check: Any = None) -> str:
    """What somebody of a landlord had before the eyes, as one word that the page sends back: the
    files of a piece and where each is, then the last conclusion of that landlord. Nobody
    concludes on a file that came or went meanwhile, nor over a colleague without knowing it."""
    told = sorted(f"{file.public_id} {file.state}" for file in files)
    digest = sha256("\n".join(told).encode()).hexdigest()[:16]
    return f"{digest}-{last_check.pk if last_check else 0}"


def counts_from(piece: Any, checks: Iterable[Any]) -> date:
    """The day the validity of a piece is counted from: the date that a landlord read on it (the
    earliest, for who reads the word of several), else the one its owner told, else the day it
    came."""
    read = [check.dated_on for check in checks if check.dated_on]
    day: date = min(read) if read else piece.counts_from
    return day


def valid_until(piece: Any, checks: Iterable[Any]) -> date | None:
    """The last day a piece holds; None when it does not age. `checks`: as in `counts_from`."""
    if not piece.kind.validity_months:
        return None
    return months_after(counts_from(piece, checks), piece.kind.validity_months)


def is_too_old(piece: Any, checks: list[Any], on: date) -> bool:
    """Whether a piece holds no more: for one of the landlords who concluded on it, as each reads
    its date, or by what its owner told when none did. `checks`: as in `standing`."""
    words = [[check] for check in checks if not accepted_although_too_old(piece, check)]
    days = [valid_until(piece, word) for word in (words if checks else [[]])]
    return any(day is not None and day < on for day in days)


def accepted_although_too_old(piece: Any, check: Any) -> bool:
    """Whether a landlord took a piece knowing that it held no more: it asks for no other as long
    as it studies the dossier."""
    until = valid_until(piece, [check])
    return (
        check.outcome == "accepted"
        and check.still_studies
        and until is not None
        and until < local_day(check.at)
    )


def may_take_back(file: Any, checks: Iterable[Any], *, studied: bool) -> bool:
    """Whether a person may take a file of theirs back for good: until a landlord concluded on it,
    and again once none may see the dossier; at any time when it was refused, as nobody reads it.
    `checks`: every one of its piece."""
    if not studied or file.state == "refused":
        return True
    return all(check.at < file.received_at for check in checks)


def may_complete(piece: Any, checks: list[Any], on: date) -> bool:
    """Whether files may join those of a piece: as long as no landlord concluded on it, or when a
    page is all that those who refused it miss; never once it is too old. `checks`: as in
    `standing`."""
    reasons = {check.reason for check in checks if check.outcome == "refused"}
    accepted = any(check.outcome == "accepted" for check in checks)
    open_to_more = reasons == {"incomplete"} or not (reasons or accepted)
    return open_to_more and not is_too_old(piece, checks, on)


def deletion_day(
    kind: Any,
    *,
    given_on: date,
    replaced_on: date | None,
    studied: bool,
    study_ended_on: date | None,
    struck_off_on: date | None = None,
    left_on: date | None = None,
) -> date | None:
    """The day a piece is erased; None while a landlord may see the dossier. `kind` says how many
    days it stays in each state.

    `study_ended_on`: the last day somebody could see it, None when nobody ever could. A demande
    struck off needs no piece any more: they stay for the time of a recours, and no longer. That
    of somebody who left the household on `left_on` goes with the study that it serves."""
    if left_on is not None:
        last = left_on + timedelta(days=kind.kept_departed)
        return last if studied else min(last, study_ended_on or left_on)
    if replaced_on is not None:
        return replaced_on + timedelta(days=kind.kept_replaced)
    if studied:
        return None
    after_study = timedelta(days=kind.kept_after_study)
    if study_ended_on is None or study_ended_on < given_on:
        day = given_on + timedelta(days=kind.kept_unused)
    else:
        day = max(study_ended_on, given_on) + after_study
    if struck_off_on is not None:
        day = min(day, max(struck_off_on, given_on) + after_study)
    return day


@dataclass(frozen=True)
class News:
    """What a change of situation did to the list: pieces asked since, pieces no longer asked."""

    added: tuple[Any, ...]
    freed: tuple[Any, ...]

    def __bool__(self) -> bool:
        return bool(self.added or self.freed)


def news(rows: Iterable[Any], after: datetime) -> News:
    """What changed after an instant. `rows`: every AskedPiece of a dossier. Something asked,
    dropped and asked again meanwhile did not change."""
    by_place: dict[tuple[str, Any], list[Any]] = {}
    for row in rows:
        by_place.setdefault((row.kind_id, row.member_key), []).append(row)
    added, freed = [], []
    for lives in by_place.values():
        before = any(
            row.at_first or row.since <= after
            for row in lives
            if row.until is None or row.until > after
        )
        current = next((row for row in lives if row.until is None), None)
        if current is not None and not before:
            added.append(current)
        elif current is None and before:
            freed.append(lives[-1])
    return News(tuple(added), tuple(freed))
