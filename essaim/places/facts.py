"""What happened to the map of places."""

from dataclasses import dataclass

from essaim.foundation.activity import Fact


@dataclass(frozen=True, kw_only=True)
class PlacesImported(Fact):
    """A file brought something new; nobody's act on the ladder."""

    country_id: int  # the country's own place
    added: int
    changed: int
