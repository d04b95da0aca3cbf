from essaim.commitments.facts import CommitmentMade
from essaim.communities.facts import MembershipEnded
from essaim.events import actions
from essaim.events.facts import (
    ActionPointGivenBack,
    ActionPointHandedOver,
    EventPublished,
    HoldingAccepted,
    HoldingAsked,
    LinkAskedAgain,
    MembersInvited,
    PictureObjected,
    Registered,
    SeatOffered,
    SeatPassedOn,
    SeatTaken,
    SeriesPublished,
)
from essaim.events.models import ACTION_POINT
from essaim.events.queries import minutes, series, told
from essaim.foundation.activity import hears
from essaim.members.facts import MemberErased
from essaim.outreach.actions import notify

_OfSeat = SeatOffered | SeatPassedOn


@hears(EventPublished)
def tell_members_of_a_gathering(fact: EventPublished) -> None:
    """Those it is for; whoever published it knows."""
    notify(
        member_ids=told.members_to_tell(fact.event_id) - {fact.actor_id},
        kind="events.published",
        key=str(fact.event_id),
        community_id=fact.community_id,
        details={"event_id": fact.event_id},
    )


@hears(SeriesPublished)
def tell_members_of_a_series(fact: SeriesPublished) -> None:
    """Once for all of its evenings, those of later years too."""
    notify(
        member_ids=series.members_to_tell(fact.series_id) - {fact.actor_id},
        kind="events.series",
        key=str(fact.series_id),
        community_id=fact.community_id,
        details={"series_id": fact.series_id},
    )


@hears(MembersInvited)
def tell_who_is_invited(fact: MembersInvited) -> None:
    """Each once, however often others are invited later."""
    notify(
        member_ids=told.invited_to(fact.event_id),
        kind="events.invited",
        key=str(fact.event_id),
        community_id=fact.community_id,
        details={"event_id": fact.event_id},
    )


@hears(HoldingAsked)
def ask_the_other_community(fact: HoldingAsked) -> None:
    notify(
        member_ids=told.who_answers_holding(fact.holder_id),
        kind="events.holding_asked",
        key=str(fact.holder_id),
        community_id=fact.community_id,
        details={"event_id": fact.event_id, "holder_id": fact.holder_id},
    )


@hears(HoldingAccepted)
def tell_that_they_hold_it_too(fact: HoldingAccepted) -> None:
    notify(
        member_ids=[one for one in told.who_asked(fact.holder_id) if one != fact.actor_id],
        kind="events.holding_accepted",
        key=str(fact.holder_id),
        community_id=fact.community_id,
        details={"event_id": fact.event_id},
    )


@hears(Registered, SeatTaken, LinkAskedAgain)
def send_the_ticket(fact: Registered | SeatTaken | LinkAskedAgain) -> None:
    actions.send_ticket(registration_id=fact.registration_id)


@hears(SeatOffered)
def tell_that_a_seat_is_free(fact: SeatOffered) -> None:
    actions.send_offer(registration_id=fact.registration_id)
    _notify(fact, "events.seat_offered")


@hears(SeatPassedOn)
def tell_that_the_seat_went_on(fact: SeatPassedOn) -> None:
    actions.send_passed_on(registration_id=fact.registration_id)
    _notify(fact, "events.seat_passed_on")


def _notify(fact: _OfSeat, kind: str) -> None:
    """Mailed by itself: a day is too long to wait for a seat. Once for each offer."""
    registration = told.registration_of(fact.registration_id)
    if registration is None or registration.member_id is None:
        return
    notify(
        member_ids=[registration.member_id],
        kind=kind,
        key=f"{fact.registration_id}:{registration.changed_at.isoformat()}",
        community_id=fact.community_id,
        details={"event_id": fact.event_id},
        is_mailed=True,
    )


@hears(PictureObjected)
def tell_that_somebody_does_not_want_a_picture(fact: PictureObjected) -> None:
    """Those who hold it, each time that somebody says so, unless it is settled already."""
    objected_at = told.objection_to(fact.picture_id)
    if objected_at is None:
        return
    notify(
        member_ids=told.who_holds(fact.event_id),
        kind="events.picture_objected",
        key=f"{fact.picture_id}:{objected_at.isoformat()}",
        community_id=fact.community_id,
        details={"picture_id": fact.picture_id, "objected_at": objected_at.isoformat()},
    )


@hears(MembershipEnded)
def free_the_seats_of_a_leaver(fact: MembershipEnded) -> None:
    if fact.actor_id is not None and fact.community_id is not None:
        actions.leave_events(member_id=fact.actor_id, community_id=fact.community_id)


@hears(MemberErased)
def free_the_seats_of_an_erased_account(fact: MemberErased) -> None:
    actions.free_seats_of_nobody()


@hears(CommitmentMade)
def tell_who_does_it(fact: CommitmentMade) -> None:
    """Whoever wrote it down for themselves knows."""
    if fact.subject_kind != ACTION_POINT:
        return
    _tell_owner(fact.subject_id, fact)


@hears(ActionPointHandedOver)
def tell_who_does_it_now(fact: ActionPointHandedOver) -> None:
    _tell_owner(fact.point_id, fact, again=fact.at.isoformat())


@hears(ActionPointGivenBack)
def tell_that_it_was_given_back(fact: ActionPointGivenBack) -> None:
    notify(
        member_ids=told.who_holds(fact.event_id) - {fact.actor_id},
        kind="events.task_given_back",
        key=f"{fact.point_id}:{fact.at.isoformat()}",
        community_id=fact.community_id,
        details={"point_id": fact.point_id},
    )


def _tell_owner(
    point_id: int, fact: CommitmentMade | ActionPointHandedOver, *, again: str = ""
) -> None:
    """`again`: what tells one handing over from another, to somebody who has had it before."""
    owner_id = minutes.owner_to_tell(point_id)
    if owner_id is None or owner_id == fact.actor_id:
        return
    notify(
        member_ids=[owner_id],
        kind="events.task",
        key=f"{point_id}:{owner_id}:{again}",
        community_id=fact.community_id,
        details={"point_id": point_id},
    )
