"""What a person is told of what was read in a piece: never a refusal, always a reason.

Plain functions over rows already read: the same sentences serve the applicant and the staff."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils import dateformat
from django.utils.translation import gettext as _

from accounts.rules import months_after, reference_income_year
from alin.kit import french
from alin.kit.latin import folded

from .models import Piece, Seal
from .names import holds_name, same_person

TAX_NOTICE, PAY_SLIPS, DISABILITY_CARD = "avis-imposition", "salaire", "handicap"
PAY_SLIP_MONTHS = 3


@dataclass(frozen=True)
class Person:
    first_name: str
    last_name: str
    shares_tax_notice: bool = False

    def __str__(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()

    @property
    def has_whole_name(self) -> bool:
        """Without it, nothing printed is known to be this person's."""
        return bool(folded(self.first_name) and folded(self.last_name))

    def is_named(self, printed: Iterable[str]) -> bool:
        return any(
            same_person(name, first_name=self.first_name, last_name=self.last_name)
            for name in printed
        )


@dataclass(frozen=True)
class DossierFacts:
    """What a dossier tells that a document may confirm. The key None is the applicant.

    `sealed`: whose figure, of which year, a seal verified already. `separated`: of a notice in
    common, the applicant's own part alone counts (L441-1 CCH)."""

    people: Mapping[int | None, Person]
    rfr: Mapping[tuple[int | None, int], int] = field(default_factory=dict)
    sealed: frozenset[tuple[int | None, int]] = frozenset()
    separated: bool = False


@dataclass(frozen=True)
class Offer:
    """A sealed figure that the person may take over. `before`: what the dossier says now;
    `besides`: whose income it also counts, whom the dossier does not know."""

    year: int
    rfr_eur: int
    before: int | None
    done: bool
    besides: str = ""


@dataclass(frozen=True)
class Declined:
    """Why a seal fills nothing."""

    why: str


def offer_of(seal: Seal, facts: DossierFacts, on: date) -> Offer | Declined:
    """What a seal may fill in the dossier as it stands now."""
    piece = seal.file.piece
    if seal.kind != Seal.Kind.TAX_NOTICE or seal.rfr_eur is None or seal.income_year is None:
        return Declined(_("Ce sceau ne prouve aucun revenu fiscal de référence."))
    if piece.replaced_at is not None:
        return Declined(_("Cette pièce a été remplacée : c'est la nouvelle qui compte."))
    if piece.kind_id != TAX_NOTICE:
        return Declined(
            _("Cet avis d'impôt a été donné pour une autre pièce. Donnez-le comme avis d'impôt.")
        )
    if why := _whose_notice_is_it(seal, piece, facts):
        return Declined(why)
    year = reference_income_year(on)
    if seal.income_year not in (year, year + 1):
        return Declined(_wrong_year(seal.income_year, year))
    place = (piece.member_id, seal.income_year)
    before = facts.rfr.get(place)
    return Offer(
        year=seal.income_year,
        rfr_eur=seal.rfr_eur,
        before=before,
        done=before == seal.rfr_eur and place in facts.sealed,
        besides=_listed(name for name in seal.names if not _anybody_named([name], facts)),
    )


def _whose_notice_is_it(seal: Seal, piece: Piece, facts: DossierFacts) -> str:
    """Why the notice is not that of the person it is asked of; empty when it is."""
    person = facts.people[piece.member_id]
    if not person.has_whole_name:
        return _whole_name_wanted(person, piece.member_id)
    if not person.is_named(seal.names):
        return _(
            "Le sceau nomme %(printed)s ; cette pièce est demandée pour %(person)s. Si c'est bien "
            "la même personne (nom de naissance, par exemple), l'agent qui étudie le dossier le "
            "verra."
        ) % {"printed": _listed(seal.names), "person": person}
    others = [name for name in seal.names if not person.is_named([name])]
    if piece.member_id is None:
        return _own_part_alone(person, others) if facts.separated and others else ""
    if person.shares_tax_notice or facts.people[None].is_named(seal.names):
        return _(
            "Cet avis est commun avec %(applicant)s : il compte une seule fois, sur la pièce de "
            "%(applicant)s."
        ) % {"applicant": facts.people[None]}
    return _counted_already(seal, others, facts)


def _whole_name_wanted(person: Person, member_id: int | None) -> str:
    if member_id is None:
        return _(
            "Le sceau ne peut pas encore servir : il faut d'abord le prénom et le nom de famille "
            "du demandeur, dans l'identité."
        )
    return _(
        "Écrivez le nom de famille de %(person)s dans le foyer : un prénom seul ne dit pas de qui "
        "est cet avis."
    ) % {"person": person}


def _own_part_alone(person: Person, others: list[str]) -> str:
    return _(
        "Cet avis est commun avec %(others)s, et une séparation est déclarée : seule la part de "
        "%(person)s compte. Elle s'écrit dans les ressources."
    ) % {"others": _listed(others), "person": person}


def _counted_already(seal: Seal, others: list[str], facts: DossierFacts) -> str:
    """Why a notice of two members would count twice; empty when it would not."""
    for member_id, other in facts.people.items():
        told = facts.rfr.get((member_id, seal.income_year or 0))
        if told and other.is_named(others):
            return _(
                "Cet avis est commun avec %(other)s, dont le dossier compte déjà %(told)s de "
                "revenu fiscal de référence %(year)s : il compterait deux fois. Dans les "
                "ressources, écrivez tout le montant de l'avis pour une seule de ces personnes, et "
                "0 € pour l'autre."
            ) % {
                "other": other,
                "told": french.euros(told, short=True),
                "year": seal.income_year,
            }
    return ""


def _wrong_year(found: int, asked: int) -> str:
    return _(
        "Cet avis porte sur les revenus de %(found)s ; c'est celui des revenus de %(asked)s qui "
        "est demandé."
    ) % {"found": found, "asked": asked}


def seals_in(piece: Piece) -> list[Seal]:
    """The seals of a piece read `as_read`: a file has some once it is clean."""
    return [seal for file in piece.files.all() for seal in file.seals.all()]


def hints_of(piece: Piece, facts: DossierFacts, on: date) -> list[str]:
    """Everything worth a second look in a piece read `as_read`."""
    files = [file for file in piece.files.all() if file.state == "clean"]
    readings = [file.reading for file in files if hasattr(file, "reading")]
    seals = seals_in(piece)
    hints = [
        *(hint for file in files if hasattr(file, "reading") for hint in _about_images(file)),
        *_about_missing_pages(files, readings),
        *_about_seals(piece, seals, facts, on),
        *_about_words(piece, readings, seals, facts, on),
    ]
    return list(dict.fromkeys(hints))


def _about_images(file: Any) -> list[str]:
    """What a file that was read shows badly, or should not show."""
    hints = []
    if file.reading.dim_pages:
        hints.append(
            _(
                "%(where)s : l'image est très sombre. Une photo prise près d'une fenêtre se "
                "lira mieux."
            )
            % {"where": _where(file, file.reading.dim_pages)}
        )
    if file.reading.blurred_pages:
        hints.append(
            _(
                "%(where)s : l'image est floue. Posez le document à plat et laissez "
                "l'appareil faire le point."
            )
            % {"where": _where(file, file.reading.blurred_pages)}
        )
    if file.reading.shows_nir:
        hints.append(
            _(
                "%(where)s : on y lit un numéro de sécurité sociale. Personne n'en a besoin : "
                "cachez-le sur une copie, puis remplacez ce fichier."
            )
            % {"where": _("« %(name)s »") % {"name": file.original_name}}
        )
    return hints


def _about_missing_pages(files: list[Any], readings: list[Any]) -> list[str]:
    announced = max((each.announced_pages or 0 for each in readings), default=0)
    given = sum(file.pages for file in files)
    if announced <= given:
        return []
    return [
        _("Le document annonce %(announced)s ; nous en avons reçu %(given)s.")
        % {"announced": french.count(announced, _("page"), _("pages")), "given": given}
    ]


def _where(file: Any, pages: list[int]) -> str:
    if file.pages == 1:
        return _("« %(name)s »") % {"name": file.original_name}
    numbers = ", ".join(str(page) for page in pages)
    return _("« %(name)s », page %(pages)s") % {"name": file.original_name, "pages": numbers}


def _about_seals(piece: Piece, seals: list[Any], facts: DossierFacts, on: date) -> list[str]:
    hints = []
    for seal in seals:
        if not seal.is_verified:
            hints.append(_UNVERIFIED[Seal.Verdict(seal.verdict)]())
        elif seal.kind == Seal.Kind.TAX_NOTICE:
            hints += _about_notice(seal, piece, facts, on)
        elif seal.kind == Seal.Kind.DISABILITY_CARD:
            hints += _about_card(seal, on)
        elif seal.names and not _anybody_named(seal.names, facts):
            hints.append(_about_stranger(seal, facts))
    return hints


_UNVERIFIED = {
    Seal.Verdict.ALTERED: lambda: _(
        "Le sceau du document ne correspond pas à ce qu'il contient. Téléchargez à nouveau le "
        "document d'origine et donnez-le sans le modifier."
    ),
    Seal.Verdict.UNKNOWN: lambda: _(
        "Le document porte un sceau que nous ne pouvons pas vérifier : nous ne connaissons pas le "
        "certificat qui l'a signé. Cela n'enlève rien au document."
    ),
    Seal.Verdict.OUT_OF_DATE: lambda: _(
        "Le certificat qui a signé ce sceau n'était pas valable le jour de la signature : nous ne "
        "pouvons pas le vérifier."
    ),
    Seal.Verdict.WRONG_ISSUER: lambda: _(
        "Le sceau a été fait par un organisme qui ne délivre pas ce document : nous n'en tenons "
        "pas compte."
    ),
}


def _about_notice(seal: Any, piece: Piece, facts: DossierFacts, on: date) -> list[str]:
    offered = offer_of(seal, facts, on)
    if isinstance(offered, Declined):
        return [offered.why]
    hints = []
    asked = piece.year or reference_income_year(on)
    if offered.year != asked:
        hints.append(_wrong_year(offered.year, asked))
    if offered.before is not None and offered.before != offered.rfr_eur:
        hints.append(
            _(
                "Le dossier indique %(told)s de revenu fiscal de référence %(year)s ; le sceau de "
                "l'avis dit %(sealed)s."
            )
            % {
                "told": french.euros(offered.before, short=True),
                "year": offered.year,
                "sealed": french.euros(offered.rfr_eur, short=True),
            }
        )
    if piece.member_id is None:
        hints += [
            _(
                "Cet avis est aussi celui de %(person)s, dont le dossier compte le revenu à part. "
                "Indiquez dans les ressources que l'avis est commun, sinon ce revenu compte deux "
                "fois."
            )
            % {"person": person}
            for member_id, person in facts.people.items()
            if member_id is not None
            and not person.shares_tax_notice
            and (member_id, offered.year) in facts.rfr
            and person.is_named(seal.names)
        ]
    return hints


def _about_stranger(seal: Any, facts: DossierFacts) -> str:
    told = {"printed": _listed(seal.names)}
    for person in facts.people.values():
        first_name = folded(person.first_name)
        if not person.has_whole_name and first_name and holds_name(told["printed"], first_name):
            return _(
                "Le sceau nomme %(printed)s. Si c'est %(person)s, écrivez son nom de famille dans "
                "le dossier."
            ) % {**told, "person": person}
    return _("Le sceau nomme %(printed)s, que le dossier ne connaît pas.") % told


def _about_card(seal: Any, on: date) -> list[str]:
    if seal.valid_until is not None and seal.valid_until < on:
        return [
            _("Le sceau de la carte dit qu'elle n'est plus valable depuis le %(day)s.")
            % {"day": french.long_date(seal.valid_until)}
        ]
    return []


def _about_words(
    piece: Piece, readings: list[Any], seals: list[Any], facts: DossierFacts, on: date
) -> list[str]:
    hints = []
    verified_notice = any(seal.is_verified and seal.kind == Seal.Kind.TAX_NOTICE for seal in seals)
    years = {each.income_year for each in readings if each.income_year}
    if piece.year and years and piece.year not in years and not verified_notice:
        hints.append(_wrong_year(max(years), piece.year))
    pays = [each.latest_pay for each in readings if each.latest_pay]
    if pays and months_after(max(pays), PAY_SLIP_MONTHS) < on:
        hints.append(
            _(
                "Le bulletin le plus récent est celui de %(month)s : les bailleurs demandent des "
                "bulletins de moins de trois mois."
            )
            % {"month": dateformat.format(max(pays), "F Y")}
        )
    return [*hints, *_about_name(piece, readings, seals, facts)]


def _about_name(
    piece: Piece, readings: list[Any], seals: list[Any], facts: DossierFacts
) -> list[str]:
    person = facts.people[piece.member_id]
    name = person.last_name or person.first_name
    looked = [each for each in readings if each.name_sought == folded(name)[:80] != ""]
    if not looked or any(each.name_found for each in looked):
        return []
    if any(person.is_named(seal.names) for seal in seals):
        return []
    return [
        _("Nous n'avons pas trouvé le nom « %(name)s » dans le texte du document.") % {"name": name}
    ]


def _anybody_named(printed: Iterable[str], facts: DossierFacts) -> bool:
    return any(person.is_named(printed) for person in facts.people.values())


def _listed(names: Iterable[str]) -> str:
    return _(" et ").join(names)
