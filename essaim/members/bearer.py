"""Who asks the API: the member of a token, or anybody. Cookies and sessions say nothing there."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.translation import gettext as _
from ninja.security.base import AuthBase

from essaim.foundation.http.api import API, problem
from essaim.foundation.limits import allow
from essaim.members.actions import note_use_of_token
from essaim.members.models import Scope, Token
from essaim.members.queries import live_token

GetResponse = Callable[[HttpRequest], HttpResponseBase]

ANYBODY = "anybody"
LONGEST_TOKEN = 200
WRITES, PERIOD = 300, 300  # so many writes of one token in so many seconds
READING = frozenset({"GET", "HEAD", "OPTIONS"})


class BearerTokens:
    """Below `/api/`: loads the token of the request, and turns away one that opens nothing."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not request.path_info.startswith(API):
            return self.get_response(request)
        request.user = AnonymousUser()
        token: Token | None = None
        if given := request.headers.get("Authorization"):
            token = _token_of(given)
            if token is None:
                return no_token(request, error="invalid_token")
            note_use_of_token(token=token)
            request.user = token.member
            if request.method not in READING and not _may_go_on(token):
                return problem(request, "too-many", headers={"Retry-After": str(PERIOD)})
        request.token = token  # type: ignore[attr-defined]  # a request carries who asks
        return self.get_response(request)


class Bearer(AuthBase):
    """What an operation asks for: a token with this scope; with `or_nobody` none will do too."""

    openapi_type = "http"
    openapi_scheme = "bearer"

    def __init__(self, scope: Scope, *, or_nobody: bool = False) -> None:
        super().__init__()
        self.scope = scope
        self.or_nobody = or_nobody

    def __call__(self, request: HttpRequest) -> Any:
        token = token_of(request)
        if token is None:
            return ANYBODY if self.or_nobody else None
        if self.scope not in token.scopes:
            raise ScopeMissing(self.scope)
        return token


class ScopeMissing(Exception):  # noqa: N818  it is an answer, not a fault
    """The token is good, but not for this."""

    def __init__(self, scope: Scope) -> None:
        super().__init__(scope)
        self.scope = scope


def token_of(request: HttpRequest) -> Token | None:
    token: Token | None = getattr(request, "token", None)
    return token


def no_token(request: HttpRequest, *, error: str = "") -> HttpResponse:
    """401, in the words of RFC 6750: with an error only when there was a token."""
    said = 'Bearer realm="Essaim"' + (f', error="{error}"' if error else "")
    return problem(request, "no-token", headers={"WWW-Authenticate": said})


def scope_missing(request: HttpRequest, scope: Scope) -> HttpResponse:
    said = f'Bearer realm="Essaim", error="insufficient_scope", scope="{scope.value}"'
    detail = _("It needs the scope “%(scope)s”.") % {"scope": scope.value}
    return problem(request, "scope-missing", detail=detail, headers={"WWW-Authenticate": said})


def _token_of(header: str) -> Token | None:
    scheme, _space, text = header.partition(" ")
    text = text.strip()
    if scheme.lower() != "bearer" or not text.isascii() or len(text) > LONGEST_TOKEN:
        return None
    return live_token(text)


def _may_go_on(token: Token) -> bool:
    return allow(f"api: {token.pk}", at_most=WRITES, seconds=PERIOD)
