"""The minutes of a gathering, and who does what by when."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import F, QuerySet
from django.utils.timezone import localdate

from essaim.commitments.models import Commitment, CommitmentKind, CommitmentQuerySet
from essaim.commitments.models import State as Owed
from essaim.commitments.queries import commitments_about, commitments_in
from essaim.communities.readers import Reader
from essaim.communities.rules import on
from essaim.events import rules
from essaim.events.models import ACTION_POINT, ActionPoint, Event, Minutes
from essaim.foundation.clock import today
from essaim.members.models import Member
from essaim.members.queries import display_name

MOST_PEOPLE = 500
MOST_TASKS = 20  # that Today looks through


@dataclass(frozen=True, slots=True, kw_only=True)
class MinutesShown:
    """`published_on` is None as long as nobody but those who hold it reads them."""

    speaker: str
    talk: str
    text: str
    lessons: tuple[str, ...]
    decisions: tuple[str, ...]
    wish: str
    published_on: date | None
    corrected_on: date | None

    @property
    def says_something(self) -> bool:
        return bool(self.text or self.lessons or self.decisions)


@dataclass(frozen=True, slots=True, kw_only=True)
class PointShown:
    """One thing to do; `who` is empty where nobody has taken it on."""

    public_id: str
    text: str
    who: str
    due_on: date
    kept_on: date | None
    days_late: int
    is_open: bool
    is_mine: bool
    may_end: bool
    may_take: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PointsPage:
    """For those who hold it: all of them, who can take one on, and whether the minutes wait."""

    points: tuple[PointShown, ...]
    people: tuple[tuple[str, str], ...]
    minutes: MinutesShown | None


def minutes_of(event: Event) -> Minutes | None:
    return Minutes.objects.filter(event=event).first()


def minutes_shown(reader: Reader, event: Event) -> MinutesShown | None:
    """None for whoever may not read them yet; one query."""
    found = minutes_of(event)
    if found is None or not rules.may_read_minutes(reader, event, found):
        return None
    published, zone = found.published_at, ZoneInfo(event.zone)
    is_corrected = published is not None and found.changed_at > published
    return MinutesShown(
        speaker=found.speaker,
        talk=found.talk,
        text=found.text,
        lessons=tuple(found.lessons),
        decisions=tuple(found.decisions),
        wish=found.wish,
        published_on=localdate(published, zone) if published else None,
        corrected_on=localdate(found.changed_at, zone) if is_corrected else None,
    )


def minutes_given(event: Event) -> dict[str, Any]:
    """As the form shows them, or empty ones, with the speaker that the programme names."""
    found = minutes_of(event)
    if found is None:
        spoken = event.sessions.exclude(speaker="").first()
        told = {"speaker": spoken.speaker, "talk": spoken.title} if spoken else {}
        return {"version": 0, **told}
    return {
        "version": found.version,
        "speaker": found.speaker,
        "talk": found.talk,
        "text": found.text,
        "lessons": "\n".join(found.lessons),
        "decisions": "\n".join(found.decisions),
        "wish": found.wish,
    }


def points_shown(reader: Reader, event: Event) -> tuple[PointShown, ...]:
    """The open ones first, the soonest first; a constant number of queries."""
    if not event.action_points.exists() or not rules.may_read_points(reader, event):
        return ()
    holds, may_take = rules.holds(reader, event), bool(rules.may_take(reader, event))
    rows: QuerySet[Any] = event.action_points.annotate(owed=commitments_about(ACTION_POINT, "id"))
    shown = [
        _point(reader, row, owed, holds=holds, may_take=may_take)
        for row in rows
        for owed in commitments_in(row.owed)
    ]
    return tuple(sorted(shown, key=lambda one: (not one.is_open, one.due_on, one.text)))


def point_shown(reader: Reader, event: Event, public_id: str) -> PointShown | None:
    """One of those that are still open."""
    shown = points_shown(reader, event)
    return next((one for one in shown if one.is_open and one.public_id == public_id), None)


def _point(
    reader: Reader, point: ActionPoint, owed: Commitment, *, holds: bool, may_take: bool
) -> PointShown:
    state = owed.state_on(today())
    is_mine = reader.is_known and owed.owner_id == reader.member_id
    is_open = state in (Owed.DUE, Owed.LATE)
    return PointShown(
        public_id=point.public_id,
        text=owed.promise,
        who=display_name(owed.owner) if owed.owner else "",
        due_on=owed.due_on,
        kept_on=owed.kept_on,
        days_late=max(0, ((owed.kept_on or today()) - owed.due_on).days),
        is_open=is_open,
        is_mine=is_mine,
        may_end=is_open and (is_mine or holds),
        may_take=is_open and owed.owner_id is None and may_take,
    )


def points_page(reader: Reader, event: Event) -> PointsPage:
    return PointsPage(
        points=points_shown(reader, event),
        people=tuple(people_there(event, reader)),
        minutes=minutes_shown(reader, event),
    )


def people_there(event: Event, reader: Reader) -> list[tuple[str, str]]:
    """Who can take something on, whoever asks first: those who came, then all who registered."""
    there = event.registrations.expected().filter(member__is_active=True)
    rows = there.exclude(member=reader.member_id).select_related("member")
    rows = rows.order_by(F("checked_in_at").asc(nulls_last=True), "member__name_key", "pk")
    mine = Member.objects.filter(pk=reader.member_id or 0)
    people = [*mine, *(one.member for one in rows[:MOST_PEOPLE] if one.member)]
    return [(one.public_id, display_name(one)) for one in people]


def person_there(public_id: str) -> Member | None:
    return Member.objects.filter(public_id=public_id, is_active=True).first()


def point_of(event: Event, public_id: str) -> ActionPoint | None:
    point = event.action_points.filter(public_id=public_id).first()
    if point is not None:
        point.event = event
    return point


# ---- on the pages of floors below


@dataclass(frozen=True, slots=True)
class TaskLine:
    """What one reader has taken on: until when, and where it was agreed."""

    point: str
    text: str
    due_on: date
    event: str
    event_title: str

    @property
    def is_late(self) -> bool:
        return self.due_on < today()


def tasks_of(reader: Reader) -> list[TaskLine]:
    """What the reader has taken on and not done yet, the soonest first; two queries."""
    soonest = list(tasks_owed(reader).order_by("due_on", "pk")[:MOST_TASKS])
    if not soonest:
        return []
    visible = rules.events_visible_to(reader)
    points = ActionPoint.objects.filter(
        pk__in=[one.subject_id for one in soonest], event__in=visible
    ).select_related("event")
    by_pk = {one.pk: one for one in points}
    return [
        TaskLine(point.public_id, one.promise, one.due_on, point.event.public_id, point.event.title)
        for one in soonest
        if (point := by_pk.get(one.subject_id))
    ]


def tasks_owed(reader: Reader) -> CommitmentQuerySet:
    return Commitment.objects.standing().filter(
        on(rules.SUBPLATFORM, path="community__"),
        kind=CommitmentKind.TASK,
        subject_kind=ACTION_POINT,
        owner=reader.member_id or 0,
    )


def points_told_of(reader: Reader, ids: Collection[int]) -> dict[int, tuple[ActionPoint, str]]:
    """Those of these that the reader may read, with what is to be done; two queries."""
    visible = rules.events_visible_to(reader)
    points = ActionPoint.objects.filter(pk__in=ids, event__in=visible).select_related("event")
    found = {one.pk: one for one in points}
    owed = Commitment.objects.filter(
        subject_kind=ACTION_POINT, subject_id__in=found, cancelled_at__isnull=True
    )
    return {one.subject_id: (found[one.subject_id], one.promise) for one in owed}


def owed_subjects(reader: Reader, ids: Collection[int]) -> list[tuple[int, str, str]]:
    """(commitment, title of the gathering, its public id) of these; two queries."""
    owed = Commitment.objects.filter(pk__in=ids, subject_kind=ACTION_POINT)
    subjects = {subject: pk for pk, subject in owed.values_list("pk", "subject_id")}
    visible = rules.events_visible_to(reader)
    points = ActionPoint.objects.filter(pk__in=subjects, event__in=visible)
    rows = points.values_list("pk", "event__title", "event__public_id")
    return [(subjects[pk], title, public_id) for pk, title, public_id in rows]


def owner_to_tell(point_id: int) -> int | None:
    """Who has it to do; None where nobody has it now, or it is done."""
    owed = Commitment.objects.standing().filter(
        subject_kind=ACTION_POINT, subject_id=point_id, owner__isnull=False
    )
    return owed.values_list("owner", flat=True).first()
