from django.utils.translation import gettext as _

from essaim.communities.models import Community
from essaim.communities.readers import Reader
from essaim.communities.rules.running import may_edit
from essaim.communities.rules.subplatforms import SUBPLATFORMS
from essaim.foundation.access import Verdict, refused


def may_switch(reader: Reader, community: Community, key: str) -> Verdict:
    """Its own people choose what their community uses; nobody does it from above or for others."""
    if key not in SUBPLATFORMS:
        return refused(_("This page does not exist."))
    return may_edit(reader, community)
