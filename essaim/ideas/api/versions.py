from datetime import datetime
from typing import Any

from django.http import HttpRequest
from ninja import Query, Schema

from essaim.communities.readers import reader_of
from essaim.foundation.http.api import next_of
from essaim.ideas import queries
from essaim.ideas.api.ideas import idea_or_404
from essaim.ideas.api.lists import Asked, router


class VersionOut(Schema):
    """A wording that was replaced; the present one is the idea itself."""

    number: int
    title: str
    text: str
    language: str
    written_at: datetime
    replaced_at: datetime


class VersionsOut(Schema):
    items: list[VersionOut]
    next: str | None


@router.get(
    "/ideas/{public_id}/versions",
    response=VersionsOut,
    url_name="api_versions",
    summary="What an idea said before its author rewrote it, newest first",
)
def list_versions(request: HttpRequest, public_id: str, asked: Query[Asked]) -> dict[str, Any]:
    found = idea_or_404(reader_of(request), public_id)
    page = queries.versions_for_list(found, after=asked.after, size=asked.limit)
    return {"items": page.items, "next": next_of(request, page.next, limit=asked.limit)}
