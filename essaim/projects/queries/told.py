"""Whom notices about what is told and counted go to, and which are due."""

from django.db.models import Exists, OuterRef, QuerySet

from essaim.communities.models import Membership, Role
from essaim.foundation.clock import today
from essaim.projects.models import (
    LIVE,
    CountsFrom,
    EntryAudience,
    FollowUp,
    IsolationCheck,
    LogEntry,
    Project,
    State,
)
from essaim.projects.queries.news import TOLD_LATE_FOR, holders, team_of
from essaim.projects.rules.effects import BEARING, STANDING_IN, TOLD_EARLY


def bearers_of(project_id: int) -> list[int]:
    return holders(project_id, Role.HOST)


def followers_of(project_id: int, *, but: int | None = None) -> list[int]:
    """Whoever belongs to the project's community, its team aside: they know."""
    members = Membership.objects.filter(community__project=project_id, left_at__isnull=True)
    inside = {*team_of(project_id), but}
    return [pk for pk in members.values_list("member_id", flat=True) if pk not in inside]


def who_hears_of_entry(entry_id: int) -> list[int]:
    public = LogEntry.objects.standing().filter(pk=entry_id, audience=EntryAudience.PUBLIC)
    entry = public.filter(project__withdrawn_at=None, project__hidden_at=None).first()
    return followers_of(entry.project_id, but=entry.author_id) if entry else []


def who_was_told(check_id: int) -> list[int]:
    told = IsolationCheck.objects.filter(pk=check_id, shared_with__isnull=False)
    return [pk for pk in told.values_list("shared_with", flat=True) if pk]


def origin_of(project_id: int) -> int | None:
    return Project.objects.filter(pk=project_id).values_list("copied_from", flat=True).first()


def who_owes_news(project_id: int) -> list[int]:
    """The bearers; where nobody bears it, its referent."""
    is_borne = Project.objects.filter(pk=project_id, bearer__isnull=False).exists()
    return holders(project_id, BEARING if is_borne else STANDING_IN)


def _owed() -> QuerySet[FollowUp]:
    return FollowUp.objects.owed().filter(project__withdrawn_at=None, project__hidden_at=None)


def news_due_soon() -> list[tuple[int, int, int]]:
    """Follow-up, project, its community: those due within a week."""
    soon = _owed().filter(due_on__gte=today(), due_on__lte=today() + TOLD_EARLY)
    return list(soon.order_by("pk").values_list("pk", "project_id", "project__community_id"))


def news_late() -> list[tuple[int, int, int]]:
    late = _owed().filter(due_on__lt=today(), due_on__gte=today() - TOLD_LATE_FOR)
    return list(late.order_by("pk").values_list("pk", "project_id", "project__community_id"))


def projects_without_follow_ups() -> list[int]:
    """Started or ended, and nothing was ever planned for that; nothing long past is imported."""
    planned = FollowUp.objects.filter(project=OuterRef("pk"), cancelled_at__isnull=True)
    projects = Project.objects.standing().filter(source_key__isnull=True)
    started = projects.filter(state__in=LIVE, started_on__isnull=False).exclude(
        Exists(planned.filter(counts_from=CountsFrom.START))
    )
    ended = projects.filter(state=State.ENDED).exclude(
        Exists(planned.filter(counts_from=CountsFrom.END))
    )
    return sorted({*started.values_list("pk", flat=True), *ended.values_list("pk", flat=True)})


def projects_without_bearer() -> list[int]:
    """Of which news are still owed."""
    owed = FollowUp.objects.owed().filter(project__bearer__isnull=True)
    return sorted(set(owed.values_list("project_id", flat=True)))
