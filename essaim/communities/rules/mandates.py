from django.utils.translation import gettext as _

from essaim.communities.models import (
    Community,
    Mandate,
    Role,
)
from essaim.communities.readers import Reader
from essaim.communities.rules.running import CENTRAL_ROLES, RUNNING_ROLES, is_run
from essaim.foundation.access import ALLOWED, Verdict, refused


def may_give_mandate(  # noqa: PLR0911  each refusal has its own words
    reader: Reader, community: Community, role: str
) -> Verdict:
    """Its own people choose who does what; from above only where nobody runs it any more."""
    if community.is_archive or community.closed_at:
        return refused(_("Nobody holds a role in a community that is closed or an archive."))
    if reader.holds_here(community, Role.ADMINISTRATOR):
        return ALLOWED
    if reader.holds_here(community, *RUNNING_ROLES):
        if role in CENTRAL_ROLES and not (
            role == Role.COMMUNITY_MANAGER and reader.holds_here(community, Role.COMMUNITY_MANAGER)
        ):
            return refused(_("Only an administrator of this community gives this role."))
        return ALLOWED
    if reader.holds(community, *CENTRAL_ROLES):
        if is_run(community):
            return refused(
                _("%(name)s has people who run it: they decide who does what.")
                % {"name": community.name}
            )
        return ALLOWED
    return refused(_("Only those who run %(name)s give roles.") % {"name": community.name})


def may_end_mandate(reader: Reader, mandate: Mandate) -> Verdict:
    """Whoever could give it, and the holder."""
    if reader.member_id is not None and mandate.member_id == reader.member_id:
        return ALLOWED
    return may_give_mandate(reader, mandate.community, mandate.role)
