"""Who asks, what was typed before the session ended, what no cache may keep."""

from collections.abc import Callable

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve, reverse

from accounts.models import Organisation, User
from accounts.queries import active_memberships
from alin.kit.actor import ALONE, ANONYMOUS, ORGANISATION_KEY, Actor
from alin.kit.forms import keep_input
from alin.kit.patience import is_held_by_another
from commission.queries import sits_on_a_commission

from .errors import busy, too_large

GetResponse = Callable[[HttpRequest], HttpResponse]


def actor_of(request: HttpRequest) -> Actor:
    """The person of this request in the quality chosen in the session, checked against the
    memberships in force now: somebody removed a second ago is removed."""
    user = request.user
    if not isinstance(user, User) or not user.is_active:
        return ANONYMOUS
    memberships = tuple(active_memberships(user))
    chosen = request.session.get(ORGANISATION_KEY)
    membership = None
    if chosen != ALONE and memberships:
        membership = next(
            (m for m in memberships if str(m.organisation.public_id) == chosen), memberships[0]
        )
    organisation = membership.organisation if membership else None
    return Actor(
        user=user,
        organisation=organisation,
        kind=organisation.kind if organisation else None,
        role=membership.role if membership else None,
        is_operator=bool(organisation and organisation.kind == Organisation.Kind.PLATEFORME),
        sits_on_commission=sits_on_a_commission(user.pk),
        strong_auth=any(
            record.get("method") == "mfa"
            for record in request.session.get("account_authentication_methods", [])
        ),
        memberships=memberships,
    )


class BodyLimitMiddleware:
    """A request larger than anything a page sends is refused before its first byte is read."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        announced = request.META.get("CONTENT_LENGTH") or "0"
        if announced.isdecimal() and int(announced) > settings.LARGEST_REQUEST:
            return too_large()
        return self.get_response(request)


class ActorMiddleware:
    """Build `request.actor` once."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.actor = actor_of(request)  # type: ignore[attr-defined]
        return self.get_response(request)


class KeepTypedInputMiddleware:
    """A form sent after the session ended is kept, and given back after login."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method == "POST" and not request.user.is_authenticated and _needs_login(request):
            page = keep_input(request)
            if page is not None:
                return redirect_to_login(page, reverse(settings.LOGIN_URL))
        return self.get_response(request)


def _needs_login(request: HttpRequest) -> bool:
    try:
        view = resolve(request.path_info).func
    except Resolver404:
        return False
    return bool(getattr(view, "login_required", True))


class HeldRowMiddleware:
    """A row that somebody else holds too long (a whole file of stock being written) is no failure
    of the portal: the page says to try again in a moment."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        return busy() if is_held_by_another(error) else None


class PrivateCacheMiddleware:
    """What a known person sees is kept by no cache, not even by “back” after logging out."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.user.is_authenticated and "Cache-Control" not in response:
            response["Cache-Control"] = "private, no-store"
        return response
