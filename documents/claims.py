"""What the dossier declares and a piece must support, kind by kind: what an agent compares."""

from collections.abc import Callable, Iterable
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import Dossier, RecentIncome
from accounts.queries import household, recent_incomes
from accounts.rules import reference_income_year
from alin.kit import french

from .hints import DossierFacts
from .models import Piece

Row = dict[str, Any]
Reason = Dossier.Reason


def claims(piece: Piece, facts: DossierFacts) -> list[Row]:
    """Of somebody who left the household the dossier tells nothing any more but a name."""
    rows = [_row(_("Personne"), piece.whose or str(piece.dossier.applicant))]
    if piece.departure_id:
        return rows
    if piece.kind.yearly:
        rows += _reference_income(piece, facts)
    for told in _CLAIMS.get(piece.kind_id, ()):
        rows += told(piece)
    if piece.kind.validity_months:
        months = french.count(piece.kind.validity_months, _("mois"), _("mois"))
        rows.append(_row(_("Ancienneté admise"), months))
    return rows


def _row(key: str, value: object) -> Row:
    return {"key": key, "value": str(value)}


def _untold(value: object) -> str:
    return str(value) if value else _("pas déclaré")


def _birth(piece: Piece) -> list[Row]:
    born = piece.member.birth_date if piece.member else piece.dossier.birth_date
    return [_row(_("Date de naissance"), _untold(french.long_date(born) if born else ""))]


def _link(piece: Piece) -> list[Row]:
    link = piece.member.get_link_display() if piece.member else ""
    return [_row(_("Lien déclaré"), link)] if link else []


def _people(piece: Piece) -> list[Row]:
    told = (f"{each} ({each.get_link_display()})" for each in household(piece.dossier))
    return [_row(_("Foyer déclaré"), ", ".join(told) or _("une personne"))]


def _expected(piece: Piece) -> list[Row]:
    expected = piece.member is not None and piece.member.expected
    return [_row(_("Enfant à naître"), _("déclaré") if expected else _("pas déclaré"))]


def _custody(piece: Piece) -> list[Row]:
    custody = piece.member.get_custody_display() if piece.member else ""
    return [_row(_("Garde déclarée"), _untold(custody))]


def _separation(piece: Piece) -> list[Row]:
    declared = piece.dossier.separation_ground
    label = piece.dossier.get_separation_ground_display() if declared else ""
    return [_row(_("Séparation déclarée"), _untold(label))]


def _reference_income(piece: Piece, facts: DossierFacts) -> list[Row]:
    year = piece.year or reference_income_year(piece.given_on)
    amount = facts.rfr.get((piece.member_id, year))
    value = french.euros(amount, short=True) if amount is not None else _("pas encore déclaré")
    return [_row(_("Revenu fiscal de référence %(year)s") % {"year": year}, value)]


def _work(piece: Piece) -> list[Row]:
    """The dossier tells the work of the applicant alone."""
    if piece.member is not None:
        return []
    work = piece.dossier.get_employment_sector_display()
    return [_row(_("Situation professionnelle"), _untold(work))]


def _employer(piece: Piece) -> list[Row]:
    if piece.member is not None:
        return []
    return [_row(_("Employeur"), _untold(piece.dossier.employer_name))]


def _recent_income(piece: Piece) -> list[Row]:
    told = {
        each.kind: each
        for each in recent_incomes(piece.dossier)
        if each.member_id == piece.member_id
    }
    return [
        _row(_("Ressources des douze derniers mois"), _amount(told.get("12_months"))),
        _row(_("Ressources par mois"), _amount(told.get("monthly"))),
    ]


def _amount(told: RecentIncome | None) -> str:
    if told is None:
        return _("pas encore déclaré")
    return _("%(amount)s, déclaré le %(day)s") % {
        "amount": french.euros(told.amount_eur, short=True),
        "day": french.long_date(told.told_on),
    }


def _home(piece: Piece) -> list[Row]:
    dossier = piece.dossier
    since = french.long_date(dossier.housing_since) if dossier.housing_since else ""
    return [
        _row(_("Logement actuel"), _untold(dossier.get_housing_status_display())),
        _row(_("Y vit depuis"), _untold(since)),
    ]


def _rent(piece: Piece) -> list[Row]:
    rent = piece.dossier.housing_rent_eur
    return [_row(_("Loyer déclaré"), _untold(french.euros(rent, short=True) if rent else ""))]


def _reason(reason: Reason) -> Callable[[Piece], list[Row]]:
    def told(piece: Piece) -> list[Row]:
        declared = reason in piece.dossier.reasons
        return [_row(_("Raison déclarée"), _untold(reason.label if declared else ""))]

    return told


def _reasons(piece: Piece) -> list[Row]:
    told = [str(Reason(each).label) for each in piece.dossier.reasons]
    return [_row(_("Raisons de la demande"), _untold(", ".join(told)))]


def _card(piece: Piece) -> list[Row]:
    """Of the person whose piece it is: a card raises the category of the whole household."""
    declared = (piece.member or piece.dossier).disabled
    said = _("déclarée") if declared else _("pas déclarée")
    return [_row(_("Carte mobilité inclusion, mention invalidité"), said)]


def _fitted_home(piece: Piece) -> list[Row]:
    wished = piece.dossier.wish_accessible
    return [_row(_("Logement accessible"), _("souhaité") if wished else _("pas souhaité"))]


def _nothing(piece: Piece) -> list[Row]:
    return [_row(_("Dans le dossier"), _("rien n'est déclaré sur ce point"))]


_MONEY = (_work, _recent_income)
_CLAIMS: dict[str, Iterable[Callable[[Piece], list[Row]]]] = {
    "identite": (_birth,),
    "identite-adulte": (_birth, _link),
    "filiation": (_birth, _link),
    "tutelle": (_birth, _nothing),
    "avis-imposition": (),
    "union": (_people,),
    "divorce": (_separation, _people),
    "rupture-pacs": (_separation, _people),
    "ordonnance-protection": (_separation, _people),
    "grossesse": (_expected, _people),
    "garde": (_birth, _custody, _people),
    "livret-enfant-majeur": (_birth, _link, _people),
    "salaire": (_employer, *_MONEY),
    "independant": _MONEY,
    "retraite": _MONEY,
    "chomage": _MONEY,
    "prestations": _MONEY,
    "etudes": _MONEY,
    "bail": (_home, _rent),
    "hebergeant": (_home,),
    "centre-hebergement": (_home,),
    "domiciliation": (_home,),
    "taxe-fonciere": (_home,),
    "insalubrite": (_reason(Reason.UNFIT), _home),
    "conge": (_reason(Reason.NOTICE), _home),
    "expulsion": (_reason(Reason.EVICTION), _home),
    "violences": (_reason(Reason.SAFETY), _separation),
    "handicap": (_card,),
    "besoins-handicap": (_reason(Reason.DISABILITY), _fitted_home),
    "rapport-social": (_reasons,),
    "lettre-employeur": (_employer, _work, _reasons),
}
