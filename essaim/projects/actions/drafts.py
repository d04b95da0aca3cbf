"""How a project begins: from nothing, from a need seen, or offered to the author of an idea."""

from typing import Any

from django.db import transaction

from essaim.communities.actions.belonging import enter, hold_member
from essaim.communities.actions.mandates import give
from essaim.communities.actions.tree import free_slug, lock_tree
from essaim.communities.models import Community, Kind, Mandate, Role
from essaim.communities.readers import fresh_reader
from essaim.foundation.access import require
from essaim.foundation.activity import record
from essaim.foundation.clock import now
from essaim.ideas.models import ADOPTING, Idea
from essaim.ideas.queries.fate import answer_of
from essaim.members.models import Member
from essaim.places.models import Place
from essaim.projects import rules
from essaim.projects.actions.projects import (
    NAME_LENGTH,
    about,
    checked_language,
    locked,
    set_project_name,
    set_words,
)
from essaim.projects.facts import ProjectDeclined, ProjectDrafted, ProjectTakenUp
from essaim.projects.models import PART_LENGTH, Observation, Project


@transaction.atomic
def file_project(
    *,
    member: Member,
    host: Community,
    consent_text: str,
    name: str,
    place: Place | None = None,
    language: str | None = None,
    observation: Observation | None = None,
    copied_from: Project | None = None,
    **texts: Any,
) -> Project:
    """Begin a project in a community: a draft that its bearer and their team alone see."""
    lock_tree()
    hold_member(member)
    host = Community.objects.hold_open(host.pk)
    reader = fresh_reader(member)
    require(rules.may_file(reader, host))
    if observation:
        require(rules.may_start_from(reader, observation))
    project = Project(
        language=checked_language(language or member.language),
        observation=observation,
        copied_from=copied_from,
    )
    set_words(project, texts)
    project.community = _community(host, name, project, place)
    project.bearer = member
    project.save()
    _settle(member, project, consent_text)
    record(ProjectDrafted(**about(project, member)))
    return project


def _community(host: Community, name: str, project: Project, place: Place | None) -> Community:
    """Its own, under the host and not open yet; under the lock of the tree."""
    community = Community(
        kind=Kind.PROJECT,
        parent=host,
        ancestor_ids=[*host.ancestor_ids, host.pk],
        place=place,
        language=project.language,
        visibility=host.visibility,
        is_political=False,
    )
    set_project_name(community, name)
    community.purpose = project.problem
    community.slug = free_slug(community.name)
    community.save()
    return community


def _settle(member: Member, project: Project, consent_text: str) -> None:
    """Whoever bears it belongs to it and hosts its community."""
    enter(member, project.community, consent_text)
    give(
        member,
        Mandate(community=project.community, member=member, role=Role.HOST, given_by=member),
    )


@transaction.atomic
def draft_of_idea(*, idea_id: int) -> Project | None:
    """A draft for the author of an adopted idea, who takes it up or not; once, heard how often.

    None where there is nobody to offer it to, or where the community does without projects.
    """
    lock_tree()
    ideas = Idea.objects.select_related("debate__community", "answer", "author")
    idea = ideas.filter(pk=idea_id).first()
    if idea is None or not _can_become_project(idea):
        return None
    project = Project(
        offered_to=idea.author,
        idea=idea,
        language=idea.language,
        problem=idea.text[:PART_LENGTH].strip(),
    )
    name = idea.title[:NAME_LENGTH].strip()
    project.community = _community(idea.debate.community, name, project, idea.place)
    project.save()
    record(ProjectDrafted(**about(project)))
    return project


def _can_become_project(idea: Idea) -> bool:
    answer = answer_of(idea)
    stands = not (idea.withdrawn_at or idea.hidden_at or idea.merged_into_id or idea.divided_at)
    return bool(
        stands
        and idea.title
        and idea.author
        and idea.author.is_active
        and answer is not None
        and answer.decision in ADOPTING
        and idea.debate.community.is_open
        and rules.are_on(idea.debate.community)
        and not Project.objects.filter(idea=idea, withdrawn_at__isnull=True).exists()
    )


@transaction.atomic
def take_up(*, member: Member, project: Project, consent_text: str) -> Project:
    """The author of the idea bears it from now on."""
    hold_member(member)
    project = locked(project)
    require(rules.may_take_up(fresh_reader(member), project))
    project.offered_to, project.bearer = None, member
    project.save(update_fields=["offered_to", "bearer"])
    _settle(member, project, consent_text)
    record(ProjectTakenUp(**about(project, member)))
    return project


@transaction.atomic
def decline(*, member: Member, project: Project) -> None:
    """The author of the idea leaves it to others: the draft is gone, anybody may start another."""
    project = locked(project)
    require(rules.may_take_up(fresh_reader(member), project))
    _take_offer_away(project)
    record(ProjectDeclined(**about(project, member)))


def _take_offer_away(project: Project) -> None:
    project.offered_to = None
    project.withdrawn_at = now()
    project.save(update_fields=["offered_to", "withdrawn_at"])


@transaction.atomic
def take_offer_back(*, idea_id: int) -> None:
    """The idea is not adopted any more: what nobody has taken up is gone."""
    offered = Project.objects.filter(idea=idea_id, offered_to__isnull=False)
    for one in offered.select_for_update():
        _take_offer_away(one)
