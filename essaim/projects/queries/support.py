"""What forms about the support of a project name."""

from essaim.communities.models import Community, Kind
from essaim.communities.readers import Reader
from essaim.communities.rules import communities_visible_to
from essaim.projects.models import Objection, Obstacle, Project, ProjectParty, SupportLine

MOST_UNITS = 300


def line_named(project: Project, public_id: str) -> SupportLine | None:
    found = SupportLine.objects.filter(project=project, public_id=public_id)
    return found.select_related("project__community__parent").first()


def party_named(project: Project, public_id: str) -> ProjectParty | None:
    found = ProjectParty.objects.filter(project=project, public_id=public_id)
    return found.select_related("unit", "project__community").first()


def objection_named(project: Project, public_id: str) -> Objection | None:
    found = Objection.objects.filter(project=project, public_id=public_id)
    return found.select_related("project__community__parent").first()


def obstacle_named(project: Project, public_id: str) -> Obstacle | None:
    found = Obstacle.objects.filter(project=project, public_id=public_id)
    return found.select_related("project__community__parent").first()


def _units(project: Project) -> list[int]:
    """All that the tree around the project holds, from its root down."""
    return [project.community.root_id]


def units_to_name(reader: Reader, project: Project) -> list[tuple[str, str]]:
    """(slug, name) of the services around the project that this reader sees, by name."""
    units = communities_visible_to(reader).filter(
        kind=Kind.UNIT, ancestor_ids__overlap=_units(project)
    )
    return list(units.order_by("name_key", "pk").values_list("slug", "name")[:MOST_UNITS])


def unit_named(project: Project, slug: str) -> Community | None:
    if not slug:
        return None
    units = Community.objects.filter(kind=Kind.UNIT, ancestor_ids__overlap=_units(project))
    return units.filter(slug=slug).first()
