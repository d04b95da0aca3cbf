"""What people of the demo world look for, what they offer, and what was done of it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from essaim.communities.actions import give_mandate
from essaim.communities.models import Community, Role
from essaim.demo import world_book as book
from essaim.demo.crowd import Calendar
from essaim.members.actions import import_skills
from essaim.members.models import Member
from essaim.needs import actions
from essaim.needs.models import Match, Need
from essaim.places.models import Place
from essaim.projects.models import Project

Event = tuple[datetime, Callable[[], object]]
VOCABULARY = 250  # days ago
FEWEST_MINUTES = 10  # a week, of those who offer help
ONE_IN = 2  # of those who said what they can do, so many offer it
WORDS = (
    "Je sais faire : {skills}. Demandez, je dirai non si je ne peux pas.",
    "Un coup de main le soir ou le samedi. {skills}.",
    "{skills} : c’est mon métier, ou presque. J’ai un peu de temps.",
)


@dataclass(slots=True)
class NeedWriter:
    """Members, places and communities by name, projects by key: filled as the world is built."""

    members: dict[str, Member]
    communities: dict[str, Community]
    places: dict[str, Place]
    projects: dict[str, Project]
    calendar: Calendar

    def events(self, world: book.World) -> Iterator[Event]:
        told, at = book.read("needs.toml"), self.calendar.at
        yield at(VOCABULARY), partial(import_skills, source="demo", rows=())
        yield at(told["facilitator"]["days_ago"]), partial(self._entrust, told["facilitator"])
        yield from self._offers(world)
        for one in told["need"]:
            yield at(one["days_ago"]), partial(self._post, one)
            if (days := one.get("taken_on_days_ago")) is not None:
                yield at(days), partial(self._take_on, one)
            if asked := one.get("asked"):
                yield at(asked["days_ago"]), partial(self._ask, one, asked)
            if helped := one.get("helped"):
                yield at(helped["days_ago"]), partial(self._offer_help, one, helped)
                yield at(helped["answer_days_ago"]), partial(self._accept, one, helped)
                if (days := helped.get("done_days_ago")) is not None:
                    yield at(days), partial(self._done, one, helped)

    def _offers(self, world: book.World) -> Iterator[Event]:
        """Half of those who can do something and have the time, over the months."""
        able = [
            one
            for one in world.people
            if one.skills
            and one.left is None
            and (one.cast or (one.minutes or 0) >= FEWEST_MINUTES)
            and one.joined(book.MOVEMENT)
        ]
        for number, person in enumerate(able):
            joined = person.joined(book.MOVEMENT) or 0
            if number % ONE_IN == 0 or person.cast:
                days = max(min(joined - 1, 150 - number), 1)
                yield self.calendar.at(days), partial(self._offer, person, number)

    def _entrust(self, one: dict[str, Any]) -> None:
        for name in (one["who"], *one["also"]):
            give_mandate(
                member=self.members[one["by"]],
                community=self.communities[one["community"]],
                holder=self.members[name],
                role=Role.FACILITATOR,
            )

    def _offer(self, person: book.Person, number: int) -> None:
        skills = ", ".join(person.skills)
        actions.make_offer(
            member=self.members[person.name],
            community=self.communities[book.MOVEMENT],
            skills=person.skills,
            words=WORDS[number % len(WORDS)].format(skills=skills[:1].upper() + skills[1:]),
            minutes_a_month=(person.minutes or FEWEST_MINUTES) * 4,
            place=self.places[person.place],
            radius_km=10 + 5 * (number % 5),
            languages=["fr"],
        )

    def _community(self, one: dict[str, Any]) -> Community:
        if project := self.projects.get(one["community"]):
            return Community.objects.get(pk=project.community_id)
        return self.communities[one["community"]]

    def _need(self, one: dict[str, Any]) -> Need:
        return Need.objects.select_related("community").get(title=one["title"])

    def _match(self, one: dict[str, Any], who: str) -> Match:
        return Match.objects.select_related("need__community").get(
            need=self._need(one), helper=self.members[who]
        )

    def _post(self, one: dict[str, Any]) -> None:
        actions.post_need(
            member=self.members[one["by"]],
            community=self._community(one),
            title=one["title"],
            what_for=one["what_for"],
            deliverable=one["deliverable"],
            minutes=one["minutes"],
            must=one["must"],
            nice=one.get("nice", ()),
            remote=one["remote"],
            place=self.places[one["place"]] if "place" in one else None,
            people=one.get("people", 1),
            kind=one.get("kind", "help"),
        )

    def _take_on(self, one: dict[str, Any]) -> None:
        facilitator = self.members[book.read("needs.toml")["facilitator"]["who"]]
        actions.take_on(member=facilitator, need=self._need(one))

    def _ask(self, one: dict[str, Any], asked: dict[str, Any]) -> None:
        helper = self.members[asked["who"]]
        actions.ask_helper(
            member=self.members[one["by"]],
            need=self._need(one),
            words=asked["words"],
            offer=helper.help_offers.first(),
        )

    def _offer_help(self, one: dict[str, Any], helped: dict[str, Any]) -> None:
        actions.offer_help(
            member=self.members[helped["who"]], need=self._need(one), words=helped["words"]
        )

    def _accept(self, one: dict[str, Any], helped: dict[str, Any]) -> None:
        actions.accept(member=self.members[one["by"]], match=self._match(one, helped["who"]))

    def _done(self, one: dict[str, Any], helped: dict[str, Any]) -> None:
        """The helper says how long, the other side confirms, thanks and tells it."""
        helper, match = self.members[helped["who"]], self._match(one, helped["who"])
        actions.say_help(member=helper, match=match, minutes=helped["minutes"])
        actions.confirm_help(
            member=self.members[one["by"]],
            match=match,
            minutes=helped["minutes"],
            thanks=helped["thanks"],
        )
        match.refresh_from_db()
        actions.tell_joy(member=helper, match=match, joy=helped["joy"])
        actions.tell_story(
            member=self.members[one["by"]], match=match, story=helped["story"], audience="public"
        )
