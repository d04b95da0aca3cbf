"""How ideas, and the words of whoever contests an answer, are hidden and shown again."""

from django.db import transaction
from django.db.models import Q

from essaim.communities.models import Audience
from essaim.communities.readers import fresh_reader
from essaim.discussions.actions import Handling, Thing, handles, hide_thing
from essaim.discussions.models import Waiting
from essaim.foundation.access import require
from essaim.foundation.activity import record
from essaim.foundation.clock import now
from essaim.ideas import rules
from essaim.ideas.actions import debates, groups, ideas, owed
from essaim.ideas.actions.appeals import appeal_of
from essaim.ideas.facts import AppealHidden, IdeaHidden
from essaim.ideas.models import APPEAL, IDEA, Appeal, Idea
from essaim.members.models import Member


@transaction.atomic
def hide_idea(*, member: Member, idea: Idea, reason: str, word: str = "") -> Idea:
    """A moderator's decision, with its reason: only those who hold a role still read the idea."""
    require(rules.may_hide_idea(fresh_reader(member), _lock_idea(idea.pk).row))
    hide_thing(member=member, kind=IDEA, subject_id=idea.pk, reason=reason, word=word)
    return Idea.objects.select_related("debate__community").get(pk=idea.pk)


@transaction.atomic
def hide_appeal(*, member: Member, idea: Idea, reason: str, word: str = "") -> Appeal:
    """A moderator's decision, with its reason: only those who hold a role still read the words."""
    idea = ideas.locked(idea, debates.locked(idea.debate))
    appeal = appeal_of(idea)
    require(rules.may_hide_appeal(fresh_reader(member), idea))
    hide_thing(member=member, kind=APPEAL, subject_id=appeal.pk, reason=reason, word=word)
    return Appeal.objects.get(pk=appeal.pk)


def _lock_idea(idea_id: int) -> Thing:
    known = Idea.objects.select_related("debate").get(pk=idea_id)
    debates.lock_origins(Idea.objects.filter(pk=idea_id))
    debate = debates.locked(known.debate)
    groups.lock_group(known)
    idea = ideas.locked(known, debate)
    speaks = bool(debate.closed_at) or _stands_for_more(idea)
    return ideas.thing_of(idea, speaks_for_others=speaks)


def _stands_for_more(idea: Idea) -> bool:
    """Whether others count for it, or it counts elsewhere."""
    linked = Q(merged_into=idea) | Q(part_of=idea) | Q(carried_from=idea)
    return bool(idea.merged_into_id or idea.carried_from_id) or (
        Idea.objects.filter(linked).exists()
    )


def _hide_idea(thing: Thing, member: Member | None, reason: str) -> None:
    """Nobody owes an answer to what a decision hid; what only waits is as it was once it is shown.

    Without a member it waits for a decision.
    """
    idea: Idea = thing.row
    if member:
        groups.hand_over(idea, member)
    idea.hidden_at = now()
    idea.hidden_by = member
    idea.hiding_reason = reason
    idea.waiting_for = "" if member else Waiting.DECISION
    ideas.narrow(idea, Audience.ROLE_HOLDERS)
    idea.save(update_fields=["hidden_at", "hidden_by", "hiding_reason", "waiting_for", "audience"])
    if member is None:
        return
    if not idea.withdrawn_at:  # else nothing is owed any more
        owed.release(idea, member, because_hidden=True)
    record(IdeaHidden(actor_id=member.pk, **ideas.about(idea)))


def _show_idea(thing: Thing, member: Member | None) -> None:
    """Back for all it is meant for; owed again what it would be owed, counted from today if late.

    A group that it spoke for goes on under its heir.
    """
    idea: Idea = thing.row
    idea.hidden_at = idea.hidden_by = None
    idea.hiding_reason = idea.waiting_for = ""
    ideas.narrow(idea, Audience(idea.debate.audience) if idea.title else Audience.NOBODY)
    idea.save(update_fields=["hidden_at", "hidden_by", "hiding_reason", "waiting_for", "audience"])
    if idea.withdrawn_at:
        return
    owed.owe_again(idea, member)
    if thing.waiting_for == Waiting.LOOK:
        ideas.record_proposed(idea)


def _lock_appeal(appeal_id: int) -> Thing:
    known = Appeal.objects.select_related("answer__idea__debate").get(pk=appeal_id)
    idea = ideas.locked(known.answer.idea, debates.locked(known.answer.idea.debate))
    appeal = Appeal.objects.select_for_update(of=("self",)).get(pk=appeal_id)
    return Thing(
        kind=APPEAL,
        pk=appeal.pk,
        community=idea.debate.community,
        audience=idea.debate.audience,
        author_id=appeal.appellant_id,
        text=appeal.reasons,
        is_hidden=appeal.hidden_at is not None,
        waiting_for=None,
        is_gone=not appeal.reasons,
        may_see=lambda reader: rules.may_see_idea(reader, idea),
        speaks_for_others=True,
        row=(idea, appeal),
    )


def _hide_appeal(thing: Thing, member: Member | None, reason: str) -> None:
    idea, appeal = thing.row
    appeal.hidden_at, appeal.hidden_by, appeal.hiding_reason = now(), member, reason
    appeal.save(update_fields=["hidden_at", "hidden_by", "hiding_reason"])
    record(AppealHidden(actor_id=member.pk if member else None, **ideas.about(idea)))


def _show_appeal(thing: Thing, _member: Member | None) -> None:
    Appeal.objects.filter(pk=thing.pk).update(hidden_at=None, hidden_by=None, hiding_reason="")


handles(IDEA, Handling(lock=_lock_idea, hide=_hide_idea, show=_show_idea))
handles(APPEAL, Handling(lock=_lock_appeal, hide=_hide_appeal, show=_show_appeal))
