"""What a household is entitled to: plain functions over plain values, no database.

The figures come from outside as `Parameters` (see `queries.parameters_at`), because they are
dated; the sentences are for the applicant to read. Amounts are whole euros a year, of revenu
fiscal de référence (RFR). Articles are those of the code de la construction et de l'habitation
(CCH) unless said otherwise.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from .models import SOCIAL_FUNDINGS, Funding

Status = Literal["yes", "no", "unknown"]
Link = Literal["holder", "spouse", "partner", "child", "ascendant", "other"]
Custody = Literal["full", "alternating", "visiting"]
Basis = Literal["N-2", "N-1", "12_months"]
Sector = Literal["private", "agricultural", "public", "none"]
Band = Literal["60", "100", "120", "over"]

YOUNG_COUPLE_AGES_SUM = 55
LARGEST_CATEGORY = 6
LARGEST_LLI_DEPENDANTS = 4
WORTHWHILE_DROP_PCT = 10
PLUS_LOW_BAND_PCT = 60
PLUS_EXCEPTION_PCT = 120


@dataclass(frozen=True)
class Person:
    """Somebody who will live in the home, or a child expected in it.

    `dependant` is « à charge » in the sense of the tax code (CGI 194, 196, 196 A bis, 196 B);
    `disabled` is the holder of a card « mobilité inclusion » that says « invalidité »."""

    birth_date: date | None
    link: Link
    dependant: bool = False
    custody: Custody | None = None
    disabled: bool = False
    expected: bool = False


@dataclass(frozen=True)
class Employment:
    """The applicant's employer: its sector and its number of employees, None when not known."""

    sector: Sector
    headcount: int | None = None


@dataclass(frozen=True)
class HouseholdFacts:
    """What the rules need to know of a household. None always means “not known yet”.

    `adults` are the persons who are nobody's dependant; `couple` says that two of them are
    married, in a pacs or living together. `resources_eur` is the sum over all persons, of the
    year `resources_year` (None for the last twelve months), chosen as `resources_basis` by
    `resources_that_count`."""

    persons: int
    adults: int
    dependants: int
    couple: bool = False
    young_couple: bool | None = False
    any_disability: bool = False
    resources_eur: int | None = None
    resources_year: int | None = None
    resources_basis: Basis = "N-2"
    has_numero_unique: bool = False
    employment: Employment | None = None


@dataclass(frozen=True)
class HomeTerms:
    """What a home asks of its household. The zones are those of its commune, in the words of
    `territory.Commune`. `income_limited` is False for a home without ceilings (emergency,
    mobility); `employment_required` is True for an offer reserved to employees."""

    funding: str
    ceilings_zone: str
    zone_abc: str = ""
    income_limited: bool = True
    employment_required: bool = False


@dataclass(frozen=True)
class CeilingTable:
    """The ceilings of one funding in one zone: euros a year by category, for one year.
    `in_force` is False when they are those of an earlier year than the date asked for."""

    year: int
    in_force: bool
    amounts: Mapping[str, int]

    def limit(self, category: str, extra: int, extra_category: str) -> int:
        """The ceiling of a category with `extra` persons beyond it."""
        return self.amounts[category] + extra * self.amounts[extra_category]


@dataclass(frozen=True)
class Parameters:
    """The figures of the law at a date. `tables` is keyed by (funding, zone of ceilings);
    `employer_minimum` is the least number of employees by sector of the employer."""

    on: date
    tables: Mapping[tuple[str, str], CeilingTable]
    employer_minimum: Mapping[str, int]

    @property
    def missing_year(self) -> int | None:
        """The year whose ceilings of social homes are not published yet, None when they are."""
        social = [table for (funding, _zone), table in self.tables.items() if funding == "PLUS"]
        return None if any(table.in_force for table in social) else self.on.year


@dataclass(frozen=True)
class Reason:
    """One rule, said to the person: their figure, the limit, the text, what would change it.

    `status` is "info" for a sentence that decides nothing. `ratio_pct` is rounded up, so that
    a household one euro above a ceiling never reads 100 %. `band` is for PLUS homes alone:
    at most 60, 100 or 120 % of the ceiling, or over."""

    code: str
    status: Literal["yes", "no", "unknown", "info"]
    title: str
    explanation: str
    text_of_law: str = ""
    what_would_change: str = ""
    figure_eur: int | None = None
    limit_eur: int | None = None
    ratio_pct: int | None = None
    year: int | None = None
    category: str = ""
    band: Band | None = None


@dataclass(frozen=True)
class Verdict:
    """Whether a household may enter a home: no if one reason says no, else unknown if one is
    unknown, else yes. `indicative` when the ceilings used are those of an earlier year."""

    status: Status
    reasons: tuple[Reason, ...]
    indicative: bool = False


class ResourcesThatCount(NamedTuple):
    """The amount to compare with a ceiling, why this one, and by how many whole percent it is
    below the N-2 amount (rounded down; 0 for N-2 itself)."""

    amount: int
    basis: Basis
    drop_pct: int


# --- the household -------------------------------------------------------------------------


def age_on(birth_date: date, on: date) -> int:
    """Age in full years; somebody born on 29 February has a birthday on 1 March."""
    had_birthday = (on.month, on.day) >= (birth_date.month, birth_date.day)
    return on.year - birth_date.year - (0 if had_birthday else 1)


def household_facts_from_people(
    people: Iterable[Person],
    *,
    on: date,
    resources_eur: int | None = None,
    resources_year: int | None = None,
    resources_basis: Basis = "N-2",
    has_numero_unique: bool = False,
    employment: Employment | None = None,
) -> HouseholdFacts:
    """Count the people who make the category of ceilings at the date of the decision.

    A child expected does not count before its birth. A child in alternating custody is a
    dependant in both homes (arrêté du 29 juillet 1987, article 1); a child who visits lives in
    the home without being a dependant of it (L442-12)."""
    home = [person for person in people if not person.expected]
    dependants = sum(_is_dependant(person) for person in home)
    couple = any(person.link in ("spouse", "partner") for person in home)
    return HouseholdFacts(
        persons=len(home),
        adults=sum(not _is_dependant(person) and person.custody != "visiting" for person in home),
        dependants=dependants,
        couple=couple,
        young_couple=_is_young_couple(home, on) if couple and not dependants else False,
        any_disability=any(person.disabled for person in home),
        resources_eur=resources_eur,
        resources_year=resources_year,
        resources_basis=resources_basis,
        has_numero_unique=has_numero_unique,
        employment=employment,
    )


def _is_dependant(person: Person) -> bool:
    if person.custody == "visiting":
        return False
    return person.dependant or person.custody == "alternating"


def _is_young_couple(home: Iterable[Person], on: date) -> bool | None:
    births = [
        person.birth_date for person in home if person.link in ("holder", "spouse", "partner")
    ]
    known = [age_on(birth, on) for birth in births if birth is not None]
    if len(known) < len(births):
        return None if sum(known) <= YOUNG_COUPLE_AGES_SUM else False
    return sum(known) <= YOUNG_COUPLE_AGES_SUM


def hlm_category(
    *, persons: int, adults: int, dependants: int, young_couple: bool, any_disability: bool
) -> tuple[int, int]:
    """The category 1 to 6 of a household for PLAI, PLUS, PLS, LLS and LLTS ceilings, and how
    many persons it has beyond the sixth category (arrêté du 29 juillet 1987).

    A person alone with dependants, a young couple and a disability each raise the household;
    the highest counts, never their sum, because the text adds none to another."""
    rank = persons
    if adults == 1 and dependants >= 1:
        rank = max(rank, dependants + 2)
    if persons == 2 and dependants == 0 and young_couple:
        rank = max(rank, 3)
    if any_disability and persons < LARGEST_CATEGORY:
        rank = max(rank, persons + 1)
    return min(rank, LARGEST_CATEGORY), max(0, rank - LARGEST_CATEGORY)


def lli_category(*, adults: int, couple: bool, dependants: int) -> tuple[str, int] | None:
    """The column of an intermediate home's ceilings and the dependants beyond the fourth.

    None when the adults are neither one person nor a couple: the columns know only these, and
    no text was found for several tax households in one home."""
    if adults != 1 and not (adults == 2 and couple):
        return None
    if dependants == 0:
        return ("couple" if couple else "seul"), 0
    column = min(dependants, LARGEST_LLI_DEPENDANTS)
    return f"{column}_pac", dependants - column


# --- the resources -------------------------------------------------------------------------


def resources_that_count(
    rfr_n2: int, rfr_n1: int | None, last_12_months: int | None
) -> ResourcesThatCount:
    """Which resources are compared with the ceilings: those of N-2, unless those of N-1 or of
    the last twelve months are lower by at least 10 %; then the lowest (arrêté du 29 juillet
    1987). Between equal amounts, the older is kept, because a tax notice proves it."""
    later: list[tuple[int | None, Basis]] = [(rfr_n1, "N-1"), (last_12_months, "12_months")]
    best = ResourcesThatCount(rfr_n2, "N-2", 0)
    for amount, basis in later:
        if amount is None or amount >= best.amount:
            continue
        if (rfr_n2 - amount) * 100 >= rfr_n2 * WORTHWHILE_DROP_PCT:
            best = ResourcesThatCount(amount, basis, (rfr_n2 - amount) * 100 // rfr_n2)
    return best


# --- the verdict ---------------------------------------------------------------------------


def evaluate(facts: HouseholdFacts, terms: HomeTerms, parameters: Parameters) -> Verdict:
    """Whether the household may enter the home at the date of `parameters`, with each reason.

    That date is the one of the decision: resources asked for are those of its N-2 and ceilings
    those of its year."""
    reasons: list[Reason] = []
    table = None
    if terms.income_limited:
        table = parameters.tables.get((terms.funding, ceilings_key(terms)))
        reasons.append(_resources_reason(facts, terms, table, parameters.on.year))
    if terms.funding in SOCIAL_FUNDINGS:
        reasons.append(_numero_unique_reason(facts))
    if terms.employment_required:
        reasons.append(_employment_reason(facts.employment, parameters.employer_minimum))
    indicative = table is not None and not table.in_force
    if table is not None and indicative:
        reasons.append(_not_published_reason(parameters.on.year, table.year, terms.funding))
    return Verdict(_overall(reasons), tuple(reasons), indicative)


def ceilings_key(terms: HomeTerms) -> str:
    """The zone under which the ceilings of this home are published."""
    if terms.funding != Funding.LLI or terms.ceilings_zone == "drom":
        return terms.ceilings_zone
    return {"Abis": "A_bis", "B2": "B2_C", "C": "B2_C"}.get(terms.zone_abc, terms.zone_abc)


def category_label(category: str, extra: int = 0) -> str:
    """A category of ceilings in words, with the persons beyond it."""
    if category in ("seul", "couple"):
        return _("personne seule") if category == "seul" else _("couple")
    if category.endswith("_pac"):
        dependants = int(category.removesuffix("_pac")) + extra
        return ngettext(
            "%(count)d personne à charge", "%(count)d personnes à charge", dependants
        ) % {"count": dependants}
    label = _("catégorie %(category)s") % {"category": category}
    if extra:
        label += ngettext(
            " et %(count)d personne en plus", " et %(count)d personnes en plus", extra
        ) % {"count": extra}
    return label


def _overall(reasons: Iterable[Reason]) -> Status:
    statuses = {reason.status for reason in reasons}
    if "no" in statuses:
        return "no"
    return "unknown" if "unknown" in statuses else "yes"


def _resources_reason(
    facts: HouseholdFacts, terms: HomeTerms, table: CeilingTable | None, decision_year: int
) -> Reason:
    if table is None:
        return _unknown_ceiling(terms.funding, decision_year)
    missing = _missing_resources(facts, terms.funding, decision_year)
    if missing is not None:
        return missing
    limit, label = _limit(facts, terms.funding, table, young=bool(facts.young_couple))
    judged = _compared(facts, terms.funding, table.year, limit, label)
    if judged.status == "no" and facts.young_couple is None and terms.funding != Funding.LLI:
        young_limit, young_label = _limit(facts, terms.funding, table, young=True)
        if _compared(facts, terms.funding, table.year, young_limit, young_label).status == "yes":
            return _missing_birth_date(judged, young_limit)
    return judged


def _missing_resources(facts: HouseholdFacts, funding: str, decision_year: int) -> Reason | None:
    """The reason to say unknown before any comparison, if there is one."""
    title, law = _("Vos ressources"), _ceilings_law(funding)
    if facts.persons == 0:
        return Reason(
            "household_missing",
            "unknown",
            title,
            _("Le plafond dépend des personnes qui vivront dans le logement."),
            law,
            _("Indiquez dans votre dossier les personnes de votre foyer."),
        )
    if funding == Funding.LLI and _lli_column(facts) is None:
        return Reason(
            "household_unclear",
            "unknown",
            title,
            _(
                "Les plafonds du logement intermédiaire sont fixés pour une personne seule ou un"
                " couple. Votre foyer compte d’autres adultes : le bailleur dira comment il"
                " compte leurs ressources."
            ),
            law,
            _("Interrogez le bailleur avant de postuler."),
        )
    needed = decision_year - (1 if facts.resources_basis == "N-1" else 2)
    fill_in = _(
        "Indiquez le revenu fiscal de référence %(year)d de chaque personne : il est sur l’avis"
        " d’impôt reçu en %(notice_year)d."
    ) % {"year": needed, "notice_year": needed + 1}
    if facts.resources_eur is None:
        return Reason(
            "resources_missing",
            "unknown",
            title,
            _("Vos ressources ne sont pas encore renseignées."),
            law,
            fill_in,
        )
    if facts.resources_basis != "12_months" and facts.resources_year != needed:
        return Reason(
            "resources_wrong_year",
            "unknown",
            title,
            _(
                "Pour une décision prise en %(decision_year)d, ce sont les ressources de"
                " %(year)d qui comptent. Votre dossier en contient d’une autre année."
            )
            % {"decision_year": decision_year, "year": needed},
            law,
            fill_in,
            figure_eur=facts.resources_eur,
            year=facts.resources_year,
        )
    return None


def _unknown_ceiling(funding: str, decision_year: int) -> Reason:
    return Reason(
        "ceiling_unknown",
        "unknown",
        _("Vos ressources"),
        _(
            "Le plafond %(funding)s de %(year)d n’est pas connu du portail pour la commune de"
            " ce logement."
        )
        % {"funding": funding, "year": decision_year},
        _ceilings_law(funding),
        _("Demandez au bailleur le plafond qu’il applique."),
        year=decision_year,
    )


def _missing_birth_date(judged: Reason, young_limit: int) -> Reason:
    return Reason(
        "birth_date_missing",
        "unknown",
        judged.title,
        _(
            "Vos ressources dépassent le plafond d’un couple (%(limit)s), mais pas celui d’un"
            " jeune ménage (%(young_limit)s), dont les âges font 55 ans ou moins à deux."
        )
        % {"limit": _euros(judged.limit_eur or 0), "young_limit": _euros(young_limit)},
        judged.text_of_law,
        _("Indiquez la date de naissance de chacun de vous deux."),
        figure_eur=judged.figure_eur,
        limit_eur=young_limit,
        year=judged.year,
    )


def _lli_column(facts: HouseholdFacts) -> tuple[str, int] | None:
    return lli_category(adults=facts.adults, couple=facts.couple, dependants=facts.dependants)


def _limit(
    facts: HouseholdFacts, funding: str, table: CeilingTable, *, young: bool
) -> tuple[int, str]:
    """The ceiling of the household and its category in words."""
    if funding == Funding.LLI:
        column = _lli_column(facts)
        assert column is not None, "an unclear household is answered before"
        return table.limit(*column, "par_pac_sup"), category_label(*column)
    rank, extra = hlm_category(
        persons=facts.persons,
        adults=facts.adults,
        dependants=facts.dependants,
        young_couple=young,
        any_disability=facts.any_disability,
    )
    return table.limit(str(rank), extra, "par_personne_sup"), category_label(str(rank), extra)


def _compared(
    facts: HouseholdFacts, funding: str, ceilings_year: int, limit: int, label: str
) -> Reason:
    """The household's resources against their ceiling."""
    figure = facts.resources_eur
    assert figure is not None, "missing resources are answered before"
    within = figure <= limit
    band = _plus_band(figure, limit) if funding == Funding.PLUS else None
    exceptional = band == "120"
    said = {
        "resources": _resources_in_words(facts),
        "figure": _euros(figure),
        "limit": _euros(limit),
        "funding": funding,
        "year": ceilings_year,
        "category": label,
    }
    if within:
        explanation = _(
            "%(resources)s (%(figure)s) ne dépassent pas le plafond %(funding)s %(year)d de votre"
            " foyer : %(limit)s (%(category)s)."
        )
    else:
        explanation = _(
            "%(resources)s (%(figure)s) dépassent le plafond %(funding)s %(year)d de votre"
            " foyer : %(limit)s (%(category)s)."
        )
    explanation %= said
    law = _ceilings_law(funding)
    if exceptional:
        explanation += " " + _(
            "Elles le dépassent de 20 % au plus : le bailleur peut faire exception pour un"
            " logement PLUS sur dix."
        )
        law += " ; " + _("article D331-12 du CCH")
    return Reason(
        "plus_over_100" if exceptional else "within_ceiling" if within else "over_ceiling",
        "yes" if within else "no",
        _("Vos ressources"),
        explanation,
        law,
        "" if within else _how_to_come_below(facts, funding, figure - limit),
        figure_eur=figure,
        limit_eur=limit,
        ratio_pct=-(-figure * 100 // limit),
        year=ceilings_year,
        category=label,
        band=band,
    )


def _plus_band(figure: int, limit: int) -> Band:
    """Where a household stands against the PLUS ceiling (D331-12): it is not a cliff."""
    if figure * 100 <= limit * PLUS_LOW_BAND_PCT:
        return "60"
    if figure <= limit:
        return "100"
    return "120" if figure * 100 <= limit * PLUS_EXCEPTION_PCT else "over"


def _resources_in_words(facts: HouseholdFacts) -> str:
    if facts.resources_basis == "12_months":
        return _("Vos ressources des douze derniers mois")
    return _("Vos ressources de %(year)d") % {"year": facts.resources_year}


def _how_to_come_below(facts: HouseholdFacts, funding: str, gap: int) -> str:
    said = _("Il faudrait %(gap)s de moins.") % {"gap": _euros(gap)}
    if facts.resources_basis == "N-2" and funding in SOCIAL_FUNDINGS:
        said += " " + _(
            "Si vos revenus de l’année dernière ou des douze derniers mois ont baissé d’au moins"
            " 10 %, indiquez-les : ce sont alors les plus bas qui comptent."
        )
    return said


def _numero_unique_reason(facts: HouseholdFacts) -> Reason:
    title, law = _("Votre numéro unique"), _("Article L441-2-1 du CCH")
    if facts.has_numero_unique:
        return Reason(
            "numero_unique",
            "yes",
            title,
            _("Votre demande de logement social est enregistrée."),
            law,
        )
    return Reason(
        "numero_unique_missing",
        # Unknown rather than no: a number left out of the dossier says nothing of the household.
        "unknown",
        title,
        _("Un logement social n’est attribué qu’à une demande enregistrée sous un numéro unique."),
        law,
        _(
            "Indiquez votre numéro unique dans votre dossier. Si vous n’en avez pas, enregistrez"
            " votre demande de logement social : il vous sera donné avec l’attestation."
        ),
    )


def _employment_reason(
    employment: Employment | None, minimum_by_sector: Mapping[str, int]
) -> Reason:
    title = _("Votre emploi")
    law = _("Conditions d’accès publiées par Action Logement ; article L313-26-2 du CCH")
    if not minimum_by_sector:
        return Reason(
            "employment_threshold_unknown",
            "unknown",
            title,
            _("Cette offre est réservée à des salariés ; ses conditions ne sont pas connues."),
            law,
            _("Interrogez le bailleur avant de postuler."),
        )
    conditions = _(
        "Cette offre est réservée aux salariés d’une entreprise privée de %(private)d salariés"
        " ou plus (%(agricultural)d ou plus pour une entreprise agricole)."
    ) % {
        "private": minimum_by_sector["private"],
        "agricultural": minimum_by_sector["agricultural"],
    }
    if employment is None:
        return Reason(
            "employment_missing",
            "unknown",
            title,
            conditions,
            law,
            _("Indiquez votre employeur dans votre dossier."),
        )
    minimum = minimum_by_sector.get(employment.sector)
    if minimum is None:
        return Reason("employment_sector", "no", title, conditions, law)
    if employment.headcount is None:
        return Reason(
            "employment_headcount_missing",
            "unknown",
            title,
            conditions,
            law,
            _("Indiquez le nombre de salariés de votre entreprise."),
        )
    if employment.headcount < minimum:
        return Reason("employment_headcount", "no", title, conditions, law)
    return Reason(
        "employment", "yes", title, _("Votre employeur ouvre l’accès à cette offre."), law
    )


def _not_published_reason(decision_year: int, table_year: int, funding: str) -> Reason:
    return Reason(
        "ceilings_not_published",
        "info",
        _("Plafonds de l’année"),
        _(
            "Les plafonds %(missing)d ne sont pas encore publiés ; ceux de %(known)d sont donnés"
            " à titre indicatif."
        )
        % {"missing": decision_year, "known": table_year},
        _ceilings_law(funding),
        year=table_year,
    )


def _ceilings_law(funding: str) -> str:
    if funding == Funding.LLI:
        return _("Plafonds du logement intermédiaire publiés au Bofip (BOI-BAREME-000017)")
    if funding in (Funding.LLS, Funding.LLTS):
        return _("Arrêté du 14 mars 2011 modifié")
    return _("Arrêté du 29 juillet 1987 modifié")


def _euros(amount: int) -> str:
    return f"{amount:,}".replace(",", "\u202f") + "\u00a0€"
