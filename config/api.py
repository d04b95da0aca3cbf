"""The API, under /api/v1; each sub-platform brings a router of its own.

Without a token everyone reads what an anonymous reader may; with one, what its member may, and
writes what its scopes allow. Whatever goes wrong is answered as a problem (RFC 9457).
"""

import logging
from collections import defaultdict
from importlib.util import find_spec
from typing import Any

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation, ValidationError
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError
from ninja.errors import ValidationError as ShapeError
from ninja.openapi.schema import OpenAPISchema

from config.openapi import completed
from essaim.foundation.access import Refused
from essaim.foundation.http.access import holds_nul
from essaim.foundation.http.api import JsonOnly, NotJson, problem
from essaim.foundation.http.idempotency import remember_deadlock
from essaim.members.bearer import Bearer, ScopeMissing, no_token, scope_missing
from essaim.members.models import Scope

log = logging.getLogger(__name__)


class Essaim(NinjaAPI):
    """Its document also says how each operation refuses, and what every write takes."""

    def get_openapi_schema(self, **options: Any) -> OpenAPISchema:
        return completed(super().get_openapi_schema(**options))


api = Essaim(
    title="Essaim",
    version="1",
    description="Communities, debates, ideas, answers and programmes: read by all, written by"
    " members with a token. By example: docs/guides/api.md.",
    docs_url=None,
    urls_namespace="api",
    parser=JsonOnly(),
    auth=Bearer(Scope.READ, or_nobody=True),
)

PACKAGES = (
    *("places", "members", "communities", "discussions"),
    *("needs", "events", "ideas", "projects", "insights"),
)
for package in PACKAGES:
    if find_spec(f"essaim.{package}.api"):
        api.add_router("", f"essaim.{package}.api.router")


@api.exception_handler(Http404)
def missing(request: HttpRequest, error: Http404) -> HttpResponse:
    return problem(request, "not-found")


@api.exception_handler(Refused)
def refused(request: HttpRequest, error: Refused) -> HttpResponse:
    return problem(request, "refused", detail=str(error.reason))


@api.exception_handler(AuthenticationError)
def unknown(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    return no_token(request)


@api.exception_handler(ScopeMissing)
def beyond_scope(request: HttpRequest, error: ScopeMissing) -> HttpResponse:
    return scope_missing(request, error.scope)


@api.exception_handler(ValidationError)
def invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """What an action would not take, in its own words."""
    by_field = error.message_dict if hasattr(error, "error_dict") else {"": error.messages}
    return problem(request, "invalid", errors=by_field)


@api.exception_handler(ShapeError)
def misshapen(request: HttpRequest, error: ShapeError) -> HttpResponse:
    by_field: dict[str, list[str]] = defaultdict(list)
    for one in error.errors:
        # ("body", "idea", "title"): where it was, the parameter it was read into, the field.
        where = [str(part) for part in one["loc"][1:]]
        if one["loc"][0] in {"body", "query"} and len(where) > 1:
            where = where[1:]
        by_field[".".join(where)].append(_sentence(one))
    return problem(request, "invalid", errors=by_field)


@api.exception_handler(HttpError)
def misread(request: HttpRequest, error: HttpError) -> HttpResponse:
    """The body could not be read: not JSON, or broken."""
    name = "not-json" if isinstance(error.__cause__, NotJson) else "not-understood"
    return problem(request, name)


@api.exception_handler(Exception)
def broken(request: HttpRequest, error: Exception) -> HttpResponse:
    """Errors nobody foresaw are logged, and tell nothing."""
    if isinstance(error, RequestDataTooBig):
        return problem(request, "too-large")
    if holds_nul(error) or isinstance(error, SuspiciousOperation):
        return problem(request, "not-understood")
    remember_deadlock(request, error)
    if isinstance(error, (OperationalError, InterfaceError)):
        log.warning("The database did not answer at %s", request.path, exc_info=error)
        return problem(request, "unavailable", headers={"Retry-After": "5"})
    log.error("The API broke at %s", request.path, exc_info=error)
    return problem(request, "broken")


SENTENCES = {
    "missing": _("This is needed."),
    "extra_forbidden": _("There is no such field."),
    "string_type": _("This is a text."),
    "string_too_long": _("At most %(max_length)s characters."),
    "string_too_short": _("At least %(min_length)s characters."),
    "int_type": _("This is a whole number."),
    "int_parsing": _("This is a whole number."),
    "int_from_float": _("This is a whole number."),
    "bool_type": _("This is true or false."),
    "enum": _("One of: %(expected)s."),
    "literal_error": _("One of: %(expected)s."),
    "greater_than_equal": _("At least %(ge)s."),
    "less_than_equal": _("At most %(le)s."),
}


def _sentence(error: dict[str, Any]) -> str:
    """What is wrong with a field, in the reader's language; pydantic speaks English alone."""
    kind = error["type"]
    if kind.startswith(("date", "timezone")):
        return gettext("This is a day such as 2027-03-31, or a moment: 2027-03-31T18:00:00+02:00.")
    if kind in SENTENCES:
        said: str = SENTENCES[kind] % error.get("ctx", {})
        return said
    return gettext("This is not what the document of the API says.")
