"""What members and those who run a community read of its circles."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from essaim.communities import rules
from essaim.communities.circles import pairs
from essaim.communities.models import (
    MOST_WISHES,
    CircleAnswer,
    CircleDivision,
    CircleSwap,
    CircleWish,
    Community,
    DividedCircle,
    Kind,
    Membership,
)
from essaim.communities.queries.dividing import (
    AttributeLine,
    MixLine,
    attribute_lines,
    mixes_of,
)
from essaim.communities.queries.mandates import hosts_of, name_of
from essaim.communities.queries.seats import (
    circle_of,
    division_in_force,
    seats_of,
)
from essaim.communities.queries.sections import Section
from essaim.communities.readers import Reader
from essaim.foundation.access import Verdict, refused


@dataclass(frozen=True, slots=True)
class Seat:
    public_id: str
    name: str
    is_me: bool


@dataclass(frozen=True, slots=True)
class CircleCard:
    """A circle with its people by name; `hosts` are the names of who leads it."""

    number: int
    slug: str
    name: str
    people: tuple[Seat, ...]
    hosts: tuple[str, ...]
    synthesis: str
    written_at: datetime | None
    lang: str
    is_mine: bool

    @property
    def pairs(self) -> int:
        return pairs(len(self.people))


@dataclass(frozen=True, slots=True)
class SwapLine:
    public_id: str
    name: str  # of the other one
    here: str
    there: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class CirclesPage:
    """A division in force, as one of the members sees it."""

    question: str
    since: datetime | None
    circles: tuple[CircleCard, ...]
    mine: CircleCard | None
    mixes: tuple[MixLine, ...]
    overall: MixLine | None
    asked: tuple[SwapLine, ...]
    asking: SwapLine | None
    may_take_seat: Verdict
    may_host: Verdict
    may_write: Verdict
    may_divide: Verdict

    @property
    def others(self) -> tuple[tuple[str, str], ...]:
        """(public id, name and circle) of everybody whom one may ask to swap."""
        return tuple(
            (seat.public_id, f"{seat.name} · {circle.name}")
            for circle in self.circles
            if not circle.is_mine
            for seat in circle.people
        )

    @property
    def everybody(self) -> tuple[tuple[str, str], ...]:
        found = [
            (seat.public_id, f"{seat.name} · {circle.name}")
            for circle in self.circles
            for seat in circle.people
        ]
        return tuple(sorted(found, key=lambda one: one[1].casefold()))


@dataclass(frozen=True, slots=True)
class WishLine:
    public_id: str
    name: str
    is_with: bool
    is_broken: bool


@dataclass(frozen=True, slots=True)
class AnswersPage:
    """What one has said and wished; nobody else reads this page."""

    attributes: tuple[AttributeLine, ...]
    values: dict[str, str]
    sits_out: bool
    wishes: tuple[WishLine, ...]
    most_wishes: int


def circles_for_page(reader: Reader, community: Community) -> CirclesPage:
    """Five queries, whatever the number of circles; ask `may_see_circles` before."""
    division = division_in_force(community)
    parts = list(division.parts.select_related("circle").order_by("number")) if division else []
    people = _people(reader, [one.circle_id for one in parts])
    hosts = hosts_of([one.circle_id for one in parts])
    cards = tuple(
        _card(reader, one, people[one.circle_id], hosts.get(one.circle_id)) for one in parts
    )
    mine = next((one for one in cards if one.is_mine), None)
    part = next((one for one in parts if mine and one.number == mine.number), None)
    asked, asking = _swaps(reader, division) if division else ((), None)
    mixes, overall = mixes_of(division) if division else ((), None)
    nowhere = refused("")
    is_led = mine is None or bool(mine.hosts)
    may_host = rules.may_host_circle(reader, part.circle) if part and not is_led else nowhere
    return CirclesPage(
        question=division.question if division else "",
        since=division.confirmed_at if division else None,
        circles=cards,
        mine=mine,
        mixes=mixes,
        overall=overall,
        asked=asked,
        asking=asking,
        may_take_seat=rules.may_take_seat(reader, community, sits=mine is not None),
        may_host=may_host,
        may_write=rules.may_write_synthesis(reader, part) if part else nowhere,
        may_divide=rules.may_divide(reader, community),
    )


def _people(reader: Reader, circle_ids: Collection[int]) -> dict[int, list[Seat]]:
    found: dict[int, list[Seat]] = defaultdict(list)
    rows = Membership.objects.filter(community_id__in=circle_ids, left_at__isnull=True)
    for circle_id, member_id, public_id, name in rows.order_by(
        "member__name_key", "member_id"
    ).values_list("community_id", "member_id", "member__public_id", "member__name"):
        found[circle_id].append(Seat(public_id, name_of(name), member_id == reader.member_id))
    return found


def _card(
    reader: Reader, part: DividedCircle, people: Sequence[Seat], hosts: Sequence[str] | None
) -> CircleCard:
    return CircleCard(
        number=part.number,
        slug=part.circle.slug,
        name=part.circle.name,
        people=tuple(people),
        hosts=tuple(hosts or ()),
        synthesis=part.synthesis,
        written_at=part.written_at,
        lang=part.circle.language,
        is_mine=any(one.is_me for one in people),
    )


def _swaps(
    reader: Reader, division: CircleDivision
) -> tuple[tuple[SwapLine, ...], SwapLine | None]:
    """Those that the reader was asked, and the one they ask."""
    rows = (
        CircleSwap.objects.waiting()
        .filter(Q(asker=reader.member_id or 0) | Q(other=reader.member_id or 0), division=division)
        .select_related("asker", "other", "asker_circle", "other_circle")
        .order_by("asked_at", "pk")
    )
    asked, asking = [], None
    for one in rows:
        is_mine = one.asker_id == reader.member_id
        line = SwapLine(
            public_id=one.public_id,
            name=name_of(one.other.name if is_mine else one.asker.name),
            here=one.asker_circle.name if is_mine else one.other_circle.name,
            there=one.other_circle.name if is_mine else one.asker_circle.name,
            expires_at=one.expires_at,
        )
        if is_mine:
            asking = line
        else:
            asked.append(line)
    return tuple(asked), asking


def answers_for_page(reader: Reader, community: Community) -> AnswersPage:
    """One's own answers and wishes, and whether the circles keep them."""
    said = CircleAnswer.objects.filter(community=community, member=reader.member_id or 0).first()
    division = division_in_force(community) if community.divided_at else None
    seats = seats_of(division) if division else {}
    here = circle_of(seats, reader.member_id)
    wishes = []
    rows = CircleWish.objects.filter(community=community, author=reader.member_id or 0)
    for one in rows.select_related("other").order_by("-is_with", "other__name_key", "pk"):
        there = circle_of(seats, one.other_id)
        wishes.append(
            WishLine(
                public_id=one.other.public_id,
                name=name_of(one.other.name),
                is_with=one.is_with,
                is_broken=here is not None
                and there is not None
                and (here == there) is not one.is_with,
            )
        )
    attributes = attribute_lines(community)
    return AnswersPage(
        attributes=attributes,
        values={one.attribute: getattr(said, one.attribute) if said else "" for one in attributes},
        sits_out=bool(said and said.sits_out),
        wishes=tuple(wishes),
        most_wishes=MOST_WISHES,
    )


def swap_for_answer(reader: Reader, public_id: str) -> CircleSwap | None:
    """A question that the reader asked or was asked; None for any other."""
    return (
        CircleSwap.objects.filter(
            Q(asker=reader.member_id or 0) | Q(other=reader.member_id or 0), public_id=public_id
        )
        .select_related("division")
        .first()
    )


def part_for_writing(community: Community) -> DividedCircle | None:
    """What ties a circle to its division; None for a community that is no such circle."""
    return (
        DividedCircle.objects.filter(circle=community)
        .select_related("circle", "division__community")
        .first()
    )


def circle_named(community: Community, slug: str) -> Community | None:
    """A circle of the division in force."""
    return Community.objects.filter(
        slug=slug,
        divided__division__community=community,
        divided__division__ended_at__isnull=True,
        divided__division__confirmed_at__isnull=False,
    ).first()


def unseated_for_choice(community: Community, seated: Collection[str]) -> list[tuple[str, str]]:
    """(public id, name) of members who sit in no circle, by name."""
    rows = Membership.objects.filter(community=community, left_at__isnull=True).exclude(
        member__public_id__in=seated
    )
    found = rows.order_by("member__name_key", "member_id").values_list(
        "member__public_id", "member__name"
    )
    return [(public_id, name_of(name)) for public_id, name in found]


def circle_sections(reader: Reader, community: Community) -> Iterator[Section]:
    """On the page of a divided community: a seat for who has none. On a circle's: its next step."""
    if not reader.belongs_to(community.pk) or not community.is_open:
        return
    if community.divided_at:
        sits = any(
            one.parent_id == community.pk and one.kind == Kind.CIRCLE and one.is_open
            for one in reader.communities
        )
        yield Section(
            title=_("Circles"),
            url=reverse("circles", args=[community.slug]),
            link=_("See who sits where") if sits else _("Take a seat"),
            text=_("Everyone sits in a small circle here, mixed by what people do.")
            if sits
            else _("People talk in small circles here, and a seat is free for you."),
            id="circles",
        )
    above = community.parent
    if community.kind == Kind.CIRCLE and above and above.divided_at:
        part = part_for_writing(community)
        if part and rules.may_write_synthesis(reader, part):
            yield Section(
                title=_("What your circle says to all"),
                url=reverse("circle_synthesis", args=[community.slug]),
                link=_("Write it again") if part.synthesis else _("Write the synthesis"),
                text=_("Once you have talked, all of %(name)s read what you say.")
                % {"name": above.name},
                id="synthesis",
            )
