"""A plenary to divide, and one that stands in circles, for tests."""

from essaim.communities import actions
from essaim.communities.models import CircleDivision, Community, Kind, Role
from essaim.communities.queries.seats import circle_of, seats_of
from essaim.communities.tests.factories import community_factory, in_role, member_of
from essaim.members.models import Member


def plenary(number: int = 16, **fields: object) -> tuple[Community, Member, list[Member]]:
    """A committee with a host and members; the host belongs too."""
    community = community_factory(kind=Kind.COMMITTEE, language="en", **fields)
    host = in_role(community, Role.HOST)
    return community, host, [member_of(community) for _ in range(number - 1)]


def divided(
    number: int = 16, size: int = 8, **options: bool
) -> tuple[Community, Member, list[Member], CircleDivision]:
    community, host, people = plenary(number)
    draft = actions.draft_circles(member=host, community=community, wished_size=size, seed=1)
    division = actions.confirm_circles(
        member=host, community=community, draft=draft.public_id, **options
    )
    community.refresh_from_db()
    return community, host, people, division


def two_apart(division: CircleDivision, but: Member) -> tuple[Member, Member]:
    """Somebody of the first circle and somebody of the second; never the host."""
    first, second = list(seats_of(division).values())[:2]
    one, other = (next(pk for pk in people if pk != but.pk) for people in (first, second))
    return Member.objects.get(pk=one), Member.objects.get(pk=other)


def circle_id(division: CircleDivision, member: Member) -> int | None:
    return circle_of(seats_of(division), member.pk)


def neighbour_of(division: CircleDivision, member: Member, *but: Member) -> Member:
    """Somebody else of the same circle."""
    people = seats_of(division)[circle_id(division, member) or 0]
    others = {member.pk, *(one.pk for one in but)}
    return Member.objects.get(pk=next(pk for pk in people if pk not in others))


def circle_now(division: CircleDivision, member: Member) -> Community:
    return Community.objects.get(pk=circle_id(division, member) or 0)
