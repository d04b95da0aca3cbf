from collections.abc import Collection, Iterable

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from essaim.communities.models import power
from essaim.communities.readers import Reader
from essaim.discussions.rules import MODERATING
from essaim.foundation.access import ALLOWED, Verdict, refused
from essaim.foundation.clock import now
from essaim.ideas.models import REGROUPING_UNDO, Debate, Idea, Regrouping, Way, is_carried
from essaim.ideas.rules.debates import ASKING, are_on
from essaim.ideas.rules.ideas import is_carried_up, may_see_idea

REGROUPING = tuple(dict.fromkeys((*ASKING, *MODERATING)))
REGROUP = power("ideas.regroup", gettext_lazy("merges and splits ideas"), REGROUPING)


def _holds(reader: Reader, debate: Debate) -> Verdict:
    if not (used := are_on(debate.community)):
        return used
    if not reader.may(debate.community, REGROUP):
        return refused(_("Only the hosts and moderators of this community merge and split ideas."))
    return ALLOWED


def _takes_changes(debate: Debate) -> Verdict:
    if not (debate.is_open and debate.community.is_open):
        return refused(_("This debate is not open: its ideas stay as they were."))
    return ALLOWED


def may_regroup(reader: Reader, debate: Debate) -> Verdict:
    """Merge and split ideas of this debate: those who run or moderate it, while it is open."""
    return _holds(reader, debate) and _takes_changes(debate)


def _is_whole(reader: Reader, idea: Idea) -> Verdict:
    """Seen by this reader, standing, and by itself."""
    said = {"title": idea.title}
    if not may_see_idea(reader, idea) or idea.withdrawn_at or idea.hidden_at:
        return refused(_("“%(title)s” is no longer there.") % said)
    if idea.merged_into_id:
        return refused(_("“%(title)s” has been merged with another idea meanwhile.") % said)
    if idea.divided_at:
        return refused(_("“%(title)s” has been split: choose its parts.") % said)
    return ALLOWED


def may_merge(reader: Reader, debate: Debate, ideas: Collection[Idea]) -> Verdict:
    """Two or more ideas of one open debate, each of them there for this reader."""
    if not (verdict := may_regroup(reader, debate)):
        return verdict
    if len(ideas) < 2:  # noqa: PLR2004  one alone is no group
        return refused(_("Choose at least two ideas."))
    for idea in ideas:
        if idea.debate_id != debate.pk:
            return refused(_("Ideas of one debate only are merged."))
        if not (verdict := _is_whole(reader, idea)):
            return verdict
    return ALLOWED


def may_split(reader: Reader, idea: Idea) -> Verdict:
    return may_regroup(reader, idea.debate) and _is_whole(reader, idea)


def may_undo(reader: Reader, regrouping: Regrouping) -> Verdict:
    """Within the window, by those who merge and split; an author refuses the split of an idea.

    Once the debate is closed only until the idea has its answer: others count on that one.
    """
    debate, idea = regrouping.debate, regrouping.idea
    is_refusal = (
        regrouping.way == Way.SPLIT
        and reader.is_known
        and idea.author_id == reader.member_id
        and bool(_takes_changes(debate))
    )
    if not is_refusal and not (verdict := _holds(reader, debate)):
        return verdict
    if not debate.community.is_open or not may_see_idea(reader, idea):
        return refused(_("This page does not exist."))
    if regrouping.undone_at:
        return refused(_("This has been undone."))
    if now() > regrouping.made_at + REGROUPING_UNDO:
        return refused(
            _("This was done more than %(days)s days ago: it stays.")
            % {"days": REGROUPING_UNDO.days}
        )
    return _splits_back(idea) if regrouping.way == Way.SPLIT else _comes_apart(regrouping)


def _comes_apart(regrouping: Regrouping) -> Verdict:
    held = getattr(regrouping, "is_held", None)  # as a page's query found it
    if not (regrouping.lines.filter(ended_at__isnull=True).exists() if held is None else held):
        return refused(_("Nothing is left of this group."))
    idea = regrouping.idea
    survivor = idea.merged_into or idea
    if hasattr(survivor, "answer"):
        return refused(_("The idea has been answered: the group stays with its answer."))
    return _stays_here(regrouping.debate, [survivor])


def _splits_back(idea: Idea) -> Verdict:
    if idea.withdrawn_at or idea.hidden_at:
        return refused(_("The idea itself is no longer there: its parts stay."))
    parts = Idea.objects.filter(part_of=idea).select_related("answer")
    parts = parts.annotate(is_carried=is_carried())
    for part in parts:
        said = {"title": part.title}
        if part.merged_into_id or part.divided_at:
            return refused(_("“%(title)s” has been merged or split since: undo that first.") % said)
        if hasattr(part, "answer"):
            return refused(_("“%(title)s” has been answered: the parts stay.") % said)
    return _stays_here(idea.debate, parts)


def _stays_here(debate: Debate, ideas: Iterable[Idea]) -> Verdict:
    """None was carried up: there it counts whoever stood behind it when it was sent."""
    if debate.is_closed and any(map(is_carried_up, ideas)):  # only then it may have been
        return refused(_("This idea was carried to a community above: it is answered there."))
    return ALLOWED


def may_leave_group(reader: Reader, idea: Idea) -> Verdict:
    """Its author at any time while the debate is open; a host takes it out as freely."""
    is_author = reader.is_known and idea.author_id == reader.member_id
    if not is_author and not (verdict := _holds(reader, idea.debate)):
        return verdict
    if not (verdict := _takes_changes(idea.debate)):
        return verdict
    if not may_see_idea(reader, idea):
        return refused(_("This page does not exist."))
    if idea.merged_into_id is None:
        return refused(_("This idea stands by itself."))
    return ALLOWED
