"""Who is looking: a page's reader, with memberships and mandates loaded once."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.conf import settings
from django.db.models import Value
from django.http import Http404, HttpRequest
from django.utils.translation import get_language

from essaim.communities.models import REACHING_ROLES, Community, Kind, Mandate, Membership
from essaim.foundation.clock import today
from essaim.members import sessions
from essaim.members.models import Member
from essaim.members.queries import has_second_factor


@dataclass(frozen=True, slots=True)
class Standing:
    """One community that the reader belongs to, as menus show it."""

    community_id: int
    slug: str
    name: str
    kind: str
    parent_id: int | None
    is_open: bool


@dataclass(frozen=True)
class Reader:
    """Whoever looks at a page: nobody known, or a member.

    `roles` holds (community id, role) as mandated; `holds` also counts what reaches down.
    """

    member_id: int | None
    name: str = ""
    public_id: str = ""
    language: str = "en"
    communities: tuple[Standing, ...] = ()
    roles: frozenset[tuple[int, str]] = frozenset()
    # Roles are held, and sleep until the account has a second factor: `roles` is empty meanwhile.
    has_sleeping_roles: bool = False

    @property
    def is_known(self) -> bool:
        return self.member_id is not None

    @cached_property
    def community_ids(self) -> frozenset[int]:
        return frozenset(standing.community_id for standing in self.communities)

    @cached_property
    def role_community_ids(self) -> frozenset[int]:
        """Communities in which the reader holds any role."""
        return frozenset(community_id for community_id, _ in self.roles)

    @cached_property
    def reaching_ids(self) -> frozenset[int]:
        """Communities whose descendants the reader's mandates reach."""
        return frozenset(cid for cid, role in self.roles if role in REACHING_ROLES)

    def belongs_to(self, community_id: int) -> bool:
        return community_id in self.community_ids

    def holds(self, community: Community, *roles: str) -> bool:
        """Whether the reader holds one of these roles there or, where roles reach down, above.

        Any role will do when none is named.
        """
        for community_id, role in self.roles:
            if roles and role not in roles:
                continue
            if community_id == community.pk or (
                role in REACHING_ROLES and community_id in community.ancestor_ids
            ):
                return True
        return False

    def holds_here(self, community: Community, *roles: str) -> bool:
        """Whether one of these roles was entrusted in this very community, not above it."""
        return any(
            community_id == community.pk and (not roles or role in roles)
            for community_id, role in self.roles
        )


ANONYMOUS = Reader(member_id=None)


def fresh_reader(member: Member) -> Reader:
    """The member as the database knows them now, nobody once the account is closed; three queries.

    Actions ask with it: whoever was erased a moment ago still holds memberships until it is heard.
    """
    known = Member.objects.filter(pk=member.pk, is_active=True).first()
    return _standing_of(known) if known else ANONYMOUS


def _standing_of(member: Member) -> Reader:
    memberships = (
        Membership.objects.filter(member=member, left_at__isnull=True)
        .select_related("community")
        .order_by("community__name_key", "community_id")
    )
    mandates = Mandate.objects.on(today()).filter(member=member)
    # Whoever acts for others must not be impersonated by way of a mailbox alone: without a second
    # factor it is, on every page and in every action, as if no role were held.
    sleeps = ~has_second_factor("member_id") if settings.ESSAIM_SECOND_FACTOR else Value(False)
    held = list(mandates.annotate(sleeps=sleeps).values_list("community_id", "role", "sleeps"))
    return Reader(
        member_id=member.pk,
        name=member.name,
        public_id=member.public_id,
        language=member.language,
        communities=tuple(
            Standing(
                community_id=m.community_id,
                slug=m.community.slug,
                name=m.community.name,
                kind=Kind(m.community.kind),
                parent_id=m.community.parent_id,
                is_open=m.community.is_open,
            )
            for m in memberships
        ),
        roles=frozenset((cid, role) for cid, role, is_asleep in held if not is_asleep),
        has_sleeping_roles=any(is_asleep for _cid, _role, is_asleep in held),
    )


def reader_of(request: HttpRequest) -> Reader:
    """The request's reader, loaded at the first call and kept on the request."""
    reader: Reader | None = getattr(request, "_reader", None)
    if reader is None:
        user = getattr(request, "user", None)
        if isinstance(user, Member) or (user is not None and user.is_authenticated):
            reader = _standing_of(user)  # the session has just loaded the account
            if reader.roles:
                sessions.shorten(request.session)
        else:
            reader = Reader(member_id=None, language=get_language() or "en")
        request._reader = reader  # type: ignore[attr-defined]  # a request carries what belongs to it
    return reader


def member_of(request: HttpRequest) -> Member:
    """Whoever acts, signed in: the access middleware lets nobody else into a page that asks."""
    if not isinstance(request.user, Member):
        raise Http404
    return request.user


def reader_context(request: HttpRequest) -> dict[str, Any]:
    """What every template knows of the reader."""
    return {"reader": reader_of(request), "language": (get_language() or "en")[:2]}
