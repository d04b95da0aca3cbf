"""What those who run a community read before they divide it: counts and a draft, no answers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from essaim.communities.circles import FEWEST, MOST, broken_wishes, pairs
from essaim.communities.models import (
    CircleAnswer,
    CircleAttribute,
    CircleDivision,
    Community,
    Membership,
    WorkAttribute,
)
from essaim.communities.queries.mandates import name_of
from essaim.communities.queries.seats import drafted_circles, wishes_in
from essaim.members.models import Member


@dataclass(frozen=True, slots=True)
class MixLine:
    """How well one attribute is mixed, as a share of the highest, against chance; None: unknown."""

    label: str
    share: float | None
    at_random: float | None
    chance: float | None


@dataclass(frozen=True, slots=True)
class DraftCircle:
    number: int
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Draft:
    """Circles that nobody sits in yet, with what speaks for them and against them."""

    public_id: str
    question: str
    wished_size: int
    people: int
    drafted_at: datetime
    circles: tuple[DraftCircle, ...]
    sizes: tuple[int, int]  # smallest and largest
    pairs: int  # in the largest
    mixes: tuple[MixLine, ...]
    overall: MixLine | None
    broken_with: tuple[tuple[str, str], ...]  # who wished, to sit with whom
    broken_not_with: int  # whose, and about whom, only those who wished know
    is_large: bool
    is_small: bool


@dataclass(frozen=True, slots=True)
class AttributeLine:
    attribute: str
    label: str
    answers: tuple[str, ...]
    answered: int


@dataclass(frozen=True, slots=True)
class DividePage:
    people: int
    sitting_out: int
    attributes: tuple[AttributeLine, ...]
    draft: Draft | None
    stands_since: datetime | None


def divide_for_page(community: Community) -> DividePage:
    """What those who run it see before they divide, and the draft there is; counts, no answers."""
    rows = Membership.objects.filter(community=community, left_at__isnull=True)
    answers = list(
        CircleAnswer.objects.filter(community=community, member__memberships__in=rows.values("pk"))
    )
    draft = CircleDivision.objects.drafts().filter(community=community).first()
    sitting_out = sum(one.sits_out for one in answers)
    return DividePage(
        people=rows.count() - sitting_out,
        sitting_out=sitting_out,
        attributes=attribute_lines(community, answers),
        draft=_draft(community, draft) if draft else None,
        stands_since=community.divided_at,
    )


def attribute_lines(
    community: Community, answers: Sequence[CircleAnswer] = ()
) -> tuple[AttributeLine, ...]:
    rows = {
        one.attribute: one.answers for one in CircleAttribute.objects.filter(community=community)
    }
    return tuple(
        AttributeLine(
            attribute=one.value,
            label=str(one.label),
            answers=tuple(rows[one.value]),
            answered=sum(bool(getattr(said, one.value)) for said in answers if not said.sits_out),
        )
        for one in WorkAttribute
        if one.value in rows
    )


def circle_attributes(community: Community) -> dict[str, list[str]]:
    """What was chosen, for the form that changes it."""
    return {one.attribute: list(one.answers) for one in attribute_lines(community)}


def _draft(community: Community, draft: CircleDivision) -> Draft:
    circles = drafted_circles(draft)
    ids = [one for circle in circles for one in circle]
    names = {
        pk: name_of(name)
        for pk, name in Member.objects.filter(pk__in=ids)
        .order_by("name_key", "pk")
        .values_list("pk", "name")
    }
    order = {pk: number for number, pk in enumerate(names)}
    broken = broken_wishes(circles, wishes_in(community))
    sizes = [len(circle) for circle in circles] or [0]
    mixes, overall = mixes_of(draft)
    return Draft(
        public_id=draft.public_id,
        question=draft.question,
        wished_size=draft.wished_size,
        people=len(ids),
        drafted_at=draft.drafted_at,
        circles=tuple(
            DraftCircle(number, tuple(names[pk] for pk in sorted(circle, key=order.__getitem__)))
            for number, circle in enumerate(circles, 1)
        ),
        sizes=(min(sizes), max(sizes)),
        pairs=pairs(max(sizes)),
        mixes=mixes,
        overall=overall,
        broken_with=tuple((names[one.author], names[one.other]) for one in broken if one.is_with),
        broken_not_with=sum(not one.is_with for one in broken),
        is_large=max(sizes) > MOST,
        is_small=min(sizes) < FEWEST,
    )


def mixes_of(division: CircleDivision) -> tuple[tuple[MixLine, ...], MixLine | None]:
    """Attribute by attribute, and the mean of those that could be measured."""
    lines = tuple(
        MixLine(
            label=str(WorkAttribute(attribute).label),
            share=share if share >= 0 else None,
            at_random=at_random if at_random >= 0 else None,
            chance=chance if chance >= 0 else None,
        )
        for attribute, share, at_random, chance in zip(
            division.attributes,
            division.shares,
            division.shares_at_random,
            division.chances,
            strict=True,
        )
    )
    told = [(one.share, one.at_random) for one in lines if one.share is not None and one.at_random]
    if not told:
        return lines, None
    return lines, MixLine(
        label="",
        share=sum(share for share, _at_random in told) / len(told),
        at_random=sum(at_random for _share, at_random in told) / len(told),
        chance=None,
    )
