"""What the document of the API says of all operations alike: refusals, tokens, idempotency."""

from http import HTTPStatus
from typing import Any

from ninja.openapi.schema import OpenAPISchema

from essaim.foundation.http.api import KINDS, PROBLEM_TYPE, PROBLEMS

WRITING = {"post", "put", "patch", "delete"}
PROBLEM = {
    "title": "Problem",
    "description": "RFC 9457.",
    "type": "object",
    "required": ["type", "title", "status", "detail", "instance"],
    "properties": {
        "type": {
            "type": "string",
            "enum": [f"{PROBLEMS}#{name}" for name in KINDS],
            "description": "Each is explained at this address.",
        },
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "A sentence for people, in their language."},
        "instance": {"type": "string"},
        "errors": {
            "type": "object",
            "description": "What is wrong with each field.",
            "additionalProperties": {"type": "array", "items": {"type": "string"}},
        },
    },
    "additionalProperties": False,
}
TOKEN = {
    "type": "http",
    "scheme": "bearer",
    "description": "A token that its member made on the page “Tokens”, or that"
    " `essaim token create` printed.",
}
KEY = {
    "in": "header",
    "name": "Idempotency-Key",
    "required": False,
    "description": "Any text you have not used before, such as a UUID. For a day the same request"
    " with the same key is done once and answered alike, however often it is sent.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[!-~]+$"},
    "example": "6f0d2c1e-5a1c-4a52-9d0e-6f2f6f8f3c11",
}
ALWAYS = {400, 401, 403, 404, 422}
WHEN_WRITING = {409, 429}
WITH_A_BODY = {413, 415}


def completed(schema: OpenAPISchema) -> OpenAPISchema:
    components = schema["components"]
    components["schemas"]["Problem"] = PROBLEM
    components["securitySchemes"] = {"Bearer": TOKEN}
    for path in schema["paths"].values():
        for method, operation in path.items():
            _complete(method, operation)
    return schema


def _complete(method: str, operation: dict[str, Any]) -> None:
    statuses = set(ALWAYS)
    if method in WRITING:
        statuses |= WHEN_WRITING
        operation["parameters"] = [*operation["parameters"], KEY]
        if "requestBody" in operation:
            statuses |= WITH_A_BODY
    for status in sorted(statuses):
        operation["responses"].setdefault(status, _refusal(status))
    if not operation.pop("x-needs-token", method in WRITING):
        operation["security"] = [{}, *operation.get("security", [])]


def _refusal(status: int) -> dict[str, Any]:
    titles = [str(kind.title) for kind in KINDS.values() if kind.status == status]
    said: dict[str, Any] = {
        "description": " ".join(f"{title}." for title in titles),
        "content": {PROBLEM_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
    if status == HTTPStatus.UNAUTHORIZED:
        said["headers"] = {"WWW-Authenticate": {"schema": {"type": "string"}}}
    return said
