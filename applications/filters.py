"""The queues of the back-office, and how an inbox is narrowed."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.db.models import Count, F, Func, Q, QuerySet, Value
from django.db.models.functions import Concat
from django.utils.translation import gettext_lazy as _

from listings.models import Offer
from territory.queries import folded

from .models import LIVE_STATES, Candidacy, State
from .workflow import FINAL_STATES


@dataclass(frozen=True)
class Queue:
    """Candidacies that wait for the same thing. `key` is what the address says."""

    key: str
    label: Any
    where: Q


_READY = Q(ready_at__isnull=False)
QUEUES = {
    queue.key: queue
    for queue in [
        Queue("en-cours", _("En cours"), Q(state__in=LIVE_STATES)),
        Queue("a-prendre", _("À prendre"), Q(state=State.SUBMITTED)),
        Queue("instruction", _("En instruction"), Q(state=State.INSTRUCTION) & ~_READY),
        Queue("pretes", _("Prêtes"), Q(state=State.INSTRUCTION) & _READY),
        Queue("commission", _("À l'ordre du jour"), Q(state=State.COMMISSION)),
        Queue("attente", _("Attribuées, en attente"), Q(state=State.AWARDED_WAITING)),
        Queue("proposition", _("Réponse attendue"), Q(state=State.PROPOSAL)),
        Queue("acceptees", _("Bail à signer"), Q(state=State.ACCEPTED)),
        Queue("terminees", _("Terminées"), Q(state__in=FINAL_STATES)),
    ]
}
DEFAULT = QUEUES["en-cours"]
_BY_STATE = {
    State.SUBMITTED: "a-prendre",
    State.COMMISSION: "commission",
    State.AWARDED_WAITING: "attente",
    State.PROPOSAL: "proposition",
    State.ACCEPTED: "acceptees",
}


def queue_of(candidacy: Candidacy) -> Queue:
    if candidacy.state == State.INSTRUCTION:
        return QUEUES["pretes" if candidacy.ready_at else "instruction"]
    return QUEUES[_BY_STATE.get(State(candidacy.state), "terminees")]


def counts_by_queue(candidacies: QuerySet[Candidacy]) -> dict[str, int]:
    """How many candidacies wait in each queue, in one statement."""
    return candidacies.order_by().aggregate(
        **{key: Count("pk", filter=queue.where) for key, queue in QUEUES.items()}
    )


class OfferChoice(forms.ModelChoiceField):
    def label_from_instance(self, obj: Offer) -> str:
        return f"{obj} · {obj.dwelling.residence} · {obj.dwelling.reference}"


class InboxFilter(forms.Form):
    """The search of the inbox: everything is in the address; what is not understood is ignored."""

    SORTS = {
        "recues": (_("Reçues depuis le plus longtemps"), (F("submitted_at").asc(), "pk")),
        "numero": (
            _("Ancienneté du numéro unique"),
            (F("seniority_on").asc(nulls_last=True), "pk"),
        ),
        "recentes": (_("Reçues en dernier"), (F("submitted_at").desc(), "-pk")),
    }

    etat = forms.ChoiceField(
        choices=[(key, queue.label) for key, queue in QUEUES.items()],
        required=False,
        widget=forms.HiddenInput,
    )
    q = forms.CharField(
        label=_("Nom ou numéro unique"),
        max_length=80,
        required=False,
        widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false"}),
    )
    offre = OfferChoice(
        label=_("Logement"),
        queryset=Offer.objects.none(),
        to_field_name="public_id",
        required=False,
        empty_label=_("Tous les logements"),
    )
    tri = forms.ChoiceField(
        label=_("Ordre"),
        choices=[(key, label) for key, (label, _order) in SORTS.items()],
        required=False,
    )

    def __init__(self, *args: Any, offers: QuerySet[Offer], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["offre"].queryset = offers  # type: ignore[attr-defined]
        self.is_valid()

    @property
    def queue(self) -> Queue:
        return QUEUES.get(self.cleaned_data.get("etat", ""), DEFAULT)

    @property
    def narrows(self) -> bool:
        return bool(self.cleaned_data.get("q") or self.cleaned_data.get("offre"))

    def narrowed(self, candidacies: QuerySet[Candidacy]) -> QuerySet[Candidacy]:
        """Every queue of what is searched, in the order that was asked for."""
        if offer := self.cleaned_data.get("offre"):
            candidacies = candidacies.filter(offer=offer)
        if text := self.cleaned_data.get("q", ""):
            candidacies = _called(candidacies, text)
        _label, order = self.SORTS[self.cleaned_data.get("tri") or "recues"]
        return candidacies.order_by(*order)


def _called(candidacies: QuerySet[Candidacy], text: str) -> QuerySet[Candidacy]:
    """Whose name has every word typed, or whose numéro unique has these characters."""
    name = Func(
        Concat("applicant__first_name", Value(" "), "applicant__last_name"),
        function="territory_folded",
    )
    by_name = Q()
    for word in folded(text).split():
        by_name &= Q(folded_name__contains=word)
    number = "".join(character for character in text.upper() if character.isalnum())
    by_number = Q(dossier_snapshot__numero_unique__icontains=number) if number else Q(pk=None)
    return candidacies.annotate(folded_name=name).filter(by_name | by_number)
