"""Gatherings of the demo world take place: a door, an opening round, an agenda, who came."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from itertools import accumulate
from typing import Any

from essaim.events import actions
from essaim.events.models import AgendaItem, Event, How, LineKind, Registration, Round
from essaim.members.models import Member

Moment = tuple[datetime, Callable[[], object]]
SOON = timedelta(minutes=4)  # after the hour that was told, as everywhere
DOOR_FOR = timedelta(minutes=30)
DOOR_BEFORE = timedelta(minutes=18)
THE_DAY_AFTER = timedelta(hours=25)
AT_ONCE = timedelta(seconds=20)
OPENING = 1  # the place of the opening round on the agenda, behind the welcome


def plan_agenda(member: Member, event: Event, parts: Sequence[dict[str, Any]]) -> None:
    """The template of its kind, each part as these tell it, where they do."""
    actions.begin_from_template(member=member, event=event)
    for item, said in zip(event.agenda.all(), parts, strict=True):
        if said:
            actions.change_item(
                member=member,
                item=item,
                title=said.get("title", item.title),
                minutes=said.get("minutes", item.minutes),
                lead=said.get("lead", item.lead),
                kind=item.kind,
            )


@dataclass(frozen=True, slots=True)
class Held:
    """One of them. `coming` are the members who said so, in that order; `find` has it once made."""

    told: dict[str, Any]
    starts_at: datetime
    ends_at: datetime
    coming: Sequence[str]
    members: dict[str, Member]
    find: Callable[[], Event]
    _taken: dict[int, AgendaItem] = field(default_factory=dict)  # by their place in the book

    @property
    def host(self) -> Member:
        return self.members[self.told["by"]]

    def events(self) -> Iterator[Moment]:
        yield from self._door(self.told.get("door", {}))
        if "round" in self.told:
            yield from self._round(self.told["round"])
            yield from self._agenda(self.told["round"]["took"])
        yield self.ends_at + SOON, self._hold
        yield self.ends_at + THE_DAY_AFTER, self._count

    # The door

    def _door(self, door: dict[str, Any]) -> Iterator[Moment]:
        """One after the other, from a little before the hour; who is on no list among them."""
        acts = [partial(self._check_in, name) for name in self._here(door)]
        acts += [partial(self._let_in, name) for name in door.get("walk_in", ())]
        if "headcount" in door:
            acts.append(partial(self._head_count, door["headcount"]))
        for number, act in enumerate(acts):
            moment = self.starts_at - DOOR_BEFORE + DOOR_FOR * number / len(acts)
            yield moment, partial(act, number)

    def _here(self, door: dict[str, Any]) -> list[str]:
        """Who said that they would come, and did."""
        absent = {*door.get("absent", ())}
        here = [name for name in self.coming if name not in absent]
        here = here[: len(here) - door.get("stayed_home", 0)]
        guests = [one for one in self.told.get("guest", ()) if one.get("answer") != "maybe"]
        return [*here, *(one["name"] for one in guests if one["name"] not in absent)]

    def _check_in(self, name: str, number: int) -> None:
        """By the ticket, or by the name of whoever left it at home."""
        event = self.find()
        who = {"member": self.members[name]} if name in self.members else {"name": name}
        found = Registration.objects.get(event=event, **who)
        if number % 2:
            self._keep(event, number, how=How.NAME, person=found.public_id)
        else:
            self._keep(event, number, how=How.SCAN, code=found.ticket)

    def _let_in(self, name: str, number: int) -> None:
        self._keep(self.find(), number, how=How.WALK_IN, name=name)

    def _head_count(self, people: int, number: int) -> None:
        self._keep(self.find(), number, how=How.COUNT, people=people)

    def _keep(self, event: Event, number: int, **done: Any) -> None:
        scan = actions.Scan(nonce=f"{event.public_id}-{number}", device=event.public_id, **done)
        actions.keep_door(event=event, member=self.host, scans=[scan])

    # The opening round

    def _round(self, said: dict[str, Any]) -> Iterator[Moment]:
        """While the agenda is at it; then phones stay open until the end."""
        opens, closes = self._times(said["took"])[OPENING : OPENING + 2]
        yield opens + AT_ONCE, self._open
        step = (closes - opens) / (len(said["phones"]) + 3)
        for number, answers in enumerate(said["phones"], start=1):
            yield opens + step * number, partial(self._answer, number, answers)
        if "paper" in said:
            yield closes - step * 2, partial(self._type_in, said["paper"])
        yield closes - step, self._end_opening
        for number, taken in enumerate(said["taken"]):
            yield closes - step + AT_ONCE, partial(self._take, number, taken, said["after"])
        if "critique" in said:
            yield closes + SOON, partial(self._criticise, said["critique"])
        yield self.ends_at + AT_ONCE, self._close

    def _open(self) -> None:
        actions.open_round(member=self.host, event=self.find())

    def _answer(self, number: int, answers: Sequence[str]) -> None:
        actions.answer_round(
            opened=Round.objects.get(event=self.find()),
            device=f"telephone {number}",
            answers=dict(enumerate(answers, start=1)),
        )

    def _type_in(self, lines: Sequence[str]) -> None:
        actions.type_in(member=self.host, event=self.find(), question=1, text="\n".join(lines))

    def _end_opening(self) -> None:
        actions.end_opening_round(member=self.host, event=self.find())

    def _take(self, number: int, taken: dict[str, Any], after: int) -> None:
        """What is asked alike is one question; each stands behind the part that is told."""
        event = self.find()
        before = event.agenda.count()
        lines = Round.objects.get(event=event).lines.filter(text__in=taken["lines"])
        (item,) = actions.take_questions(
            member=self.host,
            event=event,
            lines=[one.public_id for one in lines],
            is_one=True,
            title=taken.get("title", ""),
        )
        for _ in range(before - after - number):
            actions.move_item(member=self.host, item=item, is_up=True)
        self._taken[number] = item

    def _criticise(self, text: str) -> None:
        opened = Round.objects.get(event=self.find())
        actions.say(opened=opened, device="telephone 1", kind=LineKind.CRITIQUE, text=text)

    def _close(self) -> None:
        actions.close_round(member=self.host, event=self.find())

    # The agenda

    def _times(self, took: Sequence[int]) -> list[datetime]:
        """When each part begins, and when the last one ends: some minutes late, as it goes."""
        minutes = accumulate(took, initial=0)
        return [self.starts_at + SOON + timedelta(minutes=one) for one in minutes]

    def _agenda(self, took: Sequence[int]) -> Iterator[Moment]:
        """Part after part; for what took no minute there was no time."""
        times = self._times(took)
        for place, (minutes, moment) in enumerate(zip(took, times, strict=False)):
            if minutes:
                yield moment, partial(self._start, place)
        yield times[-1], self._end_agenda
        after = self.told["round"]["after"]
        for number, taken in enumerate(self.told["round"]["taken"]):
            said = partial(self._say_what_became, number, taken["outcome"])
            yield times[after + number + 1] + AT_ONCE, said

    def _start(self, place: int) -> None:
        actions.start_item(member=self.host, item=self.find().agenda.all()[place])

    def _end_agenda(self) -> None:
        actions.end_item(member=self.host, item=self.find().agenda.under_way().get())

    def _say_what_became(self, number: int, outcome: str) -> None:
        actions.close_question(member=self.host, item=self._taken[number], outcome=outcome)

    # Afterwards, by the clock

    def _hold(self) -> None:
        actions.say_held(self.find())

    def _count(self) -> None:
        """Who came is said, and what nobody needs any more is forgotten."""
        actions.count_attendance(self.find())
        actions.forget_rounds()
