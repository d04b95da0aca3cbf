"""What the clock does of gatherings."""

import logging

from essaim.events import actions
from essaim.foundation.jobs import every

log = logging.getLogger(__name__)


@every("25 * * * *")
def count_attendance() -> None:
    """Of those whose door is closed for good; one that fails does not keep the others."""
    for event in actions.doors_to_count():
        try:
            actions.count_attendance(event)
        except Exception:
            log.exception("%s could not be counted", event.pk)
