"""How projects, needs seen and objections are hidden and shown again."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from essaim.commitments.actions import cancel_commitment
from essaim.commitments.models import CommitmentKind
from essaim.communities.models import Audience, Community, Visibility
from essaim.communities.readers import fresh_reader
from essaim.discussions.actions import Handling, Thing, handles, hide_thing
from essaim.discussions.models import Waiting
from essaim.foundation.access import require
from essaim.foundation.activity import record
from essaim.foundation.clock import now
from essaim.foundation.http.cache import bump_generation
from essaim.members.models import Member
from essaim.projects import rules
from essaim.projects.actions.projects import about, locked
from essaim.projects.actions.support import owe_answer
from essaim.projects.facts import NeedObserved, ObjectionHidden, ObservationHidden, ProjectHidden
from essaim.projects.models import (
    OBSERVATION,
    PROJECT,
    UNOPENED,
    Objection,
    Observation,
    Project,
)

HIDING = ["hidden_at", "hidden_by", "hiding_reason", "waiting_for", "audience"]


@transaction.atomic
def hide_project(*, member: Member, project: Project, reason: str, word: str = "") -> None:
    """A moderator's decision, with its reason: only those who hold a role still read it."""
    require(rules.may_hide_project(fresh_reader(member), locked(project)))
    hide_thing(member=member, kind=PROJECT, subject_id=project.pk, reason=reason, word=word)


@transaction.atomic
def hide_observation(
    *, member: Member, observation: Observation, reason: str, word: str = ""
) -> None:
    require(rules.may_hide_observation(fresh_reader(member), _observation(observation.pk)))
    hide_thing(member=member, kind=OBSERVATION, subject_id=observation.pk, reason=reason, word=word)


def _observation(observation_id: int) -> Observation:
    return (
        Observation.objects.select_for_update(of=("self",))
        .select_related("community")
        .get(pk=observation_id)
    )


def _project_thing(project_id: int) -> Thing:
    project = locked(Project(pk=project_id))
    parts = (project.problem, project.for_whom, project.smallest_version, project.means)
    return Thing(
        kind=PROJECT,
        pk=project.pk,
        community=rules.host_of(project),  # its own hosts bear it
        audience=Audience.PUBLIC,
        author_id=project.bearer_id,
        text="\n".join([project.community.name, *parts]),
        is_hidden=project.hidden_at is not None,
        waiting_for=Waiting(project.waiting_for) if project.waiting_for else None,
        is_gone=project.withdrawn_at is not None,
        may_see=lambda reader: rules.may_see_project(reader, project),
        # Others follow it and count on it: it is hidden by a decision only.
        speaks_for_others=project.state not in UNOPENED,
        row=project,
    )


def observation_thing(one: Observation) -> Thing:
    return Thing(
        kind=OBSERVATION,
        pk=one.pk,
        community=one.community,
        audience=Audience.PUBLIC,
        author_id=one.author_id,
        text=one.what,
        is_hidden=one.hidden_at is not None,
        waiting_for=Waiting(one.waiting_for) if one.waiting_for else None,
        is_gone=one.withdrawn_at is not None,
        may_see=lambda reader: rules.may_see_observation(reader, one),
        row=one,
    )


def _objection_thing(objection_id: int) -> Thing:
    one = (
        Objection.objects.select_for_update(of=("self",))
        .select_related("project__community__parent")
        .get(pk=objection_id)
    )
    return Thing(
        kind=rules.OBJECTION,
        pk=one.pk,
        community=rules.host_of(one.project),
        audience=Audience.PUBLIC,
        author_id=one.author_id,
        text=one.words,
        is_hidden=one.hidden_at is not None,
        waiting_for=Waiting(one.waiting_for) if one.waiting_for else None,
        is_gone=False,
        may_see=lambda reader: rules.may_see_project(reader, one.project),
        row=one,
    )


def _hide(row: Any, member: Member | None, reason: str) -> None:
    row.hidden_at, row.hidden_by, row.hiding_reason = now(), member, reason
    row.waiting_for = "" if member else Waiting.DECISION
    row.audience = Audience.ROLE_HOLDERS
    row.save(update_fields=HIDING)


def _show(row: Any) -> None:
    row.hidden_at = row.hidden_by = None
    row.hiding_reason = row.waiting_for = ""
    is_gone = getattr(row, "withdrawn_at", None) is not None
    row.audience = Audience.NOBODY if is_gone else Audience.PUBLIC
    row.save(update_fields=HIDING)


def _hide_project(thing: Thing, member: Member | None, reason: str) -> None:
    """Its community says the same words and bears its name: neither is told any more."""
    _hide(thing.row, member, reason)
    Community.objects.filter(pk=thing.row.community_id).update(
        purpose="", visibility=Visibility.MEMBERS
    )
    if member:
        record(ProjectHidden(**about(thing.row, member)))


def _show_project(thing: Thing, _member: Member | None) -> None:
    project: Project = thing.row
    _show(project)
    Community.objects.filter(pk=project.community_id).update(
        purpose=project.problem, visibility=rules.host_of(project).visibility
    )


def _hide_observation(thing: Thing, member: Member | None, reason: str) -> None:
    _hide(thing.row, member, reason)
    if member:
        record(
            ObservationHidden(
                actor_id=member.pk,
                community_id=thing.community.pk,
                audience=thing.row.audience,
                observation_id=thing.pk,
            )
        )


def _hide_objection(thing: Thing, member: Member | None, reason: str) -> None:
    """An answer that was owed is owed no more."""
    one = thing.row
    _hide(one, member, reason)
    bump_generation()
    if member is None:
        return
    if one.answered_at is None:
        cancel_commitment(
            kind=CommitmentKind.OBJECTION,
            subject_kind=rules.OBJECTION,
            subject_id=one.pk,
            reason=_("The objection was hidden by a moderator."),
        )
    record(
        ObjectionHidden(
            actor_id=member.pk,
            community_id=one.project.community_id,
            audience=one.audience,
            project_id=one.project_id,
            objection_id=one.pk,
        )
    )


def _show_objection(thing: Thing, member: Member | None) -> None:
    """A decision that is taken back owes the answer again."""
    one: Objection = thing.row
    was_decided = one.hidden_by_id is not None
    _show(one)
    bump_generation()
    if was_decided and one.answered_at is None:
        owe_answer(one, member)


def _show_observation(thing: Thing, _member: Member | None) -> None:
    _show(thing.row)
    if thing.waiting_for == Waiting.LOOK:
        record_observed(thing.row)


def record_observed(one: Observation) -> None:
    """It can be read from now on, whoever let it be shown."""
    record(
        NeedObserved(
            actor_id=one.author_id,
            community_id=one.community_id,
            audience=one.audience,
            observation_id=one.pk,
        )
    )


handles(
    PROJECT,
    Handling(
        lock=_project_thing,
        hide=_hide_project,
        show=_show_project,
    ),
)
handles(
    OBSERVATION,
    Handling(
        lock=lambda pk: observation_thing(_observation(pk)),
        hide=_hide_observation,
        show=_show_observation,
    ),
)
handles(
    rules.OBJECTION,
    Handling(
        lock=_objection_thing,
        hide=_hide_objection,
        show=_show_objection,
    ),
)
