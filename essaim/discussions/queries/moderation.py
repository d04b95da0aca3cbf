from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from markupsafe import Markup

from essaim.communities.models import Community
from essaim.communities.queries import DeskItem
from essaim.communities.readers import Reader
from essaim.discussions import rules
from essaim.discussions.models import Post, Report
from essaim.discussions.queries.posts import author_name
from essaim.discussions.queries.threads import THREAD_SUBJECTS, Subject
from essaim.foundation.http import Page, keyset
from essaim.foundation.text import render_markdown


@dataclass(frozen=True, slots=True)
class WaitingReport:
    """A reported post as a moderator sees it; who reported stays unsaid."""

    public_id: str
    reasons: tuple[str, ...]
    notes: tuple[str, ...]
    author: str
    text: Markup
    written_at: datetime
    subject: Subject | None


@dataclass(frozen=True, slots=True)
class ModerationDecision:
    """A decision as everyone sees it: no names, no text, the reason."""

    decided_at: datetime
    was_hidden: bool
    reason: str


@dataclass(frozen=True, slots=True)
class ModerationPage:
    waiting: tuple[WaitingReport, ...] = field(default=())
    decisions: Page[ModerationDecision] = field(default=Page((), None))
    may_moderate: bool = False


def moderation_for_page(
    reader: Reader, community: Community, *, after: str | None = None
) -> ModerationPage:
    """Decisions for everyone; the queue for those who decide."""
    reports = Report.objects.filter(
        Q(post__thread__community=community)
        | Q(post__thread__community__ancestor_ids__contains=[community.pk]),
        post__thread__in=rules.threads_visible_to(reader),
    )
    may = bool(rules.may_moderate(reader, community))
    decided = keyset(
        reports.filter(decided_at__isnull=False).order_by().distinct(),
        order=("-decided_at", "-id"),
        after=after,
    )
    return ModerationPage(
        waiting=_waiting(reader, reports) if may else (),
        decisions=decided.map(
            lambda report: ModerationDecision(
                decided_at=report.decided_at or report.created_at,
                was_hidden=bool(report.was_hidden),
                reason=report.decision_reason,
            )
        ),
        may_moderate=may,
    )


def _waiting(reader: Reader, reports: QuerySet[Report]) -> tuple[WaitingReport, ...]:
    """Posts with open reports, oldest report first, at most fifty at a time."""
    by_post: dict[int, list[Report]] = defaultdict(list)
    for report in (
        reports.filter(decided_at__isnull=True)
        .select_related("post__author", "post__thread")
        .order_by("created_at", "id")[:50]
    ):
        by_post[report.post_id].append(report)
    threads = {same[0].post.thread_id for same in by_post.values()}
    subjects = THREAD_SUBJECTS.collect(reader, threads)
    return tuple(
        WaitingReport(
            public_id=same[0].public_id,
            reasons=tuple(dict.fromkeys(report.get_reason_display() for report in same)),
            notes=tuple(report.note for report in same if report.note),
            author=author_name(same[0].post),
            text=render_markdown(same[0].post.text),
            written_at=same[0].post.created_at,
            subject=next(iter(subjects.get(same[0].post.thread_id, ())), None),
        )
        for same in by_post.values()
    )


def has_reported(reader: Reader, post: Post) -> bool:
    """Whether a report of the reader's waits for its decision."""
    waiting = Report.objects.filter(post=post, decided_at__isnull=True)
    return reader.is_known and waiting.filter(reporter=reader.member_id).exists()


def report_for_decision(reader: Reader, public_id: str) -> Report | None:
    """A report in a community that the reader moderates; None for all others."""
    report = (
        Report.objects.filter(
            public_id=public_id, post__thread__in=rules.threads_visible_to(reader)
        )
        .select_related("post__thread__community")
        .first()
    )
    if report and rules.may_moderate(reader, report.post.thread.community):
        return report
    return None


def moderation_desk(reader: Reader, ids: Collection[int]) -> dict[int, DeskItem]:
    """How many reported messages wait in each community that the reader moderates."""
    waiting = dict(
        Report.objects.filter(post__thread__community__in=ids, decided_at__isnull=True)
        .order_by()
        .values_list("post__thread__community")
        .annotate(Count("post", distinct=True))
    )
    return {
        one.pk: DeskItem(
            title=_("Reported messages"),
            url=reverse("moderation", args=[one.slug]),
            count=waiting.get(one.pk, 0),
        )
        for one in Community.objects.filter(pk__in=ids)
        if rules.may_moderate(reader, one)
    }
