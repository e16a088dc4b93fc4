"""The one question views ask before they act."""

import rules
from django.core.exceptions import PermissionDenied

from .actor import Actor


def require(actor: Actor, permission: str, obj: object = None) -> None:
    """Raise PermissionDenied (403) unless the rule named `permission` lets `actor` do it."""
    if not rules.has_perm(permission, actor, obj):
        raise PermissionDenied
