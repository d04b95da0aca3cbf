"""What came of a gathering, as its page shows it."""

from dataclasses import dataclass, field

from essaim.communities.readers import Reader
from essaim.events import rules
from essaim.events.models import Event
from essaim.events.queries.born import BornHere, born_of
from essaim.events.queries.joy import JoyPart, joy_of
from essaim.events.queries.minutes import MinutesShown, PointShown, minutes_shown, points_shown
from essaim.events.queries.pictures import PicturesInShort, pictures_in_short
from essaim.events.queries.templates import afterwards
from essaim.foundation.access import Verdict
from essaim.foundation.clock import now


@dataclass(frozen=True, slots=True, kw_only=True)
class After:
    """All that came of it, as far as this reader may read it.

    `follow_up`: what its template says to do, for those who hold it, once it is over.
    """

    minutes: MinutesShown | None = None
    points: tuple[PointShown, ...] = ()
    joy: JoyPart | None = None
    born: BornHere = field(default_factory=BornHere)
    pictures: PicturesInShort = field(default_factory=PicturesInShort)
    follow_up: tuple[str, ...] = ()
    may_write: Verdict
    may_read_costs: Verdict


def after_of(reader: Reader, event: Event) -> After:
    """A constant number of queries; few before it has begun."""
    may_write = rules.may_write_minutes(reader, event)
    may_read_costs = rules.may_read_costs(reader, event)
    if event.starts_at > now():
        return After(may_write=may_write, may_read_costs=may_read_costs)
    return After(
        minutes=minutes_shown(reader, event),
        points=points_shown(reader, event),
        joy=joy_of(reader, event),
        born=born_of(reader, event),
        pictures=pictures_in_short(reader, event),
        follow_up=afterwards(reader, event),
        may_write=may_write,
        may_read_costs=may_read_costs,
    )
