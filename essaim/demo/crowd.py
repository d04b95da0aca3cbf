"""Who supports what and when: drawn once, the same at each loading, never from the clock.

An idea's text and its conversation are written by hand; which of its neighbours pressed the button
is not. The draw keeps to what could have happened: only members, after they joined, while the
debate was open, and in the last ninety days only those who are still active.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from essaim.demo.world_book import MOVEMENT, Comment, Debate, Group, Idea, Person, World

ZONE = ZoneInfo("Europe/Paris")
ACTIVE_DAYS = 90
ACTIVE_IN_MOVEMENT = 96
WAKES, SLEEPS = 7.5, 22.5  # hours
MORNING = 7


def _dice(name: str) -> Random:
    return Random(name)  # noqa: S311  a story, not a secret


@dataclass(frozen=True, slots=True)
class Calendar:
    """Days before `loaded`, as moments at which people are awake; earlier stays earlier."""

    loaded: datetime

    def at(self, days_ago: float) -> datetime:
        return self.awake(self._ago(days_ago))

    def awake(self, moment: datetime) -> datetime:
        """The same day, its twenty-four hours pressed between waking and sleeping."""
        local = moment.astimezone(ZONE)
        if local.date() >= self.loaded.astimezone(ZONE).date():
            return moment  # today only as far as it has come
        hour = local.hour + local.minute / 60 + local.second / 3600
        pressed = WAKES + hour * (SLEEPS - WAKES) / 24
        return datetime.combine(local.date(), time(), ZONE) + timedelta(hours=pressed)

    def day(self, days_ago: float) -> date:
        return self._ago(days_ago).date()

    def _ago(self, days: float) -> datetime:
        """So long before by the clock on the wall: a day is a date, even one of 25 hours."""
        return self.loaded.astimezone(ZONE) - timedelta(days=days)

    def last_morning(self) -> datetime:
        today = self.on(0, MORNING)
        return today if today < self.loaded else self.on(1, MORNING)

    def on(self, days_ago: float, hour: int) -> datetime:
        return datetime.combine(self.day(days_ago), time(hour), ZONE)


@dataclass(slots=True)
class Crowd:
    """The people of a world and when they act."""

    world: World
    calendar: Calendar
    given: Counter[str] = field(default_factory=Counter)
    _active: dict[str, frozenset[str]] = field(default_factory=dict)

    def opens(self, debate: Debate) -> datetime:
        return self.calendar.on(debate.opened, 9)

    def closes(self, debate: Debate) -> datetime:
        return self.calendar.on(debate.closed, 20)

    def end(self, debate: Debate) -> datetime:
        """The last moment at which somebody can have acted in it."""
        return min(self.closes(debate), self.calendar.loaded) - timedelta(minutes=2)

    def last(self, debate: Debate, idea: Idea) -> datetime:
        """The last moment at which somebody can have spoken about it or supported it."""
        end = self.end(debate)
        if idea.split:
            end = min(end, self.calendar.at(idea.split.days_ago) - timedelta(minutes=2))
        return end

    def proposes(self, debate: Debate, idea: Idea) -> datetime:
        return self.calendar.awake(self.opens(debate) + timedelta(days=idea.day))

    def joins(self, person: Person, slug: str) -> datetime:
        """When a person joined a community; nobody joins before it was open."""
        joined = person.joined(slug)
        if joined is None:
            raise LookupError(f"{person.name} never joined {slug}")
        group = self._group(slug)
        spread = _dice(person.name + slug).random() * 0.9
        days = joined - spread
        if group.parent:
            days = min(days, self.founded(slug) - 0.02 - spread)
        else:
            days = min(days, group.opened - 0.02 - spread / 5)
        return self.calendar.at(days)

    def founded(self, slug: str) -> float:
        """Days since a committee or circle began: not before its host was there."""
        group = self._group(slug)
        host = next(person for person in self.world.people if person.name == group.host)
        return min(group.founded, (host.joined(group.parent) or 0) - 1.5)

    def says(self, debate: Debate, idea: Idea) -> list[tuple[datetime, Comment, Comment | None]]:
        """Every comment and reply of an idea with its moment and its parent."""
        people = {person.name: person for person in self.world.people}
        dice = _dice(idea.title)
        end = self.last(debate, idea)
        said: list[tuple[datetime, Comment, Comment | None]] = []

        def follow(comment: Comment, parent: Comment | None, after: datetime) -> None:
            there = self.joins(people[comment.by], debate.community) + timedelta(minutes=20)
            moment = max(after, there) + timedelta(hours=dice.uniform(0.4, 7))
            moment = min(self.calendar.awake(moment), end - timedelta(minutes=dice.uniform(1, 30)))
            moment = max(moment, after + timedelta(minutes=3))
            said.append((moment, comment, parent))
            for reply in comment.replies:
                follow(reply, comment, moment)
                moment = said[-1][0]

        start = self.proposes(debate, idea)
        for number, comment in enumerate(idea.comments):
            follow(comment, None, start + timedelta(hours=number * dice.uniform(5, 22)))
        return said

    def mandates(self, group: Group) -> Iterator[tuple[str, str, str, float]]:
        """Who is entrusted with which role and title, and how many days ago, beside the founder."""
        given = {(group.runner, "moderator"), (group.runner, "host")}
        for debate in self.world.debates:
            if debate.community != group.slug:
                continue
            wanted = [(debate.decider, debate.answering, debate.answering_role, debate.opened + 2)]
            wanted.append((debate.moderator, "moderator", "", debate.opened + 1))
            for idea in debate.ideas:
                if idea.answer and (delivery := idea.answer.delivery):
                    days = idea.answer.days_ago + 0.5
                    if delivery.owner != debate.decider:
                        wanted.append((delivery.owner, "coach", delivery.role, days))
            for name, role, title, days in wanted:
                if (name, role) not in given:
                    given.add((name, role))
                    yield name, role, title, days
        administrator = next(one for one in self.world.people if one.cast == "administrator")
        if not group.parent and administrator.name != group.runner:
            days = (administrator.joined(group.slug) or 0) - 2
            yield administrator.name, "administrator", "", days

    def active(self, slug: str) -> frozenset[str]:
        """Names of those who act in a community (or below it) in the last ninety days."""
        if slug not in self._active:
            self._active[slug] = self._draw_active(slug)
        return self._active[slug]

    def supporters(self, debate: Debate, idea: Idea) -> list[tuple[datetime, str]]:
        """As many members as support the idea, each with the moment of their support."""
        dice = _dice("support " + idea.title)
        start, end = self.proposes(debate, idea) + timedelta(minutes=5), self.last(debate, idea)
        quiet_since = self.calendar.loaded - timedelta(days=ACTIVE_DAYS + 2)
        root = self.root_of(debate.community)
        active = self.active(root)
        found: list[tuple[datetime, str]] = []
        for person in self._by_turn(debate, idea, dice):
            first = max(start, self.joins(person, debate.community) + timedelta(minutes=15))
            last = end if person.name in active else min(end, quiet_since)
            if person.left is not None:
                last = min(last, self.calendar.at(person.left) - timedelta(days=1))
            if first >= last:
                continue
            moment = self.calendar.awake(first + (last - first) * dice.random() ** 2)
            found.append((min(max(moment, first), last), person.name))
            self.given[person.name] += 1
            if len(found) == idea.supports:
                return found
        raise LookupError(f"“{idea.title}” cannot have {idea.supports} supports: {len(found)}")

    def _by_turn(self, debate: Debate, idea: Idea, dice: Random) -> list[Person]:
        """Members but the author; whoever supported least comes first, more or less."""
        there = [
            person
            for person in self.world.people
            if person.joined(debate.community) is not None and person.name != idea.author
        ]
        return sorted(there, key=lambda person: self.given[person.name] + dice.random() * 4)

    def root_of(self, slug: str) -> str:
        return self._group(slug).parent or slug

    def _group(self, slug: str) -> Group:
        return next(group for group in self.world.groups if group.slug == slug)

    def _draw_active(self, root: str) -> frozenset[str]:
        since = self.calendar.loaded - timedelta(days=ACTIVE_DAYS - 1)
        names: set[str] = set()
        for debate in self.world.debates:
            if self.root_of(debate.community) == root:
                names |= self._speakers(debate, since)
        if root != MOVEMENT:
            return frozenset(names)
        waiting = self._waiting(root, names)
        while len(names) < ACTIVE_IN_MOVEMENT and any(waiting):
            for left in waiting:
                if left and len(names) < ACTIVE_IN_MOVEMENT:
                    names.add(left.pop())
        return frozenset(names)

    def _waiting(self, root: str, already: set[str]) -> list[list[str]]:
        """By committee that is awake, shuffled: those who could be active too."""
        asleep = {group.slug for group in self.world.groups if group.asleep}
        waiting: dict[str, list[str]] = defaultdict(list)
        for person in self.world.people:
            slugs = [slug for slug, _ in person.joins if slug != root]
            if person.name in already or person.left is not None or not slugs:
                continue
            if person.joined(root) is not None and not asleep & {*slugs}:
                waiting[slugs[0]].append(person.name)
        dice = _dice(root)
        for left in waiting.values():
            dice.shuffle(left)
        return list(waiting.values())

    def _speakers(self, debate: Debate, since: datetime) -> set[str]:
        names = set()
        if self.opens(debate) > since:
            names.add(self._group(debate.community).runner)
        for idea in debate.ideas:
            if self.proposes(debate, idea) > since:
                names.add(idea.author)
            names |= {one.by for moment, one, _ in self.says(debate, idea) if moment > since}
            if idea.answer and self.calendar.at(idea.answer.days_ago) > since:
                names.add(debate.decider)
        return names
