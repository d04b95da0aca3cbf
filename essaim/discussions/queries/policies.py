"""By which numbers a community moderates, and for whom an account is still new."""

from collections.abc import Collection
from datetime import timedelta
from typing import Any

from django.db.models import QuerySet

from essaim.communities.models import Community
from essaim.discussions.models import ModerationPolicy, Post
from essaim.foundation.clock import now
from essaim.members.models import Member

OWN_TEXTS = 20
OTHERS_TEXTS = 30
REPEATED_WITHIN = timedelta(days=7)
COPIED_WITHIN = timedelta(days=2)


def policy_of(community: Community) -> ModerationPolicy:
    """The community's own, or the defaults."""
    return policies_of([community])[community.pk]


def policies_of(communities: Collection[Community]) -> dict[int, ModerationPolicy]:
    """One query for all of them."""
    rows = ModerationPolicy.objects.filter(community__in=communities)
    own = {row.community_id: row for row in rows}
    return {one.pk: own.get(one.pk) or ModerationPolicy(community=one) for one in communities}


def is_new(member: Member, policy: ModerationPolicy, *, stands: QuerySet[Any]) -> bool:
    """For some days, and until something of theirs stands somewhere."""
    if member.created_at > now() - timedelta(days=policy.newcomer_days):
        return True
    return not stands.exists()


def own_texts(member: Member) -> list[str]:
    """What the member said lately, the newest first, also where it is hidden."""
    posts = Post.objects.filter(author=member, created_at__gt=now() - REPEATED_WITHIN)
    lately = posts.filter(withdrawn_at__isnull=True).order_by("-created_at", "-pk")
    return list(lately.values_list("text", flat=True)[:OWN_TEXTS])


def texts_of_other_newcomers(
    member: Member, community: Community, policy: ModerationPolicy
) -> list[str]:
    """What other new accounts said here lately, the newest first."""
    moment = now()
    posts = Post.objects.filter(
        thread__community=community,
        created_at__gt=moment - COPIED_WITHIN,
        author__created_at__gt=moment - timedelta(days=policy.newcomer_days),
    ).exclude(author=member)
    lately = posts.filter(withdrawn_at__isnull=True).order_by("-created_at", "-pk")
    return list(lately.values_list("text", flat=True)[:OTHERS_TEXTS])
