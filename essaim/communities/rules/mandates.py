from django.utils.translation import gettext as _

from essaim.communities.models import (
    SELF_STANDING_KINDS,
    Community,
    Delegation,
    Mandate,
    Role,
    lent,
)
from essaim.communities.readers import Reader
from essaim.communities.rules.running import ADMINISTER, CENTRAL_ROLES, ENTRUST, LOOK_AFTER, is_run
from essaim.foundation.access import ALLOWED, Verdict, refused
from essaim.foundation.clock import today


def may_give_mandate(  # noqa: PLR0911  each refusal has its own words
    reader: Reader, community: Community, role: str
) -> Verdict:
    """Its own people choose who does what; from above only where nobody runs it any more."""
    if community.is_archive or community.closed_at:
        return refused(_("Nobody holds a role in a community that is closed or an archive."))
    if community.kind in SELF_STANDING_KINDS:
        return refused(_("In a project people take part by invitation: on its own page."))
    if reader.may(community, ADMINISTER):
        return ALLOWED
    if reader.may(community, ENTRUST):
        if role in CENTRAL_ROLES and not (
            role == Role.COMMUNITY_MANAGER and reader.holds_here(community, Role.COMMUNITY_MANAGER)
        ):
            return refused(_("Only an administrator of this community gives this role."))
        return ALLOWED
    if reader.may(community, LOOK_AFTER):
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


def may_delegate(reader: Reader, mandate: Mandate, key: str, delegate_id: int) -> Verdict:
    """The holder of a role lends what that role holds, and no more, to somebody else."""
    if reader.member_id is None or mandate.member_id != reader.member_id:
        return refused(_("Only the holder of a role lets somebody act in their stead."))
    if mandate.community.is_archive or mandate.community.closed_at:
        return refused(_("Nobody holds a role in a community that is closed or an archive."))
    if not reader.holds_here(mandate.community, mandate.role) or not is_in_force(mandate):
        return refused(_("This role is not held today."))
    if lent(mandate.role, key) is None:
        return refused(_("Nobody lends more than their role holds."))
    if delegate_id == reader.member_id:
        return refused(_("You hold this yourself: choose somebody else."))
    return ALLOWED


def is_elected(member_id: int | None, community: Community) -> bool:
    """Whether somebody holds an elected mandate here or above."""
    mandates = Mandate.objects.on(today()).filter(role=Role.ELECTED, member=member_id)
    return mandates.filter(community__in=community.lineage).exists()


def is_in_force(mandate: Mandate) -> bool:
    day = today()
    return mandate.starts_on <= day and (mandate.ends_on is None or mandate.ends_on > day)


def may_withdraw_delegation(reader: Reader, delegation: Delegation) -> Verdict:
    """Who lent it, who was lent it, and whoever could end the role behind it."""
    if reader.member_id is not None and delegation.member_id == reader.member_id:
        return ALLOWED
    return may_end_mandate(reader, delegation.mandate)
