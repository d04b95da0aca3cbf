"""What the demo world knows of itself: targets, an audience with its source, a year’s rating."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from random import Random

from essaim.communities.models import Community, Membership
from essaim.demo import world_book as book
from essaim.demo.crowd import Calendar
from essaim.insights import actions
from essaim.insights.models import Question, Rating
from essaim.members.models import Member

Event = tuple[datetime, Callable[[], object]]
ASKED, CLOSED = 45, 23  # days ago
ONE_IN = 3  # of so many members one did not answer


@dataclass(frozen=True, slots=True)
class Figures:
    """Members by name and communities by slug, filled while the world is built."""

    world: book.World
    members: dict[str, Member]
    communities: dict[str, Community]

    @property
    def host(self) -> Member:
        groups = self.world.groups
        return self.members[next(one.runner for one in groups if one.slug == book.MOVEMENT)]

    def events(self, calendar: Calendar) -> Iterator[Event]:
        yield calendar.at(ASKED + 10), partial(self._set, calendar)
        yield calendar.at(ASKED), self._ask
        for ago in range(ASKED - 1, CLOSED, -1):
            yield calendar.at(ago), partial(self._answer, ago)
        yield calendar.at(CLOSED), actions.close_due_ratings

    def _set(self, calendar: Calendar) -> None:
        host, movement = self.host, self.communities[book.MOVEMENT]
        actions.set_targets(
            member=host, community=movement, aware=200_000, interacting=50_000, engaged=5_000
        )
        actions.enter_estimate(
            member=host,
            community=movement,
            number=212_000,
            channel="Presse locale et radio",
            source="Audience déclarée par les trois journaux et la radio du bassin",
            method="Somme des lecteurs et auditeurs annoncés, avec des doublons",
            starts_on=calendar.day(140),
            ends_on=calendar.day(60),
            is_deduplicated=False,
        )

    def _ask(self) -> None:
        actions.open_rating(
            member=self.host,
            community=self.communities[book.MOVEMENT],
            days=ASKED - CLOSED - 1,
        )

    def _answer(self, ago: int) -> None:
        """Those whose turn it is that day: openness seen as better than autonomy."""
        rating = Rating.objects.get(community=self.communities[book.MOVEMENT])
        belonging = Membership.objects.filter(
            community=rating.community, left_at__isnull=True, joined_at__lte=rating.opened_at
        )
        days = ASKED - CLOSED - 1
        for membership in belonging.select_related("member").order_by("pk"):
            if membership.member_id % days != ago % days or membership.member_id % ONE_IN == 0:
                continue
            dice = Random(membership.member_id)  # noqa: S311  a demo, the same each time
            marks = {
                Question.OPENNESS.value: dice.choice([3, 4, 4, 5]),
                Question.AUTONOMY.value: dice.choice([2, 3, 3, 4]),
                Question.MEANS.value: dice.choice([2, 3, 4, 5]),
            }
            actions.answer_rating(member=membership.member, rating=rating, marks=marks)
