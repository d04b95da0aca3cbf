"""What becomes of committees in the demo world: one looks for a host, one would join another."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from essaim.communities import actions
from essaim.communities.models import Community, Mandate, Membership, Role
from essaim.demo import world_book as book
from essaim.demo.crowd import Calendar
from essaim.foundation.clock import today
from essaim.members.models import Member

Event = tuple[datetime, Callable[[], object]]


@dataclass(frozen=True, slots=True)
class Merging:
    """Members by name, communities by key: filled while the world is built."""

    members: dict[str, Member]
    communities: dict[str, Community]

    def events(self, calendar: Calendar) -> Iterator[Event]:
        told = book.read("merging.toml")
        for one in told["welcomed"]:
            yield calendar.at(one["days_ago"]), partial(self._welcome, one)
        for one in told["laid_down"]:
            yield calendar.at(one["days_ago"]), partial(self._lay_down, one)
        for one in told["proposed"]:
            yield calendar.at(one["days_ago"]), partial(self._propose, one)

    def _welcome(self, one: dict[str, Any]) -> None:
        membership = Membership.objects.get(
            community=self.communities[one["committee"]],
            member=self.members[one["newcomer"]],
            left_at__isnull=True,
        )
        actions.welcome_newcomer(
            member=self.members[one["by"]], membership=membership, words=one["says"]
        )

    def _lay_down(self, one: dict[str, Any]) -> None:
        """All that a host held there, the hosting last."""
        host, community = self.members[one["by"]], self.communities[one["committee"]]
        held = Mandate.objects.on(today()).filter(member=host, community=community)
        for mandate in sorted(held, key=lambda mandate: mandate.role == Role.HOST):
            actions.end_mandate(member=host, mandate=mandate, without_host=True)

    def _propose(self, one: dict[str, Any]) -> None:
        actions.propose_merge(
            member=self.members[one["by"]],
            source=self.communities[one["committee"]],
            target=self.communities[one["into"]],
        )
