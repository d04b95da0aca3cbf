"""What is out of the question, however well the rest fits."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from essaim.needs.matching.parties import EITHER, REMOTE, Circumstances, Need, Offer
from essaim.places.great_circle import distance_km

DAYS_A_MONTH = 30


class Gate(StrEnum):
    """Why somebody is not suggested."""

    OWN = "own"
    BLOCKED = "blocked"
    MET = "met"
    PLACE = "place"
    DATES = "dates"
    TIME = "time"
    LANGUAGE = "language"
    SLOTS = "slots"
    CAP = "cap"


@dataclass(frozen=True, slots=True)
class Way:
    """How help can reach the need: on the spot, from so far where that is known, or from home."""

    is_onsite: bool
    km: float | None = None


def closed_gates(need: Need, offer: Offer, now: Circumstances) -> tuple[Gate, ...]:
    """Every gate that this pair does not pass; none: it may be suggested."""
    return tuple(_closed(need, offer, now))


def _closed(need: Need, offer: Offer, now: Circumstances) -> Iterator[Gate]:
    if offer.helper in need.people:
        yield Gate.OWN
    if any(frozenset({offer.helper, person}) in now.blocked for person in need.people):
        yield Gate.BLOCKED
    if (need.key, offer.helper) in now.met:
        yield Gate.MET
    if way(need, offer) is None:
        yield Gate.PLACE
    until = need.until or offer.until
    if not offer.since <= now.day <= min(until, offer.until):
        yield Gate.DATES
    # Who gives two hours a month can give four by the end of the next.
    months = max(1, (until - now.day).days // DAYS_A_MONTH) if need.until else 1
    if need.minutes > offer.minutes_a_month * months:
        yield Gate.TIME
    if need.language not in offer.languages:
        yield Gate.LANGUAGE
    if need.free < 1 or offer.free < 1:
        yield Gate.SLOTS
    if offer.waiting >= now.cap:
        yield Gate.CAP


def way(need: Need, offer: Offer) -> Way | None:
    """On the spot where both can and it is within the radius by great circle, else from home.

    A distance that nobody can tell is within no radius.
    """
    if REMOTE not in (need.remote, offer.remote):
        km = _distance(need, offer)
        if offer.radius_km is None or (km is not None and km <= offer.radius_km):
            return Way(is_onsite=True, km=km)
    if {need.remote, offer.remote} <= {EITHER, REMOTE}:
        return Way(is_onsite=False)
    return None


def _distance(need: Need, offer: Offer) -> float | None:
    if need.place is not None and need.place == offer.place:
        return 0.0
    if need.point is None or offer.point is None:
        return None
    return distance_km(*need.point, *offer.point)
