"""How the public simulator says what it found. Plain functions: nothing here asks the database."""

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from alin.kit import french

from .models import Funding
from .rules import Basis, HouseholdFacts, Reason, Status, category_label, hlm_category
from .rules.budget import Budget
from .rules.simulation import Answers, Right

Rows = list[dict[str, Any]]


def funding_title(funding: str) -> str:
    """A kind of home in everyday words, with its name in the law."""
    return {
        Funding.PLAI: _("Logement très social (PLAI)"),
        Funding.PLUS: _("Logement social (PLUS)"),
        Funding.PLS: _("Logement social supérieur (PLS)"),
        Funding.LLTS: _("Logement très social d'outre-mer (LLTS)"),
        Funding.LLS: _("Logement social d'outre-mer (LLS)"),
        Funding.LLI: _("Logement intermédiaire (LLI)"),
    }[Funding(funding)]


def headline(rights: list[Right]) -> str:
    """The answer in a sentence."""
    if not rights:
        return _("Ces logements n'ont pas de plafond connu dans cette commune.")
    statuses = [_status(right) for right in rights]
    open_to = [funding_title(r.funding) for r in rights if _status(r) == "yes"]
    if len(open_to) == len(rights):
        return _("Vos revenus ouvrent droit à toutes les catégories de logements.")
    if open_to:
        return _("Vos revenus ouvrent droit à : %(what)s.") % {"what": ", ".join(open_to)}
    if "unknown" in statuses:
        return _("Il manque de quoi vous répondre. Voici déjà les plafonds de votre foyer.")
    return _("Vos revenus dépassent les plafonds de ces logements dans cette commune.")


def _status(right: Right) -> Status:
    """Slightly above a PLUS ceiling is no refusal: the landlord may make an exception."""
    if right.reason.code == "plus_over_100" or right.reason.status == "info":
        return "unknown"
    return right.reason.status


def right_card(right: Right) -> dict[str, Any]:
    """The arguments of the component `ui.verdict` for one funding."""
    status = _status(right)
    words = {
        "yes": _("vous y avez droit"),
        "no": _("vos revenus dépassent le plafond"),
        "unknown": _("à préciser"),
    }[status]
    if right.reason.code == "plus_over_100":
        words = _("possible par exception")
    return {
        "status": status,
        "title": f"{funding_title(right.funding)}\u00a0: {words}",
        "reasons": [_reason(right)],
    }


def _reason(right: Right) -> dict[str, Any]:
    reason = right.reason
    change = reason.what_would_change
    if reason.code == "birth_date_missing":
        change = _("Indiquez l'âge de chacun de vous deux.")
    if reason.code == "ceiling_unknown":
        change = ""
    return {
        "text": f"{reason.explanation} {_band(right)}".strip(),
        "figure": _euros(reason.figure_eur) if right.limit_eur else "",
        "figure_label": _("Vos ressources"),
        "limit": _euros(right.limit_eur),
        "limit_label": _("Plafond"),
        "year": right.year,
        "source": reason.text_of_law,
        "change": change,
    }


def _band(right: Right) -> str:
    """Where the household stands in percent of the ceiling; in the bands of the law for PLUS."""
    reason = right.reason
    if reason.ratio_pct is None:
        return ""
    said = _("Vos ressources font %(pct)d %% de ce plafond.") % {"pct": reason.ratio_pct}
    bands = {
        "60": _(
            "Jusqu'à 60 %, vous faites partie des ménages auxquels au moins 30 % des logements"
            " PLUS d'un immeuble sont destinés (article D331-12 du CCH)."
        ),
        "100": _("De 60 à 100 %, vous pouvez demander tout logement PLUS."),
        "120": _(
            "De 100 à 120 %, le bailleur peut faire exception pour un logement PLUS sur dix au"
            " plus (article D331-12 du CCH)."
        ),
        "over": _("Au-delà de 120 %, aucune exception n'est possible."),
    }
    return f"{said} {bands[reason.band]}" if reason.band else said


def told(answers: Answers, facts: HouseholdFacts) -> Rows:
    """The answers as understood, to be read again before the result is believed."""
    rows = [
        (_("Foyer"), _household(answers, facts)),
        (_("Catégorie de ménage"), _category(facts)),
    ]
    if answers.couple and answers.age and answers.spouse_age:
        ages = _("%(one)d et %(other)d ans") % {"one": answers.age, "other": answers.spouse_age}
        rows.append((_("Âges du couple"), ages))
    if facts.young_couple is None:
        rows.append(
            (
                _("Âges du couple"),
                _("non indiqués : s'ils font 55 ans ou moins à deux, le plafond est plus haut"),
            )
        )
    if answers.disability:
        rows.append((_("Carte mobilité inclusion « invalidité »"), _("oui")))
    if facts.resources_eur is None:
        rows.append((_("Ressources retenues"), _("non indiquées")))
    else:
        rows.append(
            (
                _("Ressources retenues"),
                f"{_euros(facts.resources_eur)} ({_basis(facts.resources_basis, facts)})",
            )
        )
    return [{"key": key, "value": value} for key, value in rows]


def _household(answers: Answers, facts: HouseholdFacts) -> str:
    """« deux adultes en couple, 2 enfants, 1 enfant en garde alternée »"""
    parts = [_("un couple") if answers.couple else _("une personne")]
    child, children = _("enfant"), _("enfants")
    if answers.children:
        parts.append(french.count(answers.children, child, children))
    for number, one, many in (
        (answers.alternating, _("enfant en garde alternée"), _("enfants en garde alternée")),
        (answers.visiting, _("enfant en droit de visite"), _("enfants en droit de visite")),
        (answers.dependants, _("autre personne à charge"), _("autres personnes à charge")),
        (answers.other_adults, _("autre adulte"), _("autres adultes")),
    ):
        if number:
            parts.append(french.count(number, one, many))
    if answers.child_ages:
        ages = ", ".join(map(str, answers.child_ages))
        parts.append(_("âges des enfants : %(ages)s") % {"ages": ages})
    if answers.expected:
        parts.append(_("un enfant à naître, compté à sa naissance"))
    return ", ".join(parts)


def _category(facts: HouseholdFacts) -> str:
    """The category of social homes, and what raises it above the number of persons."""
    category, extra = hlm_category(
        persons=facts.persons,
        adults=facts.adults,
        dependants=facts.dependants,
        young_couple=bool(facts.young_couple),
        any_disability=facts.any_disability,
    )
    persons = french.count(facts.persons, _("personne"), _("personnes"))
    said = f"{category_label(str(category), extra)}, {persons}"
    if category + extra == facts.persons:
        return said
    if facts.young_couple:
        return _("%(said)s, relevée car vos âges font 55 ans ou moins à deux") % {"said": said}
    if facts.adults == 1 and facts.dependants:
        return _("%(said)s, relevée car vous êtes seul ou seule avec une charge de famille") % {
            "said": said
        }
    return _("%(said)s, relevée par la carte mobilité inclusion") % {"said": said}


def _basis(basis: Basis, facts: HouseholdFacts) -> str:
    if basis == "12_months":
        return _("douze derniers mois, en baisse d'au moins 10 %")
    if basis == "N-1":
        return _("revenus de %(year)s, en baisse d'au moins 10 %%") % {"year": facts.resources_year}
    return _("revenus de %(year)s") % {"year": facts.resources_year}


def job_sentence(reason: Reason | None, minimum: dict[str, int]) -> str:
    """Whether homes reserved to employees are open to this job; empty when no job was told."""
    if reason is None or not minimum:
        return ""
    conditions = _(
        "Des logements sont réservés aux salariés d'une entreprise privée de %(private)d salariés"
        " ou plus (%(agricultural)d ou plus pour une entreprise agricole)."
    ) % {"private": minimum["private"], "agricultural": minimum["agricultural"]}
    if reason.status == "yes":
        answer = _("D'après vos réponses, ils vous sont ouverts.")
    elif reason.status == "no":
        answer = _("D'après vos réponses, ils ne vous sont pas ouverts ; les autres le restent.")
    else:
        answer = reason.what_would_change
    return f"{conditions} {answer}"


def budget_rows(budget: Budget) -> Rows:
    """A budget line by line, for `ui.summary_list`."""
    rows = [(_("Loyer et charges"), _monthly(budget.rent + budget.charges))]
    if budget.aid is not None:
        rows.append((_("Aide au logement estimée (APL)"), _monthly(budget.aid.amount)))
        if budget.aid.rls:
            rows.append((_("Réduction de loyer de solidarité"), _monthly(budget.aid.rls)))
        rows.append((_("Resterait à payer, estimation"), _monthly(budget.to_pay)))
    if budget.effort_pct is not None:
        rows.append(
            (_("Part de vos revenus (taux d'effort)"), french.number(budget.effort_pct) + "\u00a0%")
        )
    if budget.per_day is not None:
        per_day = _("%(amount)s par personne et par jour") % {
            "amount": french.euros(budget.per_day)
        }
        rows.append((_("Reste pour vivre"), per_day))
    return [{"key": key, "value": value} for key, value in rows]


def _monthly(amount: Decimal | int) -> str:
    return _("%(amount)s par mois") % {"amount": french.euros(amount, short=True)}


def _euros(amount: int | None) -> str:
    return "" if amount is None else french.euros(amount, short=True)
