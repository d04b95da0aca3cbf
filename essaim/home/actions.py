from datetime import timedelta

from django.db import transaction

from essaim.communities.actions import join_community
from essaim.communities.models import Community, Membership
from essaim.communities.queries import consent_words
from essaim.communities.readers import fresh_reader
from essaim.foundation.access import require
from essaim.foundation.clock import now
from essaim.home import rules
from essaim.home.models import PutOff
from essaim.members.actions import name_member
from essaim.members.models import Member

LATER = timedelta(days=7)


@transaction.atomic
def join_under_a_name(*, member: Member, community: Community, name: str) -> Membership:
    """Join, and say one's name if it was not known: both or neither."""
    if not member.name:
        name_member(member=member, name=name)
        member.refresh_from_db(fields=["name"])
    return join_community(member=member, community=community, consent_text=consent_words(community))


@transaction.atomic
def put_off(*, member: Member, key: str, for_good: bool) -> None:
    """Take a suggested act out of Today, for a week or, unless it is owed, for good."""
    if for_good:
        require(rules.may_put_off_for_good(fresh_reader(member), key))
    PutOff.objects.update_or_create(
        member=member,
        key=key[:80],
        defaults={"until": None if for_good else now() + LATER},
    )
