"""How ideas hold together. The lines of the regroupings are the truth; `merged_into` follows."""

from collections.abc import Collection

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import override

from essaim.discussions.actions import close_threads, reopen_threads
from essaim.foundation.activity import record
from essaim.foundation.clock import now
from essaim.ideas.actions import owed
from essaim.ideas.facts import IdeasMerged
from essaim.ideas.models import Debate, Idea, RegroupedIdea, Regrouping, Support, Way
from essaim.members.models import Member


def follow_lines(debate: Debate) -> None:
    """Each idea with a line is merged into the one on top of its lines, all others into none.

    The debate is locked. The conversation of a merged idea is read, and goes on when it is by
    itself again.
    """
    lines = RegroupedIdea.objects.filter(regrouping__debate=debate, ended_at__isnull=True)
    above = dict(lines.values_list("idea_id", "regrouping__idea_id"))
    merged = {idea_id: _top(idea_id, above) for idea_id in above}
    before = dict(
        Idea.objects.filter(debate=debate, merged_into__isnull=False).values_list(
            "pk", "merged_into_id"
        )
    )
    changed = [pk for pk in merged.keys() | before.keys() if merged.get(pk) != before.get(pk)]
    ends = [one.get(pk) for pk in changed for one in (merged, before)]
    threads = lock_counting({*changed, *(pk for pk in ends if pk is not None)})
    for pk in sorted(changed):
        Idea.objects.filter(pk=pk).update(merged_into=merged.get(pk))
    close_threads(thread_ids=[threads[pk] for pk in changed if pk not in before])
    reopen_threads(thread_ids=[threads[pk] for pk in changed if pk not in merged])


def _top(idea_id: int, above: dict[int, int]) -> int:
    while idea_id in above:
        idea_id = above[idea_id]
    return idea_id


def lock_counting(idea_ids: Collection[int]) -> dict[int, int]:
    """Locks these and all that count what they count, by id as the counting does: the threads.

    Counts made while we write would else lock them in the order of our writing.
    """
    counting = Idea.objects.counting(idea_ids).order_by("pk")
    return {one.pk: one.thread_id for one in counting.select_for_update(of=("self",))}


def lock_group(idea: Idea) -> None:
    """Locks an idea, those merged into it, and all that count them, in the order of counting."""
    group = Idea.objects.filter(merged_into=idea).values_list("pk", flat=True)
    lock_counting({idea.pk, *group})


def hand_over(idea: Idea, member: Member) -> None:
    """An idea that goes leaves its group to the oldest one that stands: nobody else's is lost.

    It stays in the group itself, so whoever stood behind it counts on, also where it was carried:
    what stands above is the heir's from now on. What was answered stays where its answer is, and
    what was split goes on in its parts. The debate is locked, and so is the group.
    """
    others = list(Idea.objects.filter(merged_into=idea).order_by("proposed_at", "pk"))
    heirs = [one for one in others if not (one.withdrawn_at or one.hidden_at)]
    if not heirs or idea.divided_at or hasattr(idea, "answer"):
        return
    heir, debate = heirs[0], idea.debate
    group = [one.pk for one in others]
    moment = now()
    RegroupedIdea.objects.filter(idea__in=group, ended_at__isnull=True).update(ended_at=moment)
    with override(debate.community.language):
        reason = _("The idea that spoke for the group is gone: the oldest one takes its place.")
    regrouping = Regrouping.objects.create(
        debate=debate, way=Way.MERGE, idea=heir, reason=reason, made_at=moment
    )
    RegroupedIdea.objects.bulk_create(
        RegroupedIdea(regrouping=regrouping, idea_id=pk)
        for pk in sorted({idea.pk, *group} - {heir.pk})
    )
    Idea.objects.filter(carried_from=idea).update(carried_from=heir)
    follow_lines(debate)
    idea.merged_into = heir
    heir.debate = debate
    if debate.closed_at:
        owed.take_over(heir, idea, member)
    record(
        IdeasMerged(
            actor_id=member.pk,
            community_id=debate.community_id,
            audience=heir.audience,
            idea_id=heir.pk,
            debate_id=debate.pk,
            regrouping_id=regrouping.pk,
        )
    )


def support_of(member: Member, idea: Idea) -> bool:
    """Whether the member stands behind the idea, itself or through another it counts for."""
    return Support.objects.behind(idea).filter(member=member).exists()


def take_support_back(member: Member, idea: Idea) -> bool:
    """Out of all that counts for the idea: its group, its whole, and what was carried up as them.

    Behind the other parts, and in other debates above, the member stays.
    """
    behind = set(Idea.objects.behind([idea.pk]).values_list("pk", flat=True))
    rows = Support.objects.filter(idea__in=behind, member=member)
    given = list(rows.values_list("idea_id", flat=True))
    if not given:
        return False
    lost = lock_counting(given).keys() & behind
    others = Idea.objects.filter(Q(part_of__in=lost) | Q(carried_from__in=lost))
    stays = list(others.exclude(pk__in=behind).order_by("pk"))
    removed, _by_model = rows.delete()
    for other in stays:
        Support.objects.add_once(idea=other, member=member)
    return bool(removed)
