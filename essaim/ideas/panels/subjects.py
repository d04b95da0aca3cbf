from collections.abc import Collection
from typing import Any

from django.db.models import (
    BigIntegerField,
    Case,
    CharField,
    OuterRef,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.urls import reverse

from essaim.commitments.models import Commitment
from essaim.commitments.queries import COMMITMENT_SUBJECTS
from essaim.commitments.queries import Subject as Owed
from essaim.communities.readers import Reader
from essaim.discussions.queries import THREAD_SUBJECTS
from essaim.discussions.queries import Subject as Talked
from essaim.ideas import rules


@THREAD_SUBJECTS.fills(subplatform="ideas", order=10)
def talked_about(reader: Reader, ids: Collection[int]) -> dict[int, list[Talked]]:
    """Ideas and debates in one query."""
    ideas = rules.ideas_visible_to(reader).filter(thread__in=ids)
    debates = rules.debates_visible_to(reader).filter(thread__in=ids)
    nothing = Value("", output_field=CharField())
    rows = ideas.values_list("thread_id", "public_id", "title", nothing, "merged_into").union(
        debates.values_list(
            "thread_id", "public_id", "question", "community__slug", Value(None, BigIntegerField())
        ),
        all=True,
    )
    return {thread_id: [_talked(*row)] for thread_id, *row in rows}


def _talked(public_id: str, title: str, slug: str, merged_into: int | None) -> Talked:
    """A merged idea's messages are read on the page that keeps them; only debates have a slug."""
    if slug:
        return Talked("debate", title, reverse("debate", args=[slug, public_id]))
    page = "idea_kept" if merged_into else "idea"
    return Talked("idea", title, reverse(page, args=[public_id]))


@COMMITMENT_SUBJECTS.fills(subplatform="ideas", order=10)
def what_is_owed_about(reader: Reader, ids: Collection[int]) -> dict[int, list[Owed]]:
    """Ideas and debates, in the one query of the page."""
    ideas = rules.ideas_visible_to(reader).filter(pk=OuterRef("subject_id"))
    debates = rules.debates_visible_to(reader).filter(pk=OuterRef("subject_id"))
    rows = Commitment.objects.filter(pk__in=ids, subject_kind__in=["idea", "debate"]).annotate(
        title=_of("idea", ideas, "title"),
        idea=_of("idea", ideas, "public_id"),
        question=_of("debate", debates, "question"),
        debate=_of("debate", debates, "public_id"),
    )
    return {
        one["pk"]: [_owed(one)]
        for one in rows.values("pk", "community__slug", "title", "idea", "question", "debate")
        if one["idea"] or one["debate"]
    }


def _of(kind: str, subjects: QuerySet[Any], field: str) -> Case:
    found = Subquery(subjects.values(field)[:1])
    return Case(When(subject_kind=kind, then=found), output_field=CharField(null=True))


def _owed(one: Any) -> Owed:
    if one["idea"]:
        return Owed(title=one["title"], url=reverse("idea", args=[one["idea"]]))
    address = reverse("debate", args=[one["community__slug"], one["debate"]])
    return Owed(title=one["question"], url=address)
