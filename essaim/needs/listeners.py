from essaim.communities.facts import DecisionOverturned, MembershipEnded
from essaim.foundation.activity import hears
from essaim.foundation.clock import today
from essaim.members.facts import MemberErased
from essaim.needs import actions
from essaim.needs.facts import (
    HelpAsked,
    HelpConfirmed,
    HelpSaid,
    MatchAccepted,
    MatchActUndone,
    MatchCalledOff,
    MatchDeclined,
    MatchExpired,
    MatchReleased,
    MatchWithdrawn,
    MessageSent,
    NeedClosed,
    NeedForOfficialPosted,
    NeedFreed,
    NeedHandedBack,
    NeedTakenOn,
)
from essaim.needs.models import NEED, Act, Closing
from essaim.needs.queries import told
from essaim.outreach.actions import notify, take_notices_back

_Told = (
    HelpAsked
    | MatchAccepted
    | MatchDeclined
    | MatchWithdrawn
    | MatchCalledOff
    | MatchExpired
    | MatchReleased
    | MatchActUndone
    | HelpConfirmed
)
_OfNeed = NeedFreed | NeedClosed | NeedForOfficialPosted | NeedHandedBack | NeedTakenOn
# What the other side is told of each act: one notice for each line of the history.
KINDS = {
    Act.ASK: "needs.asked",
    Act.ACCEPT: "needs.accepted",
    Act.DECLINE: "needs.declined",
    Act.WITHDRAW: "needs.withdrawn",
    Act.UNMATCH: "needs.called_off",
    Act.EXPIRE: "needs.expired",
    Act.RELEASE: "needs.released",
    Act.UNDO: "needs.undone",
    Act.DONE: "needs.confirmed",
}


def _tell(fact: _Told, act: Act, member_ids: list[int]) -> None:
    notify(
        member_ids=member_ids,
        kind=KINDS[act],
        key=str(fact.event_id),
        community_id=fact.community_id,
        details={"match_id": fact.match_id},
    )


@hears(HelpAsked)
def tell_who_is_asked(fact: HelpAsked) -> None:
    _tell(fact, Act.ASK, told.others(fact.match_id, fact.actor_id))


@hears(MatchAccepted)
def tell_who_asked_that_it_is_agreed(fact: MatchAccepted) -> None:
    _tell(fact, Act.ACCEPT, told.others(fact.match_id, fact.actor_id))


@hears(MatchDeclined)
def tell_who_asked_that_it_is_not(fact: MatchDeclined) -> None:
    _tell(fact, Act.DECLINE, told.others(fact.match_id, fact.actor_id))


@hears(MatchWithdrawn)
def tell_that_nothing_is_asked_any_more(fact: MatchWithdrawn) -> None:
    _tell(fact, Act.WITHDRAW, told.others(fact.match_id, fact.actor_id))


@hears(MatchCalledOff)
def tell_that_it_is_called_off(fact: MatchCalledOff) -> None:
    _tell(fact, Act.UNMATCH, told.others(fact.match_id, fact.actor_id))


@hears(MatchExpired)
def tell_who_waited_that_no_answer_came(fact: MatchExpired) -> None:
    _tell(fact, Act.EXPIRE, told.side_that_asked(fact.match_id, fact.event_id))


@hears(MatchReleased)
def thank_who_waited(fact: MatchReleased) -> None:
    """Whoever would have helped, also where they were asked to; who acted knows."""
    helper = told.helper_of(fact.match_id)
    _tell(fact, Act.RELEASE, [one for one in helper if one != fact.actor_id])


@hears(MatchActUndone)
def tell_what_was_undone(fact: MatchActUndone) -> None:
    """Those who had heard of it; the others never do, of either."""
    undone = told.line_of_history(fact.undone_id)
    unheard = take_notices_back(kind=KINDS[Act(undone.act)], key=str(undone.pk))
    people = told.others(fact.match_id, fact.actor_id)
    _tell(fact, Act.UNDO, [one for one in people if one not in unheard])


@hears(HelpConfirmed)
def tell_the_helper_that_it_counts(fact: HelpConfirmed) -> None:
    _tell(fact, Act.DONE, told.helper_of(fact.match_id))


@hears(HelpSaid)
def ask_for_a_confirmation(fact: HelpSaid) -> None:
    notify(
        member_ids=told.others(fact.match_id, fact.actor_id),
        kind="needs.help_said",
        key=str(fact.match_id),
        community_id=fact.community_id,
        details={"match_id": fact.match_id},
    )


@hears(MessageSent)
def tell_the_other_side(fact: MessageSent) -> None:
    notify(
        member_ids=told.others(fact.match_id, fact.actor_id),
        kind="needs.message",
        key=str(fact.message_id),
        community_id=fact.community_id,
        details={"match_id": fact.match_id},
    )


def _tell_of_need(fact: _OfNeed, kind: str, people: list[int], event: object) -> None:
    """`event` tells one such notice of a need from the next."""
    notify(
        member_ids=[one for one in people if one != fact.actor_id],
        kind=kind,
        key=f"{fact.need_id}:{event}",
        community_id=fact.community_id,
        details={"need_id": fact.need_id},
    )


@hears(NeedFreed)
def tell_whom_it_released(fact: NeedFreed) -> None:
    people = told.released_from(fact.need_id)
    _tell_of_need(fact, "needs.freed", people, told.frees(fact.need_id))


@hears(NeedClosed)
def tell_its_poster_that_it_ended(fact: NeedClosed) -> None:
    """What the clock or a facilitator ended; who ends it themself knows."""
    closed_at = told.closed_at(fact.need_id)
    if closed_at and fact.closing in (Closing.EXPIRED, Closing.UNANSWERED, Closing.REFUSED):
        people = told.poster_of(fact.need_id)
        _tell_of_need(fact, "needs.closed", people, closed_at.isoformat())


@hears(NeedForOfficialPosted, NeedHandedBack)
def ask_facilitators(fact: NeedForOfficialPosted | NeedHandedBack) -> None:
    """Once when it is posted, and once a day that it is handed back."""
    event = today() if isinstance(fact, NeedHandedBack) else "posted"
    _tell_of_need(fact, "needs.to_facilitate", told.facilitators_for(fact.need_id), event)


@hears(NeedTakenOn)
def tell_that_a_facilitator_carries_it(fact: NeedTakenOn) -> None:
    if approved_at := told.approved_at(fact.need_id):
        people = told.poster_of(fact.need_id)
        _tell_of_need(fact, "needs.taken_on", people, approved_at.isoformat())


@hears(MembershipEnded)
def take_back_what_a_leaver_asked(fact: MembershipEnded) -> None:
    if fact.actor_id is not None and fact.community_id is not None:
        actions.leave_needs(member_id=fact.actor_id, community_id=fact.community_id)


@hears(MemberErased)
def end_what_an_erased_account_had_agreed_to(fact: MemberErased) -> None:
    if fact.actor_id is not None:
        actions.leave_needs(member_id=fact.actor_id)
        actions.end_without_helper()


@hears(DecisionOverturned)
def put_a_refused_need_back(fact: DecisionOverturned) -> None:
    if fact.subject_kind == NEED:
        actions.reopen_refused(need_id=fact.subject_id)
