"""Projects, objections and needs seen as moderators and those who wrote them read them."""

from collections.abc import Collection

from django.db.models import Q, QuerySet

from essaim.communities.readers import Reader
from essaim.projects import rules
from essaim.projects.models import Objection, Observation, Project


def projects_to_judge(reader: Reader, ids: Collection[int]) -> QuerySet[Project]:
    seen = Q(bearer=reader.member_id or 0)
    seen |= Q(pk__in=rules.projects_visible_to(reader).values("pk"))
    return Project.objects.filter(seen, pk__in=ids).select_related("bearer", "community__parent")


def observations_to_judge(reader: Reader, ids: Collection[int]) -> QuerySet[Observation]:
    seen = Q(author=reader.member_id or 0)
    seen |= Q(pk__in=rules.observations_visible_to(reader).values("pk"))
    return Observation.objects.filter(seen, pk__in=ids).select_related("author", "community")


def objections_to_judge(reader: Reader, ids: Collection[int]) -> QuerySet[Objection]:
    seen = Q(author=reader.member_id or 0)
    seen |= Q(project__in=rules.projects_visible_to(reader).values("pk"))
    found = Objection.objects.filter(seen, pk__in=ids)
    return found.select_related("author", "project__community__parent")
