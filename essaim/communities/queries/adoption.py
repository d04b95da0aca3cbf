"""What looks for somebody: asleep or without host, and who wants to take it over."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from essaim.communities import rules
from essaim.communities.models import Adoption, Community
from essaim.communities.queries.mandates import name_of
from essaim.communities.readers import Reader
from essaim.communities.rules import State
from essaim.foundation.access import Verdict
from essaim.foundation.clock import now


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


def looking_for_somebody(communities: Collection[int]) -> dict[int, State]:
    """Of these, those offered for adoption, and why; one query."""
    found: dict[int, State] = {}
    alone = rules.without_host().filter(pk__in=communities).values_list("pk", flat=True)
    asleep = rules.asleep().filter(pk__in=communities).values_list("pk", flat=True)
    for pk in asleep:
        found[pk] = State.ASLEEP
    for pk in alone:
        found[pk] = State.WITHOUT_HOST
    return found


def asleep_ids(below: Community) -> list[int]:
    """The local communities below it that sleep or that nobody runs, by name."""
    rows = (rules.asleep() | rules.without_host()).filter(ancestor_ids__contains=[below.pk])
    return list(rows.order_by("name_key", "id").values_list("pk", flat=True))


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
