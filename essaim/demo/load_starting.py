"""Committees on their way: who looks at what begins, what waits, what was refused and why."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from essaim.communities import actions
from essaim.communities.models import Community, Kind, OpeningAsk, Role
from essaim.demo import world_book as book
from essaim.demo.crowd import Calendar
from essaim.members.models import Member
from essaim.places.models import Place

Event = tuple[datetime, Callable[[], object]]


@dataclass(frozen=True, slots=True)
class Starting:
    """Members, communities and places by name: filled while the world is built."""

    members: dict[str, Member]
    communities: dict[str, Community]
    places: dict[str, Place]

    def events(self, calendar: Calendar) -> Iterator[Event]:
        told = book.read("starting.toml")
        yield calendar.at(told["policy"]["days_ago"]), partial(self._check, told["policy"])
        for one in told["asks"]:
            yield calendar.at(one["begun"]), partial(self._begin, one)
            yield calendar.at(one["asked"]), partial(self._ask, one)
            if "refused" in one:
                referent = told["policy"]["referent"]
                yield calendar.at(one["refused"]), partial(self._refuse, one, referent)

    def _check(self, policy: dict[str, Any]) -> None:
        movement = self.communities[book.MOVEMENT]
        by, referent = self.members[policy["by"]], self.members[policy["referent"]]
        actions.give_mandate(
            member=by,
            community=movement,
            holder=referent,
            role=Role.REFERENT,
            title=policy["title"],
        )
        actions.set_opening_policy(
            member=by, community=movement, is_checked=True, days=policy["days"], referent=referent
        )

    def _begin(self, one: dict[str, Any]) -> None:
        self.communities[one["name"]] = actions.found_community(
            member=self.members[one["by"]],
            kind=Kind.COMMITTEE,
            name=one["name"],
            parent=self.communities[book.MOVEMENT],
            purpose=one["purpose"],
            place=self.places[one["place"]],
        )

    def _ask(self, one: dict[str, Any]) -> None:
        actions.open_community(
            member=self.members[one["by"]], community=self.communities[one["name"]]
        )

    def _refuse(self, one: dict[str, Any], referent: str) -> None:
        ask = OpeningAsk.objects.get(community=self.communities[one["name"]])
        actions.refuse_opening(member=self.members[referent], ask=ask, reason=one["reason"])
