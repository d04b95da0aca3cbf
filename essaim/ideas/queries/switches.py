"""What a community that switches ideas or its programme off has of them."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import OuterRef, QuerySet

from essaim.commitments.models import Commitment
from essaim.communities.models import Community
from essaim.foundation.counting import count_of
from essaim.ideas.models import Debate, Idea, ProgrammeItem, ProgrammeVersion


@dataclass(frozen=True, slots=True)
class Held:
    """How many there are; `owed` are answers and promises that are still to come."""

    debates: int
    open_debates: int
    ideas: int
    owed: int
    versions: int
    items: int


def held_by(ids: Collection[int]) -> dict[int, Held]:
    """For each of these communities; one query."""
    debates = Debate.objects.filter(community=OuterRef("pk"))
    ideas = Idea.objects.filter(debate__community=OuterRef("pk"))
    owed = Commitment.objects.standing().filter(
        community=OuterRef("pk"), subject_kind__in=["idea", "debate"]
    )
    versions = ProgrammeVersion.objects.filter(programme__community=OuterRef("pk"))
    items = ProgrammeItem.objects.filter(
        section__version__programme__community=OuterRef("pk"),
        section__version__published_at__isnull=True,
    )
    found: QuerySet[Any] = Community.objects.filter(pk__in=ids).annotate(
        debates_held=count_of(debates),
        open_debates_held=count_of(debates.open()),
        ideas_held=count_of(ideas.standing()),
        owed_held=count_of(owed),
        versions_held=count_of(versions.filter(published_at__isnull=False)),
        items_held=count_of(items),
    )
    return {
        one.pk: Held(
            debates=one.debates_held,
            open_debates=one.open_debates_held,
            ideas=one.ideas_held,
            owed=one.owed_held,
            versions=one.versions_held,
            items=one.items_held,
        )
        for one in found
    }
