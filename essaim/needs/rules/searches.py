from django.utils.translation import gettext as _

from essaim.communities.models import Community
from essaim.communities.readers import Reader
from essaim.foundation.access import ALLOWED, Verdict, refused
from essaim.needs.rules.needs import are_on


def may_save_search(reader: Reader, community: Community | None, *, is_for_offers: bool) -> Verdict:
    """Be told of what is newly looked for: of a community, or of all."""
    if community and not (used := are_on(community)):
        return used
    if not reader.is_known:
        return refused(_("Sign in first."))
    if is_for_offers:
        return refused(
            _("Only searches for needs are kept: whoever offers something waits to be asked.")
        )
    return ALLOWED
