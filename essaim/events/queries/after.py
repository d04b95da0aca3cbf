"""What came of a gathering, as its page shows it."""

from dataclasses import dataclass

from essaim.communities.readers import Reader
from essaim.events.models import Event
from essaim.events.queries.joy import JoyPart, joy_of


@dataclass(frozen=True, slots=True, kw_only=True)
class After:
    """All that came of it, as far as this reader may read it."""

    joy: JoyPart | None


def after_of(reader: Reader, event: Event) -> After:
    return After(joy=joy_of(reader, event))
