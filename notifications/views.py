"""What the portal told a person."""

from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from alin.kit.actor import ActorRequest

from . import queries, services

PER_PAGE = 25


@require_safe
def notices(request: ActorRequest) -> HttpResponse:
    unread = queries.unread_count(request.actor)
    pages = Paginator(queries.unread_first(request.actor), PER_PAGE)
    context = {"page": pages.get_page(request.GET.get("page")), "unread": unread}
    return render(request, "notifications/notices.html", context)


@require_POST
def open_notice(request: ActorRequest, public_id: UUID) -> HttpResponse:
    """Mark it read and go where it leads."""
    notice = get_object_or_404(queries.notices_visible_to(request.actor), public_id=public_id)
    services.mark_read(actor=request.actor, notice=notice)
    return HttpResponseRedirect(notice.path or reverse("notices"))


@require_POST
def mark_all_read(request: ActorRequest) -> HttpResponse:
    services.mark_all_read(actor=request.actor)
    return redirect("notices")
