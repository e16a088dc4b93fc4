"""What eligibility does when an account is created. The one place where a signal is heard:
allauth tells of a new account in no other way, and accounts may not know eligibility."""

from typing import Any

from allauth.account.signals import user_signed_up
from django.dispatch import receiver
from django.http import HttpRequest

from accounts.models import User

from .services import carry_over
from .views import take_kept_simulation


@receiver(user_signed_up)
def start_the_dossier(request: HttpRequest, user: User, **_more: Any) -> None:
    """Done at once, not at the first login: the address may be confirmed on another device."""
    kept = take_kept_simulation(request)
    if kept is not None:
        carry_over(user=user, kept=kept.query, income_year=kept.income_year)
