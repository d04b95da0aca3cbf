from collections.abc import Collection

from django.utils.translation import gettext as _

from essaim.communities.readers import Reader
from essaim.communities.rules import may_read, readable
from essaim.discussions.models import WITHDRAWAL_UNDO, Position, Post
from essaim.discussions.rules import (
    has_conversations,
    may_moderate,
    may_report_thing,
    may_see_thread,
)
from essaim.foundation.access import ALLOWED, Verdict, refused
from essaim.foundation.clock import now
from essaim.ideas.models import Answer, Debate, Idea, IdeaQuerySet
from essaim.ideas.rules.debates import SUBPLATFORM, are_on, may_propose


def may_see_idea(reader: Reader, idea: Idea) -> Verdict:
    """Hiding and withdrawing narrow the idea's own audience, and its thread's with it."""
    return may_read(reader, idea.debate.community, idea.audience, subplatform=SUBPLATFORM)


def ideas_visible_to(reader: Reader) -> IdeaQuerySet:
    """The twin of `may_see_idea`."""
    found = readable(reader, community="debate__community", subplatform=SUBPLATFORM)
    return Idea.objects.filter(found)


def _stands(idea: Idea) -> Verdict:
    if idea.withdrawn_at:
        return refused(_("This idea was withdrawn by its author."))
    if idea.hidden_at:
        return refused(_("This idea was hidden by a moderator."))
    return ALLOWED


def is_by_itself(idea: Idea) -> Verdict:
    """Whether it takes support and answers itself: neither merged nor split."""
    if idea.divided_at:
        return refused(_("This idea was split: it goes on in its parts."))
    if idea.merged_into_id:
        return refused(_("This idea was merged: it goes on in the one it is merged into."))
    return ALLOWED


def is_carried_up(idea: Idea) -> bool:
    """Whether it stands in a debate above, where it is answered."""
    known: bool | None = getattr(idea, "is_carried", None)  # as a page's query found it
    return Idea.objects.carried_up().filter(pk=idea.pk).exists() if known is None else known


def _takes_support(reader: Reader, idea: Idea) -> Verdict:
    if not may_see_idea(reader, idea):
        return refused(_("This page does not exist."))
    if not (is_there := _stands(idea) and is_by_itself(idea)):
        return is_there
    if not idea.debate.is_open:
        return refused(_("This debate is closed: support no longer changes."))
    if not idea.debate.community.is_open:
        return refused(_("This community is closed: support no longer changes."))
    return ALLOWED


def may_support(reader: Reader, idea: Idea) -> Verdict:
    if reader.is_known and idea.author_id == reader.member_id:
        return refused(_("This idea is yours: others can support it."))
    if not reader.belongs_to(idea.debate.community_id):
        return refused(_("Join this community to support its ideas."))
    takes = _takes_support(reader, idea)
    if takes and reader.member_id in authors_behind(idea):
        return refused(_("An idea of yours is merged into this one: others can support it."))
    return takes


def authors_behind(idea: Idea) -> Collection[int | None]:
    """Who proposed what counts for it, be it merged into what was split or carried up as it."""
    known: list[int] | None = getattr(idea, "authors_behind", None)  # as a page's query found them
    if known is not None:
        return known
    return Idea.objects.behind([idea.pk]).values_list("author_id", flat=True)


def may_withdraw_support(reader: Reader, idea: Idea) -> Verdict:
    """While the debate is open; what was given below also by whoever is no member here."""
    outside = not reader.belongs_to(idea.debate.community_id)
    if outside and not _stands_behind(reader, idea):
        return refused(_("Join this community to support its ideas."))
    return _takes_support(reader, idea)


def _stands_behind(reader: Reader, idea: Idea) -> bool:
    return Idea.objects.supported_by(reader.member_id or 0).filter(pk=idea.pk).exists()


def _is_author(reader: Reader, idea: Idea) -> bool:
    return reader.is_known and idea.author_id == reader.member_id


def _is_inside(reader: Reader, idea: Idea) -> Verdict:
    if not reader.belongs_to(idea.debate.community_id):
        return refused(_("Join this community to propose an idea."))
    if not may_see_idea(reader, idea):
        return refused(_("This page does not exist."))
    return ALLOWED


def may_edit_idea(reader: Reader, idea: Idea) -> Verdict:
    if not _is_author(reader, idea):
        return refused(_("Only its author can change this idea."))
    if not (may_try := _stands(idea) and _is_inside(reader, idea)):
        return may_try
    if not (idea.debate.is_open and idea.debate.community.is_open):
        return refused(_("This debate is closed: its ideas stay as they were."))
    if idea.carried_from_id:
        return refused(_("A community carried this idea here: its words stay as they were."))
    if idea.divided_at:
        return is_by_itself(idea)
    return ALLOWED


def may_withdraw_idea(reader: Reader, idea: Idea) -> Verdict:
    """Until it is answered: from then on others count on the answer."""
    if not _is_author(reader, idea):
        return refused(_("Only its author can withdraw this idea."))
    if not idea.waiting_for and not (stands := _stands(idea)):
        return stands
    if idea.debate.archived_at:
        return refused(_("This is an archive: it shows what was said and takes nothing new."))
    if hasattr(idea, "answer"):
        return refused(_("This idea has been answered: it stays with its answer."))
    return ALLOWED


def may_restore_idea(reader: Reader, idea: Idea) -> Verdict:
    """Undo one's withdrawal within minutes, while the debate takes ideas."""
    if not _is_author(reader, idea):
        return refused(_("Only its author can put this idea back."))
    if not idea.withdrawn_at or idea.hidden_at:
        return refused(_("This idea has not been withdrawn."))
    if now() > idea.withdrawn_at + WITHDRAWAL_UNDO:
        return refused(_("It is too late to put it back. You can propose it again."))
    below = Answer.objects.filter(idea=idea.carried_from_id, answered_at__gte=idea.withdrawn_at)
    if idea.carried_from_id and below.exists():
        return refused(_("This idea has been answered: it stays with its answer."))
    return may_propose(reader, idea.debate)


def may_make_idea(reader: Reader, post: Post, debate: Debate) -> Verdict:
    """Of a message that states another way, by its author, in the same debate, while it is open."""
    if not reader.is_known or post.author_id != reader.member_id:
        return refused(_("Only its author can make this message an idea."))
    if post.withdrawn_at or post.hidden_at:
        return refused(_("This message is no longer shown."))
    if not may_see_thread(reader, post.thread):
        return refused(_("This page does not exist."))
    if post.position != Position.ANOTHER_WAY:
        return refused(_("Only a message that states another way can become an idea."))
    return may_propose(reader, debate)


def may_hide_idea(reader: Reader, idea: Idea) -> Verdict:
    if not (used := are_on(idea.debate.community)):
        return used
    moderates = may_moderate(reader, idea.debate.community)
    if not moderates:
        return refused(_("Only the hosts and moderators of this community hide ideas."))
    if idea.withdrawn_at and idea.title and not idea.hidden_at:
        return ALLOWED  # its words are still read, because others built on them
    return _stands(idea)


def may_report_idea(reader: Reader, idea: Idea) -> Verdict:
    """Whoever reads it, while it is shown, where there is a page of moderation."""
    if not has_conversations(idea.debate.community):
        return refused(_("This page does not exist."))
    return may_report_thing(
        reader,
        may_see=may_see_idea(reader, idea),
        author_id=idea.author_id,
        is_gone=not idea.title or idea.hidden_at is not None,
    )
