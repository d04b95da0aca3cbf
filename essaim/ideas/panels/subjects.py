from collections.abc import Collection
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy

from essaim.commitments.queries import COMMITMENT_SUBJECTS
from essaim.commitments.queries import Subject as Owed
from essaim.communities.queries import DECIDED, Decided, names_subject
from essaim.communities.readers import Reader
from essaim.discussions.queries import THREAD_SUBJECTS
from essaim.discussions.queries import Subject as Talked
from essaim.ideas.queries import subjects as queries


@THREAD_SUBJECTS.fills(subplatform="ideas", order=10)
def talked_about(reader: Reader, ids: Collection[int]) -> dict[int, list[Talked]]:
    """Ideas and debates in one query."""
    return {thread_id: [_talked(*row)] for thread_id, *row in queries.talked_about(reader, ids)}


def _talked(public_id: str, title: str, slug: str, merged_into: int | None) -> Talked:
    """A merged idea's messages are read on the page that keeps them; only debates have a slug."""
    if slug:
        return Talked("debate", title, reverse("debate", args=[slug, public_id]))
    page = "idea_kept" if merged_into else "idea"
    return Talked("idea", title, reverse(page, args=[public_id]))


@COMMITMENT_SUBJECTS.fills(subplatform="ideas", order=10)
def what_is_owed_subjects(
    reader: Reader, ids: Collection[tuple[str, int]]
) -> dict[tuple[str, int], list[Owed]]:
    """Ideas and debates, in the one query of the page."""
    keys = {pk: (kind, pk) for kind, pk in ids if kind in ("idea", "debate")}
    return {keys[one["pk"]]: [_owed(one)] for one in queries.owed_subjects(reader, keys)}


def _owed(one: Any) -> Owed:
    if one["idea"]:
        return Owed(title=one["title"], url=reverse("idea", args=[one["idea"]]))
    address = reverse("debate", args=[one["community__slug"], one["debate"]])
    return Owed(title=one["question"], url=address)


names_subject("ideas.debate", gettext_lazy("a debate"))


@DECIDED.fills(subplatform="ideas", order=10)
def debates_decided_about(
    reader: Reader, ids: Collection[tuple[str, int]]
) -> dict[tuple[str, int], list[Decided]]:
    keys = {pk: (kind, pk) for kind, pk in ids if kind == "ideas.debate"}
    return {
        keys[one.pk]: [
            Decided(one.question, reverse("debate", args=[one.community.slug, one.public_id]))
        ]
        for one in queries.debates_by_id(reader, keys)
    }
