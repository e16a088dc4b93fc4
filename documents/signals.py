"""What documents keeps right when something else changes."""

from typing import Any

from django.db.models.signals import post_delete
from django.dispatch import receiver

from accounts.models import Dossier, HouseholdMember
from accounts.signals import access_ends, dossier_changed, member_leaves, sharing_ends

from . import services
from .models import PieceFile


@receiver(dossier_changed)
def follow_situation(dossier: Dossier, **kwargs: Any) -> None:
    services.follow_situation(dossier=dossier)


@receiver(access_ends)
def wait_no_more(dossier: Dossier, **kwargs: Any) -> None:
    services.end_requests(dossier=dossier)


@receiver(member_leaves)
def set_apart(member: HouseholdMember, **kwargs: Any) -> None:
    services.set_apart(member=member)


@receiver(sharing_ends)
def take_out(member: HouseholdMember, **kwargs: Any) -> None:
    services.take_out(member=member)


@receiver(post_delete, sender=PieceFile)
def erase_objects(instance: PieceFile, **kwargs: Any) -> None:
    """A row takes its objects along, whatever deleted it: a piece taken back or due, a member who
    left the household, a whole dossier. What the storage refuses now is swept later."""
    services.let_go(instance)
