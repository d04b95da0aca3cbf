"""Who holds which role."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db.models import Q
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from essaim.communities import rules
from essaim.communities.models import (
    REACHING_ROLES,
    Community,
    Delegation,
    Mandate,
    Membership,
    Power,
    Role,
    lent,
    powers_of,
    role_words,
)
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
class LentLine:
    """What the holder of a role lets somebody else do, until a day or until one of them ends it."""

    public_id: str
    name: str
    sentence: str
    ends_on: date | None
    may_withdraw: Verdict


@dataclass(frozen=True, slots=True)
class MandateLine:
    """A role somebody holds, held or will hold; `reference` names it in forms."""

    reference: int
    name: str
    title: str
    role: str
    key: str  # of the role
    starts_on: date
    ends_on: date | None
    may_end: Verdict
    lent: tuple[LentLine, ...] = ()
    may_lend: bool = False


@dataclass(frozen=True, slots=True)
class MandatePage:
    current: tuple[MandateLine, ...]
    past: tuple[MandateLine, ...]
    may_give: Verdict
    roles: tuple[tuple[str, str, str], ...]  # (key, role, what it may do)


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
    lent_of = _lent_in(reader, community)
    for one in mandates.order_by("-starts_on", "-id"):
        ended = one.ends_on is not None and one.ends_on <= day
        line = MandateLine(
            reference=one.pk,
            name=name_of(one.member.name),
            title=title_of(one),
            role=str(Role(one.role).label),
            key=one.role,
            starts_on=one.starts_on,
            ends_on=one.ends_on,
            may_end=rules.may_end_mandate(reader, one),
            lent=tuple(lent_of.get(one.pk, ())),
            may_lend=one.member_id == reader.member_id
            and rules.is_in_force(one)
            and any(power.is_delegable for power in powers_of(one.role)),
        )
        (past if ended else current).append(line)
    return MandatePage(
        current=tuple(current),
        past=tuple(past),
        may_give=rules.may_give_mandate(reader, community, Role.MODERATOR),
        roles=tuple(
            (f"role-{one.value}", capfirst(str(one.label)), role_words(one.value)) for one in Role
        ),
    )


def _lent_in(reader: Reader, community: Community) -> dict[int, list[LentLine]]:
    """What is lent today in a community, by mandate."""
    found: dict[int, list[LentLine]] = defaultdict(list)
    delegations = (
        Delegation.objects.on(today())
        .filter(mandate__community=community)
        .select_related("member", "mandate__community")
        .order_by("given_at", "id")
    )
    for one in delegations:
        power = lent(one.mandate.role, one.power)
        if power:
            found[one.mandate_id].append(
                LentLine(
                    public_id=one.public_id,
                    name=name_of(one.member.name),
                    sentence=str(power.sentence),
                    ends_on=one.ends_on,
                    may_withdraw=rules.may_withdraw_delegation(reader, one),
                )
            )
    return found


def powers_to_lend(mandate: Mandate) -> list[tuple[str, str]]:
    """(key, sentence) of what the holder of a mandate may let others do."""
    return [
        (one.key, capfirst(str(one.sentence)))
        for one in powers_of(mandate.role)
        if one.is_delegable
    ]


def mandate_to_lend_from(reader: Reader, community: Community, role: str) -> Mandate | None:
    """The reader's own mandate of this role there today, unless it sleeps or nobody acts there."""
    acts = not (community.is_archive or community.closed_at)
    if not (acts and reader.holds_here(community, role)):
        return None
    own = Mandate.objects.on(today()).filter(community=community, member=reader.member_id)
    return own.filter(role=role).first()


def delegation_to_withdraw(community: Community, public_id: str) -> Delegation | None:
    """What a form names, among what is or was lent in this community."""
    return Delegation.objects.filter(mandate__community=community, public_id=public_id).first()


def people_who_may(
    community: Community,
    power: Power,
    *,
    in_stead_of_none: Collection[int] = (),
    from_above: bool = True,
) -> set[int]:
    """Members whom a power lets act there today: by their role, from above, or as it was lent.

    What these people lent does not count, for what they may not do themselves.
    """
    reaches = power.reaches and from_above
    roles = holders_of(community, *power.roles, reach=reaches)
    where = Q(mandate__community=community)
    if reaches:
        where |= Q(
            mandate__community_id__in=community.ancestor_ids, mandate__role__in=REACHING_ROLES
        )
    lent_to = (
        Delegation.objects.on(today())
        .filter(where, power=power.key, mandate__role__in=power.roles)
        .exclude(mandate__member__in=in_stead_of_none)
    )
    return {one.member_id for one in roles} | set(lent_to.values_list("member_id", flat=True))


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
