"""A committee of the demo world that sits in circles: answers, wishes, a division, syntheses."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from essaim.communities import actions
from essaim.communities.models import Community, DividedCircle, Mandate, Role
from essaim.demo import world_book as book
from essaim.demo.crowd import Calendar
from essaim.members.models import Member

Event = tuple[datetime, Callable[[], object]]
SILENT_EVERY = 6  # of six people, one says nothing of their work
WISHES_EVERY = 5  # of five, one would like to sit with the next, and one not


@dataclass(frozen=True, slots=True)
class CircleMaker:
    """Members by name, communities by slug: filled while the world is built."""

    members: dict[str, Member]
    communities: dict[str, Community]

    def events(self, world: book.World, calendar: Calendar) -> Iterator[Event]:
        told = book.read("circles.toml")
        moment = calendar.at(told["days_ago"])
        people = [
            person.name
            for person in world.people
            if person.joined(told["community"]) is not None and person.left is None
        ]
        yield moment - timedelta(days=6), partial(self._choose, told)
        for number, name in enumerate(people):
            later = calendar.awake(moment - timedelta(days=5) + timedelta(hours=3 * number))
            yield later, partial(self._answer, told, number, name)
            other = people[(number + 1) % len(people)]
            if number % WISHES_EVERY < 2:  # noqa: PLR2004  one of each kind
                is_with = number % WISHES_EVERY == 0
                yield later, partial(self._wish, told, name, other, is_with=is_with)
        yield moment, partial(self._divide, told)
        for one in told["synthesis"]:
            yield calendar.at(one["days_ago"]), partial(self._say, told, one)

    def _choose(self, told: dict[str, Any]) -> None:
        actions.choose_circle_attributes(
            member=self.members[told["by"]],
            community=self.communities[told["community"]],
            chosen=told["answers"],
        )

    def _answer(self, told: dict[str, Any], number: int, name: str) -> None:
        if number % SILENT_EVERY == SILENT_EVERY - 1:
            return
        chosen = {
            attribute: answers[number // (position + 1) % len(answers)]
            for position, (attribute, answers) in enumerate(told["answers"].items())
        }
        actions.answer_for_circles(
            member=self.members[name],
            community=self.communities[told["community"]],
            answers=chosen,
        )

    def _wish(self, told: dict[str, Any], name: str, other: str, *, is_with: bool) -> None:
        actions.add_circle_wish(
            member=self.members[name],
            community=self.communities[told["community"]],
            other=self.members[other],
            is_with=is_with,
        )

    def _divide(self, told: dict[str, Any]) -> None:
        by, community = self.members[told["by"]], self.communities[told["community"]]
        draft = actions.draft_circles(
            member=by,
            community=community,
            wished_size=told["size"],
            question=told["question"],
            seed=1,
        )
        actions.confirm_circles(
            member=by, community=community, draft=draft.public_id, with_hosts=True
        )

    def _say(self, told: dict[str, Any], one: dict[str, Any]) -> None:
        """In the words of whoever hosts the circle by then."""
        part = DividedCircle.objects.get(
            division__community=self.communities[told["community"]], number=one["circle"]
        )
        host = Mandate.objects.get(community=part.circle_id, role=Role.HOST)
        actions.write_circle_synthesis(member=host.member, part=part, text=one["says"])
