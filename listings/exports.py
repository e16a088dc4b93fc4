"""The stock as a file that the import understands: take it out, correct it, bring it back."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils.translation import gettext as _

from alin.kit import clock, french, sheets
from alin.kit.actor import Actor

from .forms.offers import OfferForm, reservataires
from .forms.stock import DwellingForm, ResidenceForm
from .imports import COLUMNS, DWELLING_COLUMNS, RESIDENCE_COLUMNS, Cells, offer_cells
from .models import Residence
from .queries.landlord import offers_to_change

XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_EXPORTED = 20_000


def stock_file(actor: Actor, dwellings: Any, form: str) -> HttpResponse:
    """`form`: "csv" or "xlsx". ValidationError when a file cannot hold them all: one that lacked
    some would be believed whole."""
    refuse_beyond_a_file(dwellings)
    rows = stock_rows(actor, dwellings)
    if form == "xlsx":
        answer = HttpResponse(sheets.as_xlsx("Parc", COLUMNS, rows), content_type=XLSX_TYPE)
    else:
        answer = HttpResponse(sheets.as_csv(COLUMNS, rows), content_type="text/csv; charset=utf-8")
    name = f"parc-{clock.today().isoformat()}.{form}"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def refuse_beyond_a_file(found: QuerySet[Any]) -> None:
    """ValidationError when the rows are more than a file holds, or than an import reads."""
    beyond = found.order_by()[: MOST_EXPORTED + 1].count() > MOST_EXPORTED
    if beyond:
        raise ValidationError(
            _(
                "La liste a plus de %(most)s lignes, ce qu'un fichier contient au plus. "
                "Restreignez-la par une recherche, et exportez-la en plusieurs fois."
            )
            % {"most": french.number(MOST_EXPORTED)}
        )


def stock_rows(actor: Actor, dwellings: Any) -> list[list[str]]:
    """One line for each dwelling, with its residence and the offer that a line of an import would
    change."""
    homes = list(dwellings)
    offers = offers_to_change(actor.organisation_id, [home.pk for home in homes])
    of_residence = Cells(ResidenceForm, RESIDENCE_COLUMNS)
    of_dwelling = Cells(DwellingForm, DWELLING_COLUMNS)
    of_offer = offer_cells(list(reservataires()))
    residences: dict[int, dict[str, str]] = {}
    rows = []
    for home in homes:
        if home.residence_id not in residences:
            residences[home.residence_id] = _name(home.residence) | of_residence.write(
                ResidenceForm.initial_of(home.residence)
            )
        said = residences[home.residence_id] | of_dwelling.write(DwellingForm.initial_of(home))
        if offer := offers.get(home.pk):
            said |= of_offer.write(OfferForm.initial_of(offer))
        rows.append([said.get(column, "") for column in COLUMNS])
    return rows


def _name(residence: Residence) -> dict[str, str]:
    return {"residence": residence.reference or residence.name}
