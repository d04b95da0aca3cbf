from django.utils.translation import gettext as _

from essaim.communities.models import Community
from essaim.communities.readers import Reader
from essaim.communities.rules import may_edit
from essaim.events.rules.seeing import HOLD, are_on
from essaim.foundation.access import ALLOWED, Verdict, refused


def may_change_template(reader: Reader, community: Community) -> Verdict:
    """Say what gatherings of a kind begin with here: who runs the community and holds them."""
    if not (used := are_on(community)):
        return used
    if not (may := may_edit(reader, community)):
        return may
    if not reader.may(community, HOLD):
        return refused(_("Those who run this community plan its gatherings: ask one of them."))
    return ALLOWED
