"""The language of a page: an explicit choice, else the member's, else what the browser asks."""

from collections.abc import Callable, Mapping

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.translation.trans_real import parse_accept_lang_header
from django.views.decorators.http import require_POST

from essaim.foundation.http.access import public, safe_path

GetResponse = Callable[[HttpRequest], HttpResponseBase]
YEAR = 60 * 60 * 24 * 365


class LanguageMiddleware:
    """Activates the reader's language; stands after the authentication. Sets no cookie."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        language = language_of(request)
        request.LANGUAGE_CODE = language
        with translation.override(language):
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", translation.get_language() or language)
        patch_vary_headers(response, ("Accept-Language", "Cookie"))
        return response


def language_of(request: HttpRequest) -> str:
    """The chosen language, else a signed-in member's stored one, else the browser's."""
    if chosen := _known(request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)):
        return chosen
    if settings.SESSION_COOKIE_NAME in request.COOKIES and request.user.is_authenticated:
        stored = _known(getattr(request.user, "language", None))
        if stored:
            return stored
    return language_asked(request.headers)


def language_of_anonymous(request: HttpRequest) -> str:
    """The same for someone without a session, from the request alone: part of the cache's key."""
    chosen = _known(request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME))
    return chosen or language_asked(request.headers)


def language_asked(headers: Mapping[str, str]) -> str:
    """The first of the browser's languages that we speak, whatever its country."""
    for wanted, _weight in parse_accept_lang_header(headers.get("Accept-Language", "")):
        if known := _known(wanted.split("-")[0]):
            return known
    return settings.LANGUAGE_CODE


def remember_language(response: HttpResponseBase, language: str) -> None:
    """Keep an explicit choice on this device; the only place that sets the cookie."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=YEAR,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


@public
@require_POST
def choose_language(request: HttpRequest) -> HttpResponse:
    """POST `language` (and `next`): remembers the choice and goes back to the page."""
    address = request.POST.get("next") or request.headers.get("Referer")
    response = HttpResponseRedirect(safe_path(request, address))
    if language := _known(request.POST.get("language")):
        remember_language(response, language)
    return response


def _known(language: str | None) -> str | None:
    return language if language in dict(settings.LANGUAGES) else None
