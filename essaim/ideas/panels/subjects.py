from collections.abc import Collection
from typing import Any

from django.db.models import Case, CharField, OuterRef, QuerySet, Subquery, When
from django.urls import reverse

from essaim.commitments.models import Commitment
from essaim.commitments.queries import COMMITMENT_SUBJECTS
from essaim.commitments.queries import Subject as Owed
from essaim.communities.readers import Reader
from essaim.discussions.queries import THREAD_SUBJECTS
from essaim.discussions.queries import Subject as Talked
from essaim.ideas import rules


@THREAD_SUBJECTS.fills(subplatform="ideas", order=10)
def ideas_talked_about(reader: Reader, ids: Collection[int]) -> dict[int, list[Talked]]:
    """A merged idea's messages are read on the page that keeps them."""
    ideas = rules.ideas_visible_to(reader).filter(thread__in=ids)
    rows = ideas.values_list("thread_id", "title", "public_id", "merged_into")
    return {
        thread_id: [
            Talked("idea", title, reverse("idea_kept" if merged else "idea", args=[public_id]))
        ]
        for thread_id, title, public_id, merged in rows
    }


@THREAD_SUBJECTS.fills(subplatform="ideas", order=11)
def debates_talked_about(reader: Reader, ids: Collection[int]) -> dict[int, list[Talked]]:
    debates = rules.debates_visible_to(reader).filter(thread__in=ids)
    rows = debates.values_list("thread_id", "question", "community__slug", "public_id")
    return {
        thread_id: [Talked("debate", question, reverse("debate", args=[slug, public_id]))]
        for thread_id, question, slug, public_id in rows
    }


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
