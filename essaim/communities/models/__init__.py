from essaim.communities.models.audience import Audience
from essaim.communities.models.community import (
    LOCAL_KINDS,
    ROOT_KINDS,
    SEARCHED_COMMUNITY,
    WORDS_LENGTH,
    Community,
    CommunityQuerySet,
    Founder,
    Kind,
    Visibility,
)
from essaim.communities.models.manifesto import (
    NOTE_LENGTH,
    PART_LENGTH,
    PART_TITLES,
    PARTS,
    SOURCES_LENGTH,
    Manifesto,
    Signature,
)
from essaim.communities.models.membership import (
    LEAVING_REASON_LENGTH,
    REACHING_ROLES,
    Mandate,
    Membership,
    Role,
)
from essaim.communities.models.words import kind_label, local_label

__all__ = [
    "LEAVING_REASON_LENGTH",
    "LOCAL_KINDS",
    "NOTE_LENGTH",
    "PARTS",
    "PART_LENGTH",
    "PART_TITLES",
    "REACHING_ROLES",
    "ROOT_KINDS",
    "SEARCHED_COMMUNITY",
    "SOURCES_LENGTH",
    "WORDS_LENGTH",
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
    "kind_label",
    "local_label",
]
