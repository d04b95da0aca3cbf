from essaim.outreach.actions.digests import send_digest
from essaim.outreach.actions.notices import mark_notices_read, notify, take_notices_back
from essaim.outreach.actions.preferences import choose_digest, stop_digest

__all__ = [
    "choose_digest",
    "mark_notices_read",
    "notify",
    "send_digest",
    "stop_digest",
    "take_notices_back",
]
