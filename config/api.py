"""The API of what is public, under /api/v1; each sub-platform brings a router.

Nobody signs in here and nothing is written: everyone reads what an anonymous reader may.
"""

import logging
from importlib.util import find_spec
from typing import Any, NoReturn

from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI, Router
from ninja.openapi.schema import OpenAPISchema

from essaim.foundation.http.access import holds_nul

log = logging.getLogger(__name__)

PROBLEM = {
    "type": "object",
    "required": ["detail"],
    "properties": {"detail": {"description": "A word, or what is wrong with each parameter."}},
}
REFUSALS = {
    400: "Nothing that can be looked up.",
    404: "There is no such thing, or it is not for everyone.",
    422: "A parameter is not what it should be.",
}


class PublicAPI(NinjaAPI):
    """Its document also says how each operation refuses."""

    def get_openapi_schema(self, **options: Any) -> OpenAPISchema:
        schema = super().get_openapi_schema(**options)
        content = {"application/json": {"schema": PROBLEM}}
        for path in schema["paths"].values():
            for operation in path.values():
                for status, words in REFUSALS.items():
                    operation["responses"][status] = {"description": words, "content": content}
        return schema


api = PublicAPI(
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
