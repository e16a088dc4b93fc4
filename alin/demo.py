"""The doors of the demonstration: enter as a fictitious person, read the mail that was sent.

These pages exist only where `settings.DEMO` is true."""

from typing import Any

from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.html import urlize
from django.utils.safestring import SafeString
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from alin.demo_world.cast import CAST
from alin.embedded import mailbox

MOST_SHOWN = 100


def accounts() -> list[dict[str, Any]]:
    """Who one may enter as: email, label, description, kind; those that exist here, in order."""
    known = set(
        User.objects.filter(email__in=[role.email for role in CAST]).values_list("email", flat=True)
    )
    return [
        {
            "email": role.email,
            "label": role.label,
            "description": role.description,
            "kind": role.kind,
        }
        for role in CAST
        if role.email in known
    ]


@login_not_required
@require_POST
def enter(request: HttpRequest) -> HttpResponse:
    """Log in as one person of the cast, and as nobody else."""
    _only_in_the_demo()
    email = request.POST.get("email", "")
    if email not in {role.email for role in CAST}:
        raise Http404
    user = get_object_or_404(User, email=email, is_active=True)
    login(request, user, backend="django.contrib.auth.backends.ModelBackend")
    return redirect("welcome")


@login_not_required
@require_safe
def mail(request: HttpRequest) -> HttpResponse:
    """What the portal sent, newest first; `q` keeps the recipients that contain it."""
    _only_in_the_demo()
    wanted = request.GET.get("q", "").strip()
    found = [
        caught
        for caught in mailbox.messages()
        if any(wanted.lower() in recipient.lower() for recipient in caught.recipients)
    ]
    return render(
        request,
        "demo/mail.html",
        {"messages_found": found[:MOST_SHOWN], "count": len(found), "wanted": wanted},
    )


@login_not_required
@require_safe
def mail_message(request: HttpRequest, message_id: str) -> HttpResponse:
    """One message as text, its addresses clickable. Its HTML is shown as source, never run."""
    _only_in_the_demo()
    caught = mailbox.message(message_id)
    if caught is None:
        raise Http404
    # Mail travels with the line ends of 1982.
    text = "\n".join(caught.text.splitlines())
    paragraphs = [
        [SafeString(urlize(line, autoescape=True)) for line in part.splitlines()]
        for part in text.split("\n\n")
        if part.strip()
    ]
    return render(request, "demo/mail_message.html", {"message": caught, "paragraphs": paragraphs})


def _only_in_the_demo() -> None:
    if not settings.DEMO:
        raise Http404
