from collections.abc import Collection
from datetime import timedelta

from django.urls import reverse
from django.utils.translation import gettext as _

from essaim.communities.readers import Reader
from essaim.design.typography import day
from essaim.events.models import Standing
from essaim.events.queries.awareness import late_for_today
from essaim.events.queries.joy import joy_asked
from essaim.events.queries.lists import EventLine, asks_of
from essaim.events.queries.minutes import TaskLine, tasks_of
from essaim.events.queries.waiting import what_waits
from essaim.foundation.clock import today
from essaim.outreach.queries import TODAY_ACTS, Act

ANSWERING = 1  # minute
PLANNING = 5
NEAR = timedelta(days=7)
MOST = 2


@TODAY_ACTS.fills(subplatform="events", order=12)
def seats_offered(reader: Reader, ids: Collection[int]) -> dict[int, list[Act]]:
    """A seat waits for a yes or a no: others wait behind."""
    if reader.member_id not in ids:
        return {}
    return {
        reader.member_id or 0: [
            Act(
                minutes=ANSWERING,
                title=_("Take your seat, or let it go: “%(title)s”") % {"title": one.title},
                url=reverse("event", args=[one.public_id]),
                why=one.when,
                key=f"events.seat:{one.public_id}",
                is_owed=True,
            )
            for one in reader.once(asks_of)
            if one.standing == Standing.OFFERED
        ]
    }


@TODAY_ACTS.fills(subplatform="events", order=30)
def gatherings_ask(reader: Reader, ids: Collection[int]) -> dict[int, list[Act]]:
    """How the last one was, which is asked for two weeks alone; then whether one comes to those
    that are soon. However many ask, others have their say beside them.
    """
    if reader.member_id not in ids:
        return {}
    was = [_how_it_was(one) for one in _asked_how(reader)]
    soon = [_do_you_come(one) for one in reader.once(asks_of) if one.standing != Standing.OFFERED]
    return {reader.member_id or 0: [*was[:1], *soon, *was[1:]][:MOST]}


def _asked_how(reader: Reader) -> list[EventLine]:
    """Of gatherings one came to, until one has answered."""
    return joy_asked(reader) if reader.once(what_waits).is_asked else []


@TODAY_ACTS.fills(subplatform="events", order=16)
def tasks_soon(reader: Reader, ids: Collection[int]) -> dict[int, list[Act]]:
    """What the reader took on at a gathering, once its day is near."""
    if reader.member_id not in ids:
        return {}
    soon = today() + NEAR
    return {
        reader.member_id or 0: [
            Act(
                minutes=None,
                title=one.text,
                url=reverse("event", args=[one.event]) + "#points",
                why=_task_words(one),
                key=f"events.task:{one.point}",
                is_owed=True,
            )
            for one in (tasks_of(reader) if reader.once(what_waits).has_tasks else ())
            if one.due_on <= soon
        ][:MOST]
    }


def _task_words(one: TaskLine) -> str:
    said = {"day": day(one.due_on), "title": one.event_title}
    if one.is_late:
        return _("You took it on at “%(title)s”; it was due on %(day)s.") % said
    return _("You took it on at “%(title)s”, by %(day)s.") % said


def _how_it_was(one: EventLine) -> Act:
    return Act(
        minutes=ANSWERING,
        title=_("How was it? “%(title)s”") % {"title": one.title},
        url=reverse("event", args=[one.public_id]) + "#joy",
        why=one.when,
        key=f"events.joy:{one.public_id}",
    )


@TODAY_ACTS.fills(subplatform="events", order=32)
def late_to_make_known(reader: Reader, ids: Collection[int]) -> dict[int, list[Act]]:
    """A step of a plan whose day has passed without a gathering, for those who may plan it."""
    if reader.member_id not in ids:
        return {}
    late = late_for_today(reader, most=1) if reader.once(what_waits).is_late else []
    return {
        reader.member_id or 0: [
            Act(
                minutes=PLANNING,
                title=_("Plan a gathering for “%(whom)s”") % {"whom": one.whom},
                url=reverse("awareness", args=[one.slug, one.plan]) + f"#step-{one.public_id}",
                why=_("They should have heard of “%(title)s” by %(day)s.")
                % {"title": one.title, "day": day(one.due_on)},
                key=f"events.late:{one.public_id}",
            )
            for one in late
        ]
    }


def _do_you_come(one: EventLine) -> Act:
    return Act(
        minutes=ANSWERING,
        title=_("Do you come? “%(title)s”") % {"title": one.title},
        url=reverse("event", args=[one.public_id]),
        why=one.meta,
        key=f"events.answer:{one.public_id}",
    )
