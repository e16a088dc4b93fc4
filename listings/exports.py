"""The stock as a file that the import understands: take it out, correct it, bring it back."""

from typing import Any

from django.http import HttpResponse

from alin.kit import clock, sheets
from alin.kit.actor import Actor

from .imports import COLUMNS
from .models import Dwelling, Offer
from .queries.landlord import offers_to_change

XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_EXPORTED = 20_000


def stock_file(actor: Actor, dwellings: Any, form: str) -> HttpResponse:
    """`form`: "csv" or "xlsx"."""
    rows = stock_rows(actor, dwellings)
    if form == "xlsx":
        answer = HttpResponse(sheets.as_xlsx("Parc", COLUMNS, rows), content_type=XLSX_TYPE)
    else:
        answer = HttpResponse(sheets.as_csv(COLUMNS, rows), content_type="text/csv; charset=utf-8")
    name = f"parc-{clock.today().isoformat()}.{form}"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def stock_rows(actor: Actor, dwellings: Any) -> list[list[str]]:
    """One line for each dwelling, with the offer that a line of an import would change."""
    homes = list(dwellings[:MOST_EXPORTED])
    offers = offers_to_change(actor.organisation_id, [home.pk for home in homes])
    return [_line(home, offers.get(home.pk)) for home in homes]


def _line(home: Dwelling, offer: Offer | None) -> list[str]:
    said = {
        "residence": home.residence.reference or home.residence.name,
        "logement": home.reference,
        "type": str(home.get_kind_display()),
        "pieces": str(home.rooms),
        "surface": _figure(home.surface_m2),
        "annexes": _figure(home.annexes_m2),
        "etage": str(home.floor),
        "accessible": _yes(home.accessible),
        "meuble": _yes(home.furnished),
        "dpe": home.dpe,
        "ges": home.ges,
    }
    if offer is not None:
        said |= {
            "type_offre": str(offer.get_programme_display()),
            "financement": offer.funding,
            "loyer": _figure(offer.rent),
            "charges": _figure(offer.charges),
            "depot": _figure(offer.deposit),
            "disponible_le": f"{offer.available_on:%d/%m/%Y}",
            "ouverture": f"{clock.local_day(offer.opens_at):%d/%m/%Y}",
            "cloture": f"{clock.local_day(offer.closes_at):%d/%m/%Y}",
            "presentation": offer.description,
            "conditions": offer.conditions,
        }
    return [said.get(column, "") for column in COLUMNS]


def _figure(value: Any) -> str:
    return str(value).replace(".", ",")


def _yes(value: bool) -> str:
    return "oui" if value else "non"
