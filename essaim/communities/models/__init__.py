from essaim.communities.models.audience import Audience
from essaim.communities.models.community import (
    Community,
    CommunityQuerySet,
    Founder,
    Kind,
    Visibility,
)
from essaim.communities.models.manifesto import Manifesto, Signature
from essaim.communities.models.membership import REACHING_ROLES, Mandate, Membership, Role

__all__ = [
    "REACHING_ROLES",
    "Audience",
    "Community",
    "CommunityQuerySet",
    "Founder",
    "Kind",
    "Mandate",
    "Manifesto",
    "Membership",
    "Role",
    "Signature",
    "Visibility",
]
