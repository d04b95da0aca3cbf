"""Which parts of the platform a community uses. Nothing is deleted, and nothing reaches below."""

from django.db import transaction

from essaim.communities import rules
from essaim.communities.actions.tree import locked
from essaim.communities.facts import SubplatformSwitchedOff, SubplatformSwitchedOn
from essaim.communities.models import Community
from essaim.communities.readers import fresh_reader
from essaim.foundation.access import require
from essaim.foundation.activity import record
from essaim.foundation.http.cache import bump_generation
from essaim.members.models import Member


@transaction.atomic
def switch_off(*, member: Member, community: Community, subplatform: str) -> bool:
    """Do without it: from now on it is as if it were not there. False when it was off already."""
    return _switch(member, community, subplatform, is_on=False)


@transaction.atomic
def switch_on(*, member: Member, community: Community, subplatform: str) -> bool:
    """Use it again: all that was there is there. False when it was on already."""
    return _switch(member, community, subplatform, is_on=True)


def _switch(member: Member, community: Community, subplatform: str, *, is_on: bool) -> bool:
    community = locked(community)
    require(rules.may_switch(fresh_reader(member), community, subplatform))
    off = set(community.switched_off)
    if (subplatform not in off) == is_on:
        return False
    community.switched_off = sorted(off ^ {subplatform})
    community.save(update_fields=["switched_off"])
    bump_generation()
    fact = SubplatformSwitchedOn if is_on else SubplatformSwitchedOff
    record(fact(actor_id=member.pk, community_id=community.pk, subplatform=subplatform))
    return True
