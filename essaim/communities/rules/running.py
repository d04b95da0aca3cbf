from django.utils.translation import gettext as _

from essaim.communities.models import (
    Community,
    Role,
)
from essaim.communities.readers import Reader
from essaim.foundation.access import ALLOWED, Verdict, refused
from essaim.foundation.clock import today

# Those who run a community: its own people, mandated in it.
RUNNING_ROLES = (Role.ADMINISTRATOR, Role.COMMUNITY_MANAGER, Role.HOST)
CENTRAL_ROLES = (Role.ADMINISTRATOR, Role.COMMUNITY_MANAGER)


def may_edit(reader: Reader, community: Community) -> Verdict:
    """Its own people write its texts and settings; nobody does it from above."""
    if community.is_archive:
        return refused(_("An archive shows what was said elsewhere: it does not change."))
    if community.closed_at:
        return refused(_("This community is closed: it does not change any more."))
    if reader.holds_here(community, *RUNNING_ROLES):
        return ALLOWED
    return refused(_("Only those who run %(name)s can change this.") % {"name": community.name})


def is_run(community: Community) -> bool:
    """Whether somebody runs it today."""
    return community.mandates.on(today()).filter(role__in=RUNNING_ROLES).exists()
