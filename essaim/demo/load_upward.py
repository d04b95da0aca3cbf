"""What goes further in the demo world: contested answers, a debate sent upward."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from essaim.demo import world_book as book
from essaim.demo.crowd import Calendar
from essaim.ideas import actions
from essaim.ideas.models import Debate, Idea, Outcome
from essaim.members.models import Member

Event = tuple[datetime, Callable[[], object]]


@dataclass(frozen=True, slots=True)
class Upward:
    """Members by name, debates by question, ideas by title: filled while the world is built."""

    members: dict[str, Member]
    debates: dict[str, Debate]
    ideas: dict[str, Idea]

    def events(self, calendar: Calendar) -> Iterator[Event]:
        told = book.read("upward.toml")
        for one in told["contested"]:
            yield calendar.at(one["days_ago"]), partial(self._contest, one)
            if decided := one.get("decided"):
                moment = calendar.at(decided["days_ago"])
                yield moment, partial(self._decide, one["idea"], decided, calendar)
        for one in told["sent"]:
            yield calendar.at(one["days_ago"]), partial(self._send, one)

    def _contest(self, one: dict[str, Any]) -> None:
        actions.contest_answer(
            member=self.members[one["by"]], idea=self._idea(one["idea"]), reasons=one["says"]
        )

    def _decide(self, title: str, decided: dict[str, Any], calendar: Calendar) -> None:
        promise, idea = decided["delivery"], self._idea(title)
        actions.decide_appeal(
            member=self.members[decided["by"]],
            idea=idea,
            outcome=Outcome.CHANGED,
            decision=decided["decision"],
            reasons=decided["says"],
            delivery=actions.DeliveryPromise(
                promise=promise["what"],
                owner_role=idea.debate.answering_role,
                owner_title=idea.debate.answering_title,
                due_on=calendar.day(-promise["due_in"]),
            ),
        )

    def _send(self, one: dict[str, Any]) -> None:
        actions.send_upward(
            member=self.members[one["by"]],
            debate=Debate.objects.get(pk=self.debates[one["debate"]].pk),
            target=self.debates[one["to"]],
            ideas=[self._idea(title) for title in one["ideas"]],
            synthesis=one["says"],
        )

    def _idea(self, title: str) -> Idea:
        """As it is by then: answered, counted."""
        return Idea.objects.select_related("debate__community").get(pk=self.ideas[title].pk)
