"""The figures of the law at a date."""

import json
from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from django.db import connection
from django.db.models import Q

from ..models import Ceiling, Parameter, categories_of
from ..rules import AidScale, ByFamily, CeilingTable, Parameters, RentRate, RsaScale

EMPLOYER_MINIMUM = "action_logement/effectif_minimum/"
_EMPLOYERS = Q(name__startswith=EMPLOYER_MINIMUM)
# Beyond this age, ceilings say nothing any more, not even as an indication.
OLDEST_INDICATIVE_YEARS = 5


# Every page asks for them: one row for each table, and nothing for the ORM to write. In the order
# of the years, so that the latest whole one stays.
_TABLES = """
    SELECT funding, zone, year, bool_and(valid @> %(on)s), count(*),
           json_object_agg(category, amount_eur ORDER BY category)::text
    FROM eligibility_ceiling
    WHERE lower(valid) <= %(on)s AND year >= %(oldest)s
      AND (funding = %(funding)s OR %(funding)s = '') AND (zone = %(zone)s OR %(zone)s = '')
    GROUP BY funding, zone, year ORDER BY year
"""


def parameters_at(
    on: date, *, employers: bool = True, funding: str = "", zone: str = ""
) -> Parameters:
    """The ceilings and thresholds that count for a decision on that day, in two statements; in
    one without `employers`, for homes that ask nothing of an employer. `funding`, `zone` (see
    `ceilings_key`): of that one alone.

    Where the ceilings of that day are not published yet, or only in part, those of the last
    whole year before it, marked as not in force. A funding and zone without any is absent."""
    return Parameters(
        on=on,
        tables=_latest_whole_tables(on, funding, zone),
        employer_minimum=_employer_minimum(_latest_parameters(on, _EMPLOYERS)) if employers else {},
    )


def figures_at(on: date, *, employers: bool) -> tuple[Parameters, AidScale | None]:
    """`parameters_at` and `aid_parameters_at`, for a page that needs both. Two statements."""
    latest = _latest_parameters(on, AID_NAMES | _EMPLOYERS if employers else AID_NAMES)
    minimum = [each for each in latest if each.name.startswith(EMPLOYER_MINIMUM)]
    parameters = Parameters(
        on=on, tables=_latest_whole_tables(on), employer_minimum=_employer_minimum(minimum)
    )
    return parameters, _scale_of(on, [each for each in latest if each not in minimum])


def _latest_whole_tables(
    on: date, funding: str = "", zone: str = ""
) -> dict[tuple[str, str], CeilingTable]:
    oldest = on.year - OLDEST_INDICATIVE_YEARS
    with connection.cursor() as cursor:
        cursor.execute(_TABLES, {"on": on, "oldest": oldest, "funding": funding, "zone": zone})
        known = cursor.fetchall()
    return {
        (of, zone): CeilingTable(year=year, in_force=in_force, amounts=json.loads(amounts))
        for of, zone, year, in_force, categories, amounts in known
        if categories == len(categories_of(of))
    }


def ceilings_of_year(year: int) -> dict[tuple[str, str], CeilingTable]:
    """The ceilings published for a year, by funding and zone; a table that is not whole is
    absent. Never those of another year."""
    amounts: dict[tuple[str, str], dict[str, int]] = defaultdict(dict)
    for ceiling in Ceiling.objects.filter(year=year):
        amounts[ceiling.funding, ceiling.zone][ceiling.category] = ceiling.amount_eur
    return {
        (funding, zone): CeilingTable(year=year, in_force=True, amounts=by_category)
        for (funding, zone), by_category in amounts.items()
        if len(by_category) == len(categories_of(funding))
    }


def _employer_minimum(latest: list[Parameter]) -> dict[str, int]:
    return {each.name.removeprefix(EMPLOYER_MINIMUM): int(each.value) for each in latest}


def _latest_parameters(on: date, wanted: Q) -> list[Parameter]:
    return list(
        Parameter.objects.filter(wanted, valid_from__lte=on)
        .order_by("name", "-valid_from")
        .distinct("name")
    )


# --- housing aid ---------------------------------------------------------------------------

AID_ZONES = ("zone_1", "zone_2", "zone_3")
RENT_CAPS = "formule/l_plafonds_loyers/par_zone/"
FLAT_CHARGES = "formule/c_forfait_charges/cas_general/"
PARTICIPATION = "formule/pp_particip_perso/"
FAMILY_RATE = PARTICIPATION + "tp_taux/tf_taille_famille/metropole/"
RENT_RATE = PARTICIPATION + "tp_taux/tl_loyer/"
ALLOWANCE = PARTICIPATION + "r0_abattement/cas_general/"
DEGRESSIVITY = "coefficients_degressivite_suppression/"
AID_NAMES = (
    Q(name__startswith="formule/")
    | Q(name__startswith="coefficients_degressivite_suppression/")
    | Q(name__startswith="rls/")
    | Q(name__startswith="rsa/")
    | Q(name__startswith="prestations_familiales/")
    | Q(name__in=["locatif/minoration_forfaitaire", "crds"])
)


def aid_parameters_at(on: date) -> AidScale | None:
    """The figures of housing aid (APL, metropolitan France) on a day; None when one of them is
    not known for that day. One statement."""
    return _scale_of(on, _latest_parameters(on, AID_NAMES))


def _scale_of(on: date, parameters: list[Parameter]) -> AidScale | None:
    latest = {each.name: each for each in parameters}
    try:
        return _aid_scale(on, {name: each.value for name, each in latest.items()}, latest)
    except KeyError:
        return None


def _aid_scale(
    on: date, values: Mapping[str, Decimal], latest: Mapping[str, Parameter]
) -> AidScale:
    def family(prefix: str, *names: str) -> ByFamily:
        alone, couple, *dependants, extra = (values[prefix + name] for name in names)
        return ByFamily(alone, couple, tuple(dependants), extra)

    one_to_six = [f"{count}_pac" for count in range(1, 7)]
    return AidScale(
        on=on,
        known_since=max(each.valid_from for each in latest.values()),
        rent_caps={
            zone: family(
                f"{RENT_CAPS}{zone}/",
                "personnes_seules",
                "couples",
                "un_enfant",
                "majoration_par_enf_supp",
            )
            for zone in AID_ZONES
        },
        charges=values[FLAT_CHARGES + "cas_general"],
        charges_per_dependant=values[FLAT_CHARGES + "majoration_par_enfant"],
        least_participation=values[PARTICIPATION + "p0_particip_min/p0_forfait"],
        least_participation_rate=values[PARTICIPATION + "p0_particip_min/p0_taux"],
        family_rate=family(
            FAMILY_RATE,
            "personnes_isolees",
            "couples_0_enfant",
            "avec_1_enfant",
            *(f"avec_{count}_enfants" for count in range(2, 7)),
            "maj_par_enf_supp",
        ),
        rent_rate=RentRate(
            first_threshold=values[RENT_RATE + "seuils/seuil_1"],
            second_threshold=values[RENT_RATE + "seuils/seuil_2"],
            first_slope=values[RENT_RATE + "taux/tl_taux_2"],
            second_slope=values[RENT_RATE + "taux/tl_taux_3"],
        ),
        allowance=family(
            ALLOWANCE,
            "taux_seul",
            "taux_couple",
            *(f"taux{count}pac" for count in range(1, 7)),
            "taux_pac_supp",
        ),
        degressive_from={zone: values[f"{DEGRESSIVITY}{zone}/degressivite"] for zone in AID_ZONES},
        suppressed_from={zone: values[f"{DEGRESSIVITY}{zone}/suppression"] for zone in AID_ZONES},
        flat_deduction=values["locatif/minoration_forfaitaire"],
        rls={
            zone: family(f"rls/montant/{zone}/", "seul", "couple", "1_pac", "par_pac_sup")
            for zone in AID_ZONES
        },
        rls_ceiling={
            zone: family(f"rls/plafond/{zone}/", "seul", "couple", *one_to_six, "par_pac_sup")
            for zone in AID_ZONES
        },
        rls_share=values["rls/fraction_baisse_aide"],
        crds=values["crds"],
        rsa=RsaScale(
            base=values["rsa/montant_de_base"],
            second_person=values["rsa/majoration/deuxieme_personne"],
            person=values["rsa/majoration/personne"],
            third_child=values["rsa/majoration/troisieme_enfant"],
            housing_1=values["rsa/forfait_logement/1_personne"],
            housing_2=values["rsa/forfait_logement/2_personnes"],
            housing_3=values["rsa/forfait_logement/3_personnes"],
            least_paid=values["rsa/minimum_verse"],
            family_base=values["prestations_familiales/base"],
            two_children=values["prestations_familiales/deux_enfants"],
            child_more=values["prestations_familiales/enfant_sup"],
            three_children=values["prestations_familiales/complement_trois_enfants"],
            child_of_lone_parent=values["rsa/asf_comptee"],
        ),
    )
