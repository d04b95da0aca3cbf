"""Gatherings of the demo world: planned, told, filled, moved, called off and held."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from random import Random
from typing import Any

from essaim.communities.actions import delegate
from essaim.communities.models import Community, Mandate, Role
from essaim.demo import world_book as book
from essaim.demo.crowd import Crowd
from essaim.demo.load_came import Came, tell
from essaim.demo.load_held import Held, plan_agenda
from essaim.events import actions, rules
from essaim.events.models import CoHolder, Event
from essaim.members.models import Member
from essaim.places.models import Place
from essaim.projects.models import Project

Moment = tuple[datetime, Callable[[], object]]
SOON, LATER = timedelta(minutes=4), timedelta(hours=5)
THE_DAY_BEFORE = timedelta(hours=26)
DAYS_LATER = timedelta(days=2)
LENT_FOR = timedelta(days=300)


@dataclass(slots=True)
class EventWriter:
    """Members, places and communities by name, projects by key: filled as the world is built."""

    crowd: Crowd
    members: dict[str, Member]
    communities: dict[str, Community]
    places: dict[str, Place]
    projects: dict[str, Project]
    _made: dict[str, Event] = field(default_factory=dict)  # by title

    def events(self) -> Iterator[Moment]:
        told = book.read("gatherings.toml")
        at = self.crowd.calendar.at
        yield at(told["lent"]["days_ago"]), partial(self._lend, told["lent"])
        yield at(told["awareness"]["days_ago"]), partial(self._foretell, told["awareness"])
        for one in told["gathering"]:
            yield from self._life_of(one)

    def _life_of(self, one: dict[str, Any]) -> Iterator[Moment]:
        calendar = self.crowd.calendar
        starts_at = self._starts_at(one)
        planned = calendar.awake(starts_at - timedelta(days=one["planned"]))
        yield planned, partial(self._plan, one, starts_at)
        if one.get("is_draft"):
            return
        yield planned + SOON, partial(self._publish, one)
        for number, asked in enumerate(one.get("together", ())):
            later = planned + SOON * (number + 2)
            yield later, partial(self._ask_to_hold, one, asked)
            if "accepts" in asked:
                yield later + LATER, partial(self._accept, one, asked)
        if "invited" in one:
            yield planned + SOON * 2, partial(self._invite, one)
        if "agenda" in one:
            yield planned + DAYS_LATER, partial(self._plan_agenda, one)
        off = one.get("cancelled") or one.get("postponed")
        called_off = calendar.at(off["days_ago"]) if off else None
        until = min(filter(None, (starts_at, calendar.at(0.3), called_off)))
        yield from self._answers(one, planned + LATER * 2, until - timedelta(hours=3))
        if leaves := one.get("leaves"):
            yield calendar.at(leaves["days_ago"]), partial(self._say, one, leaves["who"], "not")
        if off and called_off:
            yield called_off, partial(self._call_off, one, off)
            yield called_off + SOON, tell
        if starts_at < calendar.loaded:
            yield starts_at - THE_DAY_BEFORE, partial(self._remind, one)
            yield starts_at - THE_DAY_BEFORE + SOON, tell
            yield from self._held(one, starts_at, planned + LATER * 2).events()
            yield from self._came(one, starts_at).events()

    def _held(self, one: dict[str, Any], starts_at: datetime, first: datetime) -> Held:
        return Held(
            told=one,
            starts_at=starts_at,
            ends_at=self._ends_at(one, starts_at),
            coming=self._coming(one, first),
            members=self.members,
            find=lambda: self._made[one["title"]],
        )

    def _came(self, one: dict[str, Any], starts_at: datetime) -> Came:
        return Came(
            told=one,
            ends_at=self._ends_at(one, starts_at),
            members=self.members,
            find=lambda: self._made[one["title"]],
            at=self.crowd.calendar.at,
        )

    def _starts_at(self, one: dict[str, Any]) -> datetime:
        """The weekday that is told, at the latest so many days from now."""
        calendar = self.crowd.calendar
        latest = calendar.day(-one["in_days"])
        back = (latest.weekday() - one["weekday"]) % 7
        return calendar.on(back - one["in_days"], 0) + timedelta(hours=one["hour"])

    def _ends_at(self, one: dict[str, Any], starts_at: datetime) -> datetime:
        return starts_at + timedelta(hours=one["hours"])

    def _answers(self, one: dict[str, Any], first: datetime, last: datetime) -> Iterator[Moment]:
        """Who comes, may come and waits, in the order in which they say so."""
        acts: list[Callable[[], object]]
        acts = [partial(self._say, one, name, "going") for name in self._coming(one, first)]
        acts += [partial(self._say_by_mail, one, guest) for guest in one.get("guest", ())]
        acts += [partial(self._say, one, name, "maybe") for name in one.get("maybe", ())]
        acts += [partial(self._say, one, name, "going") for name in one.get("waiting", ())]
        acts += [partial(self._say_by_mail, one, guest) for guest in one.get("waiting_guest", ())]
        step = (last - first) / max(len(acts), 1)
        for number, act in enumerate(acts):
            yield first + step * number, act

    def _coming(self, one: dict[str, Any], first: datetime) -> list[str]:
        """Those who are named, and so many others who are members by then and still active."""
        named = [*one.get("coming", ())]
        said = {*named, *one.get("maybe", ()), one["by"]}
        there = [
            person.name
            for person in self.crowd.world.people
            if person.name in self.crowd.active(book.MOVEMENT)
            and person.name not in said
            and person.left is None
            and person.joined(one["community"]) is not None
            and self.crowd.joins(person, one["community"]) < first
        ]
        dice = Random(one["title"])  # noqa: S311  a story, not a secret
        dice.shuffle(there)
        return [*named, *there[: one.get("crowd", 0)]]

    def _community(self, one: dict[str, Any]) -> Community:
        if project := self.projects.get(one["community"]):
            return Community.objects.get(pk=project.community_id)
        return self.communities[one["community"]]

    def _lend(self, one: dict[str, Any]) -> None:
        """To hold gatherings, and nothing else."""
        mandate = Mandate.objects.get(
            community=self.communities[one["community"]],
            member=self.members[one["by"]],
            role=Role.ADMINISTRATOR,
        )
        delegate(
            member=self.members[one["by"]],
            mandate=mandate,
            delegate=self.members[one["who"]],
            powers=[rules.HOLD.key],
            ends_on=(self.crowd.calendar.loaded + LENT_FOR).date(),
        )

    def _foretell(self, told: dict[str, Any]) -> None:
        """The steps that are proposed, each made its own; some have their gathering already."""
        member = self.members[told["by"]]
        plan = actions.plan_awareness(
            member=member,
            community=self._community(told),
            title=told["title"],
            why=told["why"],
            launches_on=self.crowd.calendar.day(-told["in_days"]),
            language="fr",
        )
        for step, said in zip(list(plan.steps.all()), told["step"], strict=True):
            actions.change_awareness_step(
                member=member,
                step=step,
                whom=said["whom"],
                kind=said["kind"],
                weeks_before=said["weeks"],
                to_reach=said.get("to_reach"),
            )
            if "gathering" in said:
                event = self._made[said["gathering"]]
                actions.link_awareness_step(member=member, step=step, event=event)

    def _plan(self, one: dict[str, Any], starts_at: datetime) -> None:
        self._made[one["title"]] = actions.draft_event(
            member=self.members[one["by"]],
            community=self._community(one),
            kind=one["kind"],
            openness=one.get("openness", "everyone"),
            title=one["title"],
            text=one["text"].strip(),
            language="fr",
            starts_at=starts_at,
            ends_at=self._ends_at(one, starts_at),
            place=self.places[one["place"]] if "place" in one else None,
            address=one.get("address", ""),
            online_url=one.get("online_url", ""),
            capacity=one.get("capacity"),
            guests=one.get("guests", 0),
            accessibility=one.get("accessibility", ""),
            childcare=one.get("childcare", ""),
            rides=one.get("rides", False),
            questions=one.get("questions", ()),
        )
        for part in one.get("session", ()):
            begins = starts_at + timedelta(hours=part["starts"])
            actions.add_session(
                member=self.members[one["by"]],
                event=self._made[one["title"]],
                title=part["title"],
                starts_at=begins,
                ends_at=begins + timedelta(hours=part["hours"]),
                room=part.get("room", ""),
                speaker=part.get("speaker", ""),
            )

    def _publish(self, one: dict[str, Any]) -> None:
        actions.publish_event(member=self.members[one["by"]], event=self._made[one["title"]])

    def _plan_agenda(self, one: dict[str, Any]) -> None:
        plan_agenda(self.members[one["by"]], self._made[one["title"]], one["agenda"])

    def _ask_to_hold(self, one: dict[str, Any], asked: dict[str, Any]) -> None:
        actions.ask_to_hold(
            member=self.members[one["by"]],
            event=self._made[one["title"]],
            community=self.communities[asked["community"]],
        )

    def _accept(self, one: dict[str, Any], asked: dict[str, Any]) -> None:
        waiting = CoHolder.objects.get(
            event=self._made[one["title"]], community=self.communities[asked["community"]]
        )
        actions.accept_holding(member=self.members[asked["accepts"]], asked=waiting)

    def _invite(self, one: dict[str, Any]) -> None:
        actions.invite(
            member=self.members[one["by"]],
            event=self._made[one["title"]],
            people=[self.members[name] for name in one["invited"]],
        )

    def _say(self, one: dict[str, Any], name: str, answer: str) -> None:
        event, member = self._made[one["title"]], self.members[name]
        actions.register(member=member, event=event, answer=answer)

    def _say_by_mail(self, one: dict[str, Any], guest: dict[str, Any]) -> None:
        event = self._made[one["title"]]
        actions.register_by_mail(
            event=event,
            name=guest["name"],
            email=guest["email"],
            language="fr",
            answer=guest.get("answer", "going"),
            guests=guest.get("guests", 0),
            access=guest.get("access", ""),
            answers=dict(zip(event.questions, guest.get("answers", ()), strict=False)),
        )

    def _call_off(self, one: dict[str, Any], off: dict[str, Any]) -> None:
        act = actions.cancel_event if "cancelled" in one else actions.postpone_event
        act(
            member=self.members[off["by"]],
            event=self._made[one["title"]],
            reason=off["reason"],
        )

    def _remind(self, one: dict[str, Any]) -> None:
        actions.remind_of(self._made[one["title"]])
