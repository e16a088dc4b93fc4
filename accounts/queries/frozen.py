"""The copy of a dossier that a candidacy keeps."""

from datetime import date
from typing import Any

from accounts.models import Dossier, HouseholdMember, IncomeFigure

from .couple import co_applicant_of
from .dossier import household, incomes, recent_incomes, wished_communes


def snapshot(dossier: Dossier, on: date) -> dict[str, Any]:
    """The dossier as it is now, as plain data to freeze into a candidacy.

    Amounts are whole euros a year; dates are ISO text."""
    return {
        "taken_on": on.isoformat(),
        **_people(dossier),
        **_demand(dossier),
        **_employment(dossier),
        "members": [_member(each) for each in household(dossier)],
        **_resources(dossier),
        "housing": _housing(dossier),
        "reasons": [
            {"code": code, "label": str(Dossier.Reason(code).label)} for code in dossier.reasons
        ],
        "reasons_note": dossier.reasons_note,
        "wishes": _wishes(dossier),
    }


def _people(dossier: Dossier) -> dict[str, Any]:
    """Those who keep the dossier."""
    person, other = dossier.applicant, co_applicant_of(dossier)
    return {
        "first_name": person.first_name,
        "last_name": person.last_name,
        "email": person.email,
        "co_applicant": other
        and {"name": str(other.user), "email": other.user.email, "member": other.member_id},
        "phone": dossier.phone,
        "birth_date": _iso(dossier.birth_date),
        "disabled": dossier.disabled,
    }


def _demand(dossier: Dossier) -> dict[str, Any]:
    return {
        "numero_unique": dossier.numero_unique,
        "numero_registered_on": _iso(dossier.numero_registered_on),
        "numero_renewed_on": _iso(dossier.numero_renewed_on),
        "numero_radiated_on": _iso(dossier.numero_radiated_on),
        "numero_radiation_ground": dossier.numero_radiation_ground,
        "numero_radiation_label": dossier.get_numero_radiation_ground_display(),
    }


def _employment(dossier: Dossier) -> dict[str, Any]:
    return {
        "employment_sector": dossier.employment_sector,
        "employment_label": dossier.get_employment_sector_display(),
        "employment_contract": dossier.employment_contract,
        "contract_label": dossier.get_employment_contract_display(),
        "employer_name": dossier.employer_name,
        "employer_siret": dossier.employer_siret,
        "employer_headcount": dossier.employer_headcount,
    }


def _member(member: HouseholdMember) -> dict[str, Any]:
    return {
        "id": member.pk,
        "name": str(member),
        "link": member.link,
        "link_label": member.get_link_display(),
        "birth_date": _iso(member.birth_date),
        "expected": member.expected,
        "dependant": member.dependant,
        "custody": member.custody,
        "custody_label": member.get_custody_display(),
        "disabled": member.disabled,
        "shares_tax_notice": member.shares_tax_notice,
    }


def _resources(dossier: Dossier) -> dict[str, Any]:
    return {
        "incomes": [
            {"member": each.member_id, "year": each.year, "rfr_eur": each.rfr_eur, **_proof(each)}
            for each in incomes(dossier)
        ],
        "recent_incomes": [
            {
                "member": each.member_id,
                "kind": each.kind,
                "amount_eur": each.amount_eur,
                **_proof(each),
            }
            for each in recent_incomes(dossier)
        ],
        "separation_ground": dossier.separation_ground,
        "separation_label": dossier.get_separation_ground_display(),
    }


def _proof(figure: IncomeFigure) -> dict[str, Any]:
    """Where a figure comes from and its last verification, which may be of another amount."""
    verified = figure.verified_eur is not None
    return {
        "source": figure.source,
        "told_on": _iso(figure.told_on),
        "verified_eur": figure.verified_eur,
        "verified_on": _iso(figure.verified_on),
        "verified_by": str(figure.verified_by) if verified else "",
        "verified_for": figure.verifier,
        "verified_for_id": figure.verified_for_id,
    }


def _housing(dossier: Dossier) -> dict[str, Any]:
    return {
        "status": dossier.housing_status,
        "label": dossier.get_housing_status_display(),
        "since": _iso(dossier.housing_since),
        "rent_eur": dossier.housing_rent_eur,
        "surface_m2": dossier.housing_surface_m2,
        "persons": dossier.housing_persons,
    }


def _wishes(dossier: Dossier) -> dict[str, Any]:
    return {
        "communes": [
            {"insee_code": each.commune_id, "name": each.commune.name}
            for each in wished_communes(dossier)
        ],
        "kinds": [
            {"code": code, "label": str(Dossier.HomeKind(code).label)}
            for code in dossier.wish_kinds
        ],
        "sizes": dossier.wish_sizes,
        "max_rent_eur": dossier.wish_max_rent_eur,
        "floor": dossier.wish_floor,
        "lift": dossier.wish_lift,
        "accessible": dossier.wish_accessible,
    }


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
