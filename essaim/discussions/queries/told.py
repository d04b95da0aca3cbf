"""Whom a case concerns, for notices: ids of members, and the cases they are told of."""

from collections.abc import Collection

from django.db.models import Q

from essaim.communities.queries import people_who_may
from essaim.communities.readers import Reader
from essaim.communities.rules import readable
from essaim.discussions import rules
from essaim.discussions.models import Case, CaseQuerySet, Outcome, Report
from essaim.foundation.clock import now


def cases_told_of(reader: Reader, ids: Collection[int]) -> dict[int, Case]:
    """Those of these cases whose community the reader sees now, and those about their own words."""
    told = Q(author=reader.member_id or 0) | readable(reader, subplatform=rules.SUBPLATFORM)
    return Case.objects.filter(told).select_related("community", "decision").in_bulk(ids)


def moderators_to_tell(case_id: int) -> list[int]:
    """Those of its own community, else those who reach it from above; never the author."""
    case = Case.objects.select_related("community").get(pk=case_id)
    authors = {case.author_id} if case.author_id else set()
    for from_above in (False, True):
        able = people_who_may(
            case.community, rules.MODERATE, in_stead_of_none=authors, from_above=from_above
        )
        if others := able - authors:
            return sorted(others)
    return []


def author_to_tell(case_id: int) -> list[int]:
    """Whoever wrote it, when it is shown without a decision, which would tell them itself."""
    case = Case.objects.get(pk=case_id)
    was_away = case.is_held or case.is_hidden_meanwhile
    tells = was_away and case.outcome in (Outcome.RELEASED, Outcome.LAPSED)
    return [case.author_id] if case.author_id and tells else []


def author_of(case_id: int) -> list[int]:
    author_id = Case.objects.values_list("author_id", flat=True).get(pk=case_id)
    return [author_id] if author_id else []


def reporters_of(case_id: int) -> list[int]:
    reports = Report.objects.filter(case=case_id, reporter__isnull=False)
    return sorted(reports.values_list("reporter_id", flat=True))


def cases_to_release() -> CaseQuerySet:
    """Held for a first look that nobody took in time."""
    return Case.objects.waiting().filter(release_at__lte=now()).order_by("release_at", "pk")


def late_cases() -> list[tuple[int, int]]:
    """What waits beyond its day, each with its community."""
    late = Case.objects.waiting().filter(due_at__lt=now()).order_by("due_at", "pk")
    return list(late.values_list("pk", "community_id"))
