"""What the three lists do alike: whose rows, which forms, one verb done to many."""

from collections.abc import Callable, Sequence
from typing import Any

from django.contrib import messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _L
from django.utils.translation import ngettext

from alin.kit.actor import Actor
from alin.kit.models import JournalEntry
from alin.kit.reading import PortalAdmin

from ..forms.upkeep import ManyForm
from ..services import MOST_AT_ONCE, do_to_each

# What the journal of a home, or of an offer, tells.
EVENTS = {
    "created": _L("enregistré"),
    "changed": _L("modifié"),
    "picture_added": _L("image ajoutée"),
    "picture_removed": _L("image supprimée"),
    "drafted": _L("brouillon enregistré"),
    "duplicated": _L("copiée d'une autre offre"),
    "home_changed": _L("logement ou résidence modifiés"),
    "published": _L("publiée"),
    "closed_early": _L("close avant la date"),
    "archived": _L("archivée"),
}


def actor_of(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


class StockAdmin(PortalAdmin):
    """A landlord's managers see and change what `visible_to` shows them, in forms whose validation
    ends in a service. What is theirs alone is found; anything else does not exist."""

    actions_on_bottom = True
    list_per_page = 50
    show_full_result_count = False
    save_as = False

    def visible_to(self, actor: Actor) -> QuerySet[Any]:
        raise NotImplementedError

    def label(self, thing: Any) -> str:
        """What a manager knows it by."""
        return str(thing)

    def admits(self, actor: Actor) -> bool:
        return actor.is_landlord_staff and actor.is_manager

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._admitted(request)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        found = self.visible_to(actor_of(request))
        ordering = self.get_ordering(request)
        return found.order_by(*ordering) if ordering else found

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> type[Any]:
        made = super().get_form(request, obj, change, **kwargs)
        return type(made.__name__, (made,), {"actor": actor_of(request)})

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """The form has written, by its service."""

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """The journal has it, written by the service; a second history would drift from it."""

    def _get_obj_does_not_exist_redirect(
        self, request: HttpRequest, opts: Any, object_id: str
    ) -> HttpResponseRedirect:
        raise Http404

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: Any = None
    ) -> HttpResponse:
        """The journal of the thing."""
        thing: Any = self.get_object(request, object_id)
        if thing is None:
            raise Http404
        if not self.has_change_permission(request, thing):
            raise PermissionDenied
        chain = f"{type(thing).__name__.lower()}:{thing.public_id}"
        context = {
            **self.admin_site.each_context(request),
            "title": _("Historique : %(what)s") % {"what": thing},
            "opts": self.opts,
            "object": thing,
            "lines": [
                (entry, EVENTS.get(entry.event, entry.event), self._fields_in_words(entry))
                for entry in JournalEntry.objects.filter(chain=chain).order_by("-sequence")[:100]
            ],
        }
        return TemplateResponse(request, "admin/listings/history.html", context)

    def _fields_in_words(self, entry: JournalEntry) -> str:
        known = {
            name: str(field.verbose_name)
            for field in self.opts.concrete_fields
            for name in (field.name, field.attname)
        }
        return ", ".join(known.get(name, name) for name in entry.data.get("fields", []))

    def do_to_many(
        self,
        request: HttpRequest,
        chosen: QuerySet[Any],
        *,
        action: str,
        title: str,
        form_class: type[ManyForm],
        do: Callable[[Any, dict[str, Any]], object],
    ) -> HttpResponse | None:
        """Ask what is to change, then do it to each; None once done: the list comes back."""
        things = list(chosen.order_by("pk")[: MOST_AT_ONCE + 1])
        if len(things) > MOST_AT_ONCE:
            messages.error(
                request,
                _(
                    "Choisissez %(most)d lignes au plus à la fois ; au-delà, exportez la liste, "
                    "corrigez-la et importez-la."
                )
                % {"most": MOST_AT_ONCE},
            )
            return None
        form = form_class(request.POST if "apply" in request.POST else None)
        refused: list[Any] = []
        if form.is_bound and form.is_valid():
            done, refused = do_to_each(
                things=things,
                do=lambda thing: do(thing, form.changes()),
                without_refused=form.cleaned_data["without_refused"],
            )
            if done or not refused:
                self._tell(request, done, len(refused))
                return None
        return self._ask(request, things, action, title, form, refused)

    def _ask(
        self,
        request: HttpRequest,
        things: Sequence[Any],
        action: str,
        title: str,
        form: ManyForm,
        refused: Sequence[Any],
    ) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": title,
            "opts": self.opts,
            "things": [(thing.pk, self.label(thing)) for thing in things],
            "form": form,
            "action": action,
            "refused": [(self.label(each.thing), each.reason) for each in refused],
            "others": len(things) - len(refused),
            "checkbox_name": ACTION_CHECKBOX_NAME,
            "media": self.media,
        }
        status = 422 if form.is_bound else 200
        return TemplateResponse(request, "admin/listings/many.html", context, status=status)

    def _tell(self, request: HttpRequest, done: int, left_out: int) -> None:
        said = ngettext("%(n)d ligne enregistrée.", "%(n)d lignes enregistrées.", done) % {
            "n": done
        }
        if left_out:
            said += " " + ngettext(
                "%(n)d laissée telle quelle.", "%(n)d laissées telles quelles.", left_out
            ) % {"n": left_out}
        messages.success(request, capfirst(said))
