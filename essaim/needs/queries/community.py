"""What a community has of needs: for its landing, its menu, its figures, its merging, leaving."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import Avg, Count, Func, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from essaim.communities.models import Community
from essaim.communities.queries.figures import SMALLEST_POLITICAL, smallest_told
from essaim.communities.readers import Reader
from essaim.communities.rules import may_see_members
from essaim.foundation.counting import count_of
from essaim.needs import rules
from essaim.needs.models import LIVE, Help, Match, Need, Offer


def all_needs() -> QuerySet[Need]:
    """Those of which a community’s page may tell something, however they ended."""
    return Need.objects.all()


@dataclass(frozen=True, slots=True, kw_only=True)
class HoursFigure:
    """Confirmed minutes of help, and of how many different people; withheld where they are few.

    `joy`, from 0 to 10 in whole numbers: none where fewer than eleven people told theirs, whoever
    asks. Each of them was promised that.
    """

    minutes: int
    helpers: int
    is_withheld: bool
    joy: int | None = None
    joyful: int = 0


def hours_figures(reader: Reader, ids: Collection[int]) -> dict[int, HoursFigure]:
    """Of each community and all below it, since the beginning; one query.

    Outsiders read nothing of fewer helpers than the k of other figures: not that there were some.
    """
    done = (
        Help.objects.filter(confirmed_at__isnull=False)
        .filter(
            Q(match__need__community=OuterRef("pk"))
            | Q(match__need__community__ancestor_ids__contains=_array(OuterRef("pk")))
        )
        .order_by()
        .annotate(all=Coalesce("pk", "pk") * 0)
        .values("all")
    )
    told = done.filter(joy__isnull=False)
    rows: QuerySet[Any] = Community.objects.filter(pk__in=ids).annotate(
        joy_told=Subquery(told.annotate(one=Avg("joy")).values("one")),
        people_telling=Coalesce(
            Subquery(told.annotate(one=Count("helper", distinct=True)).values("one")), 0
        ),
        minutes_given=Coalesce(
            Subquery(done.annotate(one=Sum("confirmed_minutes")).values("one")), 0
        ),
        people_helping=Coalesce(
            Subquery(done.annotate(one=Count("helper", distinct=True)).values("one")), 0
        ),
    )
    return {
        one.pk: HoursFigure(
            minutes=one.minutes_given,
            helpers=one.people_helping,
            is_withheld=_is_withheld(reader, one, one.people_helping),
            joy=round(one.joy_told) if one.people_telling >= SMALLEST_POLITICAL else None,
            joyful=one.people_telling,
        )
        for one in rows
    }


def _is_withheld(reader: Reader, community: Community, people: int) -> bool:
    return people < smallest_told(community) and not may_see_members(reader, community)


def _array(expression: Any) -> Any:
    return Func(expression, template="ARRAY[%(expressions)s]::bigint[]")


@dataclass(frozen=True, slots=True)
class HeldNeeds:
    """What a community that switches needs off has of them; `agreed` waits to be done."""

    needs: int
    offers: int
    agreed: int


def held_by(ids: Collection[int]) -> dict[int, HeldNeeds]:
    """One query."""
    needs = Need.objects.filter(community=OuterRef("pk"), closed_at__isnull=True)
    offers = Offer.objects.filter(community=OuterRef("pk"), withdrawn_at__isnull=True)
    matches = Match.objects.filter(need__community=OuterRef("pk"), state__in=LIVE)
    rows: QuerySet[Any] = Community.objects.filter(pk__in=ids).annotate(
        needs_held=count_of(needs), offers_held=count_of(offers), live=count_of(matches)
    )
    return {one.pk: HeldNeeds(one.needs_held, one.offers_held, one.live) for one in rows}


def mine_in(reader: Reader, ids: Collection[int]) -> dict[int, tuple[int, int, int]]:
    """What the reader has there: needs, offers, and what is under way; one query."""
    me = reader.member_id or 0
    needs = Need.objects.filter(community=OuterRef("pk"), closed_at__isnull=True, contact=me)
    offers = Offer.objects.filter(community=OuterRef("pk"), withdrawn_at__isnull=True, member=me)
    matches = Match.objects.filter(need__community=OuterRef("pk"), state__in=LIVE, helper=me)
    rows: QuerySet[Any] = Community.objects.filter(pk__in=ids).annotate(
        needs_mine=count_of(needs), offers_mine=count_of(offers), matches_mine=count_of(matches)
    )
    return {one.pk: (one.needs_mine, one.offers_mine, one.matches_mine) for one in rows}


def needs_to_carry(reader: Reader, ids: Collection[int]) -> dict[str, tuple[int, int]]:
    """By slug, (community, how many needs wait for a facilitator), where the reader is one.

    No query for others.
    """
    rows = list(Community.objects.filter(pk__in=ids)) if reader.roles or reader.delegated else []
    here = {one.pk: one.slug for one in rows if reader.may(one, rules.FACILITATE)}
    if not here:
        return {}
    waiting = Need.objects.waiting_for_facilitator().filter(community__in=here)
    waiting = waiting.exclude(posted_by=reader.member_id)
    counted = waiting.values("community").annotate(n=Count("pk")).order_by()
    return {here[one["community"]]: (one["community"], one["n"]) for one in counted}


def needs_posted(ids: Collection[int]) -> dict[int, int]:
    counted = Need.objects.filter(community__in=ids).values("community").annotate(n=Count("pk"))
    return {one["community"]: one["n"] for one in counted.order_by()}
