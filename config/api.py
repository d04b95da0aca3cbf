"""The API of what is public, under /api/v1; each sub-platform brings a router.

Nobody signs in here and nothing is written: everyone reads what an anonymous reader may.
"""

import logging
from importlib.util import find_spec
from typing import NoReturn

from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI, Router

from essaim.foundation.http.access import holds_nul

log = logging.getLogger(__name__)

api = NinjaAPI(
    title="Essaim",
    version="1",
    description="What everyone may read: communities, debates, ideas, answers and programmes.",
    docs_url=None,
    urls_namespace="api",
)

for package in ("places", "communities", "ideas"):
    if find_spec(f"essaim.{package}.api"):
        api.add_router("", f"essaim.{package}.api.router")


elsewhere = Router()


@elsewhere.api_operation(["GET"], "/{path:rest}", include_in_schema=False, url_name="nothing")
def nothing(request: HttpRequest, rest: str) -> NoReturn:
    """Whoever asks in JSON is answered in JSON, also where there is nothing."""
    raise Http404


api.add_router("", elsewhere)  # the last: it answers where no other does


@api.exception_handler(Exception)
def broken(request: HttpRequest, error: Exception) -> HttpResponse:
    """Errors nobody foresaw are logged, and tell nothing."""
    if holds_nul(error):
        return api.create_response(request, {"detail": "Bad Request"}, status=400)
    log.error("The API broke at %s", request.path, exc_info=error)
    return api.create_response(request, {"detail": "Internal Server Error"}, status=500)
