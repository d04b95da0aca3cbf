"""People who met: what says that a community lives, told by whichever package knows of it."""

from dataclasses import dataclass

from essaim.foundation.activity import Fact


@dataclass(frozen=True, kw_only=True)
class PeopleMet(Fact):
    """A gathering of this community took place: `people` came, besides whoever planned it."""

    audience: str = "members"
    people: int
