"""What the pages of a gathering under way share: what their addresses name."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from essaim.communities.readers import Reader
from essaim.events.models import AgendaItem, Event
from essaim.events.queries import during
from essaim.events.views.finding import find_event
from essaim.foundation.http.missing import or_404


def find_item(request: HttpRequest, public_id: str, item: str) -> tuple[Reader, Event, AgendaItem]:
    reader, event = find_event(request, public_id)
    found = or_404(during.item_of(event, item))
    found.event = event
    return reader, event, found


def say_what_is_wrong(request: HttpRequest, error: ValidationError) -> None:
    """Where one button was pressed and there is no form to show it beside."""
    messages.error(request, " ".join(error.messages))
