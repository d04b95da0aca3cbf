"""Asking again who it is, before an act that somebody on a borrowed device must not do.

Signing in counts; after five minutes the page `confirm` asks for a code, a password or the second
factor. Upper floors put `asks_to_confirm` on their views.
"""

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import TypeVar
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django_htmx.http import HttpResponseClientRedirect

from essaim.foundation.clock import now
from essaim.foundation.http.access import came_from
from essaim.foundation.http.idempotency import not_done

View = TypeVar("View", bound=Callable[..., HttpResponse])

HOLDS_FOR = timedelta(minutes=5)
CONFIRMED_AT = "confirmed_at"  # in the session


def remember(request: HttpRequest) -> None:
    """It was them, just now."""
    request.session[CONFIRMED_AT] = now().timestamp()


def is_confirmed(request: HttpRequest) -> bool:
    """Whether the person proved who they are within the last minutes, on this device."""
    at = request.session.get(CONFIRMED_AT, 0)
    return bool(0 <= now().timestamp() - at <= HOLDS_FOR.total_seconds())


def asks_to_confirm(*, back: str) -> Callable[[View], View]:
    """Put on a view: whoever has not confirmed lately does so first, then comes back.

    A page is come back to itself; after an act, the page that held its button, else the one that
    `back` names: what a form held is not kept meanwhile.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def asking(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
            if is_confirmed(request):
                return view(request, *args, **kwargs)
            address = came_from(request)
            if request.method not in {"GET", "HEAD"}:
                messages.info(request, _("Then press the button once more."))
                address = reverse(back) if address == "/" else address
            confirm = f"{reverse('confirm')}?{urlencode({'next': address})}"
            if request.headers.get("HX-Request") == "true":
                return not_done(HttpResponseClientRedirect(confirm))
            return not_done(HttpResponseRedirect(confirm))

        return asking  # type: ignore[return-value]  # `wraps` keeps the view's signature

    return decorate
