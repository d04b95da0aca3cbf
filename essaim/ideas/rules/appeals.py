from datetime import timedelta

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from essaim.communities.models import Role, power
from essaim.communities.readers import Reader
from essaim.discussions.rules import may_moderate
from essaim.foundation.access import ALLOWED, Verdict, refused
from essaim.foundation.clock import now
from essaim.ideas.models import Answer, Appeal, Idea
from essaim.ideas.rules.debates import are_on
from essaim.ideas.rules.ideas import authors_behind, may_see_idea

CONTEST_WINDOW = timedelta(days=30)
# Besides whoever else holds the answering role.
SECOND_LOOKERS = (Role.ADMINISTRATOR, Role.COMMUNITY_MANAGER, Role.HOST)
LOOK_AT_ANSWER = power(
    "ideas.look_at_answer",
    gettext_lazy("takes second looks at answers"),
    SECOND_LOOKERS,
    reaches=True,
    is_delegable=False,
)


def appeal_against(idea: Idea) -> Appeal | None:
    answer: Answer | None = getattr(idea, "answer", None)
    return getattr(answer, "appeal", None)


def _can_be_contested(idea: Idea) -> Verdict:
    answer: Answer | None = getattr(idea, "answer", None)
    if answer is None:
        return refused(_("This idea has no answer yet."))
    if hasattr(answer, "appeal"):
        return refused(_("This answer has been contested: that happens once."))
    if now() > answer.answered_at + CONTEST_WINDOW:
        return refused(
            _("An answer can be contested during %(days)s days.") % {"days": CONTEST_WINDOW.days}
        )
    if not (stands := _stands(idea)):
        return stands
    if not idea.debate.community.is_open:
        return refused(_("This community is closed: its answers no longer change."))
    return ALLOWED


def _stands(idea: Idea) -> Verdict:
    if idea.withdrawn_at or idea.hidden_at:
        return refused(_("This idea no longer stands: its answer does not change."))
    return ALLOWED


def may_contest(reader: Reader, idea: Idea) -> Verdict:
    """Whoever proposed the idea or stands behind it, once for each answer, while it is fresh."""
    contestable = are_on(idea.debate.community) and _can_be_contested(idea)
    if not contestable:
        return contestable
    if not reader.belongs_to(idea.debate.community_id):
        if _stands_below(reader, idea):
            return ALLOWED
        return refused(_("Only members of this community contest its answers."))
    if _concerns(reader, idea):
        return ALLOWED
    return refused(_("Those who proposed or supported this idea can contest its answer."))


def _concerns(reader: Reader, idea: Idea) -> bool:
    """Whether the reader proposed or supported it, or what counts for it."""
    known: bool | None = getattr(idea, "is_supported_behind", None)  # as a page's query found it
    if known is not None:
        return known or reader.member_id in authors_behind(idea)
    return Idea.objects.concerning(reader.member_id or 0).filter(pk=idea.pk).exists()


def _stands_below(reader: Reader, idea: Idea) -> bool:
    """Whether the reader proposed or supported it in a community of theirs that carried it."""
    if not reader.community_ids or not may_see_idea(reader, idea):
        return False
    given = Q(author=reader.member_id) | Q(supports__member=reader.member_id)
    there = Idea.objects.behind([idea.pk]).filter(debate__community__in=reader.community_ids)
    return there.filter(given).exists()


def may_withdraw_appeal(reader: Reader, appeal: Appeal) -> Verdict:
    """At any time; it is not made a second time. Once it is decided only its words go."""
    if not reader.is_known or appeal.appellant_id != reader.member_id:
        return refused(_("Only whoever contested the answer can take that back."))
    if appeal.withdrawn_at or appeal.words_withdrawn_at:
        return refused(_("Whoever contested this answer took it back."))
    return ALLOWED


def may_read_appeal(reader: Reader, idea: Idea, appeal: Appeal) -> Verdict:
    """Its reasons; hidden ones are still read by those who hold a role, as they decide about it."""
    if appeal.hidden_at and not reader.holds(idea.debate.community):
        return refused(_("These reasons were hidden by a moderator."))
    return ALLOWED


def may_hide_appeal(reader: Reader, idea: Idea) -> Verdict:
    """Its reasons, not the second look: that is taken all the same."""
    if not (used := are_on(idea.debate.community)):
        return used
    if not may_moderate(reader, idea.debate.community):
        return refused(_("Only the hosts and moderators of this community hide reasons."))
    appeal = appeal_against(idea)
    if appeal is None or not appeal.reasons:
        return refused(_("There are no reasons to hide."))
    if appeal.hidden_at:
        return refused(_("These reasons were hidden by a moderator."))
    if appeal.first_answered_by_id == reader.member_id:
        return refused(_("They contest your own answer: someone else decides about them."))
    return ALLOWED


def _waits(appeal: Appeal) -> Verdict:
    if appeal.withdrawn_at:
        return refused(_("Whoever contested this answer took it back."))
    if appeal.decided_at:
        return refused(_("The second look has been taken."))
    return ALLOWED


def asking(idea: Idea, appeal: Appeal) -> set[int | None]:
    """Whoever contested, and the authors of all that the idea speaks for."""
    return {appeal.appellant_id, *authors_behind(idea)}


def may_decide_appeal(reader: Reader, idea: Idea) -> Verdict:
    """Someone else than whoever answered first, and than whoever asks for another answer."""
    appeal = appeal_against(idea) if are_on(idea.debate.community) else None
    if appeal is None:
        return refused(_("Nobody contested this answer."))
    if not (
        reader.may(idea.debate.community, LOOK_AT_ANSWER)
        or reader.holds(idea.debate.community, idea.debate.answering_role)
    ):
        return refused(_("Another holder of a role in this community looks at this again."))
    if not (waits := _waits(appeal)):
        return waits
    if appeal.first_answered_by_id == reader.member_id:
        return refused(_("You gave the first answer: someone else looks again."))
    if reader.member_id in asking(idea, appeal):
        return refused(_("You have asked for this yourself: someone else looks again."))
    return _stands(idea)
