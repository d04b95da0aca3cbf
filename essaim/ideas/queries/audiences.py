"""Whom a fact about debates and ideas concerns: ids of members, for notices."""

from collections.abc import Collection
from datetime import timedelta

from django.db.models import Q

from essaim.communities.models import Membership
from essaim.communities.queries import holders_of
from essaim.discussions.models import Post
from essaim.foundation.clock import now, today
from essaim.ideas.models import (
    ADOPTING,
    Answer,
    Appeal,
    Debate,
    Idea,
    Regrouping,
    Support,
    Synthesis,
    Way,
)
from essaim.ideas.queries.appeals import second_lookers
from essaim.ideas.rules.programme import WRITING_ROLES
from essaim.outreach.models import Notice

EDIT_SERIES = timedelta(hours=1)  # whoever corrects again and again is told of once


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
    """Authors and supporters, each once; also of what was merged into these, or became them."""
    behind = Idea.objects.behind(idea_ids)
    authors = behind.filter(author__isnull=False)
    supporters = Support.objects.filter(idea__in=behind)
    return sorted(
        {*authors.values_list("author_id", flat=True)}
        | {*supporters.values_list("member_id", flat=True)}
    )


def who_hears_the_answer(idea_ids: Collection[int]) -> list[int]:
    """Contributors; about what was carried up also who talked about it, there and below."""
    behind = Idea.objects.behind(idea_ids)
    sent = list(behind.filter(carried__isnull=False).values_list("pk", flat=True))
    carried = list(behind.filter(carried_from__isnull=False).values_list("pk", flat=True))
    posts = Post.objects.filter(thread__idea__in=[*sent, *carried], author__isnull=False)
    talking = posts.standing().order_by().values_list("author_id", flat=True).distinct()
    return sorted({*contributors_of(idea_ids), *talking})


def sent_with(synthesis_id: int, *, but: int | None) -> list[int]:
    """Who contributed to the ideas that were carried up with a synthesis, but whoever sent it."""
    sent = Synthesis.objects.get(pk=synthesis_id)
    ideas = Idea.objects.filter(debate=sent.debate_id, carried__debate=sent.target_id)
    everyone = who_hears_the_answer(list(ideas.values_list("pk", flat=True)))
    return [one for one in everyone if one != but]


def concerned_by_ideas(idea_ids: Collection[int]) -> list[int]:
    """Who proposed, supported or talked about these, and what they are merged with; each once."""
    group = Idea.objects.filter(Q(pk__in=idea_ids) | Q(merged_into__in=idea_ids))
    ids = list(group.values_list("pk", flat=True))
    posts = Post.objects.filter(thread__idea__in=ids, author__isnull=False).standing()
    talking = posts.order_by().values_list("author_id", flat=True).distinct()
    return sorted({*contributors_of(ids), *talking})


def concerned_by(regrouping_id: int, *, but: int | None) -> list[int]:
    """Everyone whom a merge or a split concerns, without whoever made it."""
    return [one for one in concerned_by_ideas(_ideas_of(regrouping_id)) if one != but]


def authors_put_back(regrouping_id: int, *, but: int | None) -> list[int]:
    """Whose idea is as it was now that this act is undone; who had left before knows it."""
    act = Regrouping.objects.get(pk=regrouping_id)
    lines = act.lines.exclude(ended_at__lt=act.undone_at) if act.way == Way.MERGE else act.lines
    ids = [act.idea_id, *lines.values_list("idea_id", flat=True)]
    authors = Idea.objects.filter(pk__in=ids, author__isnull=False)
    return sorted({*authors.values_list("author_id", flat=True)} - {but})


def _ideas_of(regrouping_id: int) -> list[int]:
    act = Regrouping.objects.get(pk=regrouping_id)
    return [act.idea_id, *act.lines.values_list("idea_id", flat=True)]


def ideas_of_group(debate_id: int) -> list[int]:
    answers = Answer.objects.filter(group__debate=debate_id)
    return list(answers.values_list("idea_id", flat=True))


def ideas_of_debate(debate_id: int) -> list[int]:
    return list(Idea.objects.filter(debate=debate_id).values_list("pk", flat=True))


def supporters_to_tell(idea_id: int) -> list[int]:
    """Who stands behind an idea whose words changed, unless they were told within the hour."""
    idea = Idea.objects.get(pk=idea_id)
    told = Notice.objects.filter(
        kind="ideas.edited", details__idea_id=idea_id, created_at__gt=now() - EDIT_SERIES
    )
    supports = Support.objects.behind(idea).exclude(member__in=told.values("member"))
    return sorted({*supports.values_list("member_id", flat=True)} - {idea.author_id or 0})


def author_of(idea_id: int) -> list[int]:
    authors = Idea.objects.filter(pk=idea_id, author__isnull=False)
    return list(authors.values_list("author_id", flat=True))


def who_takes_the_second_look(idea_id: int) -> list[int]:
    """The people nearest to the idea who may; none when nobody but the first decider is there."""
    found = Idea.objects.select_related("debate__community", "answer__appeal").get(pk=idea_id)
    return sorted({one.member_id for one in second_lookers(found)})


def first_decider_of(idea_id: int) -> list[int]:
    appeals = Appeal.objects.filter(answer__idea=idea_id, first_answered_by__isnull=False)
    return list(appeals.values_list("first_answered_by_id", flat=True))


def appellant_of(idea_id: int) -> list[int]:
    appeals = Appeal.objects.filter(answer__idea=idea_id, appellant__isnull=False)
    return list(appeals.values_list("appellant_id", flat=True))


def parties_of_appeal(idea_id: int) -> list[int]:
    """Whoever contested, whoever decided first, the author and the supporters: each once."""
    everyone = [*who_hears_the_answer([idea_id]), *first_decider_of(idea_id)]
    return sorted({*everyone, *appellant_of(idea_id)})


def writers_to_warn(idea_id: int) -> list[int]:
    """Who writes the programme in which an idea stands that is not adopted any more."""
    undone = Idea.objects.filter(
        pk=idea_id, answer__appeal__first_decision__in=ADOPTING, behind__isnull=False
    ).exclude(answer__decision__in=ADOPTING)
    idea = undone.select_related("debate__community").first()
    if idea is None:
        return []
    return sorted({one.member_id for one in holders_of(idea.debate.community, *WRITING_ROLES)})


def ideas_with_late_second_looks() -> list[tuple[int, int]]:
    """(idea, community) of contested answers whose second look is not taken in time."""
    late = Appeal.objects.filter(
        decided_at__isnull=True,
        withdrawn_at__isnull=True,
        answer__idea__hidden_at__isnull=True,
        due_on__lt=today(),
    ).order_by("pk")
    return list(late.values_list("answer__idea_id", "answer__idea__debate__community_id"))


def debates_with_late_answers() -> list[tuple[int, int]]:
    """(debate, community) of closed debates whose day has passed with an answer still missing."""
    waiting = (
        Idea.objects.current()
        .staying()
        .filter(
            passed_threshold__isnull=False,
            answer__isnull=True,
            debate__closed_at__isnull=False,
            debate__archived_at__isnull=True,
            debate__answers_due_on__lt=today(),
        )
    )
    rows = waiting.order_by("debate_id").values_list("debate_id", "debate__community_id")
    return list(rows.distinct())
