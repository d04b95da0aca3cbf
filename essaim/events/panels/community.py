from collections.abc import Collection

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from essaim.communities.queries import (
    COMMUNITY_DESK,
    COMMUNITY_ROOMS,
    COMMUNITY_SECTIONS,
    DECIDED,
    LEAVING_EFFECTS,
    MERGE_STAYS,
    SWITCH_EFFECTS,
    Decided,
    DeskItem,
    Effect,
    Line,
    Room,
    Section,
    names_subject,
    tells_presence,
)
from essaim.communities.readers import Reader
from essaim.design.typography import number
from essaim.events import rules
from essaim.events.models import EVENT
from essaim.events.queries import community as queries
from essaim.events.queries.events import events_read
from essaim.events.queries.lists import EventLine, coming_of

tells_presence(rules.SUBPLATFORM, queries.all_events)
names_subject(EVENT, gettext_lazy("a gathering"))


@COMMUNITY_SECTIONS.fills(subplatform="events", order=5)
def next_gatherings(reader: Reader, ids: Collection[int]) -> dict[int, list[Section]]:
    """The next three; nothing where none is planned."""
    return {
        pk: [
            Section(
                title=_("Next gatherings"),
                lines=tuple(
                    Line(
                        title=one.title,
                        url=reverse("event", args=[one.public_id]),
                        badge=one.badge,
                        tone=one.tone,
                        meta=_meta(one),
                        lang=one.lang,
                    )
                    for one in lines
                ),
                url=reverse("events", args=[lines[0].community_slug]),
                link=_("All gatherings"),
                id="events",
            )
        ]
        for pk, lines in coming_of(reader, ids).items()
    }


def _meta(one: EventLine) -> str:
    """The next evening of a series says how many more there are."""
    if not one.more:
        return one.meta
    words = ngettext("and %(count)s more evening", "and %(count)s more evenings", one.more)
    return f"{one.meta} · {words % {'count': number(one.more)}}"


@COMMUNITY_ROOMS.fills(subplatform="events", order=5)
def events_room(_reader: Reader, ids: Collection[int]) -> dict[int, list[Room]]:
    room = Room(label=_("Gatherings"), url_name="events", key="events", of_archives=False)
    return {pk: [room] for pk in ids}


@COMMUNITY_DESK.fills(subplatform="events", order=15)
def holding_asked(reader: Reader, ids: Collection[int]) -> dict[int, list[DeskItem]]:
    """Another community asks to hold a gathering together."""
    found: dict[int, list[DeskItem]] = {}
    for one in queries.holding_asked_of(reader, ids):
        found.setdefault(one.community_id, []).append(
            DeskItem(
                title=_("Hold it together? “%(title)s”") % {"title": one.title},
                url=reverse("holding", args=[one.slug, one.number]),
                note=_("Another community asks: say yes or no."),
                count=1,
            )
        )
    return found


@LEAVING_EFFECTS.fills(subplatform="events", order=10)
def what_leaving_does(reader: Reader, ids: Collection[int]) -> dict[int, list[str]]:
    return {
        pk: [_("You are no longer registered for gatherings that are for members here.")]
        for pk in queries.mine_in(reader, ids)
    }


@MERGE_STAYS.fills(subplatform="events", order=10)
def what_a_merge_leaves(_reader: Reader, ids: Collection[int]) -> dict[int, list[str]]:
    return {
        pk: [
            ngettext(
                "%(count)s gathering stays where it was planned: hold it, or plan it anew.",
                "%(count)s gatherings stay where they were planned: hold them, or plan them anew.",
                count,
            )
            % {"count": number(count)}
        ]
        for pk, count in queries.events_ahead(ids).items()
    }


@SWITCH_EFFECTS.fills(subplatform="events", order=20)
def what_is_held(_reader: Reader, ids: Collection[int]) -> dict[int, list[Effect]]:
    found: dict[int, list[Effect]] = {}
    for pk, held in queries.held_by(ids).items():
        effects = []
        if held.events:
            words = ngettext("%(count)s gathering", "%(count)s gatherings", held.events)
            effects.append(Effect(rules.SUBPLATFORM, words % {"count": number(held.events)}))
        if held.coming:
            words = ngettext(
                "%(count)s gathering is to come: nobody can read of it meanwhile",
                "%(count)s gatherings are to come: nobody can read of them meanwhile",
                held.coming,
            )
            said = words % {"count": number(held.coming)}
            effects.append(Effect(rules.SUBPLATFORM, said, is_promise=True))
        if effects:
            found[pk] = effects
    return found


@DECIDED.fills(subplatform="events", order=15)
def events_decided_about(
    reader: Reader, ids: Collection[tuple[str, int]]
) -> dict[tuple[str, int], list[Decided]]:
    wanted = [pk for kind, pk in ids if kind == EVENT]
    if not wanted:
        return {}
    return {
        (EVENT, pk): [Decided(one.title, reverse("event", args=[one.public_id]))]
        for pk, one in events_read(reader, wanted).items()
    }
