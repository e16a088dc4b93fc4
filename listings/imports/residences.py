"""The residences that the lines of a file name: the landlord's own, or new ones that they
describe. What a file says of one residence, it says on any of its lines."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from territory.models import Commune
from territory.queries import commune_meant, folded, label

from ..forms.stock import ResidenceForm
from ..models import Residence
from .cells import Cells, as_typed, filled
from .columns import RESIDENCE_COLUMNS
from .words import Change, differences, reasons_of

# Without these two a residence that nobody knows is a mistake, not a new one.
_OF_A_NEW_ONE = {"adresse", "commune"}


@dataclass
class ResidenceOfFile:
    """`home` is the residence as it would be; `known` as it is, None for a new one. `changes`,
    by field, and `words`, by column, say what would be written."""

    known: Residence | None
    said: dict[str, str] = field(default_factory=dict)
    said_on: dict[str, int] = field(default_factory=dict)
    home: Residence = field(default_factory=Residence)
    changes: dict[str, Any] = field(default_factory=dict)
    words: dict[str, Change] = field(default_factory=dict)
    reasons: list[str] = field(default_factory=list)
    understood: bool = False

    def meet(self, number: int, said: Mapping[str, str]) -> None:
        for column in RESIDENCE_COLUMNS:
            if column in said and column not in self.said:
                self.said[column], self.said_on[column] = said[column], number

    def at_odds(self, said: Mapping[str, str]) -> list[str]:
        """Why a line that says otherwise than the one before is refused."""
        return [
            _(
                "%(column)s : « %(here)s » ici, « %(there)s » ligne %(n)d. Dites la même chose à "
                "chaque ligne de la résidence, ou une seule fois."
            )
            % {
                "column": column,
                "here": said[column][:60],
                "there": self.said[column][:60],
                "n": self.said_on[column],
            }
            for column in RESIDENCE_COLUMNS
            if column in said and said[column].casefold() != self.said[column].casefold()
        ]


class FileForm(ResidenceForm):
    """Finds each commune once for the whole file, and nothing for one that is known."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known: Residence | None = None
        self._found: dict[str, list[Commune]] = {}

    def commune_named(self, text: str) -> Commune | None:
        if self.known and text == label(self.known.commune):
            return self.known.commune
        found = self._candidates(text)
        if len(found) > 1:
            # Homonyms have other postal codes.
            code = self.data.get("postal_code")
            found = [each for each in found if code in each.postal_codes] or found
        if len(found) == 1:
            return found[0]
        self.add_error(
            "commune",
            _("Écrivez l'une de celles-ci : %(names)s.")
            % {"names": " ; ".join(label(each) for each in found)}
            if found
            else _("Nous ne trouvons pas cette commune. Écrivez son nom ou son code postal."),
        )
        return None

    def _candidates(self, text: str) -> list[Commune]:
        if text not in self._found:
            meant = commune_meant(text)
            self._found[text] = [meant.commune] if meant.commune else meant.candidates
        return self._found[text]


class ResidencesOfFile:
    """Every line is met before any is read: a line may rest on what a later one says."""

    def __init__(self, organisation_id: int) -> None:
        self._organisation_id = organisation_id
        self._form = FileForm({})
        self._cells = Cells(ResidenceForm, RESIDENCE_COLUMNS)
        self._named: dict[str, list[Residence]] = {}
        homes = Residence.objects.filter(organisation_id=organisation_id)
        for home in homes.select_related("commune__departement").order_by("pk"):
            for name in {folded(home.reference), folded(home.name)} - {""}:
                self._named.setdefault(name, []).append(home)
        self._met: dict[Any, ResidenceOfFile] = {}

    def meet(self, number: int, said: Mapping[str, str]) -> None:
        if "residence" in said and (key := self._key(said)) is not None:
            self._met.setdefault(key, ResidenceOfFile(self._known(said))).meet(number, said)

    def of(self, said: Mapping[str, str]) -> ResidenceOfFile:
        """The residence of a line. Raises ValidationError in words when it names none."""
        key = self._key(said)
        if key is None:
            raise ValidationError(
                _(
                    "Plusieurs de vos résidences s'appellent « %(name)s » : donnez sa référence, "
                    "ou son adresse."
                )
                % {"name": said["residence"][:60]}
            )
        met = self._met.get(key) or ResidenceOfFile(self._known(said))
        if met.known is None and not set(met.said) >= _OF_A_NEW_ONE:
            raise ValidationError(
                _(
                    "Aucune de vos résidences n'a « %(name)s » pour référence ou pour nom. Pour "
                    "la créer, donnez au moins son adresse et sa commune."
                )
                % {"name": said.get("residence", "")[:60]}
            )
        if not met.understood:
            self._understand(met, said["residence"])
        return met

    def _candidates(self, said: Mapping[str, str]) -> list[Residence]:
        """Those that bear the name; of several those that a file that leaves calls so, then the
        one that stands at the address of the line."""
        name = folded(said.get("residence", ""))
        found = self._named.get(name, [])
        if len(found) > 1:
            called = [each for each in found if folded(each.reference or each.name) == name]
            found = called or found
        if len(found) > 1 and "adresse" in said:
            there = [each for each in found if folded(each.address) == folded(said["adresse"])]
            found = there or found
        return found

    def _key(self, said: Mapping[str, str]) -> Any:
        """What tells residences of the file apart; None in doubt."""
        found = self._candidates(said)
        if len(found) > 1:
            return None
        return found[0].pk if found else folded(said.get("residence", ""))

    def _known(self, said: Mapping[str, str]) -> Residence | None:
        return next(iter(self._candidates(said)), None)

    def _understand(self, met: ResidenceOfFile, name: str) -> None:
        met.understood = True
        known: dict[str, Any] = {"reference": name, "name": name, "storeys": 0}
        others = met.said
        if met.known:
            known = ResidenceForm.initial_of(met.known)
            saved = self._cells.write(known)
            others = {each: text for each, text in met.said.items() if text != saved[each]}
            if not others:
                met.home = met.known
                return
        typed = as_typed(known) | self._understood(met, others)
        self._form.known = met.known
        if not met.reasons and not filled(self._form, typed):
            met.reasons = reasons_of(self._form, _("Résidence"))
        if not met.reasons:
            self._take(met, self._form.changes())

    def _understood(self, met: ResidenceOfFile, said: Mapping[str, str]) -> dict[str, Any]:
        typed = {}
        for column, text in said.items():
            try:
                typed[RESIDENCE_COLUMNS[column]] = self._cells.understand(column, text)
            except ValidationError as error:
                met.reasons += error.messages
        return typed

    def _take(self, met: ResidenceOfFile, written: dict[str, Any]) -> None:
        met.home = Residence(organisation_id=self._organisation_id, **written)
        if met.known is None:
            met.changes = written
            return
        met.home.pk, met.home.version = met.known.pk, met.known.version
        met.changes, words = differences(written, met.known)
        column_of = {field: column for column, field in RESIDENCE_COLUMNS.items()}
        for name, (what, before, after) in zip(met.changes, words, strict=True):
            title = _("Résidence, %(what)s") % {"what": what[:1].lower() + what[1:]}
            met.words[column_of[name]] = (title, before, after)
