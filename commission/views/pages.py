"""What the pages of a commission share: candidates side by side, decisions in words, refusals."""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError

from alin.kit import clock
from applications import staff_words
from applications.models import Candidacy, PointCheck, State
from applications.queries import verdict_on
from applications.workflow import STAFF_LABELS
from commission import queries, rules, services
from commission.models import AgendaCandidate, Session
from eligibility.queries import parameters_at
from eligibility.rules import Parameters
from listings.models import Offer


def refused_or_ok(form: Any) -> int:
    """The status of a page that shows this form: 422 when it was refused."""
    return 422 if form.is_bound and form.errors else 200


def add_errors(form: Any, error: ValidationError, renamed: dict[str, str]) -> None:
    """Put a service's refusal beside its fields; `renamed[""]` is where the rest goes."""
    if not hasattr(error, "error_dict"):
        form.add_error(renamed.get(""), error.messages)
        return
    for name, texts in error.message_dict.items():
        field = renamed.get(name, name if name in form.fields else renamed.get(""))
        form.add_error(field, texts)


def compared(
    candidacy: Candidacy, offer: Offer, parameters: Parameters, place: int
) -> dict[str, Any]:
    """A candidate's line in a table of comparison, from the dossier as it was presented (or, not
    presented yet, as it was received)."""
    told = candidacy.presented_snapshot or candidacy.dossier_snapshot
    checks = list(candidacy.checks.all())
    return {
        "candidacy": candidacy,
        "place": place,
        "persons": staff_words.household_size(told),
        "assessment": staff_words.assess(verdict_on(told, offer, parameters)),
        "numero": staff_words.numero_month(told, parameters.on),
        "employer": told["employer_name"] or told["employment_label"],
        "verified": sum(check.outcome == PointCheck.Outcome.VERIFIED for check in checks),
        "refused": [check for check in checks if check.outcome == PointCheck.Outcome.REFUSED],
    }


def decision_day(session: Session) -> date:
    """The day whose ceilings count: that of the session, in Paris."""
    return session.scheduled_at.astimezone(clock.PARIS).date()


def compared_agenda(session: Session, agenda: list[queries.AgendaHome]) -> list[dict[str, Any]]:
    """Each home with its candidates in the published order; a dossier the reader of the agenda
    may not read leaves only the name and the decision."""
    readable = any(entry.readable for home in agenda for entry in home.entries)
    parameters = parameters_at(decision_day(session)) if readable else None
    items = []
    for home in agenda:
        rows = []
        for place, entry in enumerate(sorted(home.entries, key=_seniority), start=1):
            row = {"entry": entry, "candidacy": entry.candidacy, **decision_in_words(entry)}
            row["readable"] = entry.readable
            if parameters and entry.readable:
                row |= compared(entry.candidacy, home.item.offer, parameters, place)
            rows.append(row)
        read = any(row["readable"] for row in rows)
        items.append({"item": home.item, "rows": rows, "readable": read})
    return items


def _seniority(entry: AgendaCandidate) -> tuple[date, int]:
    return entry.candidacy.seniority_on or date.max, entry.candidacy_id


def decision_in_words(entry: AgendaCandidate) -> dict[str, Any]:
    """The decision recorded, as it is notified when the session closes."""
    state = State(entry.candidacy.state)
    awarded = entry.decision in services.AWARDS
    tone = "success" if awarded else "neutral"
    if entry.decision == AgendaCandidate.Decision.IRRECEVABILITE:
        tone = "danger"
    return {
        "decided": bool(entry.decision),
        # Withdrawn or released meanwhile: nothing is to be decided any more.
        "left": "" if entry.decision or state == State.COMMISSION else str(STAFF_LABELS[state]),
        "decision": entry.get_decision_display(),
        "tone": tone,
        "awarded": awarded,
        "reason": rules.motives_in_words(entry.motives, entry.motive_text),
    }
