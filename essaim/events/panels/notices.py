from collections.abc import Collection

from django.urls import reverse
from django.utils.translation import gettext as _

from essaim.communities.readers import Reader
from essaim.events.models import Event
from essaim.events.queries.events import events_read, holdings_named
from essaim.events.queries.minutes import points_told_of
from essaim.events.queries.pictures import pictures_waiting
from essaim.events.queries.series import repeat_words, series_read
from essaim.events.queries.words import when_words
from essaim.outreach.queries import NOTICE_WORDING, Wording, noticed

KINDS = (
    "events.published",
    "events.invited",
    "events.moved",
    "events.postponed",
    "events.cancelled",
    "events.soon",
    "events.seat_offered",
    "events.seat_passed_on",
    "events.holding_accepted",
    "events.plenary",
    "events.minutes",
)


@NOTICE_WORDING.fills(subplatform="events", order=10)
def about_events(reader: Reader, ids: Collection[int]) -> dict[int, list[Wording]]:
    """Nothing of what the reader may read no longer."""
    told = noticed(ids, *KINDS)
    if not told:
        return {}
    events = events_read(reader, {details["event_id"] for _kind, details in told.values()})
    return {
        pk: [_about(kind, event)]
        for pk, (kind, details) in told.items()
        if (event := events.get(details["event_id"]))
    }


def _about(kind: str, event: Event) -> Wording:
    said = {"title": event.title, "when": when_words(event), "reason": event.reason}
    words = {
        "events.published": _("“%(title)s”: %(when)s. Do you come?"),
        "events.invited": _("You are invited: “%(title)s”, %(when)s."),
        "events.moved": _("“%(title)s” has moved: %(when)s."),
        "events.postponed": _("“%(title)s” is postponed: its new day is not known yet."),
        "events.cancelled": _("“%(title)s” is cancelled: %(reason)s"),
        "events.soon": _("Soon: “%(title)s”, %(when)s."),
        "events.seat_offered": _("A seat is free for you: “%(title)s”. Take it in time."),
        "events.seat_passed_on": _("The seat at “%(title)s” went to the next in line."),
        "events.plenary": _("All members are called: “%(title)s”, %(when)s. Do you come?"),
        "events.minutes": _("“%(title)s”: the minutes are there to read."),
        "events.holding_accepted": _("Another community holds it with you: “%(title)s”."),
    }
    return Wording(text=words[kind] % said, url=reverse("event", args=[event.public_id]))


@NOTICE_WORDING.fills(subplatform="events", order=11)
def about_holding(reader: Reader, ids: Collection[int]) -> dict[int, list[Wording]]:
    """What a community is asked, for those who may answer it."""
    told = noticed(ids, "events.holding_asked")
    if not told:
        return {}
    asked = holdings_named(reader, {details["holder_id"] for _kind, details in told.values()})
    text = _("%(community)s is asked to hold it too: “%(title)s”.")
    return {
        pk: [
            Wording(
                text=text % {"community": one.community.name, "title": one.event.title},
                url=reverse("holding", args=[one.community.slug, one.pk]),
            )
        ]
        for pk, (_kind, details) in told.items()
        if (one := asked.get(details["holder_id"]))
    }


@NOTICE_WORDING.fills(subplatform="events", order=12)
def about_series(reader: Reader, ids: Collection[int]) -> dict[int, list[Wording]]:
    """A gathering that comes again: told of once."""
    told = noticed(ids, "events.series")
    if not told:
        return {}
    found = series_read(reader, {details["series_id"] for _kind, details in told.values()})
    text = _("“%(title)s” comes again: %(rhythm)s. Do you come?")
    return {
        pk: [
            Wording(
                text=text % {"title": one.title, "rhythm": repeat_words(one)},
                url=reverse("series", args=[one.public_id]),
            )
        ]
        for pk, (_kind, details) in told.items()
        if (one := found.get(details["series_id"]))
    }


@NOTICE_WORDING.fills(subplatform="events", order=13)
def about_points(reader: Reader, ids: Collection[int]) -> dict[int, list[Wording]]:
    """What somebody is to do after a gathering, or gave back."""
    told = noticed(ids, "events.task", "events.task_given_back")
    if not told:
        return {}
    points = points_told_of(reader, {details["point_id"] for _kind, details in told.values()})
    words = {
        "events.task": _("It is yours to do: “%(text)s”. You can give it back."),
        "events.task_given_back": _("It was given back, and is yours again: “%(text)s”."),
    }
    return {
        pk: [
            Wording(
                text=words[kind] % {"text": found[1]},
                url=reverse("event", args=[found[0].event.public_id]) + "#points",
            )
        ]
        for pk, (kind, details) in told.items()
        if (found := points.get(details["point_id"]))
    }


@NOTICE_WORDING.fills(subplatform="events", order=14)
def about_pictures(reader: Reader, ids: Collection[int]) -> dict[int, list[Wording]]:
    """What somebody said no to, for those who hold it, until it is deleted or shown again."""
    told = noticed(ids, "events.picture_objected")
    if not told:
        return {}
    found = pictures_waiting(reader, {details["picture_id"] for _kind, details in told.values()})
    text = _(
        "Somebody is on a picture of “%(title)s” and does not want this: it is out of sight."
        " Delete it, or show it again once everyone on it agrees."
    )
    return {
        pk: [
            Wording(
                text=text % {"title": one.event.title},
                url=reverse("event_pictures", args=[one.event.public_id]),
            )
        ]
        for pk, (_kind, details) in told.items()
        if (one := found.get(details["picture_id"]))
        and one.objected_at
        and one.objected_at.isoformat() == details["objected_at"]
    }
