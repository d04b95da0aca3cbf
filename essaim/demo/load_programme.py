"""The programme's versions, written and published on their days."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from essaim.demo.load_world import Builder

Event = tuple[datetime, Callable[[], object]]


def programme_events(builder: "Builder") -> Iterator[Event]:
    yield from ()
