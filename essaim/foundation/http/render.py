"""A page, or the one block of it that htmx asked for."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.template.backends.jinja2 import Jinja2
from django.template.backends.utils import csrf_token_lazy
from django.utils.cache import patch_vary_headers
from jinja2_fragments import render_block

from essaim.foundation.http.idempotency import form_guard_lazy

PARTS = ("HX-Request", "HX-Boosted", "HX-History-Restore-Request")


def wants_block(request: HttpRequest) -> bool:
    """Whether htmx asked for a part: not for a boosted link, nor when it restores a whole page."""
    asks, boosted, restores = (request.headers.get(name) == "true" for name in PARTS)
    return asks and not boosted and not restores


def render(
    request: HttpRequest,
    template: str,
    context: Mapping[str, Any] | None = None,
    *,
    block: str | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page; when `block` is named and htmx asked for a part, that block of the page alone.

    Any other request gets the whole page, so one call serves readers with and without JavaScript.
    """
    engine = engines["jinja2"]
    if not isinstance(engine, Jinja2):
        raise TypeError("Pages are written in Jinja2")
    values = {
        **(context or {}),
        "request": request,
        "csrf_input": form_guard_lazy(request),
        "csrf_token": csrf_token_lazy(request),
    }
    for processor in engine.template_context_processors:
        values.update(processor(request))
    if block is not None and wants_block(request):
        html = render_block(engine.env, template, block, values)
    else:
        html = engine.env.get_template(template).render(values)
    response = HttpResponse(html, status=status)
    if block is not None:
        patch_vary_headers(response, PARTS)
    return response
