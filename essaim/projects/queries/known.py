"""What rules ask of a project, found once for all those of a list: they ask no query then."""

from collections import defaultdict
from collections.abc import Collection
from typing import Any

from essaim.communities.models import Mandate
from essaim.foundation.clock import today
from essaim.projects.models import TEAM_ROLES, SponsorKind, Sponsorship
from essaim.projects.rules import inside_among


def know_teams(projects: Collection[Any]) -> None:
    """One query."""
    teams: dict[int, list[int]] = defaultdict(list)
    held = Mandate.objects.on(today()).filter(
        community__in=[one.community_id for one in projects], role__in=TEAM_ROLES
    )
    for community_id, member_id in held.values_list("community_id", "member_id"):
        teams[community_id].append(member_id)
    for one in projects:
        one.known_team = teams[one.community_id]


def know_sponsors(projects: Collection[Any]) -> None:
    """Who sponsors them today, and which of these stand inside; one query, six with sponsors."""
    sponsors: dict[int, list[Sponsorship]] = defaultdict(list)
    for made in Sponsorship.objects.on(today()).filter(project__in=[one.pk for one in projects]):
        sponsors[made.project_id].append(made)
    near = {
        (one, made.member_id)
        for one in projects
        for made in sponsors[one.pk]
        if made.kind == SponsorKind.MAIN and made.member_id and not made.exception_reason
    }
    inside = inside_among(near)
    for one in projects:
        one.sponsors_today = sponsors[one.pk]
        one.known_inside = {
            member_id: (one.pk, member_id) in inside
            for project, member_id in near
            if project.pk == one.pk
        }
