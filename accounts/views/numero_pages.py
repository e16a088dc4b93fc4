"""What the pages of the numéro unique say: what the number means, where the demande stands."""

from dataclasses import dataclass, field
from datetime import date

from django.utils.translation import gettext as _

from accounts import queries, rules
from accounts.forms.dossier import SectionForm
from accounts.models import Dossier, NumeroClaim
from alin.kit import clock, french
from territory.models import Departement


@dataclass(frozen=True)
class TakenNumero:
    """A number just typed that another dossier holds, and whether its check is asked already."""

    typed: str
    is_claimed: bool


def taken_numero(form: SectionForm, claims: list[NumeroClaim]) -> TakenNumero | None:
    if not form.has_error("numero", "taken"):
        return None
    typed = form.data.get("numero", "")
    read = rules.parse_numero_unique(typed, clock.today()).text
    return TakenNumero(typed, any(claim.numero_unique == read for claim in claims))


@dataclass(frozen=True)
class NumeroFacts:
    """What a saved numéro unique says, and what seems wrong with it."""

    text: str
    scope: str
    since: date
    guichet: str
    registered_on: date | None
    renewed_on: date | None
    valid_until: date | None
    state: str
    tone: str
    sentence: str
    may_renew: bool
    comes_back: bool
    may_renounce: bool
    warnings: list[str] = field(default_factory=list)


def numero_facts(own: Dossier, on: date) -> NumeroFacts | None:
    """The meaning of the saved number; None when there is none."""
    try:
        number = rules.parse_numero_unique(own.numero_unique, on)
    except rules.MalformedNumeroUnique:
        return None
    demand = queries.demand(own, on)
    declared = bool(own.numero_radiation_ground)
    state, tone, sentence = _standing(demand, on, declared=declared)
    warnings = _doubts(number, own.numero_registered_on)
    if sentence and tone == "danger":
        warnings.append(sentence)
    return NumeroFacts(
        text=f"{number.text[:3]} {number.text[3:7]} {number.text[7:13]} {number.text[13:]}",
        scope=_scope(number),
        since=date(number.year, number.month, 1),
        guichet=number.guichet,
        registered_on=own.numero_registered_on,
        renewed_on=own.numero_renewed_on,
        valid_until=demand.valid_until if demand else None,
        state=state,
        tone=tone,
        sentence=sentence,
        comes_back=demand is not None and demand.state == rules.DemandState.RADIATED,
        may_renounce=not declared,
        may_renew=demand is not None and (not declared or demand.is_reactivable(on)),
        warnings=warnings,
    )


def _doubts(number: rules.NumeroUnique, registered_on: date | None) -> list[str]:
    """What seems wrong with the number itself, and with the month it carries."""
    doubts = [number.warning] if number.warning else []
    if registered_on and not number.agrees_with(registered_on):
        doubts.append(
            _(
                "La date de dépôt (%(date)s) ne correspond pas au mois porté par le numéro "
                "(%(month)02d/%(year)d). Relisez votre attestation."
            )
            % {
                "date": french.long_date(registered_on),
                "month": number.month,
                "year": number.year,
            }
        )
    return doubts


def _standing(demand: rules.Demand | None, on: date, *, declared: bool) -> tuple[str, str, str]:
    """The state of a demande in a word, its tone, and what to do about it. Unless its end was
    declared, the dates alone speak, and one of them may not have been told."""
    if demand is None:
        return _("Inconnu"), "neutral", ""
    until = french.long_date(demand.valid_until)
    match demand.state:
        case rules.DemandState.ACTIVE:
            return _("Active"), "success", ""
        case rules.DemandState.TO_RENEW:
            told = _("Renouvelez votre demande avant le %(date)s pour garder son ancienneté.")
            return _("À renouveler"), "warning", told % {"date": until}
        case rules.DemandState.EXPIRED:
            told = _(
                "D'après ces dates, votre demande n'est plus valable depuis le %(date)s : une "
                "demande se renouvelle chaque année. Renouvelez-la sans attendre, ou complétez la "
                "date de dernier renouvellement."
            )
            return _("Expirée"), "danger", told % {"date": until}
    if not declared:
        told = _(
            "D'après ces dates, votre demande n'est plus valable depuis le %(date)s et a dû être "
            "radiée. Si vous l'avez renouvelée depuis, dites-nous quand. %(way)s"
        )
        return _("À vérifier"), "danger", told % {"date": until, "way": _way_back(demand, on)}
    why = Dossier.RadiationGround(demand.ground).label
    told = _("Votre demande est radiée (%(why)s). %(way)s")
    return _("Radiée"), "danger", told % {"why": why, "way": _way_back(demand, on)}


def _way_back(demand: rules.Demand, on: date) -> str:
    if demand.reactivable_until and demand.is_reactivable(on):
        return _(
            "Elle peut être réactivée jusqu'au %(date)s, avec son numéro et son ancienneté."
        ) % {"date": french.long_date(demand.reactivable_until)}
    return _(
        "Une demande radiée à cette date ne peut plus être réactivée : déposez-en une nouvelle et "
        "saisissez son numéro."
    )


def _scope(number: rules.NumeroUnique) -> str:
    if number.is_regional:
        return _("Île-de-France (numéro unique régional)")
    code = number.territory.removeprefix("0")
    departement = Departement.objects.filter(pk=code).first()
    if departement is None:
        return _("Territoire %(code)s") % {"code": number.territory}
    return _("%(name)s (numéro unique départemental)") % {"name": departement}
