from django.utils.translation import gettext_lazy as _

from essaim.communities.readers import Reader
from essaim.foundation.access import ALLOWED, Verdict, refused
from essaim.outreach.queries import TODAY_ACTS


def may_put_off_for_good(reader: Reader, key: str) -> Verdict:
    """What is owed waits until it is done; anything else is but a suggestion."""
    ids = [reader.member_id] if reader.member_id is not None else []
    acts = [act for mine in TODAY_ACTS.collect(reader, ids).values() for act in mine]
    if any(act.key == key and act.is_owed for act in acts):
        return refused(_("You owe this: it can wait, but not be put away for good."))
    return ALLOWED
