from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from essaim.communities.models import Community, Role, power
from essaim.communities.readers import Reader
from essaim.communities.rules import RUN, Subplatform, is_on, may_read, readable, switchable
from essaim.discussions.models import (
    EDIT_WINDOW,
    WITHDRAWAL_UNDO,
    Case,
    Current,
    ModerationPolicy,
    Outcome,
    Post,
    Thread,
)
from essaim.foundation.access import ALLOWED, Verdict, refused
from essaim.foundation.clock import now

MODERATING = (Role.MODERATOR, Role.HOST, Role.COMMUNITY_MANAGER, Role.ADMINISTRATOR)
MODERATE = power(
    "discussions.moderate",
    gettext_lazy("decides about what members report"),
    MODERATING,
    reaches=True,
)

# Whoever gives a conversation its shape; a moderator judges single messages, not views.
NAMING = (
    Role.HOST,
    Role.LEAD,
    Role.FACILITATOR,
    Role.COMMUNITY_MANAGER,
    Role.ADMINISTRATOR,
)
NAME_CURRENTS = power(
    "discussions.name_currents", gettext_lazy("names currents of thought"), NAMING, reaches=True
)


SUBPLATFORM = switchable(
    Subplatform(
        "discussions",
        gettext_lazy("Conversations"),
        gettext_lazy(
            "What is said under ideas and debates: messages, positions, currents of thought, and"
            " what moderators decided about messages."
        ),
    )
)


def has_conversations(community: Community) -> bool:
    """Whether anything said in this community is shown."""
    return is_on(community, SUBPLATFORM)


def may_see_thread(reader: Reader, thread: Thread) -> Verdict:
    """Where conversations are, and what this one is about."""
    return may_read(
        reader,
        thread.community,
        thread.audience,
        subplatform=SUBPLATFORM,
        subject_kind=thread.subject_kind,
    )


def threads_visible_to(reader: Reader) -> QuerySet[Thread]:
    """The twin of `may_see_thread`."""
    found = readable(reader, subplatform=SUBPLATFORM, subject_kind="subject_kind")
    return Thread.objects.filter(found)


def may_write(reader: Reader, thread: Thread) -> Verdict:
    """Members of the community talk, and those who hold a role in it."""
    if not may_see_thread(reader, thread):
        return refused(_("This page does not exist."))
    if thread.closed_at or not thread.community.is_open:
        return refused(_("This conversation is closed: it can be read, not continued."))
    if not reader.is_known:
        return refused(_("Sign in to take part in this conversation."))
    if not (reader.belongs_to(thread.community_id) or reader.holds(thread.community)):
        return refused(_("Join this community to take part in its conversations."))
    return ALLOWED


def may_reply(reader: Reader, post: Post) -> Verdict:
    """Whoever may talk here, to what everyone can read."""
    if post.withdrawn_at or post.hidden_at:
        return refused(_("This message is no longer shown: it takes no more replies."))
    return may_write(reader, post.thread)


def _owns_standing(reader: Reader, post: Post) -> Verdict:
    if not reader.is_known or post.author_id != reader.member_id:
        return refused(_("Only its author can change this message."))
    if post.withdrawn_at:
        return refused(_("This message has been withdrawn."))
    if post.hidden_at and not post.waiting_for:
        return refused(_("This message was hidden by the moderators and can no longer change."))
    return ALLOWED


def may_edit(reader: Reader, post: Post) -> Verdict:
    owns = _owns_standing(reader, post)
    if not owns:
        return owns
    if not may_see_thread(reader, post.thread):
        return refused(_("This page does not exist."))
    if post.waiting_for:
        return refused(_("This message waits for the moderators: you can withdraw it meanwhile."))
    if now() > post.created_at + EDIT_WINDOW:
        minutes = int(EDIT_WINDOW.total_seconds() // 60)
        return refused(
            _(
                "A message can be corrected for %(minutes)s minutes. You can still withdraw it"
                " and write another."
            )
            % {"minutes": minutes}
        )
    return ALLOWED


def may_withdraw(reader: Reader, post: Post) -> Verdict:
    """At any time: what one said, one may take back."""
    return _owns_standing(reader, post)


def may_restore(reader: Reader, post: Post) -> Verdict:
    """Undo one's withdrawal within minutes, where one may still talk."""
    if not reader.is_known or post.author_id != reader.member_id:
        return refused(_("Only its author can put this message back."))
    if not post.withdrawn_at:
        return refused(_("This message has not been withdrawn."))
    if now() > post.withdrawn_at + WITHDRAWAL_UNDO:
        return refused(_("It is too late to put it back: its words are gone. Write it again."))
    return may_write(reader, post.thread)


def may_support_post(reader: Reader, post: Post) -> Verdict:
    """Whoever may talk here, of anybody's message but their own."""
    if reader.is_known and post.author_id == reader.member_id:
        return refused(_("This message is yours: others can find it convincing."))
    if post.withdrawn_at or post.hidden_at:
        return refused(_("This message is no longer shown."))
    return may_write(reader, post.thread)


def may_withdraw_post_support(reader: Reader, post: Post) -> Verdict:
    """While the conversation goes on."""
    return may_write(reader, post.thread)


def may_take_stance(reader: Reader, thread: Thread) -> Verdict:
    """Whoever may talk here may say where they stand without a word."""
    return may_write(reader, thread)


def may_name_current(reader: Reader, thread: Thread) -> Verdict:
    if not may_see_thread(reader, thread):
        return refused(_("This page does not exist."))
    if thread.closed_at or not thread.community.is_open:
        return refused(_("This conversation is closed: it can be read, not continued."))
    return _shapes(reader, thread)


def _shapes(reader: Reader, thread: Thread) -> Verdict:
    if not reader.may(thread.community, NAME_CURRENTS):
        return refused(_("Only those who host this community name currents of thought."))
    return ALLOWED


def may_change_current(reader: Reader, current: Current) -> Verdict:
    """Its name and its messages: any host, whoever named it."""
    if current.withdrawn_at:
        return refused(_("This current was withdrawn."))
    return may_name_current(reader, current.thread)


def may_withdraw_current(reader: Reader, current: Current) -> Verdict:
    """The whole of it taken back: any host, also where nobody talks any more."""
    if current.withdrawn_at:
        return refused(_("This current was withdrawn."))
    return may_withdraw_currents(reader, current.thread)


def may_withdraw_currents(reader: Reader, thread: Thread) -> Verdict:
    if not may_see_thread(reader, thread):
        return refused(_("This page does not exist."))
    return _shapes(reader, thread)


def may_leave_current(reader: Reader, current: Current) -> Verdict:
    """Asked of an author, at any time: nobody is made to carry a view."""
    if not reader.is_known:
        return refused(_("Sign in to leave this current."))
    if current.withdrawn_at:
        return refused(_("This current was withdrawn."))
    return ALLOWED


def may_report(reader: Reader, post: Post) -> Verdict:
    return may_report_thing(
        reader,
        may_see=may_see_thread(reader, post.thread),
        author_id=post.author_id,
        is_gone=bool(post.withdrawn_at or post.hidden_at),
    )


def may_report_thing(
    reader: Reader, *, may_see: Verdict, author_id: int | None, is_gone: bool
) -> Verdict:
    """Whoever can read something may ask the moderators to look, also from outside."""
    if not reader.is_known:
        return refused(_("Sign in to report this."))
    if not may_see:
        return refused(_("This page does not exist."))
    if author_id == reader.member_id:
        return refused(_("This is yours: you can withdraw it."))
    if is_gone:
        return refused(_("This is no longer shown."))
    return ALLOWED


def may_take_report_back(reader: Reader) -> Verdict:
    """Whoever reported, while nobody has decided; also where they may no longer read."""
    if not reader.is_known:
        return refused(_("Sign in to report this."))
    return ALLOWED


def may_moderate(reader: Reader, community: Community) -> Verdict:
    if reader.may(community, MODERATE):
        return ALLOWED
    return refused(_("Only the hosts and moderators of this community decide about reports."))


def may_read_case(reader: Reader, case: Case) -> Verdict:
    """Its moderators; and whoever wrote what it is about, wherever they belong by now."""
    if not has_conversations(case.community):
        return refused(_("This page does not exist."))
    if reader.is_known and case.author_id == reader.member_id:
        return ALLOWED
    if may_moderate(reader, case.community):
        return ALLOWED
    return refused(_("This page does not exist."))


def may_handle_case(reader: Reader, case: Case) -> Verdict:
    """Take it or decide it: a moderator, of what others wrote, while nobody has decided."""
    moderates = may_moderate(reader, case.community)
    if not moderates:
        return moderates
    if not _is_neutral(reader, case):
        return refused(_("You wrote this: someone else decides about it."))
    if case.closed_at:
        return refused(_("This has been decided already."))
    return ALLOWED


def _is_neutral(reader: Reader, case: Case) -> bool:
    """Neither its author nor, by what the author lent them, in the author's stead."""
    return case.author_id != reader.member_id and reader.may(
        case.community, MODERATE, in_stead_of_none={case.author_id}
    )


def may_decide_case(reader: Reader, case: Case, policy: ModerationPolicy) -> Verdict:
    handles = may_handle_case(reader, case)
    if handles and case.owner_now(policy.claim_hours) not in {None, reader.member_id}:
        return refused(_("Another moderator has taken this: they decide, or give it back."))
    return handles


def may_put_back(reader: Reader, case: Case) -> Verdict:
    """What a decision hid: any moderator, with a reason; not whoever wrote it."""
    moderates = may_moderate(reader, case.community)
    if not moderates:
        return moderates
    if not _is_neutral(reader, case):
        return refused(_("You wrote this: someone else decides about it."))
    if case.outcome != Outcome.HIDDEN or case.put_back_at:
        return refused(_("This is not hidden by a decision."))
    return ALLOWED


def may_set_moderation(reader: Reader, community: Community) -> Verdict:
    """Its own people set how they moderate; nobody does it from above."""
    if not community.is_open:
        return refused(_("This community is closed: it does not change any more."))
    if reader.may_here(community, RUN):
        return ALLOWED
    return refused(_("Only those who run %(name)s can change this.") % {"name": community.name})
