"""Plans to make something known before it begins: whom they must reach, and by which gatherings."""

from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from essaim.communities.models import Community
from essaim.communities.readers import fresh_reader
from essaim.design.typography import number
from essaim.events import rules
from essaim.events.actions.events import plan_event
from essaim.events.actions.locks import locked
from essaim.events.facts import AwarenessChanged, AwarenessLinked, AwarenessPlanned
from essaim.events.kinds import AWARENESS
from essaim.events.models import (
    FURTHEST_LAUNCH,
    MOST_PLANS,
    MOST_STEPS,
    MOST_TO_REACH,
    MOST_WEEKS,
    SHORT_LENGTH,
    TITLE_LENGTH,
    AwarenessPlan,
    AwarenessStep,
    Event,
    Kind,
)
from essaim.foundation.access import Refused, require
from essaim.foundation.activity import record
from essaim.foundation.clock import now, today
from essaim.foundation.text import clean_line
from essaim.members.models import Member
from essaim.needs.actions.values import Checks


@transaction.atomic
def plan_awareness(*, member: Member, community: Community, **given: Any) -> AwarenessPlan:
    """With the steps that are proposed, in the language of the plan: all of them can be changed."""
    community = _locked_community(community)
    require(rules.may_plan_awareness(fresh_reader(member), community))
    values = _plan_values(None, **given)
    if AwarenessPlan.objects.open().filter(community=community).count() >= MOST_PLANS:
        said = ngettext("At most %(most)s open plan.", "At most %(most)s open plans.", MOST_PLANS)
        raise Refused(said % {"most": number(MOST_PLANS)})
    plan = AwarenessPlan.objects.create(community=community, created_by=member, **values)
    weeks_left = (plan.launches_on - today()).days // 7
    with override(plan.language):
        AwarenessStep.objects.bulk_create(
            AwarenessStep(
                plan=plan,
                whom=str(one.whom),
                kind=one.kind,
                weeks_before=min(one.weeks_before, weeks_left),
            )
            for one in AWARENESS
        )
    record(
        AwarenessPlanned(
            actor_id=member.pk,
            community_id=community.pk,
            plan_id=plan.pk,
            launches_on=plan.launches_on,
        )
    )
    return plan


@transaction.atomic
def change_awareness(*, member: Member, plan: AwarenessPlan, **given: Any) -> None:
    """Its steps keep their weeks before, and move with the day on which it begins."""
    plan = _ours(member, plan)
    for name, value in _plan_values(plan, **given).items():
        setattr(plan, name, value)
    _changed(member, plan)


@transaction.atomic
def end_awareness(*, member: Member, plan: AwarenessPlan) -> None:
    """It stays readable, and nothing of it is late any more."""
    plan = _ours(member, plan)
    plan.ended_at = now()
    _changed(member, plan)


@transaction.atomic
def add_awareness_step(*, member: Member, plan: AwarenessPlan, **given: Any) -> AwarenessStep:
    plan = _ours(member, plan)
    values = _step_values(**given)
    if plan.steps.count() >= MOST_STEPS:
        said = ngettext("At most %(most)s step.", "At most %(most)s steps.", MOST_STEPS)
        raise Refused(said % {"most": number(MOST_STEPS)})
    made: AwarenessStep = plan.steps.create(**values)
    _changed(member, plan)
    return made


@transaction.atomic
def change_awareness_step(*, member: Member, step: AwarenessStep, **given: Any) -> None:
    """What stands for it is not written again: that draft may be deleted meanwhile."""
    step = _own_step(member, step)
    values = _step_values(**given)
    for name, value in values.items():
        setattr(step, name, value)
    step.save(update_fields=list(values))
    _changed(member, step.plan)


@transaction.atomic
def remove_awareness_step(*, member: Member, step: AwarenessStep) -> None:
    """Its gathering, if there is one, goes on by itself."""
    step = _own_step(member, step)
    step.delete()
    _changed(member, step.plan)


@transaction.atomic
def plan_awareness_step(
    *, member: Member, step: AwarenessStep, is_published: bool, **given: Any
) -> Event:
    """A new gathering, as anybody plans one, that stands for this step from the beginning."""
    step = _own_step(member, step)
    require(rules.may_plan_step(fresh_reader(member), step))
    community = step.plan.community
    made = plan_event(member=member, community=community, is_published=is_published, **given)
    _link(member, step, made)
    return made


@transaction.atomic
def link_awareness_step(*, member: Member, step: AwarenessStep, event: Event) -> None:
    """A gathering that is there already."""
    event = locked(event.pk)
    step = _own_step(member, step)
    require(rules.may_link_step(fresh_reader(member), step, event))
    if AwarenessStep.objects.filter(event=event).exists():
        raise Refused(_("This gathering stands for a step already."))
    _link(member, step, event)


@transaction.atomic
def unlink_awareness_step(*, member: Member, step: AwarenessStep) -> None:
    """The gathering stays as it is."""
    step = _own_step(member, step)
    if step.event_id is None:
        return
    event_id, step.event = step.event_id, None
    step.save(update_fields=["event"])
    _linked(member, step.plan, event_id, is_linked=False)


def _link(member: Member, step: AwarenessStep, event: Event) -> None:
    step.event = event
    step.save(update_fields=["event"])
    _linked(member, step.plan, event.pk, is_linked=True)


def _plan_values(
    plan: AwarenessPlan | None, *, title: str, why: str, launches_on: date | None, language: str
) -> dict[str, Any]:
    """The values of a plan, or a ValidationError by field."""
    checks = Checks()
    checks.line("title", title, longest=TITLE_LENGTH)
    checks.text("why", why, longest=SHORT_LENGTH, clean=clean_line, is_open=False)
    checks.language(language)
    checks.values["launches_on"] = launches_on
    first, last = today() + timedelta(days=1), today() + FURTHEST_LAUNCH
    is_kept = plan is not None and launches_on == plan.launches_on
    if not is_kept and (launches_on is None or not first <= launches_on <= last):
        checks.say("launches_on", _("A day from tomorrow on, within three years."))
    return checks.done()


def _step_values(
    *, whom: str, kind: str, weeks_before: int | None, to_reach: int | None
) -> dict[str, Any]:
    """The values of a step, or a ValidationError by field."""
    checks = Checks()
    checks.text("whom", whom, longest=SHORT_LENGTH, clean=clean_line)
    checks.one_of("kind", kind, Kind.values)
    checks.whole("weeks_before", weeks_before, least=0, most=MOST_WEEKS)
    checks.values["to_reach"] = None
    if to_reach is not None:
        checks.whole("to_reach", to_reach, most=MOST_TO_REACH)
    return checks.done()


def _locked_community(community: Community) -> Community:
    """One after the other: two at once are not one plan too many."""
    return Community.objects.select_for_update(of=("self",), no_key=True).get(pk=community.pk)


def _ours(member: Member, plan: AwarenessPlan) -> AwarenessPlan:
    """As the database has it, ours alone until the transaction ends; refused to whoever may not."""
    found = (
        AwarenessPlan.objects.select_for_update(of=("self",))
        .select_related("community")
        .get(pk=plan.pk)
    )
    require(rules.may_change_awareness(fresh_reader(member), found))
    return found


def _own_step(member: Member, step: AwarenessStep) -> AwarenessStep:
    """With its plan locked; refused where somebody has removed it meanwhile."""
    plan = _ours(member, step.plan)
    found: AwarenessStep | None = plan.steps.select_related("event").filter(pk=step.pk).first()
    if found is None:
        raise Refused(_("This step was removed meanwhile."))
    found.plan = plan
    return found


def _changed(member: Member, plan: AwarenessPlan) -> None:
    plan.changed_at = now()
    plan.save()
    record(AwarenessChanged(actor_id=member.pk, community_id=plan.community_id, plan_id=plan.pk))


def _linked(member: Member, plan: AwarenessPlan, event_id: int, *, is_linked: bool) -> None:
    record(
        AwarenessLinked(
            actor_id=member.pk,
            community_id=plan.community_id,
            plan_id=plan.pk,
            event_id=event_id,
            is_linked=is_linked,
        )
    )
