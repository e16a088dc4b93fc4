from dataclasses import replace
from datetime import date

import pytest

from eligibility.rules import (
    Employment,
    HomeTerms,
    HouseholdFacts,
    Parameters,
    Reason,
    Verdict,
    category_label,
    evaluate,
)
from tests.eligibility.figures import parameters_2026

ALONE = HouseholdFacts(
    persons=1,
    adults=1,
    dependants=0,
    resources_eur=20000,
    resources_year=2024,
    has_numero_unique=True,
)
COUPLE = replace(ALONE, persons=2, adults=2, couple=True)
LYON_PLUS = HomeTerms("PLUS", "autres_regions", "A")
LYON_PLAI = HomeTerms("PLAI", "autres_regions", "A")
PARIS_PLUS = HomeTerms("PLUS", "paris_limitrophes", "Abis")
PARIS_LLI = HomeTerms("LLI", "paris_limitrophes", "Abis")
DECAZEVILLE_LLI = HomeTerms("LLI", "autres_regions", "C")
REUNION_LLS = HomeTerms("LLS", "drom", "B1")
REUNION_LLI = HomeTerms("LLI", "drom", "B1")


def judged(facts: HouseholdFacts, terms: HomeTerms, on: date = date(2026, 11, 23)) -> Verdict:
    return evaluate(facts, terms, parameters_2026(on))


def with_resources(facts: HouseholdFacts, amount: int) -> HouseholdFacts:
    return replace(facts, resources_eur=amount)


@pytest.mark.parametrize(
    ("facts", "terms", "ceiling"),
    [
        (ALONE, LYON_PLAI, 12870),
        (COUPLE, PARIS_LLI, 66276),
        (replace(COUPLE, persons=9, dependants=7), PARIS_LLI, 138874 + 3 * 15471),
        (ALONE, DECAZEVILLE_LLI, 32530),
        (replace(ALONE, persons=2, dependants=1), DECAZEVILLE_LLI, 52239),
        (COUPLE, REUNION_LLS, 28129),
        (replace(COUPLE, persons=8, dependants=6), REUNION_LLS, 54140 + 2 * 6039),
        (ALONE, REUNION_LLI, 32496),
    ],
)
def test_one_euro_over_the_ceiling_is_over(facts, terms, ceiling):
    assert [
        (verdict.status, verdict.reasons[0].limit_eur, verdict.reasons[0].ratio_pct)
        for verdict in (
            judged(with_resources(facts, ceiling - 1), terms),
            judged(with_resources(facts, ceiling), terms),
            judged(with_resources(facts, ceiling + 1), terms),
        )
    ] == [("yes", ceiling, 100), ("yes", ceiling, 100), ("no", ceiling, 101)]


@pytest.mark.parametrize(
    ("resources", "status", "code", "band"),
    [
        # Category 2 in the other regions: 31 254; 60 % is 18 752.4; 120 % is 37 504.8.
        (18752, "yes", "within_ceiling", "60"),
        (18753, "yes", "within_ceiling", "100"),
        (31253, "yes", "within_ceiling", "100"),
        (31254, "yes", "within_ceiling", "100"),
        (31255, "no", "plus_over_100", "120"),
        (37504, "no", "plus_over_100", "120"),
        (37505, "no", "over_ceiling", "over"),
    ],
)
def test_plus_says_in_which_band_a_household_is(resources, status, code, band):
    verdict = judged(with_resources(COUPLE, resources), LYON_PLUS)
    assert (verdict.status, verdict.reasons[0].code, verdict.reasons[0].band) == (
        status,
        code,
        band,
    )


def test_the_reason_gives_figure_limit_year_and_text():
    assert judged(with_resources(COUPLE, 30000), LYON_PLUS).reasons[0] == Reason(
        code="within_ceiling",
        status="yes",
        title="Vos ressources",
        explanation="Vos ressources de 2024 (30\u202f000\u00a0€) ne dépassent pas le plafond PLUS"
        " 2026 de votre foyer : 31\u202f254\u00a0€ (catégorie 2).",
        text_of_law="Arrêté du 29 juillet 1987 modifié",
        figure_eur=30000,
        limit_eur=31254,
        ratio_pct=96,
        year=2026,
        category="catégorie 2",
        band="100",
    )


def test_over_the_ceiling_of_plus_the_exception_and_the_way_back_are_said():
    reason = judged(with_resources(COUPLE, 31354), LYON_PLUS).reasons[0]
    assert reason.explanation == (
        "Vos ressources de 2024 (31\u202f354\u00a0€) dépassent le plafond PLUS 2026 de votre"
        " foyer : 31\u202f254\u00a0€ (catégorie 2). Elles le dépassent de 20 % au plus : le"
        " bailleur peut faire exception pour un logement PLUS sur dix."
    )
    assert reason.text_of_law == ("Arrêté du 29 juillet 1987 modifié ; article D331-12 du CCH")
    assert reason.what_would_change == (
        "Il faudrait 100\u00a0€ de moins. Si vos revenus de l’année dernière ou des douze"
        " derniers mois ont baissé d’au moins 10 %, indiquez-les : ce sont alors les plus bas"
        " qui comptent."
    )


def test_a_household_that_already_uses_lower_resources_is_not_told_to():
    facts = replace(with_resources(COUPLE, 31354), resources_basis="N-1", resources_year=2025)
    assert judged(facts, LYON_PLUS).reasons[0].what_would_change == (
        "Il faudrait 100\u00a0€ de moins."
    )


def test_the_zone_is_that_of_the_home():
    facts = with_resources(ALONE, 26920)
    assert (judged(facts, PARIS_PLUS).status, judged(facts, LYON_PLUS).status) == ("yes", "no")


def test_paris_and_its_suburbs_differ_from_the_third_category_on():
    parent = replace(ALONE, persons=2, dependants=1, resources_eur=50000)
    suburbs = HomeTerms("PLUS", "idf_hors_paris", "A")
    assert [judged(parent, terms).reasons[0].limit_eur for terms in (PARIS_PLUS, suburbs)] == [
        52740,
        48362,
    ]


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"resources_eur": None}, "resources_missing"),
        ({"persons": 0, "adults": 0}, "household_missing"),
        ({"resources_year": 2023}, "resources_wrong_year"),
        ({"resources_year": 2025}, "resources_wrong_year"),
        ({"resources_year": None}, "resources_wrong_year"),
        ({"resources_basis": "N-1", "resources_year": 2024}, "resources_wrong_year"),
        ({"has_numero_unique": False}, "numero_unique_missing"),
    ],
)
def test_what_is_missing_leaves_the_verdict_unknown_and_says_what_to_fill(changed, code):
    verdict = judged(replace(ALONE, **changed), LYON_PLUS)
    assert verdict.status == "unknown"
    [missing] = [reason for reason in verdict.reasons if reason.status == "unknown"]
    assert missing.code == code
    assert missing.what_would_change.startswith("Indiquez ")


def test_the_year_of_resources_asked_for_is_two_years_before_the_decision():
    verdict = judged(replace(ALONE, resources_eur=None, resources_year=None), LYON_PLUS)
    assert verdict.reasons[0].what_would_change == (
        "Indiquez le revenu fiscal de référence 2024 de chaque personne : il est sur l’avis"
        " d’impôt reçu en 2025."
    )


def test_the_last_twelve_months_have_no_year():
    facts = replace(ALONE, resources_basis="12_months", resources_year=None)
    assert (
        judged(facts, LYON_PLUS)
        .reasons[0]
        .explanation.startswith(
            "Vos ressources des douze derniers mois (20\u202f000\u00a0€) ne dépassent pas"
        )
    )


@pytest.mark.parametrize(
    ("basis", "year", "amount", "status", "code"),
    [
        # The ceiling of one person in zone B2 is 32 530. Of the year before (BOFiP): a notice too.
        ("N-2", 2024, 32530, "yes", "within_ceiling"),
        ("N-1", 2025, 32530, "yes", "within_ceiling"),
        ("12_months", None, 32530, "unknown", "tax_notice_decides"),
        # The income of each notice told is higher than twelve months that count: over all the more.
        ("12_months", None, 32531, "no", "over_ceiling"),
    ],
)
def test_an_intermediate_home_looks_at_a_tax_notice(basis, year, amount, status, code):
    facts = replace(ALONE, resources_eur=amount, resources_basis=basis, resources_year=year)
    verdict = judged(facts, replace(DECAZEVILLE_LLI, zone_abc="B2"))
    assert (verdict.status, verdict.reasons[0].code) == (status, code)


def test_who_told_twelve_months_learns_what_an_intermediate_home_compares():
    facts = replace(ALONE, resources_basis="12_months", resources_year=None)
    reason = judged(facts, DECAZEVILLE_LLI).reasons[0]
    assert (reason.explanation, reason.what_would_change) == (
        "Le logement intermédiaire compare le revenu fiscal de référence (avis d’impôt), pas les"
        " douze derniers mois. Le plafond de votre foyer : 32\u202f530\u00a0€ (personne seule).",
        "Comparez-lui votre revenu fiscal de référence 2024, ou 2025 s’il est plus bas et si vous"
        " en avez l’avis d’impôt.",
    )


def test_a_no_outweighs_what_is_unknown():
    facts = replace(ALONE, resources_eur=90000, has_numero_unique=False)
    assert judged(facts, LYON_PLUS).status == "no"


@pytest.mark.parametrize(
    ("resources", "status", "code"),
    [
        # Category 2 is 31 254, category 3 is 37 584.
        (31254, "yes", "within_ceiling"),
        (31255, "unknown", "birth_date_missing"),
        (37584, "unknown", "birth_date_missing"),
        (37585, "no", "over_ceiling"),
    ],
)
def test_a_missing_birth_date_matters_only_between_two_ceilings(resources, status, code):
    facts = replace(COUPLE, resources_eur=resources, young_couple=None)
    verdict = judged(facts, LYON_PLUS)
    assert (verdict.status, verdict.reasons[0].code) == (status, code)


def test_ceilings_not_published_yet_are_indicative_and_said():
    facts = replace(ALONE, resources_year=2025)
    verdict = judged(facts, LYON_PLUS, on=date(2027, 1, 2))
    assert (verdict.status, verdict.indicative) == ("yes", True)
    assert [(each.code, each.status, each.year) for each in verdict.reasons] == [
        ("within_ceiling", "yes", 2026),
        ("numero_unique", "yes", None),
        ("ceilings_not_published", "info", 2026),
    ]
    assert verdict.reasons[2].explanation == (
        "Les plafonds 2027 ne sont pas encore publiés ; ceux de 2026 sont donnés à titre indicatif."
    )
    assert parameters_2026(date(2027, 1, 2)).missing_year == 2027
    assert parameters_2026().missing_year is None
    assert judged(ALONE, LYON_PLUS).indicative is False


@pytest.mark.parametrize(
    "terms",
    [
        HomeTerms("PLUS", "com"),
        # What PLS is overseas was read in two ways: no figure rather than a wrong one.
        HomeTerms("PLS", "drom", "B1"),
        HomeTerms("LLI", "autres_regions", "B1"),
    ],
)
def test_a_ceiling_that_is_not_known_is_said_and_not_guessed(terms):
    verdict = judged(ALONE, terms)
    assert (verdict.status, verdict.reasons[0].code) == ("unknown", "ceiling_unknown")


def test_an_intermediate_home_for_other_adults_is_left_to_the_landlord():
    verdict = judged(replace(COUPLE, couple=False), PARIS_LLI)
    assert [(each.code, each.status) for each in verdict.reasons] == [
        ("household_unclear", "unknown")
    ]


def test_a_home_without_ceilings_nor_numero_unique_asks_nothing():
    terms = HomeTerms("LLI", "autres_regions", "B1", income_limited=False)
    nobody = HouseholdFacts(persons=0, adults=0, dependants=0)
    assert judged(nobody, terms) == Verdict("yes", ())


def test_a_social_home_without_ceilings_asks_for_a_numero_unique():
    terms = HomeTerms("PLAI", "autres_regions", "B1", income_limited=False)
    assert [each.code for each in judged(ALONE, terms).reasons] == ["numero_unique"]


@pytest.mark.parametrize(
    ("employment", "status", "code"),
    [
        (Employment("private", 10), "yes", "employment"),
        (Employment("private", 9), "no", "employment_headcount"),
        (Employment("agricultural", 50), "yes", "employment"),
        (Employment("agricultural", 49), "no", "employment_headcount"),
        (Employment("private", None), "unknown", "employment_headcount_missing"),
        (Employment("public", 5000), "no", "employment_sector"),
        (Employment("none"), "no", "employment_sector"),
        # L313-26-2: DALO employees or job seekers; whatever firm they left.
        (Employment("jobseeker", 5), "unknown", "employment_jobseeker"),
        (Employment("retired"), "unknown", "employment_retired"),
        (None, "unknown", "employment_missing"),
    ],
)
def test_an_offer_reserved_to_employees_looks_at_the_employer(employment, status, code):
    terms = replace(LYON_PLUS, employment_required=True)
    verdict = judged(replace(ALONE, employment=employment), terms)
    assert (verdict.status, verdict.reasons[-1].code) == (status, code)


@pytest.mark.parametrize(
    ("employment", "status", "code"),
    [
        (Employment("public"), "unknown", "employment_of_the_couple"),
        (Employment("self_employed"), "unknown", "employment_of_the_couple"),
        (Employment("student"), "unknown", "employment_of_the_couple"),
        (Employment("none"), "unknown", "employment_of_the_couple"),
        (Employment("private", 9), "unknown", "employment_of_the_couple"),
        (Employment("private", 10), "yes", "employment"),
        (Employment("private", None), "unknown", "employment_headcount_missing"),
        (None, "unknown", "employment_missing"),
    ],
)
def test_a_couple_is_not_refused_for_the_employer_of_one_of_the_two(employment, status, code):
    terms = replace(LYON_PLUS, employment_required=True)
    verdict = judged(replace(COUPLE, employment=employment), terms)
    assert (verdict.status, verdict.reasons[-1].code) == (status, code)


def test_a_couple_learns_what_the_employer_of_the_other_would_change():
    terms = replace(LYON_PLUS, employment_required=True)
    reason = judged(replace(COUPLE, employment=Employment("student")), terms).reasons[-1]
    assert reason.what_would_change == (
        "Vous êtes deux : l’employeur de l’autre membre du couple peut ouvrir cet accès. Si c’est"
        " le cas, dites-le au bailleur."
    )


def test_an_offer_for_everybody_does_not_look_at_the_employer():
    verdict = judged(replace(ALONE, employment=Employment("public")), LYON_PLUS)
    assert [each.code for each in verdict.reasons] == ["within_ceiling", "numero_unique"]


def test_thresholds_that_are_not_loaded_are_said_and_not_guessed():
    terms = replace(LYON_PLUS, employment_required=True)
    nothing = Parameters(on=date(2026, 11, 23), tables={}, employer_minimum={})
    verdict = evaluate(replace(ALONE, employment=Employment("private", 10)), terms, nothing)
    assert [each.code for each in verdict.reasons] == [
        "ceiling_unknown",
        "numero_unique",
        "employment_threshold_unknown",
    ]


@pytest.mark.parametrize(
    ("category", "extra", "label"),
    [
        ("3", 0, "catégorie 3"),
        ("6", 1, "catégorie 6 et 1 personne en plus"),
        ("6", 2, "catégorie 6 et 2 personnes en plus"),
        ("seul", 0, "personne seule"),
        ("couple", 0, "couple"),
        ("1_pac", 0, "1 personne à charge"),
        ("4_pac", 2, "6 personnes à charge"),
    ],
)
def test_a_category_is_said_in_words(category, extra, label):
    assert category_label(category, extra) == label


YOUNG_WORKERS = replace(
    LYON_PLUS, min_age=16, max_age=30, occupations=("employee", "job_seeker"), max_stay_months=24
)


def test_each_condition_is_a_line_with_its_reason():
    """Born on 24 November 1995, one is 30 on 23 November 2026, and 31 on the day after."""
    young = replace(ALONE, born_on=date(1995, 11, 24), employment=Employment("public"))
    verdict = judged(young, YOUNG_WORKERS)
    assert verdict.status == "yes"
    assert [(each.code, each.status, each.explanation) for each in verdict.reasons[2:]] == [
        (
            "age",
            "yes",
            "Ce logement est destiné aux personnes de 16 à 30 ans. Vous avez 30 ans.",
        ),
        (
            "occupation",
            "yes",
            "Situations acceptées : salarié, demandeur d'emploi. Votre dossier dit : agent public.",
        ),
        ("stay", "info", "Séjour de 24 mois au plus."),
    ]
    later = judged(young, YOUNG_WORKERS, date(2026, 11, 24))
    assert (later.status, later.reasons[2].code) == ("no", "age_refused")
    assert later.reasons[2].what_would_change == ""


def test_what_is_not_told_names_the_page_to_fill():
    age, occupation = judged(ALONE, YOUNG_WORKERS).reasons[2:4]
    assert (age.status, age.what_would_change) == (
        "unknown",
        "Indiquez votre date de naissance dans votre dossier, page « Vous ».",
    )
    assert (occupation.status, occupation.what_would_change) == (
        "unknown",
        "Indiquez votre situation dans votre dossier, page « Votre travail ».",
    )


def test_who_is_too_young_learns_from_when():
    child = replace(ALONE, born_on=date(2010, 11, 24))
    reason = judged(child, replace(LYON_PLUS, min_age=16)).reasons[2]
    assert (reason.status, reason.what_would_change) == ("no", "Vous pourrez y postuler à 16 ans.")
    assert reason.explanation == (
        "Ce logement est destiné aux personnes de 16 ans au moins. Vous avez 15 ans."
    )


@pytest.mark.parametrize(
    ("born", "spouse_born", "code", "said", "would_change"),
    [
        (
            date(1981, 5, 4),
            date(1999, 5, 4),
            "age_of_the_couple",
            "La personne qui tient le dossier a 45 ans.",
            "Vous êtes deux : demandez au bailleur s’il accepte l’âge de l’un ou de l’autre.",
        ),
        (
            date(1981, 5, 4),
            date(1980, 5, 4),
            "age_refused",
            "La personne qui tient le dossier a 45 ans.",
            "",
        ),
        (
            date(2009, 5, 4),
            date(2010, 5, 4),
            "age_refused",
            "La personne qui tient le dossier a 17 ans.",
            "Vous pourrez y postuler quand la personne qui tient le dossier aura 18 ans.",
        ),
        (
            None,
            date(1999, 5, 4),
            "age_missing",
            "",
            "Indiquez la date de naissance de la personne qui tient le dossier, page « Vous ».",
        ),
    ],
)
def test_to_a_couple_the_age_is_said_to_be_the_holder_s(
    born, spouse_born, code, said, would_change
):
    """The other of the two reads the same page."""
    couple = replace(COUPLE, born_on=born, spouse_born_on=spouse_born)
    reason = judged(couple, replace(LYON_PLUS, min_age=18, max_age=30)).reasons[2]
    assert (reason.code, reason.title, reason.what_would_change) == (
        code,
        "L’âge demandé",
        would_change,
    )
    asked = "Ce logement est destiné aux personnes de 18 à 30 ans."
    assert reason.explanation == f"{asked} {said}".strip()


@pytest.mark.parametrize(
    ("born", "on", "status"),
    [
        # Born on 29 February, one's birthday is on 1 March of a common year.
        (date(2000, 2, 29), date(2031, 2, 28), "yes"),
        (date(2000, 2, 29), date(2031, 3, 1), "no"),
        # On 29 February 2028, who was born on 28 February 1997 is 31, and on 1 March is 30.
        (date(1997, 2, 28), date(2028, 2, 29), "no"),
        (date(1997, 3, 1), date(2028, 2, 29), "yes"),
    ],
)
def test_a_birthday_of_a_leap_year(born, on, status):
    reasons = judged(replace(ALONE, born_on=born), replace(LYON_PLUS, max_age=30), on).reasons
    assert [each.status for each in reasons if each.code.startswith("age")] == [status]


@pytest.mark.parametrize(
    ("sector", "accepted", "status"),
    [
        ("student", ("student", "apprentice"), "yes"),
        ("student", ("student",), "unknown"),
        ("student", ("job_seeker",), "no"),
        ("private", ("employee",), "yes"),
        ("private", ("farm_worker",), "no"),
        ("private", ("seasonal_worker",), "unknown"),
        ("agricultural", ("farm_worker",), "yes"),
        ("jobseeker", ("job_seeker",), "yes"),
        ("jobseeker", ("student",), "no"),
        ("jobseeker", ("seasonal_worker",), "unknown"),
        ("self_employed", ("student", "apprentice"), "no"),
        ("retired", ("employee", "student"), "no"),
        ("none", ("student",), "unknown"),
    ],
)
def test_a_situation_is_refused_only_when_it_may_not_be_one_of_those_accepted(
    sector, accepted, status
):
    facts = replace(ALONE, employment=Employment(sector))
    assert judged(facts, replace(LYON_PLUS, occupations=accepted)).reasons[2].status == status


@pytest.mark.parametrize(
    ("sector", "contract", "accepted", "status"),
    [
        ("private", "seasonal", ("seasonal_worker",), "yes"),
        ("private", "seasonal", ("employee",), "yes"),
        ("private", "seasonal", ("apprentice",), "no"),
        ("private", "seasonal", ("farm_worker",), "no"),
        ("agricultural", "seasonal", ("farm_worker",), "yes"),
        ("public", "seasonal", ("seasonal_worker",), "yes"),
        ("private", "apprenticeship", ("apprentice",), "yes"),
        ("private", "apprenticeship", ("employee",), "yes"),
        ("private", "apprenticeship", ("seasonal_worker",), "no"),
        # An apprentice trains; whether the landlord sees it so is asked.
        ("private", "apprenticeship", ("trainee",), "unknown"),
        ("student", "apprenticeship", ("apprentice",), "yes"),
        ("student", "apprenticeship", ("student",), "unknown"),
        ("student", "seasonal", ("seasonal_worker",), "yes"),
        ("student", "seasonal", ("student",), "yes"),
        ("student", "seasonal", ("farm_worker",), "unknown"),
    ],
)
def test_a_contract_told_decides_what_a_sector_leaves_open(sector, contract, accepted, status):
    facts = replace(ALONE, employment=Employment(sector, contract=contract))
    assert judged(facts, replace(LYON_PLUS, occupations=accepted)).reasons[2].status == status


def test_who_has_not_told_a_contract_that_would_decide_learns_where_to():
    def said(employment, accepted):
        terms = replace(LYON_PLUS, occupations=accepted)
        return judged(replace(ALONE, employment=employment), terms).reasons[2].what_would_change

    ask = "Demandez au bailleur si la vôtre convient avant de postuler."
    tell = "Indiquez votre contrat dans votre dossier, page « Votre travail ». "
    assert said(Employment("private"), ("seasonal_worker",)) == tell + ask
    assert said(Employment("private"), ("trainee",)) == ask
    assert said(Employment("self_employed"), ("seasonal_worker",)) == ask


def test_the_contract_told_is_said_back():
    facts = replace(ALONE, employment=Employment("private", contract="seasonal"))
    reason = judged(facts, replace(LYON_PLUS, occupations=("seasonal_worker",))).reasons[2]
    assert reason.explanation == (
        "Situations acceptées : travailleur saisonnier. Votre dossier dit : salarié du secteur"
        " privé. Votre contrat est saisonnier."
    )


def test_a_couple_is_not_refused_for_the_situation_that_only_one_has_told():
    couple = replace(COUPLE, employment=Employment("retired"))
    reason = judged(couple, replace(LYON_PLUS, occupations=("student",))).reasons[2]
    assert (reason.code, reason.status) == ("occupation_to_check", "unknown")
