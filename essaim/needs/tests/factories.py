"""Needs, offers, matches and their people for tests, made as directly as the database allows."""

from datetime import timedelta
from itertools import count
from typing import Any

from django.db import transaction

from essaim.communities.models import Community, Kind, Mandate, Membership, Role
from essaim.foundation.clock import now, today
from essaim.foundation.text import unaccented
from essaim.members.models import Member
from essaim.needs.actions import edit_need
from essaim.needs.models import (
    Act,
    Match,
    MatchEvent,
    Need,
    NeedKind,
    NeedSkill,
    Offer,
    OfferSkill,
    Remote,
    Side,
    State,
)

_numbers = count(1)


def make_member(name: str = "", **fields: Any) -> Member:
    number = next(_numbers)
    return Member.objects.create(
        email=f"helper{number}@example.org",
        name=name or f"Helper {number}",
        proved_at=now(),
        language="en",
        **fields,
    )


def make_community(**fields: Any) -> Community:
    number = next(_numbers)
    values: dict[str, Any] = {
        "slug": f"helping-{number}",
        "kind": Kind.MOVEMENT,
        "name": f"Helping {number}",
        "name_key": f"helping {number}",
        "language": "en",
        "opened_at": now() - timedelta(days=400),
    }
    return Community.objects.create(**values | fields)


def make_person(community: Community, name: str = "", **fields: Any) -> Member:
    """A member of the community, and of those above it."""
    member = make_member(name, **fields)
    for community_id in community.lineage:
        Membership.objects.create(member=member, community_id=community_id)
    return member


def entrust(member: Member, community: Community, role: Role, title: str = "") -> Member:
    Mandate.objects.create(
        member=member,
        community=community,
        role=role,
        title=title,
        starts_on=today() - timedelta(days=300),
    )
    return member


def make_need(
    community: Community,
    poster: Member | None = None,
    *,
    skills: tuple[str, ...] = (),
    **values: Any,
) -> Need:
    poster = poster or make_person(community)
    given: dict[str, Any] = {
        "title": "Read a contract with me",
        "what_for": "We want to rent a room.",
        "deliverable": "Three remarks on the contract.",
        "minutes": 45,
        "remote": Remote.REMOTE,
        "language": "en",
        "expires_on": today() + timedelta(days=30),
        "created_at": now(),
    }
    if values.get("kind") != NeedKind.OFFICIAL or values.get("approved_at"):
        given["readable_at"] = values.get("created_at", given["created_at"])
    need = Need.objects.create(
        community=community, posted_by=poster, contact=poster, **given | values
    )
    for name in skills:
        NeedSkill.objects.create(need=need, name=name, name_key=unaccented(name))
    return need


def edit(need: Need, **changes: Any) -> Need:
    """By its poster, who says all of it again but for these changes."""
    assert need.posted_by
    named = "title what_for deliverable minutes remote place by_on people audience language"
    values: dict[str, Any] = {name: getattr(need, name) for name in named.split()}
    skills = {"must": (), "nice": ()}
    return edit_need(member=need.posted_by, need=need, **skills | values | changes)


def make_offer(
    community: Community,
    member: Member | None = None,
    *,
    skills: tuple[str, ...] = (),
    **values: Any,
) -> Offer:
    given: dict[str, Any] = {
        "words": "I read contracts.",
        "minutes_a_month": 120,
        "slots": 2,
        "remote": Remote.REMOTE,
        "language": "en",
        "languages": ["en"],
        "expires_on": today() + timedelta(days=180),
    }
    member = member or make_person(community)
    offer = Offer.objects.create(community=community, member=member, **given | values)
    for name in skills:
        OfferSkill.objects.create(offer=offer, name=name, name_key=unaccented(name))
    return offer


_ACT_OF = {
    State.ASKED: Act.ASK,
    State.ACCEPTED: Act.ACCEPT,
    State.DECLINED: Act.DECLINE,
    State.WITHDRAWN: Act.WITHDRAW,
    State.UNMATCHED: Act.UNMATCH,
    State.EXPIRED: Act.EXPIRE,
    State.RELEASED: Act.RELEASE,
    State.DONE: Act.DONE,
}


@transaction.atomic
def make_match(
    need: Need,
    helper: Member | None = None,
    *,
    state: State = State.ASKED,
    asked_by: Side = Side.HELPER,
    **values: Any,
) -> Match:
    """With the history that its state takes: the database refuses one without."""
    helper = helper or make_person(need.community)
    match = Match.objects.create(need=need, helper=helper, asked_by=asked_by, state=state, **values)
    asker = helper if asked_by == Side.HELPER else need.contact
    MatchEvent.objects.create(
        match=match, act=Act.ASK, state=State.ASKED, actor=asker, at=match.asked_at
    )
    if state != State.ASKED:
        MatchEvent.objects.create(match=match, act=_ACT_OF[state], state=state, actor=helper)
    return match
