"""What notices, the register of commitments and Today say of projects' news."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db.models import F, Q

from essaim.communities.models import Role
from essaim.communities.readers import Reader
from essaim.foundation.clock import today
from essaim.foundation.text import plain_excerpt
from essaim.projects.models import FollowUp, Gate, Invitation, Project
from essaim.projects.rules import projects_visible_to
from essaim.projects.rules.effects import TOLD_EARLY

EXCERPT = 80


def beginning(text: str) -> str:
    return plain_excerpt(text, EXCERPT)


def projects_told_of(reader: Reader, project_ids: set[int]) -> dict[int, Project]:
    found = projects_visible_to(reader).filter(pk__in=project_ids).select_related("community")
    return {one.pk: one for one in found}


def gates_told_of(reader: Reader, gate_ids: Collection[int]) -> dict[int, Gate]:
    """Those of projects that the reader sees."""
    seen = Gate.objects.filter(project__in=projects_visible_to(reader))
    return seen.select_related("project__community").in_bulk(gate_ids)


def invitations_told_of(reader: Reader, invitation_ids: Collection[int]) -> dict[int, Invitation]:
    """Those for the reader, and those of projects that the reader sees."""
    seen = Q(member=reader.member_id) | Q(project__in=projects_visible_to(reader))
    found = Invitation.objects.filter(seen).select_related("project__community", "member")
    return found.in_bulk(invitation_ids)


def follow_ups_told_of(follow_up_ids: set[int]) -> dict[int, FollowUp]:
    """Those that are still owed; no query where none is named."""
    if not follow_up_ids:
        return {}
    return {one.pk: one for one in FollowUp.objects.owed().filter(pk__in=follow_up_ids)}


@dataclass(frozen=True, slots=True)
class NewsToTell:
    name: str
    follow_up: str
    due_on: date


def news_to_tell(reader: Reader, *, most: int) -> list[NewsToTell]:
    """The oldest first; no query for whoever bears nothing."""
    bearing = [pk for pk, role in reader.roles if role == Role.HOST]
    standing_in = [pk for pk, role in reader.roles if role == Role.REFERENT]
    if not (bearing or standing_in):
        return []
    mine = Q(project__community__in=bearing) | Q(
        project__community__in=standing_in, project__bearer__isnull=True
    )
    owed = FollowUp.objects.owed().filter(
        mine,
        due_on__lte=today() + TOLD_EARLY,
        project__withdrawn_at__isnull=True,
        project__hidden_at__isnull=True,
    )
    rows = owed.order_by("due_on", "pk").values_list(
        F("project__community__name"), "public_id", "due_on"
    )
    return [NewsToTell(*row) for row in rows[:most]]
