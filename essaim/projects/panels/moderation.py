from collections.abc import Collection

from django.urls import reverse

from essaim.communities.readers import Reader
from essaim.discussions.queries import MODERATED_THINGS, ThingShown
from essaim.foundation.text import render_markdown
from essaim.members.queries import display_name
from essaim.projects import rules
from essaim.projects.models import OBSERVATION, PROJECT, Objection, Observation, Project
from essaim.projects.queries.judged import (
    objections_to_judge,
    observations_to_judge,
    projects_to_judge,
)


@MODERATED_THINGS.fills(subplatform="projects", order=40)
def moderated_projects(
    reader: Reader, ids: Collection[tuple[str, int]]
) -> dict[tuple[str, int], list[ThingShown]]:
    """Projects and needs seen before the moderators, one query each where there are any."""
    found: dict[tuple[str, int], list[ThingShown]] = {}
    if projects := [pk for kind, pk in ids if kind == PROJECT]:
        for one in projects_to_judge(reader, projects):
            found[PROJECT, one.pk] = [_project(one)]
    if observed := [pk for kind, pk in ids if kind == OBSERVATION]:
        for need in observations_to_judge(reader, observed):
            found[OBSERVATION, need.pk] = [_observation(need)]
    if objected := [pk for kind, pk in ids if kind == rules.OBJECTION]:
        for objection in objections_to_judge(reader, objected):
            found[rules.OBJECTION, objection.pk] = [_objection(objection)]
    return found


def _objection(one: Objection) -> ThingShown:
    return ThingShown(
        name=one.words[:80],
        stands_in=one.project.community.name,
        url=reverse("project", args=[one.project.public_id]) + "#objections",
        author=display_name(one.author) if one.author else "",
        source=one.words,
        text=render_markdown(one.words),
        lang=one.project.language,
        written_at=one.at,
    )


def _project(one: Project) -> ThingShown:
    source = "\n\n".join(filter(None, [one.problem, one.for_whom, one.smallest_version]))
    return ThingShown(
        name=one.community.name,
        stands_in=rules.host_of(one).name,
        url=reverse("project", args=[one.public_id]),
        author=display_name(one.bearer) if one.bearer else "",
        source=source,
        text=render_markdown(source),
        lang=one.language,
        written_at=one.created_at,
    )


def _observation(one: Observation) -> ThingShown:
    return ThingShown(
        name=one.what[:80],
        stands_in=one.community.name,
        url=reverse("observations", args=[one.community.slug]) + f"#{one.public_id}",
        author=display_name(one.author) if one.author else "",
        source=one.what,
        text=render_markdown(one.what),
        lang=one.language,
        written_at=one.created_at,
    )
