"""What a project tells those who want to do the same, and where it spread."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.urls import reverse

from essaim.communities.models import Community
from essaim.communities.readers import Reader
from essaim.communities.rules import communities_visible_to
from essaim.places.models import Place
from essaim.projects.models import (
    UNOPENED,
    KitFile,
    Project,
    Story,
    ascending_from,
    descending_from,
)
from essaim.projects.queries.logbook import Head, head_of
from essaim.projects.rules import (
    SUBPLATFORM,
    may_file,
    projects_visible_to,
)
from essaim.projects.rules import (
    effects as rules,
)


@dataclass(frozen=True, slots=True)
class Node:
    """One project of the tree, with those that started from it."""

    title: str
    href: str
    meta: str
    lang: str
    is_here: bool
    children: list["Node"] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class KitLine:
    public_id: str
    label: str
    name: str
    kilobytes: int


@dataclass(frozen=True, slots=True)
class StoryPage:
    """`places`: in how many places a project of this tree lives, this one's included."""

    head: Head
    is_told: bool
    what_worked: str
    what_was_hard: str
    first_step: str
    told_on: date | None
    problem: str
    smallest_version: str
    tree: tuple[Node, ...]
    projects: int
    places: int
    kit: tuple[KitLine, ...]
    reads_kit: bool
    may_tell: Any
    may_fill: bool


def story_for_page(reader: Reader, project: Project) -> StoryPage:
    story: Story | None = getattr(project, "story", None)
    told = story if rules.is_told(story) else None
    family = _family(reader, project)
    may_read = rules.may_read_kit(reader, project)
    files = project.kit.select_related("file").order_by("added_at", "pk") if may_read else ()
    place_ids = {one.community.place_id for one in family if one.community.place_id}
    return StoryPage(
        head=head_of(reader, project),
        is_told=told is not None,
        what_worked=told.what_worked if told else "",
        what_was_hard=told.what_was_hard if told else "",
        first_step=told.first_step if told else "",
        told_on=told.told_at.date() if told else None,
        problem=project.problem,
        smallest_version=project.smallest_version,
        tree=tuple(_tree(family, project)),
        projects=len(family),
        places=len(place_ids),
        kit=tuple(
            KitLine(
                public_id=one.public_id,
                label=one.label,
                name=one.file.shown_name,
                kilobytes=-(-one.file.size // 1000),
            )
            for one in files
        ),
        reads_kit=bool(may_read),
        may_tell=rules.may_tell_story(reader, project),
        may_fill=bool(rules.may_fill_kit(reader, project)),
    )


def _family(reader: Reader, project: Project) -> list[Project]:
    """All of the tree that this project stands in, as far as the reader sees it; one query."""
    first = ascending_from([project.pk])
    ids = Project.objects.filter(pk__in=first).values_list("pk", flat=True)
    seen = projects_visible_to(reader).filter(pk__in=descending_from(list(ids)))
    shown = seen.exclude(state__in=UNOPENED) | seen.filter(pk=project.pk)
    return list(shown.select_related("community__place").order_by("started_on", "created_at", "pk"))


def _tree(family: list[Project], here: Project) -> list[Node]:
    """Whose origin is not shown stands at the top."""
    nodes = {one.pk: _node(one, here) for one in family}
    tops: list[Node] = []
    for one in family:
        parent = nodes.get(one.copied_from_id or 0)
        (parent.children if parent else tops).append(nodes[one.pk])
    return tops


def _node(project: Project, here: Project) -> Node:
    place: Place | None = project.community.place
    words = [place.name if place else "", str(project.get_state_display())]
    return Node(
        title=project.community.name,
        href=reverse("project", args=[project.public_id]),
        meta=", ".join(word for word in words if word),
        lang=project.language,
        is_here=project.pk == here.pk,
    )


def kit_file_for_reading(reader: Reader, public_id: str) -> KitFile | None:
    """For the teams that may: nobody else learns that it is there."""
    files = KitFile.objects.filter(public_id=public_id)
    file = files.select_related("project__community__parent", "file").first()
    return file if file and rules.may_read_kit(reader, file.project) else None


def hosts_to_choose(reader: Reader) -> list[Community]:
    """Communities in which the reader may begin a project."""
    own = communities_visible_to(reader, subplatform=SUBPLATFORM).filter(
        pk__in=reader.community_ids
    )
    return [one for one in own.order_by("name_key", "pk") if may_file(reader, one)]
