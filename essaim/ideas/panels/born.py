from collections.abc import Collection
from typing import Any

from django.urls import reverse
from django.utils.translation import pgettext

from essaim.communities.readers import Reader
from essaim.events.queries.born import EVENT_BORN, EVENT_PROPOSING, Born, Way
from essaim.ideas.queries import born as queries
from essaim.ideas.queries.fate import IDEA_FATE, FateStep


@EVENT_BORN.fills(subplatform="ideas", order=10)
def ideas_born_at_gatherings(reader: Reader, ids: Collection[int]) -> dict[int, list[Born]]:
    """One query; where some were adopted, besides what came of them."""
    ideas = queries.ideas_born(reader, ids)
    adopted = [one.pk for one in ideas if queries.is_adopted(one)]
    came = IDEA_FATE.collect(reader, adopted) if adopted else {}
    found: dict[int, list[Born]] = {}
    for one in ideas:
        found.setdefault(one.event_id, []).append(_born(reader, one, came.get(one.pk, [])))
    return found


def _born(reader: Reader, idea: Any, came: list[FateStep]) -> Born:
    """The furthest that it came: a project tells more than an answer."""
    badge = queries.badge_of_born(idea)
    words = badge.label if badge else pgettext("idea", "in debate")
    tone = badge.tone if badge else "plain"
    if came:
        words, tone = came[-1].label, "good" if came[-1].state == "done" else "now"
    return Born(
        title=idea.title,
        url=reverse("idea", args=[idea.public_id]),
        words=words,
        tone=tone,
        meta=came[0].meta if came else "",
        lang=idea.language,
        unlink=reverse("idea_not_born", args=[idea.public_id])
        if queries.may_unlink(reader, idea)
        else "",
    )


@EVENT_PROPOSING.fills(subplatform="ideas", order=10)
def debates_that_take_it(reader: Reader, ids: Collection[int]) -> dict[int, list[Way]]:
    """One query."""
    found: dict[int, list[Way]] = {}
    for one in queries.debates_taking(reader, ids):
        address = reverse("idea_new", args=[one.community.slug, one.public_id])
        for pk, public_id in zip(one.events, one.addresses, strict=True):
            way = Way(one.question, f"{address}?event={public_id}", one.language)
            found.setdefault(pk, []).append(way)
    return found
