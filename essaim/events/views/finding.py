"""What a request's address names, as far as its reader may see it: all else is 404."""

from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone

from essaim.communities.models import Community
from essaim.communities.queries import bar_for_page
from essaim.communities.readers import Reader, reader_of
from essaim.communities.rules import communities_visible_to
from essaim.events import rules
from essaim.events.models import Event, Registration
from essaim.events.queries.events import community_of, event_named
from essaim.events.queries.registrations import registration_by_token
from essaim.foundation.http.missing import or_404

ROOM = "events"
FORM = ["GET", "HEAD", "POST"]


def find_community(request: HttpRequest, slug: str) -> tuple[Reader, Community]:
    reader = reader_of(request)
    visible = communities_visible_to(reader, subplatform=rules.SUBPLATFORM)
    return reader, get_object_or_404(visible, slug=slug)


def find_event(request: HttpRequest, public_id: str) -> tuple[Reader, Event]:
    reader = reader_of(request)
    return reader, or_404(event_named(reader, public_id))


def find_registration(token: str) -> Registration:
    return or_404(registration_by_token(token))


def bar(reader: Reader, community: Community) -> Any:
    return bar_for_page(reader, community, here=ROOM)


def bar_of(reader: Reader, event: Event) -> Any:
    """Of the community under which this reader sees it; none where they see none of them."""
    return bar(reader, community_of(reader, event))


def zone_of(zone: str) -> Any:
    """Hours are typed and shown as the clocks there show them."""
    return timezone.override(ZoneInfo(zone))
