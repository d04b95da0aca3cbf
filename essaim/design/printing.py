"""Sheets to print: `design/print.html` with the address of the page that one comes from."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse

from essaim.foundation.clock import now
from essaim.foundation.http import render


def render_sheet(
    request: HttpRequest, template: str, context: Mapping[str, Any], *, of: str
) -> HttpResponse:
    """The sheet of the page whose path is `of`; its square leads there, without any tracking."""
    address = request.build_absolute_uri(of)
    return render(request, template, {**context, "address": address, "printed_at": now()})
