"""What every operation of the API shares: problems (RFC 9457), the shape of a body, its format."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.encoding import escape_uri_path
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from ninja import Schema
from ninja.parser import Parser
from pydantic import ConfigDict

API = "/api/"
PROBLEMS = "/api/problems/"  # the page on which each type is explained
PROBLEM_TYPE = "application/problem+json"
Errors = Mapping[str, Sequence[str]]
GetResponse = Callable[[HttpRequest], HttpResponseBase]


@dataclass(frozen=True, slots=True)
class Kind:
    """A type of problem: `title` is the same each time, `meaning` says what to do about it."""

    status: int
    title: str | Promise
    meaning: str | Promise


KINDS = {
    "not-understood": Kind(
        400,
        _("This request cannot be understood"),
        _("It is not well-formed: JSON that breaks off, or signs that no text can hold."),
    ),
    "no-token": Kind(
        401,
        _("A token is needed"),
        _(
            "Nobody writes without one, and this one may have ended, been revoked or be mistyped."
            " Members make theirs on the page “Tokens”."
        ),
    ),
    "scope-missing": Kind(
        403,
        _("This token may not do that"),
        _("Its scopes do not reach so far: make another one with the scope that is named."),
    ),
    "refused": Kind(
        403,
        _("A rule refuses this"),
        _("`detail` is the reason, in words that can be shown to the person."),
    ),
    "not-found": Kind(
        404,
        _("There is no such thing"),
        _("Or it is not for whoever asks: both look the same."),
    ),
    "method-not-allowed": Kind(
        405,
        _("This address does not take that method"),
        _("The header `Allow` says which it takes."),
    ),
    "too-large": Kind(413, _("This is too much at once"), _("A body holds 1 MB at most.")),
    "not-json": Kind(
        415,
        _("Only JSON is read here"),
        _("Send `Content-Type: application/json`."),
    ),
    "invalid": Kind(
        422,
        _("Something is to be put right"),
        _("`errors` says it for each field; nothing was changed."),
    ),
    "key-used": Kind(
        422,
        _("This idempotency key was used for something else"),
        _("A key belongs to one request for a day. Take a new one for another request."),
    ),
    "not-told-again": Kind(
        409,
        _("This was done, and its answer is not told again"),
        _(
            "It was done once, with this key. What you may read may have changed since, or the"
            " answer was too long to keep: `Location`, if there is one, is where to read it."
        ),
    ),
    "too-many": Kind(
        429,
        _("Too many requests"),
        _("The header `Retry-After` says after how many seconds to go on."),
    ),
    "broken": Kind(
        500,
        _("Something broke on our side"),
        _("Nothing was changed. The same request with the same key may be sent again."),
    ),
    "unavailable": Kind(
        503,
        _("Essaim is being looked after"),
        _("The same request works again in a moment."),
    ),
}
# What is said of an answer that some other part of the server gave.
BY_STATUS = {
    kind.status: name
    for name, kind in reversed(KINDS.items())
    if name not in {"scope-missing", "key-used"}
}


def problem(
    request: HttpRequest,
    name: str,
    *,
    detail: str = "",
    errors: Errors | None = None,
    headers: Mapping[str, str] | None = None,
) -> HttpResponse:
    """An answer of one of these kinds; `errors` holds sentences by field."""
    kind = KINDS[name]
    said: dict[str, Any] = {
        "type": f"{PROBLEMS}#{name}",
        "title": str(kind.title),
        "status": kind.status,
        "detail": detail or str(kind.meaning),
        "instance": escape_uri_path(request.path),  # an address, as it was asked for
    }
    if errors:
        said["errors"] = {field: [str(one) for one in found] for field, found in errors.items()}
    text = json.dumps(said, ensure_ascii=False)
    return HttpResponse(text, status=kind.status, content_type=PROBLEM_TYPE, headers=headers)


class ApiProblems:
    """Whatever goes wrong below `/api/`, wherever it does, is answered as a problem."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if (
            response.status_code < HTTPStatus.BAD_REQUEST
            or not request.path_info.startswith(API)
            or response.headers.get("Content-Type") == PROBLEM_TYPE
        ):
            return response
        fallback = "broken" if response.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR else None
        name = BY_STATUS.get(response.status_code, fallback or "not-understood")
        kept = {k: v for k, v in response.headers.items() if k in {"Allow", "Retry-After"}}
        return problem(request, name, headers=kept)


class Body(Schema):
    """What is sent. A field nobody declared is an error: it would be thought to have had effect."""

    model_config = ConfigDict(extra="forbid")


class NotJson(Exception):  # noqa: N818  it is an answer, not a fault
    """The body says of itself that it is something else."""


class JsonOnly(Parser):
    """Reads bodies that say they are JSON, and are."""

    def parse_body(self, request: HttpRequest) -> dict[str, Any]:
        if request.content_type != "application/json":
            raise NotJson
        said: dict[str, Any] = super().parse_body(request)
        if b"\\u" in request.body:
            # Half a surrogate pair is JSON, and no text: ValueError, as for what breaks off.
            json.dumps(said, ensure_ascii=False).encode()
        return said


def next_of(request: HttpRequest, cursor: str | None, **asked: Any) -> str | None:
    """Where the same list goes on: the address, what was asked, the cursor. None after the last."""
    if cursor is None:
        return None
    given = {name: value for name, value in asked.items() if value} | {"after": cursor}
    return request.build_absolute_uri(f"{request.path}?{urlencode(given)}")
