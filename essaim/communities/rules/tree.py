from django.utils.translation import gettext as _

from essaim.communities.models import Community
from essaim.communities.readers import Reader
from essaim.communities.rules.founding import may_found
from essaim.communities.rules.running import ADMINISTER, LOOK_AFTER, may_edit
from essaim.communities.rules.seeing import may_see_community
from essaim.foundation.access import ALLOWED, Verdict, refused


def may_move(reader: Reader, community: Community, parent: Community | None) -> Verdict:
    """Its administrators choose where it stands, among communities that they belong to."""
    if not (verdict := may_edit(reader, community)):
        return verdict
    if not reader.may(community, ADMINISTER):
        return refused(_("Only an administrator of this community can move it."))
    if parent is None:
        return ALLOWED
    if not may_see_community(reader, parent):
        return refused(_("This page does not exist."))
    if parent.pk == community.pk or community.pk in parent.ancestor_ids:
        return refused(_("A community cannot stand under itself."))
    return may_found(reader, community.kind, parent)


def may_close_from_above(reader: Reader, community: Community) -> Verdict:
    """By those who look after what it is part of: a recorded decision that its people contest."""
    if community.closed_at or community.is_archive or not community.opened_at:
        return refused(_("This community is not open."))
    if reader.may(community, ADMINISTER):
        return refused(_("You run it yourself: close it among its settings."))
    if not reader.may(community, LOOK_AFTER) or reader.may_here(community, LOOK_AFTER):
        return refused(_("Only those who look after the whole can close a part of it."))
    return ALLOWED


def may_close(reader: Reader, community: Community) -> Verdict:
    if not (verdict := may_edit(reader, community)):
        return verdict
    if not reader.may(community, ADMINISTER):
        return refused(_("Only an administrator of this community can close it."))
    return ALLOWED
