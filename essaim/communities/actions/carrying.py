"""People who come from another community, by a merge or a split: no day of theirs is lost."""

from django.utils import formats, translation
from django.utils.translation import gettext as _

from essaim.communities.facts import MembershipCarried
from essaim.communities.models import Community, Membership, Merge, MergedMembership
from essaim.foundation.activity import record_all
from essaim.foundation.clock import today
from essaim.members.actions import give_consent
from essaim.members.models import Member, Purpose


def carry_into(merge: Merge) -> tuple[int, int]:
    """All who belong to the source belong to the target and to what it stands under.

    Returns how many arrived in the target and how many were there. The earlier date counts.
    """
    sources = _people_of(merge.source)
    target = merge.target
    above = Community.objects.in_bulk(target.lineage)
    arrived = in_both = 0
    for community_id in reversed(target.lineage):
        there = {
            one.member_id: one
            for one in Membership.objects.filter(
                community=community_id, member__in=sources, left_at__isnull=True
            )
        }
        new = [one for member_id, one in sources.items() if member_id not in there]
        made = carry(new, merge.source, above[community_id])
        MergedMembership.objects.bulk_create(
            MergedMembership(
                merge=merge,
                member_id=one.member_id,
                source=sources[one.member_id],
                membership=one,
                entered_at=merge.done_at,
            )
            for one in made
        )
        if community_id == target.pk:
            arrived, in_both = len(made), len(there)
            _take_earlier(merge, sources, list(there.values()))
    return arrived, in_both


def _people_of(community: Community) -> dict[int, Membership]:
    """Who belongs to it, held by ascending id; an account closed a moment ago goes nowhere."""
    belongs = Membership.objects.filter(community=community, left_at__isnull=True)
    people = Member.objects.select_for_update(no_key=True).filter(
        pk__in=belongs.values("member_id"), is_active=True
    )
    held = {one.pk for one in people.order_by("pk")}
    return {one.member_id: one for one in belongs.select_related("member") if one.member_id in held}


def carry(people: list[Membership], source: Community, target: Community) -> list[Membership]:
    """Memberships of the target for those of the source, since the same days."""
    made = Membership.objects.bulk_create(
        Membership(community=target, member=one.member, joined_at=one.joined_at) for one in people
    )
    for one in made:
        with translation.override(one.member.language):
            text = _("My membership of %(source)s goes on in %(target)s since %(day)s.") % {
                "source": source.name,
                "target": target.name,
                "day": formats.date_format(today()),
            }
        give_consent(member=one.member, purpose=Purpose.MEMBERSHIP, about=target.slug, text=text)
    record_all(
        [
            MembershipCarried(
                actor_id=one.member_id,
                community_id=target.pk,
                membership_id=one.pk,
                from_community_id=source.pk,
            )
            for one in made
        ]
    )
    return made


def _take_earlier(merge: Merge, sources: dict[int, Membership], there: list[Membership]) -> None:
    """Who was in both: each date without any merge is kept beside the one that counts."""
    known: dict[int, MergedMembership] = {
        one.membership_id: one
        for one in MergedMembership.objects.filter(
            membership__in=there, merge__done_at__isnull=False, merge__undone_at__isnull=True
        ).order_by("pk")
    }
    legs = []
    for one in there:
        before = known.get(one.pk)
        legs.append(
            MergedMembership(
                merge=merge,
                member_id=one.member_id,
                source=sources[one.member_id],
                membership=one,
                own_joined_at=before.own_joined_at if before else one.joined_at,
                entered_at=before.entered_at if before else None,
            )
        )
        one.joined_at = min(one.joined_at, sources[one.member_id].joined_at)
    MergedMembership.objects.bulk_create(legs)
    Membership.objects.bulk_update(there, ["joined_at"])
