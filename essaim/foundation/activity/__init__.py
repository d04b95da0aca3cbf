"""Facts: every meaningful act, recorded once, in its own transaction, heard by listeners."""

from essaim.foundation.activity.delivery import deliver_pending
from essaim.foundation.activity.facts import Fact, Rung, all_kinds, kind_of
from essaim.foundation.activity.listeners import hears
from essaim.foundation.activity.recording import record, record_all

__all__ = [
    "Fact",
    "Rung",
    "all_kinds",
    "deliver_pending",
    "hears",
    "kind_of",
    "record",
    "record_all",
]
