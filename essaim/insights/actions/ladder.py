"""What those who run a community set: targets, estimates, and which act stands on which rung."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from essaim.communities.models import Community
from essaim.communities.readers import fresh_reader
from essaim.foundation.access import require
from essaim.foundation.activity import Rung, all_kinds, record
from essaim.foundation.clock import now, today
from essaim.foundation.counting import counting_all
from essaim.insights import rules
from essaim.insights.facts import AudienceEstimated, EstimateWithdrawn, KindMoved, TargetsSet
from essaim.insights.models import Estimate, KindRung, Targets
from essaim.insights.queries.ladder import lapsing_in
from essaim.members.models import Member
from essaim.outreach.actions import notify


@transaction.atomic
def set_targets(
    *, member: Member, community: Community, aware: int, interacting: int, engaged: int
) -> Targets:
    """How many are wanted on each rung: fewer the higher."""
    require(rules.may_run_ladder(fresh_reader(member), community))
    if not aware >= interacting >= engaged:
        raise ValidationError(
            {"interacting": [_("Each rung holds at most as many as the one below it.")]}
        )
    wanted = {"aware": aware, "interacting": interacting, "engaged": engaged}
    targets, _made = Targets.objects.update_or_create(
        community=community, defaults=wanted | {"set_at": now()}
    )
    record(
        TargetsSet(
            actor_id=member.pk,
            community_id=community.pk,
            aware=aware,
            interacting=interacting,
            engaged=engaged,
        )
    )
    return targets


@transaction.atomic
def enter_estimate(
    *,
    member: Member,
    community: Community,
    number: int,
    channel: str,
    source: str,
    method: str,
    starts_on: date,
    ends_on: date,
    is_deduplicated: bool,
) -> Estimate:
    """How many people something reached, with where the number comes from."""
    require(rules.may_run_ladder(fresh_reader(member), community))
    if ends_on < starts_on:
        raise ValidationError({"ends_on": [_("It cannot end before it starts.")]})
    if ends_on > today():
        raise ValidationError({"ends_on": [_("An estimate is about what has been.")]})
    estimate = Estimate.objects.create(
        community=community,
        number=number,
        channel=channel,
        source=source,
        method=method,
        starts_on=starts_on,
        ends_on=ends_on,
        is_deduplicated=is_deduplicated,
        entered_by=member,
    )
    record(
        AudienceEstimated(
            actor_id=member.pk,
            community_id=community.pk,
            estimate_id=estimate.pk,
            number=number,
        )
    )
    return estimate


@transaction.atomic
def withdraw_estimate(*, member: Member, estimate: Estimate) -> None:
    """It is not shown any more; twice changes nothing."""
    require(rules.may_run_ladder(fresh_reader(member), estimate.community))
    standing = Estimate.objects.filter(pk=estimate.pk, withdrawn_at__isnull=True)
    if standing.update(withdrawn_at=now()):
        record(
            EstimateWithdrawn(
                actor_id=member.pk, community_id=estimate.community_id, estimate_id=estimate.pk
            )
        )


@transaction.atomic
def move_kind(*, member: Member, community: Community, kind: str, rung: Rung) -> None:
    """Put a kind of act on another rung here, or back on its usual one."""
    require(rules.may_run_ladder(fresh_reader(member), community))
    require(rules.may_put_on(kind, rung))
    if all_kinds()[kind].rung == rung:
        KindRung.objects.filter(community=community, kind=kind).delete()
    else:
        KindRung.objects.update_or_create(
            community=community, kind=kind, defaults={"rung": rung.value}
        )
    record(KindMoved(actor_id=member.pk, community_id=community.pk, kind=kind, to_rung=rung))


@transaction.atomic
def tell_whose_rung_lapses(*, community: Community) -> int:
    """One notice to each, within the thirty days before they stand lower; returns how many."""
    with counting_all():
        lapsing = lapsing_in(community.pk)
    told = 0
    for member_id, level, last_at in lapsing:
        told += notify(
            member_ids=[member_id],
            kind="insights.rung_lapses",
            key=f"{community.pk}.{level}.{last_at.date().isoformat()}",
            community_id=community.pk,
            details={"community_id": community.pk, "level": level},
        )
    return told
