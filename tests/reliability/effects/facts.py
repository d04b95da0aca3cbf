from dataclasses import dataclass

from essaim.foundation.activity import Fact


@dataclass(frozen=True, kw_only=True)
class StoneThrown(Fact):
    number: int
