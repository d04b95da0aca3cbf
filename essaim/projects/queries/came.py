"""What came of ideas: their projects, and whom those have helped."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch, QuerySet

from essaim.communities.readers import Reader
from essaim.projects import rules
from essaim.projects.models import Beneficiaries, Project
from essaim.projects.queries.effect_numbers import people_words, smallest_of


@dataclass(frozen=True, slots=True)
class Came:
    """What came of an idea: its project, how it stands, how many people it has helped."""

    project: Project
    helped: str


def came_of(reader: Reader, ids: Collection[int]) -> dict[int, Came]:
    """By idea, as far as the reader may see the project; two queries.

    People are told as on the page of effects to somebody outside the team: « up to », where they
    are few or of several groups; empty where nobody was counted.
    """
    counts = Beneficiaries.objects.standing().filter(people__gt=0)
    rows: QuerySet[Any] = (
        rules.projects_visible_to(reader)
        .filter(idea__in=ids, withdrawn_at__isnull=True)
        .select_related("community__parent", "bearer")
        .prefetch_related(Prefetch("beneficiaries", counts, to_attr="counted"))
    )
    return {one.idea_id: Came(one, people_words(one.counted, smallest_of(one))) for one in rows}
