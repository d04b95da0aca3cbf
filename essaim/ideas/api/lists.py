"""What the lists of this sub-platform share."""

from typing import Literal
from urllib.parse import urlencode

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import Field

MOST = 100
Language = Literal["fr", "en"]

router = Router(tags=["ideas"])


class Asked(Schema):
    after: str = ""
    limit: int = Field(20, ge=1, le=MOST)


def next_of(request: HttpRequest, cursor: str | None, limit: int) -> str | None:
    if cursor is None:
        return None
    address = request.path + "?" + urlencode({"limit": limit, "after": cursor})
    return request.build_absolute_uri(address)
