"""Who may see a dossier: the only code that opens and closes that right."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q

from accounts.models import Dossier, DossierAccess, Organisation, User
from accounts.signals import access_ends
from alin.kit import clock


def open_access(
    *,
    dossier: Dossier,
    purpose: str,
    organisation: Organisation | None = None,
    person: User | None = None,
    subject: str = "",
) -> None:
    """Let an organisation or a person see the dossier for a purpose, from now on; idempotent.

    `subject`: what the holder reads of it, such as the home applied for."""
    DossierAccess.objects.bulk_create(
        [
            DossierAccess(
                dossier=dossier,
                purpose=purpose,
                subject=subject,
                organisation=organisation,
                person=person,
            )
        ],
        ignore_conflicts=True,
    )


def close_access(*, dossier: Dossier, purpose: str, at: datetime | None = None) -> None:
    """End every access opened for a purpose or for what follows from it (`purpose:…`), now or at
    the given instant."""
    DossierAccess.objects.filter(
        Q(purpose=purpose) | Q(purpose__startswith=f"{purpose}:"), dossier=dossier, until=None
    ).update(until=at or clock.now())
    access_ends.send(sender=DossierAccess, dossier=dossier)


def close_accesses_of_person(*, person: User, purposes: Iterable[str]) -> None:
    """End now what a person may see for these purposes, whatever the dossier."""
    DossierAccess.objects.filter(person=person, purpose__in=list(purposes), until=None).update(
        until=clock.now()
    )
