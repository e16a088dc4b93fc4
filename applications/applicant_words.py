"""How an applicant reads a verdict, her own dossier as it was sent, and where it stands.

Plain functions over rows already read: nothing here asks the database, and nothing here says
what the landlord has not told yet."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.rules import MissingFact
from alin.kit import french
from alin.kit.models import JournalEntry
from eligibility.rules import Reason, Verdict
from listings.models import Offer
from listings.rules import rent_in_words

from .models import Candidacy, PointCheck, State
from .rules import refusing_explanations
from .staff_words import Claim, claims

Point = PointCheck.Point
_L = gettext_lazy

# --- the verdict ---------------------------------------------------------------------------


def verdict_card(verdict: Verdict) -> dict[str, Any]:
    """The arguments of the component `ui.verdict`. Slightly above a PLUS ceiling is no refusal:
    one may apply, so the card does not say no."""
    status = verdict.status
    if status == "no" and not refusing_explanations(verdict):
        return {
            "status": "unknown",
            "title": _("Vous pouvez postuler, mais vous dépassez un peu le plafond"),
            "reasons": [_reason(reason) for reason in verdict.reasons],
        }
    titles = {
        "yes": _("Vous remplissez les conditions de ce logement"),
        "no": _("Vous ne remplissez pas les conditions de ce logement"),
        "unknown": _("Il nous manque de quoi vous répondre"),
    }
    title = titles[status]
    if status == "yes" and verdict.indicative:
        title = _("Vous remplissez les conditions, d'après les derniers plafonds connus")
    return {
        "status": status,
        "title": title,
        "reasons": [_reason(reason) for reason in verdict.reasons],
    }


def _reason(reason: Reason) -> dict[str, Any]:
    def euros(amount: int | None) -> str:
        return "" if amount is None else french.euros(amount, short=True)

    return {
        "text": reason.explanation,
        "figure": euros(reason.figure_eur) if reason.limit_eur else "",
        "figure_label": _("Vos ressources"),
        "limit": euros(reason.limit_eur),
        "limit_label": _("Plafond"),
        "year": reason.year,
        "source": reason.text_of_law,
        "change": reason.what_would_change,
    }


# --- the dossier ---------------------------------------------------------------------------

SECTION_PAGES = {
    "identity": "dossier_identity",
    "numero": "dossier_numero",
    "household": "dossier_household",
    "resources": "dossier_resources",
    "employment": "dossier_employment",
}
_PAGE_OF_POINT = {
    Point.IDENTITY.value: "dossier_identity",
    Point.NUMERO_UNIQUE.value: "dossier_numero",
    Point.HOUSEHOLD.value: "dossier_household",
    Point.RESOURCES.value: "dossier_resources",
    Point.EMPLOYER.value: "dossier_employment",
}


def sheets(told: Mapping[str, Any], on: date, *, editable: bool = False) -> list[dict[str, Any]]:
    """What the landlord reads of a dossier, subject by subject, for `ui.check_answers`."""
    return [
        {
            "title": str(Point(point).label),
            "rows": [{"key": line.label, "value": _with_proof(line)} for line in lines],
            "change_href": reverse(_PAGE_OF_POINT[point]) if editable else None,
        }
        for point, lines in claims(told, on, named=None).items()
    ]


def _with_proof(line: Claim) -> str:
    return f"{line.value}, {line.proof}" if line.proof else line.value


def missing_links(missing: Iterable[MissingFact]) -> list[dict[str, str]]:
    return [
        {"label": fact.label, "why": fact.why, "href": reverse(SECTION_PAGES[fact.section])}
        for fact in missing
    ]


# --- the candidacy -------------------------------------------------------------------------


def place(candidacy: Candidacy) -> str:
    """« T3 à Villeurbanne », as the offer said when she applied."""
    return f"{candidacy.offer_terms['typology']} à {candidacy.offer_terms['commune']}"


def offered(terms: Mapping[str, Any]) -> list[dict[str, str]]:
    """What the offer said when she applied."""
    rent, charges = Decimal(terms["rent"]), Decimal(terms["charges"])
    kind = str(Offer.Kind(terms["kind"]).label)
    rows = [
        (_("Logement"), f"{terms['typology']}, {french.surface(Decimal(terms['surface_m2']))}"),
        (_("Adresse"), _address(terms)),
        (_("Catégorie"), f"{kind} {terms['funding']}".strip()),
        (_("Loyer hors charges"), _per_month(rent) if rent else rent_in_words(rent)),
        (_("Charges"), _per_month(charges)),
        (_("Loyer charges comprises"), _per_month(rent + charges)),
        *_included(terms),
        (_("Dépôt de garantie"), french.euros(Decimal(terms["deposit"]))),
        (_("Disponible le"), french.long_date(date.fromisoformat(terms["available_on"]))),
    ]
    if terms["conditions"]:
        rows.append((_("Conditions particulières"), terms["conditions"]))
    return [{"key": key, "value": value} for key, value in rows]


def _address(terms: Mapping[str, Any]) -> str:
    if terms["address"]:
        return f"{terms['residence']}, {terms['address']}, {terms['commune']}"
    return _(
        "%(commune)s ; l'adresse exacte est sur la page du logement, dès qu'il vous est proposé"
    ) % {"commune": terms["commune"]}


def _included(terms: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What charges cover and where one parks; a candidacy of before November 2026 does not say."""
    rows = []
    if cover := terms.get("charges_cover"):
        labels = dict(Offer.ChargesCover.choices)
        rows.append((_("Charges comprises"), ", ".join(str(labels[each]) for each in cover)))
    if parking := terms.get("parking"):
        said = str(Offer.Parking(parking).label)
        if price := terms.get("parking_rent"):
            said += f", {_per_month(Decimal(price))}"
        rows.append((_("Stationnement"), said))
    return rows


def _per_month(amount: Decimal) -> str:
    return _("%(amount)s par mois") % {"amount": french.euros(amount)}


# What an applicant is told, and when. A step that is not here is the landlord's own work.
PUBLIC_EVENTS = {
    "submit": _L("Candidature envoyée"),
    "resend": _L("Dossier à jour envoyé"),
    "take": _L("Le bailleur étudie votre dossier"),
    "present": _L("Dossier inscrit à une séance de la commission"),
    "award": _L("Décision favorable de la commission"),
    "not_award": _L("La commission ne vous attribue pas le logement"),
    "declare_inadmissible": _L("La commission juge la candidature irrecevable"),
    "propose": _L("Le logement vous est proposé"),
    "choose": _L("Le bailleur vous propose le logement"),
    "set_aside": _L("Candidature non retenue"),
    "release": _L("Candidature non retenue"),
    "lapse": _L("L'attribution ne tient plus"),
    "condition_met": _L("La pièce attendue est reçue"),
    "accept": _L("Vous avez accepté le logement"),
    "refuse": _L("Vous avez refusé le logement"),
    "expire": _L("Délai de réponse dépassé"),
    "withdraw": _L("Vous avez retiré votre candidature"),
    "renounce": _L("Vous avez renoncé au logement"),
    "sign_lease": _L("Bail signé"),
}
# The motive of these is notified (L441-2-2 CCH); why another was chosen is not hers to read.
MOTIVATED_EVENTS = {"not_award", "declare_inadmissible", "set_aside", "release", "lapse"}
CONTESTABLE_STATES = {State.NOT_SELECTED, State.NOT_AWARDED, State.INADMISSIBLE}


# Steps of whoever keeps the dossier: of two, each reads which of them the other made.
OWN_EVENTS = {"submit", "resend", "accept", "refuse", "withdraw", "renounce"}


def timeline(history: Iterable[JournalEntry], *, reader_id: int) -> list[dict[str, Any]]:
    """The public steps, newest first, without who did them but the other of two applicants."""
    return [
        {
            "instant": entry.at,
            "title": str(PUBLIC_EVENTS[entry.event]),
            "text": _text(entry, reader_id),
        }
        for entry in reversed(list(history))
        if entry.event in PUBLIC_EVENTS
    ]


def _text(entry: JournalEntry, reader_id: int) -> str:
    if entry.event in OWN_EVENTS and entry.user_id != reader_id:
        return _("par %(name)s") % {"name": entry.actor_label}
    return entry.reason if entry.event in MOTIVATED_EVENTS else ""


def motive(history: Iterable[JournalEntry]) -> str:
    """Why the candidacy ended, as it was notified; empty when there is nothing to say."""
    told = [entry.reason for entry in history if entry.event in MOTIVATED_EVENTS]
    return told[-1] if told else ""


def early_closing(offer: Offer, *, applied: bool) -> dict[str, str] | None:
    """That the offer closed before its date, and why, for `ui.notice_banner`; None when it did
    not. `applied`: to somebody whose candidacy lives."""
    closed = offer.closed_early_at
    if closed is None or closed >= offer.closes_at:
        return None
    reason = _("Motif donné par le bailleur : %(reason)s") % {"reason": offer.closed_early_reason}
    goes_on = _("Votre candidature continue : le bailleur répond à chaque dossier reçu.")
    title = _("Les candidatures ont été closes avant la date prévue, le %(when)s.")
    return {
        "title": title % {"when": french.date_time(closed)},
        "text": f"{goes_on} {reason}" if applied else reason,
    }


def what_happens_now(candidacy: Candidacy, at: datetime) -> str:
    """What the applicant should expect, or do, from here."""
    landlord = str(candidacy.organisation)
    waiting = _("Vous n'avez rien à faire pour l'instant : nous vous écrirons à chaque étape.")
    match State(candidacy.state):
        case State.SUBMITTED:
            return f"{_submitted(candidacy, at)} {waiting}"
        case State.INSTRUCTION:
            told = _("%(landlord)s vérifie votre dossier.") % {"landlord": landlord}
            return f"{told} {waiting}"
        case State.COMMISSION:
            return _commission(candidacy, at)
        case State.AWARDED_WAITING:
            return _awarded(candidacy)
        case State.PROPOSAL:
            return _(
                "Ce logement vous est proposé. Répondez avant la date limite : sans réponse, la "
                "proposition est considérée comme refusée et le logement est proposé à la "
                "personne suivante."
            )
        case State.ACCEPTED:
            return _(
                "%(landlord)s prépare le bail et vous contacte pour la signature et l'état des "
                "lieux. Pensez à prévenir votre bailleur actuel : pour un logement social, le "
                "préavis est d'un mois."
            ) % {"landlord": landlord}
        case State.LEASE_SIGNED:
            return _("Votre bail est signé. Nous vous souhaitons de bien vivre chez vous.")
        case State.INADMISSIBLE:
            return _(
                "La commission a jugé que les conditions d'accès au logement social ne sont pas "
                "remplies."
            )
        case _ended:
            return _(
                "Cette candidature est terminée. Vous pouvez postuler à d'autres logements ; une "
                "demande de logement social en cours garde son ancienneté."
            )


def _submitted(candidacy: Candidacy, at: datetime) -> str:
    if candidacy.offer.is_open(at):
        return _(
            "Les candidatures sont ouvertes jusqu'au %(closing)s. Elles sont classées après "
            "cette date ; l'ordre d'arrivée ne compte pas."
        ) % {"closing": french.long_date(candidacy.offer.effective_closing())}
    return _("Les candidatures sont closes. %(landlord)s va étudier les dossiers reçus.") % {
        "landlord": candidacy.organisation
    }


def _commission(candidacy: Candidacy, at: datetime) -> str:
    sitting = candidacy.commission_at
    if sitting is None:
        return _("La commission d'attribution va examiner votre dossier. Elle décide librement.")
    if sitting <= at:
        return _(
            "La commission s'est réunie le %(day)s. Sa décision vous sera écrite dès qu'elle est "
            "enregistrée."
        ) % {"day": french.long_date(sitting)}
    return _(
        "La commission d'attribution examine votre dossier le %(day)s. Elle décide librement ; "
        "nous vous écrirons après la séance."
    ) % {"day": french.long_date(sitting, "long")}


def _awarded(candidacy: Candidacy) -> str:
    condition = getattr(candidacy, "suspensive_condition", None)
    if condition is not None and condition.met_at is None:
        return _(
            "La commission vous attribue ce logement à une condition : fournir avant le %(due)s "
            "cette pièce : %(piece)s. Envoyez-la à %(landlord)s sans attendre."
        ) % {
            "due": french.date_time(condition.due_at),
            "piece": condition.piece,
            "landlord": candidacy.organisation,
        }
    return _(
        "La commission vous a retenu au rang %(rank)d. Le logement est d'abord proposé à la "
        "personne classée avant vous ; si elle refuse ou ne répond pas, il vous est proposé "
        "aussitôt."
    ) % {"rank": candidacy.awarded_rank or 1}
