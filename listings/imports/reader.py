"""Reading one line of a landlord's file: which dwelling, which offer, what it would change."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from functools import cached_property
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.models import Organisation
from alin.kit import clock, french
from territory.queries import folded, label

from ..forms.offers import EVENING, MORNING, OfferForm, reservataires
from ..forms.stock import DwellingForm
from ..models import Dwelling, Offer, Residence
from ..queries.landlord import last_published_offers, offers_to_change
from ..rules import rent_in_words
from .cells import Cells, as_typed, filled, one_kind_of_line
from .columns import DWELLING_COLUMNS, OFFER_COLUMNS, RESIDENCE_COLUMNS, WINDOW_COLUMNS
from .residences import ResidenceOfFile, ResidencesOfFile
from .words import Change, differences, reasons_of


@dataclass
class Line:
    """What one line would do. `dwelling` and `offer` are what exists already; `*_changes` what a
    service is to write, empty when nothing is. `residence` is as it would be: without a key, and
    the same object for all its lines, when it is new."""

    number: int
    label: str
    residence: Residence | None = None
    dwelling: Dwelling | None = None
    offer: Offer | None = None
    residence_changes: dict[str, Any] = field(default_factory=dict)
    dwelling_changes: dict[str, Any] = field(default_factory=dict)
    offer_changes: dict[str, Any] = field(default_factory=dict)
    has_offer: bool = False
    changes: list[Change] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)
    # What of it is not done, and why; the rest of the line is.
    left_out: list[str] = field(default_factory=list)

    @property
    def outcome(self) -> str:
        if self.reasons:
            return "refused"
        if self.dwelling is None:
            return "created"
        return "changed" if self.changes else "unchanged"


class Reader:
    """Understands the lines of one file against what the landlord has now, read once. Each line
    is met first, then each is read."""

    def __init__(self, organisation_id: int) -> None:
        self._residences = ResidencesOfFile(organisation_id)
        self._dwellings: dict[tuple[str | int, str], Dwelling] = {
            (each.residence_id, same_reference(each.reference)): each
            for each in Dwelling.objects.filter(residence__organisation_id=organisation_id)
        }
        self._organisation_id = organisation_id
        self._offers = offers_to_change(organisation_id)
        self._seen: dict[tuple[str | int, str], int] = {}
        self._dwelling_cells = Cells(DwellingForm, DWELLING_COLUMNS)
        self._dwelling_form = DwellingForm({}, residence=Residence())
        known = list(reservataires().order_by("pk"))
        self._offer_cells = offer_cells(known)
        self._offer_form = _offer_form(known)

    @cached_property
    def _last_offers(self) -> dict[int, Offer]:
        return last_published_offers(self._organisation_id)

    def meet(self, number: int, cells: Mapping[str, str]) -> None:
        """`cells`: what the line says, by column."""
        self._residences.meet(number, _said(cells))

    def read(self, number: int, cells: Mapping[str, str]) -> Line:
        """What is left empty is left as it is."""
        said = _said(cells)
        line = Line(number, f"{said.get('residence', '')} {said.get('logement', '')}"[:100].strip())
        try:
            home = self._residences.of(said)
        except ValidationError as error:
            line.reasons += error.messages
            return line
        if "logement" not in said:
            line.reasons.append(_("Indiquez la référence du logement."))
            return line
        place = home.known.pk if home.known else folded(said["residence"])
        key = (place, same_reference(said["logement"]))
        if (first := self._seen.setdefault(key, number)) != number:
            line.reasons.append(_("Ce logement est déjà ligne %(n)d du fichier.") % {"n": first})
            return line
        self._read_residence(line, home, said)
        if home.reasons:
            return line
        line.dwelling = self._dwellings.get(key) if home.known else None
        self._read_dwelling(line, said)
        self._read_offer(line, said)
        return line

    def _read_residence(self, line: Line, home: ResidenceOfFile, said: Mapping[str, str]) -> None:
        line.residence = home.home
        line.reasons += home.reasons or home.at_odds(said)
        if home.known is None:
            line.residence_changes = home.changes
            line.changes.append((_("Résidence"), _("rien"), _new_residence(home.home)))
            return
        for column, change in home.words.items():
            if column in said:
                name = RESIDENCE_COLUMNS[column]
                line.residence_changes[name] = home.changes[name]
                line.changes.append(change)

    def _read_dwelling(self, line: Line, said: Mapping[str, str]) -> None:
        assert line.residence is not None
        known = DwellingForm.initial_of(line.dwelling) if line.dwelling else {"floor": 0}
        typed = _typed(line, self._dwelling_cells, known, said, new=line.dwelling is None)
        if typed is None:
            return
        self._dwelling_form.residence = line.residence
        if not filled(self._dwelling_form, typed):
            line.reasons += reasons_of(self._dwelling_form)
            return
        written = self._dwelling_form.changes()
        line.dwelling_changes, changes = differences(written, line.dwelling)
        line.changes += changes

    def _read_offer(self, line: Line, said: Mapping[str, str]) -> None:
        if not any(name in said for name in OFFER_COLUMNS):
            return
        if line.dwelling is not None:
            line.offer = self._offers.get(line.dwelling.pk)
            if line.offer is None and (closed := self._closed_offer(line.dwelling, said)):
                line.left_out.append(_left_as_it_is(closed))
                return
        line.has_offer = True
        known = OfferForm.initial_of(line.offer) if line.offer else _new_offer()
        typed = _typed(line, self._offer_cells, known, said, new=line.offer is None)
        if typed is None:
            return
        if line.offer and "depot" not in said and line.offer.deposit == line.offer.rent:
            # One month of rent stays one month of rent.
            typed.pop("deposit", None)
        if not filled(self._offer_form, typed):
            line.reasons += reasons_of(self._offer_form)
            return
        line.offer_changes, changes = differences(self._offer_form.changes(), line.offer)
        if line.dwelling is not None and line.offer is None:
            # A line that prepares an offer says so: the dwelling itself may stay as it is.
            rent = rent_in_words(line.offer_changes["rent"])
            changes = [(_("Offre"), _("rien"), _("nouveau brouillon, %s") % rent)]
        line.changes += changes

    def _closed_offer(self, dwelling: Dwelling, said: Mapping[str, str]) -> Offer | None:
        """The closed offer that a line still speaks of: a file taken out while it was open says
        the same window. One that gives other dates prepares another."""
        if "cloture" not in said or (last := self._last_offers.get(dwelling.pk)) is None:
            return None
        written = self._offer_cells.write(OfferForm.initial_of(last))
        same = all(
            self._offer_cells.says(column, said[column], written[column])
            for column in WINDOW_COLUMNS
            if column in said
        )
        return last if same else None


def _left_as_it_is(closed: Offer) -> str:
    return _(
        "Offre close le %(day)s : laissée comme elle est. Pour en préparer une autre, donnez "
        "d'autres dates de candidature."
    ) % {"day": french.date_time(closed.effective_closing())}


def same_reference(reference: str) -> str:
    """What one home is called however it is typed, as `dwelling_reference_once` compares."""
    return reference.strip().upper()


def offer_cells(known: Iterable[Organisation]) -> Cells:
    """The columns of an offer. `known`: the réservataires there are, called by their names."""
    return Cells(OfferForm, OFFER_COLUMNS, {"reservataire": _names(known)})


def _offer_form(known: Iterable[Organisation]) -> OfferForm:
    """The form of the page, that does not ask the database for the réservataire of each line."""
    form = OfferForm({}, dwelling=Dwelling())
    form.fields["reservataire"] = forms.TypedChoiceField(
        label=form.fields["reservataire"].label,
        choices=[("", ""), *_names(known)],
        coerce={str(each.public_id): each for each in known}.get,
        empty_value=None,
        required=False,
    )
    return form


def _names(organisations: Iterable[Organisation]) -> list[tuple[str, str]]:
    return [(str(each.public_id), each.name) for each in organisations]


def _said(cells: Mapping[str, str]) -> dict[str, str]:
    said = {name: one_kind_of_line(text) for name, text in cells.items() if text}
    return {name: text for name, text in said.items() if text}


def _new_residence(home: Residence) -> str:
    place = label(home.commune) if home.commune_id else ""
    return _("nouvelle : %(what)s") % {"what": ", ".join(filter(None, [home.name, place]))}


def _new_offer() -> dict[str, Any]:
    today = clock.today()
    return {
        "programme": "ordinary",
        "parking": "none",
        "charges": Decimal(0),
        "available_on": today + timedelta(days=45),
        "opens_on": today,
        "opens_hour": MORNING,
        "closes_on": today + timedelta(days=10),
        "closes_hour": EVENING,
    }


def _typed(
    line: Line, cells: Cells, known: Mapping[str, Any], said: Mapping[str, str], *, new: bool
) -> dict[str, Any] | None:
    """What the form of a page would have been sent: what is known, then what the line says. None
    when it says nothing `new` and nothing else than what is saved, or when some of it is not
    understood, which is then a reason of the line."""
    written = {} if new else cells.write(known)
    others = {
        column: said[column]
        for column in cells.columns
        if column in said and said[column] != written.get(column)
    }
    if not others and not new:
        return None
    typed, reasons = as_typed(known), []
    for column, text in others.items():
        try:
            typed[cells.columns[column]] = cells.understand(column, text)
        except ValidationError as error:
            reasons += error.messages
    line.reasons += reasons
    return None if reasons else typed
