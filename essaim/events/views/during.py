"""What the pages of a gathering under way share: what their addresses name, and the menu."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from essaim.communities.models import Community
from essaim.communities.queries import bar_for_page
from essaim.communities.readers import Reader, reader_of
from essaim.events.models import AgendaItem, Event
from essaim.events.queries import during
from essaim.foundation.http.missing import or_404

ROOM = "events"
FORM = ["GET", "HEAD", "POST"]


def find_event(request: HttpRequest, public_id: str) -> tuple[Reader, Event]:
    reader = reader_of(request)
    return reader, or_404(during.event_seen(reader, public_id))


def find_item(request: HttpRequest, public_id: str, item: str) -> tuple[Reader, Event, AgendaItem]:
    reader, event = find_event(request, public_id)
    found = or_404(during.item_of(event, item))
    found.event = event
    return reader, event, found


def bar(reader: Reader, community: Community) -> Any:
    return bar_for_page(reader, community, here=ROOM)


def say_what_is_wrong(request: HttpRequest, error: ValidationError) -> None:
    """Where one button was pressed and there is no form to show it beside."""
    messages.error(request, " ".join(error.messages))
