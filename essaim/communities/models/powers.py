"""What roles entitle to: named powers, each declared beside the rule that asks for it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from essaim.communities.models.membership import REACHING_ROLES, Mandate, Membership, Role
from essaim.foundation import ids
from essaim.foundation.clock import now
from essaim.foundation.privacy import Erasure, personal
from essaim.members.models import Member

if TYPE_CHECKING:
    from django.utils.functional import Promise


@dataclass(frozen=True)
class Power:
    """Something that some roles may do; `sentence` goes on from « may ».

    With `reaches`, also in the communities below where the role itself reaches down. What is not
    `is_delegable` is done by the holder of the role alone.
    """

    key: str
    sentence: "str | Promise"
    roles: frozenset[str]
    reaches: bool = False
    is_delegable: bool = True


POWERS: dict[str, Power] = {}
WORTH_NAMING = 3  # powers of another role, from which naming it is shorter than saying them


def power(
    key: str,
    sentence: "str | Promise",
    roles: Collection[str],
    *,
    reaches: bool = False,
    is_delegable: bool = True,
) -> Power:
    """Declare a power, once, under « package.verb »."""
    if key in POWERS:
        raise ValueError(f"{key} is declared twice.")
    POWERS[key] = made = Power(key, sentence, frozenset(roles), reaches, is_delegable)
    return made


def powers_of(role: str) -> list[Power]:
    """What a role entitles to, in the order in which packages declare it."""
    return [one for one in POWERS.values() if role in one.roles]


def role_within(role: str) -> str | None:
    """The role with the most powers of which this one holds all, if it is worth naming."""
    order = list(Role.values)
    own = {one.key for one in powers_of(role)}
    sizes = {
        other: len(theirs)
        for other in order
        if other != role
        and own >= (theirs := {one.key for one in powers_of(other)})
        # Of two with the same powers, the first is told by the second.
        and (own != theirs or order.index(other) > order.index(role))
    }
    largest = max(sizes, key=lambda other: sizes[other], default=None)
    return largest if largest and sizes[largest] >= WORTH_NAMING else None


def role_words(role: str) -> str:
    """One line that says what a role may do, made of the powers that the rules ask for."""
    within = role_within(role)
    held = [str(one.sentence) for one in powers_of(role) if within not in one.roles]
    if within:
        held.insert(0, _("all that “%(role)s” may") % {"role": Role(within).label})
    held = held or [_("is named with this function, and reads what roles read")]
    if role in REACHING_ROLES:
        held.append(_("also in the communities below"))
    said = ", ".join(held)
    return f"{said[:1].upper()}{said[1:]}."


class DelegationQuerySet(models.QuerySet["Delegation"]):
    def on(self, day: date) -> "DelegationQuerySet":
        """Those in force on this day: with the mandate behind them, for who still belongs there."""
        belongs = Membership.objects.filter(
            community=OuterRef("mandate__community"),
            member=OuterRef("member"),
            left_at__isnull=True,
        )
        return self.filter(
            Q(ends_on__isnull=True) | Q(ends_on__gt=day),
            Q(mandate__ends_on__isnull=True) | Q(mandate__ends_on__gt=day),
            Exists(belongs),
            withdrawn_at__isnull=True,
            mandate__starts_on__lte=day,
        )


@personal(
    purpose="What the holder of a role lets somebody of their team do in their stead.",
    subject="member",
    on_erasure=Erasure.DELETE,
    exported="power given_at ends_on withdrawn_at",
    other="id public_id mandate",
)
class Delegation(models.Model):
    """One power out of a mandate, lent to another member of its community.

    In force while the mandate is, until `ends_on` (the first day without it) or until either of
    the two withdraws it. The mandate's own role must hold the power: it is asked again each time.
    """

    public_id = models.CharField(max_length=12, unique=True, default=ids.public_id)
    mandate = models.ForeignKey(Mandate, on_delete=models.CASCADE, related_name="delegations")
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="delegations")
    power = models.CharField(max_length=40)
    given_at = models.DateTimeField(default=now)
    ends_on = models.DateField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True)

    objects = DelegationQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["mandate", "member", "power"],
                condition=Q(withdrawn_at__isnull=True),
                name="delegation_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.power} of {self.mandate_id} to {self.member_id}"


def lent(role: str, key: str) -> Power | None:
    """The power that a delegation out of this role gives; None when the role does not hold it."""
    found = POWERS.get(key)
    return found if found and found.is_delegable and role in found.roles else None
