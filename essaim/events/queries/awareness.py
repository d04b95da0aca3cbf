"""Plans to make something known before it begins: whom they reach, by when, and whom they did."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override, pgettext

from essaim.communities.models import Community
from essaim.communities.queries import smallest_told
from essaim.communities.readers import Reader
from essaim.design.typography import day, number
from essaim.events import rules
from essaim.events.models import (
    TITLE_LENGTH,
    AwarenessPlan,
    AwarenessStep,
    Event,
    Kind,
    State,
    held_steps,
    late_steps,
)
from essaim.events.queries.templates import beginning_of
from essaim.events.queries.words import when_words
from essaim.foundation.access import Verdict
from essaim.foundation.clock import today

EVENING, LASTS = 19, timedelta(hours=2)
MOST_OFFERED = 60  # gatherings among which one is chosen
MOST_ENDED = 20


@dataclass(frozen=True, slots=True)
class PlanLine:
    public_id: str
    words: str
    meta: str = ""
    lang: str = ""


@dataclass(frozen=True, slots=True)
class LateStep:
    """`plan` is its address, `title` what begins."""

    public_id: str
    whom: str
    plan: str
    title: str
    slug: str
    due_on: date


@dataclass(frozen=True, slots=True)
class GatheringShown:
    """Of a step, where the reader may read it."""

    public_id: str
    title: str
    lang: str
    when: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StepShown:
    """`said`: how late it is, or how many people came. `may_plan`: nothing stands for it yet."""

    public_id: str
    whom: str
    meta: str
    badge: str
    tone: str
    gathering: GatheringShown | None
    said: str
    has_gathering: bool
    may_plan: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AwarenessPage:
    """`came`: people at all gatherings of which it is told, None before there are any."""

    public_id: str
    slug: str
    title: str
    why: str
    lang: str
    launches_on: date
    days_left: int
    has_ended: bool
    steps: tuple[StepShown, ...]
    held: int
    came: int | None
    came_note: str
    may_change: Verdict


@dataclass(frozen=True, slots=True)
class _Told:
    """How many people came to one gathering: None where it is not told, with why."""

    people: int | None
    words: str
    is_small: bool = False


def plan_named(reader: Reader, community: Community, public_id: str) -> AwarenessPlan | None:
    found = rules.awareness_visible_to(reader).select_related("community")
    return found.filter(community=community, public_id=public_id).first()


def step_named(plan: AwarenessPlan, public_id: str) -> AwarenessStep | None:
    found: AwarenessStep | None = (
        plan.steps.select_related("event").filter(public_id=public_id).first()
    )
    if found is not None:
        found.plan = plan
    return found


def step_to_plan(reader: Reader, community: Community, public_id: str) -> AwarenessStep | None:
    """Of any of the community’s plans that the reader may change."""
    rows = AwarenessStep.objects.select_related("plan__community", "event")
    found = rows.filter(plan__community=community, public_id=public_id).first()
    return found if found is not None and rules.may_change_awareness(reader, found.plan) else None


def awareness_for_page(reader: Reader, plan: AwarenessPlan) -> AwarenessPage:
    """With its community loaded; two queries at most, for any number of steps."""
    steps: list[AwarenessStep] = list(plan.steps.select_related("event__place"))
    for step in steps:
        step.plan = plan
    may_change = rules.may_change_awareness(reader, plan)
    is_holder = reader.may(plan.community, rules.HOLD)
    read = _read(reader, steps, is_holder=is_holder)
    smallest = 0 if is_holder else smallest_told(plan.community)
    told = {one.pk: _told(one, smallest) for one in steps if one.event_id in read and one.is_held}
    counted = [one.people for one in told.values() if one.people is not None]
    return AwarenessPage(
        public_id=plan.public_id,
        slug=plan.community.slug,
        title=plan.title,
        why=plan.why,
        lang=plan.language,
        launches_on=plan.launches_on,
        days_left=(plan.launches_on - today()).days,
        has_ended=not plan.is_open,
        steps=tuple(
            _step(one, told.get(one.pk), is_read=one.event_id in read, may=bool(may_change))
            for one in steps
        ),
        held=sum(one.is_held for one in steps),
        came=sum(counted) if counted else None,
        came_note=_came_note(is_short=any(one.is_small for one in told.values())),
        may_change=may_change,
    )


def gathering_of(step: AwarenessStep) -> GatheringShown | None:
    """The one that stands for it, to whoever changes the plan; its event is loaded."""
    return _gathering(step.event) if step.event is not None else None


def _read(reader: Reader, steps: list[AwarenessStep], *, is_holder: bool) -> set[int | None]:
    """Which of their gatherings the reader may read: who holds this community’s, all of them."""
    linked = {one.event_id for one in steps if one.event_id is not None}
    if is_holder or not linked:
        return {*linked}
    return {*rules.events_visible_to(reader).filter(pk__in=linked).values_list("pk", flat=True)}


def _told(step: AwarenessStep, smallest: int) -> _Told:
    """Counted at the door, once that is closed; small numbers are for those who hold it."""
    event = step.event
    if event is None or event.state != State.HELD or event.counted_at is None:
        return _Told(None, _("Those who came are not counted yet."))
    came = event.present
    if not came:
        return _Told(0, _("Nobody was counted at its door."))
    if came < smallest:
        said = _("Fewer than %(smallest)s people came: small numbers are not told.")
        return _Told(None, said % {"smallest": number(smallest)}, is_small=True)
    if step.to_reach is None:
        said = ngettext("%(came)s person came.", "%(came)s people came.", came)
    else:
        said = ngettext(
            "%(came)s person came; %(all)s were to be reached.",
            "%(came)s people came; %(all)s were to be reached.",
            came,
        )
    return _Told(came, said % {"came": number(came), "all": number(step.to_reach or 0)})


def _came_note(*, is_short: bool) -> str:
    if is_short:
        return _("Whoever came twice is counted twice; gatherings that few came to are left out.")
    return _("Whoever came twice is counted twice.")


def _step(step: AwarenessStep, told: _Told | None, *, is_read: bool, may: bool) -> StepShown:
    event = step.event
    badge, tone = _state(step)
    said = told.words if told else ""
    if step.plan.is_open and step.is_late:
        badge, tone = _("late"), "late"
        said = _late_words(event)
    return StepShown(
        public_id=step.public_id,
        whom=step.whom,
        meta=_meta(step),
        badge=badge,
        tone=tone,
        gathering=_gathering(event) if event is not None and is_read else None,
        said=said,
        has_gathering=event is not None,
        may_plan=may and step.is_free,
    )


def _gathering(event: Event) -> GatheringShown:
    return GatheringShown(event.public_id, event.title, event.language, when_words(event))


def _meta(step: AwarenessStep) -> str:
    kind = str(Kind(step.kind).label)
    said = [
        kind[:1].upper() + kind[1:],
        pgettext("awareness", "by %(day)s") % {"day": day(step.due_on)},
    ]
    if step.to_reach:
        people = ngettext("%(all)s person to reach", "%(all)s people to reach", step.to_reach)
        said.append(people % {"all": number(step.to_reach)})
    return " · ".join(said)


def _state(step: AwarenessStep) -> tuple[str, str]:
    """What became of it, in a word that gives no day away."""
    event = step.event
    if event is None:
        return pgettext("awareness", "to plan"), "now"
    if event.hidden_at is not None:
        return pgettext("awareness", "hidden"), "late"
    if step.is_held:
        return pgettext("awareness", "held"), "good"
    return {
        State.DRAFT: (pgettext("awareness", "draft"), "now"),
        State.POSTPONED: (pgettext("awareness", "postponed"), "now"),
        State.CANCELLED: (pgettext("awareness", "cancelled"), "late"),
    }.get(State(event.state), (pgettext("awareness", "planned"), "plain"))


def _late_words(event: Event | None) -> str:
    if event is None:
        return _("Its day has passed without a gathering.")
    if event.hidden_at is not None:
        return _("This gathering was hidden by a moderator.")
    if event.state == State.DRAFT:
        return _("Its day has passed, and its gathering is still a draft.")
    return _("Its day has passed, and its gathering did not take place.")


def plans_for_list(reader: Reader, community: Community) -> list[PlanLine]:
    """The open ones, as the list of gatherings tells them; one query, none for whoever may not.

    Once it has begun only those who can end it still see it there.
    """
    if not rules.may_read_awareness(reader, community):
        return []
    rows: Any = AwarenessPlan.objects.open().filter(community=community)
    if not rules.may_plan_awareness(reader, community):
        rows = rows.filter(launches_on__gte=today())
    rows = rows.annotate(
        steps_all=Count("steps"), steps_held=Count("steps", filter=held_steps("steps__"))
    )
    return [_line(one) for one in rows.order_by("launches_on", "pk")]


def _line(plan: Any) -> PlanLine:
    said = ngettext(
        "Before “%(title)s”: %(held)s of %(all)s gathering held",
        "Before “%(title)s”: %(held)s of %(all)s gatherings held",
        plan.steps_all,
    )
    words = {
        "title": plan.title,
        "held": number(plan.steps_held),
        "all": number(plan.steps_all),
    }
    begins = _("begins on %(day)s") % {"day": day(plan.launches_on)}
    return PlanLine(plan.public_id, said % words, begins)


def steps_late(reader: Reader) -> QuerySet[AwarenessStep]:
    """Of what has not begun, where the reader may plan their gathering."""
    held = rules.awareness_held_by(reader).filter(launches_on__gte=today())
    return late_steps().filter(plan__in=held)


def late_for_today(reader: Reader, *, most: int) -> list[LateStep]:
    """Those that have waited longest; one query."""
    rows: Any = steps_late(reader)  # with the day that it is late since, as « due »
    rows = rows.select_related("plan__community").order_by("due", "pk")
    return [
        LateStep(
            one.public_id,
            one.whom,
            one.plan.public_id,
            one.plan.title,
            one.plan.community.slug,
            one.due_on,
        )
        for one in rows[:most]
    ]


def ended_plans(community: Community) -> list[PlanLine]:
    """For whoever plans the next one; one query."""
    rows = AwarenessPlan.objects.filter(community=community, ended_at__isnull=False)
    return [
        PlanLine(one.public_id, one.title, day(one.launches_on), one.language)
        for one in rows.order_by("-launches_on", "-pk")[:MOST_ENDED]
    ]


def events_to_link(plan: AwarenessPlan) -> list[Event]:
    """Gatherings of the community that stand for no step yet, the latest first."""
    found = Event.objects.filter(
        ~Q(state=State.CANCELLED),
        community=plan.community_id,
        hidden_at__isnull=True,
        awareness_step__isnull=True,
    )
    return list(found.order_by("-starts_at", "-pk")[:MOST_OFFERED])


def choices_of(events: list[Event]) -> list[tuple[str, str]]:
    return [(one.public_id, f"{one.title} · {when_words(one)}") for one in events]


def awareness_begins(step: AwarenessStep) -> dict[str, Any]:
    """What the form of a new gathering begins with for this step; one query.

    An evening of the day by which they must have heard, or of tomorrow where that is over.
    """
    plan = step.plan
    with override(plan.language):
        purpose = str(beginning_of(plan.community, step.kind).purpose)
        kind = str(Kind(step.kind).label)
        whom = pgettext("awareness", "For: %(whom)s") % {"whom": step.whom}
        named = {"kind": kind[:1].upper() + kind[1:], "title": plan.title}
        title = _("%(kind)s: %(title)s") % named
    on = max(step.due_on, today() + timedelta(days=1))
    zone = ZoneInfo(plan.community.time_zone)
    starts_at = datetime(on.year, on.month, on.day, EVENING, tzinfo=zone)
    return {
        "kind": step.kind,
        "title": title[:TITLE_LENGTH],
        "text": f"{purpose}\n\n{whom}\n\n{plan.why}",
        "language": plan.language,
        "starts_at": starts_at,
        "ends_at": starts_at + LASTS,
    }
