"""What a calendar tells of gatherings; never who comes, never the link of what is online."""

from django.conf import settings
from django.urls import reverse

from essaim.events.calendar import Entry, Status
from essaim.events.models import Event, State
from essaim.events.queries.words import where_words

UID_HOST = "essaim"
STATUSES = {
    State.CANCELLED: Status.CANCELLED,
    State.POSTPONED: Status.CANCELLED,
}


def entry_of(event: Event) -> Entry:
    """One gathering, with its community loaded; what is postponed takes place on no day."""
    place = event.place
    return Entry(
        uid=f"{event.public_id}@{UID_HOST}",
        sequence=event.sequence,
        title=event.title,
        description=event.reason,
        place=where_words(event),
        url=settings.SITE_URL + reverse("event", args=[event.public_id]),
        community=event.community.name,
        starts_at=event.starts_at,
        ends_at=event.ends_at,
        zone=event.zone,
        status=STATUSES.get(State(event.state), Status.CONFIRMED),
        created=event.created_at,
        last_modified=event.changed_at,
        latitude=place.latitude if place else None,
        longitude=place.longitude if place else None,
    )
