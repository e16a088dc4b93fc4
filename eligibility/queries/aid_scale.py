"""The scale of housing aid (APL, metropolitan France), from the dated figures it is made of."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal

from django.db.models import Q

from ..models import Parameter
from ..rules import AidScale, ByFamily, RentRate, RsaScale

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

Values = Mapping[str, Decimal]


def scale_of(on: date, parameters: Iterable[Parameter]) -> AidScale | None:
    """The scale that these rows make, those in force on that day; None when one is wanting."""
    latest = {each.name: each for each in parameters}
    values = {name: each.value for name, each in latest.items()}
    try:
        return _scale(on, max(each.valid_from for each in latest.values()), values)
    except KeyError:
        return None


def _scale(on: date, known_since: date, values: Values) -> AidScale:
    return AidScale(
        on=on,
        known_since=known_since,
        rent_caps=_rent_caps(values),
        charges=values[FLAT_CHARGES + "cas_general"],
        charges_per_dependant=values[FLAT_CHARGES + "majoration_par_enfant"],
        least_participation=values[PARTICIPATION + "p0_particip_min/p0_forfait"],
        least_participation_rate=values[PARTICIPATION + "p0_particip_min/p0_taux"],
        family_rate=_family_rate(values),
        rent_rate=_rent_rate(values),
        allowance=_allowance(values),
        degressive_from={zone: values[f"{DEGRESSIVITY}{zone}/degressivite"] for zone in AID_ZONES},
        suppressed_from={zone: values[f"{DEGRESSIVITY}{zone}/suppression"] for zone in AID_ZONES},
        flat_deduction=values["locatif/minoration_forfaitaire"],
        rls=_rls(values),
        rls_ceiling=_rls_ceiling(values),
        rls_share=values["rls/fraction_baisse_aide"],
        crds=values["crds"],
        rsa=_rsa(values),
    )


def _by_family(values: Values, prefix: str, *names: str) -> ByFamily:
    """`names`: one alone, a couple, each number of dependants, then each more."""
    alone, couple, *dependants, extra = (values[prefix + name] for name in names)
    return ByFamily(alone, couple, tuple(dependants), extra)


def _rent_caps(values: Values) -> dict[str, ByFamily]:
    names = ("personnes_seules", "couples", "un_enfant", "majoration_par_enf_supp")
    return {zone: _by_family(values, f"{RENT_CAPS}{zone}/", *names) for zone in AID_ZONES}


def _family_rate(values: Values) -> ByFamily:
    return _by_family(
        values,
        FAMILY_RATE,
        "personnes_isolees",
        "couples_0_enfant",
        "avec_1_enfant",
        *(f"avec_{count}_enfants" for count in range(2, 7)),
        "maj_par_enf_supp",
    )


def _rent_rate(values: Values) -> RentRate:
    return RentRate(
        first_threshold=values[RENT_RATE + "seuils/seuil_1"],
        second_threshold=values[RENT_RATE + "seuils/seuil_2"],
        first_slope=values[RENT_RATE + "taux/tl_taux_2"],
        second_slope=values[RENT_RATE + "taux/tl_taux_3"],
    )


def _allowance(values: Values) -> ByFamily:
    dependants = [f"taux{count}pac" for count in range(1, 7)]
    return _by_family(values, ALLOWANCE, "taux_seul", "taux_couple", *dependants, "taux_pac_supp")


def _rls(values: Values) -> dict[str, ByFamily]:
    names = ("seul", "couple", "1_pac", "par_pac_sup")
    return {zone: _by_family(values, f"rls/montant/{zone}/", *names) for zone in AID_ZONES}


def _rls_ceiling(values: Values) -> dict[str, ByFamily]:
    names = ("seul", "couple", *(f"{count}_pac" for count in range(1, 7)), "par_pac_sup")
    return {zone: _by_family(values, f"rls/plafond/{zone}/", *names) for zone in AID_ZONES}


def _rsa(values: Values) -> RsaScale:
    return RsaScale(
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
    )
