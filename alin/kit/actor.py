"""Who acts: built once per request, handed to every query, permission and service."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

# Where a session keeps the public identifier of the organisation a person acts for.
ORGANISATION_KEY = "organisation"
# What it holds for somebody who acts for herself.
ALONE = "moi"


@dataclass(frozen=True)
class Actor:
    """A person in one of their quality.

    `organisation` is the active one (None for an applicant or a visitor), `kind` its kind,
    `role` the role held there. `strong_auth` tells that a second factor opened the session.
    `sits_on_commission` tells that the person is a member of at least one commission in force.
    """

    user: "AbstractBaseUser | None" = None
    organisation: Any = None
    kind: str | None = None
    role: str | None = None
    is_operator: bool = False
    sits_on_commission: bool = False
    strong_auth: bool = False
    memberships: tuple[Any, ...] = field(default=())

    @property
    def is_authenticated(self) -> bool:
        return self.user is not None

    @property
    def user_id(self) -> int:
        """The person's key, 0 for nobody: no row has it, and it never matches an empty column."""
        return self.user.pk if self.user is not None else 0

    @property
    def organisation_id(self) -> int:
        """The active organisation's key, 0 for none."""
        return self.organisation.pk if self.organisation is not None else 0

    @property
    def is_landlord_staff(self) -> bool:
        return self.kind == "bailleur"

    @property
    def is_manager(self) -> bool:
        return self.role == "manager"

    @property
    def is_applicant(self) -> bool:
        """A person who acts for herself: logged in, outside any organisation."""
        return self.is_authenticated and self.organisation is None and not self.is_operator


ANONYMOUS = Actor()


class ActorRequest(HttpRequest):
    """What a view receives: a request whose actor the middleware has built. For annotations."""

    actor: Actor


@dataclass(frozen=True)
class SystemActor(Actor):
    """A scheduled job: it decides nothing but what a date has decided."""

    label: str = "Échéance"


SYSTEM = SystemActor()
