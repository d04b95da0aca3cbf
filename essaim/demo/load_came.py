"""What came of gatherings of the demo world: their minutes, and who does what by when."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from essaim.commitments.models import Commitment
from essaim.events import actions
from essaim.events.models import ACTION_POINT, CostKind, Event
from essaim.members.models import Member
from essaim.needs.models import Need

Moment = tuple[datetime, Callable[[], object]]
SOON = timedelta(minutes=4)
THE_NEXT_DAY, DAYS_LATER = timedelta(hours=22), timedelta(days=3)


def tell() -> None:
    """As the clock does, each minute: everybody registered hears of what is new."""
    for announcement in actions.pending():
        actions.tell_everybody(announcement)


@dataclass(frozen=True, slots=True)
class Came:
    """Of one of them. `find` has it once it was made."""

    told: dict[str, Any]
    ends_at: datetime
    members: dict[str, Member]
    find: Callable[[], Event]
    at: Callable[[float], datetime]  # so many days ago

    def events(self) -> Iterator[Moment]:
        if "minutes" in self.told:
            yield from self._minutes(self.told["minutes"])
        if "joy" in self.told:
            yield self.ends_at + THE_NEXT_DAY, self._tell_joy
        if "costs" in self.told:
            yield self.ends_at + DAYS_LATER, self._note_costs
        if born := self.told.get("born"):
            yield self.at(born["days_ago"]), partial(self._link, born["need"])

    @property
    def _host(self) -> Member:
        return self.members[self.told["by"]]

    def _minutes(self, told: dict[str, Any]) -> Iterator[Moment]:
        """Written and published some hours after; what was agreed is done when it is told."""
        written = self.ends_at + timedelta(hours=told["after_hours"])
        yield written, partial(self._write, told)
        for number, point in enumerate(told.get("points", ()), start=1):
            yield written + SOON * number, partial(self._agree, point)
            if "done_in_days" in point:
                done = written + timedelta(days=point["done_in_days"])
                yield done, partial(self._finish, point)
        yield written + timedelta(hours=1), self._publish
        yield written + timedelta(hours=1) + SOON, tell

    def _write(self, told: dict[str, Any]) -> None:
        actions.write_minutes(
            member=self._host,
            event=self.find(),
            version=0,
            speaker=told.get("speaker", ""),
            talk=told.get("talk", ""),
            text=told["text"],
            lessons=told.get("lessons", []),
            decisions=told.get("decisions", []),
            wish=told.get("wish", ""),
        )

    def _agree(self, point: dict[str, Any]) -> None:
        actions.add_point(
            member=self._host,
            event=self.find(),
            text=point["text"],
            owner=self.members[point["owner"]] if "owner" in point else None,
            due_on=self.ends_at.date() + timedelta(days=point["in_days"]),
        )

    def _finish(self, point: dict[str, Any]) -> None:
        event = self.find()
        owed = Commitment.objects.get(
            subject_kind=ACTION_POINT,
            subject_id__in=event.action_points.values("pk"),
            promise=point["text"],
        )
        actions.finish_point(
            member=self.members[point["owner"]],
            point=event.action_points.get(pk=owed.subject_id),
        )

    def _publish(self) -> None:
        actions.publish_minutes(member=self._host, event=self.find())

    def _tell_joy(self) -> None:
        """In the order in which they had said that they would come."""
        event = self.find()
        came = event.registrations.filter(checked_in_at__isnull=False, member__isnull=False)
        people = [one.member for one in came.order_by("pk").select_related("member") if one.member]
        for member, joy in zip(people, self.told["joy"], strict=False):
            actions.tell_joy(member=member, event=event, joy=joy)

    def _note_costs(self) -> None:
        event = self.find()
        day = self.ends_at.date()
        if "rate" in self.told:
            since = day - timedelta(days=120)
            actions.set_hour_rate(
                member=self._host, community=event.community, cents=self.told["rate"], since=since
            )
        for one in self.told["costs"]:
            actions.add_cost(
                member=self._host,
                event=event,
                kind=CostKind.HOURS if "hours" in one else CostKind.EXPENSE,
                label=one["what"],
                account=one["code"],
                day=day,
                cents=one.get("cents"),
                minutes=one["hours"] * 60 if "hours" in one else None,
            )

    def _link(self, title: str) -> None:
        need = Need.objects.get(title=title)
        actions.link_need(member=self._host, event=self.find(), need=need)
