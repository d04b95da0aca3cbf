from essaim.communities.models.community import Community, CommunityQuerySet, Founder, Kind, Visibility
from essaim.communities.models.audience import Audience
from essaim.communities.models.manifesto import Manifesto, Signature
from essaim.communities.models.membership import Mandate, Membership, Role, REACHING_ROLES

__all__ = [
    "Audience",
    "Community",
    "CommunityQuerySet",
    "Founder",
    "Kind",
    "Mandate",
    "Manifesto",
    "Membership",
    "REACHING_ROLES",
    "Role",
    "Signature",
    "Visibility",
]
