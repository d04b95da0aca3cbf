"""What is known of the two sides."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TypeAlias

Point: TypeAlias = tuple[float, float]  # latitude, longitude

EITHER, REMOTE, ONSITE = "either", "remote", "onsite"
MOST_ASKED = 5  # unless told otherwise


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A skill as somebody wrote it, and what the vocabulary knows of it.

    `wider` are the skills it is a part of, `narrower` those that are a part of it, with how many
    steps away they stand; `others` what else it is called, with the language of each name.
    """

    name: str
    language: str = "fr"
    skill: int | None = None
    wider: Mapping[int, int] = field(default_factory=dict)
    narrower: Mapping[int, int] = field(default_factory=dict)
    others: tuple[tuple[str, str], ...] = ()
    is_must: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """`key` tells it from all others and is the last word on order; `people` may not help here."""

    key: str
    people: frozenset[int] = frozenset()  # who posted it and who answers: nobody helps themself
    text: str = ""
    language: str = "fr"
    skills: tuple[Named, ...] = ()
    minutes: int = 60
    remote: str = EITHER
    place: int | None = None
    point: Point | None = None
    until: date | None = None  # by when, or the last day it stands
    free: int = 1  # slots
    responsiveness: float = 0.5  # of who answers, from 0 to 1; half where nothing is known


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """`radius_km` None: anywhere. `waiting` requests already wait for the helper's answer."""

    key: str
    helper: int
    text: str = ""
    wants: str = ""
    language: str = "fr"  # of these words
    languages: tuple[str, ...] = ("fr",)  # that they speak
    skills: tuple[Named, ...] = ()
    minutes_a_month: int = 240
    remote: str = EITHER
    place: int | None = None
    point: Point | None = None
    radius_km: int | None = None
    since: date = date.min
    until: date = date.max
    free: int = 1  # slots
    waiting: int = 0
    is_new: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """The day, and what stands between people."""

    day: date
    cap: int = MOST_ASKED
    blocked: frozenset[frozenset[int]] = frozenset()  # pairs, whoever blocked whom
    met: frozenset[tuple[str, int]] = frozenset()  # (need, helper) who were asked or asked before
