"""What eligibility does when an account is created and when a dossier changes. The one place
where signals are heard: allauth tells of a new account in no other way, and accounts may not know
eligibility."""

from typing import Any

from allauth.account.signals import user_signed_up
from django.dispatch import receiver
from django.http import HttpRequest

from accounts.models import Dossier, User
from accounts.signals import dossier_changed

from .services import carry_over, derive_facts
from .views.simulator import take_kept_simulation


@receiver(user_signed_up)
def start_the_dossier(request: HttpRequest, user: User, **_more: Any) -> None:
    """Done at once, not at the first login: the address may be confirmed on another device."""
    kept = take_kept_simulation(request)
    if kept is not None:
        carry_over(user=user, kept=kept.query, income_year=kept.income_year)


@receiver(dossier_changed)
def keep_facts_right(dossier: Dossier, **_more: Any) -> None:
    """In the transaction of the change: no reader sees a dossier with the facts of another."""
    derive_facts(dossier_ids=[dossier.pk])
