from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from essaim.communities.models import Community
from essaim.communities.readers import fresh_reader
from essaim.discussions import rules
from essaim.discussions.facts import ModerationPolicyChanged
from essaim.discussions.models import FEWEST_REPORTERS, ModerationPolicy
from essaim.foundation.access import require
from essaim.foundation.activity import record
from essaim.members.models import Member


@transaction.atomic
def set_moderation(*, member: Member, community: Community, **numbers: int) -> ModerationPolicy:
    """How the community moderates from now on; what waits already keeps its days."""
    community = Community.objects.hold_open(community.pk)
    require(rules.may_set_moderation(fresh_reader(member), community))
    known = ModerationPolicy.objects.select_for_update().filter(community=community).first()
    policy = known or ModerationPolicy(community=community)
    for name, number in numbers.items():
        setattr(policy, name, number)
    if 0 < policy.hides_at < FEWEST_REPORTERS:
        said = _("At least 3, so that one or two people silence nobody; 0 for never.")
        raise ValidationError({"hides_at": said})
    policy.clean_fields()
    policy.save()
    record(ModerationPolicyChanged(actor_id=member.pk, community_id=community.pk))
    return policy
