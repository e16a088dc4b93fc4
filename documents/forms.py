"""What applicants and staff type or choose about pieces."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any, cast

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from accounts.forms.inputs import FrenchDateField
from accounts.models import HouseholdMember
from alin.kit import clock

from .models import FORBIDDEN_SAID, FORBIDDEN_WORDS, PieceCheck
from .seals import Chain, ChainFault, read_chain
from .services import RequestLine

OLDEST_DAYS = 3653
ACCEPTED = ".pdf,.jpg,.jpeg,.png,.heic,.heif,application/pdf,image/*"


class SeveralFilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True
    template_name = "django/forms/widgets/file.html"


class SeveralFilesField(forms.FileField):
    """A list of files; each is judged by the service, which names the one that is refused."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("widget", SeveralFilesInput(attrs={"accept": ACCEPTED}))
        super().__init__(**options)

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        """Whether there must be one is for the form to say."""
        return list(data) if isinstance(data, (list, tuple)) else [data] if data else []


def _date_of_document(help_text: Any) -> forms.DateField:
    return forms.DateField(
        label=_("Date du document le plus récent"),
        required=False,
        help_text=help_text,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


def _in_the_past(day: date | None) -> date | None:
    if day is not None and not 0 <= (clock.today() - day).days <= OLDEST_DAYS:
        raise forms.ValidationError(
            _("Écrivez la date que porte le document : elle est passée, et de moins de dix ans.")
        )
    return day


def _to_come(day: date) -> None:
    if not 1 <= (day - clock.today()).days <= 365:
        raise forms.ValidationError(_("Choisissez un jour à venir, dans l'année."))


class GiveForm(forms.Form):
    """The files of a piece."""

    attached = SeveralFilesField(
        label=_("Vos fichiers ou photos"),
        allow_empty_file=True,
        help_text=_(
            "PDF, JPEG, PNG ou HEIC, 10 Mo chacun au plus. Plusieurs fichiers si la pièce a "
            "plusieurs pages."
        ),
    )
    replace = forms.BooleanField(
        label=_("Remplacer les fichiers déjà donnés"),
        required=False,
        help_text=_(
            "Renvoyez alors toutes les pages : les fichiers actuels ne compteront plus. Sinon, les "
            "nouveaux fichiers s'y ajoutent."
        ),
        # A browser that ticks it again by itself after a reload would replace what was just given.
        widget=forms.CheckboxInput(attrs={"autocomplete": "off"}),
    )
    dated_on = _date_of_document(
        _(
            "Celle du dernier bulletin, de la dernière quittance… Elle dit jusqu'à quand la "
            "pièce compte."
        )
    )
    also = forms.TypedMultipleChoiceField(
        label=_("Ce document concerne aussi"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Un livret de famille nomme tous les enfants : donnez-le une seule fois."),
        error_messages={"invalid_choice": _("Cette pièce n'est pas demandée pour cette personne.")},
    )
    upload_id = forms.UUIDField(required=False, widget=forms.HiddenInput)
    sending_id = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        *args: Any,
        given: bool,
        completes: bool,
        ages: bool,
        others: Sequence[HouseholdMember] = (),
        **kwargs: Any,
    ) -> None:
        """`given`: there are files of which the date alone may be told; `completes`: new ones may
        join them; `ages`: the piece holds for some months only, so that its own date matters;
        `others`: those whose piece the same document may be."""
        super().__init__(*args, **kwargs)
        self._given = given
        if others:
            also = cast(forms.TypedMultipleChoiceField, self.fields["also"])
            also.choices = [(str(each.public_id), str(each)) for each in others]
            also.coerce = {str(each.public_id): each for each in others}.__getitem__
        else:
            del self.fields["also"]
        if not ages:
            del self.fields["dated_on"]
        if not completes:
            # Nothing to add to: what is sent is the whole piece.
            del self.fields["replace"]

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or {}
        dated = typed.get("dated_on") or "dated_on" in self.errors
        if not typed.get("attached") and not (self._given and dated):
            bare = self.fields["attached"].error_messages["required"]
            self.add_error("attached", forms.ValidationError(bare, code="required"))
        return typed

    def to_correct(self, reasons: list[str], **options: Any) -> "GiveForm":
        """The form to show once the files were kept: they are not asked again, what was wrong
        is. `reasons`: of the files that were not kept; `options`: those of a new form."""
        form = GiveForm({"dated_on": self.data.get("dated_on", "")}, {}, **options)
        form.errors.pop("attached", None)
        for reason in reasons:
            form.add_error("attached", reason)
        return form

    def clean_dated_on(self) -> date | None:
        return _in_the_past(self.cleaned_data["dated_on"])


class CheckForm(forms.Form):
    """What an agent concludes of a piece. A refusal has a reason and a sentence of its own."""

    outcome = forms.ChoiceField(choices=PieceCheck.Outcome.choices, widget=forms.HiddenInput)
    # The files that the page showed; without them, the page was not the portal's.
    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    reason = forms.ChoiceField(
        label=_("Raison du refus"),
        choices=[("", _("Choisissez une raison")), *PieceCheck.Reason.choices],
        required=False,
    )
    sentence = forms.CharField(
        label=_("Ce que la personne doit faire"),
        max_length=300,
        required=False,
        help_text=_("Une phrase, lue telle quelle par la personne."),
    )
    dated_on = _date_of_document(_("Lue sur la pièce : sa validité est comptée de ce jour."))
    although_too_old = forms.BooleanField(
        label=_("Accepter bien qu'elle soit trop ancienne"), required=False
    )
    due = forms.DateField(
        label=_("La demander à nouveau, à donner avant le"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        validators=[_to_come],
    )

    def __init__(self, *args: Any, ages: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        if not ages:
            del self.fields["dated_on"], self.fields["although_too_old"]

    def clean_dated_on(self) -> date | None:
        return _in_the_past(self.cleaned_data["dated_on"])

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or {}
        typed.setdefault("dated_on", None)
        typed.setdefault("although_too_old", False)
        if typed.get("outcome") == PieceCheck.Outcome.REFUSED:
            if not typed.get("reason"):
                self.add_error("reason", _("Choisissez la raison du refus."))
            if not typed.get("sentence"):
                self.add_error("sentence", _("Dites en une phrase ce que la personne doit faire."))
        else:
            typed |= {"reason": "", "sentence": "", "due": None}
        return typed


def _day_to_come() -> forms.DateField:
    return forms.DateField(
        label=_("À donner avant le"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        validators=[_to_come],
    )


def _note(help_text: Any) -> forms.CharField:
    return forms.CharField(
        label=_("Précision"),
        max_length=300,
        required=False,
        help_text=help_text,
        validators=[
            RegexValidator(FORBIDDEN_WORDS, FORBIDDEN_SAID, inverse_match=True, flags=re.IGNORECASE)
        ],
    )


class RequestForm(forms.Form):
    """Several pieces asked at once, each of one person, before the end of a day."""

    pieces = forms.MultipleChoiceField(
        label=_("Pièces à demander"), widget=forms.CheckboxSelectMultiple
    )
    due = _day_to_come()
    note = _note(_("Par exemple : les trois derniers mois. Envoyée avec chaque pièce."))

    def __init__(
        self, *args: Any, lines: list[tuple[str, str, RequestLine]], **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.lines = lines
        self._lines = {key: line for key, _label, line in lines}
        cast(forms.MultipleChoiceField, self.fields["pieces"]).choices = [
            (key, label) for key, label, _line in lines
        ]

    def asked(self) -> list[RequestLine]:
        note = self.cleaned_data["note"]
        return [replace(self._lines[key], note=note) for key in self.cleaned_data["pieces"]]

    def one_by_one(self) -> "OneByOneForm":
        """The next page, where each piece that was chosen starts with what was said of all."""
        said = self.cleaned_data
        told = {
            name: said[shared]
            for key in said["pieces"]
            for shared, name in OneByOneForm.names(key).items()
        }
        return OneByOneForm(initial=said | told, lines=self.lines)


class OneByOneForm(RequestForm):
    """The pieces that were chosen, each with a day and a sentence of its own."""

    SENT = "oui"

    apart = forms.CharField(required=False, initial=SENT, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["pieces"].widget = forms.MultipleHiddenInput()
        for name in ("due", "note"):
            self.fields[name].widget = forms.HiddenInput()
        chosen = self["pieces"].value() or []
        self._chosen = [key for key in self._lines if key in chosen]
        for key in self._chosen:
            names = self.names(key)
            self.fields[names["due"]] = _day_to_come()
            self.fields[names["note"]] = _note(
                _("Envoyée avec cette pièce seulement. Par exemple : les trois derniers mois.")
            )

    @staticmethod
    def names(key: str) -> dict[str, str]:
        """The fields of a piece, by those of all."""
        return {"due": f"due-{key}".rstrip(":"), "note": f"note-{key}".rstrip(":")}

    def groups(self) -> list[tuple[str, list[forms.BoundField]]]:
        """Each piece, by its label, with its fields."""
        labels = {key: label for key, label, _line in self.lines}
        return [
            (labels[key], [self[name] for name in self.names(key).values()]) for key in self._chosen
        ]

    def asked(self) -> list[RequestLine]:
        said = self.cleaned_data
        return [
            replace(
                self._lines[key],
                note=said[self.names(key)["note"]],
                due=end_of(said[self.names(key)["due"]]),
            )
            for key in said["pieces"]
        ]


def end_of(day: date) -> datetime:
    """The last second of a chosen Paris day."""
    return clock.end_of_local_day(clock.now(), (day - clock.today()).days)


class TrustListForm(forms.Form):
    """A list of certificates as a ZIP; `chain` holds what was read of it."""

    LARGEST = 5_000_000

    file = forms.FileField(
        label=_("Archive ZIP des certificats"),
        help_text=_("Les fichiers .der des autorités et des organismes, 5 Mo au plus."),
        error_messages={"required": _("Choisissez l'archive."), "empty": _("L'archive est vide.")},
        widget=forms.FileInput(attrs={"accept": ".zip,application/zip"}),
    )
    issued_on = FrenchDateField(
        label=_("Liste publiée le"), help_text=_("Par exemple : 11/05/2026")
    )
    next_update = FrenchDateField(
        label=_("Prochaine mise à jour annoncée"), help_text=_("Par exemple : 11/05/2027")
    )

    chain: Chain

    def clean_file(self) -> UploadedFile:
        file: UploadedFile = self.cleaned_data["file"]
        if (file.size or 0) > self.LARGEST:
            raise forms.ValidationError(_("Cette archive dépasse 5 Mo : ce n'est pas une liste."))
        try:
            self.chain = read_chain(file.read())
        except ChainFault as fault:
            raise forms.ValidationError(str(fault)) from fault
        return file

    def clean_issued_on(self) -> date:
        day: date = self.cleaned_data["issued_on"]
        if day > clock.today():
            raise forms.ValidationError(_("Une liste déjà publiée : choisissez un jour passé."))
        return day
