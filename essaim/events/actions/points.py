"""Who does what by when: each action point is a commitment about the gathering it was agreed at."""

from collections.abc import Collection
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from essaim.commitments.actions import (
    cancel_commitment,
    hand_over_commitments,
    keep_commitment,
    make_commitment,
    show_commitments_to,
)
from essaim.commitments.models import Commitment, CommitmentKind, CommitmentQuerySet
from essaim.communities.models import Community, Role
from essaim.communities.readers import fresh_reader
from essaim.design.typography import number
from essaim.events import rules
from essaim.events.actions.locks import locked, unseen
from essaim.events.facts import ActionPointGivenBack, ActionPointHandedOver, ActionPointTaken
from essaim.events.models import (
    ACTION_POINT,
    MOST_POINTS,
    POINT_LENGTH,
    ActionPoint,
    CoHolder,
    Event,
)
from essaim.foundation.access import Refused, require
from essaim.foundation.activity import record
from essaim.foundation.clock import now
from essaim.members.models import Member
from essaim.needs.actions.values import Checks

TASK = CommitmentKind.TASK


@transaction.atomic
def add_point(
    *, member: Member, event: Event, text: str, owner: Member | None, due_on: date | None
) -> ActionPoint:
    """Somebody who was there does something by a day, or nobody yet: then those who hold it owe it.

    Written down twice, it stands once.
    """
    event = locked(event.pk)
    require(rules.may_add_point(fresh_reader(member), event))
    checks = Checks()
    checks.line("text", text, longest=POINT_LENGTH)
    checks.day("due_on", due_on, needed=True)
    if owner and not (may := rules.may_take_on(fresh_reader(owner), event, member.pk)):
        checks.say("owner", str(may.reason))
    given = checks.done()
    standing = _standing(event)
    promised = standing.filter(promise=given["text"], owner=owner, due_on=given["due_on"]).first()
    if promised:
        return ActionPoint.objects.get(pk=promised.subject_id)
    if standing.count() >= MOST_POINTS:
        words = ngettext(
            "At most %(most)s open action point for one gathering.",
            "At most %(most)s open action points for one gathering.",
            MOST_POINTS,
        )
        raise ValidationError(words % {"most": number(MOST_POINTS)})
    point = ActionPoint.objects.create(event=event)
    make_commitment(
        community=event.community,
        kind=TASK,
        subject_kind=ACTION_POINT,
        subject_id=point.pk,
        due_on=given["due_on"],
        owner_role=Role.HOST,
        owner_title=owner_title(event.community),
        owner=owner,
        promise=given["text"],
        audience=rules.points_audience(event),
        actor=member,
    )
    return point


@transaction.atomic
def finish_point(*, member: Member, point: ActionPoint) -> None:
    event = locked(point.event_id)
    owed = _owed(point)
    require(rules.may_end_point(fresh_reader(member), event, owed.owner_id))
    keep_commitment(kind=TASK, subject_kind=ACTION_POINT, subject_id=point.pk, actor=member)


@transaction.atomic
def drop_point(*, member: Member, point: ActionPoint) -> None:
    """Nobody owes it any more."""
    event = locked(point.event_id)
    _owed(point)
    require(rules.may_drop_point(fresh_reader(member), event))
    with override(event.community.language):
        reason = _("Those who hold the gathering no longer want it done.")
    cancel_commitment(
        kind=TASK, subject_kind=ACTION_POINT, subject_id=point.pk, reason=reason, actor=member
    )


@transaction.atomic
def hand_point_over(*, member: Member, point: ActionPoint, owner: Member | None) -> None:
    """To somebody else who was there, by those who hold it; None: to nobody yet."""
    event = locked(point.event_id)
    owed = _owed(point)
    require(rules.may_add_point(fresh_reader(member), event))
    if owner and not (may := rules.may_take_on(fresh_reader(owner), event, member.pk)):
        raise ValidationError({"owner": str(may.reason)})
    if owed.owner_id == (owner.pk if owner else None):
        return
    _hand_over([point.pk], owner)
    record(ActionPointHandedOver(actor_id=member.pk, point_id=point.pk, at=now(), **unseen(event)))


@transaction.atomic
def take_point(*, member: Member, point: ActionPoint) -> bool:
    """What nobody has yet; False for whoever has it already. Of two at once one has it."""
    event = locked(point.event_id)
    owed = _owed(point)
    require(rules.may_take(fresh_reader(member), event))
    if owed.owner_id == member.pk:
        return False
    if owed.owner_id is not None:
        raise ValidationError(_("Somebody else has taken this on: thank you all the same."))
    _hand_over([point.pk], member)
    record(ActionPointTaken(actor_id=member.pk, point_id=point.pk, **unseen(event)))
    return True


@transaction.atomic
def give_point_back(*, member: Member, point: ActionPoint) -> None:
    """Who took it on cannot do it: those who hold the gathering owe it again, and are told."""
    event = locked(point.event_id)
    owed = _owed(point)
    require(rules.may_give_back(fresh_reader(member), owed.owner_id))
    _hand_over([point.pk], None)
    record(ActionPointGivenBack(actor_id=member.pk, point_id=point.pk, at=now(), **unseen(event)))


def free_points_of(member: Member, community_id: int, *, still_in: Collection[int]) -> None:
    """Whoever leaves owes nothing there any more; nor at what was held together with a community
    that they are not in either.
    """
    together = CoHolder.objects.filter(community=community_id, accepted_at__isnull=False)
    beside = Q(event__in=together.values("event")) & ~Q(event__community__in=still_in)
    there = ActionPoint.objects.filter(Q(event__community=community_id) | beside)
    owed = (
        Commitment.objects.standing()
        .select_for_update()
        .filter(kind=TASK, subject_kind=ACTION_POINT, owner=member)
        .filter(subject_id__in=there.values("pk"))
    )
    _hand_over([one.subject_id for one in owed], None)


def show_points_again(event: Event) -> None:
    """As hidden as the gathering is that they were agreed at, or no longer."""
    show_commitments_to(
        rules.points_audience(event),
        kind=TASK,
        subject_kind=ACTION_POINT,
        subject_ids=list(event.action_points.values_list("pk", flat=True)),
    )


def owner_title(community: Community) -> str:
    with override(community.language):
        return _("those who hold the gathering")


def _standing(event: Event) -> CommitmentQuerySet:
    points = event.action_points.values("pk")
    return Commitment.objects.standing().filter(
        kind=TASK, subject_kind=ACTION_POINT, subject_id__in=points
    )


def _owed(point: ActionPoint) -> Commitment:
    """What is still owed, ours alone until the transaction ends."""
    owed = (
        Commitment.objects.standing()
        .select_for_update()
        .filter(kind=TASK, subject_kind=ACTION_POINT, subject_id=point.pk)
        .first()
    )
    if owed is None:
        raise Refused(_("This is done already, or no longer wanted."))
    return owed


def _hand_over(point_ids: list[int], owner: Member | None) -> None:
    if point_ids:
        hand_over_commitments(
            kind=TASK,
            subject_kind=ACTION_POINT,
            subject_ids=point_ids,
            owner=owner,
            owner_role=Role.HOST,
        )
