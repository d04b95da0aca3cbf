"""The ideas and debates that notices, threads and commitments are about, as panels name them."""

from collections.abc import Collection
from typing import Any

from django.db.models import (
    BigIntegerField,
    BooleanField,
    Case,
    CharField,
    ExpressionWrapper,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)

from essaim.commitments.models import Commitment
from essaim.communities.readers import Reader
from essaim.communities.rules import on
from essaim.ideas import rules
from essaim.ideas.models import Debate, Idea


def ideas_told_of(reader: Reader, ids: Collection[int]) -> dict[int, Any]:
    """Those of these ideas that the reader may see, and whether they stand behind them."""
    supported = Idea.objects.supported_by(reader.member_id or 0).values("pk")
    return (
        rules.ideas_visible_to(reader)
        .select_related("answer__appeal", "author", "debate__community")
        .annotate(is_supported=ExpressionWrapper(Q(pk__in=supported), output_field=BooleanField()))
        .in_bulk(ids)
    )


def own_ideas(reader: Reader, ids: Collection[int]) -> dict[int, Idea]:
    """Those of these ideas that the reader proposed, also when they no longer see them."""
    used = on(rules.SUBPLATFORM, path="debate__community__")
    mine = Idea.objects.filter(used, author=reader.member_id or 0)
    return mine.select_related("debate__community").in_bulk(ids)


def talked_about(reader: Reader, thread_ids: Collection[int]) -> QuerySet[Any, Any]:
    """The ideas and debates of these threads, in one query.

    Each as (thread id, public id, title, a debate's community, what an idea is merged into).
    """
    ideas = rules.ideas_visible_to(reader).filter(thread__in=thread_ids)
    debates = rules.debates_visible_to(reader).filter(thread__in=thread_ids)
    nothing = Value("", output_field=CharField())
    return ideas.values_list("thread_id", "public_id", "title", nothing, "merged_into").union(
        debates.values_list(
            "thread_id", "public_id", "question", "community__slug", Value(None, BigIntegerField())
        ),
        all=True,
    )


def owed_subjects(reader: Reader, ids: Collection[int]) -> list[dict[str, Any]]:
    """What these commitments are about, as far as the reader may see it, in one query.

    The keys: pk, community__slug, title and idea, or question and debate.
    """
    if not ids:
        return []
    ideas = rules.ideas_visible_to(reader).filter(pk=OuterRef("subject_id"))
    debates = rules.debates_visible_to(reader).filter(pk=OuterRef("subject_id"))
    rows = Commitment.objects.filter(pk__in=ids, subject_kind__in=["idea", "debate"]).annotate(
        title=_of("idea", ideas, "title"),
        idea=_of("idea", ideas, "public_id"),
        question=_of("debate", debates, "question"),
        debate=_of("debate", debates, "public_id"),
    )
    named = rows.values("pk", "community__slug", "title", "idea", "question", "debate")
    return [dict(one) for one in named if one["idea"] or one["debate"]]


def _of(kind: str, subjects: QuerySet[Any], field: str) -> Case:
    found = Subquery(subjects.values(field)[:1])
    return Case(When(subject_kind=kind, then=found), output_field=CharField(null=True))


def debates_by_id(reader: Reader, ids: Collection[int]) -> list[Debate]:
    """Those of these debates that the reader sees; no query for none."""
    if not ids:
        return []
    seen = rules.debates_visible_to(reader).select_related("community")
    return list(seen.filter(pk__in=ids))
