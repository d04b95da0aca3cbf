"""Who may come in: everyone must be signed in, except on views that say they are public."""

from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import urlencode, urlsplit, urlunsplit

from django.conf import settings
from django.db import DataError
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.urls import get_resolver
from django.utils.http import url_has_allowed_host_and_scheme
from django_htmx.http import HttpResponseClientRedirect

from essaim.foundation.access import Refused
from essaim.foundation.http.idempotency import not_done

View = TypeVar("View", bound=Callable[..., Any])
GetResponse = Callable[[HttpRequest], HttpResponseBase]
API = "ninja"  # the application name of every operation: the API answers 401 by itself


def public(view: View) -> View:
    """Mark a view that anonymous people may open; all others ask them to enter first."""
    view.is_public = True  # type: ignore[attr-defined]  # functions carry attributes
    return view


def asks_for_name(view: View) -> View:
    """Mark a page that asks newcomers for their name itself: the code leads straight to it."""
    view.asks_for_name = True  # type: ignore[attr-defined]  # functions carry attributes
    return view


def is_public(view: Callable[..., Any]) -> bool:
    return bool(getattr(view, "is_public", False))


def safe_path(request: HttpRequest, address: str | None, default: str = "/") -> str:
    """The path of an address of this site, else the default: no open redirects."""
    if not address or not url_has_allowed_host_and_scheme(address, {request.get_host()}):
        return default
    path = urlunsplit(("", "", *urlsplit(address)[2:]))
    # Once more: the path of "http://this.site//other.site/" alone would lead to the other one.
    return path if path.startswith("/") and url_has_allowed_host_and_scheme(path, None) else default


class AccessMiddleware:
    """Asks for the sign-in that a view has not waived; shows the reason of what a rule refuses."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], *_arguments: Any
    ) -> HttpResponseBase | None:
        if is_public(view) or is_api(request) or request.user.is_authenticated:
            return None
        enter = f"{resolve_url(settings.LOGIN_URL)}?{urlencode({'next': came_from(request)})}"
        if request.headers.get("HX-Request") == "true":
            return not_done(HttpResponseClientRedirect(enter))
        return not_done(HttpResponseRedirect(enter))

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if is_api(request):
            return None
        status = 403 if isinstance(error, Refused) else 400 if holds_nul(error) else None
        if status is None:
            return None
        handler: Callable[..., HttpResponse] = get_resolver().resolve_error_handler(status)
        return handler(request, exception=error)


def holds_nul(error: Exception) -> bool:
    """Whether a query was asked with a NUL: no keyboard types it, no text of PostgreSQL holds it.

    Forms say so beside their fields; this is for what else an address or a request may carry.
    """
    return isinstance(error, DataError) and "NUL" in str(error)


def is_api(request: HttpRequest) -> bool:
    return bool(request.resolver_match and API in request.resolver_match.app_names)


def came_from(request: HttpRequest) -> str:
    """Where to go on after entering: the page asked for, or the one that held the form."""
    if request.method in {"GET", "HEAD"} and request.headers.get("HX-Request") != "true":
        return request.get_full_path()
    page = request.headers.get("HX-Current-URL") or request.headers.get("Referer")
    return safe_path(request, page)
