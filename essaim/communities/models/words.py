"""Domain words that differ by kind of community."""

from django.utils.translation import gettext as _

from essaim.communities.models.community import Community, Kind


def kind_label(community: Community) -> str:
    """What people call it: a movement's local group is a committee, elsewhere it is a group."""
    if community.kind == Kind.COMMITTEE and not community.is_political:
        return _("group")
    return str(Kind(community.kind).label)


def local_label(community: Community) -> str:
    """What a community calls its local groups, as a heading."""
    return _("Committees") if community.is_political else _("Groups")
