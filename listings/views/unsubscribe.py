"""The one page that a mail software may post to, without the cookies of a browser (RFC 8058). What
it can do to somebody is to pause their alerts, and only for who holds the secret of a mail."""

from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from .. import services
from ..models import AlertSubscription


@csrf_exempt
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: UUID) -> HttpResponse:
    """The link of each mail. A POST ends the mails at once, without login or session: it comes
    from the reader's own mail software (RFC 8058). A GET only asks: robots follow links."""
    subscription = get_object_or_404(AlertSubscription, token=token)
    if request.method == "POST":
        services.mute_alerts_by_token(subscription=subscription)
        subscription.refresh_from_db()
    return render(request, "listings/unsubscribe.html", {"done": subscription.muted_at is not None})
