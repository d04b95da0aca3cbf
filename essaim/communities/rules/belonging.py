from django.utils.translation import gettext as _

from essaim.communities.models import (
    SELF_STANDING_KINDS,
    Community,
    DividedCircle,
    Kind,
    Visibility,
)
from essaim.communities.readers import Reader
from essaim.communities.rules.seeing import may_see_community
from essaim.foundation.access import ALLOWED, Verdict, refused


def is_divided_circle(community: Community) -> bool:
    """Whether it stands by a division: it is entered and seen by whom that seats."""
    return community.kind == Kind.CIRCLE and DividedCircle.objects.filter(circle=community).exists()


def may_join(reader: Reader, community: Community) -> Verdict:
    """Anyone may, whatever else they belong to: nobody is asked about other memberships."""
    if not may_see_community(reader, community):
        return refused(_("This page does not exist."))
    if community.is_archive:
        return refused(_("This is an archive of what was said elsewhere: it has no members."))
    if community.visibility == Visibility.MEMBERS and is_divided_circle(community):
        return refused(_("One sits in this circle by a division: take a seat there."))
    if reader.belongs_to(community.pk):
        return refused(_("You already belong to %(name)s.") % {"name": community.name})
    if not community.is_open:
        return refused(_("%(name)s takes no new members.") % {"name": community.name})
    return may_enter_above(reader, community)


def may_enter_above(reader: Reader, community: Community) -> Verdict:
    """Belonging here is belonging above: no way into what one does not see or what is not open.

    A project, and what is below it, is entered by itself.
    """
    if community.kind in SELF_STANDING_KINDS:
        return ALLOWED
    lineage = {community.pk: community, **Community.objects.in_bulk(community.ancestor_ids)}
    for above in community.entered_with(lineage)[1:]:
        if reader.belongs_to(above.pk):
            continue
        if not may_see_community(reader, above):  # not even its name is for this reader
            return refused(_("Only members of the community above it can join this."))
        if not above.is_open:
            return refused(_("Only members of %(name)s can join this.") % {"name": above.name})
    return ALLOWED


def may_leave(reader: Reader, community: Community) -> Verdict:
    if reader.belongs_to(community.pk):
        return ALLOWED
    return refused(_("You do not belong to %(name)s.") % {"name": community.name})


def may_sign(reader: Reader, community: Community) -> Verdict:
    if reader.belongs_to(community.pk):
        return ALLOWED
    return refused(_("Join %(name)s to sign its manifesto.") % {"name": community.name})
