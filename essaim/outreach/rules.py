from django.utils.translation import gettext as _

from essaim.communities.readers import Reader
from essaim.foundation.access import ALLOWED, Verdict, refused


def may_have_notices(reader: Reader) -> Verdict:
    """Notices and mail preferences are one's own; nobody else's can be named."""
    return ALLOWED if reader.is_known else refused(_("Sign in to read your notices."))
