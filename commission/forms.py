"""What is typed to convene a session, to make its agenda and to decide."""

from datetime import datetime
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from alin.kit import clock, french
from applications.models import Candidacy

from .models import AgendaCandidate, AgendaItem, Commission, CommissionMember, Session
from .rules import INADMISSIBILITY_MOTIVES, MOTIVES

DAYS = ["%Y-%m-%d", "%d/%m/%Y"]


def _day(label: Any, **options: Any) -> forms.DateField:
    """A day, picked in the browser's calendar or typed as JJ/MM/AAAA."""
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, input_formats=DAYS, widget=widget, **options)


def _sentence(text: Any) -> str:
    """With a capital, as a choice alone on its line."""
    said = str(text)
    return said[:1].upper() + said[1:]


class SessionForm(forms.Form):
    commission = forms.ModelChoiceField(
        label=_("Commission"),
        queryset=Commission.objects.none(),
        to_field_name="public_id",
        empty_label=None,
    )
    day = _day(_("Date de la séance"))
    hour = forms.TimeField(
        label=_("Heure"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    place = forms.CharField(
        label=_("Lieu ou mode de réunion"),
        help_text=_("Par exemple : salle du conseil, ou visioconférence."),
        max_length=160,
    )

    def __init__(self, *args: Any, commissions: QuerySet[Commission], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["commission"].queryset = commissions  # type: ignore[attr-defined]

    @property
    def scheduled_at(self) -> datetime:
        typed = self.cleaned_data
        return datetime.combine(typed["day"], typed["hour"], tzinfo=clock.PARIS)


class ExceptionForm(forms.Form):
    """Why fewer than three candidates are presented for a home."""

    exception = forms.ChoiceField(
        label=_("Moins de trois candidats ?"),
        choices=lambda: [(code, _sentence(text)) for code, text in AgendaItem.Exception_.choices],
        widget=forms.RadioSelect,
        required=False,
        initial="",
    )
    exception_note = forms.CharField(
        label=_("Justification de l'exception"),
        help_text=_("Elle figure dans le relevé de la séance."),
        max_length=300,
        required=False,
    )

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or {}
        if typed.get("exception") and not typed.get("exception_note"):
            self.add_error("exception_note", _("Dites pourquoi il y a moins de trois candidats."))
        return typed


class SessionChoice(forms.ModelChoiceField):
    """Sessions of `queries.sessions_open_for`."""

    def label_from_instance(self, obj: Any) -> str:
        label = f"{french.date_time(obj.scheduled_at)} · {obj.commission}"
        if not obj.presented:
            return label
        people = french.count(obj.presented, gettext("candidat"), gettext("candidats"))
        return gettext("%(session)s (ce logement y est déjà, avec %(people)s)") % {
            "session": label,
            "people": people,
        }


class AgendaForm(ExceptionForm):
    """A home put on the agenda of a session, with its candidates."""

    session = SessionChoice(
        label=_("Séance"),
        queryset=Session.objects.none(),
        to_field_name="public_id",
        empty_label=_("Choisissez une séance"),
        error_messages={
            "invalid_choice": _("Cette séance n'est plus ouverte. Choisissez-en une autre.")
        },
    )
    candidacies = forms.ModelMultipleChoiceField(
        label=_("Candidats à présenter"),
        queryset=Candidacy.objects.none(),
        to_field_name="public_id",
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": _("Choisissez les candidats à présenter."),
            "invalid_choice": _(
                "Un des candidats choisis n'est plus prêt : il vient d'être présenté, écarté ou "
                "s'est retiré. Relisez la liste."
            ),
        },
    )
    field_order = ["session", "candidacies", "exception", "exception_note"]

    def __init__(
        self,
        *args: Any,
        sessions: QuerySet[Session],
        candidacies: QuerySet[Candidacy],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["session"].queryset = sessions  # type: ignore[attr-defined]
        self.fields["candidacies"].queryset = candidacies  # type: ignore[attr-defined]


class RemovalForm(ExceptionForm):
    """A candidate taken off the agenda; `too_few`: those who stay need an exception."""

    reason = forms.CharField(
        label=_("Motif"),
        max_length=1000,
        widget=forms.Textarea({"rows": 3}),
        error_messages={"required": _("Écrivez pourquoi ce candidat quitte l'ordre du jour.")},
    )
    field_order = ["reason", "exception", "exception_note"]

    def __init__(self, *args: Any, too_few: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not too_few:
            del self.fields["exception"], self.fields["exception_note"]
            return
        exception: Any = self.fields["exception"]
        exception.required = True
        exception.label = _("Pourquoi moins de trois candidats\u00a0?")
        exception.error_messages["required"] = _("Choisissez l'exception qui s'applique.")
        exception.choices = [choice for choice in exception.choices if choice[0]]


class CommissionForm(forms.Form):
    name = forms.CharField(
        label=_("Nom de la commission"),
        help_text=_("Par exemple : commission d'attribution du bassin annécien."),
        max_length=120,
    )
    quorum = forms.IntegerField(
        label=_("Quorum"),
        help_text=_(
            "Nombre de membres présents pour décider, fixé par votre règlement intérieur "
            "(article R441-9 du CCH)."
        ),
        min_value=1,
        max_value=30,
        widget=forms.NumberInput({"inputmode": "numeric"}),
    )


class SeatForm(forms.Form):
    email = forms.EmailField(
        label=_("Adresse électronique de la personne"),
        help_text=_(
            "Avec un compte à cette adresse, elle siège tout de suite et en est informée. "
            "Sinon elle reçoit une invitation, valable sept jours."
        ),
        max_length=254,
        widget=forms.EmailInput({"autocomplete": "off"}),
        error_messages={
            "invalid": _("Écrivez une adresse électronique entière, par exemple nom@mairie.fr.")
        },
    )
    capacity = forms.ChoiceField(
        label=_("En quelle qualité siège-t-elle\u00a0?"),
        choices=lambda: [
            (code, _sentence(text)) for code, text in CommissionMember.Capacity.choices
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choisissez sa qualité.")},
    )


DECISIONS = [
    (AgendaCandidate.Decision.ATTRIBUTION.value, _("Attribution, à ce candidat seul")),
    (AgendaCandidate.Decision.ATTRIBUTION_RANG.value, _("Attribution par rang")),
    (
        AgendaCandidate.Decision.ATTRIBUTION_CONDITION.value,
        _("Attribution sous condition suspensive"),
    ),
    (AgendaCandidate.Decision.NON_ATTRIBUTION.value, _("Non-attribution")),
    (AgendaCandidate.Decision.IRRECEVABILITE.value, _("Rejet pour irrecevabilité")),
]


def _motive(code: str) -> str:
    text = _sentence(MOTIVES[code])
    return f"{text} {_('(ou irrecevabilité)')}" if code in INADMISSIBILITY_MOTIVES else text


class DecisionForm(forms.Form):
    """One of the five decisions of R441-3 CCH; what another kind would need is left out."""

    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    decision = forms.ChoiceField(
        label=_("Décision de la commission"),
        choices=DECISIONS,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choisissez la décision.")},
    )
    rank = forms.IntegerField(
        label=_("Rang"),
        help_text=_("1 pour le premier à qui le logement est proposé."),
        min_value=1,
        max_value=99,
        required=False,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )
    condition_piece = forms.CharField(
        label=_("Pièce attendue"),
        help_text=_("Par exemple : avis d'imposition 2025."),
        max_length=200,
        required=False,
    )
    condition_due_on = _day(_("À fournir au plus tard le"), required=False)
    motives = forms.MultipleChoiceField(
        label=_("Motifs écrits au candidat"),
        help_text=_("Un rejet pour irrecevabilité n'a que deux motifs possibles, signalés."),
        choices=lambda: [(code, _motive(code)) for code in MOTIVES],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    motive_text = forms.CharField(
        label=_("Précisions écrites au candidat"),
        max_length=1000,
        required=False,
        widget=forms.Textarea({"rows": 3}),
    )

    @classmethod
    def of(cls, entry: AgendaCandidate) -> dict[str, Any]:
        """What was recorded already, to start from."""
        return {
            name: getattr(entry, name)
            for name in cls.base_fields
            if getattr(entry, name) not in (None, "")
        }


class CloseForm(forms.Form):
    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
