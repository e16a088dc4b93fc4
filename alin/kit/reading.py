"""What a model needs to be in the administration at all, and what operators may do there: look.
The portal's own screens do the work."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest

from .actor import Actor

if TYPE_CHECKING:
    Base = admin.ModelAdmin[Model]
else:
    Base = admin.ModelAdmin


class PortalAdmin(Base):
    """Made for this portal's administration, that registers nothing else. Who is let in is said
    by `admits`; nobody adds nor deletes."""

    def admits(self, actor: Actor) -> bool:
        raise NotImplementedError

    def _admitted(self, request: HttpRequest) -> bool:
        actor: Actor = request.actor  # type: ignore[attr-defined]
        return self.admin_site.has_permission(request) and self.admits(actor)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self._admitted(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._admitted(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class ReadOnlyAdmin(PortalAdmin):
    """Operators may read, and change nothing."""

    def admits(self, actor: Actor) -> bool:
        return actor.is_operator
