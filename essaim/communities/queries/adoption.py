"""What looks for somebody: asleep or without host, and who wants to take it over."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q

from essaim.communities import rules
from essaim.communities.models import (
    LOCAL_KINDS,
    Adoption,
    Community,
    CommunityQuerySet,
    Mandate,
    Membership,
)
from essaim.communities.queries.mandates import name_of
from essaim.communities.readers import Reader
from essaim.communities.rules import State
from essaim.foundation.access import Verdict
from essaim.foundation.clock import now, today
from essaim.places.models import Place
from essaim.places.queries import nearest_rows

MOST_OFFERED = 50
MOST_ASKED = 100  # communities of which a page asks whether they sleep


@dataclass(frozen=True, slots=True)
class OfferedLine:
    """A community that looks for somebody; `is_alone`: nobody runs it, else it sleeps."""

    slug: str
    name: str
    place: str
    lang: str
    is_alone: bool
    is_mine: bool


@dataclass(frozen=True, slots=True)
class AdoptionPage:
    """`adopter` wants it until `due_at`; empty when nobody asked."""

    slug: str
    name: str
    state: State
    adopter: str
    asked_at: datetime | None
    due_at: datetime | None
    may_adopt: Verdict
    may_say_alive: bool
    may_withdraw: bool
    may_join: bool


def looking_below(reader: Reader, above: Community) -> tuple[OfferedLine, ...]:
    """What sleeps or has no host, at any depth below; where the reader belongs first.

    In a large movement only of what is theirs or near where they live: two queries, and up to three
    more that ask what is near.
    """
    below = rules.communities_visible_to(reader).filter(
        ancestor_ids__contains=[above.pk], kind__in=LOCAL_KINDS
    )
    found = (
        rules.offered()
        .filter(pk__in=_worth_asking(reader, below))
        .annotate(is_alone=Exists(rules.without_host().filter(pk=OuterRef("pk"))))
        .select_related("place")
    )
    lines = [
        OfferedLine(
            slug=one.slug,
            name=one.name,
            place=one.place.name if one.place else "",
            lang=one.language,
            is_alone=bool(getattr(one, "is_alone", False)),
            is_mine=reader.belongs_to(one.pk),
        )
        for one in found.order_by("name_key", "id")[:MOST_OFFERED]
    ]
    return tuple(sorted(lines, key=lambda one: not one.is_mine))


def _worth_asking(reader: Reader, below: CommunityQuerySet) -> set[int]:
    """All of a few; of many, those the reader belongs to and the nearest to them."""
    some = below.order_by().values_list("pk", flat=True)
    first = set(some[: MOST_ASKED + 1])
    if len(first) <= MOST_ASKED:
        return first
    own = set(some.filter(pk__in=reader.community_ids))
    home = Place.objects.filter(member=reader.member_id, latitude__isnull=False).first()
    if home is None or home.latitude is None or home.longitude is None:
        return own
    point = (home.latitude, home.longitude)
    return own | {pk for pk, _km in nearest_rows(below, point, MOST_ASKED, path="place__")}


def open_adoption(community: Community) -> Adoption | None:
    """Who wants to take it over and waits for its hosts."""
    return (
        Adoption.objects.filter(community=community, ended_at__isnull=True)
        .select_related("community", "member")
        .first()
    )


def adoption_for_page(reader: Reader, community: Community) -> AdoptionPage:
    waiting = open_adoption(community)
    is_inside = bool(rules.may_see_members(reader, community))
    return AdoptionPage(
        slug=community.slug,
        name=community.name,
        state=rules.state_of(community),
        adopter=name_of(waiting.member.name) if waiting and is_inside else "",
        asked_at=waiting.asked_at if waiting else None,
        due_at=waiting.due_at if waiting else None,
        may_adopt=rules.may_adopt(reader, community),
        may_say_alive=bool(waiting and rules.may_say_alive(reader, waiting)),
        may_withdraw=bool(waiting and rules.may_withdraw_adoption(reader, waiting)),
        may_join=bool(rules.may_join(reader, community)),
    )


def adoptions_to_settle() -> list[Adoption]:
    """Those whose time is over, and those of communities that nobody runs any more."""
    waiting = Adoption.objects.filter(ended_at__isnull=True).select_related("community")
    return list(
        waiting.filter(
            Q(due_at__lte=now()) | Q(community__in=rules.without_host().values("pk"))
        ).order_by("due_at", "pk")
    )


def runners_of(community_id: int) -> set[int]:
    """Who runs it today."""
    held = Mandate.objects.on(today()).filter(
        community=community_id, role__in=rules.RUNNING_ROLES, member__is_active=True
    )
    return set(held.values_list("member_id", flat=True))


def people_of_community(community_id: int) -> set[int]:
    """Who belongs to it."""
    belongs = Membership.objects.filter(
        community=community_id, left_at__isnull=True, member__is_active=True
    )
    return set(belongs.values_list("member_id", flat=True))
