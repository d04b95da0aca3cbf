"""Who holds which role."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db.models import Q
from django.utils.translation import gettext as _

from essaim.communities import rules
from essaim.communities.models import REACHING_ROLES, Community, Mandate, Membership, Role
from essaim.communities.readers import Reader
from essaim.foundation.access import Verdict
from essaim.foundation.clock import today
from essaim.foundation.text import unaccented
from essaim.members.models import Member

MOST_CHOICES = 50


@dataclass(frozen=True, slots=True)
class HolderLine:
    """A person in a role today."""

    member_id: int
    name: str
    role: str
    title: str  # the function when it has a name of its own, else the role


@dataclass(frozen=True, slots=True)
class MandateLine:
    """A role somebody holds, held or will hold; `reference` names it in forms."""

    reference: int
    name: str
    title: str
    role: str
    starts_on: date
    ends_on: date | None
    may_end: Verdict


@dataclass(frozen=True, slots=True)
class MandatePage:
    current: tuple[MandateLine, ...]
    past: tuple[MandateLine, ...]
    may_give: Verdict


def name_of(name: str) -> str:
    """How somebody reads; whoever erased their account has no name any more."""
    return name or _("a former member")


def title_of(mandate: Mandate) -> str:
    return mandate.title or str(Role(mandate.role).label)


def holders_of(community: Community, *roles: str, reach: bool = False) -> list[HolderLine]:
    """Who holds one of these roles in the community today; with `reach`, also from above."""
    where = Q(community=community)
    if reach:
        where |= Q(community_id__in=community.ancestor_ids, role__in=REACHING_ROLES)
    mandates = (
        Mandate.objects.on(today())
        .filter(where, role__in=roles)
        .select_related("member")
        .order_by("starts_on", "id")
    )
    return [
        HolderLine(one.member_id, name_of(one.member.name), one.role, title_of(one))
        for one in mandates
    ]


def hosts_of(community_ids: Collection[int]) -> dict[int, list[str]]:
    """The names of the hosts of many communities; one query."""
    names: dict[int, list[str]] = defaultdict(list)
    mandates = (
        Mandate.objects.on(today())
        .filter(community_id__in=community_ids, role=Role.HOST)
        .order_by("starts_on", "id")
        .values_list("community_id", "member__name")
    )
    for community_id, name in mandates:
        names[community_id].append(name_of(name))
    return names


def mandates_for_page(reader: Reader, community: Community) -> MandatePage:
    """All mandates of a community, those that hold or will hold first."""
    day = today()
    current: list[MandateLine] = []
    past: list[MandateLine] = []
    mandates = Mandate.objects.filter(community=community).select_related("member", "community")
    for one in mandates.order_by("-starts_on", "-id"):
        ended = one.ends_on is not None and one.ends_on <= day
        line = MandateLine(
            reference=one.pk,
            name=name_of(one.member.name),
            title=title_of(one),
            role=str(Role(one.role).label),
            starts_on=one.starts_on,
            ends_on=one.ends_on,
            may_end=rules.may_end_mandate(reader, one),
        )
        (past if ended else current).append(line)
    return MandatePage(
        current=tuple(current),
        past=tuple(past),
        may_give=rules.may_give_mandate(reader, community, Role.MODERATOR),
    )


def mandate_for_ending(community: Community, reference: str) -> Mandate | None:
    """The mandate of this community that a form names."""
    if not reference.isdecimal() or len(reference) > len(str(2**62)):
        return None
    return Mandate.objects.filter(community=community, pk=int(reference)).first()


def member_to_entrust(public_id: str) -> Member | None:
    """Whom a form names to hold a role."""
    return Member.objects.filter(public_id=public_id).first()


def members_for_choice(
    community: Community, *, text: str = "", chosen: str = ""
) -> list[tuple[str, str]]:
    """(public id, name) of members whose name holds the text, by name, and of the chosen one.

    At most `MOST_CHOICES`: in a large community one looks for a name first.
    """
    members = Membership.objects.filter(community=community, left_at__isnull=True)
    if chosen:
        members = members.filter(member__public_id=chosen)
    elif text:
        members = members.filter(member__name_key__contains=unaccented(text))
    found = members.order_by("member__name_key", "member_id").values_list(
        "member__public_id", "member__name"
    )
    return [(public_id, name_of(name)) for public_id, name in found[:MOST_CHOICES]]
