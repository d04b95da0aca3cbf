"""Joining and leaving."""

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from essaim.communities import rules
from essaim.communities.facts import (
    LastHostLeft,
    ManifestoSigned,
    MembershipEnded,
    MembershipStarted,
)
from essaim.communities.models import (
    LEAVING_REASON_LENGTH,
    SELF_STANDING_KINDS,
    Community,
    Delegation,
    Mandate,
    Manifesto,
    Membership,
    Signature,
    Welcome,
)
from essaim.communities.queries import REASONS_KEPT
from essaim.communities.readers import fresh_reader
from essaim.foundation.access import Refused, require
from essaim.foundation.activity import record
from essaim.foundation.clock import now, today
from essaim.foundation.http.cache import bump_generation
from essaim.foundation.text import clean_text
from essaim.members import rules as member_rules
from essaim.members.actions import give_consent, withdraw_consent
from essaim.members.models import Member, Purpose


def lock_member(member: Member) -> Member:
    """What one person does at the same moment twice takes turns. The account as it is now."""
    return Member.objects.select_for_update(no_key=True).get(pk=member.pk)


def hold_member(member: Member) -> None:
    """Lock whoever is about to belong or to hold a role: an account that stands and has a name."""
    require(member_rules.may_be_among_others(lock_member(member)))


@transaction.atomic
def join_community(*, member: Member, community: Community, consent_text: str) -> Membership:
    """Belong to it and to all above it, and sign the manifesto in force, once.

    Whoever follows a project signs nothing of those above it, to which they do not belong.

    `consent_text` holds the words the person agreed to, as they were shown. Asking again changes
    nothing.
    """
    hold_member(member)
    community = Community.objects.get(pk=community.pk)
    if current := _current(member, community):
        return current
    require(rules.may_join(fresh_reader(member), community))
    membership = enter(member, community, consent_text)
    manifesto = Manifesto.objects.in_force(community)
    if manifesto and community.kind in SELF_STANDING_KINDS:
        manifesto = manifesto if manifesto.community_id == community.pk else None
    if manifesto and not _signatures(member, [manifesto.community_id]).exists():
        sign(member, manifesto)
    return membership


def enter(member: Member, community: Community, consent_text: str) -> Membership:
    """Make the memberships of a community and of all it is entered with, each with its consent."""
    if not consent_text.strip():
        raise ValidationError({"consent": [_("Joining needs your agreement.")]})
    lineage = Community.objects.in_bulk(community.lineage)
    made = None
    for one in reversed(community.entered_with(lineage)):
        made = _current(member, one)
        if made is None:
            made = Membership.objects.create(community=one, member=member)
            give_consent(
                member=member, purpose=Purpose.MEMBERSHIP, about=one.slug, text=consent_text
            )
            record(
                MembershipStarted(actor_id=member.pk, community_id=one.pk, membership_id=made.pk)
            )
    if made is None:
        raise RuntimeError("A lineage is never empty.")
    return made


def sign(member: Member, manifesto: Manifesto) -> Signature:
    """Stand behind this version; an earlier version's signature ends."""
    _signatures(member, [manifesto.community_id]).update(ended_at=now())
    signature = Signature.objects.create(manifesto=manifesto, member=member)
    record(
        ManifestoSigned(
            actor_id=member.pk,
            community_id=manifesto.community_id,
            manifesto_id=manifesto.pk,
            version=manifesto.version,
        )
    )
    return signature


class LastHost(Refused):
    """Nobody would run these any more: whoever goes says so, or names somebody first."""

    def __init__(self, communities: Sequence[Community]) -> None:
        names = ", ".join(one.name for one in communities)
        super().__init__(
            _(
                "You are the last one who runs %(names)s: propose it to somebody, or say that you"
                " leave it looking for a host."
            )
            % {"names": names}
        )
        self.communities = tuple(communities)


@transaction.atomic
def leave_community(
    *, member: Member, community: Community, reason: str = "", without_host: bool = False
) -> None:
    """Leave it, all below it and what went up in these: roles and signatures end, consents too.

    Nobody is kept. But whoever is the last to run one of them says that it stays `without_host`,
    else LastHost: two who go at once take turns, and the second is told.
    """
    before = Community.objects.left_with(community)
    hold_run_by(member, list(before.values_list("pk", flat=True)))
    lock_member(member)
    left = Community.objects.left_with(community)  # circles may have been made while this waited
    among = list(left.values_list("pk", flat=True))
    community = Community.objects.get(pk=community.pk)
    require(rules.may_leave(fresh_reader(member), community))
    if not without_host and (alone := rules.left_alone(member.pk, among)):
        raise LastHost(alone)
    try:
        reason = clean_text(reason)
    except ValidationError as error:
        raise ValidationError({"reason": error.messages}) from error
    if len(reason) > LEAVING_REASON_LENGTH:
        raise ValidationError(
            {"reason": [_("At most %(most)s characters.") % {"most": LEAVING_REASON_LENGTH}]}
        )
    Membership.objects.filter(community=community, member=member, left_at__isnull=True).update(
        leaving_reason=reason
    )
    bump_generation()  # a founder or host is not named any more
    end_memberships(member, Membership.objects.filter(community__in=among))


@transaction.atomic
def forget_member(*, member_id: int) -> None:
    """End what an erased account held, everywhere. The account is anonymous already."""
    member = Member.objects.get(pk=member_id)
    hold_run_by(member, Mandate.objects.filter(member=member).values_list("community_id"))
    lock_member(member)
    Welcome.objects.filter(welcomed_by=member).update(words="")
    end_memberships(member, Membership.objects.all())


def hold_run_by(member: Member, among: Any) -> None:
    """Lock what they run of these communities, by ascending id: last hosts take turns."""
    held = Mandate.objects.filter(
        member=member, community__in=among, role__in=rules.RUNNING_ROLES
    ).exclude(ends_on__lte=today())
    list(
        Community.objects.select_for_update(no_key=True)
        .filter(pk__in=held.values("community_id"))
        .order_by("pk")
        .values_list("pk")
    )


def forget_old_reasons() -> int:
    """Empty the reasons of those who left over a year ago; every night. Returns how many."""
    old = Membership.objects.filter(left_at__lt=now() - REASONS_KEPT)
    return old.exclude(leaving_reason="").update(leaving_reason="")


def end_memberships(member: Member, among: QuerySet[Membership]) -> None:
    """End those of one person among these, with all that hangs on them."""
    memberships = list(
        among.filter(member=member, left_at__isnull=True).select_related("community")
    )
    alone = rules.left_alone(member.pk, [one.community_id for one in memberships])
    for membership in memberships:
        role = end_mandates(member, membership.community)
        give_back(member, membership.community)
        _signatures(member, [membership.community_id]).update(ended_at=now())
        membership.left_at = now()
        membership.save(update_fields=["left_at"])
        withdraw_consent(member=member, purpose=Purpose.MEMBERSHIP, about=membership.community.slug)
        record(
            MembershipEnded(
                actor_id=member.pk,
                community_id=membership.community_id,
                membership_id=membership.pk,
                role=role,
            )
        )
    for community in alone:
        record(LastHostLeft(actor_id=member.pk, community_id=community.pk))


def give_back(member: Member, community: Community) -> None:
    """What was lent to somebody who goes does not wait for them to come back."""
    lent = Delegation.objects.filter(
        mandate__community=community, member=member, withdrawn_at__isnull=True
    )
    lent.update(withdrawn_at=now())


def end_mandates(member: Member, community: Community) -> str | None:
    """End the roles held or to come; returns one that was held."""
    day = today()
    held = None
    mandates = Mandate.objects.filter(member=member, community=community)
    for mandate in mandates.exclude(ends_on__lte=day):
        if mandate.starts_on <= day:
            held = mandate.role
        mandate.ends_on = max(day, mandate.starts_on)
        mandate.save(update_fields=["ends_on"])
    return held


def _current(member: Member, community: Community) -> Membership | None:
    return Membership.objects.filter(
        member=member, community=community, left_at__isnull=True
    ).first()


def _signatures(member: Member, community_ids: list[int]) -> QuerySet[Signature]:
    return Signature.objects.filter(
        member=member, ended_at__isnull=True, manifesto__community_id__in=community_ids
    )
