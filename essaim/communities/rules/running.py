from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from essaim.communities.models import SELF_STANDING_KINDS, Community, Role, power
from essaim.communities.readers import Reader
from essaim.foundation.access import ALLOWED, Verdict, refused
from essaim.foundation.clock import today

# Those who run a community: its own people, mandated in it.
RUNNING_ROLES = (Role.ADMINISTRATOR, Role.COMMUNITY_MANAGER, Role.HOST)
CENTRAL_ROLES = (Role.ADMINISTRATOR, Role.COMMUNITY_MANAGER)

RUN = power(
    "communities.run",
    gettext_lazy("writes its texts and settings"),
    RUNNING_ROLES,
)
ENTRUST = power(
    "communities.entrust", gettext_lazy("gives roles"), RUNNING_ROLES, is_delegable=False
)
HOST = power(
    "communities.host",
    gettext_lazy("welcomes who joins and shares its hosting"),
    RUNNING_ROLES,
    is_delegable=False,
)
UNITE = power(
    "communities.unite",
    gettext_lazy("merges it with another one or makes two of it"),
    RUNNING_ROLES,
    is_delegable=False,
)
ADMINISTER = power(
    "communities.administer",
    gettext_lazy("moves and closes it"),
    {Role.ADMINISTRATOR},
    is_delegable=False,
)
LOOK_AFTER = power(
    "communities.look_after",
    gettext_lazy("gives roles where nobody runs it and closes a part with a reason"),
    CENTRAL_ROLES,
    reaches=True,
    is_delegable=False,
)


def may_edit(reader: Reader, community: Community) -> Verdict:
    """Its own people write its texts and settings; nobody does it from above."""
    if community.is_archive:
        return refused(_("An archive shows what was said elsewhere: it does not change."))
    if community.closed_at:
        return refused(_("This community is closed: it does not change any more."))
    if reader.may(community, RUN):
        return ALLOWED
    return refused(_("Only those who run %(name)s can change this.") % {"name": community.name})


def may_describe(reader: Reader, community: Community) -> Verdict:
    """Its name, its words and who sees it; those of a project are written on its own page."""
    if community.kind in SELF_STANDING_KINDS:
        return refused(_("A project is described by its team: on its own page."))
    return may_edit(reader, community)


def may_use_desk(reader: Reader, community: Community) -> Verdict:
    """The page of what waits: for whoever holds a role there, or from above where it reaches."""
    if reader.uses_desk_of(community) and not community.is_archive:
        return ALLOWED
    return refused(_("This page does not exist."))


def is_run(community: Community) -> bool:
    """Whether somebody runs it today; a closed account runs nothing."""
    running = community.mandates.on(today()).filter(role__in=RUNNING_ROLES)
    return running.filter(member__is_active=True).exists()
