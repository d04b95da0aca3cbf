"""Who sits where, what they answered and wished: read by the acts on circles and by their pages."""

from collections.abc import Collection, Mapping

from essaim.communities.circles import Circles, Person, Wish
from essaim.communities.models import (
    CircleAnswer,
    CircleAttribute,
    CircleDivision,
    CircleWish,
    Community,
    Membership,
    WorkAttribute,
)

Seats = dict[int, list[int]]  # the people of each circle, in the order of the circles


def attributes_of(community: Community) -> list[str]:
    """Those the community chose, in the order of the closed list."""
    rows = CircleAttribute.objects.filter(community=community)
    chosen = set(rows.values_list("attribute", flat=True))
    return [one for one in WorkAttribute.values if one in chosen]


def people_to_seat(community: Community, attributes: Collection[str]) -> list[Person]:
    """Its members with their answers, but for who sits out; in the order they joined."""
    rows = Membership.objects.filter(community=community, left_at__isnull=True)
    answers = {one.member_id: one for one in CircleAnswer.objects.filter(community=community)}
    found = []
    for member_id in rows.order_by("pk").values_list("member_id", flat=True):
        answer = answers.get(member_id)
        if answer and answer.sits_out:
            continue
        values = tuple(getattr(answer, one) if answer else "" for one in attributes)
        found.append(Person(member_id, values))
    return found


def wishes_in(community: Community) -> list[Wish]:
    rows = CircleWish.objects.filter(community=community)
    return [Wish(*one) for one in rows.values_list("author_id", "other_id", "is_with")]


def division_in_force(community: Community) -> CircleDivision | None:
    return CircleDivision.objects.in_force().filter(community=community).first()


def seats_of(division: CircleDivision) -> Seats:
    """Whoever sits in an open circle of a division in force."""
    parts = division.parts.filter(circle__closed_at__isnull=True).order_by("number")
    seats: Seats = {circle_id: [] for circle_id in parts.values_list("circle_id", flat=True)}
    rows = Membership.objects.filter(community_id__in=seats, left_at__isnull=True)
    for circle_id, member_id in rows.order_by("pk").values_list("community_id", "member_id"):
        seats[circle_id].append(member_id)
    return seats


def circle_of(seats: Mapping[int, Collection[int]], member_id: int | None) -> int | None:
    return next((circle for circle, people in seats.items() if member_id in people), None)


def as_circles(seats: Seats) -> Circles:
    return tuple(tuple(people) for people in seats.values())


def drafted_circles(division: CircleDivision) -> Circles:
    """Who would sit where, by the numbers of the circles."""
    found: dict[int, list[int]] = {}
    rows = division.seats.order_by("number", "member_id")
    for number, member_id in rows.values_list("number", "member_id"):
        found.setdefault(number, []).append(member_id)
    return tuple(tuple(people) for people in found.values())
