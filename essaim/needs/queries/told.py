"""Whom notices of needs concern: ids of members."""

from datetime import datetime

from django.db.models import Q

from essaim.communities.queries import people_who_may
from essaim.needs import rules
from essaim.needs.models import Act, Match, MatchEvent, Need, Side, State


def sides_of(match: Match) -> dict[Side, set[int]]:
    helper = {match.helper_id} if match.helper_id else set()
    return {Side.HELPER: helper, Side.NEED: match.need.side}


def others(match_id: int, actor_id: int | None) -> list[int]:
    """Everybody in a match but who acted; all of them when the clock did."""
    match = Match.objects.select_related("need").get(pk=match_id)
    sides = sides_of(match)
    helper, need = sides[Side.HELPER], sides[Side.NEED]
    if actor_id is None:
        return sorted(helper | need)
    return sorted((need if actor_id in helper else helper) - {actor_id})


def helper_of(match_id: int) -> list[int]:
    helper_id = Match.objects.values_list("helper_id", flat=True).get(pk=match_id)
    return [helper_id] if helper_id else []


def side_that_answers(match_id: int) -> list[int]:
    match = Match.objects.select_related("need").get(pk=match_id)
    asked = Side.HELPER if match.asked_by == Side.NEED else Side.NEED
    return sorted(sides_of(match)[asked])


def side_that_asked(match_id: int, event_id: int) -> list[int]:
    """Whoever asked last before this line of the history: since then the other may have."""
    match = Match.objects.select_related("need").get(pk=match_id)
    asked = MatchEvent.objects.filter(match=match, act=Act.ASK, pk__lt=event_id).latest("pk")
    is_helpers = asked.actor_id is not None and asked.actor_id == match.helper_id
    return sorted(sides_of(match)[Side.HELPER if is_helpers else Side.NEED])


def released_from(need_id: int) -> list[int]:
    """Those whom a filled need thanked: they may like to know of a place that is still free."""
    found = Match.objects.filter(need=need_id, state=State.RELEASED, helper__isnull=False)
    found = found.filter(need__filled_at__isnull=True, need__closed_at__isnull=True)
    return sorted(found.values_list("helper_id", flat=True))


def facilitators_for(need_id: int) -> list[int]:
    need = Need.objects.select_related("community").get(pk=need_id)
    poster = _ids(need.posted_by_id)
    able = people_who_may(need.community, rules.FACILITATE, in_stead_of_none=poster)
    return sorted(able - poster)


def poster_of(need_id: int) -> list[int]:
    need = Need.objects.get(pk=need_id)
    return sorted({one for one in (need.posted_by_id, need.contact_id) if one})


def line_of_history(event_id: int) -> MatchEvent:
    return MatchEvent.objects.get(pk=event_id)


def closed_at(need_id: int) -> datetime | None:
    """None for what was put back since."""
    return Need.objects.values_list("closed_at", flat=True).get(pk=need_id)


def approved_at(need_id: int) -> datetime | None:
    """Since when a facilitator carries it; None where none does any more."""
    return Need.objects.values_list("approved_at", flat=True).get(pk=need_id)


def frees(need_id: int) -> int:
    """How many times a place was freed: what tells one such notice from another."""
    freed = Q(act=Act.UNMATCH) | Q(act=Act.UNDO)
    return MatchEvent.objects.filter(freed, match__need=need_id).count()


def _ids(one: int | None) -> set[int]:
    return {one} if one else set()
