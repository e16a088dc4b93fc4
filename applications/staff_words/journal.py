"""The journal of a candidacy in staff's words."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alin.kit.models import JournalEntry

from ..models import PointCheck

EVENTS = {
    "submit": gettext_lazy("Candidature reçue"),
    "take": gettext_lazy("Prise en instruction"),
    "mark_ready": gettext_lazy("Dossier marqué prêt"),
    "present": gettext_lazy("Inscrite à l'ordre du jour d'une commission"),
    "take_off_agenda": gettext_lazy("Retirée de l'ordre du jour"),
    "award": gettext_lazy("Attribution par la commission"),
    "not_award": gettext_lazy("Non-attribution par la commission"),
    "declare_inadmissible": gettext_lazy("Rejet pour irrecevabilité par la commission"),
    "propose": gettext_lazy("Logement proposé"),
    "choose": gettext_lazy("Retenue par le bailleur, logement proposé"),
    "set_aside": gettext_lazy("Non retenue"),
    "accept": gettext_lazy("Proposition acceptée par le candidat"),
    "refuse": gettext_lazy("Proposition refusée par le candidat"),
    "expire": gettext_lazy("Proposition restée sans réponse"),
    "lapse": gettext_lazy("Condition suspensive non remplie dans le délai"),
    "release": gettext_lazy("Close : logement pourvu"),
    "withdraw": gettext_lazy("Candidature retirée par le candidat"),
    "renounce": gettext_lazy("Logement accepté puis abandonné par le candidat"),
    "sign_lease": gettext_lazy("Signature du bail constatée"),
    "condition_met": gettext_lazy("Pièce attendue fournie"),
}


def event_in_words(entry: JournalEntry) -> str:
    if entry.event == "point_concluded":
        return _("%(point)s : %(outcome)s") % {
            "point": PointCheck.Point(entry.data["point"]).label,
            "outcome": PointCheck.Outcome(entry.data["outcome"]).label,
        }
    return str(EVENTS[entry.event])


def timeline(entries: Iterable[JournalEntry]) -> list[dict[str, Any]]:
    """The journal as the component `ui.timeline` shows it, newest first."""
    return [
        {
            "instant": entry.at,
            "title": event_in_words(entry),
            "text": entry.reason,
            "who": entry.actor_label,
        }
        for entry in reversed(list(entries))
    ]
