"""What came of a gathering, as its page shows it."""

from dataclasses import dataclass

from essaim.communities.readers import Reader
from essaim.events import rules
from essaim.events.models import Event
from essaim.events.queries.joy import JoyPart, joy_of
from essaim.events.queries.minutes import MinutesShown, PointShown, minutes_shown, points_shown
from essaim.foundation.access import Verdict
from essaim.foundation.clock import now


@dataclass(frozen=True, slots=True, kw_only=True)
class After:
    """All that came of it, as far as this reader may read it."""

    minutes: MinutesShown | None = None
    points: tuple[PointShown, ...] = ()
    joy: JoyPart | None = None
    may_write: Verdict


def after_of(reader: Reader, event: Event) -> After:
    """A constant number of queries; none before it has begun."""
    may_write = rules.may_write_minutes(reader, event)
    if event.starts_at > now():
        return After(may_write=may_write)
    return After(
        minutes=minutes_shown(reader, event),
        points=points_shown(reader, event),
        joy=joy_of(reader, event),
        may_write=may_write,
    )
