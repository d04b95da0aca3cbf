from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from django.db.models import Case, Count, Exists, OuterRef, Q, QuerySet, Value, When
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from essaim.commitments.models import State
from essaim.commitments.queries import CommitmentLine, commitments_about, lines_in
from essaim.communities.models import Community
from essaim.communities.queries import holders_of
from essaim.communities.readers import Reader
from essaim.design.typography import day, number, short_day
from essaim.discussions.queries import POSTS_SAID
from essaim.discussions.rules import has_conversations
from essaim.foundation.access import Verdict
from essaim.foundation.clock import now, today
from essaim.foundation.counting import count_of
from essaim.foundation.http import Page, keyset
from essaim.foundation.http.links import web_address
from essaim.foundation.written_once import WrittenOnce
from essaim.ideas import rules
from essaim.ideas.models import (
    IS_CARRIED,
    Debate,
    DebateQuerySet,
    Idea,
    IdeaQuerySet,
    Synthesis,
)
from essaim.ideas.queries.fate import Badge
from essaim.ideas.queries.upward import SynthesisShown, syntheses_for_page

NEWEST_FIRST = ("stage", "-created_at", "-id")
LIST_SIZE = 20


class Stage(StrEnum):
    DRAFT = "draft"
    OPEN = "open"
    CLOSED = "closed"
    ARCHIVED = "archived"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class DebateLine:
    public_id: str
    community_slug: str
    question: str
    language: str
    stage: Stage
    badge: Badge
    meta: str
    ideas: int
    closes_at: datetime | None
    answers_due_on: date | None


@dataclass(frozen=True, slots=True)
class GroupShown:
    """The grouped answer, given or owed."""

    reasons: str
    by: str
    on: datetime | None
    due_on: date | None
    is_late: bool
    ideas: int


@dataclass(frozen=True, slots=True)
class DebatePage:
    """All that a debate's page shows beside its ideas and its thread."""

    public_id: str
    community_slug: str
    community_name: str
    question: str
    introduction: str
    language: str
    stage: Stage
    badge: Badge
    opened_at: datetime | None
    closes_at: datetime | None
    support_threshold: int | None
    answer_delay_days: int | None
    answering_title: str
    holders: tuple[str, ...]
    answers_due_on: date | None
    ideas: int
    above: int
    answered: int
    group: GroupShown | None
    source_name: str
    source_url: str
    missing: tuple[str, ...]
    withdrawn_at: datetime | None
    withdrawal_reason: str
    may_propose: Verdict
    may_edit: bool
    may_open: Verdict
    may_close: bool
    may_withdraw: bool
    may_answer: bool
    may_answer_group: bool
    may_send: bool
    syntheses: tuple[SynthesisShown, ...]
    may_regroup: bool


def stage_of(debate: Debate) -> Stage:
    """Past its last moment a debate is closed for whoever looks, counted or not."""
    if debate.archived_at:
        return Stage.ARCHIVED
    if debate.withdrawn_at:
        return Stage.WITHDRAWN
    if debate.is_draft:
        return Stage.DRAFT
    return Stage.OPEN if debate.is_open else Stage.CLOSED


def debates_for_list(
    reader: Reader, community: Community, *, after: str | None = None, size: int = LIST_SIZE
) -> Page[DebateLine]:
    """Drafts (for those who see them), then open, closed and archived ones; one query."""
    debates = with_counts(rules.debates_visible_to(reader).filter(community=community))
    page = keyset(debates, order=NEWEST_FIRST, after=after, size=size)
    return page.map(line_of)


def _standing() -> IdeaQuerySet:
    return Idea.objects.filter(debate=OuterRef("pk")).current()


_IDEAS = WrittenOnce(lambda: count_of(_standing()), of=Debate, by="pk")
_WAITING = WrittenOnce(
    lambda: count_of(_standing().staying().filter(answer__isnull=True)), of=Debate, by="pk"
)


def with_counts(debates: DebateQuerySet) -> QuerySet[Any]:
    moment = now()
    is_open = Q(opened_at__isnull=False, closed_at__isnull=True, archived_at__isnull=True)
    return debates.select_related("community").annotate(
        idea_count=_IDEAS("pk"),
        waiting_count=_WAITING("pk"),
        post_count=POSTS_SAID("thread_id"),
        stage=Case(
            When(archived_at__isnull=False, then=Value(3)),
            When(withdrawn_at__isnull=False, then=Value(2)),
            When(opened_at__isnull=True, then=Value(0)),
            When(is_open & Q(closes_at__gt=moment), then=Value(1)),
            default=Value(2),
        ),
    )


def line_of(debate: Any) -> DebateLine:
    """The line of a debate that `with_counts` loaded."""
    stage = stage_of(debate)
    return DebateLine(
        public_id=debate.public_id,
        community_slug=debate.community.slug,
        question=debate.question,
        language=debate.language,
        stage=stage,
        badge=_badge(debate, stage, waiting=debate.waiting_count),
        meta=_meta(debate),
        ideas=debate.idea_count,
        closes_at=debate.closes_at,
        answers_due_on=debate.answers_due_on,
    )


def _badge(debate: Debate, stage: Stage, *, waiting: int) -> Badge:
    if stage == Stage.DRAFT:
        return Badge(pgettext("debate", "draft"))
    if stage == Stage.ARCHIVED:
        return Badge(pgettext("debate", "archive"))
    if stage == Stage.WITHDRAWN:
        return Badge(pgettext("debate", "withdrawn"))
    if stage == Stage.OPEN and debate.closes_at:
        return Badge(_("open until %(day)s") % {"day": short_day(debate.closes_at)}, "now")
    return _badge_of_closed(debate, waiting=waiting)


def _badge_of_closed(debate: Debate, *, waiting: int) -> Badge:
    if not waiting:
        return Badge(_("answered"), "good")
    if debate.answers_due_on is None:
        return Badge(pgettext("debate", "closed"))
    if debate.answers_due_on < today():
        return Badge(_("answers late"), "late")
    due = _("answers due by %(day)s") % {"day": short_day(debate.answers_due_on)}
    return Badge(due, "now")


def _meta(debate: Any) -> str:
    ideas = ngettext("%(count)s idea", "%(count)s ideas", debate.idea_count)
    said = debate.post_count if has_conversations(debate.community) else 0
    posts = ngettext("%(count)s message", "%(count)s messages", said)
    parts = [
        ideas % {"count": number(debate.idea_count)} if debate.idea_count else "",
        posts % {"count": number(said)} if said else "",
        _("open since %(day)s") % {"day": day(debate.opened_at)}
        if debate.is_open
        else day(debate.opened_at or debate.created_at),
    ]
    return " · ".join(part for part in parts if part)


_HAS_SYNTHESES = WrittenOnce(
    lambda: Exists(Synthesis.objects.filter(Q(debate=OuterRef("pk")) | Q(target=OuterRef("pk")))),
    of=Debate,
    by="pk",
)


def debate_for_change(reader: Reader, slug: str, public_id: str) -> Debate | None:
    """A debate the reader may see, with all that its rules ask for."""
    return (
        rules.debates_visible_to(reader)
        .filter(community__slug=slug, public_id=public_id)
        .select_related("community", "thread__community", "grouped_answer__answered_by")
        .annotate(has_syntheses=_HAS_SYNTHESES("pk"), owed=commitments_about("debate", "pk"))
        .first()
    )


def debate_for_page(reader: Reader, debate: Any) -> DebatePage:
    """The page of a debate that `debate_for_change` loaded."""
    stage = stage_of(debate)
    standing = Idea.objects.filter(debate=debate).current()
    counts = standing.annotate(is_carried=IS_CARRIED("pk")).aggregate(
        ideas=Count("pk"),
        above=Count("pk", filter=Q(passed_threshold=True)),
        below=Count("pk", filter=Q(passed_threshold=False)),
        answered=Count("answer"),
        waiting=Count("pk", filter=Q(answer__isnull=True, is_carried=False)),
    )
    holds = rules.holds_answering_role(reader, debate)
    return DebatePage(
        public_id=debate.public_id,
        community_slug=debate.community.slug,
        community_name=debate.community.name,
        question=debate.question,
        introduction=debate.introduction,
        language=debate.language,
        stage=stage,
        badge=_badge(debate, stage, waiting=counts["waiting"]),
        opened_at=debate.opened_at,
        closes_at=debate.closes_at,
        support_threshold=debate.support_threshold,
        answer_delay_days=debate.answer_delay_days,
        answering_title=debate.answering_title,
        holders=_holders(debate),
        answers_due_on=debate.answers_due_on,
        ideas=counts["ideas"],
        above=counts["above"],
        answered=counts["answered"],
        group=_group(debate, below=counts["below"]) if stage == Stage.CLOSED else None,
        source_name=debate.community.source_name if debate.archived_at else "",
        source_url=web_address(debate.source_url),
        missing=tuple(rules.missing_promises(debate)) if stage == Stage.DRAFT else (),
        withdrawn_at=debate.withdrawn_at,
        withdrawal_reason=debate.withdrawal_reason,
        may_propose=rules.may_propose(reader, debate),
        may_edit=bool(rules.may_edit_debate(reader, debate)),
        may_open=rules.may_open_debate(reader, debate),
        may_close=debate.closed_at is None and bool(rules.may_close_debate(reader, debate)),
        may_withdraw=bool(rules.may_withdraw_debate(reader, debate)),
        may_answer=holds and stage == Stage.CLOSED and counts["waiting"] > 0,
        may_answer_group=holds and bool(rules.may_answer_group(reader, debate)),
        may_send=counts["ideas"] > 0 and bool(rules.may_send_upward(reader, debate)),
        syntheses=syntheses_for_page(reader, debate) if debate.has_syntheses else (),
        may_regroup=counts["ideas"] > 1 and bool(rules.may_regroup(reader, debate)),
    )


def _holders(debate: Debate) -> tuple[str, ...]:
    """Who holds the answering role now: a promise that nobody can keep shows."""
    if not debate.answering_role or debate.archived_at:
        return ()
    holders = holders_of(debate.community, debate.answering_role, reach=True)
    titled = [holder for holder in holders if holder.title == debate.answering_title]
    return tuple(holder.name for holder in titled or holders)


def _group(debate: Debate, *, below: int) -> GroupShown | None:
    given = getattr(debate, "grouped_answer", None)
    owed = _owed(debate)
    if given is None and owed is None:
        return None
    by = ""
    if given:
        name = given.answered_by.name if given.answered_by else ""
        by = ", ".join(part for part in (name, given.answered_title) if part)
    return GroupShown(
        reasons=given.reasons if given else "",
        by=by,
        on=given.answered_at if given else None,
        due_on=owed.due_on if owed else None,
        is_late=owed is not None and owed.state == State.LATE,
        ideas=below,
    )


def _owed(debate: Any) -> CommitmentLine | None:
    return next(iter(lines_in(debate.owed)), None)
