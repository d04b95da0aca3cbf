"""Who is looking: a page's reader, with memberships and mandates loaded once."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property, reduce
from operator import add
from typing import Any, TypeVar

from django.conf import settings
from django.db.models import (
    BigIntegerField,
    BooleanField,
    CharField,
    Expression,
    ExpressionWrapper,
    Q,
    Value,
)
from django.db.models.functions import Concat
from django.http import Http404, HttpRequest
from django.utils.translation import get_language

from essaim.communities.models import (
    REACHING_ROLES,
    Community,
    Delegation,
    Mandate,
    Membership,
    Power,
    lent,
)
from essaim.foundation.clock import today
from essaim.foundation.panels import Place
from essaim.foundation.written_once import AskedOnce
from essaim.members import sessions
from essaim.members.models import Member
from essaim.members.queries import has_second_factor

Told = TypeVar("Told")


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
    `delegated` holds (community id, key of a power, whether it reaches down, who lent it).
    """

    member_id: int | None
    name: str = ""
    public_id: str = ""
    language: str = "en"
    communities: tuple[Standing, ...] = ()
    roles: frozenset[tuple[int, str]] = frozenset()
    delegated: frozenset[tuple[int, str, bool, int]] = frozenset()
    # Roles are held, and sleep until the account has a second factor: `roles` is empty meanwhile.
    has_sleeping_roles: bool = False
    # Of what was told to them; known of the reader of a page only.
    unread: int = 0

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

    @cached_property
    def _told(self) -> dict[Callable[["Reader"], Any], Any]:
        return {}

    def once(self, ask: Callable[["Reader"], Told]) -> Told:
        """What several parts of one page want to know of the reader, asked for once."""
        if ask not in self._told:
            self._told[ask] = ask(self)
        told: Told = self._told[ask]
        return told

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

    def may(
        self, community: Community, power: Power, *, in_stead_of_none: Collection[int | None] = ()
    ) -> bool:
        """Whether a role entitles to this there, the reader's own or one it was lent from.

        Who may not do something themselves lends it to nobody for that: `in_stead_of_none` of them.
        """
        held = self.holds if power.reaches else self.holds_here
        return held(community, *power.roles) or any(
            key == power.key
            and lender not in in_stead_of_none
            and (place == community.pk or (reaches and place in community.ancestor_ids))
            for place, key, reaches, lender in self.delegated
        )

    def may_here(
        self, community: Community, power: Power, *, in_stead_of_none: Collection[int | None] = ()
    ) -> bool:
        """The same, by what was entrusted in this very community, not above it."""
        return self.holds_here(community, *power.roles) or any(
            key == power.key and place == community.pk and lender not in in_stead_of_none
            for place, key, _reaches, lender in self.delegated
        )

    def is_entrusted_here(self, community: Community) -> bool:
        """Whether this very community gave the reader a role, or one of its people a power."""
        return self.holds_here(community) or any(one[0] == community.pk for one in self.delegated)

    def uses_desk_of(self, community: Community) -> bool:
        """Whether any role, or anything lent, is of use there."""
        return self.holds(community) or any(
            place == community.pk or (reaches and place in community.ancestor_ids)
            for place, _key, reaches, _lender in self.delegated
        )


ANONYMOUS = Reader(member_id=None)

# Key: member id. Subqueries of numbers, answered by the reader’s own query: none of their own.
UNREAD: Place[int, Expression] = Place("what of theirs a member has not read yet")


def fresh_reader(member: Member) -> Reader:
    """The member as the database knows them now, nobody once the account is closed; two queries.

    Actions ask with it: whoever was erased a moment ago still holds memberships until it is heard.
    """
    known = Member.objects.filter(pk=member.pk, is_active=True).first()
    return _standing_of(known) if known else ANONYMOUS


_NO_ROLE = Value("", output_field=CharField())
_COLUMNS = (
    *("community_id", "community__slug", "community__name", "community__kind"),
    *("community__parent_id", "is_open", "community__name_key", "role", "sleeps", "unread"),
)
# A row for the member alone, who may belong to no community, in the columns of the others.
_ALONE = {
    "of_community": Value(None, output_field=BigIntegerField()),
    **dict.fromkeys(("slug", "called", "kind"), _NO_ROLE),
    "parent": Value(None, output_field=BigIntegerField()),
    "opened": Value(False),
    **dict.fromkeys(("called_key", "role"), _NO_ROLE),
    "sleeps": Value(False),
}
_IS_OPEN = ExpressionWrapper(
    Q(
        community__opened_at__isnull=False,
        community__closed_at__isnull=True,
        community__archived_at__isnull=True,
    ),
    output_field=BooleanField(),
)


def _standing(*, member_id: int, day: date, counts: bool, asks_second_factor: bool) -> Any:
    memberships = Membership.objects.filter(member=member_id, left_at__isnull=True)
    mandates = Mandate.objects.on(day).filter(member=member_id)
    # Whoever acts for others must not be impersonated by way of a mailbox alone: without a second
    # factor it is, on every page and in every action, as if no role were held.
    sleeps = ~has_second_factor("member_id") if asks_second_factor else Value(False)
    parts: list[Any] = [
        mandates.annotate(is_open=_IS_OPEN, sleeps=sleeps, unread=Value(0)).values_list(*_COLUMNS),
        _lent(member_id, day, asks_second_factor),
    ]
    if counts and (numbers := UNREAD.collect(None, [member_id]).get(member_id)):
        alone = Member.objects.filter(pk=member_id).annotate(**_ALONE, unread=reduce(add, numbers))
        parts.append(alone.values_list(*_ALONE, "unread"))
    return (
        memberships.annotate(is_open=_IS_OPEN, role=_NO_ROLE, sleeps=Value(False), unread=Value(0))
        .values_list(*_COLUMNS)
        .union(*parts, all=True)
    )


def _lent(member_id: int, day: date, asks_second_factor: bool) -> Any:
    """What others lend the member: « role/power » where a mandate has its role, and who lends it
    where others have the community above.
    """
    both = has_second_factor("member_id") & has_second_factor("mandate__member_id")
    at = "mandate__community"
    return (
        Delegation.objects.on(day)
        .filter(member=member_id)
        .annotate(
            is_open=Value(False),
            role=Concat("mandate__role", Value("/"), "power", output_field=CharField()),
            sleeps=~both if asks_second_factor else Value(False),
            unread=Value(0),
        )
        .values_list(
            *(f"{at}_id", f"{at}__slug", f"{at}__name", f"{at}__kind", "mandate__member_id"),
            *("is_open", f"{at}__name_key", "role", "sleeps", "unread"),
        )
    )


_STANDING = AskedOnce(_standing)


def _standing_of(member: Member, *, counts: bool = False) -> Reader:
    """Memberships and mandates in one query: a membership is a row without a role.

    With `counts`, the same query says how much they have not read.
    """
    rows = _STANDING.rows(
        {"member_id": member.pk, "day": today()},
        counts=counts,
        asks_second_factor=settings.ESSAIM_SECOND_FACTOR,
    )
    unread = sum(row[9] for row in rows if row[0] is None)
    rows = [row for row in rows if row[0] is not None]
    belongs = sorted((row for row in rows if not row[7]), key=lambda row: (row[6], row[0]))
    held = [row for row in rows if row[7]]
    return Reader(
        member_id=member.pk,
        name=member.name,
        public_id=member.public_id,
        language=member.language,
        communities=tuple(Standing(*row[:6]) for row in belongs),
        roles=frozenset((row[0], row[7]) for row in held if not row[8] and "/" not in row[7]),
        delegated=frozenset(_delegated(held)),
        has_sleeping_roles=any(row[8] for row in held),
        unread=unread,
    )


def _delegated(rows: list[Any]) -> Iterator[tuple[int, str, bool, int]]:
    """What is lent, as far as the role it is lent from holds it today."""
    for row in rows:
        role, _slash, key = row[7].partition("/")
        if key and not row[8] and (power := lent(role, key)):
            yield row[0], key, power.reaches and role in REACHING_ROLES, row[4]


def members_with_sleeping_roles(member_ids: Collection[int]) -> set[int]:
    """Those of them who hold a role that sleeps, in one query."""
    if not settings.ESSAIM_SECOND_FACTOR:
        return set()
    held = Mandate.objects.on(today()).filter(~has_second_factor("member_id"))
    lent_to = Delegation.objects.on(today()).filter(~has_second_factor("member_id"))
    either = [
        of.filter(member_id__in=member_ids).values_list("member_id") for of in (held, lent_to)
    ]
    return {row[0] for row in either[0].union(either[1])}


def reader_of(request: HttpRequest) -> Reader:
    """The request's reader, loaded at the first call and kept on the request."""
    reader: Reader | None = getattr(request, "_reader", None)
    if reader is None:
        user = getattr(request, "user", None)
        if isinstance(user, Member) or (user is not None and user.is_authenticated):
            reader = _standing_of(user, counts=True)  # the session has just loaded the account
            if reader.roles or reader.delegated:
                sessions.shorten(request.session)
        else:
            reader = Reader(member_id=None, language=get_language() or "en")
        request._reader = reader  # type: ignore[attr-defined]  # a request carries what belongs to it
    return reader


def standing_now(request: HttpRequest) -> str:
    """What of the account decides what it may read, as it is now: memberships, roles in force."""
    if not isinstance(request.user, Member):
        return ""
    reader = fresh_reader(request.user)
    held = (sorted(reader.community_ids), sorted(reader.roles), sorted(reader.delegated))
    return repr(held)


def member_of(request: HttpRequest) -> Member:
    """Whoever acts, signed in: the access middleware lets nobody else into a page that asks."""
    if not isinstance(request.user, Member):
        raise Http404
    return request.user


def reader_context(request: HttpRequest) -> dict[str, Any]:
    """What every template knows of the reader."""
    return {"reader": reader_of(request), "language": (get_language() or "en")[:2]}
