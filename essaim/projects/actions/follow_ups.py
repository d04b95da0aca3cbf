"""News of a project that are owed after some months, whatever became of it."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from essaim.commitments.actions import (
    cancel_commitment,
    hand_over_commitments,
    keep_commitment,
    make_commitment,
)
from essaim.commitments.models import CommitmentKind
from essaim.communities.actions.tree import set_lines_and_texts
from essaim.communities.models import Mandate
from essaim.communities.readers import fresh_reader
from essaim.foundation.access import require
from essaim.foundation.activity import record
from essaim.foundation.clock import now, today
from essaim.members.models import Member
from essaim.projects.actions.projects import about, locked
from essaim.projects.facts.effects import FollowUpsPlanned, NewsTold
from essaim.projects.models import (
    FOLLOW_UP,
    FOLLOW_UP_MONTHS,
    UNOPENED,
    CountsFrom,
    FollowUp,
    Project,
    State,
    months_after,
)
from essaim.projects.rules import effects as rules

KIND = CommitmentKind.FOLLOW_UP


@transaction.atomic
def plan_follow_ups(*, project_id: int) -> int:
    """Owe what is not owed yet after its start, or after its end; asking again changes nothing.

    What had passed long ago when it was written down (an import) is not owed.
    """
    project = locked(Project(pk=project_id))
    if project.withdrawn_at or project.state in UNOPENED:
        return 0
    if project.state == State.ENDED:
        _cancel(project, Q(counts_from=CountsFrom.START), _("The project has ended."))
        return _plan(project, CountsFrom.END, project.ended_on or today())
    _cancel(project, Q(counts_from=CountsFrom.END), _("The project goes on."))
    start = project.started_on
    return _plan(project, CountsFrom.START, start) if start else 0


def _plan(project: Project, counts_from: CountsFrom, since: date) -> int:
    planned = 0
    for months in FOLLOW_UP_MONTHS:
        due_on = months_after(since, months)
        if project.source_key and due_on < today():
            continue
        made = FollowUp.objects.bulk_create(
            [FollowUp(project=project, counts_from=counts_from, months=months, due_on=due_on)],
            ignore_conflicts=True,
        )
        standing = FollowUp.objects.filter(public_id=made[0].public_id).first()
        if standing:
            _owe(project, standing)
            planned += 1
    if planned:
        record(FollowUpsPlanned(**about(project)))
    return planned


def _owe(project: Project, follow_up: FollowUp) -> None:
    owner, role = _who_owes(project)
    make_commitment(
        community=project.community,
        kind=KIND,
        subject_kind=FOLLOW_UP,
        subject_id=follow_up.pk,
        due_on=follow_up.due_on,
        owner_role=role,
        owner_title="",
        owner=owner,
        audience=project.audience,
    )


def _who_owes(project: Project) -> tuple[Member | None, str]:
    """The bearer; the referent where nobody bears it any more."""
    if project.bearer:
        return project.bearer, rules.BEARING
    mandates = Mandate.objects.on(today()).filter(
        community=project.community_id, role=rules.STANDING_IN
    )
    referent = mandates.select_related("member").order_by("starts_on", "pk").first()
    return referent.member if referent else None, rules.STANDING_IN


@transaction.atomic
def hand_over_follow_ups(*, project_id: int) -> None:
    """Somebody else bears the project, or nobody does: what is owed goes with it."""
    project = locked(Project(pk=project_id))
    owner, role = _who_owes(project)
    owed = project.follow_ups.owed().values_list("pk", flat=True)
    hand_over_commitments(
        kind=KIND, subject_kind=FOLLOW_UP, subject_ids=list(owed), owner=owner, owner_role=role
    )


def _cancel(project: Project, which: Q, reason: str) -> None:
    for follow_up in project.follow_ups.owed().filter(which).select_for_update():
        follow_up.cancelled_at = now()
        follow_up.save(update_fields=["cancelled_at"])
        cancel_commitment(kind=KIND, subject_kind=FOLLOW_UP, subject_id=follow_up.pk, reason=reason)


@transaction.atomic
def drop_follow_ups(*, project_id: int) -> None:
    """Of a project that was withdrawn: nothing is owed any more."""
    _cancel(locked(Project(pk=project_id)), Q(), _("The project was withdrawn."))


@transaction.atomic
def tell_news(*, member: Member, follow_up: FollowUp, is_alive: bool, words: str) -> FollowUp:
    """Alive or not, and a few words; two at once leave the first."""
    project = locked(follow_up.project)
    follow_up = FollowUp.objects.select_for_update(of=("self",)).get(pk=follow_up.pk)
    follow_up.project = project
    require(rules.may_tell_news(fresh_reader(member), follow_up))
    set_lines_and_texts(follow_up, {"words": words})
    if not follow_up.words:
        raise ValidationError({"words": [_("Say in a few words how it goes.")]})
    follow_up.is_alive, follow_up.done_by, follow_up.done_at = is_alive, member, now()
    follow_up.save(update_fields=["words", "is_alive", "done_by", "done_at"])
    keep_commitment(kind=KIND, subject_kind=FOLLOW_UP, subject_id=follow_up.pk, actor=member)
    record(
        NewsTold(
            **about(project, member),
            follow_up_id=follow_up.pk,
            is_alive=is_alive,
            due_on=follow_up.due_on,
        )
    )
    return follow_up
