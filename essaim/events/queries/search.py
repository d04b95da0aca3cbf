"""What of gatherings answers a search."""

from collections.abc import Iterator

from django.db.models import OuterRef, Q, Subquery
from django.urls import reverse
from django.utils.translation import gettext as _

from essaim.communities.queries import (
    Asked,
    Hit,
    Hits,
    found_text,
    found_title,
    hits_of,
    in_limits,
    in_place,
)
from essaim.communities.readers import ANONYMOUS, Reader
from essaim.events import rules
from essaim.events.models import SEARCHED_EVENT, Event, EventQuerySet
from essaim.events.queries.words import place_words, when_words
from essaim.foundation.clock import now


def events_found(reader: Reader, asked: Asked) -> Hits | None:
    """Gatherings by their title and what they are for; None: not within the limits."""
    if not asked.wants("event", has_place=True, has_stages=True):
        return None
    events = _events(reader, asked).filter(_once_a_series())
    if asked.only_open:
        events = events.coming()
    return hits_of(
        asked,
        kind="event",
        label=_("Gatherings"),
        rows=events.select_related("community", "place"),
        fields=SEARCHED_EVENT,
        make=lambda rows: map(_event, rows),
    )


def _events(reader: Reader, asked: Asked) -> EventQuerySet:
    return rules.events_listed(reader).filter(in_limits(asked, "events"), in_place(asked))


def _once_a_series() -> Q:
    """Of what comes again the next one that takes place, and those that were: not all to come."""
    others = Event.objects.coming().filter(series=OuterRef("series"))
    following = others.order_by("starts_at", "pk").values("pk")[:1]
    return Q(series__isnull=True) | Q(ends_at__lte=now()) | Q(pk=Subquery(following))


def words_of_events() -> Iterator[str]:
    """What stands in gatherings that everyone may read."""
    events = _events(ANONYMOUS, Asked(""))
    for said in events.values_list("title", "text").iterator():
        yield " ".join(said)


def _event(event: Event) -> Hit:
    is_open = event.is_open
    return Hit(
        title=found_title(event),
        url=reverse("event", args=[event.public_id]),
        excerpt=found_text(event),
        lang=event.language,
        community=event.community.name,
        meta=" · ".join(filter(None, (when_words(event), place_words(event)))),
        badge=_("To come") if is_open else _("Over"),
        tone="now" if is_open else "plain",
        date=event.starts_at,
    )
