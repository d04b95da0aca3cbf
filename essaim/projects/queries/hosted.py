"""What a community has of projects: for its landing, its figures, its desk, its merging."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import F, OuterRef, QuerySet, Window
from django.db.models.functions import RowNumber

from essaim.communities.models import Community, Kind
from essaim.communities.readers import Reader
from essaim.foundation.clock import today
from essaim.foundation.counting import count_of
from essaim.projects import rules
from essaim.projects.models import LIVE, UNOPENED, Observation, Project, State, Validation
from essaim.projects.queries.projects import ProjectLine, project_line

SHOWN = 3


def beyond_drafts() -> QuerySet[Project]:
    """Those of which a community’s page may tell something."""
    return Project.objects.exclude(state=State.DRAFT)


def projects_of(reader: Reader, ids: Collection[int]) -> dict[int, str]:
    """Of communities that are a project’s own: its public id, as far as the reader sees it."""
    found = rules.projects_visible_to(reader).filter(community__in=ids)
    return dict(found.values_list("community_id", "public_id"))


def projects_on_landing(
    reader: Reader, ids: Collection[int]
) -> dict[int, tuple[str, list[ProjectLine]]]:
    """(slug, the latest ones under way) of each community they were filed right in; one query."""
    placed = Window(
        RowNumber(), partition_by=F("community__parent"), order_by=[F("created_at").desc(), "pk"]
    )
    rows = (
        rules.projects_visible_to(reader)
        .filter(community__parent__in=ids, state__in=LIVE)
        .annotate(placed=placed)
        .filter(placed__lte=SHOWN)
        .select_related("bearer", "community__place", "community__parent")
    )
    found: dict[int, tuple[str, list[ProjectLine]]] = {}
    for one in rows.order_by("placed"):
        host = rules.host_of(one)
        found.setdefault(host.pk, (host.slug, []))[1].append(project_line(one))
    return found


@dataclass(frozen=True, slots=True)
class Hosted:
    """Of one community: projects told and alive, what waits, what is late."""

    told: int
    live: int
    waiting: int
    late: int


def hosted_in(ids: Collection[int]) -> dict[int, Hosted]:
    """One query."""
    projects = Project.objects.filter(community__parent=OuterRef("pk")).standing()
    waiting = Validation.objects.waiting().filter(
        project__community__parent=OuterRef("pk"), project__withdrawn_at__isnull=True
    )
    rows: QuerySet[Any] = Community.objects.filter(pk__in=ids).annotate(
        projects_told=count_of(projects.exclude(state__in=UNOPENED)),
        projects_live=count_of(projects.filter(state__in=LIVE)),
        projects_waiting=count_of(waiting),
        projects_late=count_of(waiting.filter(due_on__lt=today())),
    )
    return {
        one.pk: Hosted(
            one.projects_told, one.projects_live, one.projects_waiting, one.projects_late
        )
        for one in rows
    }


def where_the_queue_is_seen(reader: Reader, ids: Collection[int]) -> list[Community]:
    """Those among them whose waiting projects the reader may see."""
    rows = Community.objects.filter(pk__in=ids)
    return [one for one in rows if rules.may_see_queue(reader, one)]


def leaving(reader: Reader, ids: Collection[int]) -> dict[int, bool]:
    """By community of a project that the reader follows: whether they bear it.

    No query for communities of other kinds.
    """
    followed = {one.community_id for one in reader.communities if one.kind == Kind.PROJECT}
    if not (ids := followed & set(ids)):
        return {}
    rows = Project.objects.filter(community__in=ids).values_list("community_id", "bearer_id")
    return {pk: bearer_id == reader.member_id for pk, bearer_id in rows}


def held_by(ids: Collection[int]) -> dict[int, tuple[int, int, int]]:
    """Projects, needs seen, and projects under way of each community; one query."""
    projects = Project.objects.filter(community__parent=OuterRef("pk")).standing()
    seen = Observation.objects.filter(community=OuterRef("pk")).standing()
    rows: QuerySet[Any] = Community.objects.filter(pk__in=ids).annotate(
        projects_held=count_of(projects),
        needs_seen=count_of(seen),
        projects_alive=count_of(projects.filter(state__in=LIVE)),
    )
    return {one.pk: (one.projects_held, one.needs_seen, one.projects_alive) for one in rows}
