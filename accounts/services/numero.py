"""The numéro unique: keep it, renew it, remind of its end."""

from datetime import date, timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import queries
from accounts.models import Dossier, SectionState
from accounts.rules import parse_numero_unique, valid_until
from alin.kit import clock, french
from alin.kit.actor import Actor
from alin.kit.models import JobRun

from .claims import drop_claims
from .couple import tell_parties
from .dossier import save_section

REMINDERS_AT_ONCE = 200


@transaction.atomic
def save_numero_unique(
    *,
    actor: Actor,
    dossier: Dossier,
    expected_version: int,
    text: str,
    registered_on: date | None,
    renewed_on: date | None,
    radiated_on: date | None = None,
    radiation_ground: str = "",
    page: str = "",
) -> SectionState:
    """Keep the numéro unique, normalised, and what became of the demande; empty text removes the
    number. `radiation_ground`: a letter of R441-2-8 CCH, with its day; empty when not struck off.

    Without a declared date the first day of the number's month stands for the first registration.
    Raises MalformedNumeroUnique, SectionConflict, ValidationError (number of another dossier)."""
    number = parse_numero_unique(text, clock.today()) if text.strip() else None
    if number and registered_on is None:
        registered_on = date(number.year, number.month, 1)
    state = save_section(
        actor=actor,
        dossier=dossier,
        section="numero",
        expected_version=expected_version,
        changes={
            "numero_unique": number.text if number else "",
            "numero_registered_on": registered_on,
            "numero_renewed_on": renewed_on,
            "numero_radiated_on": radiated_on,
            "numero_radiation_ground": radiation_ground,
        },
        page=page,
    )
    if number:
        drop_claims(actor=actor, dossier=dossier)
    return state


def declare_renewal(
    *, actor: Actor, dossier: Dossier, expected_version: int, renewed_on: date, page: str = ""
) -> SectionState:
    """Keep the day the demande was renewed, with its number and its seniority (R441-2-7 CCH); one
    that was struck off and can still come back is active again.

    Raises SectionConflict, ValidationError when the day or the state of the demande forbids it."""
    standing = queries.demand(dossier, renewed_on)
    if standing is None:
        raise ValidationError(_("Indiquez d'abord votre numéro unique et sa date de dépôt."))
    last = dossier.numero_renewed_on or dossier.numero_registered_on
    if last and renewed_on < last:
        raise ValidationError(
            {
                "renewed_on": _("Votre demande a déjà été déposée ou renouvelée le %(date)s.")
                % {"date": french.long_date(last)}
            }
        )
    # What the dates alone suggest is no refusal: a renewal in between may not have been told.
    if dossier.numero_radiation_ground and not standing.is_reactivable(renewed_on):
        raise ValidationError(
            {
                "renewed_on": _(
                    "À cette date, votre demande était radiée et ne pouvait plus être renouvelée. "
                    "Si vous avez déposé une nouvelle demande, saisissez son numéro."
                )
            }
        )
    return save_section(
        actor=actor,
        dossier=dossier,
        section="numero",
        expected_version=expected_version,
        changes={
            "numero_renewed_on": renewed_on,
            "numero_radiated_on": None,
            "numero_radiation_ground": "",
        },
        page=page,
    )


def remind_renewals() -> int:
    """Tell each applicant whose demande ends soon, once for each end; how many were told.

    Claimed once a day. One that was killed goes on at the next call: each batch is committed with
    what it told, and two at the same time share the work."""
    today = clock.today()
    run, _first = JobRun.objects.get_or_create(job="remind-renewals", period=today.isoformat())
    if run.ended_at is not None:
        return 0
    told = 0
    while batch := _remind_some(today):
        told += batch
    JobRun.objects.filter(pk=run.pk).update(ended_at=clock.now(), handled=told)
    return told


@transaction.atomic
def _remind_some(today: date) -> int:
    last = today + timedelta(days=settings.RENEWAL_REMINDER_DAYS)
    due = list(
        queries.to_remind_of_renewal(today, last)
        .select_related("applicant")
        .select_for_update(of=("self",), no_key=True, skip_locked=True)[:REMINDERS_AT_ONCE]
    )
    for dossier in due:
        until = valid_until(dossier.numero_registered_on, dossier.numero_renewed_on) or today
        tell_parties(
            dossier=dossier,
            key=f"renewal:{dossier.public_id}:{until}",
            title=_("Renouvelez votre demande de logement avant le %(date)s")
            % {"date": french.long_date(until)},
            body=_(
                "Une demande de logement social vaut un an. La vôtre se termine le %(date)s : "
                "renouvelez-la avant cette date pour garder votre numéro unique et votre "
                "ancienneté.\n\n"
                "Le renouvellement se fait sur le site national demande-logement-social.gouv.fr, "
                "ou au guichet qui vous a donné le numéro. Dites-le ensuite dans votre dossier."
            )
            % {"date": french.long_date(until)},
            path=reverse("dossier_numero_renew"),
        )
        # Never a day that is past: the same dossier would be found again at once.
        dossier.numero_reminded_for = max(until, today)
        dossier.save(update_fields=["numero_reminded_for"])
    return len(due)
