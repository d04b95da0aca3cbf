"""Whom a fact about debates and ideas concerns: ids of members, for notices."""

from collections.abc import Collection

from essaim.communities.models import Membership
from essaim.communities.queries import holders_of
from essaim.foundation.clock import today
from essaim.ideas.models import Answer, Debate, Idea, Support


def members_to_ask(debate_id: int, *, but: int | None) -> list[int]:
    """Everyone who may propose in the debate, without whoever opened it."""
    members = Membership.objects.filter(
        community__debates=debate_id, left_at__isnull=True
    ).values_list("member_id", flat=True)
    return [member_id for member_id in members if member_id != but]


def who_owes_answers(debate_id: int) -> list[int]:
    """Those who hold the answering role now, if there is anything to answer."""
    debate = Debate.objects.select_related("community").get(pk=debate_id)
    if not Idea.objects.filter(debate=debate, passed_threshold__isnull=False).exists():
        return []
    holders = holders_of(debate.community, debate.answering_role, reach=True)
    return [holder.member_id for holder in holders]


def contributors_of(idea_ids: Collection[int]) -> list[int]:
    """Authors and supporters, each once."""
    authors = Idea.objects.filter(pk__in=idea_ids, author__isnull=False)
    supporters = Support.objects.filter(idea__in=idea_ids)
    return sorted(
        {*authors.values_list("author_id", flat=True)}
        | {*supporters.values_list("member_id", flat=True)}
    )


def ideas_of_group(debate_id: int) -> list[int]:
    answers = Answer.objects.filter(group__debate=debate_id)
    return list(answers.values_list("idea_id", flat=True))


def author_of(idea_id: int) -> list[int]:
    authors = Idea.objects.filter(pk=idea_id, author__isnull=False)
    return list(authors.values_list("author_id", flat=True))


def debates_with_late_answers() -> list[tuple[int, int]]:
    """(debate, community) of closed debates whose day has passed with an answer still missing."""
    waiting = Idea.objects.standing().filter(
        passed_threshold__isnull=False,
        answer__isnull=True,
        debate__closed_at__isnull=False,
        debate__archived_at__isnull=True,
        debate__answers_due_on__lt=today(),
    )
    rows = waiting.order_by("debate_id").values_list("debate_id", "debate__community_id")
    return list(rows.distinct())
